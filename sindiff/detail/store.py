"""States of a canvas in the files of a folder."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sindiff.detail.steps import State
from sindiff.machine.files import is_filled, read_json, reserve

TYPES = {torch.uint8: np.uint8, torch.int32: np.int32}


class Store:
    """Room for results in a folder, and the states that are made of them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.number = 0
        self.names: dict[int, str] = {}

    def room(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """An empty result in a new file."""
        name = f"{self.number}-{len(self.names)}.raw"
        reserve(self.folder / name, int(np.prod(shape)) * dtype.itemsize)
        return self._opened(name, shape, dtype)

    def save(self, state: State) -> State:
        """Put the state on the disk, whole or not at all, as the one with this store's number."""
        tensors = {name: self._stored(getattr(state, name)) for name in ("guess", "field")}
        note = {"residual": state.residual} | {
            name: {"file": self.names[tensor.data_ptr()], "shape": list(tensor.shape), "type": str(tensor.dtype)}
            for name, tensor in tensors.items()
            if tensor is not None
        }
        (self.folder / f"{self.number}.json").write_text(json.dumps(note), encoding="utf-8")
        return State(tensors["guess"], tensors["field"], state.residual)

    def load(self, number: int) -> State | None:
        """The state that was saved with this number; None if a part of it has been removed or damaged since."""
        file = self.folder / f"{number}.json"
        if not is_filled(file):
            return None
        try:
            note = read_json(file)
        except ValueError:
            return None
        if not all(self._is_whole(entry) for name, entry in note.items() if name != "residual"):
            return None
        tensors = {
            name: self._opened(entry["file"], tuple(entry["shape"]), _type(entry))
            for name, entry in note.items()
            if name != "residual"
        }
        return State(tensors["guess"], tensors.get("field"), note["residual"])

    def clean(self, state: State) -> None:
        """Remove all files but those of this state."""
        keep = {self.names[each.data_ptr()] for each in (state.guess, state.field) if each is not None}
        self.names = {at: name for at, name in self.names.items() if name in keep}
        for file in self.folder.glob("*-*.raw"):
            if file.name not in keep:
                file.unlink()
        for file in self.folder.glob("*.json"):
            if file.stem.isdigit() and int(file.stem) != self.number:
                file.unlink()

    def _is_whole(self, entry: dict[str, Any]) -> bool:
        file, bytes_each = self.folder / entry["file"], _type(entry).itemsize
        return file.is_file() and file.stat().st_size >= int(np.prod(entry["shape"])) * bytes_each

    def _opened(self, name: str, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        tensor = torch.from_numpy(np.memmap(self.folder / name, TYPES[dtype], "r+", shape=shape))
        self.names[tensor.data_ptr()] = name
        return tensor

    def _stored(self, tensor: Tensor | None) -> Tensor | None:
        if tensor is None or tensor.data_ptr() in self.names:
            return tensor
        return self.room(tuple(tensor.shape), tensor.dtype).copy_(tensor)


def _type(entry: dict[str, Any]) -> torch.dtype:
    return getattr(torch, entry["type"].split(".")[1])
