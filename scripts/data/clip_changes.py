"""Changes with a name, for canvases of clip_canvas.py: another colour, night, snow, fire ..."""

import numpy as np
from clip_canvas import COLOURS, Y, fade, flames, lay, light, plane, shade, smooth


def tinted(rng, canvas, word):
    """The picture in shades of a colour."""
    aim, strength = shade(rng, word), rng.uniform(0.5, 1)
    painted = np.clip(aim * (0.35 + 1.3 * light(canvas)), 0, 1)
    return canvas + strength * (painted - canvas)


def changed(rng, canvas, captions):
    """One change and the captions that follow from it; nothing may be left of what the old ones say about colour."""
    what = captions[-1] if captions[-1] not in COLOURS else "a picture"
    word = rng.choice(list(COLOURS))
    glow = fade(rng, rng.choice(["purple", "red"]), "orange", 0, 0.8)
    changes = {
        "colour": lambda: (tinted(rng, canvas, word), (f"{what} in {word}", f"a {word} picture", word)),
        "night": lambda: (
            canvas * rng.uniform(0.12, 0.35) * [0.7, 0.8, 1.2],
            (f"{what} at night", "a dark night", "night", "a dark picture"),
        ),
        "bright": lambda: (1 - (1 - canvas) * rng.uniform(0.15, 0.5), (f"bright {what}", "a bright picture")),
        "sunset": lambda: (
            canvas * 0.35 + glow * (0.15 + 0.75 * light(canvas)),
            (f"{what} at sunset", "a red sunset", "sunset"),
        ),
        "snow": lambda: (
            lay(0.35 * canvas + 0.6 * light(canvas) ** 0.5, np.clip(3 * smooth(rng, 12) + Y, 0, 1) * 0.7, np.ones(3)),
            (f"{what} in the snow", "winter", "snow"),
        ),
        "fog": lambda: (canvas * 0.3 + rng.uniform(0.5, 0.65), (f"{what} in the fog", "fog")),
        "fire": lambda: (0.4 * canvas * light(canvas) + 0.8 * flames(rng), (f"{what} on fire", "fire")),
        "autumn": lambda: (
            canvas * 0.2 + 0.9 * light(canvas) * lay(plane(rng, "orange"), smooth(rng, 9) > 0, plane(rng, "red")),
            (f"{what} in autumn", "autumn"),
        ),
        "grey": lambda: (light(canvas) * np.ones(3), (f"{what} in black and white", "a grey picture")),
    }
    return changes[rng.choice(list(changes))]()
