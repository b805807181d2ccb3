"""Checkpoints of the authors' release: read as they are, refused in one line, never executed."""

import json
import os
import pickle
from pathlib import Path

import pytest
import torch

from sindiff.checkpoint import load_model, load_release, load_tensors
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.schedule import Schedule

from .refused_models import refusal

SETTINGS = json.loads((Path(__file__).parents[2] / "data/official_state_dicts.json").read_text())


@pytest.fixture(scope="module")
def release_weights(make_network):
    return make_network(norm="group").state_dict()


def random_weights(shapes):
    generator = torch.Generator().manual_seed(0)
    return {name: 0.1 * torch.randn(shape, generator=generator) for name, shape in shapes.items()}


@pytest.mark.parametrize("name", SETTINGS)
def test_release_files_load(name, tmp_path):
    setting = SETTINGS[name]
    weights = random_weights(setting["state_dict"])
    torch.save(weights, tmp_path / "ema_0.9999_050000.pt")
    model = load_model(tmp_path / "ema_0.9999_050000.pt")
    config = UNetConfig(setting["model_channels"], tuple(setting["channel_mult"]), setting["num_res_blocks"], "group")
    assert model.network.config == config
    assert (model.schedule, model.prediction, model.size) == (Schedule("linear", 1000), "eps", None)
    with torch.device("meta"):
        network = PatchUNet(config)
    network.load_state_dict(weights, assign=True)
    x = torch.randn(1, 3, 8, 16, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = network(x, torch.tensor([7]))
        torch.testing.assert_close(model.network(x, torch.tensor([7])), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("zipped", [True, False])
def test_both_forms_of_release_files_load(release_weights, tmp_path, zipped):
    torch.save(release_weights, tmp_path / "x.pt", _use_new_zipfile_serialization=zipped)
    loaded = load_release(tmp_path / "x.pt").network.state_dict()
    assert all(torch.equal(loaded[name], weights) for name, weights in release_weights.items())


class Code:
    """Unpickled, this makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("place", ["alone", "among weights", "old form", "bare pickle"])
def test_code_in_a_release_file_is_refused_and_not_run(release_weights, tmp_path, place):
    target = tmp_path / "made by code"
    code, file = Code(target), tmp_path / "x.pt"
    content = code if place == "alone" else {**release_weights, "out.0.weight": code}
    if place == "bare pickle":
        file.write_bytes(pickle.dumps(code))
    else:
        torch.save(content, file, _use_new_zipfile_serialization=place != "old form")
    message = refusal(file)
    assert str(file) in message
    assert "code" in message
    assert not target.exists()
    with pytest.raises(ValueError, match="code"):
        load_tensors(file)
    assert not target.exists()
    torch.load(file, weights_only=False) if place != "bare pickle" else pickle.loads(file.read_bytes())
    assert target.exists()  # the trap does work


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_release_files_are_refused(tmp_path, zipped):
    file = tmp_path / "x.pt"
    torch.save({"a": torch.zeros(3), "b": torch.ones(2, 2)}, file, _use_new_zipfile_serialization=zipped)
    whole = file.read_bytes()
    damaged = [whole[:n] for n in range(0, len(whole), max(1, len(whole) // 40))]
    for place in range(0, len(whole), max(1, len(whole) // 100)):
        for byte in (b"\0", b"t", b"\xff"):
            damaged.append(whole[:place] + byte + whole[place + 1 :])
    for content in damaged:
        file.write_bytes(content)
        assert str(file) in refusal(file)


@pytest.mark.parametrize(
    "change",
    [
        lambda weights: [1, 2],
        lambda weights: {},
        lambda weights: {"state_dict": weights},
        lambda weights: {**weights, 3: torch.zeros(1)},
        lambda weights: {**weights, "input_blocks.0.0.weight": torch.tensor(1.0)},
        lambda weights: {**weights, "input_blocks.0.0.weight": torch.zeros(0, 3, 3, 3)},
        lambda weights: {**weights, "input_blocks.0.0.weight": torch.zeros(32, 1, 3, 3)},
        lambda weights: {**weights, "input_blocks.0.0.weight": torch.zeros(40, 3, 3, 3)},
        lambda weights: {**weights, "out.2.bias": torch.zeros(3, dtype=torch.int64)},
        lambda weights: {**weights, "out.2.bias": torch.zeros(3).to_sparse()},
        lambda weights: {**weights, "out.2.bias": torch.zeros(4)},
        lambda weights: {**weights, "extra": torch.zeros(1)},
        lambda weights: {name: tensor for name, tensor in weights.items() if name != "out.2.bias"},
        lambda weights: {name: tensor for name, tensor in weights.items() if not name.startswith("input_blocks.1.")},
        lambda weights: {name: tensor for name, tensor in weights.items() if "out_layers.3" not in name},
    ],
)
def test_other_networks_are_refused(release_weights, tmp_path, change):
    torch.save(change(release_weights), tmp_path / "x.pt")
    assert str(tmp_path / "x.pt") in refusal(tmp_path / "x.pt")


def test_an_archive_that_points_outside_itself_is_damaged(tmp_path, monkeypatch):
    """Torch seeks there, and the system has no name to give; a file that cannot be opened is another matter."""
    path = tmp_path / "ema.pt"
    path.touch()

    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr(torch, "load", fail)
    error = OSError(22, "Invalid argument")
    assert "damaged PyTorch file, copy or download it again" in refusal(path)
    error = PermissionError(13, "Permission denied", str(path))
    with pytest.raises(PermissionError):
        load_model(path)
