"""New pictures of any size (§3.2)."""

from torch import Tensor

from sindiff.applications.draw import Draw, Progress, invent
from sindiff.applications.full_size import Size, finished, full_size, layout_size
from sindiff.detail import DetailSettings
from sindiff.model import Source


def generate(
    source: Source,
    n: int = 4,
    size: Size | None = None,
    sampler: str = "dpmpp",
    steps: int = 20,
    seed: int = 0,
    batch_size: int = 8,
    progress: Progress | None = None,
) -> Tensor:
    """Invent n new pictures (§3.2), (n, C, H, W) in [-1, 1] on the CPU.

    source: a trained Model, or untrained(photo).  size: height and width, any; default: the photo's.  sampler ...
    progress: the fields of a Draw.
    Raises ValueError for n, batch_size or a side below 1, more than 100 million px, a seed outside 0..2^63, an unknown
    sampler and a number of steps outside 1..T.
    """
    return new_pictures(source, size, Draw(n, sampler, steps, seed, batch_size, progress))


def new_pictures(source: Source, size: Size | None = None, draw: Draw = Draw()) -> Tensor:
    """generate with its settings in a Draw."""
    size = full_size(source, size)
    canvas = (source.channels, *layout_size(source, size))
    layouts = invent(source.denoiser(), source.schedule, canvas, draw, source.device)
    return finished(source, layouts, size, draw, settings=DetailSettings())
