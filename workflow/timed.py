"""Run a command and write what it took, by the wall and of the CPU, if it ends well: python timed.py FILE COMMAND...

Snakemake's own benchmark looks at a job now and then, and loses the CPU time after its last look.  Of a job that went
on after a stop it is the last part alone.
"""

import resource
import signal
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    file, command = Path(sys.argv[1]), sys.argv[2:]
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is the command's affair, which may have to save
    began = time.monotonic()
    code = subprocess.call(command)
    if code == 0:
        seconds, spent = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(f"s\tcpu_time\n{seconds:.2f}\t{spent.ru_utime + spent.ru_stime:.2f}\n")
        part.replace(file)
    return code


if __name__ == "__main__":
    sys.exit(main())
