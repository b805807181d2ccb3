"""Pictures in files survive any stop.  The tests fork, so they have a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_stops_of_whatever_kind():
    tests = Path(__file__).parent / "large_stops.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", tests]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout
    assert "8 passed" in finished.stdout
