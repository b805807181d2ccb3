"""What an application is, in words and in code."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

from torch import Tensor

from sindiff.applications.draw import Draw
from sindiff.applications.full_size import Size
from sindiff.applications.table.reading import read_size
from sindiff.model import Source

Given = SimpleNamespace
"""What an application was given, by name: picture (3, H, W), mask (1, H, W), prompts, and its options."""


class Option(NamedTuple):
    """A setting of an application.

    name: of the keyword, and of --name.  read: makes the value from text, ValueError says what is wrong with it.
    least, most: bounds of a number.  many: may be given several times, and is then a tuple.
    """

    name: str
    help: str
    default: Any = None
    read: Callable[[str], Any] = int
    least: float | None = None
    most: float | None = None
    shown: str = ""
    many: bool = False
    required: bool = False


@dataclass(frozen=True)
class Application:
    """name: the command.  about: what it does.  inputs: PICTURE, MASK, PROMPTS; in brackets what may be left out.

    make(source, given, draw): the pictures, (n, 3, H, W).  prepare(source, given): raises ValueError for what cannot
    be, before any work, and fills in what is left to choose.  size(source, given): height and width of a result.
    calls(source, given, steps): how often the source is asked for a batch.  coarser: as full_size.finished takes it.
    before(given): what a sheet shows first.  hints(source, given): lines to read before the work begins.
    """

    name: str
    about: str
    make: Callable[[Source, Given, Draw], Tensor]
    examples: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    prepare: Callable[[Source, Given], None] = lambda source, given: None
    size: Callable[[Source, Given], Size] = lambda source, given: tuple(given.picture.shape[1:])
    calls: Callable[[Source, Given, int], int] = lambda source, given, steps: steps
    coarser: float = 1.0
    before: Callable[[Given], list[Tensor]] = lambda given: [given.picture]
    hints: Callable[[Source, Given], list[str]] = lambda source, given: []


SIZE = Option("size", "Canvas in pixels, any size; default: the photo's.", None, read_size, shown="HxW")
MAPS = (
    Option(
        "map", "A map of the photo, such as heights, of the same size: gray or RGB, 8 or 16 bits; it is assembled like "
        "each picture.  Repeatable.", None, str, shown="FILE", many=True,
    ),
    Option(
        "normal", "The same for normals: averages are scaled back to unit length.  Repeatable.",
        None, str, shown="FILE", many=True,
    ),
)  # fmt: skip
MASK = "MASK is a picture of the same proportions, white where {} and black where to keep."
ERASED = "Without it, transparent parts of PICTURE count as white."
INVERT = Option("invert", "Swap black and white in the mask.", False, bool)
