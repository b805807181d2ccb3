"""Pretrained weights of the networks that measure: where they lie, whether they are whole, and how to get them."""

import os
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from sindiff.checkpoint import load_tensors
from sindiff.machine.download import download
from sindiff.machine.files import is_whole, replace
from sindiff.machine.progress import locked

FOLDER_VARIABLE = "SINDIFF_WEIGHTS"


class Weights(NamedTuple):
    """A file of torchvision's, whose name ends with the first digits of its SHA-256."""

    file: str
    megabytes: int
    network: str
    measures: str
    host: str = "https://download.pytorch.org/models"

    @property
    def url(self) -> str:
        return f"{self.host}/{self.file}"

    @property
    def sha256(self) -> str:
        return Path(self.file).stem.rpartition("-")[2]


KNOWN = {
    "inception": Weights("inception_v3_google-0cc3c7bd.pth", 109, "Inception v3", "sifid_64, sifid_192"),
    "vgg": Weights("vgg19-dcbb9e9d.pth", 575, "VGG19", "sifid_vgg"),
    "alexnet": Weights("alexnet-owt-7be5be79.pth", 244, "AlexNet", "lpips, lpips_eq9, lpips_to_picture"),
}


def weights_folder(folder: str | Path | None = None) -> Path:
    """Where weights are looked for: the given folder, else $SINDIFF_WEIGHTS, else where torchvision keeps its own."""
    return Path(folder or os.environ.get(FOLDER_VARIABLE) or Path(torch.hub.get_dir()) / "checkpoints").expanduser()


def missing(folder: Path) -> list[str]:
    """Names of the weights that the folder has no file of, whole or not."""
    return [name for name, weights in KNOWN.items() if not (folder / weights.file).is_file()]


def state_of(name: str, folder: Path) -> str:
    """there, damaged or missing."""
    path = folder / KNOWN[name].file
    if not path.is_file():
        return "missing"
    return "there" if is_whole(path, KNOWN[name].sha256) else "damaged"


def load_weights(name: str, folder: Path) -> dict[str, Tensor]:
    """The tensors of a file, once its checksum is right.  Raises ValueError, saying what to do."""
    path = folder / KNOWN[name].file
    if not path.is_file():
        raise ValueError(f"{path}: no such file; `sindiff weights fetch {name}` downloads it ({KNOWN[name].url})")
    if not is_whole(path, KNOWN[name].sha256):
        raise ValueError(f"{path}: damaged (its checksum is wrong); `sindiff weights fetch {name}` downloads it anew")
    tensors = load_tensors(path)
    if not isinstance(tensors, dict):
        raise ValueError(f"{path}: holds no weights by name")
    return tensors


def fetch(name: str, folder: Path, bar=False) -> Path:
    """Download a file into the folder unless it is there and whole.

    bar: a tqdm of bytes with a total, which pooch moves.
    Raises ValueError if pooch is missing, the server does not answer or stops, or its file has another checksum.
    """
    wanted, path = KNOWN[name], folder / KNOWN[name].file
    if path.is_file() and is_whole(path, wanted.sha256):
        return path
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        if path.is_file() and is_whole(path, wanted.sha256):
            return path
        new = path.with_name(path.name + ".part")
        download(wanted.url, new, bar)
        if not is_whole(new, wanted.sha256):
            new.unlink()
            raise ValueError(f"{wanted.url}: the checksum is wrong: what came is not {wanted.file}; nothing was kept")
        replace(new, path)
    return path
