"""The notebooks as files: what is checked before they are committed, stamped into them, and run from outside."""

import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import check_notebooks  # noqa: E402
import outputs_of_notebooks  # noqa: E402
import stamp_notebooks  # noqa: E402
import student_notebooks  # noqa: E402

ADDRESS = "https://github.com/someone/sindiff"
PARAMETERS = "preset = None\nimage = None\nseed = 0\nout_dir = None\ndevice = 'auto'\n"
SETUP = "from sindiff.lab import setup\nlab = setup('x', preset, image, seed, out_dir or 'out', device)\n"


def markdown(source, *tags):
    return {"cell_type": "markdown", "id": f"m{hash(source)}", "metadata": {"tags": [*tags]}, "source": source}


def code(source, count=None, *tags):
    cell = {"cell_type": "code", "id": f"c{abs(hash(source)) % 10**9}", "metadata": {"tags": [*tags]}}
    return {**cell, "execution_count": count, "outputs": [], "source": source.splitlines(keepends=True)}


def notebook(*cells):
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {"cells": list(cells), "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def good():
    """A notebook that has nothing wrong with it."""
    book = notebook(
        markdown("# Title\n[this file](good.ipynb), [paper](https://arxiv.org/abs/2211.12445), [below](#part)"),
        markdown("", "badge"),
        code("", 1, "bootstrap"),
        code(PARAMETERS, 2, "parameters"),
        code("lab = setup('good', preset, image, seed, out_dir, device)", 3),
        code(""),
    )
    book["cells"][4]["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": ["2 from figures/00"]}}]
    stamp_notebooks.stamp(book, stamp_notebooks.stamped_cells("good.ipynb", "", "main"))
    return book


def problems(book, folder, repository=""):
    path = folder / "good.ipynb"
    stamp_notebooks.write(path, book)
    return [": ".join(filter(None, pair)) for pair in check_notebooks.check(path, repository, "main")]


# ---- the check


def test_committed_notebooks_pass():
    run = subprocess.run([sys.executable, ROOT / "scripts/check_notebooks.py"], capture_output=True, text=True)
    assert (run.stdout, run.stderr, run.returncode) == ("", "", 0)


def test_good_notebook_passes(good, tmp_path):
    assert problems(good, tmp_path) == []


def put(book, cell, **values):
    book["cells"][cell].update(values)


def out(kind, **values):
    return [{"output_type": kind, **values}]


WIDGET = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
FAULTS = {
    "has 0 cells tagged parameters": lambda b: put(b, 3, metadata={}),
    "has 2 cells tagged parameters": lambda b: put(b, 4, metadata={"tags": ["parameters"]}),
    "cell 4: the parameters lack device": lambda b: put(b, 3, source=PARAMETERS.replace("device", "where")),
    "no cell calls setup('good', preset, image, seed, out_dir, device)": lambda b: put(b, 4, source="1 + 1"),
    "cell 4: line 3 of the parameters is no plain": lambda b: put(b, 3, source=PARAMETERS.replace("0", "int(0)")),
    "cell 4: the parameters are not Python": lambda b: put(b, 3, source="preset ="),
    "cell 5: wrote to stderr: 'careful'": lambda b: put(b, 4, outputs=out("stream", name="stderr", text=["careful\n"])),
    "cell 5: was run at preset smoke": lambda b: put(
        b, 4, outputs=out("stream", text="sindiff 1\npreset   smoke, seed")
    ),
    "cell 5: failed: ValueError: no": lambda b: put(b, 4, outputs=out("error", ename="ValueError", evalue="no")),
    "cell 5: holds the absolute path /home/me/a.png": lambda b: put(b, 4, source='open("/home/me/a.png")'),
    "cell 5: holds the absolute path /tmp/a": lambda b: put(b, 4, outputs=out("stream", name="stdout", text="/tmp/a")),
    "cell 5: holds the absolute path /mnt/b": lambda b: put(b, 4, outputs=out("x", data={"text/html": "'/mnt/b'"})),
    "cell 1: holds the absolute path C:\\me": lambda b: put(b, 0, source="see C:\\me"),
    "stores widget state": lambda b: b["metadata"].update(widgets={}),
    "cell 5: stores a widget": lambda b: put(b, 4, outputs=out("display_data", data=WIDGET)),
    "has 1,00": lambda b: put(b, 5, source="# " + "x" * 1_000_000),
    "cell 5: has 21 lines, more than 20": lambda b: put(b, 4, source="pass\n" * 21),
    "cell 5: has 101 lines, more than 100": lambda b: put(b, 4, source="pass\n" * 101, metadata={"tags": ["listing"]}),
    "cell 5: show needs an alt text": lambda b: put(b, 4, source="show(figure)"),
    "cell 5: explore needs an alt text": lambda b: put(b, 4, source="alt = ' '\nexplore(play, alt, path, t=[1])"),
    "cell 5: point_at needs an alt text": lambda b: put(b, 4, source="point_at(look, picture, alt='a')"),
    "'## What comes' lacks its number or a link": lambda b: put(b, 0, source="# Title\n## What comes\n## Next"),
    "'as notebook 08 shows' lacks its number or a link": lambda b: put(b, 0, source="# Title\nas notebook 08 shows"),
    "has 1 exercises and 0 folded solutions": lambda b: put(b, 0, source="# Title\n## Exercise 1: alone"),
    "the badge cell is missing or old": lambda b: put(b, 1, source="[Colab](https://example.org)"),
    "the bootstrap cell is missing or old": lambda b: put(b, 2, metadata={}),
    "cell 1: links to gone.png": lambda b: put(b, 0, source="![a picture](gone.png)"),
    "cell 1: links to ../gone.md#a": lambda b: put(b, 0, source="read [this](../gone.md#a) first"),
    "cell 1: links to gone.jpg": lambda b: put(b, 0, source='<img width="3" src="gone.jpg">'),
    "cell 1: attachment:a.png is not there": lambda b: put(b, 0, source="![a](attachment:a.png)"),
    "kernelspec is conda, not python3": lambda b: b["metadata"].update(kernelspec={"name": "conda"}),
    "cell 5: holds parameters that a run put in": lambda b: put(b, 4, metadata={"tags": ["injected-parameters"]}),
}


@pytest.mark.parametrize("problem", FAULTS)
def test_check_finds_a_planted_fault(good, tmp_path, problem):
    FAULTS[problem](good)
    assert any(problem in found for found in problems(good, tmp_path)), problems(good, tmp_path)


def test_check_prints_a_line_a_problem(good, tmp_path):
    put(good, 4, outputs=out("error", ename="ValueError", evalue="no"), execution_count=7)
    stamp_notebooks.write(tmp_path / "bad.ipynb", good)
    (tmp_path / "worse.ipynb").write_text("{")
    script = [sys.executable, ROOT / "scripts/check_notebooks.py", "bad.ipynb", "worse.ipynb"]
    run = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 1
    assert len(run.stdout.splitlines()) == 4  # the link to good.ipynb is dead here, and setup has another name
    assert "worse.ipynb: is not a notebook" in run.stdout


def test_alt_texts_may_be_put_together(good, tmp_path):
    put(good, 4, source=good["cells"][4]["source"][0] + "\nalt = f'{name}'\nshow(figure, alt)\nshow(figure, f'{name}')")
    assert problems(good, tmp_path) == []


# ---- what the pages show


@pytest.fixture
def executed(good, tmp_path):
    """A checkout with one notebook that was executed at its commit: the notebook, its file, the commit."""

    def git(*words):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        return subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    path = tmp_path / "notebooks" / "good.ipynb"
    path.parent.mkdir()
    put(good, 5, id="last")
    stamp_notebooks.write(path, good)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "code")
    commit = git("rev-parse", "--short", "HEAD").strip()
    figure = out("display_data", data={"image/png": "x"}, metadata={"image/png": {"alt": "a picture"}})
    stamp = out("stream", name="stdout", text=f"sindiff 1 (commit {commit}), torch 2\n")
    put(good, 4, outputs=[*stamp, *figure])
    return good, path, commit


def of_outputs(book, path):
    stamp_notebooks.write(path, book)
    found = outputs_of_notebooks.stale([path], path.parents[1])
    return [": ".join(filter(None, problem)) for problem in found]


def test_pages_of_the_committed_code_pass(executed):
    assert of_outputs(*executed[:2]) == []


PAGES = {
    "counts 1, 2, 5": lambda b, c: put(b, 4, execution_count=5),
    "counts 1, 2, None": lambda b, c: put(b, 4, execution_count=None),
    "was not executed: run": lambda b, c: [put(b, i, execution_count=None) for i in (2, 3, 4)],
    "was executed with uncommitted changes": lambda b, c: put(
        b, 4, outputs=out("stream", text=f"sindiff 1 (commit {c}+)")
    ),
    "does not say at which commit": lambda b, c: put(b, 4, outputs=[]),
    "is no commit here": lambda b, c: put(b, 4, outputs=out("stream", text="sindiff 1 (commit 0123456)")),
    "cell 5: was edited after it was executed": lambda b, c: put(b, 4, source="setup('another')"),
    "cell 5: shows a figure without an alt text": lambda b, c: b["cells"][4]["outputs"][1].update(metadata={}),
}


@pytest.mark.parametrize("problem", PAGES)
def test_stale_pages_are_found(executed, problem):
    book, path, commit = executed
    PAGES[problem](book, commit)
    assert any(problem in found for found in of_outputs(book, path)), of_outputs(book, path)


def test_pages_of_different_commits_are_found(executed):
    book, path, _ = executed
    stamp_notebooks.write(path, book)
    other = copy.deepcopy(book)
    put(other, 4, outputs=out("stream", text="sindiff 1 (commit 0123456)"))
    stamp_notebooks.write(path.with_name("other.ipynb"), other)
    found = outputs_of_notebooks.stale([path, path.with_name("other.ipynb")], path.parents[1])
    assert any("executed at different commits" in what for *_, what in found)


def test_models_of_another_recipe_are_found(tmp_path):
    for name in ("new", "old"):
        (tmp_path / "data/models" / name).mkdir(parents=True)
    config = json.loads((ROOT / "data/models/balloons/config.json").read_text())
    (tmp_path / "data/models/new/config.json").write_text(json.dumps(config))
    assert list(outputs_of_notebooks.old_models(tmp_path)) == []
    config["training"]["config"]["steps"] = 700
    (tmp_path / "data/models/old/config.json").write_text(json.dumps(config))
    (found,) = outputs_of_notebooks.old_models(tmp_path)
    assert found == "data/models/old: not preset laptop's recipe (steps); run make models"


# ---- links and numbers


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


# ---- runs from outside


def run_notebooks(*arguments, cwd, **environment):
    command = [sys.executable, ROOT / "scripts/run_notebooks.py", *map(str, arguments)]
    env = {**os.environ, "OMP_NUM_THREADS": "1", **environment}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)


def test_parameters_reach_the_notebook_and_the_copy_is_clean(good, tmp_path):
    show = "show(plots.row([lab.picture]), 'the picture', lab.out_dir / 'picture.png')"
    put(good, 4, source=f"from sindiff.lab import plots, setup, show\n{good['cells'][4]['source'][0]}\n{show}")
    del good["cells"][5]
    source = tmp_path / "good.ipynb"
    stamp_notebooks.write(source, good)
    before = source.read_bytes()
    options = ["--preset", "smoke", "--seed", 3, "--device", "cpu", "--out", "out"]
    run = run_notebooks(source, *options, cwd=tmp_path, SINDIFF_PRESET="laptop")
    assert (run.stderr, run.returncode) == ("", 0)
    assert "results in out" in run.stdout
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert (manifest["seed"], manifest["preset"], manifest["device"]) == (3, "smoke", "cpu")
    assert (tmp_path / "out/picture.png").stat().st_size > 1000
    assert source.read_bytes() == before
    executed = tmp_path / "out/good.ipynb"
    found = [what for _, what in check_notebooks.check(executed, *stamp_notebooks.settings(pyproject()))]
    assert [what for what in found if not re.match("links to|holds parameters|was run at", what)] == []
    assert "papermill" not in executed.read_text()
    assert executed.read_text().count('"output_type": "execute_result"') == 1


def pyproject():
    return (ROOT / "pyproject.toml").read_text()


def test_inplace_keeps_outputs_and_a_failure_is_one_line(tmp_path):
    cells = [code(PARAMETERS, None, "parameters"), code(SETUP), code("print('seen')")]
    stamp_notebooks.write(tmp_path / "fine.ipynb", notebook(*cells))
    cells[1] = code(SETUP.replace("image", "'missing.jpg'"))
    stamp_notebooks.write(tmp_path / "bad.ipynb", notebook(*cells))
    before = (tmp_path / "bad.ipynb").read_bytes()
    run = run_notebooks("bad.ipynb", "fine.ipynb", "--preset", "smoke", "--inplace", "--device", "cpu", cwd=tmp_path)
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert re.match(r"\[1/2\] bad: failed: cell \d+ \(In \[3\]\): LabError: missing.jpg: no such file", line)
    assert (tmp_path / "bad.ipynb").read_bytes() == before
    fine = json.loads((tmp_path / "fine.ipynb").read_text())
    assert [cell["execution_count"] for cell in fine["cells"]] == [1, 2, 3]
    assert "preset   smoke" in "".join(fine["cells"][1]["outputs"][0]["text"])


# ---- for a class


def test_students_get_no_outputs_and_no_solutions():
    made = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        made[path.name] = student_notebooks.for_students(json.loads(path.read_text()), path.name, "../notebooks")
        told = json.dumps(made[path.name])
        assert "<summary>Solution" not in told
        assert "fold=" not in told
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in made[path.name]["cells"])
    start = "".join("".join(cell["source"]) for cell in made["01_noise.ipynb"]["cells"])
    assert "The solution is in [the full notebook](../notebooks/01_noise.ipynb)" in start
    assert "](02_memorise.ipynb)" in start
    assert "](../figures/01_noise/title.png)" in start
    assert "](../notebooks/README.md)" in start
    assert "checks.jump(my_jump)" in start


def test_the_command_for_students_writes_where_it_is_told(tmp_path):
    script = [sys.executable, ROOT / "scripts/student_notebooks.py"]
    lesson = ROOT / "notebooks/01_noise.ipynb"
    run = subprocess.run([*script, lesson, "--out", tmp_path / "class"], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert [file.name for file in (tmp_path / "class").iterdir()] == ["01_noise.ipynb"]
    run = subprocess.run([*script, tmp_path / "gone.ipynb"], capture_output=True, text=True)
    assert run.returncode == 2
    assert "gone.ipynb: no such file" in run.stderr
