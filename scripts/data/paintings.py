"""The project's own paintings, the same on every run: each function returns a picture of WIDTH x HEIGHT units."""

import numpy as np
from painter import (
    FINE,
    HEIGHT,
    PIXELS,
    WIDTH,
    blur,
    brush,
    colour,
    finish,
    gradient,
    grid,
    lay,
    noise,
    silhouette,
    skyline,
)
from PIL import Image
from plants import blade, fir, flower, grass, sunlit

STROKES = (3.2, 1.6, 0.8, 0.4, 0.2)
BLOSSOMS = ["#fbe36b", "#f4f0e2", "#e8665a", "#f2a65a"]


def hang_balloon(canvas, x, y, radius, colours, haze):
    """A hot-air balloon with its centre at (x, y); colours: of its stripes in turn; haze: 0 near to 1 lost in mist."""
    rows, columns = grid()
    u, v = (columns - x) / radius, (rows - y) / radius
    half = np.where(v < 0, np.sqrt(np.clip(1 - v * v, 0, 1)), np.clip(np.cos(np.clip(v, 0, 1.4) * 1.02), 0, 1))
    envelope = (v > -1) & (v < 1.28) & (np.abs(u) < half)
    around = np.arcsin(np.clip(u / np.maximum(half, 1e-6), -1, 1))
    table = np.stack([colour(code) for code in colours])
    gore = (around / np.pi + 0.5) * 6.999
    paint = table[np.floor(gore).astype(int) % len(table)]
    paint = np.where(((v > 0.12) & (v < 0.34))[..., None], table[-1] * 0.5 + 0.5, paint)
    seams = (np.abs(gore * 3 % 1 - 0.5) > 0.44) | (np.abs(v * 9 % 1 - 0.5) > 0.46)
    billow = 0.07 * np.sin(np.pi * (gore % 1)) - 0.05 - 0.09 * seams
    light = (np.clip(0.80 - 0.38 * u - 0.22 * v, 0.45, 1.2) + billow)[..., None]
    paint = paint * light + 0.20 * np.clip(1 - ((u + 0.4) ** 2 + (v + 0.45) ** 2) / 0.22, 0, 1)[..., None]

    def basket(draw):
        left, right, top, bottom = x - radius * 0.17, x + radius * 0.17, y + radius * 1.58, y + radius * 1.86
        draw.rectangle([left * FINE, top * FINE, right * FINE, bottom * FINE], fill=255)
        for side in (-1, -0.4, 0.4, 1):
            rope = [x + side * radius * 0.24, y + radius * 1.25, x + side * radius * 0.15, top]
            draw.line([p * FINE for p in rope], fill=255, width=max(1, round(radius * 0.02 * FINE)))

    weave = 1 + 0.35 * np.sin(u * 110) * np.sin(v * 90) - 0.8 * u + 0.5 * (np.abs(v - 1.61) < 0.03)
    wicker = colour("#6b4630") * weave[..., None]
    canvas = lay(canvas, silhouette(basket), wicker * (1 - haze) + colour("#d9c3bb") * haze)
    return lay(canvas, envelope.astype(float), paint * (1 - haze) + colour("#f0d3c0") * haze)


def balloons():
    """Hot-air balloons over misty hills at sunrise."""
    rng = np.random.default_rng(7)
    y, x = grid()
    stops = [(0, "#4f86c0"), (70, "#86b4d8"), (125, "#f3d9bf"), (160, "#fbc795"), (200, "#f9b98a")]
    canvas = gradient(stops, y + 8 * noise(rng, 90))
    glow = np.exp(-(((x - 268) / 95) ** 2 + ((y - 158) / 52) ** 2))
    canvas = lay(canvas, 0.75 * glow, colour("#fff0c4"))
    clouds = np.clip(noise(rng, 46, 5, stretch=3.2) - 0.12, 0, 0.6) * np.exp(-(((y - 62) / 55) ** 2))
    canvas = lay(canvas, np.clip(1.7 * clouds, 0, 0.85), colour("#fff1e4"))

    layers = [(166, 26, 90, "#b9b4cf"), (184, 20, 80, "#96a3bd"), (203, 17, 95, "#6f9a97"), (224, 15, 110, "#5f9560")]
    for number, (level, height, size, code) in enumerate(layers):
        line = skyline(rng, level, height, size, sharp=number == 0)
        mask = (y > line).astype(float)
        depth = np.clip((y - line) / 34, 0, 1)
        mist = colour("#f6d5b8") if number < 2 else colour("#e3dcae")
        shade = colour(code) * (1 + 0.10 * noise(rng, 26, 4, 2.0))[..., None]
        if number >= 2:
            (child,) = rng.spawn(1)
            for share in (0.84, 1.1):
                shade = lay(shade, 0.6 * grass(child, line), colour(code) * share)
        canvas = lay(canvas, mask, lay(shade, (0.62 - 0.12 * number) * depth, mist))

        def wood(draw, line=line, number=number):
            for _ in range((0, 34, 46, 34)[number]):
                px = rng.uniform(0, WIDTH)
                foot = line[int(px * FINE)] + rng.uniform(1, 9 + 3 * number)
                fir(draw, rng, px, foot, rng.uniform(5, 8) * (0.7 + 0.45 * number))

        trees = silhouette(wood)
        canvas = lay(canvas, 0.85 * trees, colour(code) * 0.62)

    line = skyline(rng, 252, 9, 130)
    meadow = gradient([(0, "#a9b94e"), (18, "#7f9f3f"), (48, "#4c7a35")], y - line + 7 * noise(rng, 16, 4, 3))
    canvas = lay(canvas, (y > line).astype(float), meadow)
    (child,) = rng.spawn(1)
    for code in ("#5f8a36", "#b9c95a", "#42712f", "#8fae48"):
        canvas = lay(canvas, grass(child, line), colour(code))
    beds = [(rng.uniform(0, WIDTH), rng.uniform(258, HEIGHT), rng.choice(BLOSSOMS)) for _ in range(260)]
    for code in BLOSSOMS:

        def bed(draw, code=code):
            for px, py, own in beds:
                if own == code:
                    flower(draw, child, px, py, 0.5 + (py - 250) / 38)

        canvas = lay(canvas, silhouette(bed), colour(code))

    firs = []

    def grove(draw):
        for px in (12, 27, 38, 60, 92, 106, 150, 163, 178, 232, 246, 286, 302, 318, 349, 372):
            firs.append((px + rng.uniform(-3, 3), line[int(px * FINE)] + rng.uniform(6, 22), rng.uniform(24, 42)))
            fir(draw, rng, *firs[-1])

    leaves = gradient([(-1, "#163a2e"), (0.3, "#2b5b3a"), (1, "#44703c")], noise(rng, 7, 3))
    canvas = sunlit(lay(canvas, silhouette(grove), leaves), child, firs, ("#356b40", "#88a24a"))

    red, blue, gold, white = "#d8402f", "#2f5fa8", "#f2b632", "#f6ecd8"
    teal, plum = "#1f9088", "#8a3f7c"
    flock = [
        (182, 120, 9, [plum, white], 0.40), (338, 128, 10, [red, white], 0.38), (24, 130, 9, [teal, white], 0.40),
        (262, 98, 14, [blue, white], 0.20), (118, 106, 15, [red, gold], 0.18), (213, 44, 18, [teal, white], 0.10),
        (360, 52, 19, [plum, white], 0.08), (62, 60, 27, [blue, white], 0.0), (302, 38, 26, [red, white], 0.0),
        (146, 42, 22, [red, gold], 0.02),
    ]  # fmt: skip
    for place in flock:
        canvas = hang_balloon(canvas, *place)
    return finish(brush(canvas, rng, STROKES))


def peaks():
    """Snowy mountains in layers of mist, firs, and a lake that mirrors them."""
    rng = np.random.default_rng(21)
    y, _ = grid()
    shore = 206
    stops = [(0, "#33508c"), (50, "#6f86b8"), (95, "#d3a6b4"), (130, "#f5c3a0"), (175, "#fde3b5")]
    canvas = gradient(stops, y + 9 * noise(rng, 80))
    clouds = np.clip(noise(rng, 40, 5, stretch=3.5) - 0.05, 0, 0.6) * np.exp(-(((y - 55) / 45) ** 2))
    canvas = lay(canvas, np.clip(1.7 * clouds, 0, 0.8), colour("#f9cdb8"))

    layers = [(112, 58, 92, "#8d93bb"), (138, 50, 84, "#6a7ba9"), (168, 34, 76, "#4a6689"), (190, 20, 70, "#35586b")]
    for number, (level, height, size, code) in enumerate(layers):
        line = skyline(rng, level, height, size, sharp=True)
        depth = y - line
        mask = (depth > 0).astype(float)
        rock = noise(rng, 24, 5)
        spurs = -np.abs(noise(rng, 54, 5, stretch=0.7))  # ridges that run down; the light comes from the left
        lit = 1 + 0.17 * np.tanh(9 * np.gradient(spurs, axis=1) * FINE) + 0.05 * rock
        shade = colour(code) * lit[..., None]
        if number == 0:
            snow = np.clip((20 - depth + 26 * rock - 0.5 * (line - level + height * 0.4)) / 5, 0, 1)
            shade = lay(shade, 0.92 * snow, gradient([(0.84, "#9aa6cf"), (1.0, "#dcdcec"), (1.14, "#fff3e6")], lit))
        mist = np.clip(depth / (62 - 9 * number) + 0.15 * noise(rng, 40, 4, 3), 0, 1) ** 1.3
        canvas = lay(canvas, mask, lay(shade, (0.80 - 0.13 * number) * mist, colour("#f0cfc0")))
        if number >= 2:

            def wood(draw, line=line, number=number):
                for _ in range(70):
                    px = rng.uniform(0, WIDTH)
                    foot = line[int(px * FINE)] + rng.uniform(2, 16)
                    fir(draw, rng, px, foot, rng.uniform(8, 13) * (number - 1) ** 0.4)

            canvas = lay(canvas, 0.8 * silhouette(wood), colour(code) * 0.6)

    (child,) = rng.spawn(1)

    def forest(draw):
        for px in np.arange(-2, WIDTH + 4, 5.5):
            fir(draw, rng, px + rng.uniform(-3, 3), shore + 1, rng.uniform(11, 26))
        for px, tall in child.uniform((0, 1), (WIDTH, 5), (900, 2)):  # shrubs
            blade(draw, child, px, shore + 1, tall)

    canvas = lay(canvas, silhouette(forest), gradient([(-1, "#12303a"), (1, "#2f5d55")], noise(rng, 9, 3)))

    # the lake: the picture upside down, pulled sideways by ripples, darker and bluer
    below = np.arange(shore * FINE, HEIGHT * FINE)
    ripple = noise(rng, 5, 3, stretch=9)[below] * (1 + (below[:, None] / FINE - shore) / 16) * FINE
    source = shore * FINE - (below[:, None] - shore * FINE) * 1.9 + 2 * ripple
    source = np.clip(source, 0, shore * FINE - 1).astype(int)
    columns = np.clip(np.arange(WIDTH * FINE) + 2 * ripple, 0, WIDTH * FINE - 1).astype(int)
    mirror = canvas[source, columns]
    canvas[below] = 0.80 * mirror + 0.16 * colour("#3d6f9a")
    gleam = np.clip(noise(rng, 5, 3, stretch=10) - 0.38, 0, 0.5) * (y > shore + 3)
    canvas = lay(canvas, np.clip(1.5 * gleam, 0, 0.6), colour("#ffe6cf"))

    line = skyline(rng, 278, 9, 90)
    bank = gradient([(0, "#6d7d3c"), (14, "#33492c")], y - line + 5 * noise(rng, 12, 4, 2))
    canvas = lay(canvas, (y > line).astype(float), bank)

    firs = []

    def foreground(draw):
        for px, tall in ((14, 92), (34, 66), (52, 48), (3, 60), (88, 34), (372, 100), (350, 74), (330, 52), (304, 36)):
            firs.append((px, line[int(px * FINE)] + rng.uniform(2, 9), tall))
            fir(draw, rng, *firs[-1])

    for code in ("#7f8c46", "#2b4428", "#5d7038"):
        canvas = lay(canvas, grass(child, line), colour(code))
    leaves = gradient([(-1, "#0e2426"), (0.2, "#1d4238"), (1, "#35573c")], noise(rng, 8, 3))
    canvas = sunlit(lay(canvas, silhouette(foreground), leaves), child, firs, ("#2c5a48", "#6f8a4c"))
    return finish(brush(canvas, rng, STROKES))


def stones():
    """A wall of stones in many colours, closely fitted."""
    rng = np.random.default_rng(3)
    (child,) = rng.spawn(1)
    small = PIXELS  # cells are found on a coarser grid of this many points to a unit
    rows, columns = np.mgrid[: HEIGHT * small, : WIDTH * small] / small
    points = rng.uniform((-20, -20), (HEIGHT + 20, WIDTH + 20), (125, 2))
    place = np.stack([rows, columns], axis=-1)

    def nearest(places):
        """Index of the nearest point, and how much farther the second nearest is."""
        best = np.full(places.shape[:2], np.inf)
        second, index = best.copy(), np.zeros(best.shape, int)
        for number, point in enumerate(points):
            far = np.hypot(*np.moveaxis(places - point, -1, 0))
            closer = far < best
            second = np.where(closer, best, np.minimum(second, far))
            index, best = np.where(closer, number, index), np.where(closer, far, best)
        return index, second - best

    outside = ((points < 0) | (points > (HEIGHT, WIDTH))).any(axis=1)
    coarse = place[:: 2 * small, :: 2 * small]
    for _ in range(3):  # move each point to the middle of its cell: stones of like size
        index, _gap = nearest(coarse)
        for number in np.flatnonzero(~outside):
            cell = coarse[index == number]
            points[number] = cell.mean(0) if len(cell) else points[number]
    bent = np.stack([noise(child, 16), noise(child, 16)], axis=-1)[:: FINE // small, :: FINE // small]
    index, gap = nearest(place + 1.5 * bent)
    size = (WIDTH * FINE, HEIGHT * FINE)
    gap = np.asarray(Image.fromarray(gap.astype(np.float32)).resize(size, Image.Resampling.BICUBIC))
    index = np.asarray(Image.fromarray(index.astype(np.uint8)).resize(size, Image.Resampling.NEAREST))

    wobble = noise(rng, 14, 3)
    height = np.sqrt(np.clip((gap - 3.2 + 1.2 * wobble) / 15, 0, 1))  # 0 at a stone's rim, 1 on its back
    height = blur(height, 0.8)
    slope_y, slope_x = np.gradient((9 * height + 0.9 * noise(child, 4)) * FINE)
    light = np.clip(0.84 - 0.26 * slope_x - 0.30 * slope_y, 0.4, 1.3)
    tints = ["#9a7b5f", "#6f7f8c", "#b9a58a", "#8d5a48", "#54616b", "#a9a79c", "#c98f63", "#7d8a72"]
    table = np.stack([colour(code) for code in rng.choice([*tints, "#d3c7b2", "#5f4a45"], len(points))])
    table = table * rng.uniform(0.88, 1.14, (len(points), 1))
    stone = table[index] * (1 + 0.14 * noise(rng, 5, 3) + 0.10 * noise(rng, 30, 2))[..., None]
    turn, thick = child.uniform(0, np.pi, len(points))[index], child.uniform(1, 3, len(points))[index]
    y, x = grid()
    bands = np.sin((x * np.cos(turn) + y * np.sin(turn) + 3 * noise(child, 20)) * 2 * np.pi / thick)
    cracks = np.abs(noise(child, 22)) < 0.016
    stone = stone * (1 + 0.04 * bands * (index % 3 == 0) - 0.35 * cracks)[..., None]
    lichen = np.clip(6 * (noise(child, 26) - 0.72), 0, 0.75)
    stone = lay(stone, lichen, colour("#b4b68c") * (1 + 0.3 * noise(child, 2))[..., None])
    canvas = stone * light[..., None] + 0.30 * np.clip(light - 1.02, 0, 1)[..., None]
    gaps = np.clip(1 - height / 0.30, 0, 1)
    canvas = lay(canvas, gaps, colour("#1f2426") * (1 + 0.4 * noise(rng, 6, 3))[..., None])
    return finish(brush(canvas, rng, STROKES[1:], jitter=0.03))
