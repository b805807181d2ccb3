"""Named recipes of the baselines, as training/presets.py has them for the model of this project."""

from dataclasses import replace
from typing import NamedTuple

from sindiff.baselines.gpnn import GPNNConfig
from sindiff.baselines.multiscale import MultiscaleConfig, laptop
from sindiff.baselines.posterior import PosteriorConfig
from sindiff.baselines.singan import SinGANConfig, consingan
from sindiff.training.presets import get_preset


class BaselineRecipe(NamedTuple):
    """Settings, and the long side in px that pictures are reduced to."""

    long_side: int
    config: GPNNConfig | PosteriorConfig | SinGANConfig | MultiscaleConfig


GPNN = {
    "smoke": BaselineRecipe(32, GPNNConfig(iterations=2)),
    "laptop": BaselineRecipe(64, GPNNConfig()),
    "paper": BaselineRecipe(250, GPNNConfig(search="approximate")),
}
POSTERIOR = {
    "smoke": BaselineRecipe(32, PosteriorConfig(patch=5, coarsest=10, steps=4)),
    "laptop": BaselineRecipe(64, PosteriorConfig(patch=7, coarsest=12)),
    "paper": BaselineRecipe(250, PosteriorConfig()),
}
SINGAN = {
    "smoke": BaselineRecipe(32, SinGANConfig(coarsest=16, channels=8, steps=4, updates=1)),
    "laptop": BaselineRecipe(64, SinGANConfig(coarsest=18, steps=300)),
    "paper": BaselineRecipe(250, SinGANConfig()),
}
CONSINGAN = {
    "smoke": BaselineRecipe(32, replace(consingan(), coarsest=12, channels=8, steps=4, updates=1)),
    "laptop": BaselineRecipe(64, replace(consingan(), coarsest=12, steps=300)),
    "paper": BaselineRecipe(250, consingan()),
}
MULTISCALE = {
    "smoke": BaselineRecipe(32, MultiscaleConfig(get_preset("smoke"), coarsest=12)),
    "laptop": BaselineRecipe(64, laptop()),
    "paper": BaselineRecipe(250, MultiscaleConfig(get_preset("paper"))),
}
