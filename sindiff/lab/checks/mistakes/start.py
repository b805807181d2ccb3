"""What goes wrong in the exercises of 00_start, and what to say about it: hint -> wrong answer."""

DIVERSITY = {
    "That is not divided by the picture's own standard deviation.": lambda picture, samples: samples.std(dim=0).mean(),
    "That is the deviation of all values: take each pixel's over the samples first.": lambda picture, samples: (
        samples.std() / picture.std()
    ),
    "You divide by n: use torch's default, n - 1.": lambda picture, samples: (
        samples.std(dim=0, correction=0).mean() / picture.std()
    ),
    "Those are variances: take standard deviations.": lambda picture, samples: (
        samples.var(dim=0).mean() / picture.var()
    ),
    "That is the standard deviation over the channels: the samples are dimension 0.": lambda picture, samples: (
        samples.std(dim=1).mean() / picture.std()
    ),
}
