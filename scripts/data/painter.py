"""The painter's tools of paintings.py: colours, noise, skylines, masks, firs and brush strokes.

A canvas is a float array (height, width, 3), 0 to 1.  Lengths are in pixels of the finished picture.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 384, 288
FINE = 3  # paintings are made this many times larger and then reduced


def colour(code):
    """'#rrggbb' -> three floats from 0 to 1."""
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def gradient(stops, place):
    """Colours along `place` (any shape) between stops [(position, '#rrggbb'), ...] of rising position."""
    positions, codes = zip(*stops, strict=True)
    table = np.stack([colour(code) for code in codes])
    return np.stack([np.interp(place, positions, table[:, c]) for c in range(3)], axis=-1)


def blur(plane, radius):
    """Gaussian blur of a (height, width) array; radius in finished pixels."""
    image = Image.fromarray(np.uint8(np.clip(plane, 0, 1) * 255))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius * FINE)), dtype=float) / 255


def noise(rng, size, octaves=4, stretch=1.0):
    """Smooth noise over the canvas, about -1 to 1; size: largest feature in pixels; stretch > 1: wider than high."""
    total = np.zeros((HEIGHT * FINE, WIDTH * FINE))
    for octave in range(octaves):
        rows = int(HEIGHT * 2**octave / size) + 2
        columns = int(WIDTH * 2**octave / (size * stretch)) + 2
        grid = Image.fromarray(rng.uniform(-1, 1, (rows, columns)).astype(np.float32))
        total += np.asarray(grid.resize((WIDTH * FINE, HEIGHT * FINE), Image.Resampling.BICUBIC)) / 2**octave
    return total / 1.5


def skyline(rng, level, height, size, octaves=6, sharp=False):
    """One height (pixels from the top) per column: rolling hills, or pointed mountains if sharp."""
    x = np.arange(WIDTH * FINE) / FINE
    line = np.zeros_like(x)
    for octave in range(octaves):
        knots = rng.uniform(-1, 1, int(WIDTH * 2**octave / size) + 4)
        place = x * 2**octave / size + rng.uniform(0, 1)
        whole, part = place.astype(int), place % 1
        part = part if sharp else part * part * (3 - 2 * part)
        weight = 0.44**octave if sharp else 0.38**octave
        line += weight * (knots[whole] * (1 - part) + knots[whole + 1] * part)
    return level - height * line


def grid():
    """Rows and columns of the canvas, in finished pixels."""
    y, x = np.mgrid[: HEIGHT * FINE, : WIDTH * FINE] / FINE
    return y, x


def lay(canvas, mask, paint):
    """Cover the canvas with paint (a colour or a canvas) where mask (0 to 1) says."""
    return canvas * (1 - mask[..., None]) + paint * mask[..., None]


def silhouette(drawer):
    """Mask of what drawer(draw, FINE) fills with 255 on a black canvas."""
    image = Image.new("L", (WIDTH * FINE, HEIGHT * FINE))
    drawer(ImageDraw.Draw(image))
    return np.asarray(image, dtype=float) / 255


def fir(draw, rng, x, foot, height):
    """A fir of ragged tiers, foot at (x, foot)."""
    tiers = max(5, int(height / 4))
    for tier in range(tiers):
        top = foot - height * (1 - tier / (tiers + 1.5))
        half = height * 0.24 * (tier + 0.6) / tiers * rng.uniform(0.8, 1.2)
        drop = height * 1.9 / tiers
        points = [(x, top - drop * 0.35), (x + half, top + drop * rng.uniform(0.6, 0.9)), (x, top + drop * 0.55)]
        points.append((x - half, top + drop * rng.uniform(0.6, 0.9)))
        draw.polygon([(px * FINE, py * FINE) for px, py in points], fill=255)
    draw.rectangle([(x - 0.6) * FINE, (foot - height * 0.2) * FINE, (x + 0.6) * FINE, foot * FINE], fill=255)


def brush(canvas, rng, sizes, jitter=0.02):
    """Paint the canvas again with short strokes along its contours, from broad to fine (Hertzmann, 1998).

    sizes: half-widths of the strokes in pixels, falling.  jitter: how much a stroke's colour strays.
    Fine strokes are set only where the broad ones missed the canvas.
    """
    image = Image.fromarray(np.uint8(np.clip(canvas, 0, 1) * 255))
    result = image.filter(ImageFilter.GaussianBlur(4 * FINE))
    for size in sizes:
        radius = size * FINE
        goal = np.asarray(image.filter(ImageFilter.GaussianBlur(radius * 0.5)), dtype=float)
        light = np.asarray(image.convert("L").filter(ImageFilter.GaussianBlur(radius)), dtype=float)
        slope_y, slope_x = np.gradient(light)
        missed = np.abs(np.asarray(result, dtype=float) - goal).sum(-1)
        draw = ImageDraw.Draw(result)
        step = max(1, round(radius))
        rows, columns = np.mgrid[0 : canvas.shape[0] : step, 0 : canvas.shape[1] : step].reshape(2, -1)
        for row, column in rng.permutation(np.stack([rows, columns], axis=1)):
            if size < sizes[0] and missed[row, column] < 18:
                continue
            gy, gx = slope_y[row, column], slope_x[row, column]
            angle = np.arctan2(gx, -gy) if gx * gx + gy * gy > 0.02 else rng.normal(0, 0.25)
            length = radius * rng.uniform(1.0, 2.6)
            dx, dy = np.cos(angle) * length, np.sin(angle) * length
            tint = goal[row, column] * (1 + rng.normal(0, jitter)) + rng.normal(0, jitter * 60, 3)
            fill = tuple(int(v) for v in np.clip(tint, 0, 255))
            x, y = column + rng.normal(0, radius / 3), row + rng.normal(0, radius / 3)
            draw.line([x - dx, y - dy, x + dx, y + dy], fill=fill, width=max(1, round(radius * 1.4)))
            for end in (-1, 1):
                ex, ey, r = x + end * dx, y + end * dy, radius * 0.7
                draw.ellipse([ex - r, ey - r, ex + r, ey + r], fill=fill)
    return np.asarray(result, dtype=float) / 255


def finish(canvas):
    """Canvas -> picture of WIDTH x HEIGHT."""
    return Image.fromarray(np.uint8(np.clip(canvas, 0, 1) * 255)).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
