"""Make the bundled pictures in data/: paint the project's own, take the others from what two packages install.

The paintings (paintings.py) need only numpy and pillow and are the same on every run (a JPEG's bytes may differ between
versions of the encoder). The photographs are sample pictures of scikit-image and scikit-learn, whole and at their own
size (`pip install scikit-image scikit-learn`). Authors and licences: data/LICENSES.md and data/pictures.json, both
written by hand.
"""

import argparse
import shutil
from importlib.util import find_spec
from pathlib import Path

from paintings import balloons, peaks, stones
from PIL import Image

QUALITY = 92
PAINTINGS = {"balloons": balloons, "peaks": peaks, "stones": stones}
SAMPLES = {
    "rocket": ("skimage", "data/rocket.jpg"),
    "hubble": ("skimage", "data/hubble_deep_field.jpg"),
    "gravel": ("skimage", "data/gravel.png"),
    "brick": ("skimage", "data/brick.png"),
    "grass": ("skimage", "data/grass.png"),
    "pagoda": ("sklearn", "datasets/images/china.jpg"),
    "dahlia": ("sklearn", "datasets/images/flower.jpg"),
}


def sample(package, file):
    """The path of a file that a package installs."""
    found = find_spec(package)
    if found is None:
        raise SystemExit(f"make_data.py: {file}: needs {package} (pip install scikit-image scikit-learn)")
    return Path(found.submodule_search_locations[0], file)


def make(name, path):
    """Write one picture; what is a JPEG already is copied as it is."""
    source = None if name in PAINTINGS else sample(*SAMPLES[name])
    if source is None:
        PAINTINGS[name]().save(path, quality=QUALITY, subsampling=0, optimize=True)
    elif source.suffix == ".jpg":
        shutil.copyfile(source, path)
    else:
        Image.open(source).convert("RGB").save(path, quality=QUALITY, subsampling=0, optimize=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [*PAINTINGS, *SAMPLES]
    parser.add_argument("names", nargs="*", metavar="name", help=f"which pictures: {', '.join(names)} (default: all)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures, made if missing")
    args = parser.parse_args()
    unknown = [name for name in args.names if name not in names]
    if unknown:
        parser.error(f"no such picture: {', '.join(unknown)}")
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.names or names:
        path = args.out / f"{name}.jpg"
        make(name, path)
        print(f"{path}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
