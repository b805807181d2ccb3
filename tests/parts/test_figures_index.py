"""The page of figures: each of the paper's is there, its pictures exist, and what is missing is said."""

import json
import re
import runpy
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "figures_index.py"))
page, FIGURES = SCRIPT["page"], SCRIPT["FIGURES"]
MANIFEST = {
    "preset": "laptop",
    "seed": 3,
    "picture": {"name": "<b>", "size": [4, 5], "licence": "CC0-1.0"},
    "device_name": "cpu",
    "versions": {"torch": "2"},
    "commit": "abc1234",
}


class Reader(HTMLParser):
    """Collects headings, picture addresses and text; complains about tags that do not match."""

    def __init__(self, text):
        super().__init__()
        self.open, self.pictures, self.headings, self.addresses = [], [], [], []
        self.feed(text)
        assert self.open == ["html"] or not self.open

    def handle_starttag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("src", "href")]
        if tag == "img":
            self.pictures.append(dict(attributes)["src"])
        elif tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


@pytest.fixture
def figures(tmp_path):
    """Folders with all pictures but one, and one without its record."""
    for figure in FIGURES:
        folder = tmp_path / figure.notebook
        folder.mkdir(exist_ok=True)
        (folder / "manifest.json").write_text(json.dumps(MANIFEST))
        for name in figure.pictures:
            (folder / name).touch()
    (tmp_path / "09_text" / "three.png").unlink()
    (tmp_path / "10_reference" / "manifest.json").unlink()
    return tmp_path


def test_all_of_the_paper_is_there(figures):
    wanted = [f"Fig. {number}" for number in range(1, 18)] + [f"Table {number}" for number in range(1, 5)]
    assert sorted(Reader(page(figures)).headings) == sorted(wanted)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_its_notebook_makes_its_pictures(figure):
    notebook = ROOT / "notebooks" / f"{figure.notebook}.ipynb"
    if not notebook.exists():
        pytest.skip(f"{notebook.name} is not there yet")
    text = notebook.read_text(encoding="utf-8")
    assert [name for name in figure.pictures if name not in text] == []


def test_it_opens_from_the_disk(figures):
    read = Reader(page(figures))
    assert len(read.pictures) == sum(len(figure.pictures) for figure in FIGURES) - 1
    assert all((figures / name).is_file() for name in read.pictures)
    assert read.addresses == read.pictures


def test_what_is_missing_is_said(figures):
    text = page(figures)
    assert re.findall(r"Not made yet: (.*?)<", text) == ["three.png"]
    assert "10_reference: no record of how it was made" in text


def test_where_a_picture_comes_from(figures):
    text = page(figures)
    assert "preset laptop, &lt;b&gt; at 4x5 px (CC0-1.0), seed 3, cpu, torch 2, commit abc1234" in text
    for figure in FIGURES:
        assert f"notebooks/{figure.notebook}.ipynb --preset laptop" in text


def test_a_table(figures, tmp_path):
    row = {
        "name": "GPNN",
        "means": {"swd": 0.12345, "lpips": None},
        "printed": {"sifid": 0.07, "lpips": 0.256},
        "pictures": {"a": {}, "b": {}},
        "missing": ["gpnn/laptop/c-0"],
        "made_by": ["torch 2, cpu"],
    }
    folder = tmp_path / "laptop" / "tables"
    folder.mkdir(parents=True)
    table = {"table": "table1", "preset": "laptop", "samples": 10, "seeds": [0], "rows": [row]}
    (folder / "table1.json").write_text(json.dumps(table))
    text = page(figures, tables=folder)
    Reader(text)
    assert "<th></th><th>GPNN</th>" in text
    for cells in ("pictures</td><td>2", "swd</td><td>0.123", "s</td><td>0.070", "s</td><td>0.256"):
        assert f"{cells}</td></tr>" in text
    assert "Missing: gpnn/laptop/c-0" in text
    assert text.count("Not made yet.") == 2


def test_tables_of_the_benchmarks_stand_in(figures):
    """A table that was not made again comes from figures/tables; one that was, does not."""
    row = {"name": "a", "printed": {"sifid": None, "lpips": None}, "pictures": {}, "missing": [], "made_by": []}
    for name, folder, value in (("table1", "new", 0.1), ("table1", "tables", 0.2), ("table3", "tables", 0.3)):
        (figures / folder).mkdir(exist_ok=True)
        table = {"preset": "laptop", "samples": 10, "seeds": [0], "rows": [{**row, "means": {"swd": value}}]}
        (figures / folder / f"{name}.json").write_text(json.dumps(table))
    text = page(figures, tables=figures / "new")
    Reader(text)
    assert [value for value in ("0.100", "0.200", "0.300") if f"<td>{value}</td>" in text] == ["0.100", "0.300"]
    assert text.count("Not made yet.") == 1
    assert "<td>0.200</td>" in page(figures)
