"""figures/index.html: what the paper's figures and tables show, beside what was made here, from what and how.

Pictures that are not there yet are said to be missing.  The page opens from the disk.

Examples:
  python scripts/figures_index.py
  python scripts/figures_index.py --suffix=-smoke     the figures of preset smoke
"""

import argparse
import json
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from sindiff.machine.files import home_expanded
from sindiff.paper.tables import html

ROOT = Path(__file__).resolve().parent.parent
TABLES = {"table1": 1, "table3": 3, "table4": 4}


class Figure(NamedTuple):
    """One of the paper's: what it shows in words, and the notebook and pictures that show ours."""

    name: str
    paper: str
    notebook: str
    pictures: tuple[str, ...]


FIGURES = (
    Figure(
        "Fig. 1", "One picture, and what its model does: samples and five manipulations.", "13_studio", ("title.png",)
    ),
    Figure("Fig. 2", "SinGAN's samples have artefacts at the borders of things.", "12_compare", ("sheet.png",)),
    Figure(
        "Fig. 3",
        "SinGAN generates over scales, diffusion over time steps, with one network.",
        "12_compare",
        ("scales.png",),
    ),
    Figure(
        "Fig. 4",
        "Four receptive fields: small ones give diverse pictures without structure, large ones the training picture.",
        "03_receptive_field",
        ("title.png", "trend.png"),
    ),
    Figure(
        "Fig. 5",
        "A network that sees the whole picture repeats it; few levels and no attention let it see patches.",
        "04_network",
        ("unet.png", "spoiled.png"),
    ),
    Figure("Fig. 6", "Random samples of landscapes and paintings, some of other sizes.", "00_start", ("samples.png",)),
    Figure(
        "Fig. 7", "A training picture of 486x741 px and a sample of 486x2048.", "07_any_size", ("wide.png", "wall.png")
    ),
    Figure("Fig. 8", "SinGAN, ExSinGAN, ConSinGAN, GPNN and SinDiffusion on Places50.", "12_compare", ("title.png",)),
    Figure("Fig. 9", "One model guided by texts, beside ManiGAN, StyleMC and StyleCLIP.", "09_text", ("play.png",)),
    Figure("Fig. 10", "Pictures continued sideways, beside three outpainting networks.", "08_outpaint", ("title.png",)),
    Figure("Fig. 11", "More samples of the training picture's size.", "00_start", ("samples.png",)),
    Figure("Fig. 12", "More samples of other sizes.", "00_start", ("sizes.png", "wide.png")),
    Figure("Fig. 13", "More samples of high resolution.", "07_any_size", ("wall.png",)),
    Figure("Fig. 14", "More of Fig. 8.", "12_compare", ("sheet.png",)),
    Figure("Fig. 15", "More of Fig. 9: other numbers and shapes of objects, by text.", "09_text", ("three.png",)),
    Figure("Fig. 16", "More of Fig. 10.", "08_outpaint", ("strip.png", "hole.png")),
    Figure("Fig. 17", "Painted sketches become pictures.", "10_reference", ("title.png",)),
    Figure(
        "Table 2",
        "People preferred SinDiffusion's pictures to those of four other methods in 65 to 81 % of pairs.",
        "12_compare",
        ("table2.png",),
    ),
)

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>sindiff: the paper's figures and tables, made again</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
section {{ border-top: 1px solid #ccc; padding: .5rem 0 1.5rem }}
img {{ max-width: 100%; display: block; margin: .75rem 0 }}
.missing {{ color: #a33 }}
.from, code {{ color: #555; font-size: .9rem }}
table {{ border-collapse: collapse; font-size: .85rem }}
td, th {{ padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #ddd }}
td:first-child, th:first-child {{ text-align: left }}
</style>
<h1>The paper's figures and tables, made again</h1>
<p>The paper is SinDiffusion: Learning a Diffusion Model from a Single Natural Image (Wang et al.). Its pictures are not
shown: a sentence says what each shows. Ours come from other pictures, at the preset named below each.</p>
{sections}
</html>
"""


def page(figures: Path, suffix: str = "", tables: Path | None = None) -> str:
    """The page for a folder of figures; tables: the folder that `make reproduce` writes, if there is one.

    A table that is not there comes from figures/tables, where scripts/make_tables.py puts those of the benchmarks.
    """
    parts = [
        *(figure_section(figure, figures, suffix) for figure in FIGURES),
        *table_sections(tables, figures / "tables"),
    ]
    return PAGE.format(sections="\n".join(parts))


def figure_section(figure: Figure, figures: Path, suffix: str) -> str:
    folder = figures / f"{figure.notebook}{suffix}"
    there = [name for name in figure.pictures if (folder / name).is_file()]
    lines = [f"<section><h2>{figure.name}</h2>", f"<p>The paper's: {escape(figure.paper)}</p>"]
    alt = f"Our counterpart of {figure.name}. {escape(figure.paper)}"
    lines += [f'<img src="{folder.name}/{name}" alt="{alt}">' for name in there]
    if missing := [name for name in figure.pictures if name not in there]:
        lines.append(f'<p class="missing">Not made yet: {", ".join(missing)}</p>')
    if there:
        lines.append(f'<p class="from">{escape(provenance(folder / "manifest.json"))}</p>')
    preset = suffix.removeprefix("-") or "laptop"
    command = f"python scripts/run_notebooks.py notebooks/{figure.notebook}.ipynb --preset {preset}"
    return "\n".join([*lines, f"<p><code>{command}</code></p></section>"])


def provenance(manifest: Path) -> str:
    """Preset, picture, seed, device and commit, in a line."""
    try:
        about = json.loads(manifest.read_text(encoding="utf-8"))
        picture, torch = about["picture"], about["versions"]["torch"]
        made_of = f"{picture['name']} at {'x'.join(map(str, picture['size']))} px ({picture['licence']})"
        made_by = f"{about['device_name']}, torch {torch}, commit {about['commit']}"
        return f"Ours: preset {about['preset']}, {made_of}, seed {about['seed']}, {made_by}"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"{manifest.parent.name}: no record of how it was made ({type(error).__name__})"


def table_sections(tables: Path | None, spare: Path) -> Iterator[str]:
    for name, number in TABLES.items():
        files = [folder / f"{name}.json" for folder in (tables, spare) if folder]
        file = next(filter(Path.is_file, files), None)
        yield f"<section><h2>Table {number}</h2>"
        if file:
            yield from html(json.loads(file.read_text(encoding="utf-8")))
        else:
            yield '<p class="missing">Not made yet.</p>'
        preset = tables.parent.name if tables else "laptop"
        yield f"<p><code>make reproduce ROW={name} PRESET={preset}</code></p></section>"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ours = ROOT / "figures"
    parser.add_argument("--figures", type=home_expanded, default=ours, help="default: figures of this checkout")
    parser.add_argument("--suffix", default="", help="of the notebooks' folders: -smoke, for example")
    parser.add_argument("--tables", type=home_expanded, help="folder with table1.json ..., as make reproduce writes it")
    args = parser.parse_args()
    if not args.figures.is_dir():
        parser.error(f"{args.figures}: no such folder; run the notebooks first: make figures")
    file = args.figures / "index.html"
    file.write_text(page(args.figures, args.suffix, args.tables), encoding="utf-8")
    print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
