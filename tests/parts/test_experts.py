"""Networks that share the noise: each answers, and learns from, its own steps; all else holds with them."""

import json
from dataclasses import replace

import pytest
import torch

from sindiff.applications.sampling import generate
from sindiff.checkpoint import CONFIG, load_model, save_model
from sindiff.model import Model
from sindiff.network.experts import ExpertsConfig
from sindiff.network.receptive_field import Reach, probe, reaches, rf_reach, rf_size
from sindiff.network.unet import UNetConfig
from sindiff.schedule import Schedule
from sindiff.training.loop import GOLDEN, TrainState, train
from sindiff.training.presets import get_preset

SMALL = UNetConfig(channels=4, mult=(1,), norm="none")
CONFIG_3 = ExpertsConfig((SMALL, replace(SMALL, cell=2), replace(SMALL, cell=4)), (200, 500, 1000))
RECIPE = replace(get_preset("laptop_250").train, network=CONFIG_3, steps=30, warmup=2)
PICTURE = torch.rand(3, 24, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1


def random_experts(config=CONFIG_3):
    generator = torch.Generator().manual_seed(0)
    network = config.build().eval().requires_grad_(False)
    for weights in network.parameters():
        weights.copy_(0.1 * torch.randn(weights.shape, generator=generator))
    return network


def random_model():
    return Model(random_experts(), Schedule(), "edm", (24, 32))


@pytest.mark.parametrize(("t", "number"), [(1, 0), (200, 0), (201, 1), (500, 1), (501, 2), (1000, 2)])
def test_a_step_is_answered_by_the_network_of_its_noise(t, number):
    experts, x, index = random_experts(), torch.randn(2, 3, 8, 12), torch.full((2,), t - 1)
    assert CONFIG_3.at(t) == CONFIG_3.networks[number]
    answers = [network(x, index) for network in experts.networks]
    assert torch.equal(experts(x, index), answers[number])
    assert all(not torch.equal(answers[number], other) for other in answers if other is not answers[number])


def test_pictures_of_a_batch_may_be_at_different_steps():
    experts, x = random_experts(), torch.randn(4, 3, 8, 12)
    index = torch.tensor([700, 3, 300, 199])
    alone = [experts(x[i : i + 1], index[i : i + 1]) for i in range(4)]
    torch.testing.assert_close(experts(x, index), torch.cat(alone))


def test_steps_may_lie_on_another_device_than_pictures():
    """As in training on a GPU, whose place torch's meta device takes: it refuses mixed operands, though not indices."""
    experts, x = random_experts().to("meta"), torch.empty(4, 3, 8, 12, device="meta")
    for index in (torch.tensor([700, 3, 300, 199]), torch.tensor([3, 3, 3, 3])):
        assert experts(x, index).shape == x.shape


def test_a_step_teaches_the_network_of_its_noise_alone():
    state = TrainState(RECIPE)
    taught = set()
    for _ in train(PICTURE, RECIPE, state):
        t = (state.step - 1) * GOLDEN % 1 * 1000 // 1 + 1
        taught.add((t > 200) + (t > 500))
        assert {
            number
            for number, network in enumerate(state.network.networks)
            if any(state.optimizers[0].state[weights] for weights in network.parameters() if weights.ndim == 4)
        } == taught
    assert taught == {0, 1, 2}


def test_a_run_that_stopped_goes_on_as_if_it_had_not():
    whole = TrainState(RECIPE)
    for _ in train(PICTURE, RECIPE, whole):
        pass
    first, second = TrainState(RECIPE), TrainState(RECIPE)
    for state in train(PICTURE, RECIPE, first):
        if state.step == 11:
            break
    second.load_state_dict(first.state_dict())
    for _ in train(PICTURE, RECIPE, second):
        pass
    for weights, expected in zip(second.average.parameters(), whole.average.parameters(), strict=True):
        assert torch.equal(weights, expected)


def test_what_experts_see_is_what_any_of_them_sees():
    assert [rf_size(config) for config in CONFIG_3.networks] == [17, 34, 68]
    assert rf_size(CONFIG_3) == 68
    each = [rf_reach(config) for config in CONFIG_3.networks]
    assert rf_reach(CONFIG_3) == Reach(max(one.before for one in each), max(one.after for one in each))


@pytest.mark.parametrize("t", [100, 400, 900])
def test_gradients_fill_the_field_of_the_network_that_is_asked(t):
    experts, own = random_experts(), CONFIG_3.at(t)
    for phase in range(own.multiple):
        pixel = (80 + phase, 80 + phase)
        seen = probe(lambda x: experts(x, torch.full((len(x),), t - 1)), (3, 160, 160), pixel)
        assert seen.rows == seen.columns == reaches(own)[phase]


def test_tiles_are_exact_in_a_whole_sample():
    model = random_model()
    whole = generate(model, 1, size=(100, 132), steps=8)
    tile = 2 * model.reach + 8
    torch.testing.assert_close(generate(model.in_tiles(tile), 1, size=(100, 132), steps=8), whole, atol=1e-5, rtol=0)
    assert model.reach >= max(rf_reach(CONFIG_3))


def test_any_height_and_width_can_be_asked_for_but_of_the_network_itself():
    model = random_model()
    x = torch.randn(1, 3, 9, 14)
    assert model.denoiser()(x, 400).shape == x.shape
    with pytest.raises(ValueError, match="must be multiples of 4, not 10x12"):
        model.network(torch.randn(1, 3, 10, 12), torch.tensor([3]))


def test_a_model_comes_back_from_the_disk(tmp_path):
    model = random_model()
    save_model(tmp_path, model)
    loaded = load_model(tmp_path)
    assert loaded.network.config == CONFIG_3
    torch.testing.assert_close(generate(loaded, 1, steps=4), generate(model, 1, steps=4), atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"until": [200, 500]}, "3 networks need as many last steps, not 2"),
        ({"until": [500, 200, 1000]}, "the last steps must rise"),
        ({"networks": [{"channels": 5}]}, "channels must be a multiple of"),
        ({"networks": [{"width": 5}]}, "width"),
        ({"networks": []}, "0 networks"),
        ({"networks": 3}, "not a model's configuration"),
        ({"networks": [1], "until": [5]}, "not a model's configuration"),
        ({"networks": [{"channels": 10**9}] * 3}, "not a model's configuration"),
        ({"networks": [{"cell": 2**40}] * 3}, "not a model's configuration"),
    ],
)
def test_a_damaged_configuration_is_one_line(tmp_path, change, message):
    save_model(tmp_path, random_model())
    config = json.loads((tmp_path / CONFIG).read_text())
    config["network"].update(change)
    (tmp_path / CONFIG).write_text(json.dumps(config))
    with pytest.raises(ValueError, match=message) as error:
        load_model(tmp_path)
    assert str(tmp_path / CONFIG) in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < len(str(tmp_path)) + 200


def test_a_canvas_of_one_cell_is_drawn_alone_as_in_a_batch():
    torch.manual_seed(0)
    network = UNetConfig(32, mult=(1,), norm="group", cell=8).build()
    one = generate(Model(network, Schedule("linear", 1000), "edm"), 1, size=(8, 8), steps=3)
    two = generate(Model(network, Schedule("linear", 1000), "edm"), 2, size=(8, 8), steps=3)
    torch.testing.assert_close(one[0], two[0], atol=1e-5, rtol=0)


def test_networks_that_do_not_go_together_are_refused():
    with pytest.raises(ValueError, match="the same image_channels"):
        ExpertsConfig((SMALL, replace(SMALL, image_channels=1)), (500, 1000))
