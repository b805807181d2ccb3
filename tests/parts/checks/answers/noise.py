"""The exercises of 01_noise: right answers and wrong ones."""

from sindiff.diffusion import eps_from_x0
from sindiff.lab import checks


def signal(schedule, t):
    return schedule.alpha_bar[t].item()


def alpha(schedule, t):
    return signal(schedule, t) / signal(schedule, t - 1)


def late(function, schedule, x_t, t, x0):
    return function(schedule, x_t, t - 1 or 2, x0)


WRONG_EPS = {
    "nothing": lambda schedule, x_t, t, x0: None,
    "the difference": lambda schedule, x_t, t, x0: x_t - x0,
    "not divided": lambda schedule, x_t, t, x0: x_t - signal(schedule, t) ** 0.5 * x0,
    "no root": lambda schedule, x_t, t, x0: (x_t - signal(schedule, t) * x0) / (1 - signal(schedule, t)),
    "no root below": lambda schedule, x_t, t, x0: (x_t - signal(schedule, t) ** 0.5 * x0) / (1 - signal(schedule, t)),
    "alpha, as printed": lambda schedule, x_t, t, x0: (
        (x_t - alpha(schedule, t) ** 0.5 * x0) / (1 - alpha(schedule, t)) ** 0.5
    ),
    "off by one": lambda schedule, x_t, t, x0: late(eps_from_x0, schedule, x_t, t, x0),
    "the other sign": lambda schedule, x_t, t, x0: -eps_from_x0(schedule, x_t, t, x0),
    "the picture not scaled": lambda schedule, x_t, t, x0: (x_t - x0) / (1 - signal(schedule, t)) ** 0.5,
}


def leap(between):
    """Eq. 2 with this in place of alpha_bar."""

    def jump(schedule, x, s, t, eps):
        left = between(schedule, s, t)
        return left**0.5 * x + (1 - left) ** 0.5 * eps

    return jump


def share(schedule, s, t):
    return signal(schedule, t) / signal(schedule, s)


WRONG_JUMPS = {
    "nothing": lambda schedule, x, s, t, eps: None,
    "from the clean picture": leap(lambda schedule, s, t: signal(schedule, t)),
    "alpha of one step": leap(lambda schedule, s, t: alpha(schedule, t)),
    "alpha_bar of t - s": leap(lambda schedule, s, t: signal(schedule, t - s)),
    "one step short": leap(lambda schedule, s, t: share(schedule, s, t - 1)),
    "one step early": leap(lambda schedule, s, t: share(schedule, max(s - 1, 0), t) if s else share(schedule, 1, t)),
    "no root of the signal": lambda schedule, x, s, t, eps: (
        share(schedule, s, t) * x + (1 - share(schedule, s, t)) ** 0.5 * eps
    ),
    "no root of the noise": lambda schedule, x, s, t, eps: (
        share(schedule, s, t) ** 0.5 * x + (1 - share(schedule, s, t)) * eps
    ),
    "variances subtracted": lambda schedule, x, s, t, eps: (
        share(schedule, s, t) ** 0.5 * x + (signal(schedule, s) - signal(schedule, t)) ** 0.5 * eps
    ),
}
EXERCISES = {
    checks.eps: ({"the package's": eps_from_x0}, WRONG_EPS),
    checks.jump: ({"by hand": leap(share)}, WRONG_JUMPS),
}
