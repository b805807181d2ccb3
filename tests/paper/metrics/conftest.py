"""Small weight files in the real formats, and faults to be planted."""

import hashlib
import inspect

import pytest
import torch

from sindiff.machine.vision import prepare_torchvision
from sindiff.metrics import features, weights


def fill(network):
    """Give the layers of a network random numbers with which no signal dies or explodes."""
    generator = torch.Generator().manual_seed(0)
    for layer in network.to_empty(device="cpu").modules():
        if isinstance(layer, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(layer.weight, generator=generator)
        numbers = {"bias": (-0.2, 0.2), "running_mean": (-0.5, 0.5), "running_var": (0.5, 2)}
        if isinstance(layer, torch.nn.BatchNorm2d):
            numbers["weight"] = (0.5, 1.5)
        for name, (low, high) in numbers.items():
            if getattr(layer, name, None) is not None:
                getattr(layer, name).data.uniform_(low, high, generator=generator)


@pytest.fixture(scope="session")
def trunks():
    """Random tensors for a small file, and torchvision's own network with them: its first layers, the rest is empty."""
    prepare_torchvision()
    from torchvision import models

    with torch.device("meta"):
        inception = models.inception_v3(weights=None, init_weights=False, transform_input=False).eval()
        vgg = models.vgg19(weights=None, init_weights=False).features[:9].eval()
        alexnet = models.alexnet(weights=None).features.eval()
    for part in (*[getattr(inception, name) for name in features.INCEPTION[192]], vgg, alexnet):
        fill(part)
    return {
        "inception": ({k: v for k, v in inception.state_dict().items() if not v.is_meta}, inception),
        "vgg": ({f"features.{k}": v for k, v in vgg.state_dict().items()}, vgg),
        "alexnet": ({f"features.{k}": v for k, v in alexnet.state_dict().items()}, alexnet),
    }


def write_weights(folder, name, tensors):
    """Write a file as torchvision names its own, and return what is to be known of it."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(tensors, folder / "new")
    digits = hashlib.sha256((folder / "new").read_bytes()).hexdigest()[:8]
    known = weights.KNOWN[name]
    known = known._replace(file=f"{known.file.rpartition('-')[0]}-{digits}.pth")
    (folder / "new").rename(folder / known.file)
    return known


@pytest.fixture(scope="session")
def small_files(trunks, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    return folder, {name: write_weights(folder, name, tensors) for name, (tensors, _) in trunks.items()}


@pytest.fixture
def weights_dir(small_files, monkeypatch):
    """A folder of small files that pass for the real ones."""
    folder, known = small_files
    for name, entry in known.items():
        monkeypatch.setitem(weights.KNOWN, name, entry)
    return folder


@pytest.fixture
def new_weights(monkeypatch):
    """new_weights(folder, name, tensors) writes a file that passes for the real one; returns its path."""

    def write(folder, name, tensors):
        known = write_weights(folder, name, tensors)
        monkeypatch.setitem(weights.KNOWN, name, known)
        return folder / known.file

    return write


@pytest.fixture
def catches(request, monkeypatch):
    """catches(module, right, wrong, checks): whether a check fails once the module has `wrong` in the place of `right`.

    The functions that everybody has imported get the wrong code, so the checks are the very tests.
    """

    def run(check):
        check(**{name: request.getfixturevalue(name) for name in inspect.signature(check).parameters})

    def fails(check):
        try:
            run(check)
        except Exception:  # a fault may break a check in any way
            return True
        return False

    def plant(module, right, wrong, checks):
        source = inspect.getsource(module)
        assert source.count(right) == 1, f"{right!r} is {source.count(right)} times in {module.__name__}"
        faulty = dict(vars(module))
        exec(compile(source.replace(right, wrong), module.__file__, "exec"), faulty)
        for name, value in list(vars(module).items()):
            if inspect.isfunction(value) and value.__module__ == module.__name__:
                monkeypatch.setattr(value, "__code__", faulty[name].__code__)
            elif isinstance(value, int | float | tuple | dict) and not name.startswith("__"):
                monkeypatch.setattr(module, name, faulty[name])
        return any(map(fails, checks))

    return plant
