"""sindiff doctor."""

import sys
from importlib.metadata import PackageNotFoundError, version

import click
import torch

from sindiff.machine.device import describe, matmul_gflops, pick_device
from sindiff.metrics.weights import KNOWN, missing, weights_folder

OPTIONAL = {
    "matplotlib": "figures in notebooks",
    "ipywidgets": "sliders in notebooks",
    "papermill": "running notebooks with parameters",
    "voila": "the studio as a page: sindiff studio",
    "lpips": "LPIPS diversity",
    "torchvision": "SIFID, LPIPS",
    "open_clip_torch": "text guidance",
}


@click.command("doctor")
def doctor_command() -> None:
    """Show what is installed, and how fast this machine is."""
    device = pick_device()
    click.echo(f"sindiff {version('sindiff')}, Python {sys.version.split()[0]}, torch {torch.__version__}")
    click.echo(
        f"device   {device} ({describe(device)}), {matmul_gflops(device):.0f} GFLOP/s in float32 matrix products"
    )
    for package, use in OPTIONAL.items():
        click.echo(f"package  {package:16} {installed(package):12} {use}")
    folder = weights_folder()
    for name, known in KNOWN.items():
        there = "missing (sindiff weights fetch)" if name in missing(folder) else "there"
        click.echo(f"weights  {known.network:16} {there:12} for {known.measures}")


def installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
