"""sindiff baseline."""

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import click
from torch import Tensor
from tqdm import tqdm

from sindiff.applications.table.reading import read_size
from sindiff.baselines import gpnn, multiscale, posterior, recipes, singan
from sindiff.baselines.multiscale import MultiscaleConfig
from sindiff.baselines.pyramid import pyramid, targets
from sindiff.baselines.recipes import BaselineRecipe
from sindiff.cli.options import DEVICE, OUT, SEED, N, OnePicture, Read
from sindiff.cli.pictures import batch_size, counted, numbered, versions, write_pictures
from sindiff.cli.results import SHEET_FILE, require_own
from sindiff.cli.source import tell_read
from sindiff.cli.terminal import say
from sindiff.machine.device import pick_device
from sindiff.pictures import images
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture


class Method(NamedTuple):
    """Recipes by preset; fit(picture, config) with seed and progress where it is trained; sample(model, n, size, seed).

    with_steps: the same settings with another number of steps at each scale, None where nothing is trained.
    """

    recipes: dict[str, BaselineRecipe]
    fit: Callable[..., Any]
    sample: Callable[..., Tensor]
    with_steps: Callable[[Any, int], Any] | None = None


class Interrupted(click.ClickException):
    """Ctrl-C where nothing is kept."""

    exit_code = 130


def _lengthened(config: MultiscaleConfig, steps: int) -> MultiscaleConfig:
    preset = config.preset
    return replace(config, preset=replace(preset, train=replace(preset.train, steps=steps)))


_singan = partial(Method, fit=singan.fit, sample=singan.sample, with_steps=lambda config, n: replace(config, steps=n))
METHODS = {
    "gpnn": Method(recipes.GPNN, gpnn.fit, gpnn.sample),
    "posterior": Method(recipes.POSTERIOR, posterior.fit, posterior.sample),
    "singan": _singan(recipes.SINGAN),
    "consingan": _singan(recipes.CONSINGAN),
    "multiscale": Method(recipes.MULTISCALE, multiscale.fit, multiscale.sample, _lengthened),
}


@click.command("baseline", cls=OnePicture)
@click.argument("method", type=click.Choice(list(METHODS)))
@click.argument("image")
@OUT
@N
@click.option(
    "--size", type=Read("HxW", read_size), metavar="HxW", help="Canvas in pixels, any size; default: the picture's."
)
@click.option(
    "--preset",
    default="laptop",
    show_default=True,
    type=click.Choice(list(recipes.GPNN)),
    help="laptop: 64 px, minutes; paper: 250 px and the papers' settings, hours for what is trained.",
)
@click.option("--steps", type=click.IntRange(min=1), help="Updates at each scale, instead of the preset's.")
@click.option("--exact", is_flag=True, help="gpnn: compare all patches, which takes minutes at 250 px and no faiss.")
@SEED
@DEVICE
def baseline_command(
    method: str,
    image: str,
    directory: Path,
    n: int,
    size: tuple[int, int] | None,
    preset: str,
    steps: int | None,
    exact: bool,
    seed: int,
    device: str,
) -> None:
    """Invent new pictures with another method, to compare with.

    IMAGE is a file, or the name of a bundled picture.

    \b
    gpnn        patches of the picture put together anew, no training (Granot et al. 2022)
    posterior   exact denoising of all patches, coarse to fine, no training (Qiu et al. 2026)
    singan      a small GAN for each scale (Shaham et al. 2019)
    consingan   the same, the last three scales trained together (Hinz et al. 2021)
    multiscale  a small diffusion model for each scale, the baseline of the paper's Table 3

    Writes 000.png, 001.png ..., sheet.png and settings.json, as sample does.  What is trained is not kept.

    \b
    Examples:
      sindiff baseline gpnn photo.jpg --out gpnn --n 10
      sindiff baseline singan photo.jpg --out singan --size 48x192
      sindiff evaluate photo.jpg singan
    """
    how = METHODS[method]
    long_side, config = how.recipes[preset]
    if steps and not how.with_steps:
        raise click.UsageError(f"--steps does not go with {method}, which is not trained")
    if exact and method != "gpnn":
        raise click.UsageError("--exact goes with gpnn only")
    if steps:
        config = how.with_steps(config, steps)
    if exact:
        config = replace(config, search="exact")
    path, about = find_picture(image)
    require_own(directory, [path])
    where = pick_device(device)
    picture = load_picture(path, long_side).to(where)
    tell_read([path])
    size = size or tuple(picture.shape[1:])
    scales = [tuple(scale.shape[1:]) for scale in pyramid(picture, config.ratio, config.coarsest)]
    targets(scales, size, config.least)
    directory.mkdir(parents=True, exist_ok=True)
    settings = {
        "method": method,
        "preset": preset,
        "config": asdict(config),
        "n": n,
        "size": list(size),
        "seed": seed,
        "device": str(where),
        "trained_at": list(picture.shape[1:]),
        "picture": about,
        **versions(),
    }

    @cache
    def model() -> Any:
        return (
            _fitted(how, picture, config, settings["seed"], len(scales)) if how.with_steps else how.fit(picture, config)
        )

    def invent(n: int, seed: int, progress: Callable[[Any], None]) -> Tensor:
        pictures = how.sample(model(), n, size, seed)
        progress(None)
        return pictures

    batch = batch_size(size[0] * size[1]) if how.with_steps else 1
    marks = {"content": images.fingerprint(picture), "batch": batch}
    write_pictures(invent, numbered(directory, n), settings, marks, (1, 0))
    say(f"{counted(n)} of {size[0]}x{size[1]} px in {directory}, on {directory / SHEET_FILE}")


def _fitted(how: Method, picture: Tensor, config: Any, seed: int, scales: int) -> Any:
    """The trained model; Ctrl-C says that nothing is kept."""
    try:
        with tqdm(total=scales * config.steps, unit="step", desc="train") as bar:
            return how.fit(picture, config, seed, lambda *reached: bar.update())
    except KeyboardInterrupt:
        raise Interrupted("interrupted; a baseline's training is not kept, so the same command begins anew") from None
