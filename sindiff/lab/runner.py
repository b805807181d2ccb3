"""Jobs that a page starts, watches and stops: in the background where that shows, else here and now."""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from sindiff.lab.display import has_widgets

PAUSE = 0.15  # seconds between two frames
THREAD = "sindiff-runner"
STOPPED = "Stopped."

Report = Callable[[Any], None]


class Stopped(Exception):
    """Raised by a report in a job that is to end; caught by the runner."""


class Job(NamedTuple):
    """run(report): the work; it calls report(item) after every step, which may raise Stopped.

    show(item): puts a step's item on the page, at most about 6 times a second, the last one always.
    end(line): called once, with "" if all went well, STOPPED if it was stopped, else what went wrong, in one line.
    """

    run: Callable[[Report], None]
    show: Callable[[Any], None]
    end: Callable[[str], None]


def shows_in_background() -> bool:
    """Whether what a background thread does to a widget appears: not in Colab, nor in a run without widgets."""
    return "google.colab" not in sys.modules and has_widgets()


class Runner:
    """One job at a time: a new one stops the old one and takes its place.

    background: work in a thread, so that the page and other cells go on; otherwise run() returns when the job is done,
    and interrupting the cell stops it.  None: as shows_in_background says.  waiting: the job that comes next.
    """

    def __init__(self, background: bool | None = None):
        self.background = shows_in_background() if background is None else background
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.waiting: Job | None = None
        self._thread: threading.Thread | None = None
        self.busy = False

    def run(self, job: Job) -> None:
        """Start a job as soon as the one before has taken its step; one that still waited is dropped."""
        with self._lock:
            self.waiting = job
            self._stop.set()
            if self.busy:
                return
            self.busy = True
            if self.background:
                self._thread = threading.Thread(target=self._drain, name=THREAD, daemon=True)
                self._thread.start()
        if not self.background:
            self._drain()

    def stop(self) -> None:
        """End the job after the step it is taking."""
        with self._lock:
            self.waiting = None
            self._stop.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the jobs in the background are done and their thread is gone, or so many seconds."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _drain(self) -> None:
        try:
            while job := self._take():
                self._do(job)
        except BaseException:
            self.busy = False
            raise

    def _take(self) -> Job | None:
        with self._lock:
            job, self.waiting = self.waiting, None
            self._stop.clear()
            self.busy = job is not None  # under the lock: a request either sees it busy or starts anew
            return job

    def _do(self, job: Job) -> None:
        shown, pending, line = -PAUSE, [], ""

        def report(item: Any) -> None:
            nonlocal shown
            pending[:] = [item]
            if time.monotonic() - shown >= PAUSE:
                job.show(pending.pop())
                shown = time.monotonic()
            if self._stop.is_set():
                raise Stopped

        try:
            try:
                job.run(report)
            except (Stopped, KeyboardInterrupt):
                line = STOPPED
            if pending:
                job.show(pending.pop())
        except Exception as error:
            line = one_line(error)
        job.end(line)


def one_line(error: Exception) -> str:
    """What went wrong, for a page: the message alone where it was written for readers."""
    text = " ".join(str(error).split())
    if isinstance(error, ValueError | ArithmeticError) and text:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
