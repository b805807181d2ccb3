"""What follows the work while a picture is detailed, and where its results lie."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

Room = Callable[..., Tensor]
"""(shape, dtype=) -> an empty tensor for a result, in a file say."""

Pulse = Callable[[], None]
"""Called after every strip of rows, many times a second; an exception in it ends the work."""


def silent(*_: Any) -> None:
    """What follows the work and says nothing."""


@dataclass(frozen=True)
class Work:
    """room: where results lie; None is memory.  pulse: called after every strip of rows.

    phase: called after each phase with the pictures so far, (H', W', C) uint8.
    """

    room: Room | None = None
    pulse: Pulse = silent
    phase: Callable[[list[Tensor]], None] = silent

    def empty(self, like: Tensor, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """Room for a result; in memory, beside a tensor on its device."""
        return self.room(shape, dtype=dtype) if self.room else like.new_empty(shape, dtype=dtype)


IN_MEMORY = Work()
