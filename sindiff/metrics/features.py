"""What pretrained networks see at each position of a picture: the samples of SIFID."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from sindiff.machine.vision import imported
from sindiff.metrics.weights import KNOWN, load_weights

Features = Callable[[Tensor], Tensor]  # (3, H, W) in [-1, 1] -> one row for each position, (N, D)

INCEPTION = {
    64: ("Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3"),
    192: ("Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "maxpool1", "Conv2d_3b_1x1", "Conv2d_4a_3x3"),
}
SMALLEST = {64: 7, 192: 19}
VGG_RELU2_2 = 9
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def inception_features(folder: Path, dims: int = 64) -> Features:
    """Inception v3 just before its first (64 dims) or second (192 dims) max-pool, in pictures of any size.

    SinGAN's SIFID takes 64 dims, its paper and this one say "before the second pooling", which is 192.
    Raises ValueError if torchvision or the weights are missing, or the weights are damaged.
    """
    models = imported("torchvision.models", "SIFID", "metrics")
    with torch.device("meta"):
        network = models.inception_v3(weights=None, init_weights=False)
    layers = nn.Sequential(OrderedDict((name, getattr(network, name)) for name in INCEPTION[dims]))
    seen = positions(with_weights(layers, "inception", folder))

    def features(picture: Tensor) -> Tensor:
        height, width = picture.shape[-2:]
        if min(height, width) < SMALLEST[dims]:
            raise ValueError(f"Inception needs pictures of {SMALLEST[dims]} px a side at least, not {height}x{width}")
        return seen(picture)

    return features


def vgg_features(folder: Path) -> Features:
    """VGG19 at relu2_2, just before its second pooling: 128 dims, the network that this paper names for SIFID.

    Raises ValueError as inception_features does.
    """
    models = imported("torchvision.models", "SIFID", "metrics")
    with torch.device("meta"):
        network = models.vgg19(weights=None, init_weights=False)
    layers = nn.Sequential(OrderedDict(features=network.features[:VGG_RELU2_2]))
    seen = positions(with_weights(layers, "vgg", folder))
    mean, std = (torch.tensor(values).reshape(3, 1, 1) for values in (IMAGENET_MEAN, IMAGENET_STD))
    return lambda picture: seen(((picture + 1) / 2 - mean) / std)


def positions(network: nn.Module) -> Features:
    """The map that a network makes of a picture, as one row for each position."""

    @torch.no_grad()
    def rows(picture: Tensor) -> Tensor:
        return network(picture[None].cpu().float())[0].flatten(1).T

    return rows


def with_weights(layers: nn.Module, name: str, folder: Path, stored: Callable[[str], str] = str) -> nn.Module:
    """The layers with their part of a file of weights, ready to measure: in eval mode, not to be trained.

    stored: the file's name for a tensor of the layers.  Raises ValueError if the file lacks a layer.
    """
    tensors = load_weights(name, folder)
    part = {key: tensors[stored(key)] for key in layers.state_dict() if stored(key) in tensors}
    try:
        layers.load_state_dict(part, assign=True)
    except RuntimeError:
        file, network = folder / KNOWN[name].file, KNOWN[name].network
        raise ValueError(f"{file}: not the weights of {network}: layers are missing or of another size") from None
    return layers.eval().requires_grad_(False)
