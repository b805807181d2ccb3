"""What people write, read: sizes, places, regions and prompts.  Each raises ValueError that says how to write it."""

from math import nan

from sindiff.applications.region import Box
from sindiff.conditioning import AXES


def read_size(text: str) -> tuple[int, int]:
    """HEIGHTxWIDTH in pixels, for example 480x1280."""
    sides = text.lower().split("x")
    if len(sides) != 2 or not all(_is_number(side) and int(side) > 0 for side in sides):
        raise ValueError(f"{text!r} is no size: write height x width in pixels, for example 480x1280")
    return int(sides[0]), int(sides[1])


def read_place(text: str) -> tuple[int, int]:
    """TOP,LEFT in pixels."""
    return tuple(_numbers(text, "TOP,LEFT"))


def read_box(text: str) -> Box:
    """TOP,LEFT,HEIGHT,WIDTH in pixels."""
    return Box(*_numbers(text, "TOP,LEFT,HEIGHT,WIDTH"))


def read_share(text: str) -> float:
    """A share of a whole: 12%."""
    number = text.removesuffix("%")
    try:
        share = float(number) / 100
    except ValueError:
        share = nan
    if number == text or not 0 <= share <= 1:
        raise ValueError(f"{text!r} is no share: write a number of per cent, for example 12%")
    return share


def read_axes(text: str) -> str:
    """x, y or xy."""
    if text not in AXES:
        raise ValueError(f"unknown axes {text!r}: choose {', '.join(AXES)}")
    return text


def read_prompt(text: str) -> tuple[str, float]:
    """A text, or a text and its weight: TEXT::0.5."""
    words, colons, weight = text.rpartition("::")
    if not colons:
        return text, 1.0
    try:
        return words, float(weight)
    except ValueError:
        raise ValueError(f"{weight!r} is no weight: write TEXT::NUMBER, for example 'night::0.5'") from None


def _numbers(text: str, names: str) -> list[int]:
    parts = text.split(",")
    if len(parts) != names.count(",") + 1 or not all(_is_number(part.strip()) for part in parts):
        raise ValueError(f"{text!r} is not {names}: write {names.count(',') + 1} numbers of px with commas between")
    return [int(part) for part in parts]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12
