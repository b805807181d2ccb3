"""Solutions of exercises whose answer is no function of the package."""

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.metrics import patches
from sindiff.schedule import Schedule


def behind(layer: str, first: int, last: int) -> tuple[int, int]:
    """03.1: the stretch of its input on which a stretch of a layer's output depends."""
    if layer == "conv":
        return first - 1, last + 1
    if layer == "down":
        return 2 * first, 2 * last
    return first // 2, last // 2


def border_share(height: int, width: int, reach: int) -> float:
    """03.2: share of the pixels of a canvas that see beyond a border."""
    blind = max(0, height - 2 * reach) * max(0, width - 2 * reach)
    return 1 - blind / (height * width)


def local_norm(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """04.2: each pixel normalised over its channels, then scaled and shifted by the time step."""
    centred = x - x.mean(1, keepdim=True)
    normal = centred / (centred.square().mean(1, keepdim=True) + 1e-5).sqrt()
    return normal * (1 + scale[:, :, None, None]) + shift[:, :, None, None]


def loss_weight(schedule: Schedule, t: int, prediction: str) -> float:
    """05.2: by what the squared error of x0_hat is multiplied in the loss of "eps", "v" or "x0"."""
    snr = (schedule.alpha_bar[t] / (1 - schedule.alpha_bar[t])).item()
    return {"x0": 1.0, "eps": snr, "v": snr + 1}[prediction]


def candidates(field: Tensor, row: int, column: int, rows: int, columns: int) -> list[tuple[int, int]]:
    """14.1: the places that a pixel's neighbours suggest: above, left, below, right; those in the photo alone."""
    found = []
    for dy, dx in ((-1, 0), (0, -1), (1, 0), (0, 1)):
        y, x = row + dy, column + dx
        if 0 <= y < field.shape[0] and 0 <= x < field.shape[1]:
            there_y, there_x = field[y, x].tolist()
            if 0 <= there_y - dy < rows and 0 <= there_x - dx < columns:
                found.append((there_y - dy, there_x - dx))
    return found


def lacking(picture: Tensor, sample: Tensor, size: int) -> float:
    """14.2: `missing`: how far the picture's patches are from the nearest of the sample, over its deviation."""
    wanted, known = (patches(one[None].double(), size).flatten(0, 2) for one in (picture, sample))
    nearest = torch.cdist(wanted, known).min(1).values
    return (nearest.square().mean() / wanted.shape[1]).sqrt().item() / picture.std().item()


def keep(alpha_bar: Tensor, x: Tensor, t: int, known: Tensor, mask: Tensor, eps: Tensor) -> Tensor:
    """15.1: Eq. 6 after a step that ended at t; mask is 1 where the model generates."""
    noisy = alpha_bar[t].sqrt() * known + (1 - alpha_bar[t]).sqrt() * eps
    return mask * x + (1 - mask) * noisy


def centred(picture: Tensor) -> Tensor:
    """16.1: the picture moved round by half its sides: its borders meet in the middle."""
    height, width = picture.shape[1:]
    return picture.roll((height // 2, width // 2), (1, 2))


def normals(height: Tensor, strength: float) -> Tensor:
    """16.2: unit normals (3, H, W) of a height map (H, W) whose edges meet."""
    slope_y, slope_x = ((height.roll(-1, axis) - height.roll(1, axis)) / 2 for axis in (0, 1))
    return F.normalize(torch.stack([-strength * slope_x, -strength * slope_y, torch.ones_like(height)]), dim=0)
