"""What commands say, on stderr."""

import os
import sys
import unicodedata
from typing import NoReturn

import click


def say(line: str) -> None:
    """Print a line.  What files and pictures are named cannot steer the terminal: control characters become ?."""
    click.echo("".join("?" if unicodedata.category(sign) == "Cc" else sign for sign in line), err=True)


def fail(message: str, code: int = 1) -> NoReturn:
    """Print one line and leave.  With SINDIFF_DEBUG set, the traceback too."""
    if os.environ.get("SINDIFF_DEBUG"):
        raise
    say(f"sindiff: error: {' '.join(message.split())}")
    sys.exit(code)
