"""Learn one picture with one small diffusion model, and invent new ones (SinDiffusion, Wang et al. 2022)."""

from sindiff.applications.draw import Draw
from sindiff.applications.sampling import generate
from sindiff.checkpoint import load_model, save_model
from sindiff.model import Model, Patches, untrained
from sindiff.pictures.bundled import bundled_pictures, find_picture
from sindiff.pictures.images import contact_sheet, load_picture, save_picture
from sindiff.training.presets import PRESETS, Preset, get_preset
from sindiff.training.runs import train_in

__all__ = [
    "PRESETS",
    "Draw",
    "Model",
    "Patches",
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
    "untrained",
]
