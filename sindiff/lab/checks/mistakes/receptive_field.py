"""What goes wrong in the exercises of 03_receptive_field, and what to say about it: hint -> wrong answer."""

from sindiff.lab.checks import solutions
from sindiff.network import receptive_field


def with_layer(layer, rule):
    rules = {**receptive_field.BEHIND, layer: rule}
    return lambda name, first, last: rules[name](first, last)


BEHIND = {
    "That returns the stretch unchanged: every layer looks further or changes the scale.": lambda layer, first, last: (
        first,
        last,
    ),
    "A 3x3 convolution sees one pixel more on both sides, not on one.": with_layer(
        "conv", lambda first, last: (first - 1, last)
    ),
    "That makes the stretch smaller: going back through a convolution, it grows.": with_layer(
        "conv", lambda first, last: (first + 1, last - 1)
    ),
    "That sees three pixels on each side: a 3x3 convolution sees one.": with_layer(
        "conv", lambda first, last: (first - 3, last + 3)
    ),
    "`down` the other way round: output pixel i is input pixel 2i, so going back doubles.": with_layer(
        "down", lambda first, last: (first // 2, last // 2)
    ),
    "`down` keeps every second pixel: the last one of the stretch is exactly 2 last.": with_layer(
        "down", lambda first, last: (2 * first, 2 * last + 1)
    ),
    "`up` the other way round: each input pixel is shown twice, so going back halves.": with_layer(
        "up", lambda first, last: (2 * first, 2 * last)
    ),
    "`up`: output pixels 2i and 2i + 1 are both input pixel i, so both ends round down.": with_layer(
        "up", lambda first, last: (first // 2, (last + 1) // 2)
    ),
    "`up`: pixels left of the border are negative, so round down, not towards 0 (// does).": with_layer(
        "up", lambda first, last: (int(first / 2), int(last / 2))
    ),
}


def part(height, width, reach):
    """Of a canvas, the share of pixels that see no border: the solution's, not limited below."""
    return (height - 2 * reach) * (width - 2 * reach) / (height * width)


def right_share(height, width, reach):
    return solutions.border_share(height, width, reach)


BORDER_SHARE = {
    "That is the share of the pixels that see no border: subtract it from 1.": lambda h, w, r: 1 - right_share(h, w, r),
    "A negative length came in: where the reach is over half a side, no pixel is left in the middle (max with 0).": (
        lambda h, w, r: 1 - part(h, w, r)
    ),
    "You subtract the reach once: there are two borders to each side.": (
        lambda h, w, r: 1 - max(0, h - r) * max(0, w - r) / (h * w)
    ),
    "That looks at left and right alone: top and bottom are borders too.": (lambda h, w, r: 1 - max(0, w - 2 * r) / w),
    "The corners are counted twice: subtract the rectangle in the middle from the whole instead.": (
        lambda h, w, r: min(1, 2 * r / h) + min(1, 2 * r / w)
    ),
    "That is the number of pixels: divide by height times width.": lambda h, w, r: right_share(h, w, r) * h * w,
    "You subtract 2 reach + 1, the whole field: the pixel `reach` px from a border does not see beyond it.": (
        lambda h, w, r: 1 - max(0, h - 2 * r - 1) * max(0, w - 2 * r - 1) / (h * w)
    ),
}
