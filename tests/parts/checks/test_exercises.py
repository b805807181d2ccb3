"""The exercises of every lesson: right answers (answers/) pass, and known mistakes get their hints."""

import runpy
from pathlib import Path

import pytest

from sindiff.lab import checks

LESSONS = {file.stem: runpy.run_path(file)["EXERCISES"] for file in sorted(Path(__file__).parent.glob("answers/*.py"))}
EXERCISES = {check: right for lesson in LESSONS.values() for check, right in lesson.items()}


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        pytest.param(check, answer, id=f"{check.__name__}, {name}")
        for check, right in EXERCISES.items()
        for name, answer in right.items()
    ],
)
def test_right_answers_pass(verdict, check, answer):
    assert verdict(check, answer) == "Right!"


@pytest.mark.parametrize(
    ("check", "hint"),
    [pytest.param(check, hint, id=f"{check.__name__}: {hint}") for check in EXERCISES for hint in check.mistakes],
)
def test_a_known_mistake_gets_its_own_hint(verdict, check, hint):
    """A hint that another mistake shares would never be read."""
    said = verdict(check, check.mistakes[hint])
    assert said.startswith("Not yet: ")
    assert said.endswith(hint)


@pytest.mark.parametrize("check", EXERCISES, ids=lambda check: check.__name__)
def test_an_answer_that_nobody_knows_gets_no_hint(verdict, check):
    assert not any(hint in verdict(check, lambda *given: None) for hint in check.mistakes)


def test_every_exercise_knows_five_mistakes_at_least_and_names_each_in_a_sentence():
    assert {check.__name__ for check in EXERCISES} == set(checks.__all__) - {"solutions"}
    for check in EXERCISES:
        assert len(check.mistakes) >= 5, check.__name__
        assert all(hint.endswith(".") for hint in check.mistakes)
