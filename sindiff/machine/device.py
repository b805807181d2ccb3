"""Where to compute, and how fast it is."""

import statistics
import time
from functools import partial

import torch


def pick_device(name: str = "auto") -> torch.device:
    """The device of that name; "auto" is CUDA, else Apple's MPS, else the CPU.

    Raises ValueError if the name is unknown or the device is not there.
    """
    available = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        name = next(kind for kind, there in available.items() if there)
    kind = name.split(":")[0]
    if kind not in available:
        raise ValueError(f"unknown device {name!r}: choose auto, {', '.join(available)}")
    if not available[kind]:
        raise ValueError(f"no {kind} device here: use --device cpu, or install a torch build for it")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise ValueError(f"unknown device {name!r}: a number may follow the colon, as in cuda:0") from None
    count = torch.cuda.device_count() if kind == "cuda" else 1
    if (device.index or 0) >= count:
        raise ValueError(f"no device {name} here: the last is {kind}:{count - 1}")
    return device


def describe(device: torch.device) -> str:
    """A short name for tables: the GPU's name, or the number of CPU threads."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    return f"{device.type}, {threads} thread{'s' * (threads != 1)}"


def synchronize(device: torch.device) -> None:
    """Wait until the device has done what it was asked."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def cpu_has_fast_bfloat16() -> bool:
    """Whether the processor multiplies more bfloat16 than float32 numbers in the same time.

    Tile units (AMX) do, and so do AMD's vector units.  Intel's have the instruction, but one unit for it where float32
    has two: torch's products then take longer.  benchmarks/NOTES.md has the measurements.  False where torch is too old
    to say.
    """
    has = getattr(torch.cpu, "get_capabilities", dict)()
    return has.get("amx_bf16", False) or (has.get("avx512_bf16", False) and "Intel" not in has.get("cpu_name", ""))


def arithmetic(name: str, device: torch.device) -> torch.dtype:
    """The torch type of that name if the device has fast units for it, else float32.

    name: "float32", "bfloat16" or "float16".  Raises ValueError for another.
    """
    cuda_has_bfloat16 = partial(torch.cuda.is_bf16_supported, including_emulation=False)
    fast = {
        "float32": {},
        "bfloat16": {"cuda": cuda_has_bfloat16, "cpu": cpu_has_fast_bfloat16},
        "float16": {"cuda": lambda: True},
    }
    if name not in fast:
        raise ValueError(f"unknown arithmetic {name!r}: choose from {', '.join(fast)}")
    return getattr(torch, name) if fast[name].get(device.type, bool)() else torch.float32


def matmul_gflops(device: torch.device, size: int = 2048) -> float:
    """Measured speed of a float32 size^3 matrix product, in GFLOP/s (median of a few runs)."""
    a, b = torch.randn(2, size, size, device=device)
    a @ b
    seconds = []
    for _ in range(7):
        synchronize(device)
        start = time.perf_counter()
        a @ b
        synchronize(device)
        seconds.append(time.perf_counter() - start)
    return 2 * size**3 / statistics.median(seconds) / 1e9
