"""Calls in a forked process that is watched: how long each takes, how much memory, and whether it is survived."""

import gc
import os
import resource
import signal
import time
import traceback
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, Self

MOST_BYTES = 6 * 2**30  # of a watched process, so that the machine outlives it


class Outcome(NamedTuple):
    """What a call gave, or how it failed, and what it cost.

    seconds: of the CPU, so that other work beside it does not count.  bytes: of memory at its peak, above those before.
    """

    made: Any = None
    failure: str | None = None
    seconds: float = 0.0
    bytes: int = 0


class Watched:
    """A function whose calls run one after the other in a forked process, which is replaced if it dies or hangs.

    seconds: by the clock, after which a call hangs.
    """

    def __init__(self, function: Callable[..., Any], seconds: float):
        self.function, self.seconds = function, seconds
        self._child = self._ends = None

    def __call__(self, *arguments: Any) -> Outcome:
        if self._child is None:
            self._fork()
        self._ends.send(arguments)
        if not self._ends.poll(self.seconds):
            self._stop()
            return Outcome(failure=f"hangs: not done in {self.seconds:g} s", seconds=self.seconds)
        try:
            return self._ends.recv()
        except EOFError:
            return Outcome(failure=f"the process died with status {self._stop()}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()

    def _fork(self) -> None:
        ours, theirs = Pipe()
        self._child = os.fork()
        if self._child:
            theirs.close()
            self._ends = ours
            return
        try:
            ours.close()
            _serve(self.function, theirs)
        finally:
            os._exit(0)

    def _stop(self) -> int | None:
        if self._child is None:
            return None
        os.kill(self._child, signal.SIGKILL)
        _, status = os.waitpid(self._child, 0)
        self._ends.close()
        self._child = self._ends = None
        return status


def _serve(function: Callable[..., Any], ends: Connection) -> None:
    gc.freeze()  # what was imported, which no call leaves as garbage
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    while True:
        try:
            arguments = ends.recv()
        except EOFError:
            return
        gc.collect()
        before, made, failure = _forget_peak(), None, None
        start = time.process_time()
        try:
            made = function(*arguments)
        except BaseException:
            failure = traceback.format_exc()
        ends.send(Outcome(made, failure, time.process_time() - start, _resident("VmHWM") - before))


def _forget_peak() -> int:
    """Bytes in memory now, from which on the peak counts anew."""
    Path("/proc/self/clear_refs").write_text("5")
    return _resident("VmRSS")


def _resident(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(name))
