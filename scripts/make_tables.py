"""figures/tables/table1 ... table4 (.json and .md): the paper's values beside what was measured here at preset laptop;
and places50.md: methods on 25 of its own 50 pictures at 250 px.

Reads what the benchmarks and `make reproduce` have written, and measures nothing itself; where nothing was measured
stands null, or a dash. The JSON has the form that `make reproduce` writes, and the 95 % t-intervals of the means over
pictures and seeds besides. SIFID and LPIPS need pretrained weights (`sindiff weights`); our own columns need none.

Example:
  python scripts/make_tables.py
"""

import argparse
import json
from itertools import product
from pathlib import Path
from statistics import fmean
from typing import Any

from sindiff.machine.files import home_expanded, write_json, write_text
from sindiff.metrics import mean_interval
from sindiff.paper.protocol import TABLES, Row, at_laptop
from sindiff.paper.tables import PATCHWISE, grid, number, printed_first, row_of

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = 8  # of each picture and seed
MEASURES = ("swd", "diversity", "copied")
Runs = list[dict[str, Any]]  # a record each, with picture, seed and measures


def read(name: str) -> dict[str, Any]:
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


def made_by(about: dict[str, Any]) -> str:
    """How the runs of a benchmark were made, in a line."""
    steps = f"{about['steps']} steps, " if "steps" in about else ""
    return f"{steps}commit {about['commit']}, {about['device']}"


def table_1() -> dict[str, tuple[Runs, str]]:
    """For each row by name, its runs and how they were made."""
    others, ours = read("benchmarks/results/singan.json"), read("benchmarks/results/laptop.json")
    about = others["about"]
    names = {"singan": "SinGAN", "consingan": "ConSinGAN", "gpnn": "GPNN"}
    found = {
        name: ([{**run, "seed": about["seed"]} for run in others["rows"] if run["method"] == method], made_by(about))
        for method, name in names.items()
    }
    last = max(record["step"] for record in ours["rows"])
    runs = [{**run, "seed": ours["about"]["seed"]} for run in ours["rows"] if run["step"] == last]
    return {**found, "SinDiffusion": (runs, made_by({**ours["about"], "steps": last}))}


def table_3() -> dict[str, tuple[Runs, str]]:
    made = read("benchmarks/results/scales.json")
    rows = [row for row in made["rows"] if row.get("start") in (None, made["about"]["start"])]
    kinds = dict.fromkeys(row["kind"] for row in rows)
    return {kind: ([row for row in rows if row["kind"] == kind], made_by(made["about"])) for kind in kinds}


def table_4() -> dict[str, tuple[Runs, str]]:
    made = read("figures/tables/receptive_field.json")
    rows = [row for row in made["rows"] if row["kind"] == "network"]
    fields = sorted({row["rf"] for row in rows})
    names = [row.name for row in TABLES[4].rows]
    return {
        name: ([row for row in rows if row["rf"] == field], made_by(made["about"]))
        for name, field in zip(names, fields, strict=True)
    }


FOUND = {1: table_1, 2: dict, 3: table_3, 4: table_4}


def line(row: Row, measures: tuple[str, ...], runs: Runs, maker: str) -> dict[str, Any]:
    """A row of a table, with intervals of the means over all its runs."""
    made = {name: mean_interval([run[name] for run in runs]) if runs else None for name in measures}
    found = row_of(row, runs, measures, digits=4)
    return found | {
        "printed": {**found["printed"], "preferred": row.preferred},
        "ratio": round(fmean(run["ratio"] for run in runs), 3) if runs and "ratio" in runs[0] else None,
        "intervals": {name: made[name] and made[name].off and round(made[name].off, 4) for name in measures},
        "runs": len(runs),
        "made_by": [maker] if runs else [],
    }


def table(number: int) -> dict[str, Any]:
    """All rows of a table.  Seeds are those of its runs; "missing" names what has fewer runs than the others."""
    protocol = at_laptop(TABLES[number])
    measures, found = MEASURES if protocol.metrics else (), FOUND[number]()
    kept = {
        row.name: [run for run in found.get(row.name, ([], ""))[0] if run["picture"] in protocol.pictures]
        for row in protocol.rows
    }
    seeds = sorted({run["seed"] for runs in kept.values() for run in runs})
    rows = []
    for row in protocol.rows:
        runs, maker = kept[row.name], found.get(row.name, ([], ""))[1]
        there = {(run["picture"], run["seed"]) for run in runs}
        wanted = product(protocol.pictures, seeds) if row.method else ()
        missing = [f"{row.name}, {picture}, seed {seed}" for picture, seed in wanted if (picture, seed) not in there]
        rows.append({**line(row, measures, runs, maker), "missing": missing})
    return {"table": f"table{number}", "preset": "laptop", "seeds": seeds, "samples": SAMPLES, "rows": rows}


PLACES = {
    "detail": "this, trained",
    "patches": "this, with no training",
    "gpnn": "GPNN, ours",
    "posterior": "posterior over patches, ours",
    "published/singan": "SinGAN, published",
    "published/gpnn": "GPNN, published",
}
AT_PLACES = (*PATCHWISE, "diversity")
JOBS = {
    "detail": "detail/laptop",
    "patches": "patches/laptop",
    "gpnn": "baseline/gpnn/paper",
    "posterior": "baseline/posterior/paper",
}


def places50() -> str:
    """The methods on Places50 as Markdown: means over the pictures, with their 95 % t-intervals, and CPU seconds."""
    made, others = read("benchmarks/results/places50.json"), read("benchmarks/results/full_size.json")["rows"]
    about, ours = made["about"], made["tables"]["table1"]
    of = {row["method"]: list(row["pictures"].values()) for row in ours["rows"]}
    for method in ("singan", "gpnn"):
        shared = [row for row in others if row["method"] == method and row["picture"].startswith("places50/")]
        of[f"published/{method}"] = shared
    (pictures,) = {len(of[method]) for method in PLACES}
    cost = {each["job"]: each["cpu_seconds"] for each in made["costs"]}
    lines = []
    for measure in AT_PLACES:
        found = [[row[measure] for row in of[method] if row.get(measure) is not None] for method in PLACES]
        cells = (number(*mean_interval(values)) if values else number(None) for values in found)
        lines.append([measure.replace("_2", " at 1/2").replace("_4", " at 1/4"), *cells])
    samples, none = ours["samples"], number(None)
    sampling = (f"{cost[JOBS[method]]:.0f}" if method in JOBS else none for method in PLACES)
    training = (f"{cost['train/laptop']:.0f}" if method == "detail" else none for method in PLACES)
    lines += [["CPU seconds to train", *training], [f"CPU seconds for {samples}", *sampling]]
    makers = dict.fromkeys(maker for row in ours["rows"] for maker in row["made_by"])
    notes = (
        f"Means over {pictures} pictures, ± the 95 % t-interval. The published methods have one sample of each.",
        f"Ours: `make reproduce ROW=table1 PRESET=laptop`, {samples} samples, seed {ours['seeds'][0]}; threads: "
        f"{about['threads']}; commits {about['commit']}; {about['machine']}; {'; '.join(makers)}.",
    )
    return "\n\n".join(["# Places50 at 188x250 px", grid(["", *PLACES.values()], lines), *notes])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=home_expanded, default=ROOT / "figures" / "tables")
    args = parser.parse_args()
    for n in TABLES:
        made = table(n)
        write_json(args.out / f"{made['table']}.json", made, indent=1)
        write_text(args.out / f"{made['table']}.md", printed_first(made) + "\n")
        print(f"{printed_first(made)}\n")
    write_text(args.out / "places50.md", places50() + "\n")
    print(places50())


if __name__ == "__main__":
    main()
