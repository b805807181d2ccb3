"""How far a picture is: its layout, which can be looked at, then its detail, which takes longer and is foretold."""

import time
from collections.abc import Callable
from itertools import accumulate, count

from torch import Tensor

from sindiff.applications.draw import Progress
from sindiff.applications.full_size import pulses
from sindiff.applications.table import Application
from sindiff.detail.work import Pulse
from sindiff.lab.panel import Update
from sindiff.lab.runner import Report
from sindiff.model import Source
from sindiff.samplers import SampleState

LAYOUT = 0.15  # of the bar
FORETOLD = 0.02  # of the detail, from where on it is said how long the rest takes


def followed(
    report: Report,
    source: Source,
    application: Application,
    layout_steps: int,
    size: tuple[int, int],
    look: Callable[[Tensor], Tensor],
) -> tuple[Progress, Pulse]:
    """The progress and the pulse of a Draw of one picture of this size, which report Updates.

    look: makes what is shown, (3, H, W), of a step's x0_hat.
    """
    ends = list(accumulate(pulses(source, size, application.coarser)))
    steps, began, layout, phase, felt, picture = count(1), time.monotonic(), LAYOUT if ends else 1.0, 0, 0, None

    def progress(state: SampleState) -> None:
        nonlocal began, phase, felt, picture
        step, picture = next(steps), look(state.x0_hat[0].cpu())
        if step <= layout_steps:
            share, began = step / layout_steps, time.monotonic()
            report(Update(picture, layout * share, f"Layout: {share:.0%}"))
            return
        phase = min(step - layout_steps, len(ends) - 1)
        felt = ends[step - layout_steps - 1]
        tell()

    def pulse() -> None:
        nonlocal felt
        felt = min(felt + 1, ends[phase])
        tell()

    def tell() -> None:
        share = felt / ends[-1]
        left = (time.monotonic() - began) * (1 - share) / share
        to_go = f", about {clock(max(1, left))} to go" if FORETOLD < share < 1 else ""
        report(Update(picture, layout + (1 - layout) * share, f"Detail: {share:.0%}{to_go}"))

    return progress, pulse


def previews(report: Report, total: int) -> Progress:
    """A Draw's progress that reports each of `total` steps: an Update with what the noise promises, (3, H, W)."""
    steps = count(1)

    def progress(state: SampleState) -> None:
        step = next(steps)
        text = f"Step {step} of {total}: what the noise at t = {state.t} promises"
        report(Update(state.x0_hat[0].cpu(), step / total, text))

    return progress


def clock(seconds: float) -> str:
    """Seconds for a reader."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{int(seconds) // 60}:{int(seconds) % 60:02d} min"
