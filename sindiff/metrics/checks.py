"""What every measure asks of its pictures."""

from torch import Tensor


def check_pictures(picture: Tensor, samples: Tensor) -> None:
    """Raise ValueError, in one line, unless picture is (C, H, W) and samples (B, C, H', W'), B >= 1, all finite."""
    if picture.ndim != 3 or samples.ndim != 4:
        shapes = f"{tuple(picture.shape)} and {tuple(samples.shape)}"
        raise ValueError(f"a picture is (C, H, W) and samples are (B, C, H, W), not {shapes}")
    if len(samples) == 0:
        raise ValueError("there are no samples to measure")
    if samples.shape[1] != len(picture):
        raise ValueError(f"the samples have {samples.shape[1]} channels, the picture has {len(picture)}")
    if not picture.isfinite().all():
        raise ValueError("the picture holds values that are not finite")
    broken = [str(n) for n, sample in enumerate(samples) if not sample.isfinite().all()]
    if broken:
        raise ValueError(f"samples that hold values that are not finite: {', '.join(broken)}")
