"""Which loops over pixels a device has."""

from types import ModuleType

import torch

from sindiff.detail import plain


def loops(device: torch.device) -> ModuleType:
    """The compiled loops on a processor, the plain ones elsewhere."""
    if device.type != "cpu":
        return plain
    from sindiff.detail import compiled

    return compiled
