"""One model trained by several processes, each on a device of its own: torchrun --nproc-per-node=2 -m sindiff train ...

Every process draws the whole batch of a step and takes its share, and gradients are averaged before the step.  So the
run is the one that a single process makes, up to rounding, and either can go on with the other's.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from os import environ
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

TIMEOUT = timedelta(minutes=10)  # for the slowest of them; longer silence ends the run


@dataclass(frozen=True)
class Workers:
    """This process among `count` that train together; `rank` 0 alone writes files and talks to the user."""

    rank: int = 0
    count: int = 1
    device: torch.device | str = "cpu"

    def share(self, *batch: Tensor) -> tuple[Tensor, ...]:
        """This process's part of tensors (B, ...).  Raises ValueError if B does not divide evenly."""
        size, rest = divmod(len(batch[0]), self.count)
        if rest:
            raise ValueError(f"a batch of {len(batch[0])} does not divide among {self.count} processes: start fewer")
        return tuple(part[self.rank * size : (self.rank + 1) * size] for part in batch)

    def parallel(self, network: nn.Module) -> nn.Module:
        """The network, with gradients that are means over the processes."""
        if self.count == 1:
            return network
        return nn.parallel.DistributedDataParallel(network)

    def mean(self, value: float) -> float:
        """The mean over the processes, the same number in all of them."""
        if self.count == 1:
            return value
        total = torch.tensor(value, dtype=torch.float64, device=self.device)
        dist.all_reduce(total)
        return total.item() / self.count

    def agree(self, state: Any) -> None:
        """Give all processes the state of rank 0.  state: what has state_dict and load_state_dict, as a TrainState."""
        if self.count == 1:
            return
        content = [None]
        if self.rank == 0:
            buffer = io.BytesIO()
            torch.save(state.state_dict(), buffer)
            content = [buffer.getvalue()]
        dist.broadcast_object_list(content, device=self.device)
        if self.rank:
            state.load_state_dict(torch.load(io.BytesIO(content[0]), map_location="cpu", weights_only=True))


ONE_WORKER = Workers()


@contextmanager
def workers(device: torch.device, timeout: timedelta = TIMEOUT) -> Iterator[Workers]:
    """The processes that torchrun started, or this one alone where it started none.

    device: of a kind; with "cuda" each process takes the GPU of its number on the machine.
    Raises ValueError if there are more processes than GPUs.
    """
    if not dist.is_torchelastic_launched():
        yield Workers(device=device)
        return
    if device.type == "cuda":
        number, gpus = int(environ["LOCAL_RANK"]), torch.cuda.device_count()
        if number >= gpus:
            raise ValueError(f"more processes than the {gpus} GPUs of this machine: use --nproc-per-node={gpus}")
        device = torch.device("cuda", number)
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=timeout)
    try:
        yield Workers(dist.get_rank(), dist.get_world_size(), device)
    finally:
        dist.destroy_process_group()
