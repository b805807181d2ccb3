"""What detail is asked for must make sense: one line for each thing that does not."""

from torch import Tensor

from sindiff.detail.known import Known
from sindiff.detail.pyramid import Size
from sindiff.detail.settings import DetailSettings

SHORTEST, LONGEST = 8, 32767


def check(
    layouts: Tensor,
    photo: Tensor,
    trained_size: Size,
    size: Size,
    settings: DetailSettings,
    known: Known | None,
    start: Tensor | None,
) -> None:
    """Raise ValueError unless these can be given to detail."""
    if photo.ndim != 3 or not 1 <= len(photo) <= 4:
        raise ValueError(f"the photo must be (C, H, W) with 1 to 4 channels, not {tuple(photo.shape)}")
    if layouts.ndim != 4 or len(layouts) == 0 or layouts.shape[1] != len(photo):
        raise ValueError(f"layouts must be (n, {len(photo)}, h, w) like their photo, not {tuple(layouts.shape)}")
    for name, sides in (("photo", photo.shape[1:]), ("layouts", layouts.shape[2:]), ("trained size", trained_size)):
        if min(sides) < SHORTEST or max(sides) > LONGEST:
            raise ValueError(f"the sides of the {name} must be {SHORTEST} to {LONGEST} px, not {sides[0]}x{sides[1]}")
    if any(small > whole for small, whole in zip(trained_size, photo.shape[1:], strict=True)):
        raise ValueError(f"the trained size {_px(trained_size)} is larger than the photo, {_px(photo.shape[1:])} px")
    if any(side < small for side, small in zip(size, layouts.shape[2:], strict=True)):
        raise ValueError(f"a size of {_px(size)} px is smaller than the layouts, {_px(layouts.shape[2:])} px")
    if not (layouts.isfinite().all() and photo.isfinite().all()):
        raise ValueError("layouts and photo must be finite")
    _check_settings(settings)
    if known is not None:
        _check_known(known, (len(photo), *size))
    if start is not None and tuple(start.shape) != (len(layouts), *size):
        raise ValueError(f"start fields must be {(len(layouts), *size)}, not {tuple(start.shape)}")
    if start is not None and not (int(start.min()) >= 0 and int(start.max()) < photo[0].numel()):
        raise ValueError("start fields must be places in the photo")


def _check_settings(settings: DetailSettings) -> None:
    if settings.wrap not in ("", "x", "y", "xy"):
        raise ValueError(f"wrap must be '', 'x', 'y' or 'xy', not {settings.wrap!r}")
    if settings.seed < 0:
        raise ValueError(f"the seed must not be negative, as {settings.seed} is")
    if settings.patch_size not in (3, 5, 7):
        raise ValueError(f"the patch size must be 3, 5 or 7 px, not {settings.patch_size}")
    if settings.matching < 0 or settings.rounds < 1:
        raise ValueError("matching must not be negative, and there must be a round at least")
    if not (0 <= settings.even_use <= 100 and 1.1 <= settings.ratio <= 4):
        raise ValueError("even_use must be from 0 to 100, and the ratio from 1.1 to 4")


def _check_known(known: Known, shape: tuple[int, int, int]) -> None:
    if tuple(known.pixels.shape) != shape or tuple(known.mask.shape) != (1, *shape[1:]):
        raise ValueError(f"known pixels must be {shape} and their mask {(1, *shape[1:])}, as the pictures are")
    if not ((known.mask == 0) | (known.mask == 1)).all():
        raise ValueError("the mask must be 1 where to invent and 0 where to keep")


def _px(size: Size) -> str:
    return f"{size[0]}x{size[1]}"
