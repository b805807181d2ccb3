"""The parts of gpu.py: their scripts, options and minutes, at full size and in a tiny one that tries the path."""

from collections.abc import Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from gpu_ours import RECIPES
from gpu_step import WAYS

from sindiff.training.presets import get_preset

GUESS = 400.0  # pictures of 188x250 px a second, forward and backward: about a sixth of an H100's bfloat16 rate
GFLOP = {"levels_1": 74, "levels_2": 181, "paper": 287, "paper_places": 287, "levels_4": 394}  # a picture of 184x248 px


class Part(NamedTuple):
    """A script and its options; minutes: about what it takes; patience: how many it may.

    folders: options that name a folder inside that of the results.
    """

    script: str
    options: list[str]
    minutes: float
    folders: Mapping[str, str] = MappingProxyType({})

    @property
    def patience(self) -> float:
        return 2 * self.minutes + 5

    @property
    def trains(self) -> bool:
        return self.script == "gpu_run.py"


class Scale(NamedTuple):
    """How much is done: options of the scripts, presets, and minutes.

    curve: minutes of the paper's run at which it is measured; places: the same recipe with a small batch.
    level_steps: of each network of Table 4.  slow: minutes that a compiled step takes; an eager one takes half, and the
    samples of a run as many.
    """

    step: str
    ours: str
    paper: str
    places: str
    curve: str
    samples: str
    steps: int
    hr: str
    hr_minutes: str
    wide: str
    levels: tuple[str, ...]
    level_samples: str
    level_steps: int
    slow: float


FULL = Scale(
    step="--preset paper --batch-size 16 --steps 100 --warmup 40",
    ours="--steps 500 1000 2000 4000 --batch-size 16 --long-side 250",
    paper="paper",
    places="paper_places",
    curve="1 2 5 10 20 30",
    samples="--n 10 --draw dpmpp:20 ddpm:1000",
    steps=50_000,
    hr="paper_hr",
    hr_minutes="15",
    wide="--n 1 --size 486x2048 --draw dpmpp:20",
    levels=("levels_1", "levels_2", "paper", "levels_4"),
    level_samples="--n 10 --draw dpmpp:20",
    level_steps=5000,
    slow=6,
)
TINY = Scale(
    step="--preset smoke --batch-size 2 --steps 2 --warmup 1 --side 128 --backend eager",
    ours="--steps 2 3 --batch-size 2 --long-side 24 --n 2",
    paper="smoke",
    places="smoke",
    curve="0.001 0.002",
    samples="--n 2 --draw dpmpp:2 ddpm:3",
    steps=6,
    hr="smoke",
    hr_minutes="0.001",
    wide="--n 1 --size 24x100 --draw dpmpp:2",
    levels=("smoke",),
    level_samples="--n 2 --draw dpmpp:2",
    level_steps=2,
    slow=0.2,
)


def plan(
    scale: Scale, picture: str, pictures: Sequence[str], seeds: Sequence[int], commit: str, rate: float
) -> dict[str, Part]:
    """Name -> part, the worthiest first.

    pictures, seeds: of Table 4.  commit: trainings of another one lie elsewhere.  rate: pictures a second on which the
    paper's network trains.
    """
    one = ["--picture", picture]
    parts = {}
    for way, about in WAYS.items():
        minutes = scale.slow / 2 if about.compiled is None else scale.slow
        parts[f"step-{way}"] = Part("gpu_step.py", [way, *one, *scale.step.split()], minutes)
    for network in RECIPES:
        options = [*one, "--networks", network, *scale.ours.split()]
        parts[f"ours-{network}"] = Part("gpu_ours.py", options, 2 * scale.slow, {"--sheets": "sheets"})

    def run(name: str, options: list[str], minutes: float) -> Part:
        folders = {"--run": f"runs/{commit}/{name}", "--sheets": "sheets"}
        return Part("gpu_run.py", options, minutes + scale.slow, folders)

    places, paper = (
        [*one, "--preset", preset, *scale.samples.split(), "--minutes", *scale.curve.split()]
        for preset in (scale.places, scale.paper)
    )
    to_the_end = ["--steps", str(scale.steps)]
    parts["places"] = run("places", places + to_the_end, training_minutes(scale.places, scale.steps, rate))
    parts["paper"] = run("paper", paper, last(scale.curve))
    hr = [*one, "--preset", scale.hr, *scale.wide.split(), "--minutes", *scale.hr_minutes.split()]
    parts["hr"] = run("hr", hr, last(scale.hr_minutes))
    for seed, name, preset in product(seeds, pictures, scale.levels):
        options = ["--picture", name, "--preset", preset, "--seed", str(seed), *scale.level_samples.split()]
        options += ["--steps", str(scale.level_steps)]
        level = f"{preset}-{name.replace('/', '_')}-{seed}"
        parts[level] = run(level, options, training_minutes(preset, scale.level_steps, rate))
    whole = training_minutes(scale.paper, scale.steps, rate)
    parts["paper-full"] = run("paper", paper + to_the_end, whole)
    return parts


def last(minutes: str) -> float:
    return float(minutes.split()[-1])


def training_minutes(preset: str, steps: int, rate: float) -> float:
    """About what so many steps take where the paper's network trains on `rate` pictures a second."""
    share = GFLOP.get(preset, 0) / GFLOP["paper"]
    return steps * get_preset(preset).train.batch_size * share / rate / 60
