"""What every measure asks of its pictures."""

from torch import Tensor


def check_samples(samples: Tensor) -> None:
    """Raise ValueError, in one line, unless samples are (B, C, H, W), B >= 1, all finite."""
    if samples.ndim != 4:
        raise ValueError(f"samples are (B, C, H, W), not {tuple(samples.shape)}")
    if len(samples) == 0:
        raise ValueError("there are no samples to measure")
    broken = [str(n) for n, sample in enumerate(samples) if not sample.isfinite().all()]
    if broken:
        raise ValueError(f"samples that hold values that are not finite: {', '.join(broken)}")


def check_pictures(picture: Tensor, samples: Tensor) -> None:
    """check_samples, and ValueError unless picture is (C, H, W), finite, with as many channels as the samples."""
    if picture.ndim != 3:
        raise ValueError(f"a picture is (C, H, W), not {tuple(picture.shape)}")
    if not picture.isfinite().all():
        raise ValueError("the picture holds values that are not finite")
    check_samples(samples)
    if samples.shape[1] != len(picture):
        raise ValueError(f"the samples have {samples.shape[1]} channels, the picture has {len(picture)}")


def is_flat(picture: Tensor) -> bool:
    """Whether a picture (C, H, W) is of one colour, to half a step of 8 bits."""
    return (picture.amax((1, 2)) - picture.amin((1, 2))).max().item() < 1 / 255


def deviation(picture: Tensor) -> Tensor:
    """The standard deviation of a picture's values.  Raises ValueError if it is flat: nothing can be measured by it."""
    if is_flat(picture):
        raise ValueError("the picture is of one colour, and differences are measured by its own")
    return picture.std()
