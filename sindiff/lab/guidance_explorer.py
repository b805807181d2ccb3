"""The guidance explorer: a text and a scale to change, and a picture that follows them while it forms."""

from dataclasses import replace

import ipywidgets

from sindiff.applications.clip import Clip, text_score
from sindiff.applications.draw import Draw
from sindiff.applications.sampling import generate
from sindiff.applications.text import text_guided
from sindiff.lab.controls import choice, picture_widget, show_picture
from sindiff.lab.display import open_widget
from sindiff.lab.panel import Panel, Update
from sindiff.lab.runner import Report
from sindiff.lab.stages import previews
from sindiff.model import Model

SCALES = (-0.2, -0.1, -0.05, -0.02, 0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
FIRST = 0.1


def open_guidance_explorer(model: Model, clip: Clip, prompt: str, draw: Draw = Draw()) -> "GuidanceExplorer | None":
    """Show the guidance explorer, at work; nothing where there are no widgets (SINDIFF_UI=off)."""
    explorer = open_widget(lambda: GuidanceExplorer(model, clip, prompt, draw))
    if explorer:
        explorer.run()
    return explorer


class GuidanceExplorer(Panel):
    """A text, a guidance scale and a seed; with each change the picture on the right is drawn anew, step by step.

    On the left stands the same seed with no text.  draw: its sampler, steps and seed.  background: as in Panel.
    """

    picture_width = 340

    def __init__(self, model: Model, clip: Clip, prompt: str, draw: Draw, background: bool | None = None):
        super().__init__(background)
        self.model, self.clip, self.draw = model, clip, draw
        wide = {"width": "420px", "max_width": "98%"}
        self.prompt = ipywidgets.Text(prompt, description="text", continuous_update=False, layout=wide)
        self.scale = choice("scale", SCALES, FIRST)
        self.seed = ipywidgets.BoundedIntText(draw.seed, min=0, max=2**31, description="seed", layout=wide)
        self.bar.layout, self.plain = wide, picture_widget()
        self.run_on_change(self.prompt, self.scale, self.seed)
        titles = {"no text": self.plain, "with the text": self.image}
        pictures = [ipywidgets.VBox([image, ipywidgets.Label(title)]) for title, image in titles.items()]
        below = ipywidgets.HBox([self.stop_button, self.bar])
        self.lay_out(self.prompt, self.scale, self.seed, below, self.line, ipywidgets.HBox(pictures))

    def run(self) -> None:
        """Draw as the controls say; what is being drawn stops."""
        prompt, scale, draw = self.prompt.value, self.scale.value, replace(self.draw, seed=self.seed.value)

        def job(report: Report) -> None:
            score, judge = text_score(self.clip, prompt), text_score(self.clip, prompt, views=1)
            plain = generate(self.model, 1, sampler=draw.sampler, steps=draw.steps, seed=draw.seed)
            show_picture(self.plain, plain[0], self.picture_width)
            how = replace(draw, n=1, progress=previews(report, draw.steps))
            new = text_guided(self.model, [score], scale, draw=how)
            before, after = (judge(pictures.to(self.model.device), 0).item() for pictures in (plain, new))
            report(Update(new[0], 1.0, f"Score for “{prompt}”: {before:.1f} with no text, {after:.1f} with it"))

        self.start(job)
