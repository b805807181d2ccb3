"""How the checks of exercises are heard."""

import pytest


@pytest.fixture
def verdict(capsys):
    """(check, function) -> the one line that the check prints about the function."""

    def hear(check, function):
        capsys.readouterr()
        check(function)
        printed = capsys.readouterr().out
        assert printed.count("\n") == 1
        return printed.rstrip("\n")

    return hear
