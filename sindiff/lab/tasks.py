"""What the studio can do with a picture: each task is an application of the table, with controls to draw and choose."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.applications.clip import TINY
from sindiff.applications.reference import EDIT, HARMONIZE, PAINT, Recipe
from sindiff.applications.region import Box
from sindiff.applications.table import APPLICATIONS, Application, Given
from sindiff.applications.text import SCALE

PASSES = 2  # of Eq. 6, for an answer in seconds
MARGIN = 1 / 48  # of the long side: as much around what was pasted may change, 3 px at least
WORDS, CHANGE = "how strongly", "change, %"

Controls = dict[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Request:
    """What is asked for.

    picture: (3, H, W) in [-1, 1], with what was painted on it.  mask: (1, H, W), 1 = drawn.  numbers: by control.
    prompt: what the picture should show.
    """

    picture: Tensor
    mask: Tensor
    numbers: dict[str, float]
    prompt: str = ""


@dataclass(frozen=True)
class Task:
    """application: what is done.  given(request): what it is given.  mode: how the picture is drawn on (draw.MODES).
    hint: what to do before Run.  call: the same in Python, with what is given in braces.

    controls: name -> smallest, largest and first value for a picture's height and width.  known(request): a canvas and
    where it is invented anew (as inpaint takes them), for what stays to be seen while the picture forms; None if
    nothing stays.  blank: on an empty canvas.  prompt: the first text, for a task that takes one.
    """

    application: Application
    given: Callable[[Request], Given]
    mode: str
    hint: str
    call: str
    controls: Callable[[int, int], Controls] = lambda height, width: {}
    known: Callable[[Request], tuple[Tensor, Tensor] | None] = lambda request: None
    blank: bool = False
    prompt: str = ""


def _canvas(height: int, width: int) -> Controls:
    return {"height": (8, 3 * height, height), "width": (8, 4 * width, 2 * width)}


def _worded_canvas(height: int, width: int) -> Controls:
    return {**_canvas(height, width), "width": (8, 4 * width, width), WORDS: (0.0, 0.1, SCALE)}


def _sides(height: int, width: int) -> Controls:
    return {"left": (0, width, 0), "right": (0, width, width // 2), "up": (0, height, 0), "down": (0, height, 0)}


def _strength(recipe: Recipe) -> Callable[[int, int], Controls]:
    return lambda height, width: {CHANGE: (5, 95, round(100 * recipe.start))}


def _size(request: Request) -> Given:
    return Given(size=(request.numbers["height"], request.numbers["width"]), mask=None)


def _words(request: Request) -> Given:
    prompts = [(request.prompt, 1.0)]
    return Given(**vars(_size(request)), prompts=prompts, scale=request.numbers[WORDS], clip=TINY)


def _around(request: Request) -> Given:
    return Given(picture=request.picture, mask=None, **request.numbers, passes=PASSES)


def _around_known(request: Request) -> tuple[Tensor, Tensor]:
    sides = [round(request.numbers[side]) for side in ("left", "right", "up", "down")]
    canvas = F.pad(request.picture[None], sides, mode="replicate")[0]
    return canvas, 1 - F.pad(torch.ones_like(request.picture[:1]), sides)


def _hole(request: Request) -> Given:
    return Given(picture=request.picture, mask=request.mask, passes=PASSES)


def _after(request: Request, recipe: Recipe, mask: Tensor | None = None) -> Given:
    return Given(picture=request.picture, mask=mask, **recipe._asdict())


def _edited(request: Request) -> Given:
    return _after(request, EDIT._replace(start=request.numbers[CHANGE] / 100))


def _pasted(request: Request) -> Given:
    if not request.mask.any():
        raise ValueError("nothing is painted yet: paint what is to fit in")
    margin = max(3, round(MARGIN * max(request.mask.shape)))
    return _after(request, HARMONIZE._replace(start=request.numbers[CHANGE] / 100), _grown(request.mask, margin))


def _grown(mask: Tensor, px: int) -> Tensor:
    rows = F.max_pool2d(mask, (2 * px + 1, 1), 1, (px, 0))
    return F.max_pool2d(rows, (1, 2 * px + 1), 1, (0, px))


def _part(request: Request) -> Given:
    if not request.mask.any():
        raise ValueError("nothing is marked yet: draw over the part that is to be there twice")
    rows, columns = (request.mask[0].any(axis).nonzero().flatten().tolist() for axis in (1, 0))
    box = Box(rows[0], columns[0], rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1)
    places = ((box.top, box.left), (request.numbers["row"], request.numbers["column"]))
    return Given(picture=request.picture, box=box, at=places, size=None, mask=None, passes=PASSES)


def _place(height: int, width: int) -> Controls:
    return {"row": (0, height, 0), "column": (0, width, 0)}


RECIPE = "do.Recipe({start}, {factor}, {until})"
TASKS = {
    "New picture": Task(
        APPLICATIONS["sample"],
        _size,
        "look",
        "Choose a height and a width, in px of the photo.",
        "do.new_pictures(source, {size}, {draw})",
        _canvas,
    ),
    "Make it wider": Task(
        APPLICATIONS["outpaint"],
        _around,
        "look",
        "Choose how far each side grows, in px (outpainting).",
        "do.outpaint(source, picture, {left}, {right}, {up}, {down}, {draw}, {passes})",
        _sides,
        _around_known,
    ),
    "Replace a part": Task(
        APPLICATIONS["inpaint"],
        _hole,
        "mask",
        "Draw over what is to be invented anew (inpainting).",
        "do.inpaint(source, picture, mask, {draw}, {passes})",
        known=lambda request: (request.picture, request.mask),
    ),
    "Repeat a part": Task(
        APPLICATIONS["roi"],
        _part,
        "mask",
        "Draw over a part: it stays, comes again where you say, and the rest is invented.",
        "do.roi(source, picture, do.{box}, {at}, None, {draw}, {passes})",
        _place,
    ),
    "From a rough painting": Task(
        APPLICATIONS["paint"],
        lambda request: _after(request, PAINT),
        "paint",
        "Paint roughly, in the photo's colours: it becomes a picture made of the photo's parts.",
        f"do.paint(source, picture, {RECIPE}, {{draw}})",
        blank=True,
    ),
    "Blend my changes": Task(
        APPLICATIONS["edit"],
        _edited,
        "paint",
        "Paint over the picture, or open one that you have changed; all of it may change a little.",
        f"do.edit(source, picture, None, {RECIPE}, {{draw}})",
        _strength(EDIT),
    ),
    "Fit a thing in": Task(
        APPLICATIONS["harmonize"],
        _pasted,
        "paint",
        "Paint a thing into the picture, or open a picture with one pasted in; all else stays as it is.",
        f"do.harmonize(source, picture, mask, {RECIPE}, {{draw}})",
        _strength(HARMONIZE),
    ),
    "Follow words": Task(
        APPLICATIONS["text"],
        _words,
        "look",
        "A few words on colours, light and texture; the small reader of words knows no things.",
        "do.text_guided(source, [do.text_score(do.load_clip({clip!r}), {prompts[0][0]!r})], {scale}, {size}, {draw})",
        _worded_canvas,
        prompt="a red sunset",
    ),
    "Enlarge": Task(
        APPLICATIONS["super-resolve"],
        lambda request: Given(picture=request.picture, mask=None, times=2),
        "look",
        "Twice as large; its finest details come from the photo.",
        "do.super_resolve(source, picture, {times}, {draw})",
    ),
}
