"""The studio's pictures: where what is made of them is kept, and what new ones are drawn from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from sindiff.checkpoint import CONFIG, MOST_KEPT, load_model
from sindiff.lab.notebook import Lab
from sindiff.lab.results import save_png, texts_of
from sindiff.model import Source, untrained
from sindiff.pictures.bundled import bundled_pictures, data_folder
from sindiff.pictures.images import fingerprint, load_picture

GIVEN = "given.png"


@dataclass(frozen=True)
class Project:
    """A photo in the studio, (3, H, W) in [-1, 1].  about: what is known of it.  folder: of its training and results.

    source: a trained model where there is one, else the photo alone.  file: what the source is read from; its name on
    the command line is `word`.
    """

    name: str
    photo: Tensor
    about: dict[str, Any]
    folder: Path
    source: Source
    file: Path
    word: str

    @property
    def trained(self) -> bool:
        return self.file.is_dir()

    @property
    def code(self) -> str:
        """The source in Python."""
        path = repr(str(self.file))
        return f"load_model({path})" if self.trained else f"untrained(load_picture({path}))"


def runs_of(lab: Lab) -> Path:
    """Where the projects of a notebook have their folders; lab.shipped trains there too."""
    return (lab.out_dir / "run").absolute()


def bundled_project(lab: Lab, name: str) -> Project:
    """The project of a picture that comes with sindiff."""
    about = bundled_pictures()[name]
    file = data_folder() / about["file"]
    return _project(lab, name, about, file, runs_of(lab) / name)


def own_project(lab: Lab, name: str, photo: Tensor) -> Project:
    """The project of a picture of the reader's, kept so that it is found again."""
    stem = "".join(letter if letter.isalnum() else "-" for letter in Path(name).stem)[:40]
    folder = runs_of(lab) / f"{stem}-{fingerprint(photo)[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / GIVEN).exists():
        save_png(photo, folder / GIVEN, {"Title": name})
    return reopened(lab, folder)


def reopened(lab: Lab, folder: Path) -> Project:
    """The project of a picture that was opened before."""
    name = texts_of(folder / GIVEN)["Title"]
    return _project(lab, name, {"name": Path(name).stem, "licence": "not stated"}, folder / GIVEN, folder)


def opened_before(lab: Lab) -> dict[str, Path]:
    """The folders of the reader's own pictures, by the pictures' names."""
    folders = [file.parent for file in sorted(runs_of(lab).glob(f"*/{GIVEN}"))]
    return {texts_of(folder / GIVEN).get("Title", folder.name): folder for folder in folders}


def _project(lab: Lab, name: str, about: dict[str, Any], file: Path, folder: Path) -> Project:
    photo, comes_with = load_picture(file, MOST_KEPT), data_folder() / "models" / name
    for model in (folder, comes_with):
        if (model / CONFIG).is_file() and (model == folder or about in bundled_pictures().values()):
            return Project(name, photo, about, folder, load_model(model, lab.device), model, str(model))
    word = name if about in bundled_pictures().values() else str(file)
    return Project(name, photo, about, folder, untrained(photo.to(lab.device), picture=about), file, word)
