"""What text guidance does (Eq. 5), by its scale: score, patches and colour of the shipped models under the tiny CLIP.

Guided pictures are paired by seed with those without text.  `score` is the gain in the log score of the CLIP that
guides, of the whole picture; `second` that of another CLIP, trained with another seed, which sees the results alone:
guidance that fooled its own judge would not please it.  `colour` is the gain in what the prompt promises of the mean
colour, whose channels go from 0 to 1.  `_wins` is the share of the pairs with a gain.

Example:
  python scripts/data/train_clip.py --out /tmp/second --seed 1
  python benchmarks/text.py --second /tmp/second --json benchmarks/results/text.json
"""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import bench
from measuring import means, shipped
from torch import Tensor

from sindiff import generate
from sindiff.applications.clip import TINY, Clip, load_clip, text_score
from sindiff.applications.draw import Draw
from sindiff.applications.text import SCALE, text_guided
from sindiff.lab import plots, show
from sindiff.metrics import patch_swd

# What each prompt promises of the mean colour: weights of red, green and blue.
PROMPTS = {
    "a red sunset": (1, -0.5, -0.5),
    "a dark night": (-1 / 3, -1 / 3, -1 / 3),
    "snow": (1 / 3, 1 / 3, 1 / 3),
    "a green forest": (-0.5, 1, -0.5),
}
Judge = Callable[[Tensor], Tensor]  # gives pictures (B, 3, H, W) in [-1, 1] a value each that should rise


def judges_of(prompt: str, clips: dict[str, Clip]) -> dict[str, Judge]:
    def colour(pictures: Tensor) -> Tensor:
        return (pictures / 2).mean((2, 3)) @ pictures.new_tensor(PROMPTS[prompt])

    scores = {name: text_score(clip, prompt, views=1) for name, clip in clips.items()}
    return {name: partial(score, t=0) for name, score in scores.items()} | {"colour": colour}


def gains(judges: dict[str, Judge], before: Tensor, after: Tensor) -> dict[str, float]:
    """Mean gain, and share of the pairs with a gain, for each judge."""
    gained = {name: judge(after) - judge(before) for name, judge in judges.items()}
    shares = {f"{name}_wins": (gain > 0).float().mean().item() for name, gain in gained.items()}
    return {name: gain.mean().item() for name, gain in gained.items()} | shares


def summary(rows: list[bench.Row]) -> bench.Row:
    """By scale, means over pictures and prompts, and the largest ratio of patch distances."""
    found = {}
    for mean in means(rows, "scale"):
        scale = mean.pop("scale")
        ratios = [row["swd_ratio"] for row in rows if row["scale"] == scale]
        found[str(scale)] = mean | {"swd_ratio_max": max(ratios)}
    return {"by_scale": found}


def main() -> None:
    options = {"clip": TINY, "second": str, "figure": Path("figures/applications/text.png")}
    args = bench.arguments(__doc__, bench.PAINTINGS, scales=(0.01, 0.02, 0.05), seeds=8, **options).parse_args()
    clips = {"score": load_clip(args.clip)} | ({"second": load_clip(args.second)} if args.second else {})
    draw = Draw(n=args.seeds)
    settings = {"seeds": args.seeds, "models": "preset laptop", "clip": args.clip, "default_scale": SCALE}
    table = bench.Table(args, {**settings, "sampler": f"{draw.sampler}, {draw.steps} steps"}, summary)
    without_text = cache(lambda name: generate(shipped(name, args.device)[0], args.seeds))
    lines: dict[str, list[plots.Shot]] = {}
    for key in table.todo(picture=args.pictures, prompt=PROMPTS, scale=args.scales):
        name, prompt, scale = key.values()
        (model, picture), before = shipped(name, args.device), without_text(name)
        after = text_guided(model, [text_score(clips["score"], prompt)], scale, draw=draw)
        ratio = patch_swd(picture, after) / patch_swd(picture, before)
        table.add(key | gains(judges_of(prompt, clips), before, after) | {"swd_ratio": ratio})
        if scale == SCALE:
            first = [plots.training(picture, ""), plots.Shot(before[0], "no text")]
            lines.setdefault(name, first).append(plots.Shot(after[0], prompt))
    table.end()
    if len(lines) == len(bench.PAINTINGS) and all(len(line) == len(PROMPTS) + 2 for line in lines.values()):
        show(plots.grid(list(lines.values())), "Paintings, and what their models draw for each text", args.figure)


if __name__ == "__main__":
    main()
