"""The first cells of a notebook: its parameters, checked, and what a reader must know about the run."""

import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy
import PIL
import torch
from torch import Tensor

from sindiff.machine.device import describe, pick_device
from sindiff.machine.files import home_expanded, write_json
from sindiff.machine.provenance import checkout, current_commit
from sindiff.pictures.bundled import bundled_pictures, find_picture
from sindiff.pictures.images import fingerprint, load_picture
from sindiff.training.presets import Preset, get_preset

DEFAULT_PRESET = "laptop"
LESSON_IN_TILES = "07_any_size"


class LabError(Exception):
    """A mistake in what a notebook was given, in one line: the notebook shows no traceback, and still stops."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


@dataclass(frozen=True)
class Lab:
    """What a notebook works with.

    picture: (3, H, W) in [-1, 1] at the preset's size.  path, about: its file and what is known of it (find_picture).
    out_dir: the folder for what the notebook makes; it exists.  commit: of the checkout, None where there is none.
    """

    notebook: str
    preset: Preset
    seed: int
    device: torch.device
    path: Path
    about: dict[str, Any]
    picture: Tensor
    out_dir: Path
    commit: str | None

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the picture."""
        return self.picture.shape[1], self.picture.shape[2]

    @property
    def provenance(self) -> str:
        """Preset, seed, device and commit: what belongs beside every number."""
        commit = f", commit {self.commit}" if self.commit else ""
        return f"preset {self.preset.name}, seed {self.seed}, {describe(self.device)}{commit}"


def setup(
    notebook: str,
    preset: str | None = None,
    image: str | Path | None = None,
    seed: int = 0,
    out_dir: str | Path | None = None,
    device: str = "auto",
) -> Lab:
    """Check a notebook's parameters, load its picture, print what it runs on, and write out_dir/manifest.json.

    notebook: its file's name without suffix.  preset: None takes the environment variable SINDIFF_PRESET, else
    "laptop"; so papermill's value wins over the environment, and the environment over the default.  image: the name of
    a bundled picture or a file (relative to the current folder or to the checkout); None is the first bundled picture.
    device: "auto" takes the environment variable SINDIFF_DEVICE, which the kernel of `make kernel` sets, else the best
    there is.  out_dir: None is figures/NOTEBOOK, or figures/NOTEBOOK-PRESET for another preset than laptop, in the
    checkout (in the current folder where there is none).  Papermill makes numbers of what looks like one, so all but
    the seed are taken as texts.
    Raises LabError, one line, for a value that cannot be used.
    """
    try:
        lab = prepared(notebook, preset, image, seed, out_dir, device)
        write_json(lab.out_dir / "manifest.json", manifest(lab))
    except OSError as error:
        reason = f"{_short(error.filename or 'disk')}: {error.strerror or error}"
        raise LabError(f"{reason}; give another folder as out_dir") from None
    except ValueError as error:
        raise LabError(" ".join(str(error).split())) from None
    about, (height, width) = lab.about, lab.size
    title, origin = about.get("title", about["name"]), [about[key] for key in ("author", "licence") if key in about]
    commit = f" (commit {lab.commit})" if lab.commit else ""
    print(f"sindiff {version('sindiff')}{commit}, torch {torch.__version__}, Python {sys.version.split()[0]}")
    print(f"preset   {lab.preset.name}, seed {lab.seed}, on {describe(lab.device)}")
    print(f"picture  {title}, {height}x{width} px ({', '.join(origin)})")
    print(f"results  {_short(lab.out_dir)}")
    return lab


def prepared(
    notebook: str,
    preset: str | None,
    image: str | Path | None,
    seed: int,
    out_dir: str | Path | None,
    device: str,
) -> Lab:
    """What setup does, without a word; raises ValueError and OSError."""
    recipe = get_preset(str(preset or os.environ.get("SINDIFF_PRESET") or DEFAULT_PRESET))
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= 2**62:
        raise ValueError(f"seed must be a whole number from 0 to 2^62, not {seed!r}")
    where = pick_device(os.environ.get("SINDIFF_DEVICE", "auto") if device == "auto" else str(device))
    root = checkout()
    name = str(image or next(iter(bundled_pictures())))
    if root and not Path(name).exists() and (root / name).is_file():
        name = root / name
    if notebook == LESSON_IN_TILES and not recipe.train.network.is_local:
        raise ValueError(f"preset {recipe.name} sees its whole canvas, and this notebook cuts it up: choose laptop")
    path, about = find_picture(name)
    folder = notebook if recipe.name == DEFAULT_PRESET else f"{notebook}-{recipe.name}"
    folder = home_expanded(str(out_dir or (root or Path.cwd()) / "figures" / folder))
    folder.mkdir(parents=True, exist_ok=True)
    picture = load_picture(path, recipe.long_side)
    return Lab(notebook, recipe, seed, where, path, about, picture, folder, current_commit(root))


def manifest(lab: Lab) -> dict[str, Any]:
    """What a run of a notebook was made of, ready for JSON."""
    return {
        "notebook": lab.notebook,
        "preset": lab.preset.name,
        "seed": lab.seed,
        "picture": {**lab.about, "size": list(lab.size), "sha256": fingerprint(lab.picture)},
        "device": str(lab.device),
        "device_name": describe(lab.device),
        "versions": {
            "sindiff": version("sindiff"),
            "python": sys.version.split()[0],
            "torch": torch.__version__,
            "numpy": numpy.__version__,
            "pillow": PIL.__version__,
        },
        "commit": lab.commit,
    }


def _short(path: str | Path) -> str:
    """A path as a reader wants it: from the checkout or the current folder if it lies there."""
    path = Path(path).absolute()
    for base in (checkout(), Path.cwd()):
        if base and path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return str(path)
