"""What scenes are drawn with: words for colours, noise, masks.  A canvas is a float array (SIDE, SIDE, 3), 0 to 1."""

import colorsys

import numpy as np
from PIL import Image

SIDE = 56
Y, X = np.mgrid[:SIDE, :SIDE] / (SIDE - 1)
# Hue (turns), saturation and value of each word, from and to.
COLOURS = {
    "red": (-0.03, 0.02, 0.7, 1, 0.5, 1),
    "orange": (0.06, 0.09, 0.75, 1, 0.8, 1),
    "golden": (0.11, 0.13, 0.6, 0.9, 0.6, 0.95),
    "yellow": (0.14, 0.17, 0.6, 1, 0.85, 1),
    "green": (0.25, 0.42, 0.45, 1, 0.3, 0.9),
    "turquoise": (0.46, 0.52, 0.5, 1, 0.5, 0.95),
    "blue": (0.56, 0.67, 0.5, 1, 0.45, 1),
    "purple": (0.73, 0.8, 0.4, 0.9, 0.35, 0.8),
    "pink": (0.87, 0.96, 0.3, 0.7, 0.85, 1),
    "brown": (0.04, 0.09, 0.4, 0.7, 0.25, 0.5),
    "white": (0, 1, 0, 0.06, 0.9, 1),
    "grey": (0, 1, 0, 0.08, 0.35, 0.65),
    "black": (0, 1, 0, 0.3, 0, 0.12),
}


def shade(rng, word):
    """One of the colours that a word means, three floats."""
    h0, h1, s0, s1, v0, v1 = COLOURS[word]
    return np.array(colorsys.hsv_to_rgb(rng.uniform(h0, h1) % 1, rng.uniform(s0, s1), rng.uniform(v0, v1)))


def smooth(rng, cells, stretch=1):
    """Smooth noise over the canvas, -1 to 1, with so many cells down and `stretch` times fewer across."""
    small = Image.fromarray(rng.uniform(-1, 1, (cells, max(2, cells // stretch))).astype(np.float32))
    return np.asarray(small.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def plane(rng, word):
    """The canvas in shades of one colour."""
    uneven = rng.uniform(0, 0.25) * smooth(rng, rng.integers(2, 12)) + rng.uniform(0, 0.1) * smooth(rng, 30)
    return shade(rng, word) * (1 + uneven[..., None])


def lay(canvas, mask, paint):
    return canvas + mask[..., None] * (paint - canvas)


def fade(rng, above, below, start=0.0, end=1.0):
    """From one colour to another, downwards."""
    place = np.clip((Y - start) / (end - start), 0, 1)[..., None]
    return shade(rng, above) * (1 - place) + shade(rng, below) * place


def disc(x, y, radius):
    return np.clip((radius - np.hypot(X - x, Y - y)) * SIDE, 0, 1)


def light(canvas):
    return canvas.mean(-1, keepdims=True)


def flames(rng):
    heat = np.clip(1.6 * Y - 0.5 + 0.7 * smooth(rng, 10, 2) + 0.3 * smooth(rng, 24, 2), 0, 1)[..., None]
    return np.clip(heat * [2.6, 1.5, 0.6] - [0, 0.4, 0.35], 0, 1)
