"""Runs of a few steps, and what they leave."""

import json
from dataclasses import replace

import torch

from sindiff.checkpoint import load_model
from sindiff.training.presets import get_preset
from sindiff.training.runs import Upkeep, train_in


def smoke(steps=8, **changes):
    preset = get_preset("smoke")
    return replace(preset, train=replace(preset.train, steps=steps, **changes), sample_steps=1)


def finish(folder, picture, preset=None, seed=0):
    """Train to the end, saving after every step; returns the model's weights."""
    for _ in train_in(folder, picture, preset or smoke(), seed, upkeep=Upkeep(save_every=-1, previews=1)):
        pass
    return load_model(folder).network.state_dict()


def assert_equal(weights, expected):
    assert weights.keys() == expected.keys()
    assert all(torch.equal(weights[name], expected[name]) for name in expected)


def steps_logged(folder):
    return [json.loads(line)["step"] for line in (folder / "metrics.jsonl").read_text().splitlines()]
