"""Work that a page starts, watches and stops: in the background where that shows, else here and now."""

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

PAUSE = 0.15  # seconds between two frames
THREAD = "sindiff-runner"


class Stopped(Exception):
    """Raised by a report in the work when it is to end; caught by the runner."""


class Work(NamedTuple):
    """do(report): the work; it calls report(item) after every step, which may raise Stopped.

    show(item): puts a step's item on the page, at most about 6 times a second, the last one always.
    end(line): called once, with "" if all went well, else one line: what stopped it.
    """

    do: Callable[[Callable[[Any], None]], None]
    show: Callable[[Any], None]
    end: Callable[[str], None]


def shows_in_background() -> bool:
    """Whether what a background thread does to a widget appears: not in Colab, nor in a run without widgets."""
    return "google.colab" not in sys.modules and os.environ.get("SINDIFF_UI", "").lower() != "off"


class Runner:
    """One piece of work at a time: a new request stops the old one and takes its place.

    background: work in a thread, so that the page and other cells go on; otherwise run() returns when the work is done,
    and interrupting the cell stops it.  None: as shows_in_background says.
    """

    def __init__(self, background: bool | None = None):
        self.background = shows_in_background() if background is None else background
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._next: Work | None = None
        self._thread: threading.Thread | None = None
        self.busy = False

    def run(self, work: Work) -> None:
        """Start the work as soon as the one before has taken its step; what still waited is forgotten."""
        with self._lock:
            self._next = work
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
        """End the work after the step it is taking."""
        with self._lock:
            self._next = None
            self._stop.set()

    def wait(self, seconds: float | None = None) -> None:
        """Until the work in the background is done, and its thread gone."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _drain(self) -> None:
        try:
            while work := self._take():
                self._do(work)
        except BaseException:
            self.busy = False
            raise

    def _take(self) -> Work | None:
        with self._lock:
            work, self._next = self._next, None
            self._stop.clear()
            self.busy = work is not None  # under the lock: a request either sees it busy or starts anew
            return work

    def _do(self, work: Work) -> None:
        shown, waiting, line = -PAUSE, [], ""

        def report(item: Any) -> None:
            nonlocal shown
            waiting[:] = [item]
            if time.monotonic() - shown >= PAUSE:
                work.show(waiting.pop())
                shown = time.monotonic()
            if self._stop.is_set():
                raise Stopped

        try:
            try:
                work.do(report)
            except (Stopped, KeyboardInterrupt):
                line = "Stopped."
            if waiting:
                work.show(waiting.pop())
        except Exception as error:
            line = one_line(error)
        work.end(line)


def one_line(error: Exception) -> str:
    """What went wrong, for a page: the message alone where it was written for readers."""
    text = " ".join(str(error).split())
    if isinstance(error, ValueError | ArithmeticError) and text:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
