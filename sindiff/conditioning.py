"""Wrappers that turn one denoiser into another."""

import torch.nn.functional as F
from torch import Tensor

from sindiff.diffusion import Denoiser


def clamped(denoise: Denoiser) -> Denoiser:
    """Clamp x0_hat to [-1, 1], as the release does.  Goes outside every other wrapper."""
    return lambda x, t: denoise(x, t).clamp(-1, 1)


def padded(denoise: Denoiser, multiple: int) -> Denoiser:
    """Let a denoiser that needs sides that are multiples of `multiple` take canvases of any size.

    The noisy canvas is continued to the right and below by its mirror image, which has the right noise level, and the
    answer is cropped.  (The release pads with zeros, which no noise level has.)
    """

    def denoise_padded(x: Tensor, t: int) -> Tensor:
        height, width = x.shape[-2:]
        bottom, right = -height % multiple, -width % multiple
        return denoise(F.pad(x, (0, right, 0, bottom), mode="reflect"), t)[..., :height, :width]

    return denoise_padded
