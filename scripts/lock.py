"""Write requirements.lock: one exact version for every package that sindiff and its extras need.

Run it with the lowest supported Python (`make lock PYTHON=python3.11`), so that the versions suit the newer ones too.
Nothing is installed and no big file is fetched when the package index serves metadata on its own.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOWEST = (3, 11)
# Chosen by hand: torchvision only works beside the torch it was built for.
PINS = ["torch==2.13.0", "torchvision==0.28.0"]
# torch brings these itself, in the versions it wants, on machines where it wants them.
CUDA = ("nvidia-", "cuda-", "triton")
HEADER = "# Exact versions for Python 3.11 and newer. Written by `make lock`; do not edit by hand.\n"


def requirements():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project["dependencies"] + [r for extra in project["optional-dependencies"].values() for r in extra]


def resolve(wanted):
    """Return {name: version} of what pip would install on a bare Python 3.11.0."""
    with tempfile.TemporaryDirectory() as tmp:
        report = Path(tmp, "report.json")
        flags = ["--dry-run", "-qq", "--disable-pip-version-check", "--only-binary=:all:"]
        flags += ["--python-version", "3.11.0", "--target", f"{tmp}/empty", "--report", str(report)]
        subprocess.run([sys.executable, "-m", "pip", "install", *flags, *wanted], check=True)
        items = [item["metadata"] for item in json.loads(report.read_text())["install"]]
    return {m["name"]: m["version"].partition("+")[0] for m in items if not m["name"].startswith(CUDA)}


def main():
    if sys.version_info[:2] != LOWEST:
        sys.exit("lock.py must run with Python {}.{}: make lock PYTHON=python3.11".format(*LOWEST))
    versions = resolve(requirements() + PINS)
    lines = [f"{name}=={versions[name]}\n" for name in sorted(versions, key=str.lower)]
    (ROOT / "requirements.lock").write_text(HEADER + "".join(lines))
    print(f"requirements.lock: {len(lines)} packages")


if __name__ == "__main__":
    main()
