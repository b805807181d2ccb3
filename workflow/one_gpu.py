"""Run a command with one GPU to itself: python one_gpu.py COMMAND...

Snakemake counts GPUs but gives out no numbers, so each job takes the first GPU whose lock file nobody holds, or waits.
The lock is the system's: it goes when the command ends, however.  Without GPUs the command simply runs.
"""

import contextlib
import fcntl
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WAIT_SECONDS = 1.0


def gpus() -> list[str]:
    """Names for CUDA_VISIBLE_DEVICES: those already given out to this job (by Slurm, say), or all of the machine."""
    given = os.environ.get("CUDA_VISIBLE_DEVICES")
    if given is not None:
        return [name for name in given.split(",") if name]
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return [str(number) for number in range(listed.count("GPU "))]


def take(names: list[str]) -> str:
    """The first free GPU, locked for as long as this process lives."""
    while True:
        for name in names:
            path = Path(tempfile.gettempdir(), f"sindiff-{os.getuid()}-gpu-{name}.lock")
            handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.set_inheritable(handle, True)
                return name
            os.close(handle)
        time.sleep(WAIT_SECONDS)


def main() -> None:
    names = gpus()
    if names:
        os.environ["CUDA_VISIBLE_DEVICES"] = take(names)
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
