"""How a result was made, to make it again: a command, and three lines of Python that give the same bits."""

import shlex
from pathlib import Path
from typing import Any, NamedTuple

from sindiff.applications.table import Application, Given, Option
from sindiff.applications.table.reading import read_share


class Inputs(NamedTuple):
    """source: as a command names it.  code: the same in Python.  picture, mask: files, None without."""

    source: str
    code: str
    picture: Path | None = None
    mask: Path | None = None


def command(row: Application, given: Given, inputs: Inputs, steps: int, seed: int) -> str:
    """The command line that makes the picture."""
    prompts = [f"{text}::{weight:g}" if weight != 1 or "::" in text else text for text, weight in _prompts(given)]
    files = [str(file) for file in (inputs.picture, inputs.mask) if file]
    scale = ["--long-side", str(max(given.picture.shape[1:]))] if inputs.picture else []
    drawn = ["--out", "new", "--n", "1", "--steps", str(steps), "--seed", str(seed)]
    chosen = [word for option in row.options for word in _written(option, getattr(given, option.name, None))]
    return shlex.join(["sindiff", row.name, inputs.source, *prompts, *files, *drawn, *chosen, *scale])


def python(call: str, given: Given, inputs: Inputs, steps: int, seed: int) -> str:
    """The lines of Python that make the picture.  call: as Task has it."""
    loaded = {"source": inputs.code}
    if inputs.picture:
        loaded["picture"] = f"load_picture({str(inputs.picture)!r})"
    if inputs.mask:
        loaded["mask"] = f"(load_picture({str(inputs.mask)!r}) > 0)[:1].float()"
    names = [name for name in ("load_model", "load_picture", "untrained") if f"{name}(" in " ".join(loaded.values())]
    draw = f"do.Draw(1, steps={steps}, seed={seed})"
    return "\n".join(
        [
            f"from sindiff import applications as do, {', '.join(names)}",
            f"{', '.join(loaded)} = {', '.join(loaded.values())}",
            f"new = {call.format(**vars(given), draw=draw)}",
        ]
    )


def _prompts(given: Given) -> list[tuple[str, float]]:
    return getattr(given, "prompts", [])


def _written(option: Option, value: Any) -> list[str]:
    """An option as words of a command; none where it has its default."""
    default = option.read(option.default) if isinstance(option.default, str) else option.default
    if value is None or value == default or option.name == "mask":
        return []
    values = value if option.many else [value]
    separator = "x" if option.name == "size" else ","
    texts = [separator.join(map(str, each)) if isinstance(each, tuple) else str(each) for each in values]
    texts = [f"{100 * value:g}%"] if option.read is read_share else texts
    return [word for text in texts for word in (f"--{option.name}", text)]
