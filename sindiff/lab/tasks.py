"""What the studio can do with a picture: each task in the package's own applications."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.applications.clip import TINY, Clip, load_clip, text_score
from sindiff.applications.draw import Draw, generate
from sindiff.applications.inpainting import calls, inpaint
from sindiff.applications.outpainting import outpaint
from sindiff.applications.reference import EDIT, HARMONIZE, edit, harmonize, paint
from sindiff.applications.text import SCALE, text_guided
from sindiff.model import Model

TIMES = 2  # passes of Eq. 6, for an answer in seconds
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
    """mode: how the picture is drawn on (see draw.MODES).  blank: on an empty canvas.  hint: what to do before Run.
    prompt: the first text, for a task that takes one.

    controls: name -> smallest, largest and first value for a picture's height and width.  run: the pictures, (1, 3, H',
    W').  calls: how many steps that takes.  seen: what of a step's x0_hat is shown, (3, H', W').
    """

    mode: str
    hint: str
    run: Callable[[Model, Request, Draw], Tensor]
    controls: Callable[[int, int], Controls] = lambda height, width: {}
    calls: Callable[[int], int] = lambda steps: steps
    seen: Callable[[Request, Tensor], Tensor] = lambda request, x0_hat: x0_hat
    blank: bool = False
    prompt: str = ""


def _canvas(height: int, width: int) -> Controls:
    return {"height": (8, 3 * height, height), "width": (8, 4 * width, 2 * width)}


def _sides(height: int, width: int) -> Controls:
    return {"left": (0, width, 0), "right": (0, width, width // 2), "up": (0, height, 0), "down": (0, height, 0)}


def _strength(height: int, width: int) -> Controls:
    return {"change %": (5, 95, round(100 * EDIT.start))}


def _new(model: Model, request: Request, draw: Draw) -> Tensor:
    size = request.numbers["height"], request.numbers["width"]
    return generate(model, 1, size, steps=draw.steps, seed=draw.seed, progress=draw.progress)


def _around(model: Model, request: Request, draw: Draw) -> Tensor:
    return outpaint(model, request.picture, **request.numbers, draw=draw, times=TIMES)


def _around_known(request: Request, x0_hat: Tensor) -> Tensor:
    height, width = request.picture.shape[1:]
    up, left = request.numbers["up"], request.numbers["left"]
    seen = x0_hat.clone()
    seen[:, up : up + height, left : left + width] = request.picture
    return seen


def _hole(model: Model, request: Request, draw: Draw) -> Tensor:
    return inpaint(model, request.picture, request.mask, draw, TIMES)


def _known(request: Request, x0_hat: Tensor) -> Tensor:
    return torch.where(request.mask == 1, x0_hat, request.picture)


def _painting(model: Model, request: Request, draw: Draw) -> Tensor:
    return paint(model, request.picture, draw=draw)


def _edited(model: Model, request: Request, draw: Draw) -> Tensor:
    return edit(model, request.picture, recipe=EDIT._replace(start=request.numbers["change %"] / 100), draw=draw)


def _pasted(model: Model, request: Request, draw: Draw) -> Tensor:
    if not request.mask.any():
        raise ValueError("nothing is painted yet: paint what is to fit in")
    around = F.max_pool2d(request.mask, 2 * MARGIN + 1, 1, MARGIN)
    recipe = HARMONIZE._replace(start=request.numbers["change %"] / 100)
    return harmonize(model, request.picture, around, recipe, draw)


def _worded_canvas(height: int, width: int) -> Controls:
    return {**_canvas(height, width), "width": (8, 4 * width, width), GUIDANCE: (0.0, 0.1, SCALE)}


def _worded(model: Model, request: Request, draw: Draw) -> Tensor:
    size = request.numbers["height"], request.numbers["width"]
    score = text_score(_clip(model.device), request.prompt, seed=draw.seed)
    return text_guided(model, [score], request.numbers[GUIDANCE], size, draw)


@cache
def _clip(device: torch.device) -> Clip:
    return load_clip(TINY, device)


def _passes(steps: int) -> int:
    return calls(steps, TIMES)


TASKS = {
    "New picture of any size": Task("look", "Choose a height and a width, in px.", _new, _canvas),
    "Outpaint": Task("look", "Choose how far each side grows, in px.", _around, _sides, _passes, _around_known),
    "Inpaint": Task("mask", "Draw over what is to be invented anew.", _hole, calls=_passes, seen=_known),
    "Paint": Task("paint", "Paint roughly; its patches come from the picture.", _painting, blank=True),
    "Edit": Task("paint", "Paint over the picture; all of it may change a little.", _edited, _strength),
    "Harmonise": Task("paint", "Paint a thing into the picture; it will fit in.", _pasted, _strength),
    "Text": Task("look", "A few words: colours, light, texture.", _worded, _worded_canvas, prompt="a red sunset"),
}
