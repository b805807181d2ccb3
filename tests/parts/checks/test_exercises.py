"""The exercises of every lesson, as its file in answers/ has them: right answers pass, wrong ones do not."""

import runpy
from pathlib import Path

import pytest

from sindiff.lab import checks

LESSONS = {file.stem: runpy.run_path(file)["EXERCISES"] for file in sorted(Path(__file__).parent.glob("answers/*.py"))}
EXERCISES = {check: answers for lesson in LESSONS.values() for check, answers in lesson.items()}


def cases(kind):
    return [
        pytest.param(check, answer, id=f"{lesson}: {check.__name__}, {name}")
        for lesson, exercises in LESSONS.items()
        for check, tables in exercises.items()
        for name, answer in tables[kind].items()
    ]


@pytest.mark.parametrize(("check", "answer"), cases(0))
def test_right_answers_pass(verdict, check, answer):
    assert verdict(check, answer) == "Right!"


@pytest.mark.parametrize(("check", "answer"), cases(1))
def test_wrong_answers_do_not(verdict, check, answer):
    assert verdict(check, answer).startswith("Not yet: ")


def test_every_exercise_is_here_with_five_wrong_answers_at_least():
    assert {check.__name__ for check in EXERCISES} == set(checks.__all__)
    assert min(len(wrong) for _, wrong in EXERCISES.values()) >= 5
