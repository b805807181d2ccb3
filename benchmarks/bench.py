"""What every benchmark shares: its arguments, where its numbers come from, and a JSON that is whole after every row.

The JSON has `about` (settings, device, versions, commit, day), `rows`, and what a summary makes of the rows.  The same
command goes on after a stop, for rows that are in the file are not measured again; rows of other settings or of another
machine are never mixed with them.  Numbers are kept to five digits.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import torch

from sindiff.machine.device import pick_device
from sindiff.machine.files import home_expanded, write_json
from sindiff.machine.provenance import provenance

PAINTINGS = ("balloons", "peaks", "stones")  # the pictures whose models come with sindiff
SHOWN = "default: %(default)s"
Row = dict[str, Any]


def arguments(doc: str, pictures: Iterable[str] = (), **options: Any) -> argparse.ArgumentParser:
    """A parser of picture names, of an option for each keyword, and of --device, --json and --sheets.

    A default gives an option's type; a tuple takes several values, False is a switch, a type has no default.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    if pictures:
        parser.add_argument("pictures", nargs="*", default=pictures, metavar="PICTURE", help="file or bundled picture")
    for name, default in options.items():
        flag = f"--{name.replace('_', '-')}"
        if default is False:
            parser.add_argument(flag, action="store_true")
        elif isinstance(default, type):
            parser.add_argument(flag, type=default, help=default.__name__)
        else:
            one, nargs = (default[0], "+") if isinstance(default, tuple) else (default, None)
            parser.add_argument(flag, nargs=nargs, type=type(one), default=default, help=SHOWN)
    parser.add_argument("--device", type=_device, default="auto", help=SHOWN)
    parser.add_argument("--json", type=home_expanded, help="write the rows there, and go on from those that are there")
    parser.add_argument("--sheets", type=home_expanded, help="folder for contact sheets")
    return parser


def _device(name: str) -> torch.device:
    try:
        return pick_device(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


class Table:
    """Rows as they come, printed and in the file args.json, if one is named.

    settings: of all rows.  summary: makes of them what stands beside them.  Raises SystemExit for a file of others.
    """

    def __init__(self, args: argparse.Namespace, settings: Row, summary: Callable[[list[Row]], Row] | None = None):
        self.file, self.summary, self._columns = args.json, summary or (lambda rows: {}), None
        self.about, self.rows = resume(self.file, plain({**settings, **provenance(args.device)}))
        print(", ".join(f"{name} {value}" for name, value in self.about.items()))

    def todo(self, **axes: Iterable) -> Iterator[Row]:
        """Each combination of the axes' values that no row has yet, the last axis the fastest."""
        for values in product(*axes.values()):
            key = dict(zip(axes, values, strict=True))
            if not any(row.items() >= plain(key).items() for row in self.rows):
                yield key

    def add(self, *rows: Row) -> None:
        """Keep the rows of one measurement; they reach the file together."""
        for row in map(plain, rows):
            self.rows.append(row)
            self.show(row)
        if self.file:
            made = {"about": self.about, "rows": self.rows, **plain(self.summary(self.rows))}
            write_json(self.file, made, indent=1)

    def end(self) -> None:
        """Print what the summary makes of all rows."""
        for name, found in (plain(self.summary(self.rows)) if self.rows else {}).items():
            print(f"\n{name}:")
            if isinstance(found, dict) and all(isinstance(one, dict) for one in found.values()):
                found = [{"of": of, **one} for of, one in found.items()]
            for row in found if isinstance(found, list) else [found]:
                self.show(row if isinstance(row, dict) else {name: row})

    def show(self, row: Row) -> None:
        """Print a row, below the names of its columns where they are others than before."""
        cells = {name: cell(value) for name, value in row.items() if not isinstance(value, dict) or "mean" in value}
        if self._columns != (columns := list(cells)):
            self._columns = columns
            print("  ".join(f"{name:>7}" for name in columns))
        print("  ".join(f"{text:>{max(7, len(name))}}" for name, text in cells.items()), flush=True)


def resume(file: Path | None, about: Row) -> tuple[Row, list[Row]]:
    """What a file says of all its rows, with every commit that made some, and the rows; see Table."""
    if file is None or not file.is_file():
        return about, []
    kept = json.loads(file.read_text(encoding="utf-8"))
    for name in about.keys() - {"commit", "date"}:
        if kept["about"].get(name) != about[name]:
            sys.exit(f"{file} has {name} {kept['about'].get(name)}, not {about[name]}: name another file")
    commits = dict.fromkeys([*kept["about"]["commit"].split(", "), about["commit"]])
    return about | {"commit": ", ".join(commits)}, kept["rows"]


def plain(value: Any) -> Any:
    """As JSON has it: lists for tuples, numbers to five digits."""
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def cell(value: Any) -> str:
    """A value for a reader; of an interval its mean."""
    if isinstance(value, dict):
        return cell(value["mean"])
    if isinstance(value, list):
        return "x".join(map(str, value))
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return "" if value is None else str(value)
