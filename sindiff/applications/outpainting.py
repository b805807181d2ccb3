"""What lies around a picture (Fig. 10 and 16), as far as one likes."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from sindiff.applications.draw import Draw, require_canvas
from sindiff.applications.inpainting import TIMES, Window, fill
from sindiff.model import Model, halo


def outpaint(
    model: Model,
    picture: Tensor,
    left: int = 0,
    right: int = 0,
    up: int = 0,
    down: int = 0,
    draw: Draw = Draw(),
    times: int = TIMES,
) -> Tensor:
    """Invent what lies around a picture, (n, 3, up + H + down, left + W + right); itself it stays bit for bit.

    left, right, up, down: how many px.  Where no side grows by more than the picture's own width or height, all is
    invented at once; otherwise a window moves outwards and knows what was finished before it.  The rest, and what is
    raised, as for inpaint; ValueError also if no side grows or one shrinks.
    """
    if draw.wrap:
        raise ValueError("an outpainted picture ends somewhere: no edges can be joined (wrap)")
    size, (rows, columns), windows = layout(model, picture.shape[1:], left, right, up, down)
    canvas, mask = torch.zeros(len(picture), *size), torch.ones(1, *size)
    canvas[:, rows, columns], mask[:, rows, columns] = picture, 0
    return fill(model, canvas, mask, windows, draw, times)


class Layout(NamedTuple):
    """An outpainted canvas: its height and width, where the picture lies, and the windows that finish it."""

    size: tuple[int, int]
    inside: tuple[slice, slice]
    windows: list[Window]


def layout(model: Model, size: tuple[int, int], left: int, right: int, up: int, down: int) -> Layout:
    """How a picture of height and width `size` is outpainted.  Raises ValueError for sides that make no sense."""
    if min(left, right, up, down) < 0 or left + right + up + down == 0:
        raise ValueError(
            f"a side must grow, and none can shrink: not {left}, {right}, {up}, {down} px left, right, up and down"
        )
    height, width = size
    canvas = (up + height + down, left + width + right)
    require_canvas(canvas)
    inside = slice(up, up + height), slice(left, left + width)
    return Layout(canvas, inside, moving_windows(canvas, inside, halo(model)))


def moving_windows(size: tuple[int, int], inside: tuple[slice, slice], halo: int) -> list[Window]:
    """Windows that finish a canvas of height and width `size` from the box `inside` outwards: first sideways.

    Each finishes as much as the box is long, sees `halo` px of what is finished, and looks `halo` px ahead, so that no
    edge of a window is taken for an edge of the canvas.  One window is enough if no side grows by more than the box.
    """
    everything = slice(0, size[0]), slice(0, size[1])
    growth = [max(box.start, side - box.stop) - (box.stop - box.start) for box, side in zip(inside, size, strict=True)]
    if max(growth) <= 0:
        return [Window(everything, everything)]
    rows, columns = inside
    seen = slice(max(0, rows.start - halo), min(size[0], rows.stop + halo))
    sideways = [Window((seen, view), (rows, done)) for view, done in outwards(columns, size[1], halo)]
    return sideways + [
        Window((view, everything[1]), (done, everything[1])) for view, done in outwards(rows, size[0], halo)
    ]


def outwards(inside: slice, length: int, halo: int) -> Iterator[tuple[slice, slice]]:
    """From a stretch of a side towards its end, then its beginning: (what is seen, what is finished)."""
    yield from _onwards(inside, length, halo)
    mirrored = slice(length - inside.stop, length - inside.start)
    for pair in _onwards(mirrored, length, halo):
        yield tuple(slice(length - part.stop, length - part.start) for part in pair)


def _onwards(inside: slice, length: int, halo: int) -> Iterator[tuple[slice, slice]]:
    step = inside.stop - inside.start
    for edge in range(inside.stop, length, step):
        end = min(edge + step, length)
        yield slice(max(0, edge - halo), min(end + halo, length)), slice(edge, end)
