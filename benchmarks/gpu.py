"""What the paper's recipe does on a GPU, unattended: speed of a step, whole runs, wide samples, and Table 4.

Parts come in the order of their worth, each a benchmark in a process of its own with a log.  A part that fails is named
with its reason, one that would not fit into --minutes is left out by name, and the others go on; the exit code is 1 if
any failed.  The same command goes on after a stop: parts that are there with the same settings, device, torch and
commit are kept, and trainings continue where they were.

The folder --out gets gpu.json with everything, gpu.md (its tables), curve.png, sheets/, and a log and a JSON of each
part.  To commit the numbers, copy gpu.json to figures/tables/gpu.json and gpu.md beside it.

  step-*       pictures a second in plain eager steps, in ours, compiled, and as CUDA graphs (gpu_step.py)
  ours-*       how soon our own recipe has swd 0.02 at this size (gpu_ours.py)
  places       preset paper_places to its end, measured on the way; samples in 20 and in 1000 steps (gpu_run.py)
  paper        half an hour of the paper's run with its batch of 128, which wants 80 GB
  hr           paper_hr for 15 minutes, and a sample of 486x2048; bundled pictures have 288x384 px and the paper's had
               486x741, so give a larger --picture to compare
  PRESET-PICTURE-SEED: the networks of Table 4, all for as many steps
  paper-full   the paper's run to its end; by far the longest

Examples:
  python benchmarks/gpu.py --dry                      the plan; minutes are guesses until step-ours has been measured
  python benchmarks/gpu.py --minutes 600 --device cuda
  python benchmarks/gpu.py --tiny --device cpu --out /tmp/gpu      the path, in three minutes on a CPU core
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from gpu_plan import FULL, GUESS, TINY, Part, plan
from gpu_table import chart, markdown

from sindiff.lab import show
from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import checkout, provenance

HERE = Path(__file__).resolve().parent
SAME = ("device", "torch", "commit")
ERROR = re.compile(r"[\w.]*(Error|Exception|Interrupt|Exit)\b")
ALLOCATOR = {"PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True"}  # canvases of many sizes would fragment the memory


class Failed(Exception):
    """A part without results, told in one line."""


def run(name: str, part: Part, device: str, folder: Path, seconds: float) -> dict[str, Any]:
    """What the part's script writes.  What it says lies in NAME.log.

    Raises Failed with the reason in a line, after so many seconds too.
    """
    file, log = folder / f"{name}.json", folder / f"{name}.log"
    file.unlink(missing_ok=True)
    places = [text for option, place in part.folders.items() for text in (option, str(folder / place))]
    command = [sys.executable, str(HERE / part.script), *part.options, *places, "--device", device, "--json", str(file)]
    try:
        with open(log, "w", encoding="utf-8") as stream, environment(part) as variables:
            ended = subprocess.run(command, stdout=stream, stderr=stream, timeout=seconds, env=variables)
    except subprocess.TimeoutExpired:
        raise Failed(f"stopped after {seconds / 60:.0f} minutes; a training goes on with the next call") from None
    if ended.returncode:
        raise Failed(reason(log.read_text(encoding="utf-8", errors="replace")) or f"exit code {ended.returncode}")
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failed(f"its results cannot be read: {type(error).__name__}: {error}") from None


@contextmanager
def environment(part: Part) -> Iterator[dict[str, str]]:
    """The variables of a part's process; what it compiles it compiles anew, and none reads what a killed one left."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache:
        caches = {"TORCHINDUCTOR_CACHE_DIR": cache, "TRITON_CACHE_DIR": f"{cache}/triton"}
        yield (ALLOCATOR if part.trains else {}) | os.environ | caches


def reason(log: str) -> str:
    """The last line that names an error, else the last."""
    lines = [line.strip() for line in re.split(r"[\r\n]", log) if line.strip()]
    errors = [line for line in lines if ERROR.match(line)]
    return (errors or lines or [""])[-1]


def bring(
    parts_at: Callable[[float], dict[str, Part]], found: dict[str, Any], minutes: float, device: str, folder: Path
) -> None:
    """Run what is not there, as long as it fits into the minutes; found, as in gpu.json, is written after each part.

    parts_at: the plan by name at a rate of training, in pictures a second.
    """
    start = time.monotonic()
    for name in parts_at(GUESS):
        part = parts_at(rate(found))[name]
        left = minutes - (time.monotonic() - start) / 60
        if name in found["parts"]:
            print(f"{name}: there", flush=True)
            continue
        print(f"{name}: about {part.minutes:.1f} of {left:.1f} minutes", flush=True)
        began = time.monotonic()
        if part.minutes > left:
            found["left_out"][name] = f"takes about {part.minutes:.0f} minutes, and {left:.0f} were left"
        else:
            try:
                made = run(name, part, device, folder, 60 * min(left, part.patience))
                taken = round((time.monotonic() - began) / 60, 2)
                where = {key: found["about"][key] for key in (*SAME, "date")}
                found["parts"][name] = {"options": part.options, **where, "minutes": taken, "made": made}
            except Failed as failure:
                found["failed"][name] = str(failure)
                print(f"{name} failed: {failure}", flush=True)
        save(found, folder)


def rate(found: dict[str, Any]) -> float:
    """Pictures a second that our eager step trains on, a guess until it was measured."""
    return found["parts"].get("step-ours", {}).get("made", {}).get("pictures_per_second", GUESS)


def parts_of(file: Path) -> dict[str, Any]:
    """The parts that a gpu.json has; none if it is not there or damaged."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))["parts"]
    except (OSError, ValueError, KeyError):
        return {}


def kept(file: Path, parts: dict[str, Part], about: dict[str, Any]) -> dict[str, Any]:
    """Of an earlier gpu.json the parts made with these options, on this device, with this torch and commit."""
    earlier, same = parts_of(file), {key: about[key] for key in SAME}
    return {
        name: earlier[name]
        for name, part in parts.items()
        if name in earlier and earlier[name].items() >= {**same, "options": part.options}.items()
    }


def set_aside(file: Path) -> None:
    """Give an earlier gpu.json another name, gpu.1.json or the next that is free: it may have taken hours."""
    names = (file.with_suffix(f".{number}.json") for number in count(1))
    file.replace(next(name for name in names if not name.exists()))


def save(found: dict[str, Any], folder: Path) -> None:
    write_text(folder / "gpu.json", json.dumps(found, indent=1) + "\n")
    write_text(folder / "gpu.md", markdown(found))
    figure = chart({name: part["made"] for name, part in found["parts"].items()})
    if figure:
        show(figure, folder / "curve.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--picture", default="balloons", help="a file or a bundled picture (default: %(default)s)")
    parser.add_argument("--pictures", nargs="+", default=["balloons", "peaks", "stones"], help="of Table 4")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0], help="of Table 4")
    parser.add_argument("--minutes", type=float, default=720, help="for all of it (default: %(default)s)")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--out", type=Path, default=(checkout() or Path.cwd()) / "runs" / "gpu")
    parser.add_argument("--tiny", action="store_true", help="very little of everything, to try the path on a CPU")
    parser.add_argument("--dry", action="store_true", help="show the plan, and run nothing")
    args = parser.parse_args()
    try:
        device = pick_device(args.device)
    except ValueError as error:
        parser.error(str(error))
    if device.type != "cuda" and not (args.tiny or args.dry):
        parser.error("no CUDA device here: --tiny tries the path without one, --dry shows the plan")
    about = {"picture": args.picture, **provenance(device)}
    scale, file = TINY if args.tiny else FULL, args.out / "gpu.json"
    parts_at = partial(plan, scale, args.picture, args.pictures, args.seeds, about["commit"])
    found = {"about": about, "parts": kept(file, parts_at(GUESS), about), "failed": {}, "left_out": {}}
    if args.dry:
        parts = parts_at(rate(found))
        for name, part in parts.items():
            state = "there" if name in found["parts"] else " ".join(part.options)
            print(f"{part.minutes:7.1f} min  {name:<22} {state}")
        print(f"{sum(part.minutes for name, part in parts.items() if name not in found['parts']):7.1f} min to go")
        return
    args.out.mkdir(parents=True, exist_ok=True)
    if parts_of(file).keys() - found["parts"].keys():
        set_aside(file)
    save(found, args.out)
    bring(parts_at, found, args.minutes, str(device), args.out)
    print(f"\n{markdown(found)}\nRecords: {args.out}")
    sys.exit(bool(found["failed"]))


if __name__ == "__main__":
    main()
