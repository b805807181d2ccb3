"""Whether the notebooks' pages show what their code gives today; scripts/check_notebooks.py --outputs asks."""

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

STAMP = re.compile(r"sindiff [^\n]*?\(commit ([0-9a-f]+)(\+?)\)")

Problem = tuple[str, str, str]


def stale(paths: Sequence[Path], root: Path) -> list[Problem]:
    """All problems of the pages, as (notebook, place, what), and of the models that come with sindiff."""
    books = {path: json.loads(path.read_text(encoding="utf-8")) for path in paths}
    problems, commits = [], {}
    for path, book in books.items():
        commit, found = stamp_of(book)
        problems += [(path.name, "", what) for what in found]
        problems += [(path.name, place, what) for place, what in figures_without_words(book)]
        if commit:
            commits.setdefault(commit, []).append(path.name)
            problems += [(path.name, place, what) for place, what in edited_since(path, book, commit, root)]
    if len(commits) > 1:
        told = ", ".join(f"{commit} ({len(names)})" for commit, names in sorted(commits.items()))
        problems.append(("", "", f"notebooks were executed at different commits: {told}"))
    return problems + [("", "", what) for what in old_models(root)]


def stamp_of(book: dict) -> tuple[str | None, list[str]]:
    """The commit at which a notebook was executed, and what is wrong with it."""
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
    counts = [cell.get("execution_count") for cell in code]
    if not any(counts):
        return None, ["was not executed: run scripts/run_notebooks.py --inplace"]
    if counts != list(range(1, len(counts) + 1)):
        return None, [f"was not executed in one go from the top: counts {', '.join(map(str, counts))}"]
    shown = "".join("".join(output.get("text", "")) for cell in code for output in cell.get("outputs", []))
    found = STAMP.search(shown)
    if not found:
        return None, ["does not say at which commit it was executed"]
    commit, dirty = found.groups()
    return commit, [f"was executed with uncommitted changes ({commit}+)"] if dirty else []


def figures_without_words(book: dict) -> Iterator[tuple[str, str]]:
    for number, cell in enumerate(book["cells"], start=1):
        for output in cell.get("outputs", []):
            kinds = [kind for kind in output.get("data", {}) if kind.startswith("image/")]
            if any(not output.get("metadata", {}).get(kind, {}).get("alt", "").strip() for kind in kinds):
                yield f"cell {number}", "shows a figure without an alt text"


def edited_since(path: Path, book: dict, commit: str, root: Path) -> Iterator[tuple[str, str]]:
    """Code cells that are not what they were at the commit at which they were executed."""
    place = path.resolve().relative_to(root).as_posix()
    run = subprocess.run(["git", "show", f"{commit}:{place}"], cwd=root, capture_output=True, text=True)
    if run.returncode:
        yield "", f"was executed at {commit}, which is no commit here that holds it"
        return
    then = {cell["id"]: "".join(cell["source"]) for cell in json.loads(run.stdout)["cells"]}
    for number, cell in enumerate(book["cells"], start=1):
        if cell["cell_type"] == "code" and then.get(cell["id"]) != "".join(cell["source"]):
            yield f"cell {number}", f"was edited after it was executed (at {commit})"


def old_models(root: Path) -> Iterator[str]:
    """Trained models that come with sindiff and are of another recipe than preset laptop's (make models)."""
    from sindiff.training.presets import get_preset

    recipe = json.loads(json.dumps(asdict(get_preset("laptop").train)))
    for file in sorted((root / "data/models").glob("*/config.json")):
        learned = json.loads(file.read_text(encoding="utf-8"))["training"]["config"]
        other = [name for name, value in recipe.items() if learned.get(name, value) != value]
        if other:
            yield f"data/models/{file.parent.name}: not preset laptop's recipe ({', '.join(other)}); run make models"
