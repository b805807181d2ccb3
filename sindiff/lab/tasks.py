"""What the studio can do with a picture: each task is an application of the table, with controls to draw and choose."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.applications.clip import TINY
from sindiff.applications.reference import EDIT, HARMONIZE, PAINT, Recipe
from sindiff.applications.table import APPLICATIONS, Application, Given
from sindiff.applications.text import SCALE

PASSES = 2  # of Eq. 6, for an answer in seconds
MARGIN = 3  # px around what was pasted that may change
GUIDANCE = "scale"

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
    hint: what to do before Run.

    controls: name -> smallest, largest and first value for a picture's height and width.  seen: what of a step's x0_hat
    is shown, (3, H', W').  blank: on an empty canvas.  prompt: the first text, for a task that takes one.
    """

    application: Application
    given: Callable[[Request], Given]
    mode: str
    hint: str
    controls: Callable[[int, int], Controls] = lambda height, width: {}
    seen: Callable[[Request, Tensor], Tensor] = lambda request, x0_hat: x0_hat
    blank: bool = False
    prompt: str = ""


def _canvas(height: int, width: int) -> Controls:
    return {"height": (8, 3 * height, height), "width": (8, 4 * width, 2 * width)}


def _worded_canvas(height: int, width: int) -> Controls:
    return {**_canvas(height, width), "width": (8, 4 * width, width), GUIDANCE: (0.0, 0.1, SCALE)}


def _sides(height: int, width: int) -> Controls:
    return {"left": (0, width, 0), "right": (0, width, width // 2), "up": (0, height, 0), "down": (0, height, 0)}


def _strength(height: int, width: int) -> Controls:
    return {"change %": (5, 95, round(100 * EDIT.start))}


def _size(request: Request) -> Given:
    return Given(size=(request.numbers["height"], request.numbers["width"]), mask=None)


def _words(request: Request) -> Given:
    prompts = [(request.prompt, 1.0)]
    return Given(**vars(_size(request)), prompts=prompts, scale=request.numbers[GUIDANCE], clip=TINY)


def _around(request: Request) -> Given:
    return Given(picture=request.picture, **request.numbers, passes=PASSES)


def _around_known(request: Request, x0_hat: Tensor) -> Tensor:
    height, width = request.picture.shape[1:]
    up, left = request.numbers["up"], request.numbers["left"]
    seen = x0_hat.clone()
    seen[:, up : up + height, left : left + width] = request.picture
    return seen


def _hole(request: Request) -> Given:
    return Given(picture=request.picture, mask=request.mask, passes=PASSES)


def _known(request: Request, x0_hat: Tensor) -> Tensor:
    return torch.where(request.mask == 1, x0_hat, request.picture)


def _after(request: Request, recipe: Recipe, mask: Tensor | None = None) -> Given:
    return Given(picture=request.picture, mask=mask, **recipe._asdict())


def _edited(request: Request) -> Given:
    return _after(request, EDIT._replace(start=request.numbers["change %"] / 100))


def _pasted(request: Request) -> Given:
    if not request.mask.any():
        raise ValueError("nothing is painted yet: paint what is to fit in")
    around = F.max_pool2d(request.mask, 2 * MARGIN + 1, 1, MARGIN)
    return _after(request, HARMONIZE._replace(start=request.numbers["change %"] / 100), around)


TASKS = {
    "New picture of any size": Task(
        APPLICATIONS["sample"], _size, "look", "Choose a height and a width, in px.", _canvas
    ),
    "Outpaint": Task(
        APPLICATIONS["outpaint"], _around, "look", "Choose how far each side grows, in px.", _sides, _around_known
    ),
    "Inpaint": Task(APPLICATIONS["inpaint"], _hole, "mask", "Draw over what is to be invented anew.", seen=_known),
    "Paint": Task(
        APPLICATIONS["paint"],
        lambda request: _after(request, PAINT),
        "paint",
        "Paint roughly; its patches come from the picture.",
        blank=True,
    ),
    "Edit": Task(
        APPLICATIONS["edit"], _edited, "paint", "Paint over the picture; all of it may change a little.", _strength
    ),
    "Harmonise": Task(
        APPLICATIONS["harmonize"], _pasted, "paint", "Paint a thing into the picture; it will fit in.", _strength
    ),
    "Text": Task(
        APPLICATIONS["text"],
        _words,
        "look",
        "A few words: colours, light, texture.",
        _worded_canvas,
        prompt="a red sunset",
    ),
}
