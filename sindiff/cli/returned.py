"""Whether what came into a hole is what had been there."""

from collections.abc import Iterable
from pathlib import Path

from torch import Tensor

from sindiff.cli.terminal import say
from sindiff.pictures.images import load_picture

ALIKE = 1.5 / 127.5
"""Two values of 8 bits that differ by one at most."""
TELLING = 16 / 127.5
"""Pixels nearer to the hole's median tell nothing: a plain ground is rightly filled with the same again."""


def tell_returned(files: Iterable[Path], picture: Tensor, mask: Tensor) -> None:
    """A line on stderr if the hole of some results holds, for the most part, what stood out in the picture there.

    picture: (3, H, W) in [-1, 1].  mask: (1, H, W), 1 in the hole.
    """
    was = picture[:, mask[0] == 1]
    if not was.numel():
        return
    telling, returned = (was - was.median(1, keepdim=True).values).abs().amax(0) > TELLING, []
    for file in files if telling.any() else ():
        apart = (load_picture(file)[:, mask[0] == 1] - was).abs().amax(0)[telling]
        if (apart < ALIKE).float().mean() > 1 / 2:
            returned.append(file)
    if returned:
        named = f"{returned[0]}" + (f" and {len(returned) - 1} more" if len(returned) > 1 else "")
        say(
            f"{named}: the hole holds what was there, which SOURCE knows; to be rid of it, give as SOURCE a part of "
            f"the photo without it, and --long-side {max(picture.shape[1:])}, or mask more around it"
        )
