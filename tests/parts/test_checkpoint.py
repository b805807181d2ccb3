"""Models on disk: what is saved comes back, and what is no model is refused in one line, without running code."""

import json
import os
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import huggingface_hub.constants
import pytest
import torch
from safetensors.torch import load_file, save_file

from sindiff.checkpoint import (
    CONFIG,
    PHOTO,
    STATE,
    WEIGHTS,
    load_model,
    load_release,
    load_tensors,
    save_model,
    save_tensors,
)
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.schedule import Schedule

SETTINGS = json.loads((Path(__file__).parents[1] / "data/official_state_dicts.json").read_text())


@pytest.fixture
def folder(model, tmp_path):
    save_model(tmp_path / "model", model)
    return tmp_path / "model"


@pytest.fixture(scope="module")
def release_weights(make_network):
    return make_network(norm="group").state_dict()


def refusal(source):
    """The one line with which a source is refused."""
    with pytest.raises(ValueError, match=r".") as caught:
        load_model(source)
    message = str(caught.value)
    assert "\n" not in message
    return message


def random_weights(shapes):
    generator = torch.Generator().manual_seed(0)
    return {name: 0.1 * torch.randn(shape, generator=generator) for name, shape in shapes.items()}


# What is saved comes back.


@pytest.mark.parametrize("norm", ["local", "group", "none"])
@pytest.mark.parametrize("schedule", [Schedule("linear", 1000), Schedule("cosine", 77)])
def test_round_trip(model, make_network, tmp_path, norm, schedule):
    saved = replace(model, network=make_network(norm=norm), schedule=schedule, prediction="eps")
    save_model(tmp_path, saved)
    loaded = load_model(tmp_path)
    assert replace(loaded, network=None) == replace(saved, network=None)
    assert loaded.network.config == saved.network.config
    for name, weights in saved.network.state_dict().items():
        assert torch.equal(loaded.network.state_dict()[name], weights)
    x = torch.randn(2, 3, 8, 10)
    torch.testing.assert_close(loaded.denoiser()(x, 50), saved.denoiser()(x, 50), rtol=1e-3, atol=1e-3)


def test_a_loaded_model_is_ready_to_sample(folder):
    network = load_model(folder).network
    assert not network.training
    assert not any(weights.requires_grad for weights in network.parameters())
    assert {weights.device.type for weights in network.parameters()} == {"cpu"}


def test_loading_leaves_the_random_state_alone(folder):
    before = torch.random.get_rng_state()
    load_model(folder)
    assert torch.equal(before, torch.random.get_rng_state())


def test_half_precision_weights_load(folder):
    weights = load_file(folder / WEIGHTS)
    save_file({name: tensor.half() for name, tensor in weights.items()}, folder / WEIGHTS)
    assert {weights.dtype for weights in load_model(folder).network.parameters()} == {torch.float32}


def test_size_picture_and_training_may_be_unknown(model, tmp_path):
    save_model(tmp_path, replace(model, size=None, picture={}, training={}))
    loaded = load_model(tmp_path)
    assert (loaded.size, loaded.picture, loaded.training) == (None, {}, {})


# Checkpoints of the authors' release.


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


# Damaged folders.


@pytest.mark.parametrize("share", [0, 0.001, 0.5, 0.999])
@pytest.mark.parametrize("name", [WEIGHTS, CONFIG])
def test_half_files_are_refused(folder, name, share):
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: int(share * (len(whole) - 2))])
    assert str(folder / name) in refusal(folder)


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG])
def test_missing_files_are_named(folder, name):
    (folder / name).unlink()
    message = refusal(folder)
    assert str(folder) in message
    assert f"{name} is missing" in message


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ((), []),
        ((), None),
        (("network",), None),
        (("network", "channels"), 33),
        (("network", "channels"), 32.0),
        (("network", "channels"), "32"),
        (("network", "mult"), []),
        (("network", "mult"), 2),
        (("network", "mult"), [1.5]),
        (("network", "blocks"), 0),
        (("network", "norm"), "batch"),
        (("network", "norm"), []),
        (("network", "attention"), True),
        (("schedule", "name"), "sigmoid"),
        (("schedule", "T"), 0),
        (("schedule", "T"), 1000.5),
        (("schedule", "T"), "1000"),
        (("schedule", "beta"), 1),
        (("prediction",), "x0"),
        (("prediction",), {}),
        (("size",), 5),
        (("size",), [48]),
        (("size",), "ab"),
        (("size",), [0, 5]),
        (("size",), [4.5, 5]),
    ],
)
def test_wrong_values_in_the_configuration_are_refused(folder, keys, value):
    config = json.loads((folder / CONFIG).read_text())
    if keys:
        place = config
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value
    else:
        config = value
    (folder / CONFIG).write_text(json.dumps(config))
    assert str(folder / CONFIG) in refusal(folder)


@pytest.mark.parametrize("name", ["network", "schedule", "prediction", "size"])
def test_missing_values_in_the_configuration_are_named(folder, name):
    config = json.loads((folder / CONFIG).read_text())
    del config[name]
    (folder / CONFIG).write_text(json.dumps(config))
    message = refusal(folder)
    assert str(folder / CONFIG) in message
    assert name in message


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"{", b"NaN", b"\0" * 100])
def test_configurations_that_are_no_json_are_refused(folder, content):
    (folder / CONFIG).write_bytes(content)
    assert str(folder / CONFIG) in refusal(folder)


@pytest.mark.parametrize("network", [{"channels": 64}, {"mult": [1, 3]}, {"blocks": 2}, {"channels": 32_000_000}])
def test_weights_of_another_network_are_refused(folder, network):
    """Before any memory is taken for the network that the configuration claims."""
    config = json.loads((folder / CONFIG).read_text())
    config["network"].update(network)
    (folder / CONFIG).write_text(json.dumps(config))
    message = refusal(folder)
    assert str(folder / WEIGHTS) in message
    assert "does not fit" in message


@pytest.mark.parametrize("network", [{"cell": 2}, {"cell": 1, "networks": [{}, {}], "until": [500, 1000]}])
def test_networks_of_a_retired_preset_are_named(folder, network):
    config = json.loads((folder / CONFIG).read_text())
    config["network"] |= {"cell": 1}
    (folder / CONFIG).write_text(json.dumps(config))
    load_model(folder)
    config["network"] |= network
    (folder / CONFIG).write_text(json.dumps(config))
    assert "trained as laptop_250, which this version no longer has" in refusal(folder)


def test_an_empty_folder_is_refused(tmp_path):
    assert refusal(tmp_path).startswith(f"{tmp_path}: holds no model")
    (tmp_path / STATE).touch()
    assert refusal(tmp_path).startswith(f"{tmp_path}: its training has not ended")


# Paths and repositories.


@pytest.fixture
def no_download(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("tried to download")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", refuse)


@pytest.mark.parametrize(
    "source", ["does/not/exist", "missing", "missing.pt", "./x", "../x/y", "/no/such", "runs/x", "runs/x/", "a\0b"]
)
def test_what_looks_like_a_path_is_not_downloaded(source, tmp_path, monkeypatch, request):
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)
    if source not in ("does/not/exist", "../x/y", "/no/such", "runs/x/"):  # huggingface_hub itself refuses these names
        request.getfixturevalue("no_download")
    assert refusal(source) == f"{source}: no such folder or file"


def test_a_repository_without_network(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    assert refusal("nobody/nothing").startswith("nobody/nothing: no such folder, and no model")


def test_a_repository_is_downloaded(model, tmp_path, monkeypatch):
    save_model(tmp_path / "cache", model)
    asked = []

    def download(repository, allow_patterns):
        asked.append((repository, sorted(allow_patterns)))
        return str(tmp_path / "cache")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    assert load_model("somebody/balloons").size == model.size
    assert asked == [("somebody/balloons", [CONFIG, WEIGHTS, PHOTO])]


# Training states.


def test_tensors_round_trip(tmp_path):
    content = {"a": torch.arange(5), "b": [torch.zeros(2, 3).half(), {"c": 1.5, "d": "text"}]}
    save_tensors(tmp_path / "x.pt", content)
    loaded = load_tensors(tmp_path / "x.pt")
    assert torch.equal(loaded["a"], content["a"])
    assert loaded["b"][1] == content["b"][1]
    with pytest.raises(ValueError, match="no such file"):
        load_tensors(tmp_path / "y.pt")


def test_a_copied_folder_is_the_same_model(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "copy")
    assert load_model(tmp_path / "copy").picture == load_model(folder).picture
