"""Pictures in [-1, 1] as the bytes that detail works on, and back."""

from torch import Tensor


def to_bytes(picture: Tensor) -> Tensor:
    """(C, H, W) in [-1, 1] as (H, W, C) uint8."""
    return ((picture.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).contiguous()


def to_floats(pixels: Tensor) -> Tensor:
    """(H, W, C) uint8 as (C, H, W) in [-1, 1]."""
    return pixels.permute(2, 0, 1).float() / 127.5 - 1
