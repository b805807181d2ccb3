"""What goes wrong in the exercises of 06_sample, and what to say about it: hint -> wrong answer."""

from sindiff.diffusion import eps_from_x0, q_posterior
from sindiff.samplers import ddim


def signal(schedule, t):
    return schedule.alpha_bar[t].item()


def right_step(schedule, x, x0_hat, t, t_prev):
    return ddim(schedule)(x, x0_hat, t, t_prev, None)[0]


def recombine(schedule, x0_hat, eps, level):
    return level**0.5 * x0_hat + (1 - level) ** 0.5 * eps


def wrong_eps(schedule, x, x0_hat, t):
    return x - signal(schedule, t) ** 0.5 * x0_hat


STEPS = {
    "That returns x0_hat: at t_prev there is still noise, unless t_prev is 0.": lambda schedule, x, x0_hat, t, t_prev: (
        x0_hat
    ),
    "That returns x unchanged.": lambda schedule, x, x0_hat, t, t_prev: x,
    "The noise in x is not divided by its factor, sqrt(1 - alpha_bar_t).": lambda schedule, x, x0_hat, t, t_prev: (
        recombine(schedule, x0_hat, wrong_eps(schedule, x, x0_hat, t), signal(schedule, t_prev))
    ),
    "That goes to t - 1: the step should end at t_prev.": lambda schedule, x, x0_hat, t, t_prev: right_step(
        schedule, x, x0_hat, t, t - 1 - (t == 2)
    ),
    "That goes one step too far, to t_prev - 1.": lambda schedule, x, x0_hat, t, t_prev: right_step(
        schedule, x, x0_hat, t, max(t_prev - 1, 0)
    ),
    "That mixes without the square roots.": lambda schedule, x, x0_hat, t, t_prev: (
        signal(schedule, t_prev) * x0_hat + (1 - signal(schedule, t_prev)) * eps_from_x0(schedule, x, t, x0_hat)
    ),
    "That takes the ratio of two alpha_bars: it is alpha_bar at t_prev.": lambda schedule, x, x0_hat, t, t_prev: (
        recombine(schedule, x0_hat, eps_from_x0(schedule, x, t, x0_hat), signal(schedule, t) / signal(schedule, t_prev))
    ),
    "That is the mean of DDPM's step: DDIM recomputes the noise.": lambda schedule, x, x0_hat, t, t_prev: q_posterior(
        schedule, x0_hat, x, t, t_prev
    )[0],
    "The noise has the wrong sign: x less the scaled picture.": lambda schedule, x, x0_hat, t, t_prev: recombine(
        schedule, x0_hat, -eps_from_x0(schedule, x, t, x0_hat), signal(schedule, t_prev)
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


SIGMAS = {
    "That is the variance: sigma is its square root.": lambda schedule, t, t_prev, variance: (
        right_sigma(schedule, t, t_prev, variance) ** 2
    ),
    "With the large variance yours adds noise in the last step: at t_prev = 0 there is none.": noisy_end,
    "That is the large one for both: the small one is the posterior's own.": lambda schedule, t, t_prev, variance: (
        right_sigma(schedule, t, t_prev, "large")
    ),
    "That is the small one for both: the large one is beta.": lambda schedule, t, t_prev, variance: right_sigma(
        schedule, t, t_prev, "small"
    ),
    "Large and small are exchanged.": lambda schedule, t, t_prev, variance: right_sigma(
        schedule, t, t_prev, "small" if variance == "large" else "large"
    ),
    "That is all the noise in x_t: beta is 1 less the ratio of both.": lambda schedule, t, t_prev, variance: (
        (1 - signal(schedule, t)) ** 0.5 if t_prev else 0.0
    ),
    "That is the beta of a single step: the stride goes from t to t_prev.": lambda schedule, t, t_prev, variance: (
        right_sigma(schedule, t, t - 1, variance) if t_prev else 0.0
    ),
    "That goes one step too far, to t_prev - 1.": lambda schedule, t, t_prev, variance: right_sigma(
        schedule, t, max(t_prev - 1, 0), variance
    ),
}
