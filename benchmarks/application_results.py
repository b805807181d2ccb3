"""What each application makes of a model and the inputs that come with sindiff, in numbers (see applications.py)."""

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from sindiff import generate, load_model, load_picture
from sindiff.applications.animation import animate
from sindiff.applications.draw import Draw
from sindiff.applications.outpainting import outpaint
from sindiff.applications.reference import (
    EDIT,
    HARMONIZE,
    PAINT,
    STYLE,
    TRANSLATE,
    edit,
    harmonize,
    paint,
    style,
    super_resolve,
    translate,
)
from sindiff.applications.region import Box, roi
from sindiff.edits import lowpass
from sindiff.metrics import patch_swd
from sindiff.model import Model
from sindiff.pictures.bundled import data_folder, find_picture
from sindiff.pictures.images import recoloured, resize
from sindiff.pictures.masks import load_mask
from sindiff.training.runs import PICTURE

BOLD = HARMONIZE._replace(start=0.15)
CONTENT = {"balloons": "peaks", "peaks": "balloons", "stones": "peaks"}
STRIPS, WIDTHS = 2, 8
CHANGED = 0.1  # of a channel's 2, by hand


class Subject(NamedTuple):
    """A model, its training picture (3, H, W) and samples of it (B, 3, H, W)."""

    model: Model
    picture: Tensor
    plain: Tensor


class Result(NamedTuple):
    """What was given (3, H, W), what came out (B, 3, H, W), and numbers by name."""

    given: Tensor
    made: Tensor
    numbers: dict[str, float]


def subject(folder: Path, path: Path, draw: Draw) -> Subject:
    model = load_model(folder)
    return Subject(model, load_picture(path, max(model.size)), generate(model, draw.n, seed=draw.seed))


def given(kind: str, name: str, size: tuple[int, int]) -> Tensor:
    """One of data/inputs."""
    return load_picture(data_folder() / "inputs" / f"{name}_{kind}.png", max(size))


def seam(pictures: Tensor, changed: Tensor) -> float:
    """See applications.py.  pictures: (B, C, H, W), changed: (H, W), of truth values."""
    across, everywhere = [], []
    for axis in (-2, -1):
        differences = pictures.diff(dim=axis).abs().mean((0, 1))
        across.append(differences[changed.diff(dim=axis)])
        everywhere.append(differences.flatten())
    return (torch.cat(across).mean() / torch.cat(everywhere).mean()).item()


def coarse_distance(a: Tensor, b: Tensor, factor: int) -> float:
    return lowpass(a - b, factor).square().mean().sqrt().item()


def followed(of: Subject, reference: Tensor, made: Tensor, factor: int) -> Result:
    """The numbers of what was made after a reference."""
    kinds = {"swd_input": reference[None], "swd": made, "swd_plain": of.plain}
    numbers = {kind: patch_swd(of.picture, pictures) for kind, pictures in kinds.items()}
    distances = {"lowpass": made, "lowpass_plain": of.plain}
    return Result(
        reference, made, numbers | {kind: coarse_distance(x, reference, factor) for kind, x in distances.items()}
    )


def mended(of: Subject, reference: Tensor, made: Tensor, factor: int) -> Result:
    """The same where a part of the training picture was changed by hand."""
    changed = (reference - of.picture).abs().amax(0) > CHANGED
    result = followed(of, reference, made, factor)
    return result._replace(
        numbers=result.numbers | {"seam_input": seam(reference[None], changed), "seam": seam(made, changed)}
    )


def reference_results(name: str, of: Subject, draw: Draw) -> dict[str, Result]:
    """Paint, edit and harmonise with the inputs of data/inputs."""
    model, size = of.model, of.model.size
    drawing, edited, composite = (given(kind, name, size) for kind in ("drawing", "edited", "composite"))
    inputs = data_folder() / "inputs"
    mask = load_mask(inputs / f"{name}_mask.png", inputs / f"{name}_composite.png", size)
    return {
        "paint": followed(of, drawing, paint(model, drawing, draw=draw), PAINT.factor),
        "edit": mended(of, edited, edit(model, edited, draw=draw), EDIT.factor),
    } | harmonized(of, composite, mask, draw)


def harmonized(of: Subject, composite: Tensor, mask: Tensor, draw: Draw) -> dict[str, Result]:
    """A composite by the recipe, and with more noise."""
    recipes = {"harmonize": HARMONIZE, "harmonize, bold": BOLD}
    return {
        name: mended(of, composite, harmonize(of.model, composite, mask, recipe, draw), recipe.factor)
        for name, recipe in recipes.items()
    }


def content_results(name: str, of: Subject, draw: Draw) -> dict[str, dict[str, float]]:
    """Another picture followed as it is (translate), and in colours that the model knows (style)."""
    model, size = of.model, of.model.size
    content = load_picture(find_picture(CONTENT[name])[0], max(size))
    wanted = recoloured(content, generate(model, 2, size, seed=draw.seed))
    return {
        "translate": followed(of, content, translate(model, content, draw=draw), TRANSLATE.factor).numbers,
        "style": followed(of, wanted, style(model, content, draw=draw), STYLE.factor).numbers,
    }


def other_results(of: Subject, draw: Draw) -> dict[str, dict[str, float]]:
    """Enlarging, a region placed twice, a film, and a strip."""
    model, picture = of.model, of.picture
    height, width = model.size
    enlarged, large = resize(picture, 2 * height, 2 * width), super_resolve(model, picture, draw=draw)
    box, places = Box(height // 4, width // 4, height // 2, width // 4), [(height // 4, 0), (height // 4, width)]
    placed = roi(model, picture, box, places, (height, 2 * width), draw)
    rows, columns = slice(box.top, box.top + box.height), slice(box.left, box.left + box.width)
    copies = [placed[..., rows, left : left + box.width] for _, left in places]
    frames = animate(model, draw=Draw(n=24, seed=draw.seed))
    strip = outpaint(model, picture, right=WIDTHS * width, draw=Draw(n=STRIPS))
    return {
        "super-resolve": {
            "lowpass": coarse_distance(large, enlarged, 2),
            "swd_input": patch_swd(picture, enlarged[None]),
            "swd": patch_swd(picture, large),
        },
        "roi": {
            "off_in_the_copies": max((copy - picture[:, rows, columns]).abs().max().item() for copy in copies),
            "swd": patch_swd(picture, placed),
            "swd_plain": patch_swd(picture, of.plain),
        },
        "animate": {
            "step": (frames - frames.roll(1, 0)).square().mean().sqrt().item(),
            "last_to_first": (frames[0] - frames[-1]).square().mean().sqrt().item(),
            "apart": (frames - frames.roll(12, 0)).square().mean().sqrt().item(),
            "swd": patch_swd(picture, frames),
        },
        "strip": {
            "swd_start": patch_swd(picture, strip[..., width : 2 * width]),
            "swd_end": patch_swd(picture, strip[..., -width:]),
        },
    }


def composite_results(run: Path, picture: Path, mask: Path, draw: Draw) -> dict[str, Result]:
    """Harmonise another composite with the model of a run."""
    of = subject(run, run / PICTURE, draw)
    composite = load_picture(picture, max(of.model.size))
    return harmonized(of, composite, load_mask(mask, picture, of.model.size), draw)
