"""What a run has come to: the table, what failed and why, and how far a run still going is.  Needs SciPy alone."""

import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, NamedTuple

from plan import OURS, ROOT, Cell, Plan, alone

tables, intervals = alone("paper/tables"), alone("metrics/intervals")

MEASURES = (*tables.PATCHWISE, "diversity")
EVERY_SECONDS = 30.0


class Cost(NamedTuple):
    """What jobs of a kind took, in the mean: seconds by the wall, and of the CPU."""

    job: str
    done: int
    jobs: int
    seconds: float
    cpu_seconds: float


class Failure(NamedTuple):
    """A cell without measures: the stage that lacks, what its log says, and that log."""

    cell: Cell
    stage: str
    reason: str
    log: Path


def write_table(plan: Plan, name: str, preset: str, folder: Path) -> str:
    """Write a table (.json and .md) from the measures that are there; returns it for a reader.

    A table depends on the measures alone, so that runs that differ only in their interruptions write the same bytes.
    """
    table = table_of(plan, name, preset)
    write(folder / f"{name}.json", json.dumps(table, indent=2) + "\n")
    write(folder / f"{name}.md", tables.reproduced(table) + "\n")
    return tables.reproduced(table)


def write_report(plan: Plan, preset: str, threads: int) -> str:
    """Write report.md, report.json and, if something failed, partial/TABLE; returns what to print for the user.

    A table with gaps is no output: a run would take it for finished.  report.json has all means by picture, what jobs
    took with so many threads each, and what failed.
    """
    failures = list(failed(plan))
    folder = Path("partial" if failures else "tables")
    text = "\n\n".join([*(write_table(plan, name, preset, folder) for name in plan.tables), *explained(failures)])
    if not failures:
        shutil.rmtree("partial", ignore_errors=True)
    took, about = list(costs(plan)), {"commit": commit(), "date": date.today().isoformat(), "threads": threads}
    hours = sum(cost.done * cost.seconds for cost in took) / 3600
    lines = [[c.job, f"{c.done} of {c.jobs}", f"{c.seconds:.1f}", f"{c.cpu_seconds:.1f}"] for c in took]
    grid = tables.grid(["job", "done", "seconds each", "CPU seconds each"], lines)
    end = f"commit {about['commit']}, {hours:.2f} hours of jobs, threads of each: {threads}, in {Path.cwd()}"
    write(Path("report.md"), f"{text}\n\n{grid}\n\n{end}\n")
    known = {
        "about": about,
        "costs": [cost._asdict() for cost in took],
        "tables": {name: table_of(plan, name, preset) for name in plan.tables},
        "failures": [{"job": f"{f.stage} {f.cell.name}", "reason": f.reason, "log": str(f.log)} for f in failures],
    }
    write(Path("report.json"), json.dumps(known, indent=1) + "\n")
    return f"\n{text}\n\nReport: {Path('report.md').resolve()}"


def table_of(plan: Plan, name: str, preset: str) -> dict[str, Any]:
    """Means over seeds and pictures for each row, beside the printed values; "missing" names what has no measures."""
    protocol, rows = plan.tables[name], []
    names = (*MEASURES, *protocol.metrics)
    for row in protocol.rows:
        cells = [cell for cell in plan.cells_of(name) if (cell.method, cell.preset) == (row.method, row.preset)]
        records = {cell: json.loads(measures(cell).read_text()) for cell in cells if measures(cell).exists()}
        there = sorted(records, key=lambda cell: cell.picture)
        known = tables.row_of(row, [{**records[cell], "picture": cell.picture} for cell in there], names)
        known["over_seeds"] = {name: spread(records, name) for name in names}
        known["over_pictures"] = {name: interval(known["pictures"].values(), name) for name in names}
        known["missing"] = [cell.name for cell in cells if cell not in records]
        rows.append(known | {"made_by": sorted({made_by(cell) for cell in records})})
    about = {"table": name, "preset": preset, "seeds": list(protocol.seeds), "samples": protocol.samples}
    return {**about, "rows": rows}


def measures(cell: Cell) -> Path:
    return Path("measures", f"{cell.name}.json")


def made_by(cell: Cell) -> str:
    """Versions and device of a cell's samples."""
    settings = json.loads(Path("samples", cell.name, "settings.json").read_text())
    return f"sindiff {settings['sindiff']}, torch {settings['torch']}, {settings['device']}"


def spread(records: dict[Cell, dict[str, Any]], name: str) -> float | None:
    """Deviation over seeds of the mean over pictures; None with one seed."""
    seeds = {cell.seed for cell in records}
    own = [[record for cell, record in records.items() if cell.seed == seed] for seed in sorted(seeds)]
    means = [tables.mean(some, name) for some in own]
    return None if len(means) < 2 or None in means else round(stdev(means), 6)


def interval(pictures: Iterable[dict[str, Any]], name: str) -> float | None:
    """How far the mean over pictures may be off, by its 95 % t-interval; None with one picture."""
    values = [measured[name] for measured in pictures]
    off = intervals.mean_interval(values).off if values and None not in values else None
    return None if off is None else round(off, 6)


def failed(plan: Plan) -> Iterator[Failure]:
    """The cells that have no measures."""
    for cell in plan.cells:
        train = ("train", Path("models", cell.preset, f"{cell.picture}-{cell.seed}", "model.safetensors"))
        stages = [train] if cell.method in OURS else []
        stages += [("sample", Path("samples", cell.name, "sheet.png")), ("measure", measures(cell))]
        for stage, output in stages:
            if not output.exists():
                name = f"{cell.preset}/{cell.picture}-{cell.seed}" if stage == "train" else cell.name
                log = Path("logs", stage, f"{name}.log")
                yield Failure(cell, stage, reason(log), log)
                break


def reason(log: Path) -> str:
    """The error that a job's log ends with, or else the last that it said."""
    if not log.exists():
        return "not started"
    lines = [line.split("\r")[-1].strip() for line in log.read_text(errors="replace").splitlines()]
    last = next((line for line in reversed(lines) if line), "nothing")
    return last.partition("error: ")[2] or f"stopped, after it said: {last}"


def explained(failures: list[Failure]) -> list[str]:
    """A paragraph for a reader, none if nothing failed."""
    if not failures:
        return []
    pictures = sorted({failure.cell.picture for failure in failures})
    lines = [f"Missing: {len(failures)} cells, of {', '.join(pictures)}. The same command tries again.", ""]
    return ["\n".join(lines + [f"- {f.cell.name}, {f.stage}: {f.reason} ({f.log})" for f in failures])]


def times(plan: Plan) -> Iterator[tuple[str, Path, float, float]]:
    """Each finished job: its kind, its file in seconds/, and how long it took by the wall and of the CPU."""
    for kind, jobs in plan.work.items():
        for file in (Path("seconds", f"{job}.tsv") for job in sorted(jobs)):
            if file.exists():
                head, values = (line.split("\t") for line in file.read_text().splitlines())
                took = dict(zip(head, map(float, values), strict=True))
                yield kind, file, took["s"], took["cpu_time"]


def costs(plan: Plan) -> Iterator[Cost]:
    """Of each kind of job of which any is done."""
    found: dict[str, list[tuple[float, float]]] = {}
    for kind, _, wall, cpu in times(plan):
        found.setdefault(kind, []).append((wall, cpu))
    for kind, took in found.items():
        yield Cost(kind, len(took), plan.jobs[kind], *(fmean(values) for values in zip(*took, strict=True)))


def progress(plan: Plan, since: float, now: float) -> str:
    """Jobs done and left, and about how long it takes: the left ones at the mean of their kind, in as many at a time
    as there were on average since `since`.
    """
    done: dict[str, list[float]] = {}
    worked = 0.0
    for kind, file, wall, _ in times(plan):
        done.setdefault(kind, []).append(wall)
        worked += wall if file.stat().st_mtime > since else 0
    left = plan.jobs - Counter({kind: len(values) for kind, values in done.items()})
    line = f"{plan.jobs.total() - left.total()} of {plan.jobs.total()} jobs done"
    if not worked or not left.keys() <= done.keys():
        return f"{line}; time left: not known yet"
    hours = sum(rest * fmean(done[kind]) for kind, rest in left.items()) * (now - since) / worked / 3600
    return f"{line}; about {hours:.1f} h left" if hours > 1 else f"{line}; about {60 * hours:.0f} min left"


def print_progress(plan: Plan) -> None:
    """Print the progress every now and then, for as long as the program runs."""
    since = time.time()
    while True:
        time.sleep(EVERY_SECONDS)
        print(f"[{time.strftime('%H:%M')}] {progress(plan, since, time.time())}", file=sys.stderr, flush=True)


def commit() -> str:
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    return finished.stdout.strip() or "unknown"


def write(path: Path, text: str) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}")
    temporary.write_text(text)
    temporary.replace(path)
