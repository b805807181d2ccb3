"""What was made of a project: small pictures to choose from, the chosen one to download, and how it was made."""

import ipywidgets
from torch import Tensor

from sindiff.lab.controls import folded, row
from sindiff.lab.projects import Project
from sindiff.lab.results import GIVEN, Result, kept
from sindiff.lab.strip import MOST, Strip
from sindiff.lab.tasks import TASKS
from sindiff.lab.viewer import Viewer
from sindiff.pictures.images import load_picture
from sindiff.pictures.reading import picture_size


class Album(ipywidgets.VBox):
    """The results of a project.  picture: the chosen one, (3, H, W), None before there is any.

    viewer: shows it.  after: what stands below the small pictures, once there are any.
    """

    def __init__(self, viewer: Viewer, after: ipywidgets.Widget):
        super().__init__()
        self.results: list[Result] = []
        self.picture: Tensor | None = None
        self._viewer, self._after, self._chosen = viewer, after, 0
        self.strip, self.how = Strip(self.choose), ipywidgets.HTML()
        self.children = [self.strip, row([after]), self.how]

    def enter(self, project: Project) -> None:
        """Show what was made of a project before, the last of it large."""
        self.project, self.results, self.picture = project, kept(project.folder / "results")[-MOST:], None
        self.strip.fill([result.file for result in self.results], [result.label for result in self.results])
        self.how.value, self._after.layout.display = "", "none"
        if self.results:
            self.choose(len(self.results) - 1)

    def add(self, result: Result) -> None:
        """Show one more; a result of another project, which comes late, is kept but not shown."""
        if result.file.is_relative_to(self.project.folder):
            self.results = [*self.results, result][-MOST:]
            self.strip.add(result.file, result.label)
            self.choose(len(self.results) - 1)

    def choose(self, number: int) -> None:
        """Show one of the results, with its file and how it was made."""
        chosen = self.results[number]
        self._chosen, self.strip.shown, self.picture = number, number, chosen.picture
        self.how.value = folded(f"{chosen.label}: how was this made?", chosen.command, chosen.python)
        self._after.layout.display = ""
        self.show()

    def show(self) -> None:
        """Show the chosen result, over what it was made from where both are of one size."""
        if self.picture is None:
            return
        chosen = self.results[self._chosen]
        file, wraps = chosen.file, chosen.task in TASKS and TASKS[chosen.task].wraps
        given = file.with_name(GIVEN)
        before = load_picture(given) if given.exists() and picture_size(given) == self.picture.shape[1:] else None
        name = f"{self.project.folder.name}_{file.parent.name}.png"
        self._viewer.look(self.picture, before, file, name, wraps)
