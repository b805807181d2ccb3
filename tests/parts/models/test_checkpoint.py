"""Models on disk: what is saved comes back, and what is no model is refused in one line, without running code."""

import json
import shutil
from dataclasses import replace

import pytest
import torch

from sindiff.checkpoint import CONFIG, STATE, WEIGHTS, load_model, load_tensors, save_model, save_tensors
from sindiff.schedule import Schedule

from .refused_models import change, refusal

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


def test_size_picture_and_training_may_be_unknown(model, tmp_path):
    save_model(tmp_path, replace(model, size=None, picture={}, training={}))
    loaded = load_model(tmp_path)
    assert (loaded.size, loaded.picture, loaded.training) == (None, {}, {})


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
        (("network", "blocks"), 10**7),
        (("network", "mult"), [1] * 100_000),
        (("network", "mult"), [1] * 40),
        (("network", "image_channels"), 2),
        (("schedule", "T"), 10**13),
        (("schedule", "T"), 10**40),
        (("size",), [True, True]),
        (("size",), {"1": 2, "3": 4}),
        (("picture",), [1]),
        (("training",), "long"),
    ],
)
def test_wrong_values_in_the_configuration_are_refused(folder, keys, value):
    change(folder / CONFIG, keys, value)
    assert refusal(folder).startswith(f"{folder / CONFIG}: not a model's configuration")


@pytest.mark.parametrize("name", ["network", "schedule", "prediction", "size"])
def test_missing_values_in_the_configuration_are_named(folder, name):
    config = json.loads((folder / CONFIG).read_text())
    del config[name]
    (folder / CONFIG).write_text(json.dumps(config))
    message = refusal(folder)
    assert str(folder / CONFIG) in message
    assert name in message


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"{", b"NaN", b"\0" * 100, b"[]", b"null"])
def test_configurations_that_are_no_json_are_refused(folder, content):
    (folder / CONFIG).write_bytes(content)
    assert str(folder / CONFIG) in refusal(folder)


@pytest.mark.parametrize(
    ("key", "value"), [("channels", 64), ("mult", [1, 3]), ("blocks", 2), ("channels", 32_000_000)]
)
def test_weights_of_another_network_are_refused(folder, key, value):
    """Before any memory is taken for the network that the configuration claims."""
    change(folder / CONFIG, ("network", key), value)
    message = refusal(folder)
    assert str(folder / WEIGHTS) in message
    assert "does not fit" in message


@pytest.mark.parametrize("changes", [{"cell": 2}, {"networks": [{}, {}], "until": [500, 1000]}])
def test_networks_of_a_retired_preset_are_named(folder, changes):
    change(folder / CONFIG, ("network", "cell"), 1)
    load_model(folder)
    for key, value in changes.items():
        change(folder / CONFIG, ("network", key), value)
    assert "trained as laptop_250, which this version no longer has" in refusal(folder)


def test_an_empty_folder_is_refused(tmp_path):
    assert refusal(tmp_path).startswith(f"{tmp_path}: holds no model")
    (tmp_path / STATE).touch()
    assert refusal(tmp_path).startswith(f"{tmp_path}: its training has not ended")


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
