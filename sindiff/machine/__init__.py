"""Devices, files, locks and provenance."""

from sindiff.machine.device import describe, matmul_gflops, pick_device, synchronize
from sindiff.machine.files import whole_file, write_bytes, write_text
from sindiff.machine.provenance import checkout, current_commit, provenance

__all__ = [
    "checkout",
    "current_commit",
    "describe",
    "matmul_gflops",
    "pick_device",
    "provenance",
    "synchronize",
    "whole_file",
    "write_bytes",
    "write_text",
]
