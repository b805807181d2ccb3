"""What the stored pages show: figures and numbers of one commit, of the code as it is."""

import copy
import json
import subprocess

import pytest

from .books import ROOT, out, outputs_of_notebooks, put, stamp_notebooks


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
