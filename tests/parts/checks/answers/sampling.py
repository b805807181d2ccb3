"""The exercises of 06_sample: right answers and wrong ones."""

from sindiff.diffusion import eps_from_x0, q_posterior
from sindiff.lab import checks
from sindiff.samplers import ddim


def signal(schedule, t):
    return schedule.alpha_bar[t].item()


def right_step(schedule, x, x0_hat, t, t_prev):
    return ddim(schedule)(x, x0_hat, t, t_prev, None)[0]


def recombine(schedule, x0_hat, eps, level):
    return level**0.5 * x0_hat + (1 - level) ** 0.5 * eps


def wrong_eps(schedule, x, x0_hat, t):
    return x - signal(schedule, t) ** 0.5 * x0_hat


WRONG_STEPS = {
    "nothing": lambda schedule, x, x0_hat, t, t_prev: None,
    "the picture at once": lambda schedule, x, x0_hat, t, t_prev: x0_hat,
    "no step": lambda schedule, x, x0_hat, t, t_prev: x,
    "the noise not divided": lambda schedule, x, x0_hat, t, t_prev: recombine(
        schedule, x0_hat, wrong_eps(schedule, x, x0_hat, t), signal(schedule, t_prev)
    ),
    "one step only": lambda schedule, x, x0_hat, t, t_prev: right_step(schedule, x, x0_hat, t, t - 1 - (t == 2)),
    "off by one": lambda schedule, x, x0_hat, t, t_prev: right_step(schedule, x, x0_hat, t, max(t_prev - 1, 0)),
    "no root": lambda schedule, x, x0_hat, t, t_prev: (
        signal(schedule, t_prev) * x0_hat + (1 - signal(schedule, t_prev)) * eps_from_x0(schedule, x, t, x0_hat)
    ),
    "alpha for alpha_bar": lambda schedule, x, x0_hat, t, t_prev: recombine(
        schedule, x0_hat, eps_from_x0(schedule, x, t, x0_hat), signal(schedule, t) / signal(schedule, t_prev)
    ),
    "the posterior's mean": lambda schedule, x, x0_hat, t, t_prev: q_posterior(schedule, x0_hat, x, t, t_prev)[0],
    "the other sign": lambda schedule, x, x0_hat, t, t_prev: recombine(
        schedule, x0_hat, -eps_from_x0(schedule, x, t, x0_hat), signal(schedule, t_prev)
    ),
    "level of t": lambda schedule, x, x0_hat, t, t_prev: recombine(
        schedule, x0_hat, eps_from_x0(schedule, x, t, x0_hat), signal(schedule, t)
    ),
}


def beta(schedule, t, t_prev):
    return 1 - signal(schedule, t) / signal(schedule, t_prev)


def right_sigma(schedule, t, t_prev, variance):
    small = (1 - signal(schedule, t_prev)) / (1 - signal(schedule, t)) * beta(schedule, t, t_prev)
    return 0.0 if t_prev == 0 else (beta(schedule, t, t_prev) if variance == "large" else small) ** 0.5


def noisy_end(schedule, t, t_prev, variance):
    if variance == "large":
        return beta(schedule, t, t_prev) ** 0.5
    return right_sigma(schedule, t, t_prev, variance)


WRONG_SIGMAS = {
    "nothing": lambda schedule, t, t_prev, variance: None,
    "no root": lambda schedule, t, t_prev, variance: right_sigma(schedule, t, t_prev, variance) ** 2,
    "noise in the last step": noisy_end,
    "always large": lambda schedule, t, t_prev, variance: right_sigma(schedule, t, t_prev, "large"),
    "always small": lambda schedule, t, t_prev, variance: right_sigma(schedule, t, t_prev, "small"),
    "exchanged": lambda schedule, t, t_prev, variance: right_sigma(
        schedule, t, t_prev, "small" if variance == "large" else "large"
    ),
    "alpha_bar for alpha": lambda schedule, t, t_prev, variance: (1 - signal(schedule, t)) ** 0.5 if t_prev else 0.0,
    "beta of one step": lambda schedule, t, t_prev, variance: (
        right_sigma(schedule, t, t - 1, variance) if t_prev else 0.0
    ),
    "off by one": lambda schedule, t, t_prev, variance: right_sigma(schedule, t, max(t_prev - 1, 0), variance),
}
EXERCISES = {
    checks.ddim_step: ({"the package's": right_step}, WRONG_STEPS),
    checks.sigma: ({"by hand": right_sigma}, WRONG_SIGMAS),
}
