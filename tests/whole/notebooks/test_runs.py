"""Notebooks run from outside, and those for students."""

import json
import re
import subprocess
import sys

from .books import (
    PARAMETERS,
    ROOT,
    SETUP,
    check_notebooks,
    code,
    notebook,
    put,
    run_notebooks,
    stamp_notebooks,
    student_notebooks,
)


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
