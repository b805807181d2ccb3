"""The cost of a training step: time, arithmetic against the device's own limit, and memory; by way and arithmetic.

"ours" is the trainer as it is: channels_last, fused Adam, cuDNN's quickest algorithms where the shapes are few.
"plain" has contiguous tensors and an Adam that goes through the weights one by one.  The others compile the network,
with CUDA graphs or without.  Canvases have the picture's own size; "four" has two heights and two widths, as many
shapes as CUDA graphs are recorded for; "any" draws them freely, as `sindiff train` does.

Model FLOP/s are the operations of the network's forward and backward pass, counted from its operators, over the seconds
of whole steps, optimiser and all.  The limit is a square matrix product of --side, in --product, before and after.
`ms` is the median, `compile_seconds` what the first steps took beyond their share.  float32 on a GPU is torch's
default, which is TF32 in convolutions.

Example:
  python benchmarks/step.py --ways ours-graphs --preset paper --batch-size 16 --product bfloat16 --side 8192
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import bench
import torch
from measuring import forget_peak, load, peak_bytes
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from sindiff.diffusion import training_loss
from sindiff.machine.device import matmul_gflops, synchronize
from sindiff.training.distributed import Workers
from sindiff.training.loop import Canvases, TrainConfig, TrainState, step_seed, train
from sindiff.training.presets import get_preset

COUNTED = 20  # steps; enough for timesteps of all noise to be among them
ONE, FOUR, ANY = {"resize": (1.0, 1.0), "sizes": 1}, {"sizes": 2}, {}  # the canvases of a run
GRAPHS = {"mode": "reduce-overhead", "dynamic": False}
WAYS = {  # canvases, and the options of torch.compile, None for an eager network
    "plain": (ONE, None),
    "ours": (ONE, None),
    "ours-compiled": (ONE, {"dynamic": False}),
    "ours-graphs": (ONE, GRAPHS),
    "ours-any": (ANY, None),
    "ours-compiled-any": (ANY, {"dynamic": True}),
    "ours-graphs-four": (FOUR, GRAPHS),
}
Call = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Through(Workers):
    """This process alone, which calls its network through `wrap`."""

    wrap: Callable[[nn.Module], Call] = lambda network: network

    def parallel(self, network: nn.Module) -> Call:
        return self.wrap(network)


def contiguous(network: nn.Module) -> Call:
    return lambda x, index: network(x.contiguous(), index)


def through_compiler(options: dict[str, Any]) -> Callable[[nn.Module], Call]:
    """A wrap that compiles the network and its answer's conversion to float32, which the loss asks for.

    Without that the answer is a view, which inductor refuses where shapes are symbols.  Every call begins a step, so
    that CUDA graphs may use the memory of the last one again.
    """

    def wrap(network: nn.Module) -> Call:
        quick = torch.compile(lambda x, index: network(x, index).float(), **options)

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


def product_gflops(device: torch.device, side: int, dtype: str) -> float:
    """Measured speed of a side^3 matrix product, in GFLOP/s."""
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        return matmul_gflops(device, side)
    finally:
        torch.set_default_dtype(torch.float32)


def step_flops(picture: Tensor, config: TrainConfig, state: TrainState, steps: range) -> float:
    """Mean operations of a step's forward and backward pass: they grow with its pixels, and depend on its noise."""
    canvases = Canvases(picture.to(state.device), config)

    def canvas(step: int) -> tuple[Tensor, Tensor, Tensor]:
        return canvases.draw(torch.Generator(state.device).manual_seed(step_seed(state.seed, step)), step)

    values = 0
    with FlopCounterMode(display=False) as counter:
        for step in steps[:COUNTED]:
            x0, t, eps = canvas(step)
            training_loss(state.network, config.schedule, config.prediction, x0, t, eps).mean().backward()
            values += x0.numel()
    state.network.zero_grad()
    return counter.get_total_flops() / values * statistics.mean(canvas(step)[0].numel() for step in steps)


def clock(picture: Tensor, config: TrainConfig, state: TrainState, workers: Workers, warmup: int) -> list[float]:
    """The time at which each step was done, from the end of the warm-up's last step on, and before all."""
    times = [time.perf_counter()]
    for _ in train(picture, config, state, workers=workers):
        if state.step in (warmup, config.steps):
            synchronize(state.device)
        if state.step >= warmup:
            times.append(time.perf_counter())
    return times


def measure(picture: Tensor, config: TrainConfig, way: str, args: argparse.Namespace) -> bench.Row:
    """A row of --steps timed steps on a picture (3, H, W), after --warmup others."""
    device, steps, (canvases, compiled) = args.device, args.steps, WAYS[way]
    config = replace(config, steps=args.warmup + steps, **canvases)
    rates = [product_gflops(device, args.side, args.product)]
    state = TrainState(config, args.seed, device)
    torch.backends.cudnn.benchmark = way != "plain" and canvases is not ANY
    workers = Through() if compiled is None else Through(wrap=through_compiler(compiled | {"backend": args.backend}))
    if way == "plain":
        workers = Through(wrap=contiguous)
        make_plain(state, config.lr)
    forget_peak(device)
    start, *times = clock(picture, config, state, workers, args.warmup)
    memory, loss = peak_bytes(device), state.loss
    rates.append(product_gflops(device, args.side, args.product))
    flops = step_flops(picture, config, state, range(args.warmup, config.steps))
    each, seconds = [after - before for before, after in pairwise(times)], times[-1] - times[0]
    gflops, rate = flops * steps / seconds / 1e9, statistics.mean(rates)
    return {
        "steps": steps,
        "ms": 1000 * statistics.median(each),
        "slowest_ms": 1000 * max(each),
        "pictures_per_second": config.batch_size * steps / seconds,
        "compile_seconds": None if compiled is None else max(0, times[0] - start - args.warmup * seconds / steps),
        "gflops": gflops,
        "product_gflops": rate,
        "share": gflops / rate,
        "memory_mb": memory / 1e6,
        "tf32": torch.backends.cudnn.allow_tf32,
        "loss": loss,
    }


def main() -> None:
    options = {"preset": "laptop", "batch_size": int, "steps": 50, "warmup": 6, "seed": 0, "side": 2048}
    parser = bench.arguments(__doc__, picture="balloons", **options, product="float32", backend="inductor")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=["ours-any"], help=bench.SHOWN)
    parser.add_argument("--autocast", nargs="+", help="float32, bfloat16, float16 (default: the preset's)")
    args = parser.parse_args()
    preset = get_preset(args.preset)
    config = replace(preset.train, batch_size=args.batch_size or preset.train.batch_size)
    ((name, picture),) = load([args.picture], preset.long_side).items()
    settings = {"preset": preset.name, "picture": name, "size": picture.shape[1:], "seed": args.seed}
    table = bench.Table(args, {**settings, "batch_size": config.batch_size, "product": args.product, "side": args.side})
    for key in table.todo(way=args.ways, autocast=args.autocast or [config.autocast]):
        table.add(key | measure(picture, replace(config, autocast=key["autocast"]), key["way"], args))


if __name__ == "__main__":
    main()
