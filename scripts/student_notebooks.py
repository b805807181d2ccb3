"""Make the notebooks for a class: the same lessons without outputs and without solutions.  Needs nothing but Python.

Solutions are the folds in the text whose title begins with Solution, and the cells that show one; a line says where
the solution is.  Pictures in the text are found where they lie, so the folder belongs in the checkout.

Examples:
  python3 scripts/student_notebooks.py
  python3 scripts/student_notebooks.py notebooks/01_noise.ipynb --out class
"""

import ast
import json
import os
import re
from pathlib import Path

from stamp_notebooks import ROOT, arguments, write

FOLD = re.compile(r"<details><summary>(?:Solution|What you should see).*?</details>\n*", re.DOTALL)


def for_students(notebook: dict, lesson: str, up: str) -> dict:
    """A copy without outputs and solutions.  up: the way from its folder to the lesson's."""
    cells = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            source = without_solutions(source)
            cell = cell | {"execution_count": None, "outputs": []}
        else:
            hint = f"*The solution is in [the full notebook]({up}/{lesson}).*\n\n"
            source = FOLD.sub(hint, source)
            source = re.sub(r"\]\((?!https?:|#)([^)]+)\)", lambda link: moved(link[1], up), source)
        if source:
            cells.append(cell | {"source": source.splitlines(keepends=True)})
    return notebook | {"cells": cells}


def without_solutions(source: str) -> str:
    """Code without the statements that show a solution."""
    lines = source.splitlines()
    for statement in reversed(ast.parse(source).body):
        if "show_source(" in (written := ast.unparse(statement)) and "fold=" in written:
            del lines[statement.lineno - 1 : statement.end_lineno]
    return "\n".join(lines).strip()


def moved(link: str, up: str) -> str:
    """A link as it reads from the students' folder: to their own lessons, or to what lies beside the full ones."""
    own = re.fullmatch(r"\d\d_\w+\.ipynb", link)
    return f"]({link if own else os.path.normpath(os.path.join(up, link))})"


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "student")
    args = parser.parse_args()
    for path in args.notebooks:
        if not path.is_file():
            parser.error(f"{path}: no such file")
    args.out.mkdir(parents=True, exist_ok=True)
    for path in args.notebooks:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        up = os.path.relpath(path.parent.resolve(), args.out.resolve())
        write(args.out / path.name, for_students(notebook, path.name, up))
    print(f"{len(args.notebooks)} notebooks without outputs and solutions: {args.out}")


if __name__ == "__main__":
    main()
