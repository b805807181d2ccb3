"""Whether what came into a hole is what had been there."""

from collections.abc import Iterable
from pathlib import Path

from torch import Tensor

from sindiff.cli.terminal import say
from sindiff.pictures.images import load_picture

ALIKE = 1.5 / 127.5
"""Two values of 8 bits that differ by one at most."""


def tell_returned(files: Iterable[Path], picture: Tensor, mask: Tensor) -> None:
    """A line on stderr for each result whose hole holds, for the most part, what the picture has there.

    picture: (3, H, W) in [-1, 1].  mask: (1, H, W), 1 in the hole.
    """
    for file in files:
        apart = (load_picture(file) - picture).abs().amax(0)[mask[0] == 1]
        share = (apart < ALIKE).float().mean().item()
        if share > 1 / 2:
            long_side = max(picture.shape[1:])
            say(
                f"{file}: {share:.0%} of the hole is what was there, which SOURCE knows; to be rid of it, give as "
                f"SOURCE a part of the photo without it, and --long-side {long_side}, or mask more around it"
            )
