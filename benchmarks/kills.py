"""Commands killed at random, again and again: whether what they leave in the end is, to the bit, what nobody disturbed.

Trainings begun, gone on with and restarted, samples small and larger than memory, maps, tiles, films and the other
applications, at the smallest sizes, in forked children (tests/whole/kill_commands.py tells how).  `wrong` names ends
that differ or failed, `half` files under final names that cannot be read.

Example:
  python benchmarks/kills.py --seed 4 --json benchmarks/results/kills.json              half an hour on one core
"""

import os
import sys
import tempfile
from pathlib import Path

import bench

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "whole"))

from kill_commands import JOBS, killed, make_inputs


def totals(rows: list[bench.Row]) -> bench.Row:
    """Sums over the jobs."""
    counts = {name: sum(row[name] for row in rows) for name in ("kills", "ends")}
    return {"totals": counts | {name: sum(len(row[name]) for row in rows) for name in ("wrong", "half")}}


def main() -> None:
    args = bench.arguments(__doc__, kills=1000, seed=0, block=12, jobs=(*JOBS,)).parse_args()
    args.json = args.json and args.json.resolve()
    table = bench.Table(args, {"seed": args.seed}, totals)
    each = -(-args.kills // len(JOBS))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_inputs()
        for key in table.todo(first=range(0, each, args.block), job=args.jobs):
            kills = min(args.block, each - key["first"])
            table.add(key | killed(key["job"], kills, f"{args.seed} {key['first']}"))
        os.chdir("/")
    table.end()


if __name__ == "__main__":
    main()
