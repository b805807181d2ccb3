"""Rows of the table: what keeps a part of a picture and invents the rest."""

import torch
from torch import Tensor

from sindiff.applications.full_size import COARSER
from sindiff.applications.inpainting import PASSES, calls, inpaint
from sindiff.applications.outpainting import grown, outpaint, windows_of
from sindiff.applications.region import placed, roi
from sindiff.applications.table.reading import read_box, read_place
from sindiff.applications.table.row import ERASED, INVERT, MAPS, MASK, SIZE, Application, Given, Option
from sindiff.model import Source

PASSES_OPTION = Option(
    "passes", "How often each step is taken: more passes join better and take longer; 1 is the paper's Eq. 6.", PASSES,
    least=1, most=1000,
)  # fmt: skip
SIDES = ("left", "right", "up", "down")


def _holed(given: Given) -> list[Tensor]:
    return [given.picture, torch.where(given.mask == 1, torch.ones(()), given.picture)]


def _outpaint_sides(source: Source, given: Given) -> None:
    if not any(getattr(given, side) for side in SIDES):
        given.left = given.right = given.picture.shape[2] // 2
    grown(given.picture.shape[1:], *_sides(given))


def _sides(given: Given) -> list[int]:
    return [getattr(given, side) for side in SIDES]


def _outpaint_calls(source: Source, given: Given, steps: int) -> int:
    windows = windows_of(source, *grown(given.picture.shape[1:], *_sides(given)))
    return calls(steps, given.passes) * len(windows)


def inpaint_calls(source: Source, given: Given, steps: int) -> int:
    """How often a source is asked where a whole canvas is walked at once."""
    return calls(steps, given.passes)


def _require_hole(source: Source, given: Given) -> None:
    if given.mask is None:
        raise ValueError("nothing of PICTURE is transparent: erase what is to be invented, or give a MASK")


def _region(source: Source, given: Given) -> None:
    given.size = given.size or tuple(given.picture.shape[1:])
    given.placed, _ = placed(given.picture, given.box, given.at, given.size)


OUTPAINT = Application(
    "outpaint",
    "Generate what lies around PICTURE, which stays as it is.\n\n"
    "Without --left, --right, --up and --down it grows by half its width to the left and to the right.  Strips may "
    "be of any length.",
    lambda source, given, draw: outpaint(source, given.picture, *_sides(given), draw, given.passes),
    (
        "sindiff outpaint runs/photo photo.jpg --out wide",
        "sindiff outpaint photo.jpg photo.jpg --out taller --up 200 --down 80",
        "sindiff outpaint runs/photo photo.jpg --out strip --right 4000 --n 1",
    ),
    ("PICTURE",),
    (*(Option(side, "Px to add.", 0, int, 0, 10**6) for side in SIDES), PASSES_OPTION, *MAPS),
    _outpaint_sides,
    lambda source, given: grown(given.picture.shape[1:], *_sides(given))[0],
    _outpaint_calls,
    COARSER,
)
INPAINT = Application(
    "inpaint",
    f"Generate a part of PICTURE anew; the rest stays as it is.\n\n{MASK.format('to generate')}  {ERASED}\n\n"
    "Where SOURCE shows what was there, it may come back; a line then says what to do.",
    lambda source, given, draw: inpaint(source, given.picture, given.mask, draw, given.passes),
    (
        "sindiff inpaint photo.jpg photo.jpg hole.png --out filled",
        "sindiff inpaint runs/photo photo.jpg hole.png --out filled --n 8 --seed 7 --passes 8",
        "sindiff inpaint runs/photo erased.png --out filled",
    ),
    ("PICTURE", "[MASK]"),
    (INVERT, PASSES_OPTION, *MAPS),
    _require_hole,
    calls=inpaint_calls,
    coarser=COARSER,
    before=_holed,
)
ROI = Application(
    "roi",
    "Place a region of PICTURE anywhere, and generate the rest.",
    lambda source, given, draw: roi(source, given.picture, given.box, given.at, given.size, draw, given.passes),
    (
        "sindiff roi photo.jpg photo.jpg --box 100,200,160,120 --at 100,40 --at 200,500 --out twins",
        "sindiff roi runs/photo photo.jpg --box 100,200,160,120 --at 300,1000 --size 640x1600 --out far",
    ),
    ("PICTURE",),
    (
        Option("box", "The region, in px.", None, read_box, shown="TOP,LEFT,HEIGHT,WIDTH", required=True),
        Option(
            "at", "Where a copy goes; repeatable.", None, read_place, shown="TOP,LEFT", many=True, required=True
        ),
        SIZE._replace(help="Canvas in pixels, any size; default: the picture's."),
        PASSES_OPTION,
    ),
    _region,
    lambda source, given: given.size,
    inpaint_calls,
    COARSER,
    lambda given: [given.picture, given.placed],
)  # fmt: skip
