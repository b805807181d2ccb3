"""Whole commands on odd files, as small as can be: each is to end with its results, or with one line of error."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from in_process import run_command
from whole_files import black_and_white, deep, picture, run_files

from sindiff.checkpoint import STATE

SMALL = ("--device", "cpu", "--steps", "1", "--n", "1", "--layout", "12", "--detail", "none")
Arguments = list[object]


def command(kind: str, folder: Path, draw: Random) -> bool:
    """Run a command by lot on what lies in a folder: whether it made something.  Raises AssertionError if unclear."""
    beside = folder.parent
    picture().save(beside / "good.png")
    black_and_white().save(beside / "mask.png")
    deep().save(beside / "height.png")
    arguments = OF_KIND.get(kind, _on_picture)(folder, beside, draw)
    code, _, err = run_command(*arguments)
    told = f"sindiff {' '.join(map(str, arguments))}\nends with code {code}: {err[-1500:]}"
    errors = [line for line in err.splitlines() if line.startswith("sindiff: error: ")]
    assert "Traceback" not in err, told
    assert code in (0, 1, 2), told
    assert errors == (err.splitlines()[-1:] if code else []), told
    return code == 0


def _on_picture(folder: Path, beside: Path, draw: Random) -> Arguments:
    """With the file as what is learned, as SOURCE, as PICTURE, or as what is measured."""
    (file,) = folder.iterdir()
    good, out = beside / "good.png", ("--out", beside / "out")
    return draw.choice((
        ["train", file, *out, "--preset", "smoke", "--steps", 1, "--device", "cpu"],
        ["sample", file, *out, *SMALL],
        ["sample", file, *out, *SMALL[:-2], "--size", "24x32"],
        ["symmetric", file, *out, *SMALL, "--axes", "xy"],
        ["outpaint", good, file, *out, *SMALL, "--left", 4, "--passes", 1],
        ["outpaint", good, file, *out, *SMALL[:-2], "--long-side", 32, "--up", 3, "--passes", 1],
        ["inpaint", good, file, *out, *SMALL, "--passes", 1],
        ["inpaint", good, file, beside / "mask.png", *out, *SMALL[:-2], "--long-side", 32, "--passes", 1],
        ["tile", good, file, *out, *SMALL, "--passes", 1],
        ["paint", good, file, *out, *SMALL],
        ["style", good, file, *out, *SMALL],
        ["edit", good, file, *out, *SMALL],
        ["harmonize", good, file, beside / "mask.png", *out, *SMALL],
        ["roi", good, file, *out, *SMALL, "--box", "1,1,4,4", "--at", "2,3", "--passes", 1],
        ["retarget", good, file, "--size", "40x90", *out, *SMALL],
        ["super-resolve", good, file, *out, *SMALL],
        ["animate", good, file, "--out", beside / "film.gif", *SMALL[:4], *SMALL[6:], "--frames", 2],
        ["baseline", "gpnn", file, *out, "--n", 1],
        ["evaluate", file, good],
        ["evaluate", good, file],
        ["evaluate", good, folder],
    ))  # fmt: skip


def _on_mask(folder: Path, beside: Path, draw: Random) -> Arguments:
    (file,) = folder.iterdir()
    good, out = beside / "good.png", ("--out", beside / "out")
    return draw.choice((
        ["inpaint", good, good, file, *out, *SMALL, "--passes", 1, *draw.choice(([], ["--invert"]))],
        ["inpaint", good, file, *out, *SMALL, "--passes", 1],
        ["edit", good, good, file, *out, *SMALL],
        ["harmonize", good, good, file, *out, *SMALL[:-2]],
        ["text", good, "red", "--mask", file, *out, *SMALL, "--clip", "tiny"],
    ))  # fmt: skip


def _on_map(folder: Path, beside: Path, draw: Random) -> Arguments:
    (file,) = folder.iterdir()
    name = draw.choice(("--map", "--normal"))
    return ["sample", beside / "good.png", "--out", beside / "out", *SMALL[:-2], name, file]


def _on_model(folder: Path, beside: Path, draw: Random) -> Arguments:
    good, out = beside / "good.png", ("--out", beside / "out")
    return draw.choice((
        ["sample", folder, *out, *SMALL],
        ["sample", folder, *out, *SMALL[:-2]],
        ["sample", folder, *out, *SMALL, "--wrap", "xy"],
        ["outpaint", folder, good, *out, *SMALL, "--left", 4, "--passes", 1],
        ["animate", folder, "--out", beside / "film.webp", *SMALL[:4], *SMALL[6:], "--frames", 2],
    ))  # fmt: skip


def _on_settings(folder: Path, beside: Path, draw: Random) -> Arguments:
    """Measured as it is; or, a copy of it, as the folder of new results."""
    if draw.random() < 0.5:
        return ["evaluate", beside / "good.png", folder]
    shutil.copytree(folder, beside / "out")
    return ["sample", beside / "good.png", "--out", beside / "out", *SMALL]


def _on_checkpoint(folder: Path, beside: Path, draw: Random) -> Arguments:
    """As SOURCE; as a training's state, in a copy of its folder."""
    (file,) = folder.iterdir()
    if file.name != STATE:
        return ["sample", file, "--out", beside / "out", *SMALL, "--size", "16x16"]
    run = beside / "run"
    run.mkdir()
    for name, content in run_files().items():
        (run / name).write_bytes(content)
    shutil.copy(file, run / STATE)
    return ["train", beside / "good.png", "--out", run, "--preset", "smoke", "--steps", 2, "--device", "cpu"]


OF_KIND: dict[str, Callable[[Path, Path, Random], Arguments]] = {
    "mask": _on_mask,
    "map": _on_map,
    "safetensors": _on_model,
    "config": _on_model,
    "settings": _on_settings,
    "torch": _on_checkpoint,
}
"""Of the kinds that are no plain pictures."""
