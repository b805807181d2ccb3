"""What grows in the paintings, firs, grass and flowers, drawn on masks (painter.silhouette)."""

import numpy as np
from painter import FINE, HEIGHT, SMALLEST, WIDTH, colour, lay, silhouette


def fir(draw, rng, x, foot, height):
    """A fir of ragged tiers with twigs and needles, foot at (x, foot)."""
    (child,) = rng.spawn(1)
    tiers = max(5, int(height / 4))
    for tier in range(tiers):
        top = foot - height * (1 - tier / (tiers + 1.5))
        half = height * 0.24 * (tier + 0.6) / tiers * rng.uniform(0.8, 1.2)
        drop = height * 1.9 / tiers
        right, left = (top + drop * share for share in rng.uniform(0.6, 0.9, 2))
        fill(draw, [(x, top - drop * 0.3), (x + 0.6 * half, top + drop * 0.6), (x - 0.6 * half, top + drop * 0.6)])
        for side, low in ((1, right), (-1, left)):
            for _ in range(6):
                reach = half * child.uniform(0.5, 1.1)
                begin = top - drop * child.uniform(-0.3, 0.3)
                end = min(begin + (low - top) * reach / half, foot - 0.03 * height)
                twig(draw, child, (x, min(begin, end)), (x + side * reach, end), 0.06 * drop)
    fill(draw, [(x - 0.02 * height, foot), (x + 0.02 * height, foot), (x, foot - height)])


def boughs(draw, rng, x, foot, height):
    """What the sun, from the left, lights of a fir at this place."""
    for share in rng.uniform(0.05, 0.95, int(2.5 * height)):
        half = 0.24 * height * share
        px, y = x + half * rng.uniform(-0.7, 0.35), foot - height * (0.97 - 0.93 * share)
        reach = half * rng.uniform(0.15, 0.45) * (1 if px > x else -1)
        twig(draw, rng, (px, y), (px + reach, y + 0.5 * abs(reach)), 0.004 * height)


def sunlit(canvas, rng, firs, codes):
    """Firs, as (x, foot, height), with boughs in the sun in these colours."""
    for code in codes:
        lit = silhouette(lambda draw: [boughs(draw, rng, *tree) for tree in firs])
        canvas = lay(canvas, lit, colour(code))
    return canvas


def twig(draw, rng, begin, end, thick):
    """A twig that tapers, with needles that hang from it."""
    (x, y), (to_x, to_y) = begin, end
    thick = max(thick, SMALLEST)
    fill(draw, [(x, y - thick), (x, y + thick), (to_x, to_y)])
    length = np.hypot(to_x - x, to_y - y)
    for place in rng.uniform(0.25, 1, int(length / (4 * SMALLEST))):
        px, py = x + place * (to_x - x), y + place * (to_y - y)
        lean, drop = (to_x - x) / length, length * rng.uniform(0.10, 0.24)
        fill(draw, [(px - SMALLEST, py), (px + SMALLEST, py), (px + lean * drop, py + drop)])


def blade(draw, rng, x, foot, height):
    """A blade of grass."""
    tip = x + height * rng.normal(0, 0.35)
    fill(draw, [(x - 0.08 * height, foot), (x + 0.08 * height, foot), (tip, foot - height)])


def grass(rng, line):
    """A mask of blades below a line, the taller the nearer."""

    def blades(draw):
        for px, share in rng.uniform(0, 1, (2500, 2)):
            far = line[int(px * WIDTH * FINE)]
            foot = far + (HEIGHT + 3 - far) * share**0.7
            blade(draw, rng, px * WIDTH, foot, 0.8 + 0.1 * (foot - far))

    return silhouette(blades)


def flower(draw, rng, x, y, radius):
    """A head of five petals, seen from the side."""
    turn = rng.uniform(0, 2 * np.pi)
    for angle in turn + np.arange(5) * 2 * np.pi / 5:
        px, py, r = x + 0.6 * radius * np.cos(angle), y + 0.4 * radius * np.sin(angle), 0.5 * radius
        draw.ellipse([v * FINE for v in (px - r, py - 0.75 * r, px + r, py + 0.75 * r)], fill=255)


def fill(draw, points):
    draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=255)
