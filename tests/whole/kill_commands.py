"""Commands that are killed, in forked children: called by test_kill.py and benchmarks/kills.py, prints JSON.

`kill_commands.py FOLDER KILLS SEED [JOB...]` gives each job's command again and again, each time killed (SIGKILL) after
a time of the CPU drawn by lot, until so many were killed.  Where a command came to its end, or has been killed MOST
times in a row and is then left alone, its files must be, to the bit, those of a command that nobody killed.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("NUMBA_THREADING_LAYER", "forksafe")
sys.path.append(str(Path(__file__).resolve().parents[1]))

import numba.np.ufunc.parallel
import numpy as np
from in_process import run_command
from kill_runs import half_files, result, start
from PIL import Image
from tqdm import tqdm

import sindiff.cli.applications

tqdm.monitor_interval = 0  # no thread that a fork would lose
numba.np.ufunc.parallel._backend_init_process_lock = threading.RLock()  # as tqdm's: a killed child would keep it
sindiff.cli.applications.IN_MEMORY = 3000  # px: larger pictures are made in files
MOST = 6
TICK = 0.001

PHOTO, MODEL, OUT = "photo.png", "model", "out"
DRAW = ("--steps", "1", "--layout", "12", "--device", "cpu", "--out", OUT)
ONCE = ("--passes", "1", *DRAW)
TRAIN = ("train", PHOTO, "--preset", "smoke", "--save-every", "0", "--device", "cpu", "--out", OUT)
JOBS: dict[str, list[tuple[str, ...]]] = {
    "train": [(*TRAIN, "--steps", "6")],
    "train on": [(*TRAIN, "--steps", "2"), (*TRAIN, "--steps", "5")],
    "restart": [(*TRAIN, "--steps", "2"), (*TRAIN, "--steps", "3", "--restart")],
    "sample": [("sample", MODEL, "--n", "4", "--batch", "1", "--detail", "none", *DRAW)],
    "sample with detail": [("sample", PHOTO, "--n", "3", "--batch", "1", *DRAW)],
    "sample again": [
        ("sample", PHOTO, "--n", "4", "--detail", "none", *DRAW),
        ("sample", PHOTO, "--n", "3", "--batch", "1", "--seed", "5", *DRAW),
    ],
    "large": [("sample", PHOTO, "--n", "2", "--size", "52x64", *DRAW)],
    "large and joined": [("sample", PHOTO, "--n", "1", "--size", "60x72", "--wrap", "xy", *DRAW)],
    "maps": [("sample", PHOTO, "--n", "2", "--batch", "1", "--map", "height.png", *DRAW)],
    "outpaint": [("outpaint", PHOTO, PHOTO, "--n", "2", "--batch", "1", *ONCE)],
    "inpaint": [("inpaint", PHOTO, PHOTO, "mask.png", "--n", "2", "--batch", "1", *ONCE)],
    "tile": [("tile", PHOTO, PHOTO, "--n", "2", "--batch", "1", *ONCE)],
    "tileset": [("tileset", PHOTO, "--n", "2", "--side", "16", "--map", "height.png", "--out", OUT)],
    "animate": [("animate", PHOTO, "--frames", "2", *DRAW[:-1], f"{OUT}/film.gif")],
    "baseline": [("baseline", "gpnn", PHOTO, "--n", "2", "--preset", "smoke", *TRAIN[-4:])],
}
"""What is given one after the other in a folder; only the last is killed."""


def torn(source: str | Path, target: str | Path) -> None:
    """os.replace as it must not be: the target holds half of the file for a while."""
    content = Path(source).read_bytes()
    Path(target).write_bytes(content[: len(content) // 2])
    end = time.process_time() + 0.05
    while time.process_time() < end:
        pass
    Path(target).write_bytes(content)
    Path(source).unlink()


class Ended(NamedTuple):
    """status: as waitpid has it, 0 for a good end, 9 for a kill.  seconds: of the CPU."""

    status: int
    seconds: float


def make_inputs() -> None:
    """Pictures and a model in the current folder."""
    y, x = np.mgrid[:24, :32]
    noise = np.random.default_rng(0).integers(0, 60, (24, 32))
    pixels = np.stack([6 * x + noise, 8 * y + noise, 100 + noise], -1).clip(0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(PHOTO)
    Image.fromarray(pixels[..., 0].astype(np.uint16) * 200).save("height.png")
    Image.fromarray(np.where((x > 9) & (x < 20) & (y > 7), 255, 0).astype(np.uint8)).save("mask.png")
    lived((*TRAIN[:-1], MODEL, "--steps", "1"))
    sindiff_command("sample", PHOTO, "--n", "1", *DRAW[:-1], "warm")  # loads the compiled loops once, not in every fork


def sindiff_command(*arguments: str) -> None:
    """Run `sindiff ARGUMENTS`.  Raises RuntimeError, with what it wrote, if it fails."""
    ended = run_command(*arguments)
    if ended.code:
        raise RuntimeError(ended.err)


def lived(arguments: tuple[str, ...], seconds: float | None = None) -> Ended:
    """Run a command in a child; kill it once it has had so many seconds of the CPU, if it has not ended by then."""
    child = start(partial(sindiff_command, *arguments))
    while True:
        ended, status, usage = os.wait4(child, os.WNOHANG if seconds is not None else 0)
        if ended:
            return Ended(status, usage.ru_utime + usage.ru_stime)
        if _cpu_seconds(child) >= seconds:
            os.kill(child, signal.SIGKILL)
            seconds = None
        else:
            time.sleep(TICK)


def _cpu_seconds(child: int) -> float:
    """The seconds that a child of one thread has had, to the microsecond."""
    return int(Path(f"/proc/{child}/schedstat").read_text().split()[0]) / 1e9


def left() -> dict[str, str]:
    """What lies in the folder of results: of a training what must not depend on kills, else all to the bit."""
    if Path(OUT, "metrics.jsonl").exists():
        return result(OUT)
    files = [file for file in sorted(Path(OUT).rglob("*")) if file.is_file()]
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def prepared(before: list[tuple[str, ...]]) -> None:
    """An empty folder of results, or what the commands before leave there."""
    shutil.rmtree(OUT, ignore_errors=True)
    for arguments in before:
        if status := lived(arguments).status:
            raise RuntimeError(f"{arguments} ended with status {status}")


def killed(job: str, kills: int, seed: object) -> dict[str, Any]:
    """The job's command killed so many times; what went wrong, and what was left at each end."""
    *before, last = JOBS[job]
    prepared([*before, last])
    prepared(before)
    report = {"job": job, "seconds": lived(last).seconds, "kills": 0, "ends": 0, "wrong": [], "half": []}
    wanted, luck = left(), random.Random(f"{seed} {job}")
    while report["kills"] < kills:
        prepared(before)
        for life in range(MOST + 1):
            moment = luck.uniform(0, report["seconds"]) if life < MOST and report["kills"] < kills else None
            ended = lived(last, moment)
            if ended.status != signal.SIGKILL:
                break
            report["kills"] += 1
            report["half"] += half_files(OUT)
        report["ends"] += 1
        if life == 0:  # whole, and perhaps with less to compile than the first
            report["seconds"] = min(report["seconds"], ended.seconds)
        if ended.status:
            report["wrong"].append(f"end {report['ends']}: status {ended.status}")
        elif left() != wanted:
            report["wrong"].append(f"end {report['ends']}: leaves {left()}, not {wanted}")
    return report


def main() -> None:
    folder, kills, seed, *jobs = sys.argv[1:]
    os.chdir(folder)
    make_inputs()
    if os.environ.get("SINDIFF_TORN"):
        os.replace = torn
    print(json.dumps([killed(job, int(kills), seed) for job in jobs or JOBS]))


if __name__ == "__main__":
    main()
