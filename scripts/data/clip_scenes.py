"""Small pictures that say what they show: drawn scenes and crops of the bundled pictures, changed in ways with a name.

A scene returns a canvas (clip_canvas.py) and its captions, the fullest first.
"""

import numpy as np
from clip_canvas import COLOURS, SIDE, X, Y, disc, fade, flames, lay, plane, shade, smooth
from clip_changes import changed
from PIL import Image

from sindiff.pictures.bundled import bundled_pictures, data_folder

NUMBERS = {1: "a", 2: "two", 3: "three", 5: "many"}
SHOWS = {
    "balloons": ("hot air balloons over misty hills", "balloons"),
    "peaks": ("snowy mountains, firs and a lake", "mountains"),
    "stones": ("a wall of stones", "stones"),
    "rocket": ("a rocket between towers", "a rocket"),
    "hubble": ("galaxies and stars in space", "stars"),
    "gravel": ("gravel", "small stones"),
    "brick": ("a brick wall", "bricks"),
}


def plain(rng):
    word = rng.choice(list(COLOURS))
    return plane(rng, word), (f"a {word} picture", word)


def pattern(rng):
    a, b = rng.choice(list(COLOURS), 2, replace=False)
    angle, times = rng.uniform(0, np.pi), rng.uniform(2, 8)
    u, v = np.cos(angle) * X + np.sin(angle) * Y, np.cos(angle) * Y - np.sin(angle) * X
    wave, cross = np.sin(2 * np.pi * times * u), np.sin(2 * np.pi * times * v)
    kinds = {
        "stripes": (wave, f"{a} and {b} stripes"),
        "waves": (np.sin(2 * np.pi * (times * u + 0.3 * np.sin(9 * v))), f"{a} and {b} waves"),
        "checks": (wave * cross, f"{a} and {b} checks"),
        "dots": (wave + cross - 1, f"{a} dots on {b}"),
        "spots": (smooth(rng, rng.integers(4, 12)) - 0.2, f"{a} spots on {b}"),
    }
    name = rng.choice(list(kinds))
    field, caption = kinds[name]
    return lay(plane(rng, b), np.clip(3 * field + 0.5, 0, 1), plane(rng, a)), (caption, name)


def stones(rng, words=None, what="stones"):
    """Cells around random points, each of its own shade."""
    some = words or list(rng.choice(list(COLOURS), rng.integers(1, 4), replace=False))
    points = rng.uniform(0, 1, (rng.integers(10, 50), 2))
    distances = np.hypot(X[..., None] - points[:, 0], Y[..., None] - points[:, 1])
    near = np.partition(distances, 1, axis=-1)
    paint = np.array([shade(rng, rng.choice(some)) for _ in points])[distances.argmin(-1)]
    canvas = paint * np.clip((near[..., 1] - near[..., 0]) * SIDE / 3, 0.25, 1)[..., None]
    if words:
        return canvas, (what,)
    return canvas, (f"{some[0]} stones" if len(some) == 1 else "colourful stones", "stones")


SKIES = {
    "blue sky": lambda rng: fade(rng, "blue", "white", 0, 1.5),
    "cloudy sky": lambda rng: lay(plane(rng, "blue"), np.clip(smooth(rng, 5) + 0.6, 0, 1), plane(rng, "white")),
    "grey sky": lambda rng: plane(rng, "grey"),
    "sunset": lambda rng: fade(rng, rng.choice(["purple", "red", "orange"]), rng.choice(["orange", "golden"]), 0, 0.7),
    "starry night": lambda rng: np.maximum(fade(rng, "black", "black"), stars(rng)),
}
GROUNDS = {
    "green grass": ["green"],
    "a golden field": ["golden"],
    "snow": ["white"],
    "the blue sea": ["blue"],
    "a turquoise lake": ["turquoise"],
    "brown earth": ["brown"],
    "sand": ["golden", "yellow"],
    "dark hills": ["black"],
    "purple flowers": ["green", "purple"],
    "mountains": ["grey", "brown"],
}


def stars(rng):
    return np.where(rng.uniform(size=(SIDE, SIDE, 1)) > 0.985, rng.uniform(0.5, 1), 0) * np.ones(3)


def landscape(rng):
    sky, ground = rng.choice(list(SKIES)), rng.choice(list(GROUNDS))
    line = rng.uniform(0.3, 0.8) + rng.uniform(0, 0.12) * smooth(rng, 4)[:1]
    if ground == "mountains":
        line = rng.uniform(0.3, 0.6) + np.abs((X[:1] * rng.uniform(2, 5) + rng.uniform()) % 1 - 0.5) * 0.5
    land = plane(rng, GROUNDS[ground][0])
    if len(GROUNDS[ground]) > 1:
        land = lay(land, np.clip(4 * smooth(rng, 14), 0, 1), plane(rng, GROUNDS[ground][1]))
    if sky == "starry night":
        land = land * rng.uniform(0.15, 0.4)
    canvas = SKIES[sky](rng)
    if sky == "sunset":
        land, canvas = land * [0.9, 0.65, 0.5], lay(canvas, disc(rng.uniform(), line.mean(), 0.1), shade(rng, "yellow"))
    short = {"sunset": "a sunset", "starry night": "night"}.get(sky, ground)
    full = f"{'a ' if sky.startswith('starry') else ''}{sky} over {ground}"
    return lay(canvas, np.clip((Y - line) * SIDE, 0, 1), land), (full, short, ground)


def balloons(rng):
    canvas, (place, *_) = landscape(rng) if rng.uniform() < 0.6 else plain(rng)
    number, word = rng.choice(list(NUMBERS)), rng.choice(list(COLOURS))
    for n in range(number):
        x, y, radius = (n + rng.uniform(0.2, 0.8)) / number, rng.uniform(0.2, 0.6), rng.uniform(0.5, 1) * 0.35 / number
        radius = max(radius, 0.06)
        gores = 1 - 0.25 * (np.sin((X - x) / radius * 6) > 0.4)[..., None]
        canvas = lay(canvas, disc(x, y, radius), shade(rng, word) * gores)
        canvas = lay(canvas, disc(x, y + 1.4 * radius, radius / 4), shade(rng, "brown"))
    what = "balloon" if number == 1 else "balloons"
    one = f"{NUMBERS[number]} {word} {what}"
    return canvas, (f"{one} over {place.split(' over ')[-1]}" if "over" in place else one, one, "balloons")


def nature(rng):
    blobs = [np.clip(6 * smooth(rng, rng.integers(8, 20)), 0, 1) for _ in range(3)]
    kinds = {
        "fire": lambda: (flames(rng), ("fire and flames", "fire")),
        "autumn": lambda: stones(rng, ["red", "orange", "golden", "brown"], rng.choice(["autumn leaves", "autumn"])),
        "flowers": lambda: flowers(rng, blobs),
        "forest": lambda: (lay(plane(rng, "green"), blobs[0], plane(rng, "green") * 0.4), ("a green forest", "trees")),
        "sea": lambda: (
            lay(plane(rng, "blue"), np.clip(2 * smooth(rng, 20, 3), 0, 1) * 0.5, plane(rng, "white")),
            ("waves on the sea", "water"),
        ),
        "clouds": lambda: (lay(plane(rng, "blue"), blobs[1], plane(rng, "white")), ("white clouds", "clouds")),
        "snow": lambda: (np.clip(plane(rng, "white") - 0.15 * blobs[2][..., None] * [1, 0.8, 0.5], 0, 1), ("snow",)),
        "night": lambda: (np.maximum(plane(rng, "blue") * 0.15, stars(rng)), ("stars at night", "night")),
        "ice": lambda: (lay(plane(rng, "white"), blobs[0], [0.7, 0.88, 1]), ("ice and snow", "ice")),
    }
    return kinds[rng.choice(list(kinds))]()


def flowers(rng, blobs):
    word = rng.choice(["red", "yellow", "pink", "purple", "white", "blue"])
    return lay(plane(rng, "green"), blobs[0] * blobs[1], plane(rng, word)), (f"{word} flowers", "flowers")


PICTURES = {name: Image.open(data_folder() / bundled_pictures()[name]["file"]) for name in SHOWS}


def crop(rng):
    """A part of a bundled picture."""
    name = rng.choice(list(PICTURES))
    image, share = PICTURES[name], rng.uniform(0.4, 1)
    width, height = (max(SIDE, round(side * share)) for side in image.size)
    left, top = rng.integers(image.width - width + 1), rng.integers(image.height - height + 1)
    part = image.resize((SIDE, SIDE), Image.Resampling.BOX, (left, top, left + width, top + height))
    return np.asarray(part, dtype=float) / 255, SHOWS[name]


SCENES = [plain, pattern, stones, landscape, landscape, balloons, nature, nature, crop, crop, crop]


def scene(rng):
    """A picture, 8-bit (3, SIDE, SIDE), and its captions, the fullest first."""
    canvas, captions = SCENES[rng.integers(len(SCENES))](rng)
    if rng.uniform() < 0.45:
        canvas, captions = changed(rng, np.clip(canvas, 0, 1), captions)
    return np.uint8(np.clip(canvas, 0, 1) * 255).transpose(2, 0, 1), captions
