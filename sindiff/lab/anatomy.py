"""A network taken apart: what each of its stages answers, and what that costs."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from sindiff.network.unet import PatchUNet, UNetConfig


class Part(NamedTuple):
    """A stage of a PatchUNet.

    name: as in its state dict.  layers: what is in it, in words.  answer: what it hands on, (B, C, H, W).
    parameters: its trainable values.  products: multiplications of its convolutions and linear layers for one picture.
    """

    name: str
    layers: str
    answer: Tensor
    parameters: int
    products: int


WORDS = {"Conv2d": "convolution", "ResBlock": "block", "Downsample": "halve", "Upsample": "double"}


def take_apart(network: PatchUNet, x: Tensor, index: Tensor) -> list[Part]:
    """The stages of a network in the order in which they work, each with its answer to x.

    x, index: as for the network; on the device "meta" nothing is computed and the answers are shapes alone.
    The stages hold all parameters but those of time_embed.
    """
    stages = {f"input_blocks.{i}": stage for i, stage in enumerate(network.input_blocks)}
    stages |= {f"output_blocks.{i}": stage for i, stage in enumerate(network.output_blocks)}
    stages |= {"out": network.out}
    answers = {}

    def keep(name: str):
        return lambda module, inputs, answer: answers.update({name: answer})

    hooks = [stage.register_forward_hook(keep(name)) for name, stage in stages.items()]
    try:
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            network(x, index)
    finally:
        for hook in hooks:
            hook.remove()
    each = 2 * len(x)
    products = {name: sum(counter.get_flop_counts()[f"PatchUNet.{name}"].values()) // each for name in stages}
    return [
        Part(name, _words(stage), answers[name], sum(p.numel() for p in stage.parameters()), products[name])
        for name, stage in stages.items()
    ]


def outline(config: UNetConfig, height: int, width: int) -> list[Part]:
    """take_apart for a canvas of height x width, without building the network: shapes and counts alone."""
    with torch.device("meta"):
        network = PatchUNet(config)
        return take_apart(network, torch.empty(1, config.image_channels, height, width), torch.zeros(1))


def colours(features: Tensor) -> Tensor:
    """Feature maps as one picture: the three directions in which they vary most are red, green and blue.

    features: (C, H, W) with C >= 3.  Returns (3, H, W) in [-1, 1], each colour of mean 0 and deviation 1/2 but for
    clipping; which of its ends is bright is arbitrary.
    """
    values = features.flatten(1).cpu()
    principal = torch.linalg.svd(values - values.mean(1, keepdim=True), full_matrices=False).Vh[:3]
    return (principal / principal.std(1, keepdim=True) / 2).clamp(-1, 1).unflatten(1, features.shape[1:])


def greys(features: Tensor) -> Tensor:
    """Feature maps as grey pictures, each of mean 0 and deviation 1/2 but for clipping.  (C, H, W) -> (C, 3, H, W)."""
    centred = features.cpu() - features.cpu().mean((1, 2), keepdim=True)
    halved = centred / (2 * centred.std((1, 2), keepdim=True)).clamp(min=1e-8)
    return halved.clamp(-1, 1)[:, None].expand(-1, 3, -1, -1)


def _words(stage: nn.Sequential) -> str:
    return ", ".join(filter(None, (WORDS.get(type(layer).__name__) for layer in stage)))
