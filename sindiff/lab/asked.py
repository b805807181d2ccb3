"""What the studio's controls ask for: their limits, and what each application is given after them."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sindiff.applications.clip import TINY, load_clip, unmet_words
from sindiff.applications.reference import EDIT, HARMONIZE, Recipe
from sindiff.applications.region import Box
from sindiff.applications.table import Given
from sindiff.applications.text import SCALE
from sindiff.applications.tiling import TILE_PASSES

PASSES = 2  # of Eq. 6, for an answer in seconds
MARGIN = 1 / 48  # of the long side: as much around what was pasted may change, 3 px at least
WORDS, CHANGE, BAND = "how strongly", "change, %", "band, %"

Controls = dict[str, tuple[float, float, float]]
"""Name -> smallest, largest and first value."""


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


def canvas(height: int, width: int) -> Controls:
    return {"height": (8, 3 * height, height), "width": (8, 4 * width, 2 * width)}


def worded_canvas(height: int, width: int) -> Controls:
    return {**canvas(height, width), "width": (8, 4 * width, width), WORDS: (0.0, 0.1, SCALE)}


def sides(height: int, width: int) -> Controls:
    return {"left": (0, width, 0), "right": (0, width, width // 2), "up": (0, height, 0), "down": (0, height, 0)}


def strength(recipe: Recipe) -> Callable[[int, int], Controls]:
    return lambda height, width: {CHANGE: (5, 95, round(100 * recipe.start))}


def of_size(request: Request) -> Given:
    return Given(size=(request.numbers["height"], request.numbers["width"]), mask=None)


def worded(request: Request) -> Given:
    prompts = [(request.prompt, 1.0)]
    return Given(**vars(of_size(request)), prompts=prompts, scale=request.numbers[WORDS], clip=TINY)


def around(request: Request) -> Given:
    return Given(picture=request.picture, mask=None, **request.numbers, passes=PASSES)


def around_known(request: Request) -> tuple[Tensor, Tensor]:
    sides = [round(request.numbers[side]) for side in ("left", "right", "up", "down")]
    canvas = F.pad(request.picture[None], sides, mode="replicate")[0]
    return canvas, 1 - F.pad(torch.ones_like(request.picture[:1]), sides)


def holed(request: Request) -> Given:
    mask = _drawn(request, "nothing is marked yet: draw over what is to be invented anew")
    return Given(picture=request.picture, mask=mask, passes=PASSES)


def after(request: Request, recipe: Recipe, mask: Tensor | None = None) -> Given:
    return Given(picture=request.picture, mask=mask, **recipe._asdict())


def edited(request: Request) -> Given:
    return after(request, EDIT._replace(start=request.numbers[CHANGE] / 100))


def pasted(request: Request) -> Given:
    mask = _drawn(request, "nothing is painted yet: paint what is to fit in")
    margin = max(3, round(MARGIN * max(mask.shape)))
    return after(request, HARMONIZE._replace(start=request.numbers[CHANGE] / 100), _grown(mask, margin))


def _drawn(request: Request, missing: str) -> Tensor:
    """The mask.  Raises ValueError, in the words given, if nothing is drawn."""
    if not request.mask.any():
        raise ValueError(missing)
    return request.mask


def _grown(mask: Tensor, px: int) -> Tensor:
    rows = F.max_pool2d(mask, (2 * px + 1, 1), 1, (px, 0))
    return F.max_pool2d(rows, (1, 2 * px + 1), 1, (0, px))


def repeated(request: Request) -> Given:
    mask = _drawn(request, "nothing is marked yet: draw over the part that is to be there twice")
    rows, columns = (mask[0].any(axis).nonzero().flatten().tolist() for axis in (1, 0))
    box = Box(rows[0], columns[0], rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1)
    places = ((box.top, box.left), (request.numbers["row"], request.numbers["column"]))
    return Given(picture=request.picture, box=box, at=places, size=None, mask=None, passes=PASSES)


def place(height: int, width: int) -> Controls:
    return {"row": (0, height, 0), "column": (0, width, 0)}


def band(height: int, width: int) -> Controls:
    return {BAND: (2, 40, 12)}


def tiled(request: Request) -> Given:
    return Given(picture=request.picture, mask=None, band=request.numbers[BAND] / 100, axes="xy", passes=TILE_PASSES)


def unmet(request: Request) -> str:
    """Which words the CLIP that reads them has never met, in a sentence."""
    words = unmet_words(load_clip(TINY), request.prompt)
    return f" The reader of words has not met: {', '.join(words)}." if words else ""
