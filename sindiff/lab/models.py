"""A model to play with: the one that comes with sindiff, or one trained here and now."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from sindiff.checkpoint import load_model
from sindiff.lab.notebook import DEFAULT_PRESET, Lab
from sindiff.model import Model, at_learned_size
from sindiff.pictures.bundled import bundled_pictures, data_folder, find_picture
from sindiff.pictures.images import load_picture
from sindiff.training.runs import Upkeep, restart, train_in

LARGER = 7


def with_photo(lab: Lab, model: Model) -> Model:
    """The same model with its photo, seven times as large as it was learned or less: results are as large as that."""
    photo = load_picture(lab.path, LARGER * max(lab.size))
    return replace(model, photo=photo)


def shipped(lab: Lab, name: str | None = None) -> Model:
    """The model of a picture, without its photo, for notebooks that teach something else than training.

    name: a bundled picture's, or a file; None is the lab's own picture.  At preset laptop the model that comes with
    sindiff, where there is one; otherwise it is trained in out_dir/run/NAME, which takes a minute at laptop and seconds
    at smoke.  A run that was stopped there goes on, and one that ended is taken.
    Raises ValueError if there is no such picture.
    """
    path, about = find_picture(name) if name else (lab.path, lab.about)
    folder = data_folder() / "models" / about["name"]
    if lab.preset.name == DEFAULT_PRESET and about in bundled_pictures().values() and folder.is_dir():
        return at_learned_size(load_model(folder, lab.device))
    run = lab.out_dir / "run" / about["name"]
    try:
        _train(run, path, about, lab)
    except ValueError:  # the folder holds a run of another picture, recipe or seed
        restart(run)
        _train(run, path, about, lab)
    return at_learned_size(load_model(run, lab.device))


def _train(run: Path, path: Path, about: dict[str, Any], lab: Lab) -> None:
    states = train_in(run, load_picture(path), lab.preset, lab.seed, lab.device, about, Upkeep(previews=0))
    for _ in tqdm(states, f"learning {about['name']}", lab.preset.train.steps, unit="step", leave=False):
        pass
