"""The command, without any pretrained weights."""

import json

import pytest


@pytest.fixture
def found(command, tmp_path):
    """(pictures, samples, options) -> the record that the command prints."""

    def evaluate(*arguments):
        finished = command("evaluate", *arguments, "--weights", tmp_path / "no weights").works()
        return json.loads(finished.out)

    return evaluate
