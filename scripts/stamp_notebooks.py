"""Write what all notebooks share: the Colab badge and the bootstrap cell, from the public address in pyproject.toml,
the line of links at the top, the numbers of the sections, and a link wherever another notebook is named.

The address stands in one place: [tool.sindiff] repository. While it is empty, the badge is a line of text and the
bootstrap cell installs nothing: it only tells how to install from a checkout. Needs nothing but Python.

Examples:
  python3 scripts/stamp_notebooks.py                          all notebooks
  python3 scripts/stamp_notebooks.py notebooks/00_start.ipynb
"""

import argparse
import json
import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GITHUB = "https://github.com/"
LESSONS = {path.stem[:2]: path.stem for path in sorted(ROOT.glob("notebooks/[0-9][0-9]_*.ipynb"))}
UNNUMBERED = "Exercise|Numbers you should see|Three things to remember|Next"

NO_BADGE = "*Colab: once the repository has a public address.*"
BADGE = """\
[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]\
(https://colab.research.google.com/github/{path}/blob/{ref}/notebooks/{notebook})"""

NO_BOOTSTRAP = """\
import importlib.util

if importlib.util.find_spec("sindiff") is None:
    print("sindiff is missing: in its checkout run  pip install -e '.[notebook]'  and restart")"""
BOOTSTRAP = """\
import importlib.util
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path
from tempfile import mkdtemp

if importlib.util.find_spec("sindiff") is None:  # on Colab: install it, and leave what is there as it is
    keep = "torch torchvision numpy pillow matplotlib ipython ipykernel ipywidgets safetensors huggingface_hub".split()
    have = {{d.name.lower().replace("-", "_"): d.version for d in distributions() if d.name}}
    constraints = Path(mkdtemp(), "constraints.txt")
    constraints.write_text("".join(f"{{name}}=={{have[name]}}\\n" for name in keep if name in have))
    pip = [sys.executable, "-m", "pip", "install", "-q", "-c", str(constraints)]
    subprocess.run([*pip, "sindiff @ git+{repository}@{ref}"], check=True)
    importlib.invalidate_caches()"""


def settings(text: str) -> tuple[str, str]:
    """Public address and git reference (default: main) from the text of pyproject.toml."""
    section = re.search(r"^\[tool\.sindiff\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    found = dict(re.findall(r'^(\w+)\s*=\s*"(.*?)"', section.group(1), re.MULTILINE)) if section else {}
    return found.get("repository", "").rstrip("/"), found.get("ref", "main")


def stamped_cells(notebook: str, repository: str, ref: str) -> dict:
    """The source of the cells tagged badge, bootstrap and, in a lesson, links, for the notebook of that file name."""
    links = {"links": neighbours(notebook)} if Path(notebook).stem in LESSONS.values() else {}
    if not repository:
        return links | {"badge": NO_BADGE, "bootstrap": NO_BOOTSTRAP}
    bootstrap = BOOTSTRAP.format(repository=repository, ref=ref)
    if not repository.startswith(GITHUB):
        return links | {"badge": "*Colab opens notebooks from GitHub only.*", "bootstrap": bootstrap}
    badge = BADGE.format(path=repository[len(GITHUB) :], ref=ref, notebook=notebook)
    return links | {"badge": badge, "bootstrap": bootstrap}


def neighbours(notebook: str) -> str:
    """The line of links at the top of a lesson: the ones before and after it, all of them, the glossary."""
    stems = list(LESSONS.values())
    place = stems.index(Path(notebook).stem)
    before, after = stems[:place][-1:], stems[place + 1 :][:1]
    parts = [f"[← {_spoken(stem)}]({stem}.ipynb)" for stem in before]
    parts += ["[all lessons](README.md)", "[glossary](GLOSSARY.md)"]
    return " · ".join([*parts, *(f"[{_spoken(stem)} →]({stem}.ipynb)" for stem in after)])


def _spoken(stem: str) -> str:
    return stem.replace("_", " ")


def linked_and_numbered(sources: Sequence[str]) -> list[str]:
    """Markdown cells in their order, their sections numbered from 1 on, each named notebook a link to it."""
    number, done = count(1), []
    for source in sources:
        source = re.sub(
            r"^## (?:\d+\. )?(?!" + UNNUMBERED + r"|\d)", lambda _: f"## {next(number)}. ", source, flags=re.M
        )
        source = re.sub(r"(?<!\[)\b([Nn]otebook) (\d\d)\b(?!\])", _link, source)
        done.append(re.sub(r"\bNotebooks (?:\d\d(?:, | and | to )?)+", _each_linked, source))
    return done


def _link(found: re.Match) -> str:
    word, lesson = found.groups()
    return f"[{word} {lesson}]({LESSONS[lesson]}.ipynb)" if lesson in LESSONS else found.group()


def _each_linked(found: re.Match) -> str:
    return re.sub(r"\d\d", lambda lesson: f"[{lesson.group()}]({LESSONS[lesson.group()]}.ipynb)", found.group())


def tags(cell: dict) -> list:
    return cell.get("metadata", {}).get("tags", [])


def stamp(notebook: dict, cells: dict) -> None:
    """Write the cells in place, where one is missing behind the title or before the parameters; number and link."""
    for tag, source in cells.items():
        cell = next((cell for cell in notebook["cells"] if tag in tags(cell)), None)
        if cell is None:
            cell = {"cell_type": "markdown", "id": tag, "metadata": {"tags": [tag]}}
            if tag == "bootstrap":
                cell.update(cell_type="code", execution_count=None, outputs=[])
            first = [i for i, other in enumerate(notebook["cells"]) if "parameters" in tags(other)]
            notebook["cells"].insert(first[0] if tag == "bootstrap" and first else 1, cell)
        _put(cell, source)
    written = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    stamped = linked_and_numbered(["".join(cell.get("source", [])) for cell in written])
    for cell, source in zip(written, stamped, strict=True):
        _put(cell, source)


def _put(cell: dict, source: str) -> None:
    if "".join(cell.get("source", [])) != source:
        cell["source"] = source.splitlines(keepends=True)


def write(path: Path, notebook: dict) -> None:
    """As Jupyter writes it, so that nothing else in the file changes."""
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def arguments(doc: str) -> argparse.ArgumentParser:
    """A parser of paths of notebooks, by default all."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, default=sorted(ROOT.glob("notebooks/*.ipynb")))
    return parser


def main() -> None:
    repository, ref = settings((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for path in arguments(__doc__).parse_args().notebooks:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        stamp(notebook, stamped_cells(path.name, repository, ref))
        write(path, notebook)
    print(f"stamped with {repository or 'no address: [tool.sindiff] repository in pyproject.toml is empty'}")


if __name__ == "__main__":
    main()
