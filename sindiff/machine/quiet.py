"""Keeping C libraries from printing on stderr what Python is told in any case."""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

_one_at_a_time = threading.Lock()


@contextmanager
def unheard() -> Iterator[None]:
    """What the process writes on its stderr (file descriptor 2) goes nowhere, whichever thread writes it.

    Threads wait for each other here: each puts back what it found, which must not be another's nowhere.
    """
    with _one_at_a_time, ExitStack() as after:
        with suppress(OSError):  # without a stderr, as services have none, there is nothing to keep quiet
            kept = os.dup(2)
            after.callback(os.close, kept)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            after.callback(os.close, nowhere)
            after.callback(os.dup2, kept, 2)
            os.dup2(nowhere, 2)
        yield
