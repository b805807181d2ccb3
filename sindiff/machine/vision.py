"""Importing torchvision, and what needs it, where its build does not match torch's."""

from importlib import import_module
from types import ModuleType

import torch

SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_defined = []


def prepare_torchvision() -> None:
    """Make `import torchvision`, and what needs it, work beside any build of torch; call it before such an import.

    A torchvision built for CUDA beside a torch for the CPU stops at "operator torchvision::nms does not exist".  Naming
    the two operators, which are about boxes and never called here, lets it be imported; a matching pair is left alone.
    """
    try:
        import torchvision
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        library = torch.library.Library("torchvision", "FRAGMENT")
        _defined.append(library)
        for name in ("nms", "qnms"):
            library.define(name + SCHEMA)
        import torchvision  # noqa: F401


def imported(package: str, use: str, extra: str) -> ModuleType:
    """A package that needs torchvision, or its module.

    Raises ValueError if it is not installed: what it is needed for, and the extra of sindiff that has it.
    """
    try:
        prepare_torchvision()
        return import_module(package)
    except ImportError:
        raise ValueError(f"{use} needs {package.partition('.')[0]}: pip install 'sindiff[{extra}]'") from None
