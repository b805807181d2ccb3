"""The right answers to the exercises of 07_any_size."""

from sindiff.conditioning import wrapped
from sindiff.lab import checks
from sindiff.lab.checks.mistakes.any_size import continued, head, tail, up
from sindiff.network.receptive_field import rf_reach, rf_size

RIGHT_HALOS = {
    "followed backwards": lambda config: up(max(rf_reach(config)), config.multiple),
    "by hand": lambda config: up(rf_size(config) // 2 + config.multiple - 1, config.multiple),
}
RIGHT_STRIPS = {
    "the package's": lambda denoise, x, t, halo: wrapped(denoise, "x", halo, 1)(x, t),
    "by hand": continued(tail, head),
}
EXERCISES = {
    checks.halo: RIGHT_HALOS,
    checks.strip: RIGHT_STRIPS,
}
