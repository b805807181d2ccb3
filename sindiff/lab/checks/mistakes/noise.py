"""What goes wrong in the exercises of 01_noise, and what to say about it: hint -> wrong answer."""

from sindiff.diffusion import eps_from_x0


def signal(schedule, t):
    return schedule.alpha_bar[t].item()


def alpha(schedule, t):
    return signal(schedule, t) / signal(schedule, t - 1)


def late(function, schedule, x_t, t, x0):
    return function(schedule, x_t, t - 1 or 2, x0)


EPS = {
    "That is x_t - x0: Eq. 2 scales the picture, and the noise too.": lambda schedule, x_t, t, x0: x_t - x0,
    "That is the noise times its factor: divide by sqrt(1 - alpha_bar).": lambda schedule, x_t, t, x0: (
        x_t - signal(schedule, t) ** 0.5 * x0
    ),
    "That is without the square roots: Eq. 2 has them on both factors.": lambda schedule, x_t, t, x0: (
        (x_t - signal(schedule, t) * x0) / (1 - signal(schedule, t))
    ),
    "You divide by 1 - alpha_bar: the factor of the noise is its square root.": lambda schedule, x_t, t, x0: (
        (x_t - signal(schedule, t) ** 0.5 * x0) / (1 - signal(schedule, t))
    ),
    "That takes alpha of a single step: alpha_bar is the product of them all.": lambda schedule, x_t, t, x0: (
        (x_t - alpha(schedule, t) ** 0.5 * x0) / (1 - alpha(schedule, t)) ** 0.5
    ),
    "That takes alpha_bar of the step before: index t is step t.": lambda schedule, x_t, t, x0: late(
        eps_from_x0, schedule, x_t, t, x0
    ),
    "The sign is wrong: subtract the scaled picture from x_t.": lambda schedule, x_t, t, x0: (
        -eps_from_x0(schedule, x_t, t, x0)
    ),
    "The picture is not scaled: in x_t it has the factor sqrt(alpha_bar).": lambda schedule, x_t, t, x0: (
        (x_t - x0) / (1 - signal(schedule, t)) ** 0.5
    ),
}


def leap(between):
    """Eq. 2 with this in place of alpha_bar."""

    def jump(schedule, x, s, t, eps):
        left = between(schedule, s, t)
        return left**0.5 * x + (1 - left) ** 0.5 * eps

    return jump


def share(schedule, s, t):
    return signal(schedule, t) / signal(schedule, s)


JUMPS = {
    "That jumps from x_0: x_s has already lost signal, so only the ratio of the two alpha_bars is left.": leap(
        lambda schedule, s, t: signal(schedule, t)
    ),
    "That is a single step, from t - 1 to t: jump over all steps from s to t.": leap(
        lambda schedule, s, t: alpha(schedule, t)
    ),
    "That takes alpha_bar at t - s: the betas differ from step to step, so divide two alpha_bars instead.": leap(
        lambda schedule, s, t: signal(schedule, t - s)
    ),
    "That stops one step short, at t - 1.": leap(lambda schedule, s, t: share(schedule, s, t - 1)),
    "That starts one step early, at s - 1.": leap(
        lambda schedule, s, t: share(schedule, max(s - 1, 0), t) if s else share(schedule, 1, t)
    ),
    "The factor of x_s is without its square root.": lambda schedule, x, s, t, eps: (
        share(schedule, s, t) * x + (1 - share(schedule, s, t)) ** 0.5 * eps
    ),
    "The factor of the noise is without its square root.": lambda schedule, x, s, t, eps: (
        share(schedule, s, t) ** 0.5 * x + (1 - share(schedule, s, t)) * eps
    ),
    "The noise is too weak: its variance is 1 less the ratio of the alpha_bars.": lambda schedule, x, s, t, eps: (
        share(schedule, s, t) ** 0.5 * x + (signal(schedule, s) - signal(schedule, t)) ** 0.5 * eps
    ),
}
