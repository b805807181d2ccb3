"""Training on a disk that is full: called by test_faults.py where a small disk can be mounted, prints JSON.

FOLDER is where the disk is mounted.  The disk is filled between two parts of one run.
"""

import errno
import json
import sys
from pathlib import Path

import torch
from PIL import Image

sys.path.append(str(Path(__file__).resolve().parents[2]))

from in_process import run_command

from sindiff.checkpoint import load_model, load_tensors


def command(*arguments):
    """Run the command; returns its exit code and what it wrote to stderr."""
    ended = run_command(*arguments)
    return ended.code, ended.err


def fill(file):
    with open(file, "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"\0" * 4096)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def run(folder):
    torch.set_num_threads(1)
    Image.new("RGB", (16, 12), "teal").save(folder / "picture.bmp")
    out = folder / "run"

    def train(steps):
        return command(
            "train", folder / "picture.bmp", "--out", out, "--preset", "smoke", "--device", "cpu", "--steps", steps
        )

    report = {"first": train(2)}
    fill(folder / "filler")
    report["full"] = train(4)
    report["step"] = load_tensors(out / "train_state.pt")["step"]
    report["model step"] = load_model(out).training["step"]
    report["sample"] = command("sample", out, "--out", folder / "new", "--steps", 2, "--device", "cpu")
    report["left"] = sorted(file.name for file in folder.rglob(".*"))
    (folder / "filler").unlink()
    report["again"] = train(4)
    report["log"] = [json.loads(line)["step"] for line in (out / "metrics.jsonl").read_text().splitlines()]
    return report


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]))))
