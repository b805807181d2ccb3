"""Small pictures, models and a way to run the command, shared by the tests."""

import os
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

os.environ.setdefault("SINDIFF_PRESET", "smoke")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import pytest
import torch
from in_process import run_command
from PIL import Image

from sindiff.model import Model
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.schedule import Schedule

HERE = Path(__file__).parent


def random_network(seed=0, **config):
    """A network whose every weight is random: a fresh one answers 0."""
    generator = torch.Generator().manual_seed(seed)
    network = PatchUNet(UNetConfig(**{"channels": 32, "mult": (1, 2), "norm": "local", **config})).eval()
    for weights in network.parameters():
        weights.data = 0.1 * torch.randn(weights.shape, generator=generator)
    return network.requires_grad_(False)


def pytest_collection_modifyitems(items):
    """Mark whole programs as slow.  What shares a server, cores or ports stays in one of several processes."""
    for item in items:
        if item.path.is_relative_to(HERE / "whole"):
            item.add_marker(pytest.mark.slow)
        if item.path.parent.name in ("browser", "workflow", "notebooks"):
            item.add_marker(pytest.mark.xdist_group(item.path.parent.name))


torch.set_num_threads(1)  # pictures as small as these gain nothing from more; and a fork loses all but one


@pytest.fixture(autouse=True)
def _no_tracebacks(monkeypatch):
    monkeypatch.delenv("SINDIFF_DEBUG", raising=False)


@pytest.fixture(autouse=True)
def _seeded():
    """A test draws the same numbers alone, among others and in whatever order."""
    torch.manual_seed(0)


@pytest.fixture(scope="session")
def command():
    return run_command


@pytest.fixture
def serve(monkeypatch):
    """serve(answer) -> address of a local HTTP server that leaves each GET request to answer(request handler)."""
    servers = []

    def start(answer):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                answer(self)

            def log_message(self, *arguments):
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=partial(servers[-1].serve_forever, poll_interval=0.02), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def make_network():
    return random_network


@pytest.fixture(scope="session")
def model():
    """An untrained model with random weights."""
    picture = {"name": "none", "licence": "CC0-1.0"}
    return Model(random_network(), Schedule("linear", 1000), "v", (16, 24), picture, {"seed": 0})


@pytest.fixture(scope="session")
def models():
    """Of one, two and three levels, and one whose norm spans the canvas.  All carry far, as a trained one may."""
    shapes = {"1": {"mult": (1,)}, "2": {}, "3": {"mult": (1, 2, 4)}, "group": {"norm": "group"}}
    networks = {name: random_network(**shape) for name, shape in shapes.items()}
    for network in networks.values():
        for weights in network.parameters():
            if weights.ndim == 4:
                weights.data *= 10 / weights[0].numel() ** 0.5
            else:
                weights.data += weights.ndim == 1
    schedule = Schedule("cosine", 1000)
    return {name: Model(network, schedule, "v", (16, 24)) for name, network in networks.items()}


@pytest.fixture
def no_waiting(monkeypatch):
    """A killed process loses nothing that the system has taken: only a power cut needs the wait for the disk."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture(scope="session")
def pixels():
    """A small picture with structure at several scales, (24, 32, 3) uint8."""
    y, x = np.mgrid[:24, :32]
    noise = np.random.default_rng(0).integers(0, 40, (24, 32))
    channels = [x * 6 + noise, y * 8 + noise, 120 + 80 * np.sin(x / 3) * np.cos(y / 4) + noise / 2]
    return np.stack(channels, axis=-1).clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def picture(pixels):
    """The same as (3, 24, 32) in [-1, 1]."""
    return torch.from_numpy(pixels).permute(2, 0, 1).float() / 127.5 - 1


@pytest.fixture(scope="session")
def picture_file(pixels, tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "small.png"
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture(scope="session")
def run_folder(picture_file, tmp_path_factory):
    """A finished run of a few steps, made by the command."""
    folder = tmp_path_factory.mktemp("runs") / "small"
    arguments = ("--out", folder, "--preset", "smoke", "--steps", 6, "--device", "cpu")
    finished = run_command("train", picture_file, *arguments)
    assert finished.code == 0, finished.err
    return folder
