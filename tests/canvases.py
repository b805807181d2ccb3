"""Random canvases, and how far apart two answers are."""

import torch

EXACT = 1e-5


def canvas(height, width, seed=0):
    return torch.randn(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def difference(a, b):
    return (a - b).abs().max().item()
