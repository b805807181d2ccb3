"""What goes wrong in the exercises of 16_textures, and what to say about it: hint -> wrong answer."""

import torch
import torch.nn.functional as F

from sindiff.lab.checks import solutions

CENTRED = {
    "That mirrors the picture: move it round instead (torch.roll).": lambda p: p.flip(1, 2),
    "That moves left and right alone: both borders should meet in the middle.": lambda p: p.roll(p.shape[2] // 2, 2),
    "That moves up and down alone: both borders should meet in the middle.": lambda p: p.roll(p.shape[1] // 2, 1),
    "The sides are exchanged: rows move by half the height, columns by half the width.": lambda p: p.roll(
        (p.shape[2] // 2, p.shape[1] // 2), (1, 2)
    ),
    "That moves by a quarter: it is half.": lambda p: p.roll((p.shape[1] // 4, p.shape[2] // 4), (1, 2)),
    "That cuts out the middle: nothing should be lost.": lambda p: p[
        :, p.shape[1] // 4 : -(p.shape[1] // 4), p.shape[2] // 4 : -(p.shape[2] // 4)
    ],
}


def slopes(difference=lambda h, axis: (h.roll(-1, axis) - h.roll(1, axis)) / 2, signs=(-1, -1), order=(1, 0)):
    """The exercise's normals with one thing changed."""

    def answer(height, strength):
        first, second = (sign * strength * difference(height, axis) for sign, axis in zip(signs, order, strict=True))
        return F.normalize(torch.stack([first, second, torch.ones_like(height)]), dim=0)

    return answer


NORMALS = {
    "x and y are exchanged: the first channel is the slope along the columns (dimension 1).": slopes(order=(0, 1)),
    "The signs are the other way round: a normal leans away from what rises.": slopes(signs=(1, 1)),
    "y has the other sign.": slopes(signs=(-1, 1)),
    "The difference of two neighbours spans 2 px: divide by 2.": slopes(
        lambda h, axis: h.roll(-1, axis) - h.roll(1, axis)
    ),
    "That is the step to the next pixel alone: take both neighbours, over 2.": slopes(
        lambda h, axis: h.roll(-1, axis) - h
    ),
    "The edges do not meet: beyond the last pixel comes the first (torch.roll).": slopes(
        lambda h, axis: torch.gradient(h, dim=axis)[0]
    ),
    "The normals do not have length 1.": lambda height, strength: (
        solutions.normals(height, strength) / solutions.normals(height, strength)[2:]
    ),
    "The strength is missing.": lambda height, strength: solutions.normals(height, 1.0),
}
