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
    small = {'"laptop"': '"smoke"', "load_picture(path)": "load_picture(path, 96)", "(600, 1600)": "(96, 256)"}
    for written, tried in small.items():
        assert program.count(written) == 1
        program = program.replace(written, tried)
    exec(compile(program, "README.md", "exec"), {})
    assert (tmp_path / "wide.png").stat().st_size > 1000
    assert (tmp_path / "runs/balloons/model.safetensors").is_file()


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)[^)]*\)", README))
def test_links_resolve(target):
    assert target.startswith("https://") or (ROOT / target).exists()


def test_every_application_is_in_the_list():
    listed = re.findall(r"^(sindiff [a-z-]+ .*?) +#", README, re.MULTILINE)
    assert listed == [row.examples[0] for row in APPLICATIONS.values()]
