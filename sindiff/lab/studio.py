"""The studio: pick or train a model, draw, run, watch the picture form, stop, compare, download."""

from typing import Any

import ipywidgets
from torch import Tensor

from sindiff.lab.controls import WIDE, button, download_link, row, show_picture, slider
from sindiff.lab.display import open_widget
from sindiff.lab.draw import Sketch, palette, rectangle
from sindiff.lab.jobs import Project, drawing, training
from sindiff.lab.models import shipped
from sindiff.lab.notebook import Lab
from sindiff.lab.panel import Panel
from sindiff.lab.tasks import TASKS, Request, Task
from sindiff.lab.upload import uploaded_picture
from sindiff.pictures.bundled import bundled_pictures, data_folder
from sindiff.pictures.images import load_picture

WIDTH = 384  # of a picture, in CSS px


def open_studio(lab: Lab) -> "Studio | None":
    """Show the studio; nothing where there are no widgets (SINDIFF_UI=off)."""
    return open_widget(lambda: Studio(lab))


class Studio(Panel):
    """On the left the picture that is worked on, on the right what comes of it: `result`, (3, H, W), None at first.

    It opens with the lab's picture, and has the pictures whose models come with sindiff.  background: as in Panel;
    with False the same controls are set, and run() and train() called, from a cell.
    """

    def __init__(self, lab: Lab, background: bool | None = None):
        super().__init__(background)
        self.lab, self.projects = lab, {}
        names = [name for name in bundled_pictures() if (data_folder() / "models" / name).is_dir()]
        bundled = lab.about in bundled_pictures().values()
        first = lab.about["name"] if bundled else _unlike_bundled(lab.about["name"])
        if first not in names:
            self.projects[first] = Project(first, lab.picture)
        self.project = self._project_of(first)
        self._build(list(dict.fromkeys([first, *names])))
        self._listen()
        self._project_chosen()

    def _build(self, names: list[str]) -> None:
        self.names = ipywidgets.Dropdown(options=names, description="Picture", layout={"width": "300px"})
        self.tasks = ipywidgets.Dropdown(options=list(TASKS), description="Task", layout={"width": "300px"})
        self.train_button = button("Train", "Train on this picture; stop and go on at any time")
        self.continue_button = button("Go on with it", "Make the result the picture to work on")
        self.hint, self.link = ipywidgets.Label(), ipywidgets.HTML()
        self.sketch = Sketch(self.project.picture, "look", uploads=True)
        self.rows, self.columns = (
            ipywidgets.IntRangeSlider(description=name, min=0, max=1, continuous_update=False, layout=WIDE)
            for name in ("rows", "columns")
        )
        or_rectangle = ipywidgets.Label("Or without drawing, a rectangle:")
        self.rectangle = ipywidgets.VBox([or_rectangle, self.rows, self.columns])
        self.view = ipywidgets.ToggleButtons(options=["after", "before"], style={"button_width": "90px"})
        self.prompt = ipywidgets.Text(description="text", continuous_update=False, layout=WIDE)
        self.numbers = ipywidgets.VBox()
        self.steps = slider("steps", 4, 50, self.lab.preset.sample_steps)
        self.seed = ipywidgets.BoundedIntText(self.lab.seed, min=0, max=2**31, description="seed", layout=WIDE)
        half = {"width": f"{WIDTH + 6}px", "max_width": "100%"}
        left = ipywidgets.VBox([self.hint, self.sketch, self.rectangle], layout=half)
        buttons = row([self.run_button, self.stop_button, self.continue_button, self.link])
        tuning = [self.prompt, self.numbers, self.steps, self.seed, buttons, self.bar, self.line]
        right = ipywidgets.VBox([self.view, self.image, *tuning], layout=half)
        self.lay_out(row([self.names, self.tasks, self.train_button]), row([left, right], gap="8px 28px"))

    def _listen(self) -> None:
        self.names.observe(lambda change: self._project_chosen(), "value")
        self.tasks.observe(lambda change: self._task_chosen(), "value")
        self.view.observe(lambda change: self.show_result(), "value")
        self.sketch.observe(lambda change: self._uploaded(change["new"]), "upload")
        for side in (self.rows, self.columns):
            side.observe(lambda change: self._rectangle_chosen(), "value")
        self.train_button.on_click(lambda _: self.train())
        self.continue_button.on_click(lambda _: self.continue_with_result())

    @property
    def task(self) -> Task:
        """The task that is chosen."""
        return TASKS[self.tasks.value]

    # ---- choosing

    def _project_of(self, name: str) -> Project:
        if name not in self.projects:
            picture = load_picture(data_folder() / bundled_pictures()[name]["file"], self.lab.preset.long_side)
            self.projects[name] = Project(name, picture, shipped(self.lab, name))
        return self.projects[name]

    def _project_chosen(self) -> None:
        self.stop()
        self.project = self._project_of(self.names.value)
        self._task_chosen()
        self._show_training()

    def _task_chosen(self) -> None:
        self._work_on(self.project.picture)
        self.hint.value, self.prompt.value = self.task.hint, self.task.prompt
        self.prompt.layout.display = "" if self.task.prompt else "none"

    def _work_on(self, picture: Tensor) -> None:
        """Show a picture on the left, with the controls that fit it."""
        height, width = picture.shape[1:]
        blank = picture.mean((1, 2), keepdim=True).expand_as(picture)
        self.sketch.mode = self.task.mode
        self.sketch.picture = blank if self.task.blank else picture
        self.sketch.palette = palette(picture)
        self.numbers.children = [slider(name, *limits) for name, limits in self.task.controls(height, width).items()]
        self.rectangle.layout.display = "" if self.task.mode == "mask" else "none"
        for sides, length in ((self.rows, height), (self.columns, width)):
            sides.max, sides.value = length, (0, 0)

    def _rectangle_chosen(self) -> None:
        if self.task.mode == "mask":
            self.sketch.mask = rectangle(self.sketch.picture.shape[1:], self.rows.value, self.columns.value)

    def _uploaded(self, upload: dict[str, Any]) -> None:
        if not upload or upload.get("drawn"):
            return
        try:
            picture = uploaded_picture(upload, self.lab.preset.long_side)
        except ValueError as error:
            self.sketch.warn(str(error))
            return
        self.sketch.message = ""
        name = _unlike_bundled(str(upload["name"]))
        self.projects[name] = Project(name, picture)
        self.names.options = list(dict.fromkeys([*self.names.options, name]))
        if self.names.value == name:
            self._project_chosen()
        self.names.value = name
        self.say(f"{name}: {picture.shape[1]}x{picture.shape[2]} px. Press Train to learn it.")

    def continue_with_result(self) -> None:
        """Make the result the picture to work on."""
        if self.result is not None:
            self._work_on(self.result)

    # ---- working

    def run(self) -> None:
        """Do the task that is chosen with what is drawn."""
        if self.project.model is None:
            self.say("This picture has no model yet: press Train first.", error=True)
            return
        numbers = {control.description: control.value for control in self.numbers.children}
        request = Request(self.sketch.picture, self.sketch.mask, numbers, self.prompt.value)
        self.view.value = "after"
        self.start(drawing(self.project.model, self.task, request, self.steps.value, self.seed.value))

    def train(self) -> None:
        """Train on the project's picture from where it stands, a sample now and then."""
        self.start(training(self.project, self.lab, self._store))

    def _store(self, project: Project) -> None:
        self.projects[project.name] = project
        if self.project.name == project.name:
            self.project = project

    def show_result(self) -> None:
        """Show the result, or the picture it was made from, at the scale of the left side."""
        picture = self.sketch.picture if self.view.value == "before" else self.result
        if picture is not None:
            scale = WIDTH / max(picture.shape[2], self.sketch.picture.shape[2])
            show_picture(self.image, picture, round(picture.shape[2] * scale))

    def end(self, line: str) -> None:
        """Say how the job ended, offer its picture for download, and how far the training is."""
        super().end(line)
        if self.result is not None:
            self.link.value = download_link(self.result)
        self._show_training()

    def _show_training(self) -> None:
        step = self.project.state.step if self.project.state else 0
        done = step >= self.lab.preset.train.steps or (self.project.model is not None and not step)
        self.train_button.disabled = done
        self.train_button.description = "Trained" if done else f"Train on from step {step}" if step else "Train"


def _unlike_bundled(name: str) -> str:
    """A name for a picture of the reader's."""
    return f"{name} (opened)" if name in bundled_pictures() else name
