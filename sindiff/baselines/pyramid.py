"""A picture at several scales, and a canvas of any size at the same."""

from collections.abc import Mapping
from numbers import Integral
from typing import Any

from torch import Tensor

from sindiff.pictures.images import resize


def pyramid(picture: Tensor, ratio: float, coarsest: int) -> tuple[Tensor, ...]:
    """The picture reduced by `ratio` again and again, as long as its short side keeps `coarsest` px; smallest first.

    picture: (3, H, W) in [-1, 1].  Raises ValueError if it is smaller than that, or not finite.
    """
    height, width = picture.shape[1:]
    if min(height, width) < coarsest:
        raise ValueError(f"the picture's short side needs at least {coarsest} px, not {min(height, width)}")
    if not picture.isfinite().all():
        raise ValueError("the picture has pixels that are no finite numbers")
    factors = [1.0]
    while round(min(height, width) / (factors[-1] * ratio)) >= coarsest:
        factors.append(factors[-1] * ratio)
    smaller = [resize(picture, round(height / factor), round(width / factor)) for factor in reversed(factors[1:])]
    return (*smaller, picture)


def targets(sizes: list[tuple[int, int]], size: tuple[int, int] | None, least: int) -> list[tuple[int, int]]:
    """A canvas at the scales of a picture: height and width at each.

    sizes: the picture's, smallest first.  size: the canvas's, None for the picture's own.
    Raises ValueError if a side would have less than `least` px at the smallest scale.
    """
    whole = sizes[-1]
    size = size or whole
    scaled = [
        tuple(round(wanted * side / full) for wanted, side, full in zip(size, scale, whole, strict=True))
        for scale in sizes
    ]
    if min(scaled[0]) < least:
        smallest = [-(-least * full // side) for full, side in zip(whole, sizes[0], strict=True)]
        raise ValueError(f"the canvas must have at least {smallest[0]}x{smallest[1]} px, not {size[0]}x{size[1]}")
    return scaled


def require_draw(n: int, seed: int) -> None:
    """Raise ValueError for less than one picture, and for a seed that is negative or reaches 2^63."""
    if n < 1:
        raise ValueError(f"the number of pictures must be at least 1, not {n}")
    if not 0 <= seed <= 2**63 - n:
        raise ValueError(f"the seed must lie in 0..2^63, not {seed}")


def require_settings(config: Any, least: Mapping[str, float], above: Mapping[str, float]) -> None:
    """Raise ValueError for a setting of a config below its least value, or not above its bound."""
    for name, bound in least.items():
        if not getattr(config, name) >= bound:
            raise ValueError(f"{name} must be at least {bound}, not {getattr(config, name)}")
    for name, bound in above.items():
        if not getattr(config, name) > bound:
            raise ValueError(f"{name} must be above {bound}, not {getattr(config, name)}")


def require_whole(config: Any, *names: str) -> None:
    """Raise ValueError for a setting of a config that is no whole number."""
    for name in names:
        if not isinstance(getattr(config, name), Integral):
            raise ValueError(f"{name} must be a whole number, not {getattr(config, name)}")


def require_patch(config: Any) -> None:
    """Raise ValueError unless the patch's side is a whole number of px from 1 to what the smallest scale has."""
    require_whole(config, "patch")
    require_settings(config, least={"patch": 1}, above={})
    if not config.patch <= config.coarsest:
        raise ValueError(f"coarsest must be at least the patch's {config.patch} px, not {config.coarsest}")
