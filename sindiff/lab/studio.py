"""The studio: pick or train a model, draw, run, watch the picture form, stop, compare, download."""

import base64
import os
from typing import Any

from IPython.display import display
from torch import Tensor

from sindiff.lab.desk import WIDTH, Desk, link, said, slider
from sindiff.lab.display import png
from sindiff.lab.draw import Sketch, palette, rectangle
from sindiff.lab.models import shipped
from sindiff.lab.notebook import Lab
from sindiff.lab.opened import opened_picture
from sindiff.lab.runner import Runner, Work
from sindiff.lab.tasks import TASKS, Task, Wish
from sindiff.lab.works import Do, Frame, Subject, drawing, training
from sindiff.pictures.bundled import bundled_pictures, data_folder
from sindiff.pictures.images import load_picture, to_image


def open_studio(lab: Lab) -> "Studio | None":
    """Show the studio; nothing where there are no widgets (SINDIFF_UI=off)."""
    if os.environ.get("SINDIFF_UI", "").lower() == "off":
        return None
    studio = Studio(lab)
    display(studio)
    return studio


class Studio(Desk):
    """What the controls of the desk do.  result: the picture on the right, (3, H, W), None at first.

    It opens with the lab's picture, and has the pictures whose models come with sindiff.  background: see Runner; with
    False the same controls are set, and run() and train() called, from a cell.
    """

    def __init__(self, lab: Lab, background: bool | None = None):
        self.lab, self.runner = lab, Runner(background)
        self.result: Tensor | None = None
        self.subjects: dict[str, Subject] = {}
        names = [name for name in bundled_pictures() if (data_folder() / "models" / name).is_dir()]
        bundled = lab.about in bundled_pictures().values()
        first = lab.about["name"] if bundled else _unlike_bundled(lab.about["name"])
        if first not in names:
            self.subjects[first] = Subject(first, lab.picture)
        self.subject = self._subject_of(first)
        names = list(dict.fromkeys([first, *names]))
        super().__init__(names, list(TASKS), Sketch(self.subject.picture, "look", uploads=True))
        self.steps.value, self.seed.value = lab.preset.sample_steps, lab.seed
        self._listen()
        self._subject_chosen()

    def _listen(self) -> None:
        self.names.observe(lambda change: self._subject_chosen(), "value")
        self.tasks.observe(lambda change: self._task_chosen(), "value")
        self.view.observe(lambda change: self._draw_result(), "value")
        self.sketch.observe(self._opened, "opened")
        for side in (self.rows, self.columns):
            side.observe(lambda change: self._rectangle(), "value")
        for button, act in ((self.start, self.run), (self.halt, self.stop), (self.learn, self.train)):
            button.on_click(lambda _, act=act: act())
        self.reuse.on_click(lambda _: self._go_on())

    @property
    def task(self) -> Task:
        return TASKS[self.tasks.value]

    def say(self, text: str, bad: bool = False) -> None:
        self.line.value = said(text, bad)

    # ---- choosing

    def _subject_of(self, name: str) -> Subject:
        if name not in self.subjects:
            picture = load_picture(data_folder() / bundled_pictures()[name]["file"], self.lab.preset.long_side)
            self.subjects[name] = Subject(name, picture, shipped(self.lab, name))
        return self.subjects[name]

    def _subject_chosen(self) -> None:
        self.runner.stop()
        self.subject = self._subject_of(self.names.value)
        self._task_chosen()
        self._tell_training()

    def _task_chosen(self) -> None:
        self._put(self.subject.picture)
        self.hint.value, self.prompt.value = self.task.hint, self.task.prompt
        self.prompt.layout.display = "" if self.task.prompt else "none"

    def _put(self, picture: Tensor) -> None:
        """Lay a picture on the desk, with the controls that fit it."""
        height, width = picture.shape[1:]
        blank = picture.mean((1, 2), keepdim=True).expand_as(picture)
        self.sketch.mode = self.task.mode
        self.sketch.picture = blank if self.task.blank else picture
        self.sketch.palette = palette(picture)
        self.numbers.children = [slider(name, *limits) for name, limits in self.task.controls(height, width).items()]
        self.boxed.layout.display = "" if self.task.mode == "mask" else "none"
        for sides, length in ((self.rows, height), (self.columns, width)):
            sides.max, sides.value = length, (0, 0)

    def _rectangle(self) -> None:
        if self.task.mode == "mask":
            self.sketch.mask = rectangle(self.sketch.picture.shape[1:], self.rows.value, self.columns.value)

    def _opened(self, change: dict[str, Any]) -> None:
        if not change["new"] or change["new"].get("drawn"):
            return
        try:
            picture = opened_picture(change["new"], self.lab.preset.long_side)
        except ValueError as error:
            self.sketch.message = ""
            self.sketch.message = str(error)
            return
        self.sketch.message = ""
        name = _unlike_bundled(str(change["new"]["name"]))
        self.subjects[name] = Subject(name, picture)
        self.names.options = list(dict.fromkeys([*self.names.options, name]))
        if self.names.value == name:
            self._subject_chosen()
        self.names.value = name
        self.say(f"{name}: {picture.shape[1]}x{picture.shape[2]} px. Press Train to learn it.")

    def _go_on(self) -> None:
        if self.result is not None:
            self._put(self.result)

    # ---- working

    def run(self) -> None:
        """Do the task that is chosen with what is drawn."""
        subject, task = self.subject, self.task
        if subject.model is None:
            self.say("This picture has no model yet: press Train first.", bad=True)
            return
        numbers = {control.description: control.value for control in self.numbers.children}
        wish = Wish(self.sketch.picture, self.sketch.mask, numbers, self.prompt.value)
        self.view.value = "after"
        self.say(f"{self.tasks.value}: begins ...")
        self._work(drawing(subject.model, task, wish, self.steps.value, self.seed.value))

    def train(self) -> None:
        """Train on the subject's picture from where it stands, a sample now and then."""
        self._work(training(self.subject, self.lab, self._keep))

    def _work(self, do: Do) -> None:
        self.runner.run(Work(do, self._show, self._end))

    def stop(self) -> None:
        """End the work after the step it is taking."""
        self.runner.stop()

    def _keep(self, subject: Subject) -> None:
        self.subjects[subject.name] = subject
        if self.subject.name == subject.name:
            self.subject = subject

    def _show(self, frame: Frame) -> None:
        self.bar.value = frame.share
        self.say(frame.text)
        if frame.picture is not None:
            self.result = frame.picture
            self._draw_result()

    def _end(self, line: str) -> None:
        if line:
            self.say(line if line != "Stopped." else "Stopped: the picture is kept as it is.", bad=line != "Stopped.")
        if self.result is not None:
            content = base64.b64encode(png_of(self.result)).decode()
            self.link.value = link(f"data:image/png;base64,{content}")
        self._tell_training()

    def _tell_training(self) -> None:
        step = self.subject.state.step if self.subject.state else 0
        done = step >= self.lab.preset.train.steps or (self.subject.model is not None and not step)
        self.learn.disabled = done
        self.learn.description = "Trained" if done else f"Train on from step {step}" if step else "Train"

    def _draw_result(self) -> None:
        picture = self.sketch.picture if self.view.value == "before" else self.result
        if picture is None:
            return
        scale = WIDTH / max(picture.shape[2], self.sketch.picture.shape[2])
        self.image.layout.display = ""
        self.image.layout.width = f"{round(picture.shape[2] * scale)}px"
        self.image.value = png_of(picture)


def _unlike_bundled(name: str) -> str:
    """A name for a picture of the reader's."""
    return f"{name} (opened)" if name in bundled_pictures() else name


def png_of(picture: Tensor) -> bytes:
    """(3, H, W) in [-1, 1] as a PNG file, every pixel as it is."""
    return png(to_image(picture))
