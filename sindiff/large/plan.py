"""What a picture larger than memory takes, and how its canvas is cut, before any work is done."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sindiff.applications.draw import Draw, solver_for
from sindiff.conditioning import Span, around, mirrored, spans
from sindiff.large.canvas import TIFF_SUFFIXES, Canvas
from sindiff.machine.device import memory_of
from sindiff.machine.progress import UNFINISHED
from sindiff.model import Model
from sindiff.network.unet import UNetConfig
from sindiff.samplers import Solver

LONGEST_SIDE = 1_000_000
PROGRAM_BYTES = 300e6
FEATURE_MAPS = 22  # of the network's width, full size, that a forward pass holds: 9 (one level) to 20 measured


@dataclass(frozen=True)
class Plan:
    """Pictures to be sampled from file to file: see plan_pictures.

    job: what the result depends on.  memories: what the solver remembers before each step, for one pixel.
    canvases: the files of even and of odd steps; in each the noisy picture comes first, then the solver's tensors.
    tiles, whole: how the canvas is cut at steps whose network is local, and at the others.
    memory_bytes: about the most held at a time.  disk_bytes: files and pictures.
    """

    model: Model
    paths: list[Path]
    seed: int
    job: dict[str, Any]
    solver: Solver
    timesteps: list[int]
    memories: list[Any]
    canvases: list[list[Canvas]]
    tiles: "Cut"
    whole: "Cut"
    memory_bytes: float
    disk_bytes: float

    @property
    def folder(self) -> Path:
        return self.paths[0].parent / UNFINISHED

    def cut(self, stage: int) -> "Cut":
        """How the canvas is cut at a stage: 0 draws noise, and each one after it is a step."""
        local = stage == 0 or self.model.network.config.at(self.timesteps[stage - 1]).is_local
        return self.tiles if local else self.whole


@dataclass(frozen=True)
class Cut:
    """A canvas in tiles.  rows, columns: how the sides are cut.  batch: tiles that are computed together."""

    rows: list[Span]
    columns: list[Span]
    batch: int

    @property
    def groups(self) -> int:
        return -(-len(self.rows) * len(self.columns) // self.batch)

    def group(self, index: int) -> list[tuple[Span, Span]]:
        """The tiles that are computed together."""
        tiles = range(index * self.batch, min((index + 1) * self.batch, len(self.rows) * len(self.columns)))
        return [(self.rows[i // len(self.columns)], self.columns[i % len(self.columns)]) for i in tiles]


def plan_pictures(
    model: Model,
    paths: Sequence[str | Path],
    size: tuple[int, int],
    sampler: str = "dpmpp",
    steps: int = 20,
    seed: int = 0,
    batch_size: int = 1,
) -> Plan:
    """Plan a picture for each path, those of applications.generate.

    paths: in one folder; .png, or .tif for what PNG cannot serve (see save_canvas).  size: height and width.
    The model's own tile and joined edges count; networks that are not local see the whole canvas.  batch_size: tiles at
    a time.  Raises ValueError for a number, size, seed or sampler that cannot be, and if memory or disk are too small.
    """
    paths = [Path(path) for path in paths]
    if not paths or min(size) < 1 or batch_size < 1:
        raise ValueError(
            f"number, size and batch must be positive, not {len(paths)}, {size[0]}x{size[1]}, {batch_size}"
        )
    if max(size) > LONGEST_SIDE:
        raise ValueError(f"a side may have {LONGEST_SIDE:,} pixels at most, not {size[0]}x{size[1]}")
    if not 0 <= seed <= 2**63 - len(paths):
        raise ValueError(f"the seed must lie in 0..2^63, not {seed}")
    tile, wrap = model.tile, model.wrap
    solver, timesteps = solver_for(model.schedule, Draw(sampler=sampler, steps=steps))
    config = model.network.config
    memories = _memories(model, solver, timesteps)
    names = ["x", *(f"memory{i}" for i in range(max(len(tensors(memory)) for memory in memories)))]
    folder = paths[0].parent / UNFINISHED
    canvases = [[Canvas(folder / f"{name}.{turn}", *size, config.image_channels) for name in names] for turn in (0, 1)]
    memory_bytes = _memory_bytes(model, size, tile, batch_size, paths[0])
    disk_bytes = sum(canvas.nbytes for turn in canvases for canvas in turn) + len(paths) * 3 * size[0] * size[1]
    _refuse_too_large(model, size, memory_bytes, disk_bytes, canvases)
    tiles, whole = (
        Cut(*(_cut(model, side, side_of, axis in wrap) for side, axis in zip(size, "yx", strict=True)), batch_size)
        for side_of in (tile, None)
    )
    job = {
        "model": model.fingerprint(),
        "size": list(size),
        "sampler": sampler,
        "steps": steps,
        "seed": seed,
        "tile": tile,
        "wrap": wrap,
        "batch": batch_size,
        "pictures": [path.name for path in paths],
    }
    return Plan(model, paths, seed, job, solver, timesteps, memories, canvases, tiles, whole, memory_bytes, disk_bytes)


def _cut(model: Model, length: int, tile: int | None, joined: bool) -> list[Span]:
    """The spans of a side as `wrapped` or `padded` extends it, those that keep some of it.

    Windows hold the canvas's indices, and keep is cropped.
    """
    multiple, first = model.network.config.multiple, model.reach if joined else 0
    index = around(length, first, multiple) if joined else mirrored(length, multiple)
    found = []
    tile, reach = (len(index), 0) if tile is None else (tile, model.tile_reach)
    for span in spans(len(index), tile, reach, multiple):
        low, high = (min(max(edge - first, 0), length) for edge in (span.keep.start, span.keep.stop))
        inner = slice(low + first - span.window.start, high + first - span.window.start)
        if low < high:
            found.append(Span(index[span.window].numpy(), slice(low, high), inner))
    return found


def _memories(model: Model, solver: Solver, timesteps: list[int]) -> list[Any]:
    """What the solver remembers before each step, told from a walk with a single pixel."""
    x = torch.zeros(1, model.network.config.image_channels, 1, 1)
    step = solver.step(model.schedule, lambda like, t: like)
    memories = [None]
    for t, t_prev in pairwise(timesteps):
        memories.append(step(x, x, t, t_prev, memories[-1])[1])
    return memories


def tensors(memory: Any) -> list[Tensor]:
    """The tensors in a solver's memory, which is None or a tuple."""
    return [item for item in memory or () if isinstance(item, Tensor)]


def with_tensors(memory: Any, windows: Sequence[Tensor]) -> Any:
    """The same memory with these in place of its tensors."""
    windows = iter(windows)
    return memory and tuple(next(windows) if isinstance(item, Tensor) else item for item in memory)


def forward_bytes(networks: Iterable[UNetConfig], pixels: int) -> float:
    """About the memory that a pass of the hungriest of these networks takes beside the program."""
    return 4 * max((network.features for network in networks), default=0) * FEATURE_MAPS * pixels


def _memory_bytes(model: Model, size: tuple[int, int], tile: int | None, batch_size: int, path: Path) -> float:
    local = model.local_networks if tile else []
    others = [network for network in model.network.config.networks if network not in local]
    window = [min(side, tile + 2 * model.tile_reach) if tile else side for side in size]
    passes = forward_bytes(local, batch_size * window[0] * window[1]), forward_bytes(others, size[0] * size[1])
    picture = 0 if path.suffix.lower() in TIFF_SUFFIXES else 4 * size[0] * size[1]
    return PROGRAM_BYTES + max(*passes, picture)


def _refuse_too_large(
    model: Model, size: tuple[int, int], memory_bytes: float, disk_bytes: float, canvases: list[list[Canvas]]
) -> None:
    folder = canvases[0][0].path.parent.parent
    folder.mkdir(parents=True, exist_ok=True)
    taken = sum(canvas.nbytes for turn in canvases for canvas in turn if canvas.allocated())
    name = f"a canvas of {size[0]}x{size[1]} px"
    if disk_bytes > (free := shutil.disk_usage(folder).free + taken):
        raise ValueError(f"{name} needs {amount(disk_bytes)} on the disk, and {folder} has room for {amount(free)}")
    if memory_bytes > (there := memory_of(model.device)):
        raise ValueError(
            f"{name} needs about {amount(memory_bytes)} of memory at once, and there are {amount(there)}: make it "
            "smaller, or compute it in tiles, which takes a local network (preset laptop)"
        )


def amount(nbytes: float) -> str:
    """Bytes for a reader: 0.35 GB, 48 GB, 48,000,000 TB."""
    if nbytes < 1e12:
        return f"{nbytes / 1e9:.2g} GB" if nbytes < 1e10 else f"{nbytes / 1e9:.0f} GB"
    return f"{nbytes / 1e12:,.0f} TB"
