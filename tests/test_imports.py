"""Imports run one way, and importing sindiff stays light."""

import ast
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "sindiff"

# A file may import from the layers above its own, not from its own and not from those below.
LAYERS = [
    ["files", "device", "schedule", "optim", "vision", "distributed", "neighbours", "unet"],
    ["noise", "diffusion", "experts", "images", "progress", "provenance"],
    ["receptive_field", "conditioning", "guidance", "oracle", "theory", "samplers", "canvas", "masks"],
    ["checkpoint", "train", "text", "edits", "resampling", "patch_search"],
    ["presets", "applications", "weights"],
    ["runs", "plan", "inpaint", "text_guided", "animation", "metrics", "baselines"],
    ["large", "outpaint", "reference", "region", "places50", "protocol", "paper"],
    ["lab", "cli"],
    ["__main__"],
]
FORBIDDEN = {"samplers": {"unet", "conditioning"}, "conditioning": {"samplers", "unet"}}
# Inside a folder of the package, files may import each other.
RESTRICTED = {
    "matplotlib": {"lab"},
    "ipywidgets": {"lab"},
    "anywidget": {"lab"},
    "traitlets": {"lab"},
    "IPython": {"lab"},
    "click": {"cli"},
    "tqdm": {"cli", "lab"},
}
INSIDE_FUNCTIONS = {"lpips", "open_clip", "torchvision", "diffusers", "scipy", "faiss", "pooch"}
LAYER = {name: number for number, names in enumerate(LAYERS) for name in names}
FILES = sorted(PACKAGE.rglob("*.py"))


def part(file):
    """The file's name in LAYERS: a folder of the package is one part."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree):
    """All modules that a syntax tree imports, as dotted names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they lead"
            yield node.module
            if node.module == "sindiff":
                yield from (f"sindiff.{alias.name}" for alias in node.names)


def at_import(tree):
    """The tree without the bodies of functions: what runs when the file is imported."""

    class Prune(ast.NodeTransformer):
        def visit_FunctionDef(self, node):
            return None

        visit_AsyncFunctionDef = visit_FunctionDef

    return Prune().visit(tree)


def own_parts(tree):
    """Parts of sindiff that a tree imports."""
    names = {name.split(".")[1] for name in imports(tree) if name.startswith("sindiff.")}
    return {name for name in names if (PACKAGE / f"{name}.py").exists() or (PACKAGE / name).is_dir()}


def parse(file):
    return ast.parse(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_run_one_way(file):
    if part(file) == "__init__":
        assert "lab" not in own_parts(parse(file))
        return
    assert part(file) in LAYER, f"{part(file)} has no layer yet: give it one above"
    for name in own_parts(parse(file)) - {part(file)}:
        assert LAYER[name] < LAYER[part(file)], f"{part(file)} may not import {name}"
        assert name not in FORBIDDEN.get(part(file), ()), f"{part(file)} may not import {name}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_outside_packages_stay_in_their_place(file):
    for name in {name.split(".")[0] for name in imports(parse(file))}:
        assert part(file) in RESTRICTED.get(name, {part(file)}), f"{part(file)} may not import {name}"
    early = {name.split(".")[0] for name in imports(at_import(parse(file)))}
    assert not early & INSIDE_FUNCTIONS, "to be imported inside the functions that need it"


def test_the_checks_can_fail():
    tree = ast.parse("import lpips.x\nfrom sindiff.unet import A\nfrom sindiff import metrics\ndef f():\n import scipy")
    assert set(imports(tree)) == {"lpips.x", "sindiff.unet", "sindiff", "sindiff.metrics", "scipy"}
    assert own_parts(tree) == {"unet", "metrics"}
    assert "scipy" not in set(imports(at_import(tree)))


def test_importing_sindiff_is_light(record_property):
    heavy = [*INSIDE_FUNCTIONS, "matplotlib", "ipywidgets", "IPython", "pandas", "transformers", "skimage"]
    code = f"import sys, json, sindiff, sindiff.cli; print(json.dumps([m for m in {heavy} if m in sys.modules]))"
    start = time.perf_counter()
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    record_property("seconds", round(time.perf_counter() - start, 2))
    assert json.loads(finished.stdout) == []


def test_names_that_sindiff_offers():
    import sindiff

    assert sorted(sindiff.__all__, key=str.lower) == sorted(set(sindiff.__all__), key=str.lower)
    for name in sindiff.__all__:
        assert getattr(sindiff, name).__doc__ or isinstance(getattr(sindiff, name), dict)
