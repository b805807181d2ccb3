"""Sliced optimal transport of patches: a layout takes the shares of colour and texture that its photo has.

Patches are projected on random directions, and along each the layout's sorted values move to the photo's (Pitie et al.
2007 for colours; Rabin et al. 2011; Elnekave and Weiss 2022 for patches); a pixel moves by the mean of what its patches
ask for.  All sums are of whole numbers that float64 holds exactly.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.detail.keys import beyond

DIRECTIONS = 32
MOST_KNOWN = 2048  # patches of the photo, which stand for all
GOLDEN = (5**0.5 - 1) / 2  # its multiples, modulo 1, are spread evenly
FINE = 16  # steps in a step of 8 bits
ONE = 512  # the length of a direction


def transported(layout: Tensor, photo: Tensor, steps: int, size: int, seed: int, wrap: str = "") -> Tensor:
    """A layout (h, w, C), uint8, whose size x size patches are distributed nearly as those of a photo (H, W, C).

    Each step goes half the way along 32 orthonormal directions.  wrap: the layout's axes that meet.
    """
    if steps < 1 or min(*layout.shape[:2], *photo.shape[:2]) < size:
        return layout
    over = [(size - 1) * (axis in wrap) for axis in "yx"]
    rows, columns = (beyond(range(n + o), n, True) for n, o in zip(layout.shape, over, strict=False))
    places = len(rows) - size + 1, len(columns) - size + 1
    picture = layout.permute(2, 0, 1).double() * FINE
    known = _windows(photo.permute(2, 0, 1).double() * FINE, size)
    if known.shape[1] > MOST_KNOWN:
        known = known[:, (torch.arange(MOST_KNOWN).double() * GOLDEN % 1 * known.shape[1]).long().to(known.device)]
    count = _gathered(torch.ones_like(known[:, :1]).expand(-1, places[0] * places[1]), places, layout.shape, size)
    for step in range(steps):
        along = _directions(len(known), seed, step).to(picture)
        wanted = _sorted((along @ known).int())
        values, order = _ordered(along @ _windows(picture[:, rows][:, :, columns], size))
        rank = (2 * torch.arange(values.shape[1]) + 1) * wanted.shape[1] // (2 * values.shape[1])
        moves = torch.empty_like(values).scatter_(1, order, wanted[:, rank.to(order.device)] - values)
        moves = _gathered(along.T @ moves.double(), places, layout.shape, size)
        rate = len(known) / (len(along) * 2 * ONE**2)
        picture = (picture + (moves * rate / count).round()).clamp(0, 255 * FINE)
    return (picture / FINE).round().byte().permute(1, 2, 0).contiguous()


def _ordered(values: Tensor) -> tuple[Tensor, Tensor]:
    """Whole numbers (N, M) in rising order along M, and where they were; equal ones keep their order.

    Place and value are sorted as one number, which gives the same as a stable sort and is faster.
    """
    bits = values.shape[1].bit_length()
    packed = _sorted(values.long() << bits | torch.arange(values.shape[1], device=values.device))
    return packed >> bits, packed & (1 << bits) - 1


def _sorted(values: Tensor) -> Tensor:
    """Whole numbers (N, M) in rising order along M; on a processor by NumPy, several times faster there."""
    if values.is_cpu:
        return torch.from_numpy(np.sort(values.contiguous().numpy(), axis=1))
    return values.sort(1).values


def _windows(picture: Tensor, size: int) -> Tensor:
    """The patches of a picture (C, H, W) as columns: (C k k, N)."""
    return F.unfold(picture[None], size)[0]


def _gathered(patches: Tensor, places: tuple[int, int], shape: torch.Size, size: int) -> Tensor:
    """Sums of overlapping patches (C k k, N) on a canvas (C, h, w), beyond whose end its first rows and columns lie.

    places: how many patches lie below and beside each other.
    """
    total = _overlapped(_overlapped(patches.unflatten(1, places).unflatten(0, (-1, size, size))))
    for dim, side in enumerate(shape[:2], 1):
        head, tail = total.split([side, total.shape[dim] - side], dim)
        head = head.clone()
        head.narrow(dim, 0, tail.shape[dim]).add_(tail)
        total = head
    return total


def _overlapped(parts: Tensor) -> Tensor:
    """The sum over k of parts (C, k, A, n, ...), each one place further along n: (C, A, n + k - 1, ...)."""
    size, length = parts.shape[1], parts.shape[3]
    total = F.pad(torch.zeros_like(parts[:, 0]), [0, 0] * (parts.ndim - 4) + [0, size - 1])
    for offset in range(size):
        total.narrow(2, offset, length).add_(parts[:, offset])
    return total


def _directions(dims: int, seed: int, step: int) -> Tensor:
    """Random orthogonal directions, (32, dims), as whole numbers."""
    chance = np.random.Generator(np.random.Philox(key=[seed % 2**64, step])).standard_normal((dims, DIRECTIONS))
    return torch.from_numpy(np.round(np.linalg.qr(chance)[0].T * ONE))
