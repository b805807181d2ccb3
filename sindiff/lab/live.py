"""Training to look at: pictures appear while the cell runs."""

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from IPython.display import display

from sindiff.applications.sampling import generate
from sindiff.lab.display import show
from sindiff.lab.notebook import Lab, LabError
from sindiff.lab.plots import Shot, row
from sindiff.model import Model
from sindiff.training.loop import TrainState
from sindiff.training.runs import as_model


def watch(states: Iterator[TrainState], lab: Lab, path: str | Path | None = None, frames: int = 6) -> Model:
    """Run a training of the lab's picture and preset, and show how what it invents grows; returns the model.

    states: from train_in or train.  A film strip of so many frames fills up, early steps denser: the same noise,
    denoised by the network as it was then.  path: where the strip is kept as a PNG file.  Interrupting the cell ends
    the training and keeps the model as it is then.
    Everything is drawn from the running cell into one display, which works in JupyterLab, Colab and papermill alike.
    Raises LabError if there is no step left to train.
    """
    total = lab.preset.train.steps
    due = [math.ceil(total * (k / frames) ** 1.5) for k in range(1, frames + 1)]
    alt = f"What the network generates from the same noise after {', '.join(map(str, due))} training steps"
    strip = {step: Shot(torch.zeros_like(lab.picture), f"step {step}", empty=True) for step in due}
    state = None
    line = display(_text("Training begins ..."), raw=True, display_id=True)
    view = display(show(row([*strip.values()]), alt), display_id=True)
    told = 0.0
    try:
        for state in states:
            if state.step in strip:
                model = as_model(state, lab.preset.train, lab.picture)
                (picture,) = generate(model, 1, steps=min(20, lab.preset.sample_steps), seed=lab.seed)
                strip[state.step] = replace(strip[state.step], picture=picture, empty=False)
                _update(view, show(row([*strip.values()]), alt))
            if time.monotonic() - told > 0.5:
                _update(line, _text(_progress(state, total)), raw=True)
                told = time.monotonic()
    except KeyboardInterrupt:
        if state is None:
            raise
        note = f"Stopped at step {state.step} of {total}: the model is kept as it is now."
    else:
        if state is None:
            raise LabError("this training is complete, there is no step left: load_model(FOLDER) reads its model")
        note = f"Trained for {state.step} steps in {_clock(state.seconds)}; last loss {state.loss:.3f}."
    finally:
        states.close()
    _update(line, _text(note), raw=True)
    if path:
        show(row([*strip.values()]), alt, path)
    return as_model(state, lab.preset.train, lab.picture, lab.about)


def _progress(state: TrainState, total: int) -> str:
    left = state.seconds / state.step * (total - state.step)
    return f"Step {state.step} of {total}, loss {state.loss:.3f}, {_clock(state.seconds)}, about {_clock(left)} to go"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d} min"


def _text(text: str) -> dict[str, str]:
    return {"text/plain": text}


def _update(handle, content, **options) -> None:
    """Replace what a display shows; outside a notebook there is none."""
    if handle is not None:
        handle.update(content, **options)
