"""The `sindiff` command."""

import os
import signal
import sys


def main() -> None:
    """Run the command.  Ctrl-C is answered from the first moment on, also while torch is imported."""
    if sys.stderr is None:  # closed, as services do
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    before = signal.signal(signal.SIGINT, _leave)
    from sindiff.cli.commands import run

    signal.signal(signal.SIGINT, before)
    run()


def _leave(number: int, frame: object) -> None:
    """End the process at once: libraries that are half imported turn an exception into others."""
    print("sindiff: error: interrupted", file=sys.stderr, flush=True)
    os._exit(130)
