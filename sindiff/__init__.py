"""Learn one picture with one small diffusion model, and invent new ones (SinDiffusion, Wang et al. 2022)."""

import os
from importlib import import_module
from typing import Any

os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")  # torch reads it when it is imported

HOMES = {
    "PRESETS": "training.presets",
    "Draw": "applications.draw",
    "Model": "model",
    "Patches": "model",
    "Preset": "training.presets",
    "bundled_pictures": "pictures.bundled",
    "contact_sheet": "pictures.images",
    "find_picture": "pictures.bundled",
    "generate": "applications.sampling",
    "get_preset": "training.presets",
    "load_model": "checkpoint",
    "load_picture": "pictures.images",
    "save_model": "checkpoint",
    "save_picture": "pictures.images",
    "train_in": "training.runs",
    "untrained": "model",
}
__all__ = list(HOMES)


def __getattr__(name: str) -> Any:
    """Import a name when it is asked for: torch takes seconds, in which a command could not answer Ctrl-C."""
    if name not in HOMES:
        raise AttributeError(f"module 'sindiff' has no attribute {name!r}")
    return getattr(import_module(f"sindiff.{HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *HOMES]
