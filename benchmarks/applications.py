"""What the applications do, in numbers, with the models and the inputs that come with sindiff.

swd: patch distance from the training picture, of the results; swd_input, of what was given; swd_plain, of samples that
know of no reference.  lowpass: rms distance of the low-pass (edits.lowpass, with the recipe's factor) from that of what
was given, of the results; lowpass_plain, of such samples.  seam: mean difference of neighbours across the border of
what was changed by hand, over that of all neighbours; seam_input, of what was given.  All are means over the seeds.

Examples:
  python benchmarks/applications.py --json benchmarks/results/applications.json
  python benchmarks/applications.py --composite runs/field dog.png mask.png --sheets /tmp/sheets --json /tmp/dog.json
"""

from pathlib import Path
from typing import NamedTuple

import bench
from torch import Tensor

from sindiff import generate, load_model, load_picture
from sindiff.applications import reference
from sindiff.applications.animation import animate
from sindiff.applications.draw import Draw
from sindiff.applications.outpainting import outpaint
from sindiff.applications.region import Box, roi
from sindiff.edits import lowpass
from sindiff.lab import plots, show
from sindiff.machine.files import home_expanded
from sindiff.metrics import contrast_across, patch_swd
from sindiff.model import Model
from sindiff.pictures.bundled import data_folder, find_picture
from sindiff.pictures.images import recoloured, resize
from sindiff.pictures.masks import load_mask
from sindiff.training.runs import PICTURE

RECIPES = {name: getattr(reference, name.upper()) for name in ("paint", "edit", "harmonize", "translate", "style")}
RECIPES["harmonize, bold"] = reference.HARMONIZE._replace(start=0.15)
CONTENT = {"balloons": "peaks", "peaks": "balloons", "stones": "peaks"}
INPUTS = data_folder() / "inputs"
FIGURE = ("paint", "edit", "harmonize")
STRIPS, WIDTHS = 2, 8
CHANGED = 0.1  # of a channel's 2, by hand


class Subject(NamedTuple):
    """A model, its training picture (3, H, W), and samples of it (B, 3, H, W)."""

    model: Model
    picture: Tensor
    plain: Tensor


class Result(NamedTuple):
    """What was given (3, H, W), what came out (B, 3, H, W), and numbers by name."""

    given: Tensor
    made: Tensor
    numbers: dict[str, float]


def subject(folder: Path, path: Path, draw: Draw) -> Subject:
    model = load_model(folder)
    return Subject(model, load_picture(path, max(model.size)), generate(model, draw.n, seed=draw.seed))


def coarse_distance(a: Tensor, b: Tensor, factor: int) -> float:
    return lowpass(a - b, factor).square().mean().sqrt().item()


def followed(of: Subject, given: Tensor, made: Tensor, factor: int) -> Result:
    """The numbers of what was made after what was given."""
    kinds = {"swd_input": given[None], "swd": made, "swd_plain": of.plain}
    numbers = {kind: patch_swd(of.picture, pictures) for kind, pictures in kinds.items()}
    distances = {"lowpass": made, "lowpass_plain": of.plain}
    coarse = {kind: coarse_distance(x, given, factor) for kind, x in distances.items()}
    return Result(given, made, numbers | coarse)


def mended(of: Subject, given: Tensor, made: Tensor, factor: int) -> Result:
    """The same where a part of the training picture was changed by hand."""
    changed = (given - of.picture).abs().amax(0) > CHANGED
    seams = {"seam_input": contrast_across(given[None], changed), "seam": contrast_across(made, changed)}
    result = followed(of, given, made, factor)
    return result._replace(numbers=result.numbers | seams)


def reference_results(name: str, of: Subject, draw: Draw) -> dict[str, Result]:
    """Paint, edit and harmonise with the inputs of data/inputs."""
    files = {kind: next(INPUTS.glob(f"{name}_{kind}.*")) for kind in ("drawing", "edited", "composite", "mask")}
    drawing, edited = (load_picture(files[kind], max(of.model.size)) for kind in ("drawing", "edited"))
    painted = followed(of, drawing, reference.paint(of.model, drawing, draw=draw), RECIPES["paint"].factor)
    whole = mended(of, edited, reference.edit(of.model, edited, draw=draw), RECIPES["edit"].factor)
    return {"paint": painted, "edit": whole, **harmonized(of, files["composite"], files["mask"], draw)}


def harmonized(of: Subject, file: Path, where: Path, draw: Draw) -> dict[str, Result]:
    """A composite by the recipe, and with more noise."""
    composite, mask, found = load_picture(file, max(of.model.size)), load_mask(where, file, of.model.size), {}
    for name in ("harmonize", "harmonize, bold"):
        made = reference.harmonize(of.model, composite, mask, RECIPES[name], draw)
        found[name] = mended(of, composite, made, RECIPES[name].factor)
    return found


def content_results(name: str, of: Subject, draw: Draw) -> dict[str, Result]:
    """Another picture followed as it is (translate), and in colours that the model knows (style)."""
    content = load_picture(find_picture(CONTENT[name])[0], max(of.model.size))
    wanted = recoloured(content, generate(of.model, 2, of.model.size, seed=draw.seed))
    translated, styled = (make(of.model, content, draw=draw) for make in (reference.translate, reference.style))
    return {
        "translate": followed(of, content, translated, RECIPES["translate"].factor),
        "style": followed(of, wanted, styled, RECIPES["style"].factor),
    }


def other_results(of: Subject, draw: Draw) -> dict[str, dict[str, float]]:
    """Enlarging, a region placed twice, a film, and a strip."""
    model, picture = of.model, of.picture
    height, width = model.size
    enlarged, large = resize(picture, 2 * height, 2 * width), reference.super_resolve(model, picture, draw=draw)
    box, places = Box(height // 4, width // 4, height // 2, width // 4), [(height // 4, 0), (height // 4, width)]
    placed = roi(model, picture, box, places, (height, 2 * width), draw)
    rows, columns = slice(box.top, box.top + box.height), slice(box.left, box.left + box.width)
    copies = [placed[..., rows, left : left + box.width] for _, left in places]
    frames = animate(model, draw=Draw(n=24, seed=draw.seed))
    strip = outpaint(model, picture, right=WIDTHS * width, draw=Draw(n=STRIPS))

    def swd(pictures: Tensor) -> float:
        return patch_swd(picture, pictures)

    def step(frames_apart: int) -> float:
        return (frames - frames.roll(frames_apart, 0)).square().mean().sqrt().item()

    off, last = max((copy - picture[:, rows, columns]).abs().max().item() for copy in copies), frames[0] - frames[-1]
    kept = coarse_distance(large, enlarged, 2)
    film = {"step": step(1), "last_to_first": last.square().mean().sqrt().item(), "apart": step(12)}
    return {
        "super-resolve": {"lowpass": kept, "swd_input": swd(enlarged[None]), "swd": swd(large)},
        "roi": {"off_in_the_copies": off, "swd": swd(placed), "swd_plain": swd(of.plain)},
        "animate": {**film, "swd": swd(frames)},
        "strip": {"swd_start": swd(strip[..., width : 2 * width]), "swd_end": swd(strip[..., -width:])},
    }


def shots(result: Result, application: str, n: int) -> list[plots.Shot]:
    return [plots.Shot(result.given, "given"), *(plots.Shot(made, application) for made in result.made[:n])]


def rows(picture: str, found: dict[str, dict[str, float] | Result]) -> list[bench.Row]:
    numbers = {name: result.numbers if isinstance(result, Result) else result for name, result in found.items()}
    return [{"picture": picture, "application": name, **values} for name, values in numbers.items()]


def main() -> None:
    parser = bench.arguments(__doc__, seeds=4, figure=Path("figures/applications/reference.png"))
    names = ("RUN", "PICTURE", "MASK")
    parser.add_argument("--composite", nargs=3, type=home_expanded, action="append", default=[], metavar=names)
    args = parser.parse_args()
    draw, figure = Draw(n=args.seeds), []
    settings = {"seeds": args.seeds, "strips": STRIPS, "widths_of_the_strip": WIDTHS, "models": "preset laptop"}
    settings |= {"recipes": {name: recipe._asdict() for name, recipe in RECIPES.items()}}
    table = bench.Table(args, {**settings, "sampler": f"{draw.sampler}, {draw.steps} steps"})
    for name in (key["picture"] for key in table.todo(picture=bench.PAINTINGS)):
        of = subject(data_folder() / "models" / name, find_picture(name)[0], draw)
        results = reference_results(name, of, draw)
        figure.append([shot for application in FIGURE for shot in shots(results[application], application, 2)])
        table.add(*rows(name, results | content_results(name, of, draw) | other_results(of, draw)))
    if len(figure) == len(bench.PAINTINGS):
        show(plots.grid(figure), "Paintings, and what each application makes of them", args.figure)
    for run, picture, mask in args.composite:
        for _ in table.todo(picture=[picture.stem]):
            results = harmonized(subject(run, run / PICTURE, draw), picture, mask, draw)
            table.add(*rows(picture.stem, results))
            sheet = [shots(one, name, draw.n) for name, one in results.items()]
            alt = f"{picture.stem}, harmonised in several ways"
            show(plots.grid(sheet), alt, args.sheets / picture.name if args.sheets else None)


if __name__ == "__main__":
    main()
