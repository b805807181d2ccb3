"""How an exercise is checked: its answers against those of any right function, and one line for the outcome."""

from collections.abc import Callable, Iterable, Mapping
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


def exercise(
    mistakes: Mapping[str, Callable] | None = None, tolerance: float = 1e-4
) -> Callable[[Callable[[], Iterable[Case]]], Callable[[Callable], None]]:
    """Decorator that makes a check out of an exercise's cases: it is given the reader's function and judges it.

    mistakes: hint -> a function that makes it; see judge.
    """

    def decorate(cases: Callable[[], Iterable[Case]]) -> Callable[[Callable], None]:
        @wraps(cases)
        def check(function: Callable) -> None:
            judge(function, cases, mistakes, tolerance)

        check.mistakes = mistakes or {}
        return check

    return decorate


def judge(
    function: Callable,
    cases: Callable[[], Iterable[Case]],
    mistakes: Mapping[str, Callable] | None = None,
    tolerance: float = 1e-4,
) -> None:
    """Print "Right!", or "Not yet: " and the first of the cases that the function fails, in one line.

    cases: makes them anew each time.  mistakes: hint -> a function that makes it; the hint of the first whose answers
    are those of the reader's function, in every case, ends the line.  tolerance: largest absolute difference of tensors
    and floats; whole numbers, texts and tuples must be equal.
    """
    for case in cases():
        complaint = _complaint(function, case, tolerance)
        if complaint:
            hint = next((h for h, wrong in (mistakes or {}).items() if _same(function, wrong, cases, tolerance)), "")
            print(f"Not yet: {' '.join(f'{complaint} {hint}'.split())}")
            return
    print("Right!")


def _same(function: Callable, other: Callable, cases: Callable[[], Iterable[Case]], tolerance: float) -> bool:
    """Whether two functions answer alike in every case."""
    for mine, theirs in zip(cases(), cases(), strict=True):
        if not _alike(_answer(function, mine), _answer(other, theirs), tolerance):
            return False
    return True


def _answer(function: Callable, case: Case) -> Any:
    """A function's answer, or the kind of error that it fails with."""
    try:
        return _like(function(*case.arguments), case.expected)
    except Exception as error:
        return type(error)


def _alike(one: Any, other: Any, tolerance: float) -> bool:
    try:
        one, other = (torch.as_tensor(each).detach().double() for each in (one, other))
    except (TypeError, ValueError, RuntimeError):
        return type(one) is type(other) and one == other
    return one.shape == other.shape and torch.allclose(one, other, rtol=0, atol=tolerance, equal_nan=True)


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
