"""What this machine does, in one table: a training step, a training run, sampling, and the patch oracle.

About half an hour on two CPU cores, and with --quick some minutes:
  python benchmarks/all.py --quick --device cpu --out /tmp/bench
"""

from collections.abc import Iterable, Iterator
from statistics import fmean

import jobs
from bench import Row
from jobs import Job, Target

from sindiff.training.presets import get_preset

TRAINING_SECONDS = 60  # what the README promises of preset laptop on two CPU cores


def step(made: Row) -> Iterable[Target]:
    for row in made["rows"]:
        yield Target(f"training step, {row['autocast']}", row["ms"], "ms")
        yield Target("training step, of the rate of float32 matrix products", 100 * row["share"], "%", least=55)
        yield Target("training step, most memory", row["memory_mb"], "MB")


def training(made: Row) -> Iterable[Target]:
    (mean,) = made["means"]
    yield Target("training", mean["seconds"], "s a picture", TRAINING_SECONDS)
    yield Target("training, on any machine", mean["tflop_equivalents"], "TFLOP-equivalents", 8)
    yield Target("training, swd", mean["swd"], most=0.025)
    yield Target("training, diversity", mean["diversity"], least=0.3)
    yield Target("training, copied", mean["copied"])


def sampling(made: Row) -> Iterable[Target]:
    preset = get_preset("laptop")
    reference, *others = made["means"]
    (ours,) = (row for row in others if (row["solver"], row["steps"]) == (preset.sampler, preset.sample_steps))
    for row, most in ((reference, None), (ours, 0.3)):
        name = f"sampling, {row['solver']} in {row['steps']} steps"
        yield from (Target(name, row["seconds"], "s a picture", most), Target(f"{name}, swd", row["swd"]))
    yield Target("sampling, swd over the reference's", ours["ratio"], most=1.05)


def oracle(made: Row) -> Iterable[Target]:
    yield Target("patch oracle", fmean(row["seconds"] for row in made["rows"]), "s a picture", 0.5)
    yield Target("patch oracle, swd", fmean(row["swd"] for row in made["rows"]))


READ = {"step": step, "training": training, "sampling": sampling, "oracle": oracle}
WHOLE = {
    "step": Job("step.py", "", 1),
    "training": Job("time_to_quality.py", "", 9),
    "sampling": Job("sampling.py", "", 18),
    "oracle": Job("oracle.py", "--only quick", 1),
}
QUICK = {
    "step": Job("step.py", "--steps 20", 1),
    "training": Job("time_to_quality.py", "balloons --points 1", 2),
    "sampling": Job("sampling.py", "balloons --n 4 --seeds 1 --most 50", 1),
    "oracle": Job("oracle.py", "balloons --only quick", 1),
}


def targets(made: Row) -> Iterator[Target]:
    for name, read in READ.items():
        if name in made:
            yield from read(made[name])


def main() -> None:
    args = jobs.arguments(__doc__, minutes=120.0).parse_args()
    jobs.main(args, QUICK if args.quick else WHOLE, targets)


if __name__ == "__main__":
    main()
