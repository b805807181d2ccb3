"""Odd files of twenty kinds are read, or refused in one line; benchmarks/fuzz.py takes them by the thousand."""

import importlib
import io
import json
import os
import sys
import time
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))
NAMES = ("fuzz", "damage", "odd_commands", "watched", "whole_files")
fuzz, damage, odd_commands, watched, whole_files = map(importlib.import_module, NAMES)


@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_readers_answer_or_refuse_in_one_line(kind):
    for number in range(8):
        assert fuzz.run("readers", 20, kind, number) in (True, False)


@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_commands_end_with_results_or_one_line(kind, no_waiting):
    assert fuzz.run("commands", 20, kind, 0) in (True, False)


class Nth(Random):
    """Chooses the n-th."""

    def __init__(self, n):
        super().__init__(0)
        self.n = n

    def choice(self, options):
        return options[self.n]


@pytest.mark.parametrize(("kind", "commands"), [("png", 19), ("safetensors", 5)])
def test_every_command_takes_what_is_whole(tmp_path, no_waiting, kind, commands):
    files = whole_files.model_files() if kind == "safetensors" else {"x.png": whole_files.whole(kind)[2]}
    for n in range(commands):
        folder = tmp_path / str(n) / "given"
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        assert odd_commands.command(kind, folder, Nth(n))


# The harness itself.


def test_a_case_is_the_same_each_time():
    assert len(fuzz.KINDS) == 20
    for kind in fuzz.KINDS:
        first, again, other = (fuzz.KINDS[kind](Random(draw)) for draw in ("a", "a", "b"))
        assert first == again
        assert first != other


def test_whole_files_are_whole():
    for kind in whole_files.PICTURES:
        for content in whole_files.whole(kind):
            with Image.open(io.BytesIO(content)) as image:
                image.load()
                assert min(image.size) >= 12


def test_checksums_are_made_right_again(tmp_path):
    content = bytearray(whole_files.whole("png")[0])
    content[19] += 1  # the width
    for sealed, told in ((False, "cannot identify"), (True, None)):
        (tmp_path / "x.png").write_bytes(damage.sealed(bytes(content)) if sealed else content)
        if told:
            with pytest.raises(OSError, match=told):
                Image.open(tmp_path / "x.png")
        else:
            assert Image.open(tmp_path / "x.png").width == whole_files.WIDTH + 1


def test_odd_values_are_as_json_has_them():
    made = {damage.odd_json(Random(draw), {"a": [1, {"b": 2}]}) for draw in range(300)}
    assert any(b"NaN" in text for text in made)
    assert any(b"[[[[" in text for text in made)
    assert sum(_is_json(text) for text in made) > len(made) / 4


def _is_json(text):
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        (lambda folder: (_ for _ in ()).throw(ValueError("no such thing")), "does not name the file"),
        (lambda folder: (_ for _ in ()).throw(ValueError(f"{folder}: a\nb")), "is more than a line"),
        (lambda folder: next(folder.iterdir()).write_bytes(b""), "a given file has changed"),
    ],
)
def test_unclear_refusals_and_changed_files_are_failures(monkeypatch, planted, told):
    monkeypatch.setattr(sys.modules["odd_readers"], "READERS", {"png": lambda folder, draw: planted(folder)})
    with pytest.raises(AssertionError, match=told):
        fuzz.run("readers", 0, "png", 1)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is measured on Linux")
def test_a_call_that_fails_hangs_or_dies_is_told_and_the_next_goes_on():
    calls = {
        "works": lambda: 3,
        "raises": lambda: int("x"),
        "hangs": lambda: time.sleep(600),
        "dies": lambda: os._exit(7),
        "takes memory": lambda: np.ones(25_000_000).size,
    }
    with watched.Watched(lambda name: calls[name](), 30) as run:
        assert run("works").made == 3
        assert "ValueError: invalid literal" in run("raises").failure
        assert "died with status" in run("dies").failure
        assert 200e6 < run("takes memory").bytes < 300e6
        run.seconds = 0.5
        assert run("hangs").failure == "hangs: not done in 0.5 s"
        run.seconds = 30
        assert run("works").bytes < 50e6
    assert fuzz.failure(watched.Outcome(seconds=21)) == "hangs: 21 s"
    assert fuzz.failure(watched.Outcome(bytes=3 * 10**9)) == "takes 3.0 GB"
    assert fuzz.failure(watched.Outcome(True, seconds=1, bytes=10**9)) is None
