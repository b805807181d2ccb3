"""Pictures after a reference (Eq. 7; Fig. 1 and 17): a late start from it, its low frequencies, what of it stays."""

from typing import NamedTuple

from torch import Tensor

from sindiff.applications import Progress, Start, any_size, invent
from sindiff.checkpoint import Model
from sindiff.edits import during, keep_known, match_lowpass
from sindiff.inpaint import require_mask
from sindiff.noise import Noise
from sindiff.samplers import Edit


class Recipe(NamedTuple):
    """How closely the reference is followed, in shares of T.

    start: where the walk begins, from the reference noised so far; 1 is nearly noise alone.  factor: details up to so
    many px are free, coarser ones are the reference's (see edits.lowpass).  until: down to where they are matched; 0 to
    the end, 1 never.
    """

    start: float
    factor: int
    until: float


PAINT = Recipe(start=0.9, factor=8, until=0.3)
TRANSLATE = Recipe(start=0.9, factor=4, until=0.4)
EDIT = Recipe(start=0.4, factor=8, until=1)
HARMONIZE = Recipe(start=0.4, factor=8, until=1)


def paint(
    model: Model,
    reference: Tensor,
    n: int = 4,
    sampler: str = "dpmpp",
    steps: int = 20,
    seed: int = 0,
    batch_size: int = 8,
    progress: Progress | None = None,
    recipe: Recipe = PAINT,
) -> Tensor:
    """Turn a rough painting into n pictures made of the model's patches, (n, 3, H, W) in [-1, 1] on the CPU.

    reference: (3, H, W) in [-1, 1], any size.  steps: from the recipe's start.  The rest, and what is raised, as for
    generate; ValueError also for a recipe whose numbers make no sense.
    """
    return follow(model, reference, recipe, n, sampler, steps, seed, batch_size, progress)


def translate(
    model: Model,
    reference: Tensor,
    n: int = 4,
    sampler: str = "dpmpp",
    steps: int = 20,
    seed: int = 0,
    batch_size: int = 8,
    progress: Progress | None = None,
    recipe: Recipe = TRANSLATE,
) -> Tensor:
    """Another picture, its arrangement kept, in the model's patches: image to image.  See paint."""
    return follow(model, reference, recipe, n, sampler, steps, seed, batch_size, progress)


def edit(
    model: Model,
    picture: Tensor,
    mask: Tensor | None = None,
    n: int = 4,
    sampler: str = "dpmpp",
    steps: int = 20,
    seed: int = 0,
    batch_size: int = 8,
    progress: Progress | None = None,
    recipe: Recipe = EDIT,
) -> Tensor:
    """Make a picture whose patches were moved by hand whole again.

    mask: (1, H, W), 1 = may change, 0 = stays bit for bit; default: all may change.  The rest as for paint.
    """
    return follow(model, picture, recipe, n, sampler, steps, seed, batch_size, progress, mask)


def harmonize(
    model: Model,
    composite: Tensor,
    mask: Tensor,
    n: int = 4,
    sampler: str = "dpmpp",
    steps: int = 20,
    seed: int = 0,
    batch_size: int = 8,
    progress: Progress | None = None,
    recipe: Recipe = HARMONIZE,
) -> Tensor:
    """Make what was pasted into a picture fit in.

    mask: (1, H, W), 1 = what was pasted, with a few px around it; 0 stays bit for bit.  The rest as for paint.
    """
    return follow(model, composite, recipe, n, sampler, steps, seed, batch_size, progress, mask)


def follow(
    model: Model,
    reference: Tensor,
    recipe: Recipe,
    n: int,
    sampler: str,
    steps: int,
    seed: int,
    batch_size: int,
    progress: Progress | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """n pictures after a reference by a recipe: see paint, and edit for the mask."""
    if not 0 < recipe.start <= 1 or not 0 <= recipe.until <= 1:
        raise ValueError(f"start must lie in 0..1, above 0, and until in 0..1, not {recipe.start} and {recipe.until}")
    if recipe.factor < 1:
        raise ValueError(f"the low-pass factor must be 1 or more, not {recipe.factor}")
    if mask is not None:
        require_mask(mask, reference)
    schedule = model.schedule
    t0, t_min = (round(share * schedule.T) for share in (recipe.start, recipe.until))

    def edits(noise: Noise) -> list[Edit]:
        coarse = during(match_lowpass(schedule, reference[None], recipe.factor, noise), t_min, schedule.T - 1)
        return [coarse] if mask is None else [coarse, keep_known(schedule, reference[None], mask[None], noise)]

    start = Start(reference, max(1, t0))
    denoise, canvas = any_size(model), tuple(reference.shape)
    return invent(denoise, schedule, canvas, n, sampler, steps, seed, batch_size, progress, model.device, start, edits)
