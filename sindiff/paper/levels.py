"""The paper's experiment on the receptive field (Fig. 4, Table 4), with networks of equal size."""

from dataclasses import replace

from sindiff.network.receptive_field import config_for
from sindiff.training.presets import Preset


def table_4(preset: Preset) -> list[Preset]:
    """The paper's experiment on the receptive field: the preset with four networks of about equal size (Table 4).

    Their fields are about .07, .17, .4 and .7 of the long side: 5, 11, 27 and 45 px at 64 px or less, 17, 45, 101 and
    213 px (the paper's networks) above.  Their parameters, about 130,000 or 1.84 million, differ by less than 10 %; the
    paper's own, presets levels_1, levels_2, paper and levels_4, differ sixtyfold.  The small
    ones train for 400 steps at most.
    """
    if preset.long_side <= 64:
        fields, count, steps = (5, 11, 27, 45), 130_000, min(preset.train.steps, 400)
    else:
        fields, count, steps = (17, 45, 101, 213), 1_840_643, preset.train.steps
    networks = [config_for(field, count, preset.train.network.norm) for field in fields]
    names = [f"{preset.name}, rf {field}" for field in fields]
    trains = [replace(preset.train, network=network, steps=steps) for network in networks]
    expected = "see figures/tables/receptive_field.json, of 640 steps"
    return [
        replace(preset, name=name, train=train, expected=expected) for name, train in zip(names, trains, strict=True)
    ]
