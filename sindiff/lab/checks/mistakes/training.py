"""What goes wrong in the exercises of 05_train, and what to say about it: hint -> wrong answer."""

from sindiff.diffusion import PREDICTIONS

right = PREDICTIONS["v"].to_x0


def mixture(signal, noise, sign=-1):
    """x0 from v with other weights, each made from alpha_bar_t and alpha_bar_{t-1}."""

    def read(schedule, x_t, t, v):
        alpha_bar, before = schedule.alpha_bar[t].item(), schedule.alpha_bar[t - 1].item()
        return signal(alpha_bar, before) * x_t + sign * noise(alpha_bar, before) * v

    return read


X0 = {
    "That solves Eq. 2 for the noise: we want the picture.": mixture(
        lambda a, b: (1 - a) ** 0.5, lambda a, b: a**0.5, sign=1
    ),
    "The two factors are exchanged: x_t has sqrt(alpha_bar), v has sqrt(1 - alpha_bar).": mixture(
        lambda a, b: (1 - a) ** 0.5, lambda a, b: a**0.5
    ),
    "The sign of v is wrong: it holds the picture with a minus.": mixture(
        lambda a, b: a**0.5, lambda a, b: (1 - a) ** 0.5, sign=1
    ),
    "That is without the square roots.": mixture(lambda a, b: a, lambda a, b: 1 - a),
    "The factor of v is without its square root.": mixture(lambda a, b: a**0.5, lambda a, b: 1 - a),
    "That takes alpha_bar of the step before.": mixture(lambda a, b: b**0.5, lambda a, b: (1 - b) ** 0.5),
    "That takes alpha of a single step for alpha_bar.": mixture(
        lambda a, b: (a / b) ** 0.5, lambda a, b: (1 - a / b) ** 0.5
    ),
    "That treats v as if it were the noise: it is a mixture of noise and picture.": lambda schedule, x_t, t, v: (
        PREDICTIONS["eps"].to_x0(schedule, x_t, t, v)
    ),
    "That is the picture's negative: look at the sign of the whole.": lambda schedule, x_t, t, v: (
        -right(schedule, x_t, t, v)
    ),
}


def weighing(eps, v, x0=lambda a: 1.0):
    """An answer from three functions of alpha_bar."""
    return lambda schedule, t, prediction: {"eps": eps, "v": v, "x0": x0}[prediction](schedule.alpha_bar[t].item())


def snr(a):
    return a / (1 - a)


WEIGHTS = {
    "That is the factor of the error itself: the loss squares it.": weighing(
        lambda a: snr(a) ** 0.5, lambda a: (snr(a) + 1) ** 0.5
    ),
    "That is upside down: a small error of eps_hat is a large one of x0_hat where there is much noise.": weighing(
        lambda a: 1 / snr(a), lambda a: 1 / (snr(a) + 1)
    ),
    "v is not weighed as eps is: its error is that of x0_hat over sqrt(1 - alpha_bar).": weighing(snr, snr),
    "That is alpha_bar alone for eps: it is divided by 1 - alpha_bar.": weighing(lambda a: a, lambda a: snr(a) + 1),
    "v's error is divided by sqrt(alpha_bar) in yours: at the noisy end it is about that of x0_hat.": weighing(
        snr, lambda a: 1 / a
    ),
    "You weigh all alike: the same loss is a different error of the picture for each target.": weighing(
        lambda a: 1.0, lambda a: 1.0
    ),
    "The weight of x0 is 1: there the loss is the error of the picture.": weighing(snr, lambda a: snr(a) + 1, snr),
}
