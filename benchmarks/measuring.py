"""What several benchmarks measure alike: pictures in, samples judged, seconds, memory, sheets."""

import resource
import sys
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from bench import Row
from torch import Tensor

from sindiff.checkpoint import load_model
from sindiff.machine.device import synchronize
from sindiff.metrics import copying, mean_interval, multiscale_swd, patch_swd, pixel_diversity
from sindiff.model import Model, at_learned_size
from sindiff.pictures.bundled import data_folder, find_picture
from sindiff.pictures.images import contact_sheet, load_picture, resize, save_image


def measures(picture: Tensor, samples: Tensor, copied_at: int | None = None) -> dict[str, float]:
    """How close samples (B, 3, H, W) are to their picture (3, H, W), how different and how much copied.

    copied_at: the long side in px at which copied patches are sought, where the picture is larger.
    """
    scale = min(1, (copied_at or max(picture.shape[1:])) / max(picture.shape[1:]))
    small = [resize(x, *(round(side * scale) for side in x.shape[-2:])) if scale < 1 else x for x in (picture, samples)]
    copied, disorder = copying(*small)
    close = {"swd": patch_swd(picture, samples), "swd_scales": multiscale_swd(picture, samples)}
    return close | {"diversity": pixel_diversity(picture, samples), "copied": copied, "nnf_diversity": disorder}


def load(sources: Iterable[str], long_side: int) -> dict[str, Tensor]:
    """Pictures (3, H, W) of files or bundled names, by name.  Raises SystemExit if two have the same name."""
    found = [(find_picture(source), source) for source in sources]
    pictures = {about["name"]: load_picture(path, long_side) for (path, about), _ in found}
    if len(pictures) < len(found):
        sys.exit("two pictures have one name: rename one of the files")
    return pictures


@cache
def shipped(name: str, device: torch.device) -> tuple[Model, Tensor]:
    """The model of a bundled picture at the size it has learned at, and that picture (3, H, W) in [-1, 1]."""
    model = at_learned_size(load_model(data_folder() / "models" / name, device))
    return model, load_picture(find_picture(name)[0], max(model.size))


def timed(make: Callable[[], Any], device: torch.device, n: int = 1) -> tuple[Any, dict[str, float]]:
    """What was made, and the seconds for each of n things, by the wall and of the CPU."""
    synchronize(device)
    wall, cpu = time.perf_counter(), time.process_time()
    made = make()
    synchronize(device)
    seconds, cpu_seconds = (time.perf_counter() - wall) / n, (time.process_time() - cpu) / n
    return made, {"seconds": seconds, "cpu_seconds": cpu_seconds}


def sheet(folder: Path | None, name: str, pictures: Iterable[Tensor], columns: int, scale: int = 1) -> None:
    """A contact sheet into the folder, if there is one."""
    if folder:
        save_image(contact_sheet([*pictures], columns=columns, scale=scale), folder / f"{name}.png")


def forget_peak(device: torch.device) -> None:
    """From here on peak_bytes counts anew, on a GPU."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)


def peak_bytes(device: torch.device) -> int:
    """Most memory since forget_peak: the GPU's, or of this process since it began."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def grouped(rows: list[Row], *by: str) -> dict[tuple, list[Row]]:
    """Rows by what they have in the columns `by`."""
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.get(name) for name in by), []).append(row)
    return groups


def intervals(rows: list[Row], names: Iterable[str], *by: str) -> list[Row]:
    """For each value of the columns `by`, how many rows have it, and of the columns `names` means with t-intervals."""
    return [
        {**dict(zip(by, key, strict=True)), "runs": len(group)}
        | {name: mean_interval([row[name] for row in group])._asdict() for name in names}
        for key, group in grouped(rows, *by).items()
    ]


def means(rows: list[Row], *by: str) -> list[Row]:
    """For each value of the columns `by`, how many rows have it and the mean of every number that all of them have."""
    found = []
    for key, group in grouped(rows, *by).items():
        names = [name for name in group[0] if all(isinstance(row.get(name), int | float) for row in group)]
        shared = {name: fmean(row[name] for row in group) for name in names if name not in (*by, "seed")}
        found.append({**dict(zip(by, key, strict=True)), "runs": len(group), **shared})
    return found
