"""Named recipes, with the numbers to expect beside each."""

from dataclasses import dataclass, replace

from sindiff.network.unet import UNetConfig
from sindiff.schedule import Schedule
from sindiff.training.loop import TrainConfig


@dataclass(frozen=True)
class Preset:
    """A recipe and the way to sample from it.

    long_side: pictures are reduced to at most this, in px.  sampler, sample_steps: of notebooks and benchmarks.
    expected: what a run should give, and where that was measured.
    """

    name: str
    train: TrainConfig
    long_side: int
    sampler: str
    sample_steps: int
    expected: str


_PAPER = Preset(
    name="paper",
    train=TrainConfig(
        network=UNetConfig(channels=64, mult=(1, 2, 4), blocks=1, norm="group"),
        schedule=Schedule("linear", 1000),
        prediction="eps",
        steps=50_000,
        batch_size=128,
        lr=5e-4,
        autocast="float16",
    ),
    long_side=250,
    sampler="ddpm",
    sample_steps=1000,
    expected="6,992,899 parameters; the paper's Table 1 on Places50: SIFID 0.06, LPIPS 0.387 (others measured 0.3-0.5)",
)


def _paper_variant(name: str, expected: str, long_side: int = 250, **network: object) -> Preset:
    config = replace(_PAPER.train, network=replace(_PAPER.train.network, **network))
    return replace(_PAPER, name=name, train=config, long_side=long_side, expected=expected)


_PAPER_HR = _paper_variant(
    "paper_hr",
    "44,164,931 parameters; Fig. 7: trained at 486x741; the batch is ours, of a size that 48 GB hold",
    741,
    blocks=2,
    mult=(1, 2, 4, 8),
)
_PAPER_HR = replace(_PAPER_HR, train=replace(_PAPER_HR.train, lr=1e-4, batch_size=4))

_LAPTOP = Preset(
    name="laptop",
    train=TrainConfig(
        network=UNetConfig(channels=32, mult=(1, 2), blocks=1, norm="none"),
        schedule=Schedule("linear", 1000),
        prediction="edm",
        steps=640,
        batch_size=4,
        lr=0.02,
        optimizer="muon",
        warmup=50,
        cooldown=1.0,
        ema=0.98,
        resize=(0.8, 1.2),
        sizes=5,
        stratified=True,
        autocast="bfloat16",
    ),
    long_side=64,
    sampler="dpmpp",
    sample_steps=20,
    expected="461,187 parameters; seven pictures in a minute each, at 64 px: SWD 0.021, diversity 0.59, copied 0.39",
)

_SMOKE = replace(
    _LAPTOP,
    name="smoke",
    train=replace(_LAPTOP.train, steps=40, batch_size=2, warmup=5, ema=0.9),
    long_side=32,
    sample_steps=5,
    expected="461,187 parameters; coloured noise: for tests of the path, not of the pictures",
)

PRESETS = {
    preset.name: preset
    for preset in (
        _SMOKE,
        _LAPTOP,
        _PAPER,
        replace(
            _PAPER,
            name="paper_places",
            train=replace(_PAPER.train, lr=1e-4, batch_size=8),
            expected="as paper, with the rate and batch of the release's script for Places50",
        ),
        _PAPER_HR,
        _paper_variant("levels_1", "452,355 parameters; Table 4: SIFID 1.56, LPIPS 0.581", mult=(1,)),
        _paper_variant("levels_2", "1,840,643 parameters; Table 4: SIFID 0.59, LPIPS 0.579", mult=(1, 2)),
        _paper_variant("levels_4", "26,800,131 parameters; Table 4: SIFID 0.08, LPIPS 0.032", mult=(1, 2, 4, 8)),
    )
}


def get_preset(name: str) -> Preset:
    """The preset of that name.  Raises ValueError, naming all, if there is none."""
    if name not in PRESETS:
        raise ValueError(f"unknown preset {name!r}: choose from {', '.join(PRESETS)}")
    return PRESETS[name]
