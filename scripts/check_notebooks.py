"""Check the notebooks as they would be committed, without running them; one line for each problem, and exit code 1.

--outputs also looks at what the pages show: whether all were executed, at one clean commit, from the code that stands
there now, and whether the models that come with sindiff are of today's recipe.  Needs nothing but Python and, for
--outputs, git.

Examples:
  python3 scripts/check_notebooks.py                          all notebooks
  python3 scripts/check_notebooks.py notebooks/00_start.ipynb
  python3 scripts/check_notebooks.py --outputs                after scripts/run_notebooks.py --inplace
"""

import ast
import json
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from stamp_notebooks import ROOT, arguments, linked_and_numbered, settings, stamped_cells, tags

SETUP = ("preset", "image", "seed", "out_dir", "device")
MOST_BYTES = 2**20
MOST_LINES, MOST_LISTED = 20, 100  # of a cell, blank ones not counted; of one with the tag listing
LEAST_ALT = 8  # letters
FIGURES = {"show": 1, "explore": 1, "point_at": 2}  # the place of the alt text among the arguments
EXERCISE = re.compile(r"^## Exercise", re.MULTILINE)
SOLUTION = re.compile(r"<details><summary>(?:Solution|What you should see)|fold=\"Solution")
FOLDERS = "home|Users|root|work|tmp|private|mnt|content"
ABSOLUTE = re.compile(rf"(?<![\w.:/-])(?:/(?:{FOLDERS})/|[A-Za-z]:\\)[^\s\"'`)]*")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|<(?:img|a)\b[^>]*?(?:src|href)\s*=\s*[\"']([^\"']+)")


def check(path: Path, repository: str, ref: str) -> list:
    """All problems of one notebook, as (place, what)."""
    size = path.stat().st_size
    problems = [("", f"has {size:,} bytes, more than {MOST_BYTES:,}")] if size > MOST_BYTES else []
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
    except (ValueError, KeyError, TypeError):
        return [*problems, ("", "is not a notebook")]
    problems += [("", what) for what in about_metadata(notebook.get("metadata", {}))]
    problems += [("", what) for what in about_markdown(cells)]
    problems += [("", what) for what in about_exercises(cells)]
    for tag, source in stamped_cells(path.name, repository, ref).items():
        found = [text(cell) for cell in cells if tag in tags(cell)]
        if found != [source]:
            problems.append(("", f"the {tag} cell is missing or old: run scripts/stamp_notebooks.py"))
    parameters = [cell for cell in cells if "parameters" in tags(cell)]
    if len(parameters) != 1:
        problems.append(("", f"has {len(parameters)} cells tagged parameters, not 1"))
    call = f"setup({path.stem!r}, {', '.join(SETUP)})"
    if not any(call in text(cell).replace('"', "'") for cell in cells):
        problems.append(("", f"no cell calls {call}: parameters would not reach it"))
    for number, cell in enumerate(cells, start=1):
        about = about_code(cell) if cell.get("cell_type") == "code" else about_links(cell, path)
        problems += [(f"cell {number}", what) for what in [*about, *about_paths(cell)]]
    return problems


def text(part) -> str:
    """Notebooks store texts as lists of lines or as one string."""
    return part if isinstance(part, str) else "".join(part if isinstance(part, list) else part.get("source", []))


def about_metadata(metadata: dict):
    kernel = metadata.get("kernelspec", {}).get("name")
    if kernel != "python3":
        yield f"kernelspec is {kernel}, not python3"
    if "widgets" in metadata:
        yield "stores widget state (metadata.widgets)"


def about_markdown(cells: list):
    """Sections are numbered and other lessons are links, as the stamp writes them."""
    written = [text(cell) for cell in cells if cell.get("cell_type") == "markdown"]
    for source, stamped in zip(written, linked_and_numbered(written), strict=True):
        if source != stamped:
            line = next(now for now, then in zip(source.splitlines(), stamped.splitlines(), strict=True) if now != then)
            yield f"{line[:60]!r} lacks its number or a link: run scripts/stamp_notebooks.py"


def about_exercises(cells: list):
    """Every exercise has its solution, folded away."""
    written = "\n".join(text(cell) for cell in cells)
    exercises, solutions = len(EXERCISE.findall(written)), len(SOLUTION.findall(written))
    if solutions < exercises:
        yield f"has {exercises} exercises and {solutions} folded solutions"


def about_code(cell: dict):
    lines = sum(bool(line.strip()) for line in text(cell).splitlines())
    most = MOST_LISTED if "listing" in tags(cell) else MOST_LINES
    if lines > most:
        yield f"has {lines} lines, more than {most}"
    yield from about_figures(text(cell))
    if "parameters" in tags(cell):
        yield from about_parameters(text(cell))
    if "injected-parameters" in tags(cell):
        yield "holds parameters that a run put in"
    for output in cell.get("outputs", []):
        if output.get("name") == "stderr":
            yield f"wrote to stderr: {text(output.get('text', '')).strip()[:60]!r}"
        elsewhere = re.match(r"sindiff .*\npreset +(?!laptop\b)(\w+)", text(output.get("text", "")))
        if elsewhere:
            yield f"was run at preset {elsewhere.group(1)}, and readers get laptop"
        if output.get("output_type") == "error":
            yield f"failed: {output.get('ename')}: {str(output.get('evalue'))[:80]}"
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {}):
            yield "stores a widget, which is dead without its kernel: run it with SINDIFF_UI=off"


def about_figures(source: str):
    """Every figure says what it shows, and shows: a page has the last value of a cell, and titles are for elsewhere.

    That an alt text which is put together when the cell runs is not empty, show sees to.
    """
    try:
        cell = ast.parse(source)
    except SyntaxError:  # as %time
        return
    nodes = list(ast.walk(cell))
    for statement in cell.body[:-1]:
        said = ast.unparse(statement)
        if said.startswith("show(") and "title.png" not in said:
            yield f"{said[:60]!r} is not the last line of its cell, so the page does not show it"
    named = {ast.unparse(node.targets[0]): node.value for node in nodes if isinstance(node, ast.Assign)}
    for call in (node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) in FIGURES):
        place = FIGURES[ast.unparse(call.func)]
        given = [word.value for word in call.keywords if word.arg == "alt"] or call.args[place : place + 1]
        alt = next((named.get(ast.unparse(each), each) for each in given), ast.Constant(""))
        if isinstance(alt, ast.Constant) and len(str(alt.value)) < LEAST_ALT:
            yield f"{ast.unparse(call.func)} needs an alt text: what the figure shows, in a sentence"


def about_parameters(source: str):
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        yield "the parameters are not Python"
        return
    names = set()
    for statement in statements:
        try:
            ast.literal_eval(statement.value)
            names |= {target.id for target in statement.targets}
        except (AttributeError, ValueError):
            yield f"line {statement.lineno} of the parameters is no plain name = literal"
    if missing := [name for name in SETUP if name not in names]:
        yield f"the parameters lack {', '.join(missing)}"


def about_links(cell: dict, path: Path):
    for found in LINK.findall(text(cell)):
        link = next(filter(None, found))
        if link.startswith("attachment:"):
            if link.partition(":")[2] not in cell.get("attachments", {}):
                yield f"{link} is not there"
            continue
        elsewhere = re.match(r"[a-z][a-z0-9+.-]*:|#", link, re.IGNORECASE)
        if not elsewhere and not (path.parent / unquote(link.partition("#")[0])).exists():
            yield f"links to {link}, which is not there"


def about_paths(cell: dict):
    texts = [text(cell)]
    for output in cell.get("outputs", []):
        shown = output.get("data", {})
        texts += [text(part) for kind, part in shown.items() if kind.startswith("text/")]
        texts += [text(output.get("text", "")), *output.get("traceback", [])]
    for found in dict.fromkeys(ABSOLUTE.findall("\n".join(texts))):
        yield f"holds the absolute path {found}"


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--outputs", action="store_true", help="check what the pages show, too")
    args = parser.parse_args()
    repository, ref = settings((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    problems = [(path.name, *found) for path in args.notebooks for found in check(path, repository, ref)]
    if args.outputs:
        from outputs_of_notebooks import stale

        problems += stale(args.notebooks, ROOT)
    for problem in problems:
        print(": ".join(filter(None, problem)))
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
