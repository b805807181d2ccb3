"""Votes of a study in a CSV file: a line for each, on the disk before the next pair is shown, and blind too."""

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path

from sindiff.lab.study import SIDES, Study, Vote
from sindiff.machine.files import where_possible

COLUMNS = ("study", "rater", "trial", "choice")


def read_votes(study: Study, file: str | Path) -> list[Vote]:
    """The votes of a file; none if it is not there.  A last line that was cut off is left out.

    Raises ValueError, naming the file and mostly the line, for what is no vote of this study.
    """
    file = Path(file)
    if not file.exists():
        return []
    try:
        text = file.read_bytes().decode()
    except UnicodeDecodeError:
        raise ValueError(f"{file}: is not a file of votes") from None
    head, *rows = csv.reader(text[: text.rfind("\n") + 1].splitlines()) if "\n" in text else [list(COLUMNS)]
    if tuple(head) != COLUMNS:
        raise ValueError(f"{file}: is not a file of votes, whose first line is {','.join(COLUMNS)}")
    votes, total = {}, study.pairs * len(study.rivals)
    for number, row in enumerate(rows, 2):
        if len(row) != len(COLUMNS) or not row[2].isdecimal() or not 1 <= int(row[2]) <= total or row[3] not in SIDES:
            raise ValueError(f"{file}: line {number} is no vote")
        if row[0] != study.key:
            raise ValueError(f"{file}: holds votes of another study, on other pictures; name another file")
        vote = Vote(row[1], int(row[2]), row[3])
        if votes.setdefault(vote[:2], vote) is not vote:
            raise ValueError(f"{file}: line {number} is a second vote of {vote.rater} on pair {vote.trial}")
    return list(votes.values())


def record(study: Study, file: str | Path, vote: Vote) -> None:
    """Append a vote to a file, which is made if missing; it is on the disk when this returns.

    A line that was cut off at the end is removed first.
    Raises ValueError for a rater's name of more than a line, or another side than left and right, and OSError.
    """
    if vote.choice not in SIDES:
        raise ValueError(f"a choice is left or right, not {vote.choice!r}")
    if not vote.rater or not vote.rater.isprintable():
        raise ValueError(f"a rater's name is a line of text, not {vote.rater!r}")
    file = Path(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "a+b") as stream:
        stream.seek(0)
        whole = stream.read().rfind(b"\n") + 1
        stream.truncate(whole)
        lines = io.StringIO()
        csv.writer(lines, lineterminator="\n").writerows([*([] if whole else [COLUMNS]), [study.key, *vote]])
        stream.write(lines.getvalue().encode())
        stream.flush()
        with where_possible():
            os.fsync(stream.fileno())


def unanswered(study: Study, file: str | Path, rater: str) -> list[int]:
    """Numbers, from 1, of the pairs that a rater has not voted on.  Raises ValueError as read_votes."""
    done = {vote.trial for vote in read_votes(study, file) if vote.rater == rater}
    return [number for number in range(1, len(study.trials(rater)) + 1) if number not in done]


def cast(study: Study, file: str | Path, rater: str, choices: Iterable[str]) -> int:
    """Vote without a page: "left" or "right" for the rater's next pairs, in order.  Returns how many are left then.

    Raises ValueError for more choices than pairs, and as read_votes and record.
    """
    waiting, choices = unanswered(study, file, rater), list(choices)
    if len(choices) > len(waiting):
        raise ValueError(f"{len(choices)} choices for {len(waiting)} pairs that wait for a vote of {rater}")
    for number, choice in zip(waiting, choices, strict=False):
        record(study, file, Vote(rater, number, choice))
    return len(waiting) - len(choices)
