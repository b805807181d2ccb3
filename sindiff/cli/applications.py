"""A command for each row of the table of applications."""

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor
from tqdm import tqdm

from sindiff.applications.animation import require_film, save_film
from sindiff.applications.draw import Draw
from sindiff.applications.full_size import phases
from sindiff.applications.inpainting import require_mask
from sindiff.applications.sampling import generate_to_file
from sindiff.applications.table import APPLICATIONS, Application, Given
from sindiff.applications.table.reading import read_prompt
from sindiff.cli.alpha import load_transparent, transparent
from sindiff.cli.maps import load_maps, tell_apart, write_maps
from sindiff.cli.options import (
    BATCH,
    DRAWN,
    FILM,
    LONG_SIDE,
    OUT,
    SEED_OF_FIRST,
    WRAP,
    N,
    OnePicture,
    Read,
    option_of,
)
from sindiff.cli.pictures import batch_size, counted, numbered, unmade, versions, write_pictures
from sindiff.cli.results import SHEET_FILE, begin, keep_given, remove_torn, require_own, write_settings
from sindiff.cli.returned import tell_returned
from sindiff.cli.source import (
    GivenPicture,
    load_given,
    load_source,
    photo_file,
    set_up,
    tell_cut_off,
    tell_joined,
    tell_older,
    tell_transparency,
)
from sindiff.cli.terminal import say
from sindiff.cli.tiles import show_tile, two_by_two
from sindiff.detail import Origin
from sindiff.machine.device import pick_device
from sindiff.machine.files import home_expanded, is_filled, remove_leftovers
from sindiff.machine.progress import UNFINISHED, finish, locked, parts_done, record
from sindiff.model import Source
from sindiff.pictures import images
from sindiff.pictures.masks import load_mask, read_mask
from sindiff.pictures.reading import is_transparent

IN_MEMORY = 2**24  # px of a picture; larger ones are made in files
DISK_BYTES, SECONDS_A_PIXEL = 22, 9e-6

ABOUT_SOURCE = (
    "SOURCE is a folder made by sindiff train, OWNER/NAME of a model on Hugging Face, or a photo: "
    "then nothing is trained."
)
ABOUT_FILES = (
    "Writes 000.png, 001.png ..., sheet.png and settings.json, in place of an earlier command's.  "
    "After a stop the same command goes on."
)


def command_for(row: Application) -> click.Command:
    """The command of an application."""
    film = row.name == "animate"

    def run(**values: Any) -> None:
        (run_film if film else run_pictures)(row, values)

    examples = ["\b", "Examples:", *(f"  {example}" for example in row.examples)]
    run.__doc__ = "\n\n".join([row.about, ABOUT_SOURCE, *([] if film else [ABOUT_FILES]), "\n".join(examples)])
    first = FILM if film else (OUT, N, BATCH, SEED_OF_FIRST)
    taken = [LONG_SIDE] if any(name.strip("[]") == "PICTURE" for name in row.inputs) else []
    wrap = [] if any(option.name == "axes" for option in row.options) else [WRAP]
    for option in reversed([*first, *map(option_of, row.options), *taken, *wrap, *DRAWN]):
        run = option(run)
    command = click.command(row.name, cls=click.Command if row.inputs else OnePicture)(run)
    command.params = [click.Argument(["source"]), *map(_argument, row.inputs), *command.params]
    return command


def _argument(name: str) -> click.Argument:
    plain = name.strip("[]").lower()
    if plain == "prompts":
        return click.Argument([plain], metavar="PROMPT...", nargs=-1, required=True, type=Read("text", read_prompt))
    return click.Argument([plain], required=name[0] != "[")


def run_pictures(row: Application, values: dict[str, Any]) -> None:
    """Make the pictures of an application in a folder, and say where."""
    directory, n = values["directory"], values["n"]
    paths = numbered(directory, n)
    source, given, settings, files = prepared(row, values)
    maps, photo = load_maps(source, given), load_transparent(source, given, values["source"])
    files = [*files, *(each.path for each in maps)]
    require_own(directory, files)
    keep_given(files, [each for path in paths for each in (two_by_two(path), *(one.beside(path) for one in maps))])
    for line in row.hints(source, given):
        say(line)
    size = row.size(source, given)
    batch = batch_size(math.prod(size), values["batch"])
    content = [images.fingerprint(part.expand(3, -1, -1)) for part in (given.picture, given.mask) if part is not None]
    marks = {"source": source.fingerprint(), "content": content, "maps": tell_apart(maps), "batch": batch}

    def invent(n: int, seed: int, progress: Callable[..., Any]) -> Tensor:
        origins: list[Origin] = []
        draw = Draw(n, settings["sampler"], settings["steps"], seed, batch, progress, origins.append)
        pictures = row.make(source, given, draw)
        for origin, path in zip(origins, paths[seed - settings["seed"] :], strict=False):
            write_maps(maps, origin, path)
        if photo is None:
            return pictures
        return torch.stack([transparent(*pair, photo) for pair in zip(pictures, origins, strict=True)])

    large = row.name == "sample" and source.photo is not None and math.prod(size) > IN_MEMORY
    if large and (maps or photo is not None):
        raise ValueError(f"maps and transparency are kept up to {IN_MEMORY:,} px: choose a smaller --size")
    directory.mkdir(parents=True, exist_ok=True)
    if large:
        run_large(source, [path.with_suffix(".tif") for path in paths], size, settings, marks)
        return
    steps = row.calls(source, given, settings["steps"]), phases(source, row.coarser)
    write_pictures(invent, paths, settings, marks, steps, row.before(given))
    if row.name == "tile":
        for path in paths:
            show_tile(path, given.axes)
    if row.name == "inpaint":
        tell_returned(paths, given.picture, given.mask)
    say(f"{counted(n)} of {size[0]}x{size[1]} px in {directory}, on {directory / SHEET_FILE}")


def run_large(
    source: Source, paths: list[Path], size: tuple[int, int], settings: dict[str, Any], marks: dict[str, Any]
) -> None:
    """New pictures too large to be kept in memory, one after the other, as TIFF."""
    pixels, out, job = math.prod(size), paths[0].parent, {**settings, **marks}
    say(
        f"{size[0]}x{size[1]} px: about {pixels * DISK_BYTES / 1e9:.1f} GB of disk beside each picture and "
        f"{pixels * SECONDS_A_PIXEL / 60:.0f} minutes on two cores; stop at any time, and the same command goes on"
    )
    with locked(out):
        remove_torn(out)
        done = parts_done(out / UNFINISHED, job)
        for i, (path,) in unmade(paths, done, 1, is_filled):
            draw = Draw(1, settings["sampler"], settings["steps"], settings["seed"] + i)
            with tqdm(unit="step", desc=path.name) as bar:
                at_first = None if done else partial(begin, out, settings)
                generate_to_file(source, path, size, draw, partial(_advance, bar, at_first))
            done = max(done, i + 1)
            record(out / UNFINISHED, job, done)
        write_settings(out, settings)
        finish(out / UNFINISHED)
    say(f"{counted(len(paths))} of {size[0]}x{size[1]} px in {out}")


def _advance(bar: tqdm, at_first: Callable[[], None] | None, done: int, of: int) -> None:
    if done == 1 and at_first:
        at_first()
    bar.total = of
    bar.update(done - bar.n)


def run_film(row: Application, values: dict[str, Any]) -> None:
    """Make the frames of a film and write it."""
    file, fps, n = values["file"], values["fps"], values["frames"]
    if values["picture"] and values["size"]:
        raise click.UsageError("--size goes without PICTURE only: a given picture has its own")
    require_film(file, fps)
    source, given, settings, files = prepared(row, values)
    keep_given(files, [file])
    size, steps = row.size(source, given), settings["steps"]
    batch = batch_size(math.prod(size))
    file.parent.mkdir(parents=True, exist_ok=True)
    total = -(-n // batch) * steps + n * phases(source)
    with locked(file.parent), tqdm(total=total, unit="step", desc="animate") as bar:
        remove_leftovers(file)
        draw = Draw(n, settings["sampler"], steps, settings["seed"], batch, lambda state: bar.update())
        save_film(row.make(source, given, draw), file, fps)
    say(f"{n} frames of {size[0]}x{size[1]} px in {file}")


def prepared(row: Application, values: dict[str, Any]) -> tuple[Source, Given, dict[str, Any], list[Path]]:
    """The source, what the application was given, settings.json's words, and the files that were given."""
    source = load_source(values["source"], values["layout"], pick_device(values["device"]))
    tell_older(values["source"], source)
    source = set_up(source, values["detail"], values["tile"], values.get("wrap"))
    own = [name.strip("[]").lower() for name in row.inputs] + [option.name for option in row.options]
    given = Given(picture=None, mask=None, size=None)
    vars(given).update({name: values[name] for name in own})
    picture, files = _read(row, source, given, values)
    if "size" in own and not values["size"] and picture is None:
        tell_joined(source)
    row.prepare(source, given)
    settings = {
        "command": row.name,
        "source": values["source"],
        **{name: values[name] for name in own},
        **{name: values[name] for name in ("n", "layout", "detail", "tile", "wrap", "steps", "seed") if name in values},
        "sampler": values["sampler"],
        "size": list(row.size(source, given)),
        "trained_at": source.size,
        **({} if source.photo is None else {"photo_at": list(source.photo.shape[1:])}),
        "picture_of_source": source.picture,
        "given_at": picture and list(picture.size),
        "about_picture": picture and picture.about,
        "device": str(source.device),
        **versions(),
    }
    return source, given, settings, [*files, home_expanded(values["source"])]


def _read(
    row: Application, source: Source, given: Given, values: dict[str, Any]
) -> tuple[GivenPicture | None, list[Path]]:
    """Put the picture and the mask in the place of their names; what is known of the picture, and their files."""
    picture = load_given(source, given.picture, values["long_side"]) if given.picture is not None else None
    given.picture = picture and picture.pixels
    mask = _mask_file(row, given, picture)
    if mask:
        given.mask = _mask(mask, row.size(source, given), given, picture)
    files, photo = [picture.path] if picture else [], photo_file(values["source"])
    if picture and mask == picture.path and photo and photo.samefile(mask):
        raise ValueError(f"{photo}: as SOURCE it has nothing where it was erased; give the photo before, or its model")
    keeps_alpha = source.photo is not None and "map" in vars(given)
    tell_transparency([*(file for file in files if file != mask), None if keeps_alpha else photo])
    files = [*files, mask] if mask else files
    tell_cut_off([*files, photo])
    return picture, files


def _mask_file(row: Application, given: Given, picture: GivenPicture | None) -> Path | None:
    """The file of the mask: the one that was given, else PICTURE if a part of it was erased; None without a mask."""
    if given.mask is not None:
        return home_expanded(given.mask)
    return picture.path if "[MASK]" in row.inputs and is_transparent(picture.path) else None


def _mask(file: Path, size: tuple[int, int], given: Given, picture: GivenPicture | None) -> Tensor:
    if picture is None:
        return read_mask(file, size, given.invert)
    mask = load_mask(file, picture.path, size, given.invert)
    require_mask(mask, picture.pixels)
    return mask


COMMANDS = [command_for(row) for row in APPLICATIONS.values()]
