"""Named recipes of the baselines, as presets.py has them for the model of this project."""

from dataclasses import replace
from typing import NamedTuple

from sindiff.baselines.gpnn import GPNNConfig
from sindiff.baselines.multiscale import MultiscaleConfig, laptop
from sindiff.baselines.singan import SinGANConfig, consingan
from sindiff.training.presets import get_preset


class Recipe(NamedTuple):
    """Settings, and the long side in px that pictures are reduced to."""

    long_side: int
    config: GPNNConfig | SinGANConfig | MultiscaleConfig


GPNN = {
    "smoke": Recipe(32, GPNNConfig(iterations=2)),
    "laptop": Recipe(64, GPNNConfig()),
    "paper": Recipe(250, GPNNConfig(search="approximate")),
}
SINGAN = {
    "smoke": Recipe(32, SinGANConfig(coarsest=16, channels=8, steps=4, updates=1)),
    "laptop": Recipe(64, SinGANConfig(coarsest=18, steps=300)),
    "paper": Recipe(250, SinGANConfig()),
}
CONSINGAN = {
    "smoke": Recipe(32, replace(consingan(), coarsest=12, channels=8, steps=4, updates=1)),
    "laptop": Recipe(64, replace(consingan(), coarsest=12, steps=300)),
    "paper": Recipe(250, consingan()),
}
MULTISCALE = {
    "smoke": Recipe(32, MultiscaleConfig(get_preset("smoke"), coarsest=12)),
    "laptop": Recipe(64, laptop()),
    "paper": Recipe(250, MultiscaleConfig(get_preset("paper"))),
}
