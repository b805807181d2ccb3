"""Odd files by the thousand, through the readers and through whole commands: what is not told in one line is a failure.

A file is whole, damaged by lot or oddly named (odd_files.py); a failure is an error of another kind than the package's
own, a refusal of more than a line or that names no file, a hang (20 s of the CPU), more than 2 GB of memory, or a given
file that has changed.  Each case is drawn from --seed, its kind and its number: `--case readers png 17` runs one alone.

Example:
  python benchmarks/fuzz.py --json benchmarks/results/fuzz.json              an hour on one core
"""

import hashlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import bench
import torch
from odd_commands import command
from odd_files import KINDS
from odd_readers import read
from watched import Outcome, Watched

SECONDS, BYTES, SHOWN = 20, 2 * 10**9, 600
PATIENCE = 15  # seconds by the clock for one of the CPU, on a busy machine
Through = Callable[[str, Path, Random], bool]
THROUGH: dict[str, Through] = {"readers": read, "commands": command}


def run(through: str, seed: int, kind: str, number: int) -> bool:
    """Whether one odd file was read.  Raises whatever is no clear refusal, and if a given file has changed."""
    draw = Random(f"{seed} {kind} {number}")
    with tempfile.TemporaryDirectory(prefix="odd-") as place:
        folder = Path(place, "given")
        for name, content in KINDS[kind](draw).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        before = marks(folder)
        answered = THROUGH[through](kind, folder, draw)
        assert marks(folder) == before, "a given file has changed"
    return answered


def marks(folder: Path) -> dict[Path, str]:
    """What tells the files of a folder from changed ones."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def failure(outcome: Outcome) -> str | None:
    """How a call has failed, None if it has not."""
    if outcome.failure:
        return outcome.failure
    if outcome.seconds > SECONDS:
        return f"hangs: {outcome.seconds:.0f} s"
    return f"takes {outcome.bytes / 1e9:.1f} GB" if outcome.bytes > BYTES else None


def measure(watched: Watched, through: str, seed: int, kind: str, cases: range) -> bench.Row:
    """So many odd files of a kind, counted."""
    counts, failures, most = {True: 0, False: 0}, {}, Outcome()
    for number in cases:
        outcome = watched(through, seed, kind, number)
        if told := failure(outcome):
            failures[number] = told[-SHOWN:]
            print(f"{through} {kind} {number}: {told}", flush=True)
        else:
            counts[outcome.made] += 1
        most = Outcome(seconds=max(most.seconds, outcome.seconds), bytes=max(most.bytes, outcome.bytes))
    found = {"files": len(cases), "read": counts[True], "refused": counts[False], "failed": len(failures)}
    return found | {"most_seconds": most.seconds, "most_mb": round(most.bytes / 1e6), "failures": failures}


def totals(rows: list[bench.Row]) -> bench.Row:
    """Over all blocks and kinds, by what the files went through."""
    return {"totals": {through: total([row for row in rows if row["through"] == through]) for through in THROUGH}}


def total(rows: list[bench.Row]) -> bench.Row:
    """Sums of the counts, and the most of the costs."""
    sums = {name: sum(row[name] for row in rows) for name in ("files", "read", "refused", "failed")}
    return sums | {name: max((row[name] for row in rows), default=0) for name in ("most_seconds", "most_mb")}


def main() -> None:
    parser = bench.arguments(__doc__, readers=20_000, commands=2_000, seed=0, block=100, kinds=(*KINDS,))
    parser.add_argument("--case", nargs=3, metavar=("THROUGH", "KIND", "NUMBER"), help="run one alone")
    args = parser.parse_args()
    torch.set_num_threads(1)  # a fork loses all threads but one
    if args.case:
        through, kind, number = args.case
        sys.exit(print(run(through, args.seed, kind, int(number))))
    table = bench.Table(args, {"seed": args.seed}, totals)
    with Watched(run, PATIENCE * SECONDS) as watched:
        for through in THROUGH:
            each = -(-getattr(args, through) // len(KINDS))
            for key in table.todo(through=[through], first=range(0, each, args.block), kind=args.kinds):
                cases = range(key["first"], min(key["first"] + args.block, each))
                table.add(key | measure(watched, through, args.seed, key["kind"], cases))
    table.end()


if __name__ == "__main__":
    main()
