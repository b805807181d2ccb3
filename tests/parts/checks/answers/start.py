"""The exercises of 00_start: right answers and wrong ones."""

from sindiff.lab import checks
from sindiff.metrics import pixel_diversity

WRONG = {
    "not divided": lambda picture, samples: samples.std(dim=0).mean(),
    "of all samples": lambda picture, samples: samples.std() / picture.std(),
    "divided by n": lambda picture, samples: samples.std(dim=0, correction=0).mean() / picture.std(),
    "variances": lambda picture, samples: samples.var(dim=0).mean() / picture.var(),
    "over the channels": lambda picture, samples: samples.std(dim=1).mean() / picture.std(),
}
EXERCISES = {checks.diversity: ({"the package's": pixel_diversity}, WRONG)}
