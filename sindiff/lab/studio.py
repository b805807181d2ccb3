"""The studio: open a photo, draw, run, watch the picture form, stop, compare, go on, download, and train beside it."""

from functools import partial
from typing import Any, NamedTuple

import ipywidgets
import torch
from torch import Tensor

from sindiff.checkpoint import MOST_KEPT
from sindiff.lab import projects
from sindiff.lab.album import Album
from sindiff.lab.controls import WIDE, button, row, show_photo, slider
from sindiff.lab.desk import Desk
from sindiff.lab.display import open_widget
from sindiff.lab.draw import Sheet
from sindiff.lab.jobs import Order, drawing
from sindiff.lab.learning import Learning
from sindiff.lab.notebook import Lab
from sindiff.lab.panel import Panel, Update
from sindiff.lab.projects import Project
from sindiff.lab.runner import STOPPED
from sindiff.lab.tasks import TASKS, Request, Task
from sindiff.lab.upload import uploaded_picture
from sindiff.pictures.bundled import bundled_pictures
from sindiff.pictures.images import load_picture

FIRST = 4  # pictures that are made of a photo when it is opened
FIRST_TASK = next(iter(TASKS))
HALF = {"flex": "1 1 390px", "max_width": "1030px", "min_width": "0"}


def open_studio(lab: Lab) -> "Studio | None":
    """Show the studio and begin its first pictures; nothing where there are no widgets (SINDIFF_UI=off)."""
    studio = open_widget(lambda: Studio(lab))
    if studio:
        studio.first_pictures()
    return studio


class Place(NamedTuple):
    """Where somebody was: the project's name, the task, the picture worked on, and what lay on the drawing area."""

    project: str
    task: str
    base: Tensor
    sheet: Sheet


class Studio(Panel):
    """On the left the picture that is worked on, on the right what comes of it: `result`, (3, H, W), None at first.

    It opens with the lab's photo, and has those that come with sindiff and those that were opened before.  All is at
    the photo's size and kept: results and trainings lie in lab.out_dir/run/NAME and are found again.  background: as in
    Panel; with False the same controls are set, and run() and learning.run() called, from a cell.
    """

    def __init__(self, lab: Lab, background: bool | None = None):
        super().__init__(background)
        self.lab = lab
        self._openers = {name: partial(projects.bundled_project, lab, name) for name in bundled_pictures()}
        for name, folder in projects.opened_before(lab).items():
            self._openers[name] = partial(projects.reopened, lab, folder)
        self._projects: dict[str, Project] = {}
        first = lab.about["name"]
        if lab.about not in bundled_pictures().values():
            first = self._add_own(first, load_picture(lab.path, MOST_KEPT))
        self.project, self._task = self._project_of(first), FIRST_TASK
        self._build([first, *(name for name in self._openers if name != first)])
        self._listen()
        self._enter()

    def _build(self, names: list[str]) -> None:
        self.names = ipywidgets.Dropdown(options=names, description="Photo", layout={"width": "300px"})
        self.tasks = ipywidgets.Dropdown(options=list(TASKS), description="Task", layout={"width": "300px"})
        self.learning = Learning(self.lab, self._trained, self.runner.background)
        self.another_button = button("Another one", "Run with the next seed")
        self.continue_button = button("Work on this result", "Make the result the picture to work on")
        self.photo_button = button("Back to the photo", "Make the photo the picture to work on")
        self.desk = Desk(HALF)
        self.sketch = self.desk.sketch
        self.desk.children += (row([self.photo_button]),)
        self.album = Album(partial(show_photo, self.image), self.continue_button)
        self.image.add_class("sindiff-photo")
        self.prompt = ipywidgets.Text(description="words", continuous_update=False, layout=WIDE)
        self.numbers = ipywidgets.VBox()
        self.steps = slider("steps", 4, 50, self.lab.preset.sample_steps)
        self.seed = ipywidgets.BoundedIntText(self.lab.seed, min=0, max=2**31, description="seed", layout=WIDE)
        self.steps.tooltip, self.seed.tooltip = "More steps take longer and are finer", "Another seed, another picture"
        buttons = row([self.run_button, self.another_button, self.stop_button])
        asked = [self.prompt, self.numbers, self.steps, self.seed, buttons, self.bar, self.line]
        right = ipywidgets.VBox([*asked, self.image, self.album], layout=HALF)
        self.lay_out(row([self.names, self.tasks, self.learning]), row([self.desk, right], gap="8px 28px"))

    def _listen(self) -> None:
        self.names.observe(lambda change: self._project_chosen(), "value")
        self.tasks.observe(lambda change: self._task_chosen(), "value")
        self.sketch.observe(lambda change: self._uploaded(change["new"]), "upload")
        self.another_button.on_click(lambda _: self.another())
        self.continue_button.on_click(lambda _: self.continue_with_result())
        self.photo_button.on_click(lambda _: self._work_on(self.project.photo))

    @property
    def task(self) -> Task:
        """The task that is chosen."""
        return TASKS[self._task]

    @property
    def result(self) -> Tensor | None:
        """The result that is chosen."""
        return self.album.picture

    # ---- choosing

    def _project_of(self, name: str) -> Project:
        if name not in self._projects:
            self._projects[name] = self._openers[name]()
        return self._projects[name]

    def _add_own(self, name: str, photo: Tensor) -> str:
        """A picture of the reader's among the projects; returns its name there."""
        name = f"{name} (opened)" if name in bundled_pictures() else name
        self._projects[name] = project = projects.own_project(self.lab, name, photo)
        self._openers[name] = partial(projects.reopened, self.lab, project.folder)
        return name

    def _project_chosen(self) -> None:
        before = self._place()
        self.stop()
        self.project = self._project_of(self.names.value)
        self._enter()
        self.sketch.remember(lambda: self._go_back(before))
        self.first_pictures()

    def _enter(self) -> None:
        """Show the project with what was made of it before."""
        self.learning.offer(self.project)
        self._lay(self.project.photo)
        self.image.layout.display = "none"
        self.album.enter(self.project)

    def _task_chosen(self) -> None:
        before = self._place()
        self._task = self.tasks.value
        self._lay(self.desk.base)
        self.sketch.remember(lambda: self._go_back(before))

    def _work_on(self, picture: Tensor) -> None:
        """Take another picture to work on."""
        before = self._place()
        self._lay(picture)
        self.sketch.remember(lambda: self._go_back(before))

    def _place(self) -> Place:
        return Place(self.project.name, self._task, self.desk.base, self.sketch.sheet())

    def _go_back(self, place: Place) -> None:
        self.names.value, self.tasks.value = place.project, place.task
        self._lay(place.base)
        self.sketch.lay(place.sheet)

    def _lay(self, picture: Tensor) -> None:
        """Show a picture to work on, with the controls that fit it and the task."""
        self.desk.lay(self.task, picture, self.project.photo)
        self.prompt.value, self.prompt.layout.display = self.task.prompt, "" if self.task.prompt else "none"
        limits = self.task.controls(*picture.shape[1:])
        self.numbers.children = [slider(name, *limit) for name, limit in limits.items()]
        if self._current is None:
            self.say("")

    def _uploaded(self, upload: dict[str, Any]) -> None:
        if not upload or upload.get("drawn"):
            return
        try:
            picture = uploaded_picture(upload, MOST_KEPT)
        except ValueError as error:
            self.sketch.warn(str(error))
            return
        self.sketch.warn("")
        name = self._add_own(str(upload["name"]), picture)
        if self.names.value == name:
            self._project_chosen()
        self.names.options = list(dict.fromkeys([*self.names.options, name]))
        self.names.value = name

    # ---- working

    def first_pictures(self) -> None:
        """Begin with a few new pictures of the photo, unless there are results already."""
        if not self.album.results:
            height, width = self.project.photo.shape[1:]
            request = Request(self.project.photo, torch.zeros(1, height, width), {"height": height, "width": width})
            first = Order(self.project, FIRST_TASK, request, self.steps.value, self.seed.value)
            self.start(drawing([first._replace(seed=first.seed + i) for i in range(FIRST)], self.album.add))

    def run(self) -> None:
        """Do the task that is chosen with what is drawn."""
        numbers = {control.description: control.value for control in self.numbers.children}
        request = Request(self.sketch.picture, self.sketch.mask, numbers, self.prompt.value)
        order = Order(self.project, self._task, request, self.steps.value, self.seed.value)
        self.start(drawing([order], self.album.add))

    def another(self) -> None:
        """Do the same with the next seed."""
        self.seed.value += 1
        self.run()

    def show(self, update: Update) -> None:
        """Show how far the job is, and the picture as it forms."""
        self.bar.value = update.progress
        self.say(update.text)
        if update.picture is not None:
            show_photo(self.image, update.picture)

    def end(self, line: str) -> None:
        """Say how the job ended; if it came to nothing, the last whole result is shown again."""
        super().end(line)
        if line == STOPPED:
            self.say("Stopped.")
        if line:
            self.album.show()

    def _trained(self, name: str) -> None:
        """From now on draw from the model that was trained."""
        del self._projects[name]
        if self.project.name == name:
            self.project = self._project_of(name)
            self.learning.offer(self.project)

    def continue_with_result(self) -> None:
        """Make the result the picture to work on."""
        if self.result is not None:
            self._work_on(self.result)
