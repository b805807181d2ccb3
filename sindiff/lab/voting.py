"""Where people vote: two pictures at a time on a notebook's page, by mouse, finger or keyboard."""

from pathlib import Path

import anywidget
import traitlets
from PIL.Image import Image

from sindiff.lab import plots
from sindiff.lab.display import open_widget, png
from sindiff.lab.study import SIDES, Study, Vote
from sindiff.lab.votes import record, unanswered
from sindiff.pictures.images import to_image

PAGE = Path(__file__).with_name("page")


def open_voting(study: Study, file: str | Path, rater: str) -> "Voting | None":
    """Show a rater's next pair, and the others as votes come in; nothing where there are no widgets (SINDIFF_UI=off).

    Raises ValueError if the file holds anything but votes of this study.
    """
    voting = Voting(study, file, rater)
    return open_widget(lambda: voting)


class Voting(anywidget.AnyWidget):
    """Pairs of a study that wait for a rater's vote; each vote is in the file before the next pair appears.

    The page gets the pictures and a number, and cannot know whose they are.  number: of the pair that is shown, from
    1; 0 when all are done.  Raises ValueError if the file holds anything but votes of this study.
    """

    _esm = PAGE / "voting.js"
    _css = PAGE / "voting.css"
    number = traitlets.Int().tag(sync=True)
    left = traitlets.Bytes().tag(sync=True)
    right = traitlets.Bytes().tag(sync=True)
    line = traitlets.Unicode().tag(sync=True)
    bad = traitlets.Bool().tag(sync=True)

    def __init__(self, study: Study, file: str | Path, rater: str):
        super().__init__()
        self._study, self._file, self._rater = study, Path(file), rater
        self.on_msg(lambda widget, content, buffers: self.vote(content.get("choice"), content.get("number")))
        self._show_next()

    def vote(self, choice: str, number: int | None = None) -> None:
        """Vote "left" or "right" on the pair that is shown; a vote on another `number` is too late and ignored."""
        if choice not in SIDES or not self.number or number not in (None, self.number):
            return
        try:
            if self.number in unanswered(self._study, self._file, self._rater):  # not voted on from another page
                record(self._study, self._file, Vote(self._rater, self.number, choice))
            self._show_next()
        except (OSError, ValueError) as error:
            self.line, self.bad = f"Not counted: {error}", True

    def _show_next(self) -> None:
        waiting = unanswered(self._study, self._file, self._rater)
        trials = self._study.trials(self._rater)
        with self.hold_sync():
            self.bad, self.number = False, waiting[0] if waiting else 0
            done = f"All done: the votes are in {self._file}"
            self.line = f"Pair {self.number} of {len(trials)}" if waiting else done
            if waiting:
                self.left, self.right = (png(to_image(side)) for side in self._study.pair(trials[self.number - 1]))


def page_of_pairs(study: Study, file: str | Path, rater: str, most: int = 4) -> Image:
    """The rater's next pairs as a plain picture, left and right, for votes by votes.cast.

    Raises ValueError if none waits, or as read_votes.
    """
    waiting = unanswered(study, file, rater)[:most]
    if not waiting:
        raise ValueError(f"{rater} has voted on all pairs")
    trials, rows = study.trials(rater), []
    for number in waiting:
        pair = study.pair(trials[number - 1])
        rows.append([plots.Shot(side, f"{number}, {name}") for side, name in zip(pair, SIDES, strict=True)])
    return plots.grid(rows)
