"""Check the notebooks as they would be committed, without running them; one line for each problem, and exit code 1.

Needs nothing but Python.

Examples:
  python3 scripts/check_notebooks.py                          all notebooks
  python3 scripts/check_notebooks.py notebooks/00_start.ipynb
"""

import argparse
import ast
import json
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from stamp_notebooks import ROOT, settings, stamped_cells, tags

SETUP = ("preset", "image", "seed", "out_dir", "device")
MOST_BYTES = 900_000
MOST_LINES = 20
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
    problems += [("", what) for what in about_counts(cells)]
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


def about_counts(cells: list):
    counts = [cell.get("execution_count") for cell in cells if cell.get("cell_type") == "code" and text(cell).strip()]
    if not any(counts):
        yield "was not executed: run scripts/run_notebooks.py --inplace"
    elif counts != list(range(1, len(counts) + 1)):
        yield f"was not executed in one go from the top: counts {', '.join(map(str, counts))}"


def about_code(cell: dict):
    lines = len(text(cell).splitlines())
    if lines > MOST_LINES:
        yield f"has {lines} lines, more than {MOST_LINES}"
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, default=sorted(ROOT.glob("notebooks/*.ipynb")))
    repository, ref = settings((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    bad = 0
    for path in parser.parse_args().notebooks:
        for place, what in check(path, repository, ref):
            print(": ".join(part for part in (path.name, place, what) if part))
            bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())
