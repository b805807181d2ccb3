"""The studio's jobs, step by step: making pictures for a task, and training on a photo."""

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from sindiff.applications.draw import Draw
from sindiff.applications.sampling import generate
from sindiff.applications.table import Given
from sindiff.lab.asked import Request
from sindiff.lab.made import Inputs, command, python
from sindiff.lab.notebook import Lab
from sindiff.lab.panel import Update
from sindiff.lab.projects import Project
from sindiff.lab.results import GIVEN, NEW, Result, keep, new_folder, save_png
from sindiff.lab.runner import Report
from sindiff.lab.stages import clock, followed
from sindiff.lab.tasks import TASKS
from sindiff.machine.progress import locked
from sindiff.pictures.images import resize
from sindiff.training.runs import Upkeep, as_model, learned_picture, train_in

FRAME = 512  # px of the long side of a picture that forms
SAMPLE_EVERY, FIRST_SAMPLE = 40, 0.25  # steps; share of the training before which a sample is noise


class Order(NamedTuple):
    """What is to be made: a task's picture, from a project's source, after a request."""

    project: Project
    task: str
    request: Request
    steps: int
    seed: int


def drawing(orders: Sequence[Order], done: Callable[[Result], None]) -> Callable[[Report], None]:
    """The job of making pictures, one after the other: an Update for every step.

    done: called with each as soon as it is made and kept.  Only the first's task and words are remarked on.
    """

    def run(report: Report) -> None:
        task, request = TASKS[orders[0].task], orders[0].request
        for number, order in enumerate(orders, 1):
            done(drawn(order, partial(_numbered, report, number, len(orders))))
        report(Update(None, 1.0, "Done." + task.remark(request)))

    return run


def _numbered(report: Report, number: int, of: int, update: Update) -> None:
    """Report an Update of one picture of several."""
    which = f"Picture {number} of {of}. " if of > 1 else ""
    report(Update(update.picture, (number - 1 + update.progress) / of, which + update.text))


def drawn(order: Order, report: Report) -> Result:
    """Make a picture and keep it."""
    task, source = TASKS[order.task], order.project.source
    given = task.given(order.request)
    task.application.prepare(source, given)
    total = task.application.calls(source, given, order.steps)
    size, look = task.application.size(source, given), forming(task.known(order.request))
    progress, pulse = followed(report, source, task.application, total, size, look)
    draw = Draw(n=1, steps=order.steps, seed=order.seed, progress=progress, pulse=pulse)
    return recorded(order, given, task.application.make(source, given, draw)[0])


def forming(known: tuple[Tensor, Tensor] | None) -> Callable[[Tensor], Tensor]:
    """What is shown of a layout (3, h, w): it enlarged, with what stays of a canvas as known = (canvas, mask) says."""
    if known is None:
        return lambda layout: resize(layout, *_frame(layout))
    canvas, mask = (resize(each, *_frame(each)) for each in known)
    return lambda layout: torch.where(mask > 0.5, resize(layout, *canvas.shape[1:]), canvas)


def recorded(order: Order, given: Given, picture: Tensor) -> Result:
    """Keep a picture with what it was made from, and how."""
    task, project = TASKS[order.task], order.project
    folder = new_folder(project.folder / "results")
    inputs = Inputs(project.word, project.code)
    if "PICTURE" in task.application.inputs:
        inputs = inputs._replace(picture=folder / GIVEN)
        save_png(given.picture, inputs.picture, {})
    if given.mask is not None:
        inputs = inputs._replace(mask=folder / "mask.png")
        save_png(given.mask, inputs.mask, {})
    how = given, inputs, order.steps, order.seed
    lines = command(task.application, *how), python(task.call, *how)
    result = Result(folder / NEW, order.task, order.seed, *lines)
    keep(picture, result)
    return result


def training(project: Project, lab: Lab, done: Callable[[], None]) -> Callable[[Report], None]:
    """The job of training in the project's folder, from where an earlier one stopped: an Update for each step.

    done: called when the model is there.
    """
    preset = lab.preset

    def run(report: Report) -> None:
        project.folder.mkdir(parents=True, exist_ok=True)
        sampled, total, learned = None, preset.train.steps, learned_picture(project.photo, preset)
        how = lab.seed, lab.device, project.about, Upkeep(previews=0)
        states = train_in(project.folder, project.photo, preset, *how)
        with locked(project.folder), closing(states):
            for state in states:
                share = state.step / total
                if state.step % SAMPLE_EVERY == 0 and share >= FIRST_SAMPLE:
                    model = as_model(state, preset.train, learned)
                    sampled = generate(model, 1, steps=min(10, preset.sample_steps), seed=lab.seed)[0]
                left = clock(state.seconds * (1 - share) / share)
                report(Update(sampled, share, f"Learning {project.name}: {share:.0%}, about {left} to go"))
        done()

    return run


def _frame(picture: Tensor) -> tuple[int, int]:
    height, width = picture.shape[1:]
    scale = FRAME / max(height, width)
    return max(1, round(scale * height)), max(1, round(scale * width))
