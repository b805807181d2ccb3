"""Learn one picture with one small diffusion model, and invent new ones (SinDiffusion, Wang et al. 2022)."""

from sindiff.applications import generate
from sindiff.checkpoint import Model, load_model, save_model
from sindiff.images import bundled_pictures, contact_sheet, find_picture, load_picture, save_picture
from sindiff.presets import PRESETS, Preset, get_preset
from sindiff.runs import train_in

__all__ = [
    "PRESETS",
    "Model",
    "Preset",
    "bundled_pictures",
    "contact_sheet",
    "find_picture",
    "generate",
    "get_preset",
    "load_model",
    "load_picture",
    "save_model",
    "save_picture",
    "train_in",
]
