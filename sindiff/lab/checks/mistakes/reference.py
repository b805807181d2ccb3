"""What goes wrong in the exercises of 10_reference, and what to say about it: hint -> wrong answer."""

import torch.nn.functional as F

from sindiff.diffusion import q_sample
from sindiff.edits import lowpass


def spread(small, factor):
    return small.repeat_interleave(factor, -2).repeat_interleave(factor, -1)


def reshaped(x, factor):
    rows, columns = x.shape[-2] // factor, x.shape[-1] // factor
    boxes = x.reshape(*x.shape[:-2], rows, factor, columns, factor)
    return boxes.mean((-3, -1), keepdim=True).expand_as(boxes).reshape(x.shape)


MEANS = {
    "That is the picture itself.": lambda x, factor: x,
    "That is the small picture of means: put each mean back in all pixels of its box.": F.avg_pool2d,
    "That takes one pixel of each box: take the mean of all.": lambda x, factor: spread(
        x[..., ::factor, ::factor], factor
    ),
    "Those are sums: divide by the number of pixels in a box.": lambda x, factor: factor**2 * reshaped(x, factor),
    "That is the largest pixel of each box.": lambda x, factor: spread(F.max_pool2d(x, factor), factor),
    "That interpolates between the means: each pixel gets the mean of its own box, as it is.": lambda x, factor: (
        F.interpolate(F.avg_pool2d(x, factor), x.shape[-2:], mode="bilinear")
    ),
    "That averages over rows only: a box has two sides.": lambda x, factor: F.avg_pool2d(
        x, (factor, 1)
    ).repeat_interleave(factor, -2),
    "Those are the details, the picture minus the means.": lambda x, factor: x - reshaped(x, factor),
    "That is the mean of the whole picture.": lambda x, factor: x.mean((-2, -1), keepdim=True).expand_as(x),
    "That averages over the channels too: each colour has its own mean.": lambda x, factor: (
        reshaped(x, factor).mean(1, keepdim=True).expand_as(x)
    ),
    "That tiles the small picture: repeat each pixel instead (repeat_interleave).": lambda x, factor: F.avg_pool2d(
        x, factor
    ).repeat(1, 1, factor, factor),
    "That is the package's low-pass, made of ramps: use boxes here.": lowpass,
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
        alpha_bar = schedule.alpha_bar[t].item()
        alpha = alpha_bar / schedule.alpha_bar[max(t - 1, 0)].item()
        return signal(alpha_bar, alpha) * y + noise(alpha_bar, alpha) * eps

    return noised


def high(z, factor):
    return z - lowpass(z, factor)


DETAILS = {
    "That is Eq. 7 itself: here the details are the reference's.": lambda s, x, y, t, eps, factor: (
        x + lowpass(q_sample(s, y, t, eps) - x, factor)
    ),
    "The reference has no noise: x is at step t, so noise y to step t.": mixed(lambda s, y, t, eps: y),
    "The noise is added without the two factors of Eq. 2.": mixed(lambda s, y, t, eps: y + eps),
    "The reference is noised with alpha of a single step: it needs alpha_bar.": mixed(
        scales(lambda bar, alpha: alpha**0.5, lambda bar, alpha: (1 - alpha) ** 0.5)
    ),
    "The reference is noised without the square roots.": mixed(
        scales(lambda bar, alpha: bar, lambda bar, alpha: 1 - bar)
    ),
    "The factor of the reference's noise is without its square root.": mixed(
        scales(lambda bar, alpha: bar**0.5, lambda bar, alpha: 1 - bar)
    ),
    "The two factors of Eq. 2 are swapped.": mixed(
        scales(lambda bar, alpha: (1 - bar) ** 0.5, lambda bar, alpha: bar**0.5)
    ),
    "The reference is one step too noisy (as in ILVR's code).": mixed(
        lambda s, y, t, eps: q_sample(s, y, min(t + 1, s.T), eps)
    ),
    "The reference is one step too clean.": mixed(lambda s, y, t, eps: q_sample(s, y, max(t - 1, 0), eps)),
    "The sign is wrong: the details of the reference are subtracted.": lambda s, x, y, t, eps, factor: (
        x - high(q_sample(s, y, t, eps) - x, factor)
    ),
    "The details of y are added to x, whose own are still there: take those away.": lambda s, x, y, t, eps, factor: (
        x + high(q_sample(s, y, t, eps), factor)
    ),
    "The low-pass does not use the given factor.": lambda s, x, y, t, eps, factor: mixed(q_sample)(
        s, x, y, t, eps, 2 * factor
    ),
    "That low-pass is not the package's: use `lowpass`, which is a projector.": mixed(
        q_sample, lambda z, factor: F.interpolate(F.avg_pool2d(z, factor), z.shape[-2:])
    ),
    "You noise x too: it is at step t already.": lambda s, x, y, t, eps, factor: mixed(q_sample)(
        s, q_sample(s, x, t, eps), y, t, eps, factor
    ),
    "That is only the noised reference: its low frequencies must be those of x.": lambda s, x, y, t, eps, factor: (
        q_sample(s, y, t, eps)
    ),
}
