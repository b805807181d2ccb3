"""Edits of x_{t-1}: what is known stays (Eq. 6), what is coarse follows a reference (Eq. 7).

An `Edit` is a change after each step.  The application `edit`, for pictures changed by hand, is one of their users.
"""

from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.diffusion import q_sample
from sindiff.noise import Noise
from sindiff.samplers import Edit
from sindiff.schedule import Schedule


def keep_known(schedule: Schedule, x_known: Tensor, mask: Tensor, noise: Noise) -> Edit:
    """Put the known pixels, noised to the step reached, back into the picture (Eq. 6); at t = 0 exactly.

    x_known: (1|B, C, H, W) in [-1, 1].  mask: (1|B, 1, H, W), 1 = invent, 0 = keep.
    Raises ValueError if sizes differ or the mask has other values.
    """
    if mask.shape[-2:] != x_known.shape[-2:]:
        raise ValueError(f"the mask is {_size(mask)} px, but the picture {_size(x_known)}; they must agree")
    if not ((mask == 0) | (mask == 1)).all():
        raise ValueError("a mask holds 1 where to invent and 0 where to keep, and nothing else")

    def edit(x: Tensor, t: int) -> Tensor:
        known = x_known.to(x).expand_as(x)
        known = q_sample(schedule, known, t, noise(x, t)) if t else known
        return torch.where(mask.to(x) == 1, x, known)

    return edit


def match_lowpass(schedule: Schedule, reference: Tensor, factor: int, noise: Noise) -> Edit:
    """Give the picture the low frequencies of the reference, noised to the same step (Eq. 7; ILVR, Choi et al. 2021).

    reference: (1|B, C, H, W) in [-1, 1].  factor: details up to so many px stay free, coarser ones
    are the reference's; 1 replaces the picture by the reference.
    Raises ValueError, when called, for a picture of another size.
    """

    def edit(x: Tensor, t: int) -> Tensor:
        if x.shape[-2:] != reference.shape[-2:]:
            raise ValueError(f"the reference is {_size(reference)} px, but the picture {_size(x)}; they must agree")
        wanted = reference.to(x).expand_as(x)
        wanted = q_sample(schedule, wanted, t, noise(x, t)) if t else wanted
        return x + lowpass(wanted - x, factor)

    return edit


def lowpass(x: Tensor, factor: int) -> Tensor:
    """The nearest picture that bilinear interpolation makes from one `factor` times smaller: a linear projector.

    x: (B, C, H, W), sides of any length.  Returns the same shape; factor 1 returns x, and twice is once.
    Raises ValueError for a factor below 1.
    """
    if factor < 1:
        raise ValueError(f"the low-pass factor must be 1 or more, not {factor}")
    if factor == 1:
        return x
    rows, columns = (_projector(side, factor).to(x) for side in x.shape[-2:])
    return rows @ x @ columns


@lru_cache(maxsize=8)
def _projector(side: int, factor: int) -> Tensor:
    few = -(-side // factor)
    small = torch.eye(few, dtype=torch.float64)[None]
    basis, _ = torch.linalg.qr(F.interpolate(small, side, mode="linear")[0].T)
    return basis @ basis.T


def during(edit: Edit, t_min: int, t_max: int) -> Edit:
    """The edit where t_min <= t_prev <= t_max; elsewhere nothing.  t_min = 0 edits to the very end."""
    return lambda x, t: edit(x, t) if t_min <= t <= t_max else x


def _size(x: Tensor) -> str:
    return f"{x.shape[-2]}x{x.shape[-1]}"
