"""What is checked before notebooks are committed."""

import subprocess
import sys

import pytest

from .books import PARAMETERS, ROOT, out, problems, put, stamp_notebooks


def test_committed_notebooks_pass():
    run = subprocess.run([sys.executable, ROOT / "scripts/check_notebooks.py"], capture_output=True, text=True)
    assert (run.stdout, run.stderr, run.returncode) == ("", "", 0)


def test_good_notebook_passes(good, tmp_path):
    assert problems(good, tmp_path) == []


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
    "has 1,05": lambda b: put(b, 5, source="# " + "x" * 2**20),
    "cell 5: has 21 lines, more than 20": lambda b: put(b, 4, source="pass\n" * 21),
    "cell 5: has 101 lines, more than 100": lambda b: put(b, 4, source="pass\n" * 101, metadata={"tags": ["listing"]}),
    "is not the last line of its cell": lambda b: put(b, 4, source="show(figure, 'a figure')\nprint(1)"),
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
    shown = "\nalt = f'{name}'\nexplore(play, alt)\nshow(figure, f'{name}')"
    put(good, 4, source=good["cells"][4]["source"][0] + shown)
    assert problems(good, tmp_path) == []
