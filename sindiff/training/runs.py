"""A training run in a folder: started, resumed, logged, previewed, finished."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sindiff.checkpoint import CONFIG, MOST_KEPT, PHOTO, STATE, WEIGHTS, load_tensors, save_model, save_tensors
from sindiff.conditioning import clamped
from sindiff.machine.files import home_expanded, remove_leftovers, write_bytes
from sindiff.machine.progress import remove_empty
from sindiff.model import Model
from sindiff.noise import seeded_noise
from sindiff.pictures.images import (
    contact_sheet,
    fingerprint,
    is_gray,
    reduced,
    save_image,
    save_picture,
    training_side,
)
from sindiff.samplers import SOLVERS, sample
from sindiff.training.distributed import ONE_WORKER, Workers
from sindiff.training.loop import TrainConfig, TrainState, share_done, train
from sindiff.training.presets import Preset

METRICS, PICTURE, PREVIEWS = "metrics.jsonl", "picture.png", "previews"
FILES = (METRICS, PICTURE, PHOTO, WEIGHTS, CONFIG)
SAVE_EVERY_SECONDS, LOGGED = 15.0, 1000  # bytes that hold a line of the log


@dataclass(frozen=True)
class Upkeep:
    """How a run is kept.

    minutes: train that long instead of for the preset's steps.  previews: how many pictures it shows on the way.
    save_every: seconds between two states on the disk.  workers: the processes that train together; the run's is rank
    0, the others `train_along`.
    """

    minutes: float | None = None
    previews: int = 8
    save_every: float = SAVE_EVERY_SECONDS
    workers: Workers = ONE_WORKER


def as_model(
    state: TrainState,
    config: TrainConfig,
    picture: Tensor,
    about: dict[str, Any] | None = None,
    photo: Tensor | None = None,
) -> Model:
    """The averaged weights so far as a model to sample from (shares memory with the state)."""
    return Model(
        network=state.average,
        schedule=config.schedule,
        prediction=config.prediction,
        size=(picture.shape[1], picture.shape[2]),
        picture={**(about or {}), "sha256": fingerprint(picture)},
        training={"config": asdict(config), "seed": state.seed, "step": state.step, "seconds": round(state.seconds, 2)},
        photo=photo,
        gray=is_gray(picture),
    )


def learn(picture: Tensor, config: TrainConfig, seed: int = 0, device: torch.device | str = "cpu") -> Model:
    """Train to the end in memory, leaving nothing on the disk: for short trainings and experiments.

    picture: (3, H, W) in [-1, 1].  Raises ArithmeticError if the loss is no longer finite.
    """
    state = TrainState(config, seed, device)
    for _ in train(picture, config, state):
        pass
    return as_model(state, config, picture)


def train_in(
    directory: str | Path,
    photo: Tensor,
    preset: Preset,
    seed: int = 0,
    device: torch.device | str = "cpu",
    about: dict[str, Any] | None = None,
    upkeep: Upkeep = Upkeep(),
) -> Iterator[TrainState]:
    """Train in a folder, going on where an earlier run stopped; yields the state after every step.

    photo: (3, H, W) in [-1, 1]; it is learned at the preset's size, and kept in the folder with a long side of 2048 px
    at most.  about: what is known of it.
    The folder gets train_state.pt (at the start, now and then, and at the end), picture.png (what is learned),
    metrics.jsonl (a line a step), previews/NNNNNN.png and, at the end, model.safetensors with config.json and, where
    the photo is larger than what is learned, photo.webp.  All but the log are written whole.  Leaving the loop early
    saves too.
    Raises ValueError if the folder holds a run of another picture, recipe or seed, or files of these names that no run
    wrote; ArithmeticError if the loss or the weights are no longer finite (the last good state stays); OSError if the
    disk does not take the files.
    """
    directory = home_expanded(directory)
    config, minutes = preset.train, upkeep.minutes
    picture = learned_picture(photo, preset)
    identity = _identity(picture, config, seed)
    state = TrainState(config, seed, device)
    directory.mkdir(parents=True, exist_ok=True)

    def save() -> None:
        if not all(weights.isfinite().all() for weights in state.network.parameters()):
            raise ArithmeticError(f"the weights are not finite after step {state.step}: lower the learning rate")
        save_tensors(directory / STATE, {**state.state_dict(), "identity": identity})

    if (directory / STATE).exists():
        _resume(state, directory, identity)
    else:
        _refuse_foreign_files(directory)
        save()
    _remove_leftovers(directory)
    _keep_log_until(state.step, directory / METRICS)
    if not (directory / PICTURE).exists():
        save_picture(picture, directory / PICTURE)
    saved_at, preview_at = time.monotonic(), share_done(state, config, minutes)
    with open(directory / METRICS, "a", encoding="utf-8", buffering=1) as log:  # no state is ever ahead of its log
        try:
            for _ in train(picture, config, state, minutes, upkeep.workers):
                line = {"step": state.step, "loss": round(state.loss, 6), "seconds": round(state.seconds, 3)}
                log.write(json.dumps(line) + "\n")
                share = share_done(state, config, minutes)
                if int(share * upkeep.previews) > int(preview_at * upkeep.previews):
                    _preview(state, preset, picture, directory)
                preview_at = share
                if time.monotonic() - saved_at > upkeep.save_every:
                    save()
                    saved_at = time.monotonic()
                yield state
        except GeneratorExit:
            save()
            raise
        save()
    kept = reduced(photo, MOST_KEPT) if max(photo.shape[1:]) > max(picture.shape[1:]) < MOST_KEPT else None
    model = as_model(state, config, picture, about, kept)
    training = {"preset": preset.name, **model.training, "sindiff": version("sindiff"), "torch": torch.__version__}
    save_model(directory, replace(model, training=training))


def learned_picture(photo: Tensor, preset: Preset) -> Tensor:
    """The photo at the size at which a preset learns it; itself if it is no larger."""
    return reduced(photo, training_side(photo.shape[1:], preset.long_side))


def needed_side(size: Sequence[int], preset: Preset) -> int:
    """The long side to which a photo of height and width `size` may be reduced with nothing lost to a run."""
    return max(MOST_KEPT, training_side(size, preset.long_side))


def train_along(
    photo: Tensor,
    preset: Preset,
    seed: int,
    device: torch.device,
    minutes: float | None,
    workers: Workers,
) -> Iterator[TrainState]:
    """Train along with the process that keeps the run in its folder, and write nothing."""
    yield from train(
        learned_picture(photo, preset), preset.train, TrainState(preset.train, seed, device), minutes, workers
    )


def _identity(picture: Tensor, config: TrainConfig, seed: int) -> dict[str, str]:
    recipe = {name: value for name, value in asdict(config).items() if name != "steps"}
    return {"picture": fingerprint(picture), "recipe": json.dumps(recipe, sort_keys=True), "seed": str(seed)}


def _resume(state: TrainState, directory: Path, identity: dict[str, str]) -> None:
    file = directory / STATE
    try:
        saved = load_tensors(file)
    except ValueError as error:
        raise ValueError(f"{error}; or start over with --restart") from None
    try:
        differing = [name for name, value in identity.items() if saved["identity"][name] != value]
        if not differing:
            state.load_state_dict(saved)
    except (KeyError, TypeError, RuntimeError, ValueError):
        raise ValueError(f"{file}: not a training state of this version; start over with --restart") from None
    if differing:
        raise ValueError(
            f"{directory}: holds a run with another {', '.join(differing)}; choose another folder, or start over "
            "with --restart"
        )


def last_step(directory: str | Path) -> int | None:
    """The last step that a run has logged in a folder; None if there is no log that tells."""
    try:
        with open(Path(directory) / METRICS, "rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LOGGED))
            step = json.loads(log.read().rpartition(b"\n")[0].splitlines()[-1])["step"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return step if type(step) is int else None


def _keep_log_until(step: int, path: Path) -> None:
    """Drop the lines of steps that were logged after the saved state, and a line cut in half."""
    if path.exists():
        lines = path.read_bytes().splitlines()[:step]
        write_bytes(path, b"".join(line + b"\n" for line in lines))


def _preview(state: TrainState, preset: Preset, picture: Tensor, directory: Path) -> None:
    model = as_model(state, preset.train, picture)
    solver, seeds = SOLVERS["dpmpp"], range(4)
    noise, timesteps = seeded_noise(seeds), model.schedule.timesteps(min(10, preset.sample_steps), solver.spacing)
    x = noise(torch.empty(len(seeds), *picture.shape, device=model.device), timesteps[0])
    for reached in sample(clamped(model.denoiser()), solver.step(model.schedule, noise), x, timesteps):
        x = reached.x
    save_image(contact_sheet(x, columns=2), directory / PREVIEWS / f"{state.step:06d}.png")


def _refuse_foreign_files(directory: Path) -> None:
    """A run saves its state first of all, so without one the other files are not a run's to overwrite."""
    if names := dict.fromkeys(file.relative_to(directory).parts[0] for file in _named_as_ours(directory)):
        raise ValueError(
            f"{directory}: already holds {', '.join(names)}, but no run to go on with; choose another folder"
        )


def _remove_leftovers(directory: Path) -> None:
    for name in (STATE, *FILES, f"{PREVIEWS}/*.png"):
        remove_leftovers(directory / name)


def restart(directory: str | Path) -> None:
    """Remove the run in a folder, if there is one, and nothing else."""
    directory = Path(directory)
    if files := files_of(directory):
        _remove_leftovers(directory)
        for file in files:
            file.unlink()
        remove_empty(directory / PREVIEWS)


def files_of(directory: str | Path) -> list[Path]:
    """The files in a folder that a run has written; none without a state, for then none has."""
    directory = Path(directory)
    return _named_as_ours(directory) if (directory / STATE).exists() else []


def _named_as_ours(directory: Path) -> list[Path]:
    files = [*(directory / name for name in FILES), *(directory / PREVIEWS).glob("[0-9]" * 6 + "*.png")]
    return [file for file in (*files, directory / STATE) if file.exists()]
