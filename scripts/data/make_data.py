"""Make the bundled pictures in data/: paint the project's own, cut the others from scikit-image's samples.

The paintings (paintings.py) need only numpy and pillow and are the same on every run (a JPEG's bytes may differ between
versions of the encoder). The photographs are cut from the sample pictures that scikit-image installs (`pip install
scikit-image`). Authors and licences: data/LICENSES.md and data/pictures.json, both written by hand.
"""

import argparse
from pathlib import Path

from paintings import balloons, peaks, stones
from PIL import Image

QUALITY = 92


def sample(name, box, size):
    """Cut box (left, top, right, bottom) from a sample picture of scikit-image and resize it to (width, height)."""
    try:
        from skimage import data
    except ImportError:
        raise SystemExit(f"make_data.py: {name}: needs scikit-image (pip install scikit-image)") from None
    image = Image.fromarray(getattr(data, name)()).convert("RGB")
    return image.crop(box).resize(size, Image.Resampling.LANCZOS)


def rocket():
    """A rocket between lit towers under an evening sky: a 4:3 cut without the left and right rim."""
    return sample("rocket", (36, 0, 605, 427), (384, 288))


def hubble():
    """The Hubble extreme deep field: a cut of half the width, so that galaxies stay visible when small."""
    return sample("hubble_deep_field", (100, 40, 600, 415), (384, 288))


def gravel():
    """Gravel, gray: a small cut, enlarged, so that stones stay visible when small."""
    return sample("gravel", (20, 20, 260, 200), (320, 240))


def brick():
    """A brick wall, gray, its courses upright."""
    return sample("brick", (0, 0, 400, 300), (384, 288))


PAINTINGS = (balloons, peaks, stones)
CUTS = (rocket, hubble, gravel, brick)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    makers = {maker.__name__: maker for maker in PAINTINGS + CUTS}
    parser.add_argument("names", nargs="*", metavar="name", help=f"which pictures: {', '.join(makers)} (default: all)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures, made if missing")
    args = parser.parse_args()
    unknown = [name for name in args.names if name not in makers]
    if unknown:
        parser.error(f"no such picture: {', '.join(unknown)}")
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.names or makers:
        path = args.out / f"{name}.jpg"
        makers[name]().save(path, quality=QUALITY, subsampling=0, optimize=True)
        print(f"{path}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
