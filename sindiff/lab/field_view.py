"""What a pixel depends on, as pictures: the box that is counted, the gradients, the patches it has in mind."""

from torch import Tensor
from torch.nn.functional import pad

from sindiff.diffusion import q_sample
from sindiff.lab.plots import Shot
from sindiff.metrics import patches
from sindiff.model import Model
from sindiff.network.receptive_field import probe, reaches
from sindiff.network.unet import UNetConfig
from sindiff.noise import seeded_noise
from sindiff.schedule import Schedule

RED = (0.68, -0.63, -0.76)  # vermillion, in [-1, 1]
DECADES = 6
Box = tuple[slice, slice]


def counted_box(config: UNetConfig, size: tuple[int, int], pixel: tuple[int, int]) -> Box:
    """The rows and columns of a canvas that a pixel sees through the convolutions, counted from the list of layers."""
    phases = reaches(config)
    seen = [phases[place % config.multiple] for place in pixel]
    return tuple(
        slice(max(0, place - reach.before), min(side, place + reach.after + 1))
        for place, reach, side in zip(pixel, seen, size, strict=True)
    )


def outlined(picture: Tensor, box: Box) -> Tensor:
    """The picture (3, H, W) with a red line of one pixel along the inner edge of a box."""
    rows, columns = box
    inner = slice(rows.start + 1, rows.stop - 1), slice(columns.start + 1, columns.stop - 1)
    marked = picture.clone()
    marked[:, rows, columns] = picture.new_tensor(RED)[:, None, None]
    marked[:, *inner] = picture[:, *inner]
    return marked


def heat_map(heat: Tensor, decades: int = DECADES) -> Tensor:
    """Sizes (H, W) >= 0 as a picture (3, H, W): white the largest, black 10^-decades of it and less, by logarithm."""
    spread = (heat / heat.max()).clamp(min=10**-decades).log10() / decades + 1
    return (2 * spread - 1).expand(3, -1, -1)


def field_view(model: Model, picture: Tensor, sample: Tensor, t: int, pixel: tuple[int, int]) -> list[Shot]:
    """What a pixel of a network sees at step t: the box on the picture, the gradients within it, and a sample beside.

    picture, sample: (3, H, W).  pixel: row and column, moved into the part that the network's multiple divides.
    """
    config = model.network.config
    size = tuple(side - side % config.multiple for side in picture.shape[1:])
    pixel = _inside(pixel, size)
    box = counted_box(config, size, pixel)
    heat = probe(lambda x: model.denoiser()(x, t), (3, *size), pixel).heat
    inside = heat[box].sum() / heat.sum()
    rows, columns = (part.stop - part.start for part in box)
    return [
        Shot(outlined(picture, box), f"counted: {rows}x{columns} px around row {pixel[0]}, column {pixel[1]}"),
        Shot(outlined(heat_map(heat), box), f"gradients at t = {t}: {inside:.0%} within"),
        Shot(sample, "a sample of this network"),
    ]


def patches_in_mind(picture: Tensor, schedule: Schedule, size: int, t: int, pixel: tuple[int, int]) -> Tensor:
    """Which patches of a picture the exact denoiser of patches believes in at a pixel of the noised picture.

    size: side of the patches, odd, in px.  pixel: row and column, moved inside where its window would stick out.
    Returns the weight of every patch at its centre, (H, W), 0 along the border; they sum to 1.
    """
    half = size // 2
    row, column = (place - half for place in _inside(pixel, picture.shape[1:], half))
    x = q_sample(schedule, picture[None], t, seeded_noise([0])(picture[None], t))
    window = x[:, :, row : row + size, column : column + size].flatten(1).double()
    known = schedule.alpha_bar[t].sqrt() * patches(picture[None], size).flatten(0, 2).double()
    weights = (-(window - known).square().sum(1) / (2 * (1 - schedule.alpha_bar[t]))).softmax(0)
    sides = [side - 2 * half for side in picture.shape[1:]]
    return pad(weights.unflatten(0, sides), (half,) * 4).to(picture)


def patch_view(
    picture: Tensor, sample: Tensor, schedule: Schedule, size: int, t: int, pixel: tuple[int, int]
) -> list[Shot]:
    """What a pixel of the exact denoiser of patches knows at step t: its window, its patches, and a sample beside."""
    half = size // 2
    row, column = _inside(pixel, picture.shape[1:], half)
    window = slice(row - half, row + half + 1), slice(column - half, column + half + 1)
    weights = patches_in_mind(picture, schedule, size, t, (row, column))
    count = 1 / weights.square().sum()
    return [
        Shot(outlined(picture, window), f"its window, {size}x{size} px"),
        Shot((2 * (weights / weights.max()).sqrt() - 1).expand(3, -1, -1), f"patches considered, t = {t}: {count:.0f}"),
        Shot(sample, "a picture of such patches"),
    ]


def _inside(pixel: tuple[int, int], size: tuple[int, int], margin: int = 0) -> tuple[int, int]:
    """The nearest pixel at least `margin` px from the border."""
    return tuple(min(max(place, margin), side - 1 - margin) for place, side in zip(pixel, size, strict=True))
