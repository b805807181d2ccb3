"""What text guidance does (Eq. 5), by its scale: score, patches and colour of the shipped models under the tiny CLIP.

Guided pictures are paired by seed with those without text.  `score` is the gain in the log score of the CLIP that
guides, of the whole picture; `second` that of another CLIP, trained with another seed, which sees the results alone:
guidance that fooled its own judge would not please it.  `colour` is the gain in what the prompt promises of the mean
colour, whose channels go from 0 to 1.  `_wins` is the share of the pairs with a gain.

Example:
  python scripts/train_clip.py --out /tmp/second --seed 1
  python benchmarks/text.py --second /tmp/second --json benchmarks/results/text.json
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from torch import Tensor

from sindiff import generate, load_model, load_picture
from sindiff.applications.clip import TINY, Clip, load_clip, text_score
from sindiff.applications.draw import Draw
from sindiff.applications.text import SCALE, text_guided
from sindiff.lab import plots, show
from sindiff.machine.device import pick_device
from sindiff.machine.files import write_text
from sindiff.machine.provenance import provenance
from sindiff.metrics import patch_swd
from sindiff.pictures.bundled import data_folder, find_picture

NAMES = ("balloons", "peaks", "stones")
# What each prompt promises of the mean colour: weights of red, green and blue.
PROMPTS = {
    "a red sunset": (1, -0.5, -0.5),
    "a dark night": (-1 / 3, -1 / 3, -1 / 3),
    "snow": (1 / 3, 1 / 3, 1 / 3),
    "a green forest": (-0.5, 1, -0.5),
}


def judges_of(prompt: str, clips: dict[str, Clip]) -> dict[str, Callable[[Tensor], Tensor]]:
    """By name, what gives pictures (B, 3, H, W) in [-1, 1] a value each that should rise."""

    def scored(clip: Clip) -> Callable[[Tensor], Tensor]:
        log_score = text_score(clip, prompt, views=1)
        return lambda pictures: log_score(pictures, 0)

    def colour(pictures: Tensor) -> Tensor:
        return (pictures / 2).mean((2, 3)) @ pictures.new_tensor(PROMPTS[prompt])

    return {name: scored(clip) for name, clip in clips.items()} | {"colour": colour}


def gains(judges: dict[str, Callable[[Tensor], Tensor]], plain: Tensor, guided: Tensor) -> dict[str, float]:
    """Mean gain, and share of the pairs with a gain, for each judge."""
    numbers = {}
    for name, judge in judges.items():
        gain = judge(guided) - judge(plain)
        numbers |= {name: round(gain.mean().item(), 4), f"{name}_wins": round((gain > 0).float().mean().item(), 3)}
    return numbers


def mean_over(rows: list[dict]) -> dict[str, float]:
    """Means over pictures and prompts, and the largest ratio of patch distances."""
    names = [name for name in rows[0] if name not in ("picture", "prompt", "scale")]
    means = {name: round(sum(row[name] for row in rows) / len(rows), 3) for name in names}
    return means | {"swd_ratio_max": max(row["swd_ratio"] for row in rows)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scales", nargs="+", type=float, default=[0.05, 0.1, 0.2, 0.4])
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--clip", default=TINY, help="the CLIP that guides (default: %(default)s)")
    parser.add_argument("--second", help="folder of another CLIP, which only judges")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/text.json"))
    parser.add_argument("--figure", type=Path, default=Path("figures/applications/text.png"))
    args = parser.parse_args()
    clips = {"score": load_clip(args.clip)} | ({"second": load_clip(args.second)} if args.second else {})
    draw, rows, sheet = Draw(n=args.seeds), [], []
    for name in NAMES:
        model = load_model(data_folder() / "models" / name)
        picture = load_picture(find_picture(name)[0], max(model.size))
        plain = generate(model, draw.n)
        shots = [[plots.training(picture, "")], [plots.Shot(picture, empty=True)]]
        shots = [[*line, plots.Shot(shot, "no text")] for line, shot in zip(shots, plain, strict=False)]
        for prompt in PROMPTS:
            score, judges = text_score(clips["score"], prompt), judges_of(prompt, clips)
            for scale in args.scales:
                guided = text_guided(model, [score], scale, draw=draw)
                ratio = round(patch_swd(picture, guided) / patch_swd(picture, plain), 3)
                about = {"picture": name, "prompt": prompt, "scale": scale}
                rows.append(about | gains(judges, plain, guided) | {"swd_ratio": ratio})
                print(rows[-1], flush=True)
                if scale == SCALE:
                    shots = [[*line, plots.Shot(shot, prompt)] for line, shot in zip(shots, guided, strict=False)]
        sheet += shots
    show(plots.grid(sheet), args.figure)
    about = {"seeds": args.seeds, "models": "preset laptop", "clip": args.clip, "default_scale": SCALE}
    about |= {"sampler": f"{draw.sampler}, {draw.steps} steps", **provenance(pick_device())}
    by_scale = {str(scale): mean_over([row for row in rows if row["scale"] == scale]) for scale in args.scales}
    write_text(args.json, json.dumps({"about": about, "by_scale": by_scale, "rows": rows}, indent=1) + "\n")
    print(json.dumps(by_scale, indent=1))


if __name__ == "__main__":
    main()
