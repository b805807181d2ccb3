"""What was made of a project: small pictures to choose from, the chosen one to download, and how it was made."""

from collections.abc import Callable

import ipywidgets
from torch import Tensor

from sindiff.lab.controls import download_link, folded, row
from sindiff.lab.projects import Project
from sindiff.lab.results import Result, kept
from sindiff.lab.strip import Strip
from sindiff.pictures.images import load_picture


class Album(ipywidgets.VBox):
    """The results of a project.  picture: the chosen one, (3, H, W), None before there is any.

    look(picture, share): shows a picture, at a share of the width of the chosen one.  after: what stands beside the
    download.
    """

    def __init__(self, look: Callable[[Tensor, float], None], after: ipywidgets.Widget):
        super().__init__()
        self.results: list[Result] = []
        self.picture: Tensor | None = None
        self._look, self._original = look, None
        self.strip, self.link, self.how = Strip(self.choose), ipywidgets.HTML(), ipywidgets.HTML()
        tooltips = ["What was made", "What it was made from"]
        style = {"button_width": "90px"}
        self.view = ipywidgets.ToggleButtons(options=["result", "original"], tooltips=tooltips, style=style)
        self.view.observe(lambda change: self.show(), "value")
        self.children = [self.strip, row([self.view, after, self.link]), self.how]

    def enter(self, project: Project) -> None:
        """Show what was made of a project before, the last of it large."""
        self.project, self.results, self.picture = project, kept(project.folder / "results"), None
        self.strip.fill([result.file for result in self.results], [result.label for result in self.results])
        self.link.value = self.how.value = ""
        if self.results:
            self.choose(len(self.results) - 1)

    def add(self, result: Result) -> None:
        """Show one more; a result of another project, which comes late, is kept but not shown."""
        if result.file.is_relative_to(self.project.folder):
            self.results = [*self.results, result]
            self.strip.add(result.file, result.label)
            self.choose(len(self.results) - 1)

    def choose(self, number: int) -> None:
        """Show one of the results, with its file and how it was made."""
        chosen = self.results[number]
        self.strip.shown, self.picture = number, chosen.picture
        self._original = chosen.file.with_name("picture.png")
        name = f"{self.project.folder.name}_{chosen.file.parent.name}.png"
        self.link.value = download_link(chosen.file.read_bytes(), name)
        self.how.value = folded(f"{chosen.label}: how was this made?", chosen.command, chosen.python)
        if self.view.value == "result":
            self.show()
        self.view.value = "result"

    def show(self) -> None:
        """Show the chosen result, or the picture that it was made from, at the same scale."""
        if self.picture is None:
            return
        picture = self.picture
        if self.view.value == "original":
            picture = load_picture(self._original) if self._original.exists() else self.project.photo
        self._look(picture, picture.shape[2] / self.picture.shape[2])
