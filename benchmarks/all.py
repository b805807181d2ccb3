"""What this machine does, in one table: a training step, a training run, sampling, memory, and the patch oracle.

Each part is one of the other benchmarks, run at preset laptop in a process of its own; its full results lie beside the
table's.  A part that fails is named in the table with its reason, and the others go on; the exit code is then 1.

Examples:
  python benchmarks/all.py                                    about half an hour on two CPU cores
  python benchmarks/all.py --quick --device cpu --out /tmp/bench
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import checkout, provenance
from sindiff.training.presets import get_preset

HERE = Path(__file__).resolve().parent
TRAINING_SECONDS = 60  # what the README promises of preset laptop on two CPU cores


class Row(NamedTuple):
    """A line of the table; most, least: the project's target, None where it has set none."""

    quantity: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None


class Part(NamedTuple):
    """A benchmark: its script, the options of a full and of a quick run, and what the table takes from its JSON."""

    script: Path
    full: str
    quick: str
    rows: Callable[[dict[str, Any]], Iterable[Row]]


class Failed(Exception):
    """A part without results, told in one line."""


def step(made: dict[str, Any]) -> Iterable[Row]:
    for row in made["rows"]:
        yield Row(f"training step, {row['autocast']}", row["ms"], "ms")
        yield Row("training step, of the rate of float32 matrix products", 100 * row["share"], "%", least=55)
        yield Row("training step, most memory", row["memory_mb"], "MB")


def training(made: dict[str, Any]) -> Iterable[Row]:
    yield Row("training", made["mean"]["seconds"], "s a picture", TRAINING_SECONDS)
    yield Row("training, on any machine", made["mean"]["tflop_equivalents"], "TFLOP-equivalents", 8)
    yield Row("training, swd", made["mean"]["swd"], most=0.025)
    yield Row("training, diversity", made["mean"]["diversity"], least=0.3)
    yield Row("training, copied", made["mean"]["copied"])


def sampling(made: dict[str, Any]) -> Iterable[Row]:
    preset = get_preset("laptop")
    reference, *others = made["rows"]
    (ours,) = (row for row in others if (row["solver"], row["steps"]) == (preset.sampler, preset.sample_steps))
    for row, most in ((reference, None), (ours, 0.3)):
        yield Row(f"sampling, {row['solver']} in {row['steps']} steps", row["seconds"], "s a picture", most)
        yield Row(f"sampling, {row['solver']} in {row['steps']} steps, swd", row["swd"])
    yield Row("sampling, swd over the reference's", ours["ratio"], most=1.05)


def memory(made: dict[str, Any]) -> Iterable[Row]:
    record, wanted = made["records"][-1], made["wanted"]
    side = f"{record['side']}x{record['side']}"
    yield Row(f"canvas {side}", record["seconds_per_megapixel_step"], "s a step and megapixel")
    yield Row(f"canvas {side}, most memory", record["device_mb"] or record["peak_rss_mb"], "MB")
    yield Row(f"canvas {side}, memory over the smallest's", made["memory_growth"], "", wanted["memory_growth"])
    yield Row("canvases, spread of a pixel's time", 100 * made["time_spread"], "%", 100 * wanted["time_spread"])


def oracle(made: dict[str, Any]) -> Iterable[Row]:
    yield Row("patch oracle", fmean(record["seconds"] for record in made["records"]), "s a picture", 0.5)
    yield Row("patch oracle, swd", fmean(record["swd"] for record in made["records"]))


PARTS = {
    "step": Part(HERE / "step.py", "", "--steps 20", step),
    "training": Part(HERE / "time_to_quality.py", "", "balloons --points 1", training),
    "sampling": Part(HERE / "sampling.py", "", "balloons --n 4 --seeds 1 --most 50", sampling),
    "memory": Part(HERE / "canvas.py", "", "--sides 512 1024", memory),
    "oracle": Part(HERE / "oracle.py", "--only quick", "balloons --only quick", oracle),
}


def run(part: Part, options: str, device: str, file: Path) -> list[Row]:
    """Run a part, which writes the file, and take its rows.

    Raises Failed with the reason in a line; what a part that fails says to the end lies in the file's .log.
    """
    file.unlink(missing_ok=True)
    command = [sys.executable, str(part.script), *options.split(), "--device", device, "--json", str(file)]
    ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace")
    if ended.returncode:
        write_text(file.with_suffix(".log"), ended.stderr)
        *_, reason = ["", *filter(str.strip, ended.stderr.splitlines())]
        raise Failed(reason.strip() or f"exit code {ended.returncode}")
    try:
        return list(part.rows(json.loads(file.read_text(encoding="utf-8"))))
    except (OSError, KeyError, IndexError, TypeError, ValueError) as error:
        raise Failed(f"its results cannot be read: {type(error).__name__}: {error}") from None


def run_all(parts: dict[str, Part], quick: bool, device: str, folder: Path) -> tuple[list[Row], dict[str, str]]:
    """The rows of all parts, and the reasons of those that failed."""
    rows, failed = [], {}
    for name, part in parts.items():
        print(f"\n--- {name}", flush=True)
        try:
            rows += run(part, part.quick if quick else part.full, device, folder / f"{name}.json")
        except Failed as failure:
            failed[name] = str(failure)
    return rows, failed


def table(rows: list[Row], failed: dict[str, str]) -> str:
    cells = [("quantity", "value", "unit", "target")]
    cells += [(row.quantity, number(row.value), row.unit, wanted(row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        f"{quantity:<{widths[0]}}  {value:>{widths[1]}}  {unit:<{widths[2]}}  {target}".rstrip()
        for quantity, value, unit, target in cells
    ]
    return "\n".join([*lines, *(f"{name} failed: {reason}" for name, reason in failed.items())])


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def wanted(row: Row) -> str:
    if row.most is not None:
        return f"at most {number(row.most)}: {'met' if row.value <= row.most else 'missed'}"
    if row.least is not None:
        return f"at least {number(row.least)}: {'met' if row.value >= row.least else 'missed'}"
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few minutes: one picture, and less of everything")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--out", type=Path, default=(checkout() or Path.cwd()) / "runs" / "bench")
    args = parser.parse_args()
    try:
        about = {"preset": "laptop", "quick": args.quick, **provenance(pick_device(args.device))}
    except ValueError as error:
        parser.error(str(error))
    args.out.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    rows, failed = run_all(PARTS, args.quick, args.device, args.out)
    about["minutes"] = round((time.monotonic() - start) / 60, 1)
    found = {"rows": [row._asdict() for row in rows], "failed": failed}
    write_text(args.out / "all.json", json.dumps({**about, **found}, indent=2) + "\n")
    print(f"\n{table(rows, failed)}\n\n{', '.join(f'{key} {value}' for key, value in about.items())}")
    print(f"Records: {args.out}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
