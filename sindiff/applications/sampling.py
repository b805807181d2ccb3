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

    source: a trained Model, or a photo that needs no training (see model.untrained); in_tiles and joined tell how a
    canvas is computed.  size: height and width, any; default: the photo's.  The rest as in Draw.
    Raises ValueError for a size, number, seed, sampler or number of steps that cannot be.
    """
    return new_pictures(source, size, Draw(n, sampler, steps, seed, batch_size, progress))


def new_pictures(source: Source, size: Size | None = None, draw: Draw = Draw()) -> Tensor:
    """generate with its settings in a Draw."""
    size = full_size(source, size)
    canvas = (source.channels, *layout_size(source, size))
    layouts = invent(source.denoiser(), source.schedule, canvas, draw, source.device)
    return finished(source, layouts, size, draw, settings=DetailSettings())
