"""Rows of the table: what follows a reference (Eq. 7)."""

from collections.abc import Callable

from torch import Tensor

from sindiff.applications import reference
from sindiff.applications.draw import Draw
from sindiff.applications.full_size import full_size
from sindiff.applications.reference import Recipe
from sindiff.applications.table.row import ERASED, INVERT, MASK, SIZE, Application, Given, Option
from sindiff.model import Source


def _recipe(default: Recipe) -> tuple[Option, ...]:
    return (
        Option(
            "start", "How much noise the given picture starts with: 0.2 changes little, 1 leaves nothing of it.",
            default.start, float, 0.01, 1,
        ),
        Option(
            "factor", "Structures coarser than this many px of the layout come from the given picture (Eq. 7).",
            default.factor, int, 1, 10_000,
        ),
        Option("until", "Noise level down to which that is done: 0 to the end, 1 never.", default.until, float, 0, 1),
    )  # fmt: skip


def _require_mask(source: Source, given: Given) -> None:
    if given.mask is None:
        raise ValueError("nothing tells what was pasted into PICTURE: give a MASK that is white there")


def _by_recipe(redraw: Callable[..., Tensor], *inputs: str) -> Callable[[Source, Given, Draw], Tensor]:
    def make(source: Source, given: Given, draw: Draw) -> Tensor:
        return redraw(source, *(getattr(given, name) for name in inputs), recipe=_recipe_of(given), draw=draw)

    return make


def _recipe_of(given: Given) -> Recipe:
    return Recipe(given.start, given.factor, given.until)


PAINT = Application(
    "paint",
    "Redraw PICTURE, a rough drawing, with the photo's patches.",
    _by_recipe(reference.paint, "picture"),
    (
        "sindiff paint runs/photo drawing.png --out painted",
        "sindiff paint photo.jpg drawing.png --out free --until 0.3",
    ),
    ("PICTURE",),
    _recipe(reference.PAINT),
)
TRANSLATE = Application(
    "translate",
    "Arrange the photo's patches like another PICTURE.",
    _by_recipe(reference.translate, "picture"),
    (
        "sindiff translate runs/photo other.jpg --out new",
        "sindiff translate photo.jpg other.jpg --out near --until 0.2",
    ),
    ("PICTURE",),
    _recipe(reference.TRANSLATE),
)
RETARGET = Application(
    "retarget",
    "Give PICTURE another shape.  Things keep their own shapes, and there are more or fewer of them.",
    lambda source, given, draw: reference.retarget(source, given.picture, given.size, _recipe_of(given), draw),
    (
        "sindiff retarget photo.jpg photo.jpg --size 1000x3000 --out panorama",
        "sindiff retarget runs/photo photo.jpg --size 1600x900 --out phone",
    ),
    ("PICTURE",),
    (SIZE._replace(help="Canvas in pixels, any size.", required=True), *_recipe(reference.RETARGET)),
    size=lambda source, given: full_size(source, given.size),
)
STYLE = Application(
    "style",
    "Draw another PICTURE's shapes in the photo's colours.",
    _by_recipe(reference.style, "picture"),
    ("sindiff style runs/photo other.jpg --out styled", "sindiff style photo.jpg other.jpg --out freer --factor 8"),
    ("PICTURE",),
    _recipe(reference.STYLE),
)
EDIT = Application(
    "edit",
    "Repair PICTURE, in which parts were moved by hand.\n\n"
    f"{MASK.format('things may change')}  {ERASED}  Without that all may.",
    _by_recipe(reference.edit, "picture", "mask"),
    (
        "sindiff edit runs/photo moved.png --out whole",
        "sindiff edit photo.jpg moved.png where.png --out freer --start 0.3",
    ),
    ("PICTURE", "[MASK]"),
    (INVERT, *_recipe(reference.EDIT)),
)
HARMONIZE = Application(
    "harmonize",
    "Blend in what was pasted into PICTURE.\n\n"
    f"{MASK.format('things may change')}  Let it cover what was pasted, with a few px around it.  {ERASED}",
    _by_recipe(reference.harmonize, "picture", "mask"),
    (
        "sindiff harmonize runs/photo pasted.png where.png --out fitting",
        "sindiff harmonize photo.jpg pasted.png where.png --out bolder --start 0.25",
    ),
    ("PICTURE", "[MASK]"),
    (INVERT, *_recipe(reference.HARMONIZE)),
    _require_mask,
)
