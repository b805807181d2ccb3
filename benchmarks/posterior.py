"""Three ways to new pictures with no training, on the same pictures at 250 px: ours, the posterior over patches, GPNN.

"untrained" is `sindiff sample` on a photo: the exact denoiser of its patches lays a picture out at 64 px, and detail
makes it as large as the photo.  "posterior" and "gpnn" are `sindiff baseline` at preset paper.  Seconds are a sample's,
by the wall and of the CPU.

Examples:
  python benchmarks/posterior.py --json benchmarks/results/posterior.json --sheets sheets
"""

from collections.abc import Callable
from functools import partial

import bench
from measuring import load, means, sheet, timed
from torch import Tensor

from sindiff.applications import generate
from sindiff.baselines import gpnn, posterior, recipes
from sindiff.metrics import evaluate
from sindiff.model import untrained

N, LONG_SIDE = 4, 250


def ours(photo: Tensor, seed: int) -> Tensor:
    return generate(untrained(photo), N, seed=seed)


def baseline(module, recipe: recipes.BaselineRecipe) -> Callable[[Tensor, int], Tensor]:
    return lambda photo, seed: module.sample(module.fit(photo, recipe.config), N, seed=seed)


METHODS = {
    "untrained": ours,
    "posterior": baseline(posterior, recipes.POSTERIOR["paper"]),
    "gpnn": baseline(gpnn, recipes.GPNN["paper"]),
}


def main() -> None:
    args = bench.arguments(__doc__, bench.PAINTINGS, methods=tuple(METHODS), seed=0).parse_args()
    settings = {"seed": args.seed, "samples": N, "long_side": LONG_SIDE}
    table = bench.Table(args, settings, lambda rows: {"means": means(rows, "method")})
    photos = load(args.pictures, LONG_SIDE)
    for key in table.todo(picture=photos, method=args.methods):
        photo, method = photos[key["picture"]].to(args.device), METHODS[key["method"]]
        samples, spent = timed(partial(method, photo, args.seed), args.device, N)
        table.add(key | {"size": list(photo.shape[1:])} | evaluate(photo.cpu(), samples).numbers() | spent)
        sheet(args.sheets, f"{key['picture']}-{key['method']}", [photo.cpu(), *samples], columns=3)
    table.end()


if __name__ == "__main__":
    main()
