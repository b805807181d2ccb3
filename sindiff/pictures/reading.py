"""Picture files opened: upright, in the colours of sRGB, and refused in one line where that cannot be."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import cache
from math import ceil
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageCms, PngImagePlugin, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from sindiff.machine.files import home_expanded
from sindiff.machine.quiet import unheard
from sindiff.pictures.kinds import kind

PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY  # what editors note can be longer than Pillow expects
MOST_PIXELS, MOST_PIXELS_REDUCED = 100_000_000, 400_000_000
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
FITTING = {"L": {"GRAY": "L", "RGB": "RGB"}, "RGB": {"RGB": "RGB"}, "CMYK": {"CMYK": "CMYK"}}  # profiles: their mode
ONE_PICTURE = 'give one picture; to take all: for f in FOLDER/*.jpg; do sindiff train "$f" --out "runs/$f"; done'


def read_image(path: str | Path, long_side: int | None = None) -> Image.Image:
    """Read a picture file as an upright 8-bit RGB image: its colours in sRGB, its transparency laid over white.

    Its size is its own, but for a JPEG of more than 100 million pixels where `long_side` is given: that is reduced
    while it is decoded, to twice as much or more.
    Raises ValueError, naming the file and the reason, if it is no picture that can be read, or a huge one.
    """
    image = in_srgb(open_image(path, long_side))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def open_image(path: str | Path, long_side: int | None = None) -> Image.Image:
    """Read a picture file in its own mode, upright and with 8 bits.  long_side, errors: as in read_image."""
    image = open_stored(path, long_side)
    if not image.mode.startswith("I"):
        return image
    gray = Image.fromarray((np.asarray(image).clip(0, 65535) / 257).round().astype(np.uint8))
    gray.info = {"icc_profile": image.info.get("icc_profile")}
    return gray


def open_stored(path: str | Path, long_side: int | None = None) -> Image.Image:
    """Read a picture file upright, in its own mode and with its own bits.  long_side, errors: as in read_image."""
    path = home_expanded(path)
    with _named_errors(path):
        image = _opened(path)
        if long_side and MOST_PIXELS < image.width * image.height <= MOST_PIXELS_REDUCED:
            _reduce_while_decoding(image, 2 * long_side)
        image = _upright(_decoded(image))
    if image.mode == "F":
        raise ValueError(f"{path}: floating-point pixels have no agreed range; save it with 8 or 16 bits")
    return image


def is_picture(path: str | Path) -> bool:
    """Whether a picture can be read there."""
    try:
        read_image(path)
    except ValueError:
        return False
    return True


def picture_size(path: str | Path) -> tuple[int, int]:
    """Height and width of a picture file, upright; a JPEG's without decoding it.  Errors are those of read_image."""
    path = home_expanded(path)
    with _named_errors(path):
        image = _opened(path)
        if isinstance(image, JpegImageFile):
            return image.size if _orientation(image) in (5, 6, 7, 8) else image.size[::-1]
    return open_image(path).size[::-1]


def is_transparent(path: str | Path) -> bool:
    """Whether a part of a picture file is transparent."""
    path = home_expanded(path)
    with _named_errors(path):
        if not _opened(path).has_transparency_data:
            return False
    image = open_image(path)
    return image.has_transparency_data and image.convert("RGBA").getextrema()[3][0] < 255


def stored_as(path: str | Path) -> str:
    """How Pillow calls the pixels of a picture file as they lie in it, such as RGB;16B; "" where it does not tell."""
    path = home_expanded(path)
    with _named_errors(path):
        tiles = _opened(path).tile
        return str(tiles[0][3]) if tiles else ""


def is_cut_off(path: str | Path) -> bool:
    """Whether the metadata of a picture file (EXIF) end before they say which way is up."""
    path = home_expanded(path)
    with _named_errors(path):
        image = _opened(path)
        return _orientation(image) is None and not _is_whole(image.info.get("exif", b""))


def _is_whole(metadata: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        try:
            Image.Exif().load(metadata)
        except Exception:  # metadata can be damaged in any way
            return False
    return True


def in_srgb(image: Image.Image) -> Image.Image:
    """The image in the colours of sRGB: as its ICC profile says, unchanged without one that fits and can be read."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        mode = FITTING[_colours(image)][profile.profile.xcolor_space.strip()]
        srgb = ImageCms.createProfile("sRGB")
        flat = image.convert("RGBA") if image.has_transparency_data else image
        converted = ImageCms.profileToProfile(flat.convert(mode), profile, srgb, outputMode="RGB")
    except (KeyError, ValueError, TypeError, OSError, ImageCms.PyCMSError):
        return image
    if flat is not image:
        converted.putalpha(flat.getchannel("A"))
    return converted


def _colours(image: Image.Image) -> str:
    """What an image's numbers mean: L, RGB or CMYK."""
    return image.mode if image.mode == "CMYK" else "L" if image.mode in ("1", "L", "LA") else "RGB"


def _opened(path: Path) -> Image.Image:
    """A picture file before its pixels are decoded."""
    _know_heic()
    with suppress(SyntaxError):  # it is no JPEG
        return JpegImageFile(path)
    return Image.open(path)


@cache
def _know_heic() -> None:
    with suppress(ImportError):
        import pillow_heif

        pillow_heif.register_heif_opener()


def _reduce_while_decoding(image: Image.Image, least: int) -> None:
    """Let a JPEG be decoded at a half, a quarter or an eighth of its size, with a long side of `least` px or more."""
    image.draft(None, [ceil(side * least / max(image.size)) for side in image.size])


def _decoded(image: Image.Image) -> Image.Image:
    """The image with its pixels in memory.  Raises DecompressionBombError for too many, also where the header lied."""
    _refuse_huge(image)
    with unheard() if image.format == "TIFF" else nullcontext():  # libtiff prints whatever it finds
        _load(image)
    _refuse_huge(image)
    return image


def _load(image: Image.Image) -> None:
    try:
        image.load()
    except Exception as error:
        undecoded = image.format == "TIFF" and isinstance(error, OSError)  # by libtiff, which leaves no tile even then
        if image.tile or undecoded:
            raise
        image.load()  # raises again, unless it is whole and only what is said about it cannot be read


def _refuse_huge(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise Image.DecompressionBombError


def _upright(image: Image.Image) -> Image.Image:
    turn = UPRIGHT.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _orientation(image: Image.Image) -> object:
    try:
        return image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # metadata can be damaged in any way
        return None


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    """Turn whatever a picture file can raise into a ValueError that names the file and says why in one line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise ValueError(f"{path}: is a folder; {ONE_PICTURE}") from None
    except PermissionError:
        raise ValueError(f"{path}: may not be read (permission denied)") from None
    except Image.DecompressionBombError:
        raise ValueError(
            f"{path}: has more than {MOST_PIXELS:,} pixels; reduce it first (of a JPEG, sindiff train takes up to "
            f"{MOST_PIXELS_REDUCED:,})"
        ) from None
    except MemoryError:
        raise
    except Exception as error:  # a damaged picture can fail in any way
        unknown = isinstance(error, UnidentifiedImageError)
        reason = "is not a picture that can be read" if unknown else f"damaged picture ({_first_line(error)})"
        raise ValueError(f"{path}: {kind(path) or reason}") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__
