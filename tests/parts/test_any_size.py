"""Canvases of any size: tiles equal the whole, edges join, and large pictures in files survive any stop."""

import json
import os
import random
import signal
import time
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from PIL import Image

from sindiff.applications.sampling import generate
from sindiff.checkpoint import load_model, save_model
from sindiff.cli import sample as sample_cli
from sindiff.conditioning import around, clamped, mirrored, padded, spans, tiled, tiling_gap, wrapped
from sindiff.large.canvas import Canvas, save_canvas
from sindiff.large.plan import UNFINISHED, amount, plan_pictures
from sindiff.large.sample import plan, sample_to_files
from sindiff.large.sample import sample as large
from sindiff.machine.progress import PROGRESS
from sindiff.metrics import seam_error
from sindiff.model import Model
from sindiff.network.experts import ExpertsConfig
from sindiff.network.receptive_field import rf_reach
from sindiff.network.unet import UNetConfig
from sindiff.noise import seeded_noise
from sindiff.oracle.exact import patch_denoiser
from sindiff.pictures.images import to_image
from sindiff.samplers import SOLVERS, sample
from sindiff.schedule import Schedule
from sindiff.training.loop import TrainState, train
from sindiff.training.presets import get_preset
from sindiff.training.runs import as_model

SCHEDULE = Schedule("cosine", 1000)
EXACT = 1e-5
LEVELS_4 = UNetConfig(channels=4, mult=(1, 2, 4, 8), norm="none")


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def models(make_network):
    """Of one, two and three levels, one whose norm spans the canvas, and one that is local under little noise.

    All carry far, as a trained one may.
    """
    shapes = {"1": {"mult": (1,)}, "2": {}, "3": {"mult": (1, 2, 4)}, "group": {"norm": "group"}}
    networks = {name: make_network(**shape) for name, shape in shapes.items()}
    near, far = make_network(mult=(1,)), make_network(mult=(1,), norm="group", cell=2)
    networks["mixed"] = ExpertsConfig((near.config, far.config), (700, 1000)).build().eval().requires_grad_(False)
    networks["mixed"].networks = torch.nn.ModuleList((near, far))
    for network in networks.values():
        for weights in network.parameters():
            if weights.ndim == 4:
                weights.data *= 10 / weights[0].numel() ** 0.5
            else:
                weights.data += weights.ndim == 1
    return {name: Model(network, SCHEDULE, "v", (16, 24)) for name, network in networks.items()}


@pytest.fixture
def no_waiting(monkeypatch):
    """A killed process loses nothing that the system has taken: only a power cut needs the wait for the disk."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


def canvas(height, width, seed=0):
    return torch.randn(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def difference(a, b):
    return (a - b).abs().max().item()


# How a side is cut and continued.


@pytest.mark.parametrize(
    ("length", "tile", "halo", "multiple"), [(64, 16, 8, 2), (70, 16, 7, 2), (12, 16, 56, 4), (9, 1, 0, 1)]
)
def test_spans_cover_a_side_once(length, tile, halo, multiple):
    found = spans(length, tile, halo, multiple)
    assert [i for span in found for i in range(*span.keep.indices(length))] == list(range(length))
    for span in found:
        assert 0 <= span.window.start <= span.keep.start < span.keep.stop <= span.window.stop <= length
        assert span.window.start % multiple == 0
        assert span.window.stop - span.window.start == found[0].window.stop
        assert span.window.start == 0 or span.keep.start - span.window.start >= halo
        assert span.window.stop == length or span.window.stop - span.keep.stop >= halo
        assert range(length)[span.window][span.inner] == range(length)[span.keep]


def test_sides_are_continued():
    assert mirrored(5, 4).tolist() == [0, 1, 2, 3, 4, 3, 2, 1]
    assert mirrored(2, 8).tolist() == [0, 1, 0, 1, 0, 1, 0, 1]
    assert mirrored(1, 4).tolist() == [0, 0, 0, 0]
    assert mirrored(8, 4).tolist() == list(range(8))
    assert around(4, 6, 2).tolist() == [2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1]


@pytest.mark.parametrize("size", [(1, 1), (2, 7), (9, 3), (8, 12)])
def test_padded_reaches_a_multiple_and_crops(size):
    seen = []

    def denoise(x, t):
        seen.append(x)
        return 2 * x

    x = canvas(*size)
    assert torch.equal(padded(denoise, 8)(x, 1), 2 * x)
    assert {side % 8 for side in seen[0].shape[-2:]} == {0}
    assert torch.equal(seen[0][..., : size[0], : size[1]], x)


# Tiles.


@pytest.mark.parametrize("size", [(96, 112), (66, 150), (120, 64)])
@pytest.mark.parametrize("batch_size", [1, 3])
def test_tiles_equal_the_whole(models, size, batch_size):
    model, x = models["2"], canvas(*size)
    reach = max(rf_reach(model.network.config))
    whole = model.denoiser()(x, 700)
    assert difference(tiled(model.denoiser(), 32, reach, 2, batch_size)(x, 700), whole) <= EXACT
    assert difference(tiled(model.denoiser(), 32, reach - 8, 2, batch_size)(x, 700), whole) > EXACT


def test_tiles_of_the_papers_shape(models):
    """53 px up and left, 50 down and right: so few paths lead there that 8 px less can hide, and 24 px less cannot."""
    model, x = models["3"], canvas(120, 124)
    assert rf_reach(model.network.config) == (53, 50)
    assert tiling_gap(model.denoiser(), x, 500, 16, 53, 4) <= EXACT
    assert tiling_gap(model.denoiser(), x, 500, 16, 29, 4) > EXACT


def test_group_norm_sees_more_than_its_tile(models, record_property):
    model, x = models["group"], canvas(96, 112)
    gap = tiling_gap(model.denoiser(), x, 500, 32, 24, 2)
    record_property("gap", gap)
    print(f"GroupNorm: tiles of 32 px differ from the whole by up to {gap:.3f}")
    assert gap > 1000 * EXACT
    with pytest.raises(ValueError, match="statistics over the whole canvas"):
        model.in_tiles(32)


@pytest.mark.parametrize(("tile", "size"), [(15, (64, 64)), (0, (64, 64)), (-2, (64, 64)), (16, (63, 64))])
def test_tiles_that_are_no_multiple(models, tile, size):
    with pytest.raises(ValueError, match="multiples of 2 px"):
        tiled(models["2"].denoiser(), tile, 24, 2)(canvas(*size), 1)


@pytest.mark.parametrize(
    ("size", "wrap"), [((40, 48), ""), ((40, 48), "xy"), ((57, 33), ""), ((57, 33), "x"), ((24, 71), "y")]
)
@pytest.mark.parametrize("sampler", SOLVERS)
def test_a_whole_sample_in_tiles(models, sampler, size, wrap):
    models = {name: model.joined(wrap) for name, model in models.items()}
    arguments = {"n": 1, "size": size, "sampler": sampler, "steps": 20, "seed": 3}
    whole = generate(models["1"], **arguments)
    assert difference(generate(models["1"].in_tiles(16), **arguments), whole) <= EXACT


@pytest.mark.parametrize(("size", "wrap"), [((41, 47), ""), ((40, 48), "xy")])
def test_networks_of_little_noise_are_tiled_and_the_others_see_the_whole(models, monkeypatch, size, wrap):
    models = {name: model.joined(wrap) for name, model in models.items()}
    arguments = {"n": 1, "size": size, "seed": 3}
    whole = generate(models["mixed"], **arguments)
    assert difference(generate(models["mixed"].in_tiles(8), **arguments), whole) <= EXACT
    monkeypatch.setattr(UNetConfig, "is_local", True)
    assert difference(generate(models["mixed"].in_tiles(8), **arguments), whole) > EXACT


@pytest.mark.parametrize("sampler", SOLVERS)
def test_a_whole_sample_of_the_laptop_preset_in_tiles(make_network, sampler):
    config = get_preset("laptop").train
    network = make_network(**asdict(config.network))
    model = Model(network, config.schedule, config.prediction, (16, 24))
    arguments = {"n": 1, "size": (56, 60), "sampler": sampler, "steps": 20, "seed": 3}
    assert difference(generate(model.in_tiles(8), **arguments), generate(model, **arguments)) <= EXACT


def test_a_whole_sample_with_a_halo_too_small(models):
    model = models["1"]
    noise = seeded_noise([3])
    x = noise(torch.empty(1, 3, 40, 48), 1000)

    def result(denoise):
        return list(sample(clamped(denoise), SOLVERS["dpmpp"].step(SCHEDULE, noise), x, SCHEDULE.timesteps(20)))[-1].x

    whole = result(model.denoiser())
    assert difference(result(tiled(model.denoiser(), 16, 8, 1)), whole) <= EXACT
    assert difference(result(tiled(model.denoiser(), 16, 0, 1)), whole) > EXACT


@pytest.mark.parametrize("sampler", SOLVERS)
def test_a_size_that_is_no_multiple_in_tiles(models, sampler):
    arguments = {"n": 1, "size": (57, 65), "sampler": sampler, "steps": 20, "seed": 3}
    whole = generate(models["2"], **arguments)
    assert difference(generate(models["2"].in_tiles(8), **arguments), whole) <= EXACT


def test_things_keep_their_size_on_a_wider_canvas():
    """Stripes drawn anew from their patches, on twice the width: twice as many, one more or less where two runs of
    stripes meet; stretching would keep their number."""
    period, height, width = 6, 12, 36
    stripes = torch.sin(torch.arange(width) * 2 * torch.pi / period).expand(3, height, width)
    noise = seeded_noise([0])
    x = noise(torch.empty(1, 3, height, 2 * width), 1000)
    step, timesteps = SOLVERS["dpmpp"].step(SCHEDULE, noise), SCHEDULE.timesteps(10, "log_snr")
    *_, last = sample(patch_denoiser(stripes, SCHEDULE, 7), step, x, timesteps)

    def count(picture):
        return torch.fft.rfft(picture[0, height // 2]).abs()[1:].argmax().item() + 1

    assert count(stripes) == width // period
    assert abs(count(last.x[0]) - 2 * width // period) <= 1
    assert count(stripes.repeat_interleave(2, -1)) == width // period


# Edges that join.


@pytest.mark.parametrize(("axes", "dims"), [("x", [-1]), ("y", [-2]), ("xy", [-2, -1])])
def test_rolling_the_canvas_rolls_the_answer(models, axes, dims):
    model, x = models["2"], canvas(20, 32)
    shifts = [6, -10][: len(dims)]

    def error(denoise):
        return difference(denoise(x.roll(shifts, dims), 500), denoise(x, 500).roll(shifts, dims))

    reach = max(rf_reach(model.network.config))
    assert error(wrapped(model.denoiser(), axes, reach, 2)) <= EXACT
    assert error(wrapped(model.denoiser(), axes, reach - 8, 2)) > EXACT
    assert error(model.denoiser()) > 1000 * EXACT


def test_rolling_with_group_norm_is_off_by_its_statistics(models):
    model, x = models["group"], canvas(20, 32)
    denoise = wrapped(model.denoiser(), "x", 24, 2)
    assert difference(denoise(x.roll(6, -1), 500), denoise(x, 500).roll(6, -1)) > EXACT


def test_joined_sides_must_be_multiples(models):
    with pytest.raises(ValueError, match="must be a multiple of 2 px, not 33"):
        generate(models["2"].joined("x"), 1, (24, 33), steps=1)
    assert generate(models["2"].joined("x"), 1, (33, 24), steps=1).shape == (1, 3, 33, 24)
    for axes in ("z", "yx", "xx"):
        with pytest.raises(ValueError, match="choose x, y, xy"):
            wrapped(models["2"].denoiser(), axes, 24, 2)


def test_seam_error_by_hand():
    ramp = torch.arange(5.0).expand(1, 3, 4, 5)
    assert seam_error(ramp) == pytest.approx(4 - 1)
    assert seam_error(ramp.mT, "y") == pytest.approx(4 - 1)
    assert seam_error(ramp.mT) == 0
    wave = torch.sin(torch.arange(64) * 2 * torch.pi / 64).expand(2, 3, 8, 64)
    assert abs(seam_error(wave)) < 0.05


@pytest.mark.parametrize(("wrap", "open_axis", "size"), [("x", "y", (24, 30)), ("y", "x", (26, 32))])
def test_wrapped_samples_have_no_seam(picture, wrap, open_axis, size):
    """The patches of a picture, drawn anew: where they are joined, they differ as neighbours inside do."""
    exact = patch_denoiser(picture, SCHEDULE, 7)
    noise = seeded_noise(range(4))
    x = noise(torch.empty(4, 3, *size), 1000)
    step, timesteps = SOLVERS["dpmpp"].step(SCHEDULE, noise), SCHEDULE.timesteps(10, "log_snr")
    plain, joined = (list(sample(d, step, x, timesteps))[-1].x for d in (exact, wrapped(exact, wrap, 3, 1)))
    columns = joined if wrap == "x" else joined.mT
    inside = columns.diff(dim=-1).abs().mean(dim=(0, 1, 2))
    spread = inside.std().item()
    errors = [seam_error(pictures, wrap) for pictures in (plain, joined)]
    print(f"seam error along {wrap}: plain {errors[0]:.3f}, joined {errors[1]:.3f}, spread inside {spread:.3f}")
    assert abs(errors[1]) < 2 * spread
    assert errors[0] > 4 * spread
    assert seam_error(joined, open_axis) > 4 * spread


def test_a_trained_network_draws_no_seam_where_edges_join(picture):
    preset = get_preset("smoke")
    config = replace(preset.train, steps=60)
    state = TrainState(config)
    for _ in train(picture, config, state):
        pass
    model = as_model(state, config, picture)
    plain = generate(model, 8, steps=10)
    for wrap, axes in {"x": "x", "xy": "xy"}.items():
        joined = generate(model.joined(wrap), 8, steps=10)
        for axis in axes:
            inside = (joined if axis == "x" else joined.mT).diff(dim=-1).abs().mean(dim=(0, 1, 2))
            most, least = (inside - inside.median()).max().item(), (inside - inside.median()).min().item()
            errors = [seam_error(pictures, axis) for pictures in (plain, joined)]
            print(
                f"along {axis} of {wrap}: plain {errors[0]:.3f}, joined {errors[1]:.3f}, inside {least:.3f}..{most:.3f}"
            )
            assert least <= errors[1] <= most
            assert errors[0] > most


# Canvases in files.


def test_a_canvas_is_read_as_it_was_written(tmp_path):
    file = Canvas(tmp_path / "x", 7, 5)
    assert not file.allocated()
    file.allocate()
    assert file.allocated()
    assert file.nbytes == 4 * 7 * 5 * 3
    x, patch = canvas(7, 5), canvas(2, 3, seed=1)
    file.write(slice(0, 7), slice(0, 5), x)
    file.write(slice(4, 6), slice(1, 4), patch)
    x[..., 4:6, 1:4] = patch
    assert torch.equal(file.read(slice(0, 7), slice(0, 5)), x)
    rows, columns = np.array([6, 0, 0]), np.array([4, 1])
    assert torch.equal(file.read(rows, columns), x[..., rows, :][..., columns])


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_canvas_becomes_a_picture(tmp_path, suffix):
    file = Canvas(tmp_path / "x", 70, 300)
    file.allocate()
    x = canvas(70, 300)
    file.write(slice(0, 70), slice(0, 300), x)
    save_canvas(file, tmp_path / f"picture{suffix}")
    image = Image.open(tmp_path / f"picture{suffix}")
    assert image.mode == "RGB"
    assert np.array_equal(np.asarray(image), np.asarray(to_image(x[0])))


@pytest.mark.parametrize(
    ("name", "size", "sampler", "tile", "wrap"),
    [
        ("1", (24, 40), "dpmpp", 8, ""),
        ("1", (24, 31), "ddim", 8, "x"),
        ("1", (20, 23), "ddpm", 7, "xy"),
        ("2", (59, 11), "dpmpp", 8, ""),
        ("2", (3, 30), "dpmpp", 2, "x"),
        ("group", (15, 16), "dpmpp", None, "x"),
        ("mixed", (40, 31), "dpmpp", 6, ""),
        ("mixed", (24, 30), "ddpm", 8, "xy"),
        ("2", (1, 1), "ddim", 256, ""),
    ],
)
def test_pictures_from_files_equal_those_from_memory(
    models, tmp_path, monkeypatch, no_waiting, name, size, sampler, tile, wrap
):
    found = []
    monkeypatch.setattr(large, "save_canvas", lambda file, path: (found.append(whole(file)), save_canvas(file, path)))
    arguments = {"size": size, "sampler": sampler, "steps": 5, "seed": 7}
    paths = [tmp_path / "0.png", tmp_path / "1.tif"]
    model = models[name].joined(wrap)
    cut = model.in_tiles(tile) if tile else model
    states = list(sample_to_files(plan_pictures(cut, paths, **arguments, batch_size=2)))
    expected = generate(model, 2, **arguments)
    assert difference(torch.cat(found).clamp(-1, 1), expected) <= EXACT
    for path, picture in zip(paths, expected, strict=True):
        pixels = np.asarray(Image.open(path)).astype(int) - np.asarray(to_image(picture)).astype(int)
        assert abs(pixels).max() <= 1
    assert states[0] == (0, len(states) - 1)
    assert states[-1] == (len(states) - 1,) * 2
    assert sorted(file.name for file in tmp_path.iterdir()) == ["0.png", "1.tif"]


def whole(file):
    return file.read(slice(0, file.height), slice(0, file.width))


# Stops of whatever kind.

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def planned(models, folder, **changes):
    arguments = {"size": (26, 36), "steps": 4, "seed": 5, "batch_size": 1, **changes}
    model = models["1"].in_tiles(arguments.pop("tile", 8))
    return plan_pictures(model, [folder / "0.png", folder / "1.tif"], **arguments)


def in_child(work):
    """Run in a forked process; its id."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return child


def ended(child):
    """Whether the process ended by itself; False if it was killed."""
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFEXITED(status)


def files(folder):
    assert not (folder / UNFINISHED).exists()
    return [(folder / name).read_bytes() for name in ("0.png", "1.tif")]


@pytest.fixture(scope="module")
def uninterrupted(models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        list(sample_to_files(planned(models, folder)))
    return files(folder)


@needs_fork
def test_killed_at_random_points_it_goes_on_to_equal_files(models, tmp_path, monkeypatch, no_waiting, uninterrupted):
    """The timer's signal ends the process at once, wherever it is, as SIGKILL does, after a time of its own work."""
    monkeypatch.setattr(large, "RECORD_EVERY_SECONDS", 0.0)
    luck = random.Random(time.time_ns())
    kills = 0

    def work():
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, luck.uniform(0.01, 0.03) * 1.1**kills)
        list(sample_to_files(planned(models, tmp_path)))

    while not ended(in_child(work)):
        kills += 1
        luck.random()
    assert kills >= 2
    assert files(tmp_path) == uninterrupted


def kill_at(monkeypatch, place, name, count):
    """Let the count-th call of place.name do half its work, if that can be, and the process die."""
    calls, original = [], getattr(place, name)

    def dying(*arguments):
        calls.append(arguments)
        if len(calls) == count:
            if name == "write":
                file, rows, columns, block = arguments
                half = (rows.stop - rows.start) // 2
                original(file, slice(rows.start, rows.start + half), columns, block[..., :half, :])
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments)

    monkeypatch.setattr(place, name, dying)


@needs_fork
@pytest.mark.parametrize("every", [0.0, 1e9])
def test_killed_within_a_write(models, tmp_path, monkeypatch, no_waiting, uninterrupted, every):
    """A write cut in half, a note not written, a picture not moved, files half removed: each in turn."""
    monkeypatch.setattr(large, "RECORD_EVERY_SECONDS", every)
    deaths = [(Canvas, "allocate", 2), (Canvas, "write", 3), (Canvas, "write", 7), (Canvas, "write", 12)]
    deaths += [(large, "record", 3), (large, "save_canvas", 1), (os, "replace", 4), (large, "finish", 1)]
    survived = []
    for death in deaths:

        def work(death=death):
            kill_at(monkeypatch, *death)
            list(sample_to_files(planned(models, tmp_path)))

        survived.append(ended(in_child(work)))
    assert survived.count(False) >= 6
    list(sample_to_files(planned(models, tmp_path)))
    assert files(tmp_path) == uninterrupted


def test_a_note_that_promises_too_much_is_seen(models, tmp_path, monkeypatch, no_waiting, uninterrupted):
    """The comparison above can fail: here a part is skipped."""
    monkeypatch.setattr(large, "RECORD_EVERY_SECONDS", 0.0)
    states = sample_to_files(planned(models, tmp_path))
    while next(states)[0] < 11:
        pass
    states.close()
    file = tmp_path / UNFINISHED / PROGRESS
    note = json.loads(file.read_text())
    assert note["done"] >= 10
    file.write_text(json.dumps({**note, "done": note["done"] + 3}))
    list(sample_to_files(planned(models, tmp_path)))
    assert files(tmp_path) != uninterrupted


def test_it_goes_on_where_it_was(models, tmp_path, monkeypatch, no_waiting, uninterrupted):
    monkeypatch.setattr(large, "RECORD_EVERY_SECONDS", 0.0)
    states = sample_to_files(planned(models, tmp_path))
    while next(states)[0] < 9:
        pass
    states.close()
    first = next(sample_to_files(planned(models, tmp_path)))
    assert first[0] >= 8
    (tmp_path / UNFINISHED / "x.0").unlink()
    assert next(sample_to_files(planned(models, tmp_path)))[0] == 0
    list(sample_to_files(planned(models, tmp_path)))
    assert files(tmp_path) == uninterrupted


def test_unfinished_work_of_another_kind_is_left_alone(models, tmp_path, no_waiting):
    states = sample_to_files(planned(models, tmp_path))
    while next(states)[0] < 6:
        pass
    states.close()
    before = {file.name: file.read_bytes() for file in (tmp_path / UNFINISHED).iterdir()}
    with pytest.raises(ValueError, match="another seed"):
        next(sample_to_files(planned(models, tmp_path, seed=6)))
    with pytest.raises(ValueError, match="another size and steps"):
        next(sample_to_files(planned(models, tmp_path, size=(26, 38), steps=3)))
    assert before == {file.name: file.read_bytes() for file in (tmp_path / UNFINISHED).iterdir()}
    (tmp_path / UNFINISHED / PROGRESS).write_text("{")
    with pytest.raises(ValueError, match="damaged"):
        next(sample_to_files(planned(models, tmp_path)))


def test_two_runs_do_not_work_on_one_canvas(models, tmp_path, no_waiting, uninterrupted):
    states = sample_to_files(planned(models, tmp_path))
    next(states)
    with pytest.raises(ValueError, match="another run is at work there"):
        next(sample_to_files(planned(models, tmp_path)))
    list(states)
    assert files(tmp_path) == uninterrupted


def test_other_files_in_the_folder_survive(models, tmp_path, no_waiting):
    (tmp_path / UNFINISHED).mkdir()
    (tmp_path / UNFINISHED / "novel.txt").write_text("mine")
    list(sample_to_files(planned(models, tmp_path, steps=1)))
    assert [file.name for file in (tmp_path / UNFINISHED).iterdir()] == ["novel.txt"]


# What cannot be done is refused before anything is written.


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"size": (0, 8)}, "positive"),
        ({"size": (10**9, 8)}, "1,000,000 pixels at most"),
        ({"size": (10**6, 10**6)}, "TB on the disk"),
        ({"tile": 0}, "multiples of 1 px"),
        ({"tile": -8}, "multiples of 1 px"),
        ({"batch_size": 0}, "positive"),
        ({"sampler": "euler"}, "unknown sampler"),
        ({"steps": 1001}, "number of steps"),
        ({"seed": -1}, "seed"),
    ],
)
def test_refusals(models, tmp_path, changes, message):
    with pytest.raises(ValueError, match=message):
        planned(models, tmp_path, **changes)
    assert list(tmp_path.iterdir()) == []


def test_refused_if_memory_disk_or_norm_will_not_do(models, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="statistics over the whole canvas"):
        models["group"].in_tiles(16)
    with monkeypatch.context() as patch:
        patch.setattr(plan, "memory_of", lambda device: 5e9)
        plan_pictures(models["2"].in_tiles(256), [tmp_path / "0.png"], (2048, 2048))
        with pytest.raises(ValueError, match="GB of memory at once, and there are 5 GB"):
            plan_pictures(models["2"], [tmp_path / "0.png"], (2048, 2048))
        small, big = (
            plan_pictures(models["mixed"].in_tiles(256), [tmp_path / "0.png"], (side, side)).memory_bytes
            for side in (1024, 2048)
        )
        assert big - small == 4 * 32 / 2**2 * plan.FEATURE_MAPS * 3 * 2**20
    usage = type("Usage", (), {"free": 10**6})
    monkeypatch.setattr(plan.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(ValueError, match=r"needs 0.0033 GB on the disk, and .* has room for 0.001 GB"):
        plan_pictures(models["2"], [tmp_path / "0.png"], (256, 256))
    assert list(tmp_path.iterdir()) == []


def test_amounts_for_readers():
    assert [amount(n) for n in (34.6e6, 2.34e9, 51e9, 4.8e19)] == ["0.035 GB", "2.3 GB", "51 GB", "48,000,000 TB"]


# The command.


def run(command, run_folder, out, *options):
    return command("sample", run_folder, "--out", out, "--steps", 2, "--device", "cpu", *options)


def pixels(file):
    return np.asarray(Image.open(file)).astype(int)


def test_the_command_tiles(command, run_folder, tmp_path, monkeypatch, no_waiting):
    size = ("--n", 2, "--size", "61x20")
    assert run(command, run_folder, tmp_path / "whole", *size, "--tile", "none").code == 0
    finished = run(command, run_folder, tmp_path / "tiles", *size, "--tile", "8")
    assert finished.code == 0
    assert "61x20 px, in tiles of 8 px: about 0.3 GB of memory" in finished.err
    assert sorted(file.name for file in (tmp_path / "tiles").iterdir()) == ["000.png", "001.png", "settings.json"]
    for name in ("000.png", "001.png"):
        assert abs(pixels(tmp_path / "whole" / name) - pixels(tmp_path / "tiles" / name)).max() <= 1
    monkeypatch.setattr(sample_cli, "TILED_FROM", 1000)
    monkeypatch.setattr(sample_cli, "PNG_PIXELS", 1000)
    finished = run(command, run_folder, tmp_path / "auto", *size)
    assert "in tiles of 256 px" in finished.err
    assert abs(pixels(tmp_path / "whole/000.png") - pixels(tmp_path / "auto/000.tif")).max() <= 1
    monkeypatch.setitem(sample_cli.LONG, "cpu", 1000)
    finished = run(command, run_folder, tmp_path / "long", *size, "--tile", "none")
    assert "61x20 px, at once: about" in finished.err


def test_tiles_of_a_network_that_sees_far_are_wide():
    configs = (*(get_preset(name).train.network for name in ("laptop", "laptop_250", "paper")), LEVELS_4)
    near, mixed, nowhere, far = (Model(config.build(), Schedule(), "edm") for config in configs)
    assert sample_cli._tile(near, "auto", 2**20) == sample_cli._tile(mixed, "auto", 2**20) == 256
    assert sample_cli._tile(nowhere, "auto", 2**20) is None
    assert sample_cli._tile(far, "auto", 2**20) == 4 * far.reach > 4 * 100
    assert sample_cli._tile(far, "auto", 2**16) is None
    assert sample_cli._tile(far, 64, 2**20) == 64


def test_the_networks_of_high_resolution_from_picture_to_strip(command, picture_file, tmp_path):
    """Trained, saved, and sampled four times as wide; tiles are refused in one line, and joined edges are not."""
    run_folder = tmp_path / "run"
    recipe = ("--preset", "paper_hr_small", "--steps", 2, "--device", "cpu")
    assert command("train", picture_file, "--out", run_folder, *recipe).code == 0
    network = load_model(run_folder).network.config
    assert network == replace(get_preset("paper_hr").train.network, channels=32)
    assert run(command, run_folder, tmp_path / "strip", "--n", 1, "--size", "24x101").code == 0
    assert Image.open(tmp_path / "strip/000.png").size == (101, 24)
    assert run(command, run_folder, tmp_path / "closed", "--n", 1, "--size", "24x96", "--wrap", "x").code == 0
    refused = run(command, run_folder, tmp_path / "tiles", "--n", 1, "--size", "24x101", "--tile", "16")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "GroupNorm takes statistics over the whole canvas" in refused.err


def test_the_command_wraps(command, models, tmp_path, no_waiting):
    save_model(tmp_path / "model", models["1"])
    for name, options in {"plain": [], "joined": ["--wrap", "x"], "tiles": ["--wrap", "x", "--tile", "8"]}.items():
        assert run(command, tmp_path / "model", tmp_path / name, "--n", 1, "--size", "20x32", *options).code == 0
    assert json.loads((tmp_path / "joined/settings.json").read_text())["wrap"] == "x"
    plain, joined, tiles = (pixels(tmp_path / name / "000.png") for name in ("plain", "joined", "tiles"))
    assert abs(plain - joined).max() > 10
    assert abs(joined - tiles).max() <= 1


def test_the_command_goes_on_batch_by_batch(command, run_folder, tmp_path, monkeypatch):
    options = ("--n", 5, "--batch", 2)
    assert run(command, run_folder, tmp_path / "whole", *options).code == 0
    calls = []

    def interrupted(*arguments, **options):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return generate(*arguments, **options)

    monkeypatch.setattr(sample_cli, "generate", interrupted)
    assert run(command, run_folder, tmp_path / "new", *options).code == 130
    refused = run(command, run_folder, tmp_path / "new", *options, "--seed", 3)
    assert (refused.code, refused.err.count("another seed")) == (1, 1)
    assert run(command, run_folder, tmp_path / "new", *options).code == 0
    assert len(calls) == 4
    names = sorted(file.name for file in (tmp_path / "whole").iterdir())
    assert names == sorted(file.name for file in (tmp_path / "new").iterdir())
    for name in names:
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "new" / name).read_bytes()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--size", "0x5"], "is no size"),
        (["--size", "-3x5"], "is no size"),
        (["--size", "axb"], "is no size"),
        (["--size", "9" * 5000 + "x1"], "is no size"),
        (["--size", "1000000000x1000000000"], "1,000,000 pixels at most"),
        (["--size", "900000x900000"], "TB on the disk"),
        (["--tile", "0"], "is no tile"),
        (["--tile", "-8"], "is no tile"),
        (["--tile", "1e3"], "is no tile"),
        (["--tile", "7"], "multiples of 2 px, not 7"),
        (["--wrap", "z"], "'z' is not one of 'x', 'y', 'xy'"),
        (["--wrap", "x", "--size", "24x33"], "must be a multiple of 2 px, not 33"),
    ],
)
def test_mistakes_in_the_command(command, run_folder, tmp_path, options, message):
    finished = run(command, run_folder, tmp_path, *options)
    assert finished.code in (1, 2)
    (line,) = [line for line in finished.err.splitlines() if line.startswith("sindiff: error: ")]
    assert message in line
    assert "Traceback" not in finished.err
    assert list(tmp_path.iterdir()) == []
