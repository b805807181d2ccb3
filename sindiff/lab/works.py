"""The two works of the studio, as steps to report: drawing a picture for a task, and training on one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, NamedTuple

from torch import Tensor

from sindiff.applications.draw import Draw
from sindiff.applications.sampling import generate
from sindiff.lab.notebook import Lab
from sindiff.lab.tasks import Task, Wish
from sindiff.model import Model
from sindiff.samplers import SampleState
from sindiff.training.loop import TrainState, train
from sindiff.training.runs import as_model

SAMPLE_EVERY = 40


@dataclass(frozen=True)
class Subject:
    """What the studio works on.  model: None before any training; state: of its training here, None if it came so."""

    name: str
    picture: Tensor
    model: Model | None = None
    state: TrainState | None = None


class Frame(NamedTuple):
    """What a step shows: a picture (3, H, W), or None for none, how far the work is, and words."""

    picture: Tensor | None
    share: float
    text: str


Do = Callable[[Callable[[Any], None]], None]


def drawing(model: Model, task: Task, wish: Wish, steps: int, seed: int) -> Do:
    """The work of a task (see runner.Work): reports the x0_hat of every step as a Frame, and the picture at the end."""

    def do(report: Callable[[Frame], None]) -> None:
        progress = promising(report, task.calls(steps), lambda x0_hat: task.seen(wish, x0_hat))
        picture = task.run(model, wish, Draw(n=1, steps=steps, seed=seed, progress=progress))[0]
        report(Frame(picture, 1.0, "Done."))

    return do


def promising(
    report: Callable[[Frame], None], total: int, seen: Callable[[Tensor], Tensor] = lambda x0_hat: x0_hat
) -> Callable[[SampleState], None]:
    """A Draw's progress that reports what each of `total` steps promises: a Frame of seen(x0_hat), (3, H, W)."""
    steps = count(1)

    def progress(state: SampleState) -> None:
        step = next(steps)
        text = f"Step {step} of {total}: what the noise at t = {state.t} promises"
        report(Frame(seen(state.x0_hat[0].cpu()), step / total, text))

    return progress


def training(subject: Subject, lab: Lab, keep: Callable[[Subject], None]) -> Do:
    """The work of training on from where the subject stands: a Frame for each step, now and then with another sample.

    keep: called after every step with the subject and its model, so that stopping loses nothing.
    """
    config = lab.preset.train
    state = subject.state or TrainState(config, lab.seed, lab.device)

    def do(report: Callable[[Frame], None]) -> None:
        sampled = None
        for now in train(subject.picture, config, state):
            model = as_model(now, config, subject.picture, {"name": subject.name})
            keep(replace(subject, model=model, state=state))
            if state.step % SAMPLE_EVERY == 0 or state.step == config.steps:
                sampled = generate(model, 1, steps=min(10, lab.preset.sample_steps), seed=lab.seed)[0]
            text = f"Training: step {state.step} of {config.steps}, loss {state.loss:.3f}"
            report(Frame(sampled, state.step / config.steps, text))
        report(Frame(sampled, 1.0, "Trained. Choose a task and press Run."))

    return do
