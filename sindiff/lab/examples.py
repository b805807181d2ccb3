"""An example for each task that wants something drawn: what a hand might have done, laid on the drawing area."""

from torch import Tensor
from torch.nn.functional import interpolate

from sindiff.lab.draw import Sketch, rectangle


def hole(sketch: Sketch, picture: Tensor) -> None:
    """A hole to the left of the middle."""
    height, width = picture.shape[1:]
    sketch.mask = rectangle((height, width), (height // 4, 5 * height // 8), (width // 4, 5 * width // 8))


def corner(sketch: Sketch, picture: Tensor) -> None:
    """The lower right quarter."""
    height, width = picture.shape[1:]
    sketch.mask = rectangle((height, width), (height // 2, height), (width // 2, width))


def rough(sketch: Sketch, picture: Tensor) -> None:
    """The picture in coarse blocks, left and right exchanged."""
    blocks = interpolate(picture[None].flip(-1), (8, 12), mode="area")
    sketch.paint(interpolate(blocks, tuple(picture.shape[1:]))[0])


def moved(sketch: Sketch, picture: Tensor) -> None:
    """A part of the picture once more, elsewhere."""
    height, width = picture.shape[1:]
    rows, columns = 2 * height // 5, width // 4
    painted = picture.clone()
    painted[:, height // 3 :, width // 2 :][:, :rows, :columns] = picture[:, height // 12 :][:, :rows, :columns]
    sketch.paint(painted)
