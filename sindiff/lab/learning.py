"""Training beside the studio's work: begun, stopped and gone on with, kept in the project's folder."""

from collections.abc import Callable

from sindiff.checkpoint import STATE
from sindiff.lab.jobs import training
from sindiff.lab.notebook import Lab
from sindiff.lab.panel import Panel
from sindiff.lab.projects import Project
from sindiff.lab.runner import STOPPED


class Learning(Panel):
    """A button to train on the project that is open, and how far it is; work on the page goes on meanwhile.

    trained: called with the name of a project whose model is ready.
    """

    picture_width = 192

    def __init__(self, lab: Lab, trained: Callable[[str], None], background: bool | None = None):
        super().__init__(background)
        self.lab, self._trained = lab, trained
        self.project: Project | None = None
        self.stop_button.description = "Stop training"
        self.stop_button.tooltip = "Stop after this step; Train goes on from there, today or later"
        self.lay_out(self.run_button, self.stop_button, self.bar, self.line, self.image)
        self.end("")

    def offer(self, project: Project) -> None:
        """Offer to train on a project; a training of another one goes on."""
        self.project = project
        self._refresh()

    def run(self) -> None:
        """Train on the project from where it stands."""
        project = self.project
        self.start(training(project, self.lab, lambda: self._trained(project.name)))
        self._refresh()

    def end(self, line: str) -> None:
        """Say how the training ended."""
        super().end(line)
        if line == STOPPED:
            self.say("Stopped: what is learned so far is kept, and Train goes on from there.")
        elif not line:
            self.say("")
        self._refresh()

    def _refresh(self) -> None:
        """Show what can be pressed now."""
        busy, project = self._current is not None, self.project
        self.run_button.disabled = busy or project is None or project.trained
        begun = project is not None and (project.folder / STATE).exists()
        self.run_button.description = "Train on" if begun else "Train"
        self.run_button.tooltip = "Learn this photo, for more variety; new pictures work without"
        for widget in (self.stop_button, self.bar):
            widget.layout.display = "" if busy else "none"
        if not busy and project is not None and project.trained:
            self.run_button.description = "Trained"
