"""The studio's jobs, step by step: making a picture for a task, and training on one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

from torch import Tensor

from sindiff.applications.draw import Draw
from sindiff.applications.sampling import generate
from sindiff.lab.notebook import Lab
from sindiff.lab.panel import Update
from sindiff.lab.runner import Report
from sindiff.lab.tasks import Request, Task
from sindiff.model import Model
from sindiff.samplers import SampleState
from sindiff.training.loop import TrainState, train
from sindiff.training.runs import as_model

SAMPLE_EVERY = 40


@dataclass(frozen=True)
class Project:
    """A picture in the studio.  model: None before any training; state: of its training here, None if it came so."""

    name: str
    picture: Tensor
    model: Model | None = None
    state: TrainState | None = None


def drawing(model: Model, task: Task, request: Request, steps: int, seed: int) -> Callable[[Report], None]:
    """The job of a task for a Runner: an Update with the x0_hat of every step, and the picture at the end."""

    def run(report: Report) -> None:
        application, given = task.application, task.given(request)
        application.prepare(model, given)
        total = application.calls(model, given, steps)
        progress = previews(report, total, lambda x0_hat: task.seen(request, x0_hat))
        picture = application.make(model, given, Draw(n=1, steps=steps, seed=seed, progress=progress))[0]
        report(Update(picture, 1.0, "Done."))

    return run


def previews(
    report: Report, total: int, seen: Callable[[Tensor], Tensor] = lambda x0_hat: x0_hat
) -> Callable[[SampleState], None]:
    """A Draw's progress that reports each of `total` steps: an Update with seen(x0_hat), (3, H, W)."""
    steps = count(1)

    def progress(state: SampleState) -> None:
        step = next(steps)
        text = f"Step {step} of {total}: what the noise at t = {state.t} promises"
        report(Update(seen(state.x0_hat[0].cpu()), step / total, text))

    return progress


def training(project: Project, lab: Lab, store: Callable[[Project], None]) -> Callable[[Report], None]:
    """The job of training on from where the project stands: an Update for each step, now and then with a new sample.

    store: called after every step with the project and its model, so that stopping loses nothing.
    """
    config = lab.preset.train
    state = project.state or TrainState(config, lab.seed, lab.device)

    def run(report: Report) -> None:
        sampled = None
        for now in train(project.picture, config, state):
            model = as_model(now, config, project.picture, {"name": project.name})
            store(replace(project, model=model, state=state))
            if state.step % SAMPLE_EVERY == 0 or state.step == config.steps:
                sampled = generate(model, 1, steps=min(10, lab.preset.sample_steps), seed=lab.seed)[0]
            text = f"Training: step {state.step} of {config.steps}, loss {state.loss:.3f}"
            report(Update(sampled, state.step / config.steps, text))
        report(Update(sampled, 1.0, "Trained. Choose a task and press Run."))

    return run
