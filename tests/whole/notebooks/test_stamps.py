"""What is stamped into notebooks: links, numbers, the badge and the bootstrap cell."""

import copy
import re
import subprocess
from pathlib import Path

import pytest

from .books import ADDRESS, PARAMETERS, ROOT, code, markdown, notebook, problems, stamp_notebooks


def test_sections_are_numbered_and_notebooks_linked_once_and_for_all():
    written = ["## First\n## Exercise 1: a\n", "## 7. Second\nsee notebook 08, and Notebooks 01 and 06\n## Next"]
    stamped = stamp_notebooks.linked_and_numbered(written)
    assert stamped[0] == "## 1. First\n## Exercise 1: a\n"
    assert "## 2. Second\nsee [notebook 08](08_outpaint.ipynb)" in stamped[1]
    assert "[01](01_noise.ipynb) and [06](06_sample.ipynb)" in stamped[1]
    assert stamped[1].endswith("\n## Next")
    assert stamp_notebooks.linked_and_numbered(stamped) == stamped


def test_every_lesson_leads_to_its_neighbours():
    lessons = [f"{stem}.ipynb" for stem in stamp_notebooks.LESSONS.values()]
    lines = [stamp_notebooks.neighbours(lesson) for lesson in lessons]
    assert "←" not in lines[0]
    assert "→" not in lines[-1]
    for before, after, line in zip(lessons, lessons[1:], lines[1:], strict=False):
        assert f"]({before})" in line
        assert f" →]({after})" in stamp_notebooks.neighbours(before)


# ---- badge and bootstrap cell


def test_settings_are_read_from_pyproject():
    assert stamp_notebooks.settings((ROOT / "pyproject.toml").read_text())[1]
    text = '[tool.sindiff]\n# repository = "no"\nrepository = "https://h/o/r/"\nref = "v1"\n[tool.x]\nref = "no"\n'
    assert stamp_notebooks.settings(text) == ("https://h/o/r", "v1")
    assert stamp_notebooks.settings("[tool.other]\n") == ("", "main")


def test_nothing_is_guessed_without_an_address():
    cells = stamp_notebooks.stamped_cells("a.ipynb", "", "main")
    assert not re.search(r"http|git\+|subprocess", "".join(cells.values()))


def test_badge_and_bootstrap_name_the_address(good, tmp_path):
    cells = stamp_notebooks.stamped_cells("good.ipynb", ADDRESS, "v1")
    assert "https://colab.research.google.com/github/someone/sindiff/blob/v1/notebooks/good.ipynb" in cells["badge"]
    assert f"git+{ADDRESS}@v1" in cells["bootstrap"]
    assert "GitHub only" in stamp_notebooks.stamped_cells("a.ipynb", "https://example.org/a/b", "main")["badge"]
    assert len(problems(good, tmp_path, ADDRESS)) == 2
    before = copy.deepcopy(good)
    stamp_notebooks.stamp(good, stamp_notebooks.stamped_cells("good.ipynb", ADDRESS, "main"))
    assert problems(good, tmp_path, ADDRESS) == []
    stamp_notebooks.stamp(good, stamp_notebooks.stamped_cells("good.ipynb", "", "main"))
    assert good == before


def test_missing_cells_are_put_in():
    book = notebook(markdown("# Title"), markdown("more"), code(PARAMETERS, None, "parameters"))
    stamp_notebooks.stamp(book, stamp_notebooks.stamped_cells("a.ipynb", ADDRESS, "main"))
    assert [(stamp_notebooks.tags(cell) or [""])[0] for cell in book["cells"]] == [
        "", "badge", "", "bootstrap", "parameters"
    ]  # fmt: skip


@pytest.mark.parametrize("repository", ["", ADDRESS])
@pytest.mark.parametrize("installed", [True, False])
def test_bootstrap_installs_only_what_is_missing(monkeypatch, capsys, repository, installed):
    runs = []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if installed else None)
    monkeypatch.setattr(subprocess, "run", lambda command, check: runs.append(command))
    exec(stamp_notebooks.stamped_cells("a.ipynb", repository, "main")["bootstrap"], {})
    printed = capsys.readouterr().out
    if installed:
        assert (runs, printed) == ([], "")
    elif not repository:
        assert runs == []
        assert printed.count("\n") == 1
    else:
        ((*pip, package),) = runs
        assert package == f"sindiff @ git+{ADDRESS}@main"
        constraints = Path(pip[-1]).read_text()
        for module in ("torch", "numpy", "ipywidgets", "huggingface_hub"):
            assert f"{module}=={__import__(module).__version__}\n" in constraints
