"""A way to run the command in this process, for tests and for what measures with them."""

import contextlib
import io
import sys
from typing import NamedTuple

from sindiff.cli import main


class Finished(NamedTuple):
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    def works(self):
        assert self.code == 0, self.err
        return self

    def fails(self, message="", code=1, only=True):
        """One line of error; `only` if it is all that was written."""
        assert self.code == code, self.err
        lines = self.err.splitlines()
        assert [line for line in lines if line.startswith("sindiff: error: ")] == lines[-1:]
        assert "Traceback" not in self.err
        assert message in lines[-1]
        if only:
            assert len(lines) == 1
            assert self.out == ""


def run_command(*arguments):
    """Run `sindiff ARGUMENTS` in this process."""
    before, sys.argv = sys.argv, ["sindiff", *map(str, arguments)]
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as stop:
        code = stop.code or 0
    finally:
        sys.argv = before
    return Finished(code, out.getvalue(), err.getvalue())
