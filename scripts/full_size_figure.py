"""Draw the README's picture: photos, framed in red, with pictures of their own size made from them, reduced to a page.

Example:
  python scripts/full_size_figure.py --out figures/full_size/title.jpg
"""

import argparse
from pathlib import Path

from PIL import Image, ImageOps

from sindiff import generate, load_model, load_picture
from sindiff.applications import Draw, outpaint
from sindiff.machine.files import home_expanded
from sindiff.model import Source, untrained
from sindiff.pictures import data_folder, find_picture, to_image
from sindiff.pictures.images import in_rows

WIDTH, GAP, FRAME = 1600, 8, 5
ROWS = (("peaks", True), ("pagoda", False), ("stones", True))  # bundled pictures, and whether a trained model is taken
WIDER = "balloons"


def source_of(name: str, trained: bool) -> Source:
    """The model that comes with sindiff, or the photo alone."""
    return load_model(data_folder() / "models" / name) if trained else untrained(load_picture(find_picture(name)[0]))


def in_a_row(images: list[Image.Image], width: int) -> Image.Image:
    """Images beside each other, all as high, `width` px in all."""
    room = width - GAP * (len(images) - 1)
    height = round(room / sum(image.width / image.height for image in images))
    images = [image.resize((round(height * image.width / image.height), height), Image.LANCZOS) for image in images]
    row, left = Image.new("RGB", (width, height), "white"), 0
    for image in images:
        row.paste(image, (left, 0))
        left += image.width + GAP
    return row


def save_below_each_other(rows: list[Image.Image], file: Path) -> None:
    """Write rows as a page."""
    file.parent.mkdir(parents=True, exist_ok=True)
    in_rows([[row] for row in rows], GAP).save(file, quality=86)


def framed(image: Image.Image, per: int) -> Image.Image:
    """The image with a red frame of FRAME px on a page with `per` images in a row."""
    border = round(FRAME * image.width * per / WIDTH)
    return ImageOps.expand(ImageOps.crop(image, border), border, "crimson")


def wider() -> Image.Image:
    """A picture with what lies around it, itself framed."""
    model = source_of(WIDER, True)
    photo = model.photo
    grown = photo.shape[2] // 2
    wide = to_image(outpaint(model, photo, left=grown, right=grown, draw=Draw(1, seed=1))[0])
    wide.paste(framed(to_image(photo), 2), (grown, 0))
    return wide


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=home_expanded, default=Path("figures/full_size/title.jpg"))
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    rows = []
    for name, trained in ROWS:
        source = source_of(name, trained)
        new = [to_image(picture) for picture in generate(source, 3, seed=args.seed)]
        rows.append(in_a_row([framed(to_image(source.photo), 4), *new], WIDTH))
    rows.append(in_a_row([wider()], WIDTH))
    save_below_each_other(rows, args.out)


if __name__ == "__main__":
    main()
