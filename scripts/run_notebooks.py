"""Run notebooks with papermill and keep the executed copies, the pictures and the manifest.

Each notebook's results go to figures/NAME, or figures/NAME-PRESET for another preset than laptop; --out chooses a
folder. With --inplace the outputs go back into the notebook itself: that is how the committed ones are made (at preset
laptop). Sliders are left out, so that no stored page holds a dead widget.

Examples:
  python scripts/run_notebooks.py notebooks/00_start.ipynb
  python scripts/run_notebooks.py notebooks/00_start.ipynb --image photo.jpg --out figures/photo
  python scripts/run_notebooks.py notebooks/*.ipynb --preset smoke --out figures/smoke
  python scripts/run_notebooks.py notebooks/*.ipynb --inplace
"""

import argparse
import base64
import io
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_PNG, MOST_PAGE = 250_000, 980_000  # bytes
WIDGET = "application/vnd.jupyter.widget-view+json"


def main() -> int:
    args = arguments()
    os.environ["SINDIFF_UI"] = "off"
    failed = 0
    for number, path in enumerate(args.notebooks, start=1):
        head = f"[{number}/{len(args.notebooks)}] {path.stem}"
        print(f"{head}: running at preset {args.preset} ...", flush=True)
        start = time.monotonic()
        try:
            where = run(path, args)
        except KeyboardInterrupt:
            print(f"{head}: interrupted", file=sys.stderr)
            return 130
        except PermissionError as error:
            what = f"{error.filename}: {error.strerror}; give another folder with --out"
            print(f"{head}: failed: {what}", file=sys.stderr)
            failed = 1
        except Exception as error:
            print(f"{head}: failed: {reason(error)}", file=sys.stderr)
            failed = 1
        else:
            print(f"{head}: done in {time.monotonic() - start:.0f} s, results in {where}", flush=True)
    return failed


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--preset", default=os.environ.get("SINDIFF_PRESET") or "laptop", help="default: %(default)s")
    parser.add_argument("--device", help="auto, cpu, cuda or mps")
    parser.add_argument("--kernel", help="Jupyter kernel; default: the notebook's")
    parser.add_argument("--image", help="a picture file, or the name of a bundled picture")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--out", type=in_home, help="folder for everything")
    parser.add_argument("--inplace", action="store_true", help="write the outputs back into the notebook")
    args = parser.parse_args()
    for path in args.notebooks:
        if not path.is_file():
            parser.error(f"{path}: no such file")
    if args.inplace and (args.image or args.seed is not None or args.out):
        parser.error("--inplace shows what a reader gets: it takes no --image, --seed or --out")
    return args


def in_home(path: str) -> Path:
    """A path as a shell reads it: ~ is the home folder, after = too."""
    return Path(os.path.expanduser(path))


def run(path: Path, args: argparse.Namespace) -> Path:
    """Run one notebook; returns the folder with its results."""
    import nbformat
    import papermill

    folder = results_folder(path, args)
    wanted = {"preset": args.preset, "image": args.image, "seed": args.seed, "out_dir": str(folder)}
    values = {"device": args.device} if args.inplace else {**wanted, "device": args.device}
    values = {name: value for name, value in values.items() if value is not None}
    os.environ["SINDIFF_PRESET"] = args.preset
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary, path.name) if args.inplace else folder / path.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        options = {"kernel_name": args.kernel, "progress_bar": False, "start_timeout": 180}
        options["extra_arguments"] = ["--IPKernelApp.log_level=CRITICAL"]
        try:
            papermill.execute_notebook(str(path), str(copy), values, **options)
        finally:
            if copy.exists():
                notebook = nbformat.read(copy, as_version=4)
                tidy(notebook)
                nbformat.write(notebook, copy)
        if args.inplace:
            hide_injected(notebook)
            lighten(notebook)
            nbformat.write(notebook, path)
    return folder


def lighten(notebook) -> None:
    """Hold photographs in the page as JPEG; if that is not enough, the largest other pictures in 256 colours."""
    import nbformat
    from PIL import Image

    for output, png in pictures(notebook):
        if len(png) > MOST_PNG:
            jpeg = io.BytesIO()
            Image.open(io.BytesIO(png)).convert("RGB").save(jpeg, format="jpeg", quality=88, optimize=True)
            del output["data"]["image/png"]
            output["data"]["image/jpeg"] = base64.b64encode(jpeg.getvalue()).decode()
            output["metadata"]["image/jpeg"] = output["metadata"].pop("image/png", {})
    for output, png in sorted(pictures(notebook), key=lambda each: -len(each[1])):
        if len(nbformat.writes(notebook)) <= MOST_PAGE:
            return
        few = io.BytesIO()
        Image.open(io.BytesIO(png)).convert("RGB").quantize(256).save(few, format="png", optimize=True)
        output["data"]["image/png"] = base64.b64encode(few.getvalue()).decode()


def pictures(notebook) -> list[tuple[dict, bytes]]:
    """The outputs that hold a PNG, with its bytes."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    held = [output for output in outputs if "image/png" in output.get("data", {})]
    return [(output, base64.b64decode(output["data"]["image/png"])) for output in held]


def results_folder(path: Path, args: argparse.Namespace) -> Path:
    """Where a notebook's results go, as seen from the current folder (where papermill starts the kernel)."""
    if args.out:
        return args.out if len(args.notebooks) == 1 else args.out / path.stem
    name = path.stem if args.preset == "laptop" else f"{path.stem}-{args.preset}"
    return Path(os.path.relpath(ROOT / "figures" / name))


def tidy(notebook) -> None:
    """Drop what says nothing to a reader: records of papermill and the kernel, widgets, this machine's paths."""
    for name in ("papermill", "widgets"):
        notebook.metadata.pop(name, None)
    notebook.metadata.kernelspec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook.metadata.language_info = {"name": "python"}
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = without_paths(cell.source)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if WIDGET not in output.get("data", {})]
            for output in cell.outputs:
                tidy_output(output)


def tidy_output(output) -> None:
    output.get("metadata", {}).pop("papermill", None)
    data = output.get("data", {})
    for kind in [kind for kind in data if kind.startswith("text/")]:
        data[kind] = without_paths(data[kind])
    if "text" in output:
        output.text = without_paths(output.text)
    if "traceback" in output:
        output.traceback = [without_paths(line) for line in output.traceback]


def without_paths(text: str) -> str:
    """A text without this machine's folders: paths of the checkout start in it, others in the home folder (~)."""
    return text.replace(f"{ROOT}{os.sep}", "").replace(f"{Path.home()}{os.sep}", f"~{os.sep}")


def hide_injected(notebook) -> None:
    """Take out the cell with this run's parameters and count the others anew."""
    notebook.cells = [c for c in notebook.cells if "injected-parameters" not in c.metadata.get("tags", [])]
    count = 0
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.execution_count:
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count


def reason(error: Exception) -> str:
    """What went wrong, in one line."""
    if isinstance(error, ImportError):
        return f"{error.name} is missing: pip install -e '.[notebook]'"
    if hasattr(error, "exec_count"):
        where = f"cell {error.cell_index + 1}" + (f" (In [{error.exec_count}])" if error.exec_count else "")
        return f"{where}: {error.ename}: {' '.join(str(error.evalue).split())}"
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


if __name__ == "__main__":
    sys.exit(main())
