"""Runs that are killed, in forked children: called by test_kill.py, prints what was left as JSON.

`moments FOLDER`: a child for each moment just before and just after a file changes its name.
`random FOLDER KILLS`: at calls of functions drawn by lot, the same in every run of this; then the run may end.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import threading
import traceback
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

torch.set_num_threads(1)  # before anything starts threads, which a fork would lose

import torch._dynamo  # noqa: E402  (a process's first step imports it: once here, not in every fork)
from PIL import Image  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from tqdm import tqdm  # noqa: E402

from sindiff.checkpoint import load_tensors  # noqa: E402
from sindiff.machine.progress import UNFINISHED  # noqa: E402
from sindiff.training.presets import get_preset  # noqa: E402
from sindiff.training.runs import Upkeep, train_in  # noqa: E402

tqdm.set_lock(threading.RLock())  # its own is shared by forks, and a child that is killed while it holds it keeps it
os.fsync = lambda handle: None  # a killed process loses nothing that the system has taken: a power cut would

PICTURE = torch.rand(3, 12, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
SMOKE = get_preset("smoke")


def train(folder, steps):
    """A run that saves after every step."""
    preset = replace(SMOKE, train=replace(SMOKE.train, steps=steps), sample_steps=1)
    for _ in train_in(folder, PICTURE, preset, upkeep=Upkeep(previews=1, save_every=-1)):
        pass


def start(function):
    """Run a function in a forked child; returns its process number."""
    child = os.fork()
    if child:
        return child
    try:
        function()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def was_killed(child):
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status:
        raise RuntimeError(f"a child failed with status {status}")
    return False


def train_until(folder, steps, call, before):
    """Train in a child that dies at the `call`-th change of a name, just before it or just after."""

    def run():
        replace_name, calls = os.replace, 0

        def replace_and_die(source, target):
            nonlocal calls
            calls += 1
            if calls == call and before:
                os.kill(os.getpid(), signal.SIGKILL)
            replace_name(source, target)
            if calls == call:
                os.kill(os.getpid(), signal.SIGKILL)

        os.replace = replace_and_die
        train(folder, steps)

    return was_killed(start(run))


READERS = {
    ".pt": load_tensors,
    ".safetensors": load_file,
    **dict.fromkeys((".json", ".tsj"), lambda file: json.loads(file.read_text())),
    **dict.fromkeys((".png", ".tif", ".gif", ".webp"), lambda file: Image.open(file).load()),
    ".jsonl": lambda file: None,  # a log, not written whole
}


def half_files(folder):
    """Files under final names that cannot be read; what is unfinished lies apart."""
    bad = []
    for file in Path(folder).rglob("*"):
        if file.is_file() and not file.name.startswith(".") and UNFINISHED not in file.parts:
            try:
                READERS[file.suffix](file)
            except Exception as error:
                bad.append(f"{file.name}: {error}")
    return bad


def result(folder):
    """What must not depend on kills."""
    folder = Path(folder)
    log = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    names = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    return {
        "weights": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
        "log": [[line["step"], line["loss"]] for line in log],
        "files": names,
    }


def undisturbed(folder, steps):
    """Train in a child to the end; returns how many functions it called, and what must not depend on kills."""

    def run():
        calls = 0

        def count(frame, event, argument):
            nonlocal calls
            calls += event in ("call", "c_call")

        sys.setprofile(count)
        train(folder / "run", steps)
        sys.setprofile(None)
        (folder / "calls").write_text(str(calls))

    was_killed(start(run))
    calls, ended = int((folder / "calls").read_text()), result(folder / "run")
    shutil.rmtree(folder / "run")
    return calls, ended


def train_for(folder, steps, calls):
    """Train in a child that dies after so many calls of functions, if it has not ended by then."""

    def run():
        left = calls

        def die(frame, event, argument):
            nonlocal left
            left -= event in ("call", "c_call")
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(die)
        train(folder, steps)

    return was_killed(start(run))


def until_end(folder, steps):
    """Train in a child that nobody kills; returns the result, and removes the run."""
    if was_killed(start(partial(train, folder, steps))):
        raise RuntimeError("nobody killed this one")
    ended = result(folder)
    shutil.rmtree(folder)
    return ended


def moments(folder, steps=2):
    report = {"half": [], "kills": 0, "results": [], "undisturbed": undisturbed(folder, steps)[1]}
    for before in (True, False):
        call = 1
        while train_until(folder / "run", steps, call, before):
            report["kills"] += 1
            report["half"] += half_files(folder / "run")
            report["results"].append(until_end(folder / "run", steps))
            call += 1
        shutil.rmtree(folder / "run")
    return report


def at_random(folder, kills, steps=12):
    """A life is drawn from the calls of a third of an undisturbed run, so that each does something."""
    calls, ended = undisturbed(folder, steps)
    report = {"half": [], "kills": 0, "results": [], "undisturbed": ended}
    luck = random.Random(0)
    while report["kills"] < kills:
        if train_for(folder / "run", steps, luck.randrange(calls // 3)):
            report["kills"] += 1
            report["half"] += half_files(folder / "run")
        else:
            report["results"].append(until_end(folder / "run", steps))
    report["results"].append(until_end(folder / "run", steps))
    return report


def main():
    mode, folder, *numbers = sys.argv[1:]
    run = {"moments": moments, "random": at_random}[mode]
    print(json.dumps(run(Path(folder), *map(int, numbers))))


if __name__ == "__main__":
    main()
