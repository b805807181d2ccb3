"""What lies around a picture (Fig. 10 and 16), as far as one likes."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.applications.draw import Draw, require_canvas
from sindiff.applications.full_size import COARSER, Size, finished, known_to_layout, layout_size
from sindiff.applications.inpainting import PASSES, Window, fill
from sindiff.detail import Known
from sindiff.model import Source


def outpaint(
    source: Source,
    picture: Tensor,
    left: int = 0,
    right: int = 0,
    up: int = 0,
    down: int = 0,
    draw: Draw = Draw(),
    passes: int = PASSES,
) -> Tensor:
    """Invent what lies around a picture, (n, 3, up + H + down, left + W + right); itself it stays bit for bit.

    picture: (3, H, W) in [-1, 1].  left, right, up, down: how many px.  Where no side grows by more than the picture's
    own width or height, all is invented at once; otherwise a window moves outwards and knows what was finished before
    it.  passes: how often every step is taken; 1 is Eq. 6 alone.
    Raises ValueError if no side grows or one shrinks, if the source has joined edges, and for a draw that
    generate refuses.
    """
    if source.wrap:
        raise ValueError("an outpainted picture ends somewhere: no edges can be joined (wrap)")
    size, (rows, columns) = grown(picture.shape[1:], left, right, up, down)
    canvas = F.pad(picture[None], (left, right, up, down), mode="replicate")[0]
    mask = torch.ones(1, *size)
    mask[:, rows, columns] = 0
    layouts = fill(
        source, *known_to_layout(source, canvas, mask), windows_of(source, size, (rows, columns)), draw, passes
    )
    return finished(source, layouts, size, draw, Known(canvas, mask, (up, left)), coarser=COARSER)


def grown(size: Size, left: int, right: int, up: int, down: int) -> tuple[Size, tuple[slice, slice]]:
    """The size of a picture that grows to all sides, and where in it the picture lies: its rows and columns.

    Raises ValueError if no side grows or one shrinks, and for a canvas of more than 100 million px.
    """
    if min(left, right, up, down) < 0 or left + right + up + down == 0:
        raise ValueError(
            f"a side must grow, and none can shrink: not {left}, {right}, {up}, {down} px left, right, up and down"
        )
    height, width = size
    canvas = (up + height + down, left + width + right)
    require_canvas(canvas)
    return canvas, (slice(up, up + height), slice(left, left + width))


def windows_of(source: Source, size: Size, inside: tuple[slice, slice]) -> list[Window]:
    """Windows of the layout that finish a canvas from the box `inside` outwards; size and box in px of the result."""
    small = layout_size(source, size)
    box = []
    for part, side, length in zip(inside, small, size, strict=True):
        start, stop = -(-part.start * side // length), part.stop * side // length
        box.append(slice(start, max(stop, start + 1)))
    return moving_windows(small, tuple(box), source.reach)


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
