"""The exercises of 05_train: right answers and wrong ones."""

from dataclasses import replace

from sindiff.diffusion import PREDICTIONS
from sindiff.lab import checks
from sindiff.training.loop import rate_factor

right = PREDICTIONS["v"].to_x0


def mixture(signal, noise, sign=-1):
    """x0 from v with other weights, each made from alpha_bar_t and alpha_bar_{t-1}."""

    def read(schedule, x_t, t, v):
        alpha_bar, before = schedule.alpha_bar[t].item(), schedule.alpha_bar[t - 1].item()
        return signal(alpha_bar, before) * x_t + sign * noise(alpha_bar, before) * v

    return read


WRONG_X0 = {
    "nothing": lambda schedule, x_t, t, v: None,
    "eps": mixture(lambda a, b: (1 - a) ** 0.5, lambda a, b: a**0.5, sign=1),
    "exchanged": mixture(lambda a, b: (1 - a) ** 0.5, lambda a, b: a**0.5),
    "the other sign": mixture(lambda a, b: a**0.5, lambda a, b: (1 - a) ** 0.5, sign=1),
    "no roots": mixture(lambda a, b: a, lambda a, b: 1 - a),
    "no root of the noise": mixture(lambda a, b: a**0.5, lambda a, b: 1 - a),
    "one step late": mixture(lambda a, b: b**0.5, lambda a, b: (1 - b) ** 0.5),
    "alpha for alpha_bar": mixture(lambda a, b: (a / b) ** 0.5, lambda a, b: (1 - a / b) ** 0.5),
    "v taken for eps": lambda schedule, x_t, t, v: PREDICTIONS["eps"].to_x0(schedule, x_t, t, v),
    "negative": lambda schedule, x_t, t, v: -right(schedule, x_t, t, v),
}


def changed(**values):
    return lambda config, step, progress: rate_factor(replace(config, **values), step, progress)


def rise(config, step):
    return min(1.0, (step + 1) / config.warmup) if config.warmup else 1.0


WRONG_RATES = {
    "nothing": lambda config, step, progress: None,
    "constant": lambda config, step, progress: 1.0,
    "no warm-up": changed(warmup=0),
    "no cool-down": changed(cooldown=0.0),
    "always a full cool-down": changed(cooldown=1.0),
    "zero at the first step": lambda config, step, progress: rate_factor(config, step - 1, progress),
    "divides by zero": lambda config, step, progress: (
        min(1.0, (step + 1) / config.warmup) * min(1.0, (1 - progress) / config.cooldown)
    ),
    "never capped": lambda config, step, progress: (
        ((step + 1) / config.warmup if config.warmup else 1.0) * rate_factor(replace(config, warmup=0), step, progress)
    ),
    "the smaller of the two": lambda config, step, progress: min(
        rise(config, step), rate_factor(replace(config, warmup=0), step, progress)
    ),
    "falls from the start": lambda config, step, progress: (
        rise(config, step) * (1 - progress if config.cooldown else 1.0)
    ),
    "progress for what is left": lambda config, step, progress: rate_factor(config, step, 1 - progress),
}
RIGHT_X0 = {"the package's": right, "by hand": mixture(lambda a, b: a**0.5, lambda a, b: (1 - a) ** 0.5)}
EXERCISES = {
    checks.x0_from_v: (RIGHT_X0, WRONG_X0),
    checks.rate: ({"the package's": rate_factor}, WRONG_RATES),
}
