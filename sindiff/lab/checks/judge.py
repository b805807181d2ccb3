"""How an exercise is checked: its answers against those of any right function, and one line for the outcome."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sindiff.schedule import Schedule

SCHEDULES = (Schedule("linear", 1000), Schedule("cosine", 100))


class Case(NamedTuple):
    """What is asked, in words, with which arguments, and the answer that is right: a tensor, a number or plain data."""

    what: str
    arguments: tuple[Any, ...]
    expected: Any


def exercise(tolerance: float = 1e-4) -> Callable[[Callable[[], Iterable[Case]]], Callable[[Callable], None]]:
    """Decorator that makes a check out of an exercise's cases: it is given the reader's function and judges it."""

    def decorate(cases: Callable[[], Iterable[Case]]) -> Callable[[Callable], None]:
        return wraps(cases)(lambda function: judge(function, cases(), tolerance))

    return decorate


def judge(function: Callable, cases: Iterable[Case], tolerance: float = 1e-4) -> None:
    """Print "Right!", or "Not yet: " and the first of the cases that the function fails, in one line.

    tolerance: largest absolute difference of tensors and floats; whole numbers, texts and tuples must be equal.
    """
    for case in cases:
        complaint = _complaint(function, case, tolerance)
        if complaint:
            print(f"Not yet: {' '.join(complaint.split())}")
            return
    print("Right!")


def _complaint(function: Callable, case: Case, tolerance: float) -> str | None:
    try:
        answer = _like(function(*case.arguments), case.expected)
    except Exception as error:
        return f"for {case.what} the function fails ({type(error).__name__}: {error})."
    if answer is None:
        return "the function returns nothing."
    if isinstance(case.expected, Tensor):
        return _about_tensor(answer, case, tolerance)
    if isinstance(case.expected, float):
        return _about_number(answer, case, tolerance)
    if answer == case.expected:
        return None
    return f"{case.what} should give {case.expected}, and yours gives {answer}."


def _like(answer: Any, expected: Any) -> Any:
    """An answer whose sequences are of the expected kind: tuples and generators may stand for lists."""
    if not isinstance(expected, list | tuple) or not isinstance(answer, Iterable):
        return answer
    return type(expected)(_like(item, expected[0]) for item in answer)


def _about_tensor(answer: Any, case: Case, tolerance: float) -> str | None:
    if not isinstance(answer, Tensor) or answer.shape != case.expected.shape:
        got = f"the shape {tuple(answer.shape)}" if isinstance(answer, Tensor) else f"the type {type(answer).__name__}"
        return f"{case.what} should give a tensor of shape {tuple(case.expected.shape)}, and yours has {got}."
    off = (answer.detach().double() - case.expected.double()).abs().max().item()
    return None if off <= tolerance else f"{case.what}: yours is up to {off:.3g} off."


def _about_number(answer: Any, case: Case, tolerance: float) -> str | None:
    try:
        value = float(answer)
    except (TypeError, ValueError, RuntimeError):
        return f"{case.what} should give a number, and yours gives a {type(answer).__name__}."
    if abs(value - case.expected) <= tolerance:
        return None
    return f"{case.what} should give {case.expected:.4f}, and yours gives {value:.4f}."


def seeded(*shape: int, seed: int = 0) -> Tensor:
    """Standard normal numbers for a case, the same every time."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))
