"""The guidance explorer: a text and a scale to change, and a picture that follows them while it forms."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

import ipywidgets
from IPython.display import display
from torch import Tensor

from sindiff.applications.clip import Clip, text_score
from sindiff.applications.draw import Draw
from sindiff.applications.sampling import generate
from sindiff.applications.text import text_guided
from sindiff.lab.desk import LOOK, said
from sindiff.lab.display import png
from sindiff.lab.runner import Runner, Work
from sindiff.lab.works import Do, Frame, promising
from sindiff.model import Model
from sindiff.pictures.images import to_image

WIDTH = 340  # of a picture, in CSS px
SCALES = (-0.2, -0.1, -0.05, -0.02, 0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)


def open_steering(
    model: Model, clip: Clip, prompt: str, scale: float = 0.1, draw: Draw = Draw(), scales: Sequence[float] = SCALES
) -> "Steering | None":
    """Show the guidance explorer, at work; nothing where there are no widgets (SINDIFF_UI=off)."""
    if os.environ.get("SINDIFF_UI", "").lower() == "off":
        return None
    steering = Steering(model, clip, prompt, scale, draw, scales)
    display(steering)
    steering.run()
    return steering


class Steering(ipywidgets.VBox):
    """A text, a guidance scale and a seed; with each change the picture on the right is drawn anew, step by step.

    On the left stands the same seed with no text.  scales: what the slider chooses from, `scale` first.  draw: its
    sampler, steps and seed.  background: see Runner.  result: the picture on the right, (3, H, W), None at first.
    """

    def __init__(
        self,
        model: Model,
        clip: Clip,
        prompt: str,
        scale: float,
        draw: Draw = Draw(),
        scales: Sequence[float] = SCALES,
        background: bool | None = None,
    ):
        self.model, self.clip, self.draw, self.runner = model, clip, draw, Runner(background)
        self.result: Tensor | None = None
        wide = ipywidgets.Layout(width="420px", max_width="98%")
        self.prompt = ipywidgets.Text(prompt, description="text", continuous_update=False, layout=wide)
        self.scale = ipywidgets.SelectionSlider(
            options=list(scales), value=scale, description="scale", continuous_update=False, layout=wide
        )
        self.seed = ipywidgets.BoundedIntText(draw.seed, min=0, max=2**31, description="seed", layout=wide)
        self.halt = ipywidgets.Button(description="Stop", tooltip="Stop after this step and keep what there is")
        self.bar = ipywidgets.FloatProgress(0, min=0, max=1, layout=wide)
        self.line, self.plain, self.image = ipywidgets.HTML(), _shot(), _shot()
        for control in (self.prompt, self.scale, self.seed):
            control.observe(lambda change: self.run(), "value")
        self.halt.on_click(lambda _: self.stop())
        pictures = ipywidgets.HBox([_titled("no text", self.plain), _titled("with the text", self.image)])
        below = ipywidgets.HBox([self.halt, self.bar])
        super().__init__([ipywidgets.HTML(LOOK), self.prompt, self.scale, self.seed, below, self.line, pictures])

    def run(self) -> None:
        """Draw as the controls say; what is being drawn stops."""
        self.say("Begins ...")
        do = self._drawing(self.prompt.value, self.scale.value, self.seed.value)
        self.runner.run(Work(do, self._show, self._end))

    def stop(self) -> None:
        """End the drawing after the step it is taking."""
        self.runner.stop()

    def say(self, text: str, bad: bool = False) -> None:
        self.line.value = said(text, bad)

    def _drawing(self, prompt: str, scale: float, seed: int) -> Do:
        def do(report: Callable[[Frame], None]) -> None:
            score, judge = text_score(self.clip, prompt), text_score(self.clip, prompt, views=1)
            draw = replace(self.draw, n=1, seed=seed)
            plain = generate(self.model, 1, sampler=draw.sampler, steps=draw.steps, seed=seed)
            _put(self.plain, plain[0])
            new = text_guided(self.model, [score], scale, draw=replace(draw, progress=promising(report, draw.steps)))
            before, after = (judge(pictures.to(self.model.device), 0).item() for pictures in (plain, new))
            report(Frame(new[0], 1.0, f"Score for “{prompt}”: {before:.1f} with no text, {after:.1f} with it"))

        return do

    def _show(self, frame: Frame) -> None:
        self.bar.value, self.result = frame.share, frame.picture
        self.say(frame.text)
        _put(self.image, frame.picture)

    def _end(self, line: str) -> None:
        if line:
            self.say(line if line != "Stopped." else "Stopped: the picture is kept as it is.", bad=line != "Stopped.")


def _shot() -> ipywidgets.Image:
    image = ipywidgets.Image(format="png", layout=ipywidgets.Layout(width=f"{WIDTH}px", display="none"))
    image.add_class("sindiff-shot")
    return image


def _titled(title: str, image: ipywidgets.Image) -> ipywidgets.VBox:
    return ipywidgets.VBox([image, ipywidgets.Label(title)])


def _put(image: ipywidgets.Image, picture: Tensor) -> None:
    image.value, image.layout.display = png(to_image(picture.clamp(-1, 1))), ""
