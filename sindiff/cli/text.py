"""sindiff text."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from torch import Tensor

from sindiff.applications.clip import load_clip, require_prompts, text_score
from sindiff.applications.draw import Draw, canvas_of
from sindiff.applications.text import SCALE, require_fitting, text_guided
from sindiff.checkpoint import load_model
from sindiff.cli.options import DEVICE, OUT, SEED, STEPS, N, Size
from sindiff.cli.pictures import batch_size, counted, versions, write_pictures, write_settings
from sindiff.machine.device import pick_device
from sindiff.model import fingerprint
from sindiff.pictures import images
from sindiff.pictures.images import open_image
from sindiff.pictures.masks import load_mask


class Prompt(click.ParamType):
    """A text, or a text and its weight: TEXT::0.5."""

    name = "text"

    def convert(
        self, value: str | tuple[str, float], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        if isinstance(value, tuple):
            return value
        text, colons, weight = value.rpartition("::")
        if not colons:
            return value, 1.0
        try:
            return text, float(weight)
        except ValueError:
            self.fail(f"{weight!r} is no weight: write TEXT::NUMBER, for example 'night::0.5'", param, ctx)


@click.command("text")
@click.argument("model")
@click.argument("prompts", metavar="PROMPT...", nargs=-1, required=True, type=Prompt())
@OUT
@click.option(
    "--scale",
    default=SCALE,
    show_default=True,
    type=float,
    help="How far a step moves the picture, as a share of its length; 0 is sample, below 0 leads away from the text.",
)
@click.option(
    "--clip",
    "clip_name",
    default="ViT-B-32",
    show_default=True,
    metavar="NAME|tiny|FOLDER",
    help="A model of open_clip, NAME or NAME:TAG; tiny, which comes with sindiff and knows few words; or a folder with "
    "open_clip_config.json and safetensors.",
)
@click.option("--mask", "mask_name", help="A picture of the canvas's size: the text changes what is white.")
@N
@click.option("--size", type=Size(), help="Canvas in pixels, any size; default: the training picture's.")
@STEPS
@SEED
@DEVICE
def text_command(
    model: str,
    prompts: tuple[tuple[str, float], ...],
    directory: Path,
    scale: float,
    clip_name: str,
    mask_name: str | None,
    n: int,
    size: tuple[int, int] | None,
    steps: int,
    seed: int,
    device: str,
) -> None:
    """Invent new pictures with MODEL that look as each PROMPT says, as far as the training picture allows.

    A prompt may carry a weight, TEXT::0.5; below 0 it leads away.
    Writes 000.png, 001.png ..., sheet.png, and settings.json.  The same seed without text is `sindiff sample`.

    \b
    Examples:
      sindiff text runs/photo "a red sunset" --out sunset
      sindiff text runs/photo "snow" "night::0.5" --out winter --n 8 --scale 0.05
      sindiff text runs/photo "flowers" --out meadow --mask lower_half.png --clip tiny
    """
    where = pick_device(device)
    trained = load_model(model, where)
    size = canvas_of(trained, size)[1:]
    mask = _mask(mask_name) if mask_name else None
    require_fitting(scale, size, mask)
    require_prompts([text for text, _ in prompts])
    clip = load_clip(clip_name, where)
    scores = [text_score(clip, text, weight) for text, weight in prompts]
    directory.mkdir(parents=True, exist_ok=True)
    settings = {
        "command": "text",
        "model": model,
        "prompts": [list(prompt) for prompt in prompts],
        "scale": scale,
        "clip": clip_name,
        "mask": mask_name,
        "n": n,
        "size": list(size),
        "steps": steps,
        "seed": seed,
        "device": str(where),
        "trained_at": trained.size,
        "picture": trained.picture,
        **versions(),
    }
    batch = batch_size(math.prod(size))
    content = None if mask is None else images.fingerprint(mask.expand(3, -1, -1))
    job = {**settings, "model": fingerprint(trained), "content": content, "batch": batch}

    def invent(n: int, seed: int, progress: Callable[..., Any]) -> Tensor:
        draw = Draw(n, steps=steps, seed=seed, batch_size=batch, progress=progress)
        return text_guided(trained, scores, scale, size, draw, mask)

    write_pictures(invent, [directory / f"{i:03d}.png" for i in range(n)], job, steps)
    write_settings(directory, settings)
    click.echo(f"{counted(n)} of {size[0]}x{size[1]} px in {directory}, on {directory / 'sheet.png'}", err=True)


def _mask(name: str) -> Tensor:
    image = open_image(name)
    return load_mask(name, name, (image.height, image.width))
