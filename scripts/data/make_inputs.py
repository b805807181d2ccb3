"""Make data/inputs/: for each of the project's paintings a rough drawing, an edited picture, a composite and its mask.

The drawings are flat shapes in colours picked by hand. The edits and composites are cut from data/*.jpg and pasted
without any care for seams or light, as one does it in a paint program: there is something left for a model to mend.
Needs only pillow; lengths and places are in units of UNIT px, 384x288 to a painting, (left, top) first.
"""

import argparse
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

DATA = Path(__file__).resolve().parents[2] / "data"
WIDTH, HEIGHT = 384, 288
UNIT = 4  # px
SIZE = (WIDTH * UNIT, HEIGHT * UNIT)  # of the files, that of the paintings
FINE = 2  # shapes are drawn so many times larger
AROUND = 8  # by how much a mask is wider than what was pasted


# ---- drawings: a list of (shape, colour, points) for each, from back to front ---------------------------------------


def balloon(left, top, width, body, stripe):
    """A balloon as one draws it: a ball, a stripe and a basket."""
    middle, foot = left + width / 2, top + width
    return [
        ("polygon", body, [(left + 4, top + 0.68 * width), (left + width - 4, top + 0.68 * width), (middle, foot + 8)]),
        ("ellipse", body, [(left, top), (left + width, foot)]),
        ("ellipse", stripe, [(middle - width / 6, top), (middle + width / 6, foot)]),
        ("rectangle", "#5a3a22", [(middle - 5, foot + 8), (middle + 5, foot + 18)]),
    ]


def fir(middle, foot, height):
    """A fir: one triangle."""
    points = [(middle - height / 4, foot), (middle + height / 4, foot), (middle, foot - height)]
    return [("polygon", "#1f4a36", points)]


def mountain(left, top, right, foot, colour, snow):
    """A triangle, with a white cap where its share `snow` of the height is above 0."""
    middle = (left + right) / 2
    half, edge = (right - left) / 2 * snow, top + (foot - top) * snow
    cap = [(middle, top), (middle + half, edge), (middle - half, edge)]
    return [("polygon", colour, [(left, foot), (right, foot), (middle, top)]), ("polygon", "#f3f0f5", cap)]


def stone(colour, *points):
    """A stone with so many corners."""
    return [("polygon", colour, list(points))]


DRAWINGS = {
    "balloons": [
        ("rectangle", "#5f9bd6", [(0, 0), (384, 80)]),
        ("rectangle", "#a9cbe0", [(0, 80), (384, 130)]),
        ("rectangle", "#f6cfa0", [(0, 130), (384, 215)]),
        ("polygon", "#a99fc4", [(0, 190), (70, 150), (150, 185), (250, 140), (384, 195), (384, 240), (0, 240)]),
        ("polygon", "#5f9a62", [(0, 215), (120, 195), (240, 225), (384, 200), (384, 260), (0, 260)]),
        ("rectangle", "#93ad45", [(0, 245), (384, 288)]),
        *balloon(30, 30, 84, "#2f5fa8", "#f6ecd8"),
        *balloon(160, 12, 62, "#e8a32f", "#d8402f"),
        *balloon(268, 40, 76, "#d8402f", "#f6ecd8"),
        *(tree for x in (24, 60, 196, 232, 350) for tree in fir(x, 276, 48)),
    ],
    "peaks": [
        ("rectangle", "#4a67a3", [(0, 0), (384, 60)]),
        ("rectangle", "#b58fb0", [(0, 60), (384, 105)]),
        ("rectangle", "#f3b596", [(0, 105), (384, 200)]),
        *mountain(-60, 80, 170, 200, "#8d93bb", 0.25),
        *mountain(230, 60, 440, 200, "#8d93bb", 0.3),
        *mountain(90, 30, 310, 200, "#7480ad", 0.35),
        ("polygon", "#1f4a45", [(0, 170), (90, 182), (290, 182), (384, 168), (384, 206), (0, 206)]),
        ("rectangle", "#a9a3c4", [(0, 206), (384, 270)]),
        ("polygon", "#7480ad", [(130, 206), (270, 206), (200, 250)]),
        ("polygon", "#4f6b35", [(0, 268), (384, 262), (384, 288), (0, 288)]),
        *(tree for x, height in ((30, 90), (64, 60), (320, 70), (356, 104)) for tree in fir(x, 280, height)),
    ],
    "stones": [
        ("rectangle", "#55697f", [(0, 0), (384, 288)]),
        ("polygon", "#c3b69c", [(0, 0), (150, 0), (0, 120)]),
        ("polygon", "#c3b69c", [(384, 288), (234, 288), (384, 168)]),
        ("ellipse", "#9c4a34", [(92, 50), (200, 158)]),
        ("ellipse", "#9c4a34", [(184, 50), (292, 158)]),
        ("polygon", "#9c4a34", [(100, 130), (284, 130), (192, 250)]),
        ("ellipse", "#d19a5b", [(160, 88), (224, 152)]),
    ],
}


def drawing(name):
    """The rough drawing of a painting's name."""
    image = Image.new("RGB", (SIZE[0] * FINE, SIZE[1] * FINE))
    draw = ImageDraw.Draw(image)
    for shape, colour, points in DRAWINGS[name]:
        getattr(draw, shape)([(x * UNIT * FINE, y * UNIT * FINE) for x, y in points], fill=colour)
    return image.resize(SIZE, Image.Resampling.BOX)


# ---- edits: rectangles (left, top, right, bottom) of the painting, and where their upper left corners go ------------

MOVES = {
    "balloons": [((270, 8, 336, 90), (22, 132)), ((36, 230, 116, 282), (262, 186)), ((100, 88, 136, 136), (338, 96))],
    "peaks": [((84, 66, 168, 136), (208, 62)), ((318, 206, 384, 274), (150, 196)), ((20, 22, 96, 66), (150, 10))],
    "stones": [((62, 58, 140, 130), (250, 30)), ((232, 176, 312, 256), (20, 190)), ((300, 0, 384, 60), (128, 130))],
}


def edited(name):
    """The painting with rectangles of it copied to other places."""
    painting = load(name)
    image = painting.copy()
    for box, place in MOVES[name]:
        image.paste(painting.crop(px(box)), px(place))
    return image


# ---- composites: an object from elsewhere, or in another light ------------------------------------------------------


def composite(name):
    """(The composite, its mask: white over what was pasted and a few px around it)."""
    return PASTED[name]()


def evening_balloon():
    """A balloon of the picture itself, nearer, and as dark and blue as after sunset."""
    cut = enlarged("balloons", (120, 12, 172, 86), 1.35)
    return pasted("balloons", tinted(cut, (0.5, 0.55, 0.85)), outline(cut.size, BALLOON), (196, 118))


def noon_fir():
    """A fir of the picture itself, nearer, in the full light of noon."""
    cut = enlarged("peaks", (330, 204, 370, 280), 1.4)
    return pasted("peaks", tinted(cut, (1.5, 1.7, 1.2)), outline(cut.size, FIR), (190, 166))


def pale_stones():
    """Stones of the picture itself, nearer, and pale as in bright sun."""
    cut = enlarged("stones", (62, 60, 140, 130), 1.3)
    return pasted("stones", tinted(cut, (1.8, 1.8, 1.8)), outline(cut.size, HANDFUL), (150, 96))


PASTED = {"balloons": evening_balloon, "peaks": noon_fir, "stones": pale_stones}
# Outlines, in shares of the width and the height of what was cut.
BALLOON = [("ellipse", [(0, 0), (1, 0.78)]), ("polygon", [(0.12, 0.6), (0.88, 0.6), (0.6, 1), (0.4, 1)])]
FIR = [("polygon", [(0.5, 0), (1, 1), (0, 1)])]
HANDFUL = [("polygon", [(0.26, 0), (0.77, 0), (1, 0.4), (0.95, 0.89), (0.38, 1), (0, 0.57)])]


def enlarged(name, box, times):
    """A rectangle (left, top, right, bottom) of a painting, so many times larger."""
    cut = load(name).crop(px(box))
    return cut.resize([round(times * side) for side in cut.size], Image.Resampling.BICUBIC)


def tinted(image, shares):
    """Each channel times its share."""
    pairs = zip(image.split(), shares, strict=True)
    return Image.merge("RGB", [channel.point(lambda v, s=share: min(255, round(v * s))) for channel, share in pairs])


def outline(size, shapes):
    """Shapes as a mask of this size, white inside."""
    mask = Image.new("L", size)
    for shape, points in shapes:
        getattr(ImageDraw.Draw(mask), shape)([(x * size[0], y * size[1]) for x, y in points], fill=255)
    return mask


def pasted(name, cut, shape, place):
    """The painting with `cut` laid on it where `shape` is white, and the mask of that."""
    image, mask = load(name), Image.new("L", SIZE)
    image.paste(cut, px(place), shape)
    mask.paste(shape, px(place))
    for _ in range(AROUND):
        mask = mask.filter(ImageFilter.MaxFilter(2 * UNIT + 1))
    return image, mask


def px(lengths):
    return tuple(length * UNIT for length in lengths)


def load(name):
    return Image.open(DATA / f"{name}.jpg").convert("RGB")


SUFFIXES = {"drawing": "png", "edited": "jpg", "composite": "jpg", "mask": "png"}


def inputs(name):
    """File name -> picture, of everything that belongs to a painting."""
    whole, mask = composite(name)
    pictures = {"drawing": drawing(name), "edited": edited(name), "composite": whole, "mask": mask}
    return {f"{name}_{kind}.{SUFFIXES[kind]}": picture for kind, picture in pictures.items()}


def save(picture, path):
    options = {"quality": 85, "subsampling": 0} if path.suffix == ".jpg" else {}
    picture.save(path, optimize=True, **options)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures, made if missing")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name in DRAWINGS:
        for file, picture in inputs(name).items():
            save(picture, args.out / file)
            print(f"{args.out / file}: {(args.out / file).stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
