"""Exact denoisers of one picture and of its patches: new pictures with no training (§3.2; Kamb and Ganguli 2024).

A network that has learned everything is the posterior mean of its training set.  If it sees whole canvases, that set is
the picture, and it can only repeat it; if it sees k x k windows, each pixel of a canvas chooses among the picture's
patches.  These denoisers are differentiated, wrapped and sampled like any network's.
"""

from collections.abc import Callable, Iterator, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.diffusion import Denoiser
from sindiff.schedule import Schedule

PatchSize = int | Callable[[int], int]
"""Side of the square patches in px, odd: one number, or a function of the step t."""

Pictures = Tensor | Sequence[Tensor]
"""Where patches come from: a picture (C, H, W) in [-1, 1], or several of any sizes, whose patches then count alike."""

Table = Callable[[int, int, int], Tensor]
"""(canvas side, picture side, reach) -> bool (canvas side, picture side): which places may be compared."""

MOST_LOGITS = 2**22


def picture_denoiser(pictures: Tensor, schedule: Schedule) -> Denoiser:
    """The exact denoiser of whole pictures: x0_hat is their average, weighted by how well each explains x_t.

    pictures: (C, H, W), which is then x0_hat whatever x_t is, or (N, C, H, W): several pictures, or shifts of one.
    The denoiser takes canvases of H x W only and raises ValueError for others.
    """
    pictures = pictures[None] if pictures.ndim == 3 else pictures

    def denoise(x: Tensor, t: int) -> Tensor:
        if x.shape[1:] != pictures.shape[1:]:
            raise ValueError(f"canvases must be {tuple(pictures.shape[1:])}, not {tuple(x.shape[1:])}")
        signal, sigma = (scale.item() for scale in schedule.scales(t, x))
        offset = pictures.to(x).mean(0)
        known = (pictures.to(x) - offset).flatten(1)
        logits = (x - signal * offset).flatten(1) @ known.T - signal / 2 * known.square().sum(1)
        return ((signal / sigma**2 * logits).softmax(1) @ known).reshape(x.shape) + offset

    return denoise


def patch_denoiser(pictures: Pictures, schedule: Schedule, patch_size: PatchSize) -> Denoiser:
    """The exact denoiser that sees k x k windows and not where they lie ("equivariant local score", ELS).

    x0_hat(i) = sum_j w_ij centre(p_j), w_ij = softmax_j(-|P_i x_t - sqrt(alpha_bar) p_j|^2 / (2 (1 - alpha_bar))),
    with P_i x_t the window at pixel i and p_j the patches of the picture (Kamb and Ganguli 2024, arXiv 2412.20292).  At
    the border of the canvas only the visible part of a window counts, compared wherever that part fits in the picture.

    The denoiser takes (B, C, H', W') of any size.  Along a side on which canvas and picture differ, windows are cut to
    what fits in both.  Memory is bounded, except that autograd keeps B H' W' H W weights.  The denoiser raises
    ValueError for a patch size that is not odd.
    """
    return _matching(pictures, schedule, patch_size, _where_it_fits, _pad_with_nothing)


def tileable_patch_denoiser(pictures: Pictures, schedule: Schedule, patch_size: PatchSize) -> Denoiser:
    """patch_denoiser on a canvas whose opposite borders meet, as in circular padding: samples tile without a seam.

    Rolling the canvas rolls x0_hat.  Patches come from inside the picture, so k is cut to its short side.
    """
    widest = (min(side for picture in _several(pictures) for side in picture.shape[-2:]) - 1) // 2 * 2 + 1
    return _matching(
        pictures, schedule, lambda t: min(size_at(patch_size, t), widest), _where_all_fits, _pad_with_itself
    )


def border_patch_denoiser(pictures: Pictures, schedule: Schedule, patch_size: PatchSize) -> Denoiser:
    """patch_denoiser that sees the border, as zero padding lets a network do ("boundary-broken" ELS).

    A window is compared only with those that the picture's border cuts in the same way: within k // 2 px of a border, a
    pixel knows its distance.  With k // 2 as long as the picture all know their place, and x0_hat is the picture.
    """
    return _matching(pictures, schedule, patch_size, _where_the_border_agrees, _pad_with_nothing)


def placed_patch_denoiser(pictures: Pictures, schedule: Schedule, patch_size: PatchSize, slack: float) -> Denoiser:
    """patch_denoiser that knows where a window lies, to within `slack` ("local score", LS, at slack = 0).

    slack: share of the picture's side.  A window is compared with those centred at most that far from its own place, up
    or down and sideways: 0 repeats the picture, 1 is patch_denoiser.  Places on other canvases are proportional.
    """

    def table(canvas: int, side: int, reach: int) -> Tensor:
        place = (torch.arange(canvas) + 0.5) / canvas * side - 0.5
        distance = (place[:, None] - torch.arange(side)).abs()
        distance[~_where_it_fits(canvas, side, reach)] = torch.inf
        return distance <= distance.min(1, keepdim=True).values.clamp(min=slack * side)

    return _matching(pictures, schedule, patch_size, table, _pad_with_nothing)


def shrinking_patches(schedule: Schedule, largest: int = 31, smallest: int = 5, slope: float = 9.0) -> PatchSize:
    """A patch size in proportion to the noise: slope sqrt((1 - alpha_bar) / alpha_bar) px, made odd, within limits.

    Large windows lay out the picture while noise hides its details; small ones then join these in new ways.  Half the
    long side is a good `largest`, a quarter where windows are placed: more repeats the picture's layout, less loses it.
    """

    def size(t: int) -> int:
        wanted = slope * torch.exp(-schedule.half_log_snr[t]).item()
        return int(min(max(wanted, smallest), largest)) // 2 * 2 + 1

    return size


def size_at(patch_size: PatchSize, t: int) -> int:
    """The patch size at step t.  Raises ValueError if it is not odd."""
    size = patch_size(t) if callable(patch_size) else patch_size
    if size < 1 or size % 2 == 0:
        raise ValueError(f"patch sizes must be odd and positive, not {size}")
    return size


def _several(pictures: Pictures) -> Sequence[Tensor]:
    return [pictures] if isinstance(pictures, Tensor) else pictures


def _matching(pictures: Pictures, schedule: Schedule, patch_size: PatchSize, table: Table, pad: Callable) -> Denoiser:
    def denoise(x: Tensor, t: int) -> Tensor:
        size = size_at(patch_size, t)
        signal, sigma = (scale.item() for scale in schedule.scales(t, x))
        known = [picture.to(x) for picture in _several(pictures)]
        offset = known[0].mean((1, 2), keepdim=True)
        shapes = [canvas.shape[-2:] for canvas in (x, *known)]
        reach = [min(reach_within(size // 2, a, b) for b in sides) for a, *sides in zip(*shapes, strict=True)]
        asked = (x - signal * offset) * (signal / sigma**2)
        asked = pad(F.pad(asked, (0, 0, 0, 0, 0, 1), value=-(signal**2) / sigma**2 / 2), reach)
        means, totals = zip(*(_posterior(asked, picture - offset, reach, table) for picture in known), strict=True)
        return (torch.stack(totals).softmax(0) * torch.stack(means)).sum(0) + offset

    return denoise


def reach_within(wanted: int, canvas: int, side: int) -> int:
    """How far windows see along a side: as wanted if canvas and picture agree, else what fits in both."""
    return wanted if canvas == side else min(wanted, (min(canvas, side) - 1) // 2)


def _posterior(asked: Tensor, known: Tensor, reach: list[int], table: Table) -> tuple[Tensor, Tensor]:
    """Average the pixels of `known`, weighted by the softmax of window products of `asked` and of `known`.

    asked: (B, C + 1, H' + 2 reach, W' + 2 reach), scaled so that its windows times those of `known`, with |known|^2 as
    one more channel, are log-weights.  known: (C, H, W).
    Returns the mean (B, C, H', W') and the logarithm of the sum of all weights (B, 1, H', W').
    """
    described = _pad_with_nothing(torch.cat([known, known.square().sum(0, keepdim=True)]), reach)
    canvas = [side - 2 * r for side, r in zip(asked.shape[-2:], reach, strict=True)]
    tables = zip(canvas, known.shape[-2:], reach, strict=True)
    rows, columns = (table(*each).to(asked.device) for each in tables)
    size_y, size_x = (2 * r + 1 for r in reach)
    asked = asked.unfold(3, size_x, 1).permute(2, 0, 3, 1, 4).flatten(3).flatten(1, 2)
    described = described.unfold(2, size_x, 1).permute(1, 0, 3, 2).flatten(1, 2)
    centres = known.permute(1, 2, 0)
    hidden = asked.new_zeros(columns.shape).masked_fill(~columns, -torch.inf).repeat(asked.shape[1] // len(columns), 1)
    strip = max(1, MOST_LOGITS // known[0].numel())
    strips = []
    for part, hidden_part in zip(asked.split(strip, dim=1), hidden.split(strip), strict=True):
        lines = []
        for row, logits in zip(rows, _window_products(part, described, size_y), strict=True):
            logits = (logits.unflatten(1, centres.shape[:2])[:, row] + hidden_part[:, None]).flatten(1)
            peak = logits.amax(1, keepdim=True).detach()
            weights = (logits - peak).exp()
            total = weights.sum(1, keepdim=True)
            lines.append(torch.cat([weights @ centres[row].flatten(0, 1) / total, peak + total.log()], 1))
        strips.append(torch.stack(lines))
    answer = torch.cat(strips, 1).unflatten(1, (-1, len(columns))).permute(1, 3, 0, 2)
    return answer[:, :-1], answer[:, -1:]


def _window_products(asked: Tensor, described: Tensor, size: int) -> Iterator[Tensor]:
    """Inner products of every window of `asked` with every window of `described`, a row of windows at a time.

    asked: (H' + size - 1, N, D), described: (H + size - 1, D, W), rows of windows already unfolded sideways.
    Yields H' times (N, H W).  A window one row down beside one row down is the same sum less a row, plus a row.
    """
    n, depth, width, height = *asked.shape[1:], described.shape[2], len(described) - size + 1
    top = described[:size].flatten(0, 1)
    spread = described.transpose(0, 1).reshape(depth, -1)
    steps = torch.cat([spread[:, size * width :], -spread[:, : (height - 1) * width]])
    products = sum(asked[d] @ spread[:, d * width : (d + height) * width] for d in range(size))
    yield products
    for y in range(1, len(asked) - size + 1):
        change = torch.cat([asked[y + size - 1], asked[y - 1]], 1)
        rest = torch.addmm(products[:, : (height - 1) * width], change, steps)
        products = torch.cat([asked[y : y + size].transpose(0, 1).reshape(n, -1) @ top, rest], 1)
        yield products


def _extents(side: int, reach: int) -> Tensor:
    """How far a window sees up and down before the border cuts it, at most `reach`: (side, 2)."""
    place = torch.arange(side)
    return torch.stack([place, side - 1 - place], 1).clamp(max=reach)


def _where_it_fits(canvas: int, side: int, reach: int) -> Tensor:
    return (_extents(canvas, reach)[:, None] <= _extents(side, reach)).all(-1)


def _where_all_fits(canvas: int, side: int, reach: int) -> Tensor:
    return (_extents(side, reach) == reach).all(-1).expand(canvas, side)


def _where_the_border_agrees(canvas: int, side: int, reach: int) -> Tensor:
    return (_extents(canvas, reach)[:, None] == _extents(side, reach)).all(-1)


def _pad_with_nothing(canvas: Tensor, reach: list[int]) -> Tensor:
    return F.pad(canvas, (reach[1], reach[1], reach[0], reach[0]))


def _pad_with_itself(canvas: Tensor, reach: list[int]) -> Tensor:
    y, x = (torch.arange(-r, side + r) % side for side, r in zip(canvas.shape[-2:], reach, strict=True))
    return canvas[..., y[:, None], x]
