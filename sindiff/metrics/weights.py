"""Pretrained weights of the networks that measure: where they lie, whether they are whole, and how to get them."""

import os
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import torch
from torch import Tensor

from sindiff.checkpoint import load_tensors
from sindiff.machine.files import is_whole
from sindiff.machine.progress import alone

FOLDER_VARIABLE = "SINDIFF_WEIGHTS"
CHUNK, PATIENCE = 2**20, 30


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
    """there, damaged, missing, or how much of an interrupted download there is."""
    path = folder / KNOWN[name].file
    if path.is_file():
        return "there" if is_whole(path, KNOWN[name].sha256) else "damaged"
    begun = _unfinished(path)
    return f"{begun.stat().st_size / 1e6:.0f} MB of it" if begun.is_file() else "missing"


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


def fetch(name: str, folder: Path, progress: Callable[[int, int], None] = lambda done, size: None) -> Path:
    """Download a file into the folder unless it is there and whole; an interrupted download goes on where it stopped.

    progress: called with the bytes that are there and those of the whole file.
    Raises ValueError if the server does not answer, stops, or sends something else than the checksum says.
    """
    wanted, path = KNOWN[name], folder / KNOWN[name].file
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        if path.is_file() and is_whole(path, wanted.sha256):
            return path
        begun = _unfinished(path)
        if not (begun.is_file() and is_whole(begun, wanted.sha256)):
            _download(wanted.url, begun, progress)
        if not is_whole(begun, wanted.sha256):
            begun.unlink()
            raise ValueError(f"{wanted.url}: the checksum is wrong: what came is not {wanted.file}; nothing was kept")
        os.replace(begun, path)
    return path


def _unfinished(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _download(url: str, path: Path, progress: Callable[[int, int], None]) -> None:
    """Append to `path` what the server has beyond it, or write it anew where the server cannot go on."""
    try:
        with _open_at(url, path.stat().st_size if path.is_file() else 0) as answer:
            resumed = answer.status == 206
            done = path.stat().st_size if resumed else 0
            size = done + int(answer.headers.get("Content-Length", 0))
            with open(path, "ab" if resumed else "wb") as file:
                while chunk := _read(answer, url, done, size):
                    file.write(chunk)
                    done += len(chunk)
                    progress(done, size)
    except HTTPError as error:
        raise ValueError(f"{url}: the server answers {error.code} {error.reason}") from None
    if done < size:
        raise ValueError(_stopped(url, done, size))


def _open_at(url: str, start: int) -> HTTPResponse:
    """Ask for the bytes from `start` on; a server that has none there is asked for all."""
    try:
        return urlopen(Request(url, headers={"Range": f"bytes={start}-"} if start else {}), timeout=PATIENCE)
    except HTTPError as error:
        if error.code != 416:
            raise
        return urlopen(url, timeout=PATIENCE)
    except OSError as error:
        raise ValueError(f"{url}: cannot be reached ({getattr(error, 'reason', error)})") from None


def _read(answer: HTTPResponse, url: str, done: int, size: int) -> bytes:
    try:
        return answer.read(CHUNK)
    except (OSError, HTTPException):
        raise ValueError(_stopped(url, done, size)) from None


def _stopped(url: str, done: int, size: int) -> str:
    return f"{url}: stopped after {done:,} of {size:,} bytes; run it again to go on from there"
