"""The studio: open a photo, draw, run, watch the picture form, stop, compare, go on, download, and train beside it."""

from functools import partial
from typing import Any, NamedTuple

import ipywidgets
import torch
from torch import Tensor

from sindiff.checkpoint import MOST_KEPT
from sindiff.lab import projects
from sindiff.lab.album import Album
from sindiff.lab.asked import Request
from sindiff.lab.controls import button, menu, row
from sindiff.lab.desk import Desk
from sindiff.lab.display import open_widget
from sindiff.lab.draw import Sheet
from sindiff.lab.jobs import Order, drawing
from sindiff.lab.learning import Learning
from sindiff.lab.notebook import Lab
from sindiff.lab.panel import Panel, Update
from sindiff.lab.projects import Project
from sindiff.lab.runner import STOPPED
from sindiff.lab.tasks import TASKS, Task
from sindiff.lab.upload import uploaded_picture
from sindiff.lab.viewer import Viewer
from sindiff.lab.wishes import Wishes
from sindiff.pictures.bundled import bundled_pictures
from sindiff.pictures.images import load_picture, resize

FIRST = 4  # pictures that are made of a photo when it is opened
OPEN = 4  # projects that are kept in memory; others are read again
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

    _forming: Tensor | None = None

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
        self.names, self.tasks, self.other = menu("Photo", names), menu("Task", TASKS), menu("Picture", names)
        self.other.index = 1
        self.learning = Learning(self.lab, self._trained, self.runner.background)
        self.example_button = button("Example", "Draw one, and run it")
        self.continue_button = button("Work on this result", "Make the result the picture to work on")
        self.photo_button = button("Back to the photo", "Make the photo the picture to work on")
        self.desk = Desk(HALF)
        self.sketch = self.desk.sketch
        hint, *rest = self.desk.children
        self.desk.children = hint, self.other, *rest, row([self.photo_button])
        self.image = Viewer()
        self.album = Album(self.image, self.continue_button)
        self.wishes = wishes = Wishes(self.lab.preset.sample_steps, self.lab.seed)
        self.prompt, self.numbers, self.steps = wishes.prompt, wishes.numbers, wishes.steps
        self.seed, self.many = wishes.seed, wishes.many
        buttons = row([self.run_button, self.stop_button, self.example_button])
        right = ipywidgets.VBox([wishes, buttons, self.bar, self.line, self.image, self.album], layout=HALF)
        self.lay_out(row([self.names, self.tasks, self.learning]), row([self.desk, right], gap="8px 28px"))

    def _listen(self) -> None:
        self.names.observe(lambda change: self._project_chosen(), "value")
        self.tasks.observe(lambda change: self._task_chosen(), "value")
        self.sketch.observe(lambda change: self._uploaded(change["new"]), "upload")
        self.other.observe(lambda change: self.task.other and self._work_on(self._other()), "value")
        self.example_button.on_click(lambda _: self.example())
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
        project = self._projects.pop(name, None) or self._openers[name]()
        self._projects = dict([*self._projects.items(), (name, project)][-OPEN:])
        return project

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
        self.names.send_state("index")  # what the page shows may have been chosen while a file was on its way
        self.sketch.remember(lambda: self._go_back(before))
        self.first_pictures()

    def _enter(self) -> None:
        """Show the project with what was made of it before."""
        self.learning.offer(self.project)
        self._lay(self.project.photo)
        self.image.clear()
        self.album.enter(self.project)

    def _task_chosen(self) -> None:
        before, left = self._place(), self.task.other
        self._task = self.tasks.value
        self._lay(self._other() if self.task.other else self.project.photo if left else self.desk.base)
        self.sketch.remember(lambda: self._go_back(before))

    def _other(self) -> Tensor:
        """The other picture that is chosen, as large as the photo."""
        picture = self._project_of(self.other.value).photo
        scale = max(self.project.photo.shape[1:]) / max(picture.shape[1:])
        return resize(picture, *(max(1, round(scale * side)) for side in picture.shape[1:])) if scale != 1 else picture

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
        self.wishes.fit(self.task, picture)
        self.other.layout.display = "" if self.task.other else "none"
        self.photo_button.layout.display = "none" if torch.equal(picture, self.project.photo) else ""
        self.example_button.layout.display = "" if self.task.example else "none"
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
        self.names.unobserve_all("value")  # a menu with other entries chooses the first of them for a moment
        self.names.options = self.other.options = list(dict.fromkeys([*self.names.options, name]))
        self.names.value = name
        self.names.observe(lambda change: self._project_chosen(), "value")
        self._project_chosen()

    # ---- working

    def first_pictures(self) -> None:
        """Begin with a few new pictures of the photo, unless there are results already."""
        if not self.album.results:
            height, width = self.project.photo.shape[1:]
            request = Request(self.project.photo, torch.zeros(1, height, width), {"height": height, "width": width})
            self._begin(Order(self.project, FIRST_TASK, request, self.steps.value, self.seed.value), FIRST)

    def run(self) -> None:
        """Do the task that is chosen with what is drawn."""
        order = Order(self.project, self._task, self.wishes.request(self.sketch), self.steps.value, self.seed.value)
        self._begin(order, self.many.value)

    def example(self) -> None:
        """Draw an example of the task, and do it."""
        self.task.example(self.sketch, self.desk.base)
        self.run()

    def _begin(self, order: Order, many: int) -> None:
        """Carry an order out so many times, each from the next seed."""
        self.start(drawing([order._replace(seed=order.seed + i) for i in range(many)], self.album.add))

    def show(self, update: Update) -> None:
        """Show how far the job is, and the picture as it forms, each once."""
        self.bar.value = update.progress
        self.say(update.text)
        if update.picture is not None and update.picture is not self._forming:
            self._forming = update.picture
            self.image.look(update.picture)

    def end(self, line: str) -> None:
        """Say how the job ended; if it came to nothing, the last whole result is shown again."""
        super().end(line)
        if line == STOPPED:
            self.say("Stopped.")
        if line:
            self.album.show()

    def _trained(self, name: str) -> None:
        """From now on draw from the model that was trained."""
        self._projects.pop(name, None)
        if self.project.name == name:
            self.project = self._project_of(name)
            self.learning.offer(self.project)

    def continue_with_result(self) -> None:
        """Make the result the picture to work on."""
        if self.result is not None:
            self._work_on(self.result)
