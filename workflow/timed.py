"""Run a command and write what it took, by the wall and of the CPU, if it ends well: python timed.py FILE COMMAND...

Snakemake's own benchmark looks at a job now and then, and loses the CPU time after its last look.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    file, *command = sys.argv[1:]
    began = time.monotonic()
    code = subprocess.call(command)
    if code == 0:
        seconds, spent = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        Path(file).write_text(f"s\tcpu_time\n{seconds:.2f}\t{spent.ru_utime + spent.ru_stime:.2f}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
