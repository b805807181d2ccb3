"""A photo at the sizes between its layout's and its own, with the keys that are searched there."""

from dataclasses import dataclass, replace

from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

from sindiff.detail.field import Index, index_of
from sindiff.detail.keys import directions
from sindiff.detail.pixels import to_bytes
from sindiff.detail.pyramid import Size, resized, sizes_between
from sindiff.detail.settings import DetailSettings, Phase

MOST_KEPT = 2**22  # px of a photo whose levels are kept, at 80 bytes a pixel; of a larger one only the one in use


@dataclass(frozen=True)
class Level:
    """What all canvases share in a phase: the phase's number, the photo (H, W, C) uint8 of its level, and its keys."""

    number: int
    phase: Phase
    photo: Tensor
    index: Index


class Levels:
    """The levels of a photo, (H, W, C) uint8, of these sizes, coarse to fine; each is made when it is first asked for.

    Pictures that are made of the photo one after the other share them.
    """

    def __init__(self, pixels: Tensor, sizes: list[Size], patch_size: int):
        self.pixels, self.sizes, self.patch_size = pixels, sizes, patch_size
        self._made: dict[tuple[int, bool], Level] = {}

    @property
    def are_kept(self) -> bool:
        return self.pixels[..., 0].numel() <= MOST_KEPT

    def at(self, number: int, phase: Phase) -> Level:
        """The level of a phase with its keys: of the level itself where these are sharp, else of the coarser one."""
        key = phase.level, phase.sharp
        if key not in self._made:
            if not self.are_kept:
                self._made.clear()
            photo = resized(self.pixels, self.sizes[phase.level])
            coarser = photo if phase.sharp else resized(self.pixels, self.sizes[phase.level - 1])
            source = resized(coarser, self.sizes[phase.level])
            self._made[key] = Level(number, phase, photo, index_of(source, directions(source, self.patch_size)))
        return replace(self._made[key], number=number, phase=phase)


_last: WeakTensorKeyDictionary = WeakTensorKeyDictionary()


def levels_of(photo: Tensor, trained_size: Size, settings: DetailSettings) -> Levels:
    """The levels of a photo (C, H, W) in [-1, 1]: those of the last call, while that photo is there and unchanged."""
    sizes = sizes_between(trained_size, tuple(photo.shape[1:]), settings.ratio)
    levels, pixels = _last.get(photo), to_bytes(photo)
    if levels and (levels.sizes, levels.patch_size) == (sizes, settings.patch_size) and levels.pixels.equal(pixels):
        return levels
    _last.clear()
    levels = Levels(pixels, sizes, settings.patch_size)
    if levels.are_kept:
        _last[photo] = levels
    return levels
