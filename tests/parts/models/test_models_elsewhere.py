"""Models from elsewhere: damaged weights, absurd and newer configurations, and what was taken for a model."""

import shutil
from importlib.metadata import version

import pytest
import torch
from safetensors.torch import load_file, save_file

from sindiff.applications.sampling import generate
from sindiff.checkpoint import CONFIG, STATE, WEIGHTS, load_model, save_model
from sindiff.network.unet import UNetConfig
from sindiff.schedule import Schedule

from .refused_models import change


@pytest.fixture
def refused(command, tmp_path):
    """refused(source, message): sample says it in one line and writes nothing."""

    def refused(source, message):
        finished = command("sample", source, "--out", tmp_path / "new", "--n", 1, "--steps", 1, "--device", "cpu")
        finished.fails(message)
        assert not (tmp_path / "new").exists()
        return finished.err

    return refused


# Weights.


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("name", ["time_embed.0.bias", "out.2.weight"])
def test_weights_that_are_not_finite(folder, refused, value, name):
    weights = load_file(folder / WEIGHTS)
    weights[name].flatten()[0] = value
    save_file(weights, folder / WEIGHTS)
    refused(folder, f"{folder / WEIGHTS}: holds values that are not finite ({name} first)")


@pytest.mark.parametrize("kind", [torch.int32, torch.uint8, torch.bool, torch.complex64])
def test_weights_that_are_none(folder, refused, kind):
    weights = load_file(folder / WEIGHTS)
    save_file({name: tensor.to(kind) for name, tensor in weights.items()}, folder / WEIGHTS)
    refused(folder, "which are no weights")


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.float64])
def test_weights_of_other_precisions_load(folder, kind):
    weights = load_file(folder / WEIGHTS)
    save_file({name: tensor.to(kind) for name, tensor in weights.items()}, folder / WEIGHTS)
    model = load_model(folder)
    assert {weights.dtype for weights in model.network.parameters()} == {torch.float32}
    assert generate(model, 1, steps=1).isfinite().all()


def test_double_weights_too_large_for_single_precision(folder, refused):
    weights = {name: tensor.double() for name, tensor in load_file(folder / WEIGHTS).items()}
    weights["out.2.bias"][0] = 1e300
    save_file(weights, folder / WEIGHTS)
    refused(folder, "holds values that are not finite (out.2.bias first)")


def test_a_release_s_weights_that_are_not_finite(make_network, refused, tmp_path):
    weights = make_network(norm="group").state_dict()
    weights["out.2.bias"][0] = torch.nan
    torch.save(weights, tmp_path / "ema.pt")
    refused(tmp_path / "ema.pt", "ema.pt: holds values that are not finite (out.2.bias first)")


def test_finite_weights_whose_answers_are_not(command, folder, tmp_path):
    weights = {name: tensor * 1e20 for name, tensor in load_file(folder / WEIGHTS).items()}
    save_file(weights, folder / WEIGHTS)
    for name in ("sample", "animate"):
        out = tmp_path / ("film.gif" if name == "animate" else "new")
        finished = command(name, folder, "--out", out, "--steps", 2, "--device", "cpu")
        finished.fails("values that are not finite: its weights are damaged, or far too large", only=False)
    assert not list(tmp_path.rglob("*.png")) + list(tmp_path.glob("*.gif"))


# Configurations.


@pytest.mark.parametrize("keys", [("network", "attention"), ("schedule", "shift"), ("wrap",)])
@pytest.mark.parametrize("theirs", ["0.9.0", "10.0", "0.1.0.1"])
def test_a_newer_model_says_so(folder, refused, keys, theirs):
    change(folder / CONFIG, ("training", "sindiff"), theirs)
    load_model(folder)
    change(folder / CONFIG, keys, 1)
    refused(folder, f"{CONFIG}: made by sindiff {theirs}, and this is {version('sindiff')}: upgrade sindiff")


@pytest.mark.parametrize("theirs", [None, 3, "new", [], "0.0.9"])
def test_a_model_that_is_not_newer_says_what_is_wrong(folder, refused, theirs):
    change(folder / CONFIG, ("training", "sindiff"), theirs)
    change(folder / CONFIG, ("network", "attention"), 1)
    refused(folder, "'attention'")


def test_bounds_of_a_network_and_a_schedule():
    UNetConfig(mult=(1,) * 12, blocks=64)
    Schedule("linear", 1_000_000)
    for wrong in (lambda: UNetConfig(mult=(1,) * 13), lambda: UNetConfig(blocks=65), lambda: Schedule("cosine", 10**7)):
        with pytest.raises(ValueError, match="at most"):
            wrong()


def test_names_steer_no_terminal(command, model, folder, refused, picture_file, tmp_path):
    steering = "a\x1b[2J\x07\x9b"
    change(folder / CONFIG, ("network", steering), 1)
    told = refused(folder, "a?[2J??")
    save_model(folder, model)
    save_file({**load_file(folder / WEIGHTS), steering: torch.zeros(1)}, folder / WEIGHTS)
    told += refused(folder, "a?[2J??")
    photo = tmp_path / f"{steering}.png"
    photo.write_bytes(picture_file.read_bytes())
    out = tmp_path / f"run{steering}"
    told += command("train", photo, "--out", out, "--preset", "smoke", "--steps", 1, "--device", "cpu").err
    told += command("evaluate", photo, tmp_path / steering).err
    assert not {"\x1b", "\x07", "\x9b"} & set(told)


# What is no model.


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG, STATE])
def test_a_part_of_a_model(folder, refused, name):
    (folder / name).touch()
    refused(folder / name, f"{folder / name}: is a part of a model; give its folder, {folder}")


def test_a_picture_in_place_of_a_model(picture_file):
    with pytest.raises(ValueError, match="is a picture, not a model; train one on it"):
        load_model(picture_file)


def test_the_hub_is_named(refused, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused("nobody/nothing", "no such folder, and no model of that name could be downloaded from Hugging Face")


def test_the_model_of_a_training_that_goes_on_says_so(command, run_folder, tmp_path):
    """That another process trains shows in the log alone, which may end in half a line, or be another's."""
    run, log = shutil.copytree(run_folder, tmp_path / "run"), tmp_path / "run/metrics.jsonl"
    options = ("--out", tmp_path / "new", "--n", 1, "--steps", 1, "--detail", "none", "--device", "cpu")
    whole = log.read_bytes()
    for more, told in ((b"", False), (b'{"step": 7, "loss": 0}\n{"st', True), (b"[1]\n", False), (b"\xff\n", False)):
        log.write_bytes(whole + more)
        finished = command("sample", run, *options).works()
        assert (f"{run}: its training has reached step 7, and this is its model of step 6" in finished.err) == told
    log.unlink()
    assert "its training" not in command("sample", run, *options).err


def test_a_stopped_training_says_how_to_sample_it(command, refused, picture_file, tmp_path):
    out = tmp_path / "run"
    recipe = ("train", picture_file, "--out", out, "--preset", "smoke", "--device", "cpu")
    command(*recipe, "--steps", 3).works()
    for name in (WEIGHTS, CONFIG):
        (out / name).unlink()
    told = refused(out, "--steps 1 to have a model of what it has learned so far")
    assert "same sindiff train command" in told
    command(*recipe, "--steps", 1).works()
    assert load_model(out).training["step"] == 3
