"""The paper's training step in one of several ways: pictures a second, share of the device's rate, and memory.

Each way is sindiff's own trainer, network and loss.  The plain ones have contiguous tensors and an Adam that goes
through the weights one by one; "ours" is bfloat16, channels_last, fused Adam, cuDNN's quickest algorithms where the
shapes are few, and a running average in one kernel, which all have, for it costs little.
Canvases: "one", the picture's own size; "four", two heights and two widths, as many shapes as CUDA graphs are recorded
for; "any", drawn freely as in the recipe.  float32 is torch's default, which is TF32 in convolutions.

Model FLOP/s are counted as in step.py; the rate is that of a square bfloat16 matrix product, before and after.

Examples:
  python benchmarks/gpu_step.py ours-graphs --device cuda --json graphs.json
  python benchmarks/gpu_step.py plain-float32 --preset smoke --batch-size 2 --steps 3 --warmup 1 --device cpu
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import torch
from step import peak_kilobytes, step_flops
from torch import Tensor, nn

from sindiff.machine.device import matmul_gflops, pick_device, synchronize
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.pictures.bundled import find_picture
from sindiff.pictures.images import load_picture
from sindiff.training.distributed import Workers
from sindiff.training.loop import TrainConfig, TrainState, train
from sindiff.training.presets import get_preset

Call = Callable[[Tensor, Tensor], Tensor]
CANVASES = {"one": {"resize": (1.0, 1.0), "sizes": 1}, "four": {"sizes": 2}, "any": {}}
GRAPHS = {"mode": "reduce-overhead", "dynamic": False}


class Way(NamedTuple):
    """How a step is taken; compiled: the options of torch.compile, None for an eager network."""

    autocast: str
    canvases: str = "one"
    plain: bool = False
    compiled: dict[str, Any] | None = None


WAYS = {
    "plain-float32": Way("float32", plain=True),
    "plain-float16": Way("float16", plain=True),
    "ours": Way("bfloat16"),
    "ours-compiled": Way("bfloat16", compiled={"dynamic": False}),
    "ours-graphs": Way("bfloat16", compiled=GRAPHS),
    "ours-any": Way("bfloat16", "any"),
    "ours-compiled-any": Way("bfloat16", "any", compiled={"dynamic": True}),
    "ours-graphs-four": Way("bfloat16", "four", compiled=GRAPHS),
}


@dataclass(frozen=True)
class Through(Workers):
    """This process alone, which calls its network through `wrap`."""

    wrap: Callable[[nn.Module], Call] = lambda network: network

    def parallel(self, network: nn.Module, partly: bool = False) -> Call:
        return self.wrap(network)


def contiguous(network: nn.Module) -> Call:
    return lambda x, index: network(x.contiguous(), index)


def through_compiler(options: dict[str, Any], compiler: Callable) -> Callable[[nn.Module], Call]:
    """A wrap that compiles the network and its answer's conversion to float32, which the loss asks for.

    Without that the answer is a view, which inductor refuses where shapes are symbols.  Every call begins a step, so
    that CUDA graphs may use the memory of the last one again.
    """

    def wrap(network: nn.Module) -> Call:
        quick = compiler(lambda x, index: network(x, index).float(), **options)

        def call(x: Tensor, index: Tensor) -> Tensor:
            torch.compiler.cudagraph_mark_step_begin()
            return quick(x, index.to(x.device))

        return call

    return wrap


def make_plain(state: TrainState, lr: float) -> None:
    """Contiguous weights, and an Adam without fused or grouped kernels."""
    for network in (state.network, state.average):
        network.to(memory_format=torch.contiguous_format)
    state.optimizers = [torch.optim.AdamW(state.network.parameters(), lr=lr, weight_decay=0.0, foreach=False)]


def bfloat16_gflops(device: torch.device, side: int) -> float:
    """Measured speed of a bfloat16 side^3 matrix product, in GFLOP/s."""
    torch.set_default_dtype(torch.bfloat16)
    try:
        return matmul_gflops(device, side)
    finally:
        torch.set_default_dtype(torch.float32)


def measure(
    picture: Tensor,
    config: TrainConfig,
    way: Way,
    counts: tuple[int, int],
    device: torch.device,
    side: int = 8192,
    compiler: Callable = torch.compile,
) -> dict[str, Any]:
    """Take steps and time them together, from one wait for the device to the next.

    picture: (3, H, W).  counts: steps to warm up with, which compile, and timed ones.  side: of the matrix product.
    compile_seconds: what the first steps took beyond their share, None where nothing is compiled; less where the
    compiler's cache is warm (gpu.py gives an empty one).
    """
    warmup, steps = counts
    config = replace(config, autocast=way.autocast, steps=sum(counts), **CANVASES[way.canvases])
    rates = [bfloat16_gflops(device, side)]
    state = TrainState(config, device=device)
    flops = step_flops(picture, config, state, range(warmup, sum(counts)))
    torch.backends.cudnn.benchmark = not way.plain and way.canvases != "any"
    wrap = contiguous if way.plain else lambda network: network
    if way.plain:
        make_plain(state, config.lr)
    if way.compiled is not None:
        wrap = through_compiler(way.compiled, compiler)
    forget_peak(device)
    run = train(picture, config, state, workers=Through(wrap=wrap))
    warm, _ = timed(run, warmup, device)
    seconds, clock = timed(run, steps, device)
    peak = peak_bytes(device)
    rates.append(bfloat16_gflops(device, side))
    gflops, rate = flops * steps / seconds / 1e9, statistics.mean(rates)
    return {
        **way._asdict(),
        "batch_size": config.batch_size,
        "steps": steps,
        "ms": 1000 * seconds / steps,
        "slowest_ms": 1000 * max((after - before for before, after in pairwise(clock)), default=seconds),
        "pictures_per_second": config.batch_size * steps / seconds,
        "compile_seconds": None if way.compiled is None else max(0, warm - warmup * seconds / steps),
        "gflops": gflops,
        "bfloat16_gflops": rate,
        "share": gflops / rate,
        "memory_mb": peak / 1e6,
        "tf32": torch.backends.cudnn.allow_tf32,
        "loss": state.loss,
    }


def timed(run: Iterator[TrainState], steps: int, device: torch.device) -> tuple[float, list[float]]:
    """Seconds of so many steps in all, and the trainer's own clock after each."""
    synchronize(device)
    start = time.perf_counter()
    clock = [state.seconds for state in islice(run, steps)]
    synchronize(device)
    return time.perf_counter() - start, clock


def forget_peak(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)


def peak_bytes(device: torch.device) -> int:
    """Most memory since forget_peak: the GPU's, or of this process since it began."""
    return torch.cuda.max_memory_allocated(device) if device.type == "cuda" else 1024 * peak_kilobytes()


def main(arguments: list[str] | None = None, compiler: Callable = torch.compile) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--picture", default="balloons")
    parser.add_argument("--preset", default="paper")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--steps", type=int, default=100, help="timed steps (default: %(default)s)")
    parser.add_argument("--warmup", type=int, default=40, help="steps before them (default: %(default)s)")
    parser.add_argument("--side", type=int, default=8192, help="of the matrix product (default: %(default)s)")
    parser.add_argument("--backend", default="inductor", help="of torch.compile (default: %(default)s)")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args(arguments)
    device, preset = pick_device(args.device), get_preset(args.preset)
    picture = load_picture(find_picture(args.picture)[0], preset.long_side)
    config = replace(preset.train, batch_size=args.batch_size)
    counts = args.warmup, args.steps
    compiler = partial(compiler, backend=args.backend)
    row = measure(picture, config, WAYS[args.way], counts, device, args.side, compiler)
    about = {"preset": preset.name, "picture": args.picture, "size": list(picture.shape[1:])}
    made = about | provenance(device) | row
    print(json.dumps(made))
    if args.json:
        write_text(args.json, json.dumps(made, indent=2) + "\n")


if __name__ == "__main__":
    main()
