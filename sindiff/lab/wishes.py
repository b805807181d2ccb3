"""The controls of what is to be made: words, numbers, how finely, from which seed and how many."""

import random

import ipywidgets
from torch import Tensor

from sindiff.lab.asked import Request
from sindiff.lab.controls import WIDE, button, row, slider
from sindiff.lab.draw import Sketch
from sindiff.lab.tasks import Task

MOST, USUAL = 8, 4  # pictures in a run
LAST_SEED = 2**31


class Wishes(ipywidgets.VBox):
    """prompt, numbers (a box of sliders), steps, seed and many (how many pictures); fit() shows what a task needs."""

    def __init__(self, steps: int, seed: int):
        super().__init__()
        self.prompt = ipywidgets.Text(description="words", continuous_update=False, layout=WIDE)
        self.numbers = ipywidgets.VBox()
        self.steps = slider("steps", 4, 50, steps)
        self.many = slider("pictures", 1, MOST, USUAL)
        layout = {"flex": "1 1 auto", "width": "auto"}
        self.seed = ipywidgets.BoundedIntText(seed, min=0, max=LAST_SEED, description="seed", layout=layout)
        self.die = button("\u2684", "Throw the die: another seed")
        self.die.on_click(lambda _: self.throw())
        self.steps.tooltip = "More steps take longer and are finer"
        self.many.tooltip, self.seed.tooltip = "How many, each from the next seed", "Another seed, other pictures"
        seeds = row([self.seed, self.die])
        seeds.layout.width, seeds.layout.flex_flow = "98%", "row nowrap"
        self.children = [self.prompt, self.numbers, self.steps, self.many, seeds]

    def fit(self, task: Task, picture: Tensor) -> None:
        """Show the controls that fit a task and the picture that it works on."""
        self.prompt.value, self.prompt.layout.display = task.prompt, "" if task.prompt else "none"
        self.numbers.children = [slider(name, *limit) for name, limit in task.controls(*picture.shape[1:]).items()]

    def throw(self) -> None:
        """Choose a seed by chance."""
        self.seed.value = random.randrange(LAST_SEED - MOST)

    def request(self, sketch: Sketch) -> Request:
        """What is asked for with what is drawn."""
        numbers = {control.description: control.value for control in self.numbers.children}
        return Request(sketch.picture, sketch.mask, numbers, self.prompt.value)
