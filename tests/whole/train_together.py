"""One process of two that train together: started by test_distributed.py with torchrun; leaves what it saw."""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import torch

from sindiff.training.distributed import ONE_WORKER, Workers, workers
from sindiff.training.loop import TrainState, train
from sindiff.training.presets import get_preset

SMOKE = replace(get_preset("smoke").train, autocast="float32")
PICTURE = torch.rand(3, 16, 20, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 2 - 1
SEED = 3


class Descent(torch.optim.SGD):
    """Plain gradient descent: the weights that it takes off are the gradient."""

    def __init__(self, network):
        super().__init__(network.parameters(), lr=1.0)


class Half(Workers):
    """The first of two processes, without the second."""

    def share(self, *batch):
        return tuple(part[: len(part) // 2] for part in batch)


def gradient(batch_size, together):
    """The gradient of one step in float64, all weights in a row."""
    config = replace(SMOKE, batch_size=batch_size, warmup=0, cooldown=0.0)
    state = TrainState(config, SEED)
    generator = torch.Generator().manual_seed(SEED)
    for weights in state.network.parameters():
        weights.data = 0.1 * torch.randn(weights.shape, generator=generator, dtype=torch.float64)
    state.network.double()
    state.average.double()
    state.optimizers = [Descent(state.network)]
    before = in_a_row(state)
    next(train(PICTURE, config, state, workers=together))
    return before - in_a_row(state)


def weights_after(steps, seed, together):
    """All weights and the running average after some steps."""
    state = TrainState(SMOKE, seed)
    for _ in train(PICTURE.float(), replace(SMOKE, steps=steps), state, workers=together):
        pass
    return torch.cat([in_a_row(state), *(p.flatten() for p in state.average.parameters())])


def in_a_row(state):
    return torch.cat([p.detach().flatten().clone() for p in state.network.parameters()])


def main():
    folder = Path(sys.argv[1])
    with workers(torch.device("cpu"), timedelta(seconds=120)) as together:
        seen = {
            "gradient": gradient(4, together),
            "weights": weights_after(5, SEED + together.rank, together),
            "mean": together.mean(together.rank),
        }
    torch.save(seen, folder / f"{together.rank}.pt")
    if together.rank == 0:
        alone = {
            "gradient": gradient(4, ONE_WORKER),
            "half": gradient(4, Half()),
            "weights": weights_after(5, SEED, ONE_WORKER),
            "other": weights_after(5, SEED + 1, ONE_WORKER),
        }
        torch.save(alone, folder / "alone.pt")


if __name__ == "__main__":
    main()
