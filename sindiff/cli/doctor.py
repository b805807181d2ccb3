"""sindiff doctor."""

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click
import torch

from sindiff.device import describe, matmul_gflops, pick_device

OPTIONAL = {
    "matplotlib": "figures in notebooks",
    "ipywidgets": "sliders in notebooks",
    "papermill": "running notebooks with parameters",
    "lpips": "LPIPS diversity",
    "torchvision": "SIFID, LPIPS",
    "open_clip_torch": "text guidance",
}

WEIGHTS = {
    "AlexNet (LPIPS)": "alexnet-owt-7be5be79.pth",
    "Inception v3 (SIFID)": "inception_v3_google-0cc3c7bd.pth",
    "VGG19 (SIFID)": "vgg19-dcbb9e9d.pth",
}


@click.command("doctor")
def doctor_command() -> None:
    """Tell what is installed, where it computes and how fast, and which optional weights are there."""
    device = pick_device()
    click.echo(f"sindiff {version('sindiff')}, Python {sys.version.split()[0]}, torch {torch.__version__}")
    click.echo(
        f"device   {device} ({describe(device)}), {matmul_gflops(device):.0f} GFLOP/s in float32 matrix products"
    )
    for package, use in OPTIONAL.items():
        click.echo(f"package  {package:16} {installed(package):12} {use}")
    folder = Path(torch.hub.get_dir()) / "checkpoints"
    for name, file in WEIGHTS.items():
        click.echo(f"weights  {name:22} {'there' if (folder / file).is_file() else 'missing (' + file + ')'}")


def installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
