"""The U-Net that sees only patches (§3.2, appendix A), and how far it sees."""

from sindiff.network.receptive_field import (
    layers,
    parameters,
    probe,
    reaches,
    revived,
    rf_reach,
    rf_size,
)
from sindiff.network.sensitivity import radius, sensitivity
from sindiff.network.unet import PatchUNet, UNetConfig, time_embedding

__all__ = [
    "PatchUNet",
    "UNetConfig",
    "layers",
    "parameters",
    "probe",
    "radius",
    "reaches",
    "revived",
    "rf_reach",
    "rf_size",
    "sensitivity",
    "time_embedding",
]
