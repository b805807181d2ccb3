"""The painter's tools of paintings.py: colours, noise, skylines, masks and brush strokes.

A canvas is a float array (height, width, 3), 0 to 1. Lengths are in units: a picture is WIDTH x HEIGHT of them whatever
its pixels, and only the finest strokes, twigs and grains depend on these.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 384, 288
PIXELS = 4  # of the finished picture, to a unit
FINE = 2 * PIXELS  # of the canvas, to a unit: it is reduced at the end
SMALLEST = 1.5 / PIXELS  # what one still sees
HAIR = 3  # px of the canvas: a bristle of the brush


def colour(code):
    """'#rrggbb' -> three floats from 0 to 1."""
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32) / 255


def gradient(stops, place):
    """Colours along `place` (any shape) between stops [(position, '#rrggbb'), ...] of rising position."""
    positions, codes = zip(*stops, strict=True)
    table = np.stack([colour(code) for code in codes])
    return np.stack([np.interp(place, positions, table[:, c]).astype(np.float32) for c in range(3)], axis=-1)


def blur(plane, radius):
    """Gaussian blur of a (height, width) array."""
    image = Image.fromarray(np.uint8(np.clip(plane, 0, 1) * 255))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius * FINE)), dtype=np.float32) / 255


def finer(rng, size, octaves):
    """(octave, its source of numbers) for `octaves` of them, and for more down to what one still sees.

    These take their numbers from a child of rng: what is painted later does not depend on the pixels.
    """
    (child,) = rng.spawn(1)
    octave = 0
    while octave < octaves or size / 2**octave > SMALLEST:
        yield octave, rng if octave < octaves else child
        octave += 1


def noise(rng, size, octaves=4, stretch=1.0):
    """Smooth noise over the canvas, about -1 to 1; size: of its largest features; stretch > 1: wider than high."""
    total = np.zeros((HEIGHT * FINE, WIDTH * FINE), dtype=np.float32)
    for octave, source in finer(rng, size, octaves):
        rows = int(HEIGHT * 2**octave / size) + 2
        columns = int(WIDTH * 2**octave / (size * stretch)) + 2
        knots = Image.fromarray(source.uniform(-1, 1, (rows, columns)).astype(np.float32))
        total += np.asarray(knots.resize((WIDTH * FINE, HEIGHT * FINE), Image.Resampling.BICUBIC)) / 2**octave
    return total / 1.5


def skyline(rng, level, height, size, octaves=6, sharp=False):
    """One height (from the top) per column of the canvas: rolling hills, or pointed mountains if sharp."""
    x = np.arange(WIDTH * FINE) / FINE
    line = np.zeros_like(x)
    for octave, source in finer(rng, size, octaves):
        knots = source.uniform(-1, 1, int(WIDTH * 2**octave / size) + 4)
        place = x * 2**octave / size + source.uniform(0, 1)
        whole, part = place.astype(int), place % 1
        part = part if sharp else part * part * (3 - 2 * part)
        weight = 0.44**octave if sharp else 0.38**octave
        line += weight * (knots[whole] * (1 - part) + knots[whole + 1] * part)
    return level - height * line


def grid():
    """Rows and columns of the canvas."""
    y, x = np.mgrid[: HEIGHT * FINE, : WIDTH * FINE].astype(np.float32) / FINE
    return y, x


def lay(canvas, mask, paint):
    """Cover the canvas with paint (a colour or a canvas) where mask (0 to 1) says."""
    return canvas + (paint - canvas) * mask[..., None]


def silhouette(drawer):
    """Mask of what drawer(draw) fills with 255 on a black canvas."""
    image = Image.new("L", (WIDTH * FINE, HEIGHT * FINE))
    drawer(ImageDraw.Draw(image))
    return np.asarray(image, dtype=np.float32) / 255


def brush(canvas, rng, sizes, jitter=0.02):
    """Paint the canvas again with short strokes along its contours, from broad to fine (Hertzmann, 1998).

    sizes: half-widths of the strokes, falling.  jitter: how much a stroke's colour strays.
    Fine strokes are set only where the broad ones missed the canvas.  A stroke is a row of hairs.
    """
    image = Image.fromarray(np.uint8(np.clip(canvas, 0, 1) * 255))
    result = image.filter(ImageFilter.GaussianBlur(4 * FINE))
    for size in sizes:
        radius = size * FINE
        goal = np.asarray(image.filter(ImageFilter.GaussianBlur(radius * 0.5)), dtype=np.float32)
        light = np.asarray(image.convert("L").filter(ImageFilter.GaussianBlur(radius)), dtype=np.float32)
        missed = np.abs(np.asarray(result, dtype=np.float32) - goal).sum(-1)
        step = max(1, round(radius))
        places = np.mgrid[0 : canvas.shape[0] : step, 0 : canvas.shape[1] : step].reshape(2, -1)
        if size < sizes[0]:
            places = places[:, missed[tuple(places)] >= 18]
        rows, columns = rng.permutation(places, axis=1)
        slope_y, slope_x = (slope[rows, columns] for slope in np.gradient(light))
        steep = slope_x**2 + slope_y**2 > 0.02 * (3 / FINE) ** 2
        angle = np.where(steep, np.arctan2(slope_x, -slope_y), rng.normal(0, 0.25, len(rows)))
        along = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        length = radius * rng.uniform(1.0, 2.6, len(rows))
        tint = goal[rows, columns] * (1 + rng.normal(0, jitter, (len(rows), 1)))
        tint = tint + rng.normal(0, jitter * 60, tint.shape)
        middle = np.stack([columns, rows], axis=1) + rng.normal(0, radius / 3, (len(rows), 2))
        hairs = max(1, round(1.4 * radius / HAIR))
        width = max(1, round(1.4 * radius / hairs))
        draw = ImageDraw.Draw(result)
        for number in range(len(rows)):
            shades = tint[number] * (1 + rng.normal(0, 1.5 * jitter, (hairs, 1)))
            ends = length[number] * rng.uniform(0.7, 1.1, (hairs, 2))
            dx, dy = along[number]
            for hair in range(hairs):
                aside = (hair - (hairs - 1) / 2) * width
                x, y = middle[number, 0] - dy * aside, middle[number, 1] + dx * aside
                back, front = ends[hair]
                fill = tuple(shades[hair].clip(0, 255).astype(int).tolist())
                draw.line([x - dx * back, y - dy * back, x + dx * front, y + dy * front], fill=fill, width=width)
    return np.asarray(result, dtype=np.float32) / 255


def finish(canvas):
    """Canvas -> picture of WIDTH x HEIGHT units."""
    size = WIDTH * PIXELS, HEIGHT * PIXELS
    return Image.fromarray(np.uint8(np.clip(canvas, 0, 1) * 255)).resize(size, Image.Resampling.LANCZOS)
