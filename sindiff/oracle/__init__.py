"""Denoisers that need no training: the posterior mean over one picture, over its patches, or the best linear one."""

from sindiff.oracle.exact import (
    border_patch_denoiser,
    patch_denoiser,
    picture_denoiser,
    placed_patch_denoiser,
    shrinking_patches,
    tileable_patch_denoiser,
)
from sindiff.oracle.quick import quick_patch_denoiser
from sindiff.oracle.theory import best, explain, in_sizes, pixel_denoiser
from sindiff.oracle.wiener import wiener_denoiser

__all__ = [
    "best",
    "border_patch_denoiser",
    "explain",
    "in_sizes",
    "patch_denoiser",
    "picture_denoiser",
    "pixel_denoiser",
    "placed_patch_denoiser",
    "quick_patch_denoiser",
    "shrinking_patches",
    "tileable_patch_denoiser",
    "wiener_denoiser",
]
