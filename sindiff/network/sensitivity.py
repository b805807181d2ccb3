"""How much a pixel of x0_hat depends on each pixel of x_t, and how far away the pixels lie that count.

A receptive field says what a pixel can see; this says what it looks at (Lukoianov et al. 2025, arXiv 2509.09672).
"""

from collections.abc import Callable

import torch
from torch import Tensor


def sensitivity(see: Callable[[Tensor], Tensor], x: Tensor, pixel: tuple[int, int]) -> Tensor:
    """|d x0_hat(pixel) / d x_t|: root of the squares, summed over the colours of both and averaged over the pictures.

    see: (B, C, H, W) -> (B, C', H, W), each picture by itself: a denoiser whose step is set, lambda x: denoise(x, t).
    x: (B, C, H, W), noisy.  pixel: row and column.  Returns (H, W) >= 0.
    """
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        colours = see(x)[:, :, pixel[0], pixel[1]].sum(0).unbind()
    slopes = [torch.autograd.grad(colour, x, retain_graph=True)[0] for colour in colours]
    return torch.stack(slopes).square().sum((0, 2)).mean(0).sqrt()


def radius(heat: Tensor, pixel: tuple[int, int], share: float = 0.9) -> float:
    """How far from the pixel one must go, in px, to have this share of the squares of `heat` (H, W).

    Returns 0 if the pixel alone has as much.  Raises ValueError if nothing counts.
    """
    if not heat.any():
        raise ValueError("the pixel depends on nothing")
    rows, columns = ((torch.arange(side) - place).double() for side, place in zip(heat.shape, pixel, strict=True))
    distance, order = torch.hypot(rows[:, None], columns).flatten().sort(stable=True)
    held = (heat.cpu().double() / heat.max().item()).square().flatten()[order].cumsum(0)
    return distance[(held >= share * held[-1]).nonzero()[0, 0]].item()
