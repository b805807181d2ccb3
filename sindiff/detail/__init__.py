"""From the training scale to the photo's own size: coarse-to-fine patch synthesis with a nearest-neighbour field."""

from sindiff.detail.synthesis import Detail, DetailSettings, detail

__all__ = ["Detail", "DetailSettings", "detail"]
