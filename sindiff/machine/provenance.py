"""Where a number comes from: the device, the machine, the versions, the commit and the day."""

import os
import platform
import subprocess
from datetime import date
from pathlib import Path

import torch

from sindiff.machine.device import describe

MEASURING = ("sindiff", ":(glob)benchmarks/*.py")


def provenance(device: torch.device) -> dict[str, str]:
    """What belongs beside every number measured on the device, ready for JSON.

    machine names the processor even where the device is a GPU, which it must keep busy.  commit: shortened, with a + if
    something differs from it; "unknown" outside a checkout.  date: today's, as in 2026-08-19.
    """
    return {
        "device": describe(device),
        "machine": f"{processor()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "commit": current_commit(checkout()) or "unknown",
        "date": date.today().isoformat(),
    }


def processor() -> str:
    """The processor's model as torch knows it, else its architecture."""
    return getattr(torch.cpu, "get_capabilities", dict)().get("cpu_name") or platform.machine()


def checkout() -> Path | None:
    """The checkout's folder: the one the package lies in, else one around the current folder."""
    for folder in (Path(__file__).resolve().parents[2], Path.cwd(), *Path.cwd().parents):
        if (folder / "pyproject.toml").is_file() and (folder / "sindiff" / "lab").is_dir():
            return folder
    return None


def current_commit(root: Path | None) -> str | None:
    """The checkout's commit, shortened, with a + if package or benchmarks differ from it; None without git."""
    if root is None or not (root / ".git").exists():
        return None
    try:
        git = ["git", "-C", str(root)]
        commit, changes = (
            subprocess.run([*git, *command], capture_output=True, text=True, check=True, timeout=20).stdout.strip()
            for command in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "--", *MEASURING])
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{commit}+" if changes else commit
