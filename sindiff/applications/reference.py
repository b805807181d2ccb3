"""Pictures after a reference (Eq. 7; Fig. 1 and 17): a late start from it, its low frequencies, what of it stays."""

from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor

from sindiff.applications.draw import Draw, Start, invent
from sindiff.applications.full_size import Size, finished, full_size, laid_out, to_layout
from sindiff.applications.inpainting import require_mask
from sindiff.detail import Known
from sindiff.edits import during, keep_known, match_lowpass
from sindiff.model import Source
from sindiff.noise import Noise
from sindiff.pictures.images import recoloured, resize
from sindiff.samplers import Edit


class Recipe(NamedTuple):
    """How closely the reference is followed, in shares of T.

    start: where the walk begins, from the reference noised so far; 1 is nearly noise alone.  factor: details up to so
    many px are free, coarser ones are the reference's (Eq. 7).  until: down to where they are matched; 0 to
    the end, 1 never.
    """

    start: float
    factor: int
    until: float


PAINT = Recipe(start=0.9, factor=4, until=0.15)
TRANSLATE = Recipe(start=0.9, factor=4, until=0.4)
RETARGET = Recipe(start=0.9, factor=8, until=0.3)
STYLE = Recipe(start=0.6, factor=4, until=0.2)
EDIT = Recipe(start=0.15, factor=8, until=1)
HARMONIZE = Recipe(start=0.1, factor=8, until=1)
ENLARGED_START = 0.5


def paint(source: Source, reference: Tensor, recipe: Recipe = PAINT, draw: Draw = Draw()) -> Tensor:
    """Turn a rough painting into pictures made of the source's patches, (n, 3, H, W) in [-1, 1] on the CPU.

    reference: (3, H, W) in [-1, 1], any size.  draw.steps: from the recipe's start.
    Raises ValueError for shares outside 0..1, a factor below 1, and a draw that generate refuses.
    """
    return redraw(source, reference, recipe, draw)


def translate(source: Source, reference: Tensor, recipe: Recipe = TRANSLATE, draw: Draw = Draw()) -> Tensor:
    """Another picture, its arrangement kept, in the source's patches: image to image."""
    return redraw(source, reference, recipe, draw)


def retarget(source: Source, picture: Tensor, size: Size, recipe: Recipe = RETARGET, draw: Draw = Draw()) -> Tensor:
    """A picture in another shape, (n, 3, *size): things keep their own shapes, and there are more or fewer of them.

    Stretched to the size, it is the reference for what is coarse.  Raises ValueError as redraw and generate do.
    """
    return redraw(source, resize(picture, *full_size(source, size)), recipe, draw)


def style(source: Source, content: Tensor, recipe: Recipe = STYLE, draw: Draw = Draw()) -> Tensor:
    """Another picture's shapes in the source's colours and patches.

    content: (3, H, W) in [-1, 1], recoloured like two pictures that the source invents, then redrawn.
    """
    invented = laid_out(source, content.shape[1:], Draw(2, seed=draw.seed))
    return redraw(source, recoloured(content, invented), recipe, draw)


def edit(
    source: Source, picture: Tensor, mask: Tensor | None = None, recipe: Recipe = EDIT, draw: Draw = Draw()
) -> Tensor:
    """Make a picture whose patches were moved by hand whole again.

    mask: (1, H, W), 1 = may change, 0 = stays bit for bit; default: all may change.
    """
    return redraw(source, picture, recipe, draw, mask)


def harmonize(
    source: Source, composite: Tensor, mask: Tensor, recipe: Recipe = HARMONIZE, draw: Draw = Draw()
) -> Tensor:
    """Make what was pasted into a picture fit in.

    mask: (1, H, W), 1 = what was pasted, with a few px around it; 0 stays bit for bit.
    """
    return redraw(source, composite, recipe, draw, mask)


def super_resolve(source: Source, picture: Tensor, times: int = 2, draw: Draw = Draw()) -> Tensor:
    """Enlarge a picture, (n, 3, times H, times W): coarse parts are the picture's own, details the model's patches.

    The low-pass of every result is that of the picture enlarged without invention (Eq. 7 to the end).
    Raises ValueError for fewer than 2 times, and for a draw that generate refuses.
    """
    if times < 2:
        raise ValueError(f"a picture is enlarged 2 times or more, not {times}")
    enlarged = resize(picture, times * picture.shape[1], times * picture.shape[2])
    return redraw(source, enlarged, Recipe(ENLARGED_START, times, 0), draw)


def redraw(source: Source, reference: Tensor, recipe: Recipe, draw: Draw, mask: Tensor | None = None) -> Tensor:
    """Pictures (n, 3, H, W) after a reference (3, H, W) by a recipe; where a mask (1, H, W) is 0 the reference stays.

    Raises ValueError for shares outside 0..1, a factor below 1, a mask of another size, and a draw that generate
    refuses.
    """
    if not 0 < recipe.start <= 1 or not 0 <= recipe.until <= 1:
        raise ValueError(f"start must lie in 0..1, above 0, and until in 0..1, not {recipe.start} and {recipe.until}")
    if recipe.factor < 1:
        raise ValueError(f"the low-pass factor must be 1 or more, not {recipe.factor}")
    known, small, hole = None, to_layout(source, reference), None
    if mask is not None:
        require_mask(mask, reference)
        known = Known(reference, mask, (0, 0))
        hole = F.adaptive_max_pool2d(mask, small.shape[1:])
    schedule = source.schedule
    t0, t_min = (round(share * schedule.T) for share in (recipe.start, recipe.until))

    def edits(noise: Noise) -> list[Edit]:
        coarse = during(match_lowpass(schedule, small[None], recipe.factor, noise), t_min, schedule.T - 1)
        return [coarse] if hole is None else [coarse, keep_known(schedule, small[None], hole[None], noise)]

    start = Start(small, max(1, t0))
    layouts = invent(source.denoiser(), schedule, tuple(small.shape), draw, source.device, start, edits)
    return finished(source, layouts, tuple(reference.shape[1:]), draw, known)
