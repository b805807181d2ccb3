"""From the training scale to the photo's own size: coarse-to-fine patch synthesis with a nearest-neighbour field."""

from sindiff.detail.files import detail_to_files
from sindiff.detail.known import Known
from sindiff.detail.origin import Origin, mapped, mapped_normals
from sindiff.detail.settings import DetailSettings
from sindiff.detail.synthesis import Detail, apply_field, detail

__all__ = [
    "Detail",
    "DetailSettings",
    "Known",
    "Origin",
    "apply_field",
    "detail",
    "detail_to_files",
    "mapped",
    "mapped_normals",
]
