"""What gpu.py found, as Markdown and as a chart: steps, targets, quality over time, samples, Table 4."""

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from sindiff.lab import charts

Parts = dict[str, dict[str, Any]]
MEASURES = ("swd", "diversity", "copied")
SWD, SECONDS = 0.02, 120
OUR_WAYS = ("step-ours", "step-ours-compiled", "step-ours-graphs")


class Target(NamedTuple):
    """What was wanted, and the number found; low: it should be at most `wanted`, else at least."""

    quantity: str
    found: float | None
    wanted: float
    low: bool = False

    @property
    def met(self) -> bool:
        if self.found is None:
            return False
        return self.found <= self.wanted if self.low else self.found >= self.wanted


def targets(parts: Parts) -> list[Target]:
    """The targets of which something was measured.  Quality counts for the recipe or weights that have it first."""
    found = []
    ours = {name: parts[name] for name in OUR_WAYS if name in parts}
    if ours:
        best = max(ours, key=lambda name: ours[name]["gflops"])
        if plain := parts.get("step-plain-float32"):
            ratio = ours[best]["gflops"] / plain["gflops"]
            found.append(Target(f"{best}: training steps, times the plain eager float32", ratio, 3))
        found.append(Target(f"{best}: share of the bfloat16 rate", ours[best]["share"], 0.35))
    curves = quality(parts)
    if curves:
        times = [seconds for curve in curves.values() for seconds, swd in zip(*curve, strict=True) if swd <= SWD]
        found.append(Target(f"seconds of training to swd {SWD}", min(times, default=None), SECONDS, low=True))
    return found


def quality(parts: Parts) -> dict[str, tuple[list[float], list[float]]]:
    """Seconds of training and swd by recipe: of our own, and of the paper's with either weights."""
    curves = {}
    for name, made in parts.items():
        if name.startswith("ours-"):
            curves[name] = [(record["seconds"], record["swd"]) for record in made["records"]]
    for name, weights in product(("places", "paper"), ("average", "last")):
        if made := parts.get(f"{name}-full", parts.get(name)):
            curves[f"{name}, {weights}"] = [(record["seconds"], record[weights]["swd"]) for record in made["curve"]]
    return {name: tuple(map(list, zip(*sorted(points), strict=True))) for name, points in curves.items() if points}


def chart(parts: Parts) -> Figure | None:
    """Quality over time; None where none was measured."""
    curves = quality(parts)
    return charts.lines(curves, "seconds of training", "swd", log="xy", points=True) if curves else None


def markdown(found: dict[str, Any]) -> str:
    """Everything on a page; found: as gpu.json."""
    parts = {name: part["made"] for name, part in found["parts"].items()}
    about = ", ".join(f"{name} {value}" for name, value in found["about"].items())
    sections = {
        "Targets": (("quantity", "found", "wanted", "met"), list(target_rows(parts))),
        "Training step": (
            ("way", "canvases", "ms", "pictures/s", "x plain float32", "share", "memory MB", "compile s", "slowest ms"),
            list(step_rows(parts)),
        ),
        "Our recipe at this size": (
            ("network", "picture", "steps", "seconds", *MEASURES),
            list(own_rows(parts)),
        ),
        "Training by sindiff train": (
            ("run", "until", "step", "seconds", "memory MB", "swd, average", "diversity", "swd, last", "diversity"),
            list(curve_rows(parts)),
        ),
        "Samples": (
            ("run", "picture", "seed", "weights", "solver", "n", "size", "seconds", "memory MB", *MEASURES),
            list(draw_rows(parts)),
        ),
        "Not measured": (("part", "reason"), [*found["failed"].items(), *found["left_out"].items()]),
    }
    pages = [f"## {title}\n\n{table(header, rows)}" for title, (header, rows) in sections.items() if rows]
    return "\n\n".join(["# On a GPU", about, *pages]) + "\n"


def target_rows(parts: Parts) -> Iterator[tuple]:
    for target in targets(parts):
        wanted = f"at {'most' if target.low else 'least'} {target.wanted:g}"
        yield target.quantity, target.found, wanted, "yes" if target.met else "no"


def step_rows(parts: Parts) -> Iterator[tuple]:
    plain = parts.get("step-plain-float32")
    for name, made in parts.items():
        if name.startswith("step-"):
            times = made["gflops"] / plain["gflops"] if plain else None
            row = (made["ms"], made["pictures_per_second"], times, made["share"], made["memory_mb"])
            yield name.removeprefix("step-"), made["canvases"], *row, made["compile_seconds"], made["slowest_ms"]


def own_rows(parts: Parts) -> Iterator[tuple]:
    for name, made in parts.items():
        if name.startswith("ours-"):
            for record in made["records"]:
                measures = (record[key] for key in ("seconds", *MEASURES))
                yield record["network"], record["picture"], record["step"], *measures


def curve_rows(parts: Parts) -> Iterator[tuple]:
    for name, made in parts.items():
        if name == "paper" and "paper-full" in parts:
            continue  # its curve begins with this one
        for record in made.get("curve", ()):
            until = " ".join(record["until"]).removeprefix("--")
            measures = [record[weights][key] for weights in ("average", "last") for key in ("swd", "diversity")]
            yield name, until, record["step"], record["seconds"], record["memory_mb"], *measures


def draw_rows(parts: Parts) -> Iterator[tuple]:
    for name, made in parts.items():
        for record in made.get("draws", ()):
            solver = f"{record['sampler']} {record['steps']}"
            size = "x".join(map(str, record["size"]))
            measures = (record.get(key) for key in MEASURES)
            cost = (record["n"], size, record["seconds"], record["memory_mb"])
            yield name, made["picture"], made["seed"], record["weights"], solver, *cost, *measures


def table(header: tuple[str, ...], rows: list[tuple]) -> str:
    lines = [header, ("---",) * len(header), *(tuple(map(cell, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value).replace("|", "/")
