"""The exercises of 10_reference: right answers and wrong ones."""

import torch.nn.functional as F

from sindiff.diffusion import q_sample
from sindiff.edits import lowpass, match_lowpass
from sindiff.lab import checks


def spread(small, factor):
    return small.repeat_interleave(factor, -2).repeat_interleave(factor, -1)


def reshaped(x, factor):
    rows, columns = x.shape[-2] // factor, x.shape[-1] // factor
    boxes = x.reshape(*x.shape[:-2], rows, factor, columns, factor)
    return boxes.mean((-3, -1), keepdim=True).expand_as(boxes).reshape(x.shape)


RIGHT_MEANS = {
    "pooled": lambda x, factor: spread(F.avg_pool2d(x, factor), factor),
    "reshaped": reshaped,
    "antialiased": lambda x, factor: spread(F.interpolate(x, scale_factor=1 / factor, mode="area"), factor),
}
WRONG_MEANS = {
    "nothing": lambda x, factor: None,
    "the picture itself": lambda x, factor: x,
    "not put back": F.avg_pool2d,
    "a pixel of each box": lambda x, factor: spread(x[..., ::factor, ::factor], factor),
    "sums": lambda x, factor: factor**2 * reshaped(x, factor),
    "the largest": lambda x, factor: spread(F.max_pool2d(x, factor), factor),
    "interpolated": lambda x, factor: F.interpolate(F.avg_pool2d(x, factor), x.shape[-2:], mode="bilinear"),
    "rows alone": lambda x, factor: F.avg_pool2d(x, (factor, 1)).repeat_interleave(factor, -2),
    "the details": lambda x, factor: x - reshaped(x, factor),
    "the mean of the picture": lambda x, factor: x.mean((-2, -1), keepdim=True).expand_as(x),
    "of all channels": lambda x, factor: reshaped(x, factor).mean(1, keepdim=True).expand_as(x),
    "repeated whole": lambda x, factor: F.avg_pool2d(x, factor).repeat(1, 1, factor, factor),
    "the package's low-pass": lowpass,
}


def mixed(noised, low=lowpass):
    """The right mixture, of a reference noised in some way and with some low-pass."""

    def details(schedule, x, y, t, eps, factor):
        y_t = noised(schedule, y, t, eps)
        return y_t + low(x - y_t, factor)

    return details


def scales(signal, noise):
    """A way to noise the reference: both factors as functions of alpha_bar_t and alpha_t."""

    def noised(schedule, y, t, eps):
        alpha_bar, alpha = schedule.alpha_bar[t].item(), 1 - schedule.beta[t].item()
        return signal(alpha_bar, alpha) * y + noise(alpha_bar, alpha) * eps

    return noised


def high(z, factor):
    return z - lowpass(z, factor)


RIGHT_DETAILS = {
    "towards x": mixed(q_sample),
    "from x": lambda s, x, y, t, eps, factor: x + high(q_sample(s, y, t, eps) - x, factor),
    "the package's edit": lambda s, x, y, t, eps, factor: match_lowpass(s, x, factor, None)(q_sample(s, y, t, eps), 0),
}
WRONG_DETAILS = {
    "nothing": lambda s, x, y, t, eps, factor: None,
    "Eq. 7 itself": lambda s, x, y, t, eps, factor: x + lowpass(q_sample(s, y, t, eps) - x, factor),
    "no noise": mixed(lambda s, y, t, eps: y),
    "noise, but no scales": mixed(lambda s, y, t, eps: y + eps),
    "alpha for alpha_bar": mixed(scales(lambda bar, alpha: alpha**0.5, lambda bar, alpha: (1 - alpha) ** 0.5)),
    "no root": mixed(scales(lambda bar, alpha: bar, lambda bar, alpha: 1 - bar)),
    "no root of the noise": mixed(scales(lambda bar, alpha: bar**0.5, lambda bar, alpha: 1 - bar)),
    "roots swapped": mixed(scales(lambda bar, alpha: (1 - bar) ** 0.5, lambda bar, alpha: bar**0.5)),
    "a step noisier, as in ILVR": mixed(lambda s, y, t, eps: q_sample(s, y, min(t + 1, s.T), eps)),
    "a step too early": mixed(lambda s, y, t, eps: q_sample(s, y, max(t - 1, 0), eps)),
    "the wrong sign": lambda s, x, y, t, eps, factor: x - high(q_sample(s, y, t, eps) - x, factor),
    "details added": lambda s, x, y, t, eps, factor: x + high(q_sample(s, y, t, eps), factor),
    "another factor": lambda s, x, y, t, eps, factor: mixed(q_sample)(s, x, y, t, eps, 2 * factor),
    "a blur twice": mixed(q_sample, lambda z, factor: F.interpolate(F.avg_pool2d(z, factor), z.shape[-2:])),
    "x noised too": lambda s, x, y, t, eps, factor: mixed(q_sample)(s, q_sample(s, x, t, eps), y, t, eps, factor),
    "the reference alone": lambda s, x, y, t, eps, factor: q_sample(s, y, t, eps),
}
EXERCISES = {
    checks.box_means: (RIGHT_MEANS, WRONG_MEANS),
    checks.details: (RIGHT_DETAILS, WRONG_DETAILS),
}
