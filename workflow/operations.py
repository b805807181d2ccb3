"""Floating-point operations of the workflow's jobs on a GPU, counted, not timed: workflow/operations.json.

A picture is 188x250 px, the most common size of Places50.  A training step of this project's models is three forward
passes of the batch.

Examples:
  python workflow/operations.py
"""

from dataclasses import replace
from pathlib import Path

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from sindiff.baselines import singan
from sindiff.baselines.pyramid import pyramid
from sindiff.baselines.recipes import CONSINGAN, MULTISCALE, SINGAN
from sindiff.machine.device import pick_device
from sindiff.machine.files import write_json
from sindiff.machine.provenance import provenance
from sindiff.network.unet import PatchUNet
from sindiff.training.presets import get_preset

SIZE = (188, 250)
SAMPLES = 10
OUT = Path(__file__).resolve().with_name("operations.json")


class Count(TorchDispatchMode):
    """Adds up the operations of all that is computed; unlike torch's own counter it bears gradients of gradients."""

    total = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        if count := flop_registry.get(function.overloadpacket):
            self.total += count(*args, **(kwargs or {}), out_val=result)
        return result


def forward(preset, size):
    """Operations of one picture through the preset's network."""
    network = preset.train.network
    with torch.device("meta"), Count() as counter:
        height, width = (side // network.multiple * network.multiple for side in size)
        PatchUNet(network)(torch.zeros(1, 3, height, width), torch.zeros(1, dtype=torch.long))
    return counter.total


def training(preset, size):
    return 3 * forward(preset, size) * preset.train.batch_size * preset.train.steps


def sampling(preset, size):
    return forward(preset, size) * preset.sample_steps * SAMPLES


def adversarial(config):
    """Of a whole training, from one step at each scale; counted at half the size, where it is a quarter."""
    half = replace(config, coarsest=config.coarsest // 2, steps=1)
    with Count() as counter:
        singan.fit(torch.rand(3, *(side // 2 for side in SIZE)) * 2 - 1, half)
    return 4 * counter.total * config.steps


def main():
    multiscale = MULTISCALE["paper"].config
    sizes = [tuple(scale.shape[1:]) for scale in pyramid(torch.zeros(3, *SIZE), multiscale.ratio, multiscale.coarsest)]
    jobs = {
        "baseline/singan/paper": adversarial(SINGAN["paper"].config),
        "baseline/consingan/paper": adversarial(CONSINGAN["paper"].config),
        "baseline/multiscale/paper": sum(training(multiscale.preset, size) for size in sizes),
    }
    for name in ("paper_places", "paper", "levels_1", "levels_2", "levels_4"):
        jobs[f"train/{name}"] = training(get_preset(name), SIZE)
        jobs[f"sample/{name}"] = sampling(get_preset(name), SIZE)
    tflop = {name: round(count / 1e12, 1) for name, count in jobs.items()}
    about = {"size": SIZE, "samples": SAMPLES, "by": "workflow/operations.py", **provenance(pick_device("cpu"))}
    write_json(OUT, {"about": about, "tflop": tflop})


if __name__ == "__main__":
    main()
