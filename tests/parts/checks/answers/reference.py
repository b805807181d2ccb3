"""The right answers to the exercises of 10_reference."""

import torch.nn.functional as F

from sindiff.diffusion import q_sample
from sindiff.edits import match_lowpass
from sindiff.lab import checks
from sindiff.lab.checks.mistakes.reference import high, mixed, reshaped, spread

RIGHT_MEANS = {
    "pooled": lambda x, factor: spread(F.avg_pool2d(x, factor), factor),
    "reshaped": reshaped,
    "antialiased": lambda x, factor: spread(F.interpolate(x, scale_factor=1 / factor, mode="area"), factor),
}
RIGHT_DETAILS = {
    "towards x": mixed(q_sample),
    "from x": lambda s, x, y, t, eps, factor: x + high(q_sample(s, y, t, eps) - x, factor),
    "the package's edit": lambda s, x, y, t, eps, factor: match_lowpass(s, x, factor, None)(q_sample(s, y, t, eps), 0),
}
EXERCISES = {
    checks.box_means: RIGHT_MEANS,
    checks.details: RIGHT_DETAILS,
}
