"""What the README promises: its program runs, its links and pictures are there."""

import re
from pathlib import Path

import pytest

from sindiff.applications.table import APPLICATIONS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_program_runs(tmp_path, monkeypatch):
    program = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    assert len(program.strip().splitlines()) <= 12
    assert program.count('"laptop"') == 1
    monkeypatch.chdir(tmp_path)
    small = {'"laptop"': '"smoke"', "load_picture(path)": "load_picture(path, 64)", "(600, 1600)": "(64, 160)"}
    for written, tried in small.items():
        assert program.count(written) == 1
        program = program.replace(written, tried)
    exec(compile(program, "README.md", "exec"), {})
    assert (tmp_path / "wide.png").stat().st_size > 1000
    assert (tmp_path / "runs/balloons/model.safetensors").is_file()


PAGES = [ROOT / name for name in ("README.md", "notebooks/README.md", "notebooks/GLOSSARY.md")]


@pytest.mark.parametrize(
    ("page", "target"),
    [
        pytest.param(page, target, id=f"{page.relative_to(ROOT)}: {target}")
        for page in PAGES
        for target in sorted(set(re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))))
    ],
)
def test_links_resolve(page, target):
    assert target.startswith("https://") or (page.parent / target).exists()


@pytest.mark.parametrize("page", PAGES[:2], ids=lambda page: str(page.relative_to(ROOT)))
def test_every_lesson_is_listed(page):
    linked = re.findall(r"(\d\d_\w+\.ipynb)", page.read_text(encoding="utf-8"))
    assert set(linked) == {file.name for file in (ROOT / "notebooks").glob("*.ipynb")}


def test_every_application_is_in_the_list():
    listed = re.findall(r"^(sindiff [a-z-]+ .*?) +#", README, re.MULTILINE)
    assert listed == [row.examples[0] for row in APPLICATIONS.values()]
