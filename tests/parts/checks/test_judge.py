"""The judge of exercises: what it accepts, and what it says of everything else."""

import pytest
import torch

from sindiff.lab.checks.judge import Case, judge

ANSWERS = {
    "the function returns nothing.": None,
    "a sum should give 3.0000, and yours gives nan.": float("nan"),
    "a sum should give 3.0000, and yours gives 3.0100.": 3.01,
    "a sum should give a number, and yours gives a str.": "three",
    "a sum should give a number, and yours gives a Tensor.": torch.zeros(2),
}


@pytest.mark.parametrize("complaint", ANSWERS)
def test_numbers(verdict, complaint):
    case = Case("a sum", (1, 2), 3.0)
    assert verdict(lambda f: judge(f, lambda: [case]), lambda a, b: ANSWERS[complaint]) == f"Not yet: {complaint}"


@pytest.mark.parametrize("answer", [3, 3.0, torch.tensor(3.0), 3.00005])
def test_right_numbers(verdict, answer):
    assert verdict(lambda f: judge(f, lambda: [Case("a sum", (1, 2), 3.0)]), lambda a, b: answer) == "Right!"


def test_tensors(verdict):
    case = Case("noise", (torch.ones(2, 3),), torch.ones(2, 3))

    def says(function):
        return verdict(lambda f: judge(f, lambda: [case]), function)

    assert says(lambda x: x + 1e-5) == "Right!"
    assert says(lambda x: x + 0.5) == "Not yet: noise: yours is up to 0.5 off."
    assert says(lambda x: x * torch.nan) == "Not yet: noise: yours is up to nan off."
    assert "shape (2, 3), and yours has the shape (3,)" in says(lambda x: x[0])
    assert "the type float" in says(lambda x: 1.0)


def test_plain_data_must_be_equal(verdict):
    case = Case("a size", (), (8, 4))
    assert verdict(lambda f: judge(f, lambda: [case]), lambda: (8, 4)) == "Right!"
    assert verdict(lambda f: judge(f, lambda: [case]), lambda: (4, 8)).endswith(
        "should give (8, 4), and yours gives (4, 8)."
    )


def test_a_function_that_fails_gets_one_line(verdict):
    def fails(x):
        raise RuntimeError("first line\nsecond line")

    said = verdict(lambda f: judge(f, lambda: [Case("one", (1,), 2.0)]), fails)
    assert said == "Not yet: for one the function fails (RuntimeError: first line second line)."


def test_a_mistake_is_named_by_its_answers_in_every_case(verdict):
    cases = [Case("two", (2,), 4.0), Case("three", (3,), 9.0)]
    mistakes = {"That doubles.": lambda x: 2 * x, "That adds two.": lambda x: x + 2, "That fails.": lambda x: x / 0}

    def says(function):
        return verdict(lambda f: judge(f, lambda: cases, mistakes), function)

    assert says(lambda x: x * 2.0) == "Not yet: three should give 9.0000, and yours gives 6.0000. That doubles."
    assert says(lambda x: x + 2.0).endswith("yours gives 5.0000. That adds two.")
    assert says(lambda x: x + 3.0) == "Not yet: two should give 4.0000, and yours gives 5.0000."
    assert says(lambda x: 1 / (x - x)).endswith("That fails.")
    assert says(lambda x: x**2) == "Right!"
