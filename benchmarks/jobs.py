"""Benchmarks one after the other, unattended: what is done is kept, what fails is named, and the others go on.

Each job is a benchmark in a process of its own, in the order of its worth.  A job that would not fit into --minutes is
left out by name; one that takes more than twice its time and five minutes is stopped.  The same command goes on after a
stop, to the same commit's folder.  There, found.json has everything, found.md shows it, and each job has a log and a
JSON.  --quick does very little of everything, --dry shows the plan, --only takes jobs by name or pattern.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import bench
from bench import Row, cell

from sindiff.machine.files import write_json, write_text
from sindiff.machine.provenance import checkout, provenance
from sindiff.paper.tables import grid

HERE = Path(__file__).resolve().parent
ERROR = re.compile(r"[\w.]*(Error|Exception|Interrupt|Exit)\b")


class Job(NamedTuple):
    """A script and its options, in which OUT is the folder of the results.

    minutes: about what it takes.  allocator: of a GPU's memory, as torch knows it.
    """

    script: str
    options: str
    minutes: float
    allocator: str = ""


class Target(NamedTuple):
    """A number that was found, None if it was never reached; most, least: what was wanted, None where nothing was."""

    quantity: str
    value: float | None
    unit: str = ""
    most: float | None = None
    least: float | None = None

    def row(self) -> Row:
        wanted, value = "", self.value
        for word, limit, sign in (("most", self.most, 1), ("least", self.least, -1)):
            if limit is not None:
                met = value is not None and sign * value <= sign * limit
                wanted = f"at {word} {cell(float(limit))}: {'met' if met else 'missed'}"
        return {"quantity": self.quantity, "value": value, "unit": self.unit, "wanted": wanted}


class Failed(Exception):
    """A job without results, reported in one line."""


def arguments(doc: str, minutes: float) -> argparse.ArgumentParser:
    return bench.arguments(doc + __doc__, minutes=minutes, quick=False, dry=False, out=Path, only=("*",))


def run(name: str, job: Job, device: str, folder: Path, seconds: float) -> Row:
    """What the job's script writes to NAME.json; what it says goes to NAME.log.  Raises Failed, after `seconds` too.

    Each job compiles anew, so that none reads what a killed one left.
    """
    file, log = folder / f"{name}.json", folder / f"{name}.log"
    options = [text.replace("OUT", str(folder)) for text in job.options.split()]
    command = [sys.executable, str(HERE / job.script), *options, "--device", device, "--json", str(file)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache, open(log, "w", encoding="utf-8") as stream:
        caches = {"TORCHINDUCTOR_CACHE_DIR": cache, "TRITON_CACHE_DIR": f"{cache}/triton"}
        allocator = {"PYTORCH_CUDA_ALLOC_CONF": job.allocator} if job.allocator else {}
        try:
            variables = allocator | os.environ | caches
            ended = subprocess.run(command, stdout=stream, stderr=stream, timeout=seconds, env=variables)
        except subprocess.TimeoutExpired:
            raise Failed(f"stopped after {seconds / 60:.0f} minutes; it goes on with the next call") from None
    if ended.returncode:
        raise Failed(reason(log.read_text(encoding="utf-8", errors="replace")) or f"exit code {ended.returncode}")
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failed(f"its results cannot be read: {type(error).__name__}: {error}") from None


def reason(log: str) -> str:
    """The last line that names an error, else the last."""
    lines = [line.strip() for line in re.split(r"[\r\n]", log) if line.strip()]
    return ([line for line in lines if ERROR.match(line)] or lines or [""])[-1]


def bring(jobs: dict[str, Job], found: Row, minutes: float, device: str, folder: Path) -> None:
    """Run what is not done, as long as it fits into the minutes; found, as in found.json, is written after each job."""
    folder.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    for name, job in jobs.items():
        left = minutes - (time.monotonic() - start) / 60
        if name in found["done"]:
            print(f"{name}: there", flush=True)
        elif job.minutes > left:
            found["left_out"][name] = f"takes about {job.minutes:.0f} minutes, and {left:.0f} were left"
        else:
            print(f"{name}: about {job.minutes:.1f} of {left:.1f} minutes", flush=True)
            try:
                made = run(name, job, device, folder, 60 * min(left, 2 * job.minutes + 5))
                taken = round(left - minutes + (time.monotonic() - start) / 60, 2)
                found["done"][name] = {"script": job.script, "options": job.options, "minutes": taken, "made": made}
            except Failed as failure:
                found["failed"][name] = str(failure)
                print(f"{name} failed: {failure}", flush=True)
        write_json(folder / "found.json", found, indent=1)


def main(args: argparse.Namespace, jobs: dict[str, Job], targets: Callable[[Row], Iterable[Target]]) -> None:
    """Run the jobs and print what they found; exits with 1 if any failed.

    targets: from what the jobs wrote, by name.
    """
    about = {"quick": args.quick, **provenance(args.device)}
    folder = args.out or (checkout() or Path.cwd()) / "runs" / Path(sys.argv[0]).stem / about["commit"]
    chosen = {name: job for name, job in jobs.items() if any(fnmatch(name, one) for one in args.only)}
    found = {"about": about, "done": kept(folder / "found.json", about, jobs), "failed": {}, "left_out": {}}
    if args.dry:
        todo = {name: job for name, job in chosen.items() if name not in found["done"]}
        for name, job in todo.items():
            print(f"{job.minutes:7.1f} min  {name:<22} {job.options}")
        print(f"{sum(job.minutes for job in todo.values()):7.1f} min to go")
        return
    bring(chosen, found, args.minutes, str(args.device), folder)
    text = markdown(found, targets)
    write_text(folder / "found.md", text)
    print(f"\n{text}\nRecords: {folder}")
    sys.exit(bool(found["failed"]))


def kept(file: Path, about: Row, jobs: dict[str, Job]) -> Row:
    """The jobs that an earlier found.json has, with today's options.

    Raises SystemExit if it is of another device, commit or size of job, for it may have taken hours.
    """
    if not file.is_file():
        return {}
    earlier = json.loads(file.read_text(encoding="utf-8"))
    if differing := [name for name in about if name != "date" and earlier["about"].get(name) != about[name]]:
        sys.exit(f"{file} has another {differing[0]}: name another folder with --out")
    return {name: job for name, job in earlier["done"].items() if name in jobs and job["options"] == jobs[name].options}


def markdown(found: Row, targets: Callable[[Row], Iterable[Target]]) -> str:
    """Targets, rows by script, and what was not measured, on a page."""
    made = {name: job["made"] for name, job in found["done"].items()}
    sections = {"Found": [target.row() for target in targets(made)]}
    for name, job in found["done"].items():
        sections.setdefault(job["script"], []).extend({"job": name, **row} for row in job["made"].get("rows", []))
    gone = [*found["failed"].items(), *found["left_out"].items()]
    sections["Not measured"] = [{"job": name, "reason": text} for name, text in gone]
    about = ", ".join(f"{name} {value}" for name, value in found["about"].items())
    pages = [f"## {title}\n\n{table(rows)}" for title, rows in sections.items() if rows]
    return "\n\n".join([about, *pages]) + "\n"


def table(rows: list[Row]) -> str:
    """Rows as Markdown, with a column for whatever some of them have."""
    names = dict.fromkeys(name for row in rows for name, value in row.items() if not isinstance(value, dict))
    return grid([*names], [[cell(row.get(name)).replace("|", "/") for name in names] for row in rows])
