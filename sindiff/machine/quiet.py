"""Keeping C libraries from printing on stderr what Python is told in any case."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

_one_at_a_time = threading.Lock()
if hasattr(os, "register_at_fork"):  # else a child could have the lock of a thread it lacks, and that one's nowhere
    os.register_at_fork(
        before=_one_at_a_time.acquire,
        after_in_parent=_one_at_a_time.release,
        after_in_child=_one_at_a_time.release,
    )


@contextmanager
def unheard() -> Iterator[None]:
    """What the process writes on its stderr (file descriptor 2) goes nowhere, whichever thread writes it.

    Threads wait for each other here: each puts back what it found, which must not be another's nowhere.  A program that
    another thread starts meanwhile has no stderr.
    """
    if sys.__stderr__ is None:  # then descriptor 2 is whatever file was opened since, the picture's own perhaps
        yield
        return
    with _one_at_a_time, ExitStack() as after:
        with suppress(OSError):  # a stderr that was closed since: there is nothing to keep quiet
            os.write(2, b"")  # refused where 2 is a file that is read
            kept = os.dup(2)
            after.callback(os.close, kept)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            after.callback(os.close, nowhere)
            after.callback(os.dup2, kept, 2)
            os.dup2(nowhere, 2)
        yield
