"""Sampling: seconds a picture against quality, for each solver and number of steps.

The models that come with sindiff draw n pictures at once, for each of their pictures and each seed; the same noises
begin every row.  The reference comes first: DDPM in --most steps, 1000 as the paper has it.  In the means, seconds are
a median by the wall; `ratio` is the mean SWD over the reference's, `difference` the SWD less the reference's, paired by
picture and seed, and `error` that difference's standard error.

Example:
  python benchmarks/sampling.py --json benchmarks/results/sampling.json
"""

from functools import partial
from statistics import fmean, median, stdev

import bench
from measuring import measures, shipped, timed
from torch import Tensor

from sindiff.applications.sampling import generate
from sindiff.model import Model

STEPS = {"dpmpp": (5, 10, 15, 20, 50), "ddim": (5, 10, 15, 20, 50), "ddpm": (20, 50, 250, 1000)}
MEASURES = ("swd", "diversity", "copied")


def measure(model: Model, picture: Tensor, solver: str, steps: int, n: int, seed: int) -> dict[str, float]:
    """Draw n pictures at once: seconds for each, and what they are worth.  No two seeds share a noise."""
    draw = partial(generate, model, n, sampler=solver, steps=steps, seed=n * seed, batch_size=n)
    samples, spent = timed(draw, model.device, n)
    numbers = measures(picture, samples)
    return {"seconds": spent["seconds"], **{name: numbers[name] for name in MEASURES}}


def order(most: int) -> list[tuple[str, int]]:
    """Solvers and steps of the rows, the reference (DDPM in `most` steps) first, and none with more steps."""
    rows = [(solver, steps) for solver, counts in STEPS.items() for steps in counts if steps <= most]
    return list(dict.fromkeys([("ddpm", most), *rows]))


def summary(rows: list[bench.Row], reference: tuple[str, int]) -> bench.Row:
    """A mean for each solver and number of steps, compared with the reference on the batches that it has itself."""
    batches: dict[tuple, dict[tuple, bench.Row]] = {}
    for row in rows:
        batches.setdefault((row["solver"], row["steps"]), {})[row["picture"], row["seed"]] = row
    return {"means": [mean_of(*key, batch, batches[reference]) for key, batch in batches.items()]}


def mean_of(solver: str, steps: int, batches: dict[tuple, bench.Row], reference: dict[tuple, bench.Row]) -> bench.Row:
    """error is None for a row of one batch, which has none."""
    differences = [batch["swd"] - reference[key]["swd"] for key, batch in batches.items()]
    means = {name: fmean(batch[name] for batch in batches.values()) for name in MEASURES}
    return {
        "solver": solver,
        "steps": steps,
        "batches": len(batches),
        "seconds": median(batch["seconds"] for batch in batches.values()),
        **means,
        "ratio": means["swd"] / fmean(reference[key]["swd"] for key in batches),
        "difference": fmean(differences),
        "error": stdev(differences) / len(differences) ** 0.5 if len(differences) > 1 else None,
    }


def main() -> None:
    args = bench.arguments(__doc__, bench.PAINTINGS, n=8, seeds=3, most=1000).parse_args()
    rows = order(args.most)
    settings = {"preset": "laptop", "models": "data/models", "n": args.n, "most": args.most}
    table = bench.Table(args, settings, partial(summary, reference=rows[0]))
    models = {name: shipped(name, args.device) for name in args.pictures}
    for model, _ in models.values():
        generate(model, args.n, steps=2, batch_size=args.n)  # the first batch is slower
    for solver, steps in rows:
        for key in table.todo(solver=[solver], steps=[steps], picture=models, seed=range(args.seeds)):
            table.add(key | measure(*models[key["picture"]], solver, steps, args.n, key["seed"]))
    table.end()


if __name__ == "__main__":
    main()
