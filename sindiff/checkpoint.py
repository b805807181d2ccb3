"""Models and training states on disk: safetensors and JSON, nothing that could run code."""

import io
import pickle
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from sindiff.diffusion import PREDICTIONS
from sindiff.machine.files import home_expanded, read_json, whole_file, write_bytes, write_json
from sindiff.model import Model
from sindiff.network.unet import PatchUNet, UNetConfig
from sindiff.pictures.images import SUFFIXES, is_gray, load_picture, to_image
from sindiff.schedule import Schedule

WEIGHTS, CONFIG, STATE = "model.safetensors", "config.json", "train_state.pt"
PHOTO, MOST_KEPT = "photo.webp", 2048
KEYS = {"network", "schedule", "prediction", "size", "picture", "training", "gray"}


def save_model(directory: str | Path, model: Model) -> None:
    """Write model.safetensors, config.json and, if the model has one, its photo without loss, each whole.

    The photo's long side is at most 2048 px.
    """
    directory = Path(directory)
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in model.network.state_dict().items()}
    write_bytes(directory / WEIGHTS, save(weights))
    config = {
        "network": asdict(model.network.config),
        "schedule": asdict(model.schedule),
        "prediction": model.prediction,
        "size": model.size,
        "picture": model.picture,
        "training": model.training,
        "gray": model.gray,
    }
    if model.photo is not None:
        save_photo(directory, model.photo)
    write_json(directory / CONFIG, config)


def save_photo(directory: Path, photo: Tensor) -> None:
    """Keep a photo (3, H, W) in a model's folder, without loss."""
    image = to_image(photo)
    with whole_file(directory / PHOTO) as temporary:
        image.save(temporary, lossless=True, quality=50)


def load_model(source: str | Path, device: torch.device | str = "cpu") -> Model:
    """Load a model from a folder, a checkpoint file of the authors' release (.pt), or a Hugging Face repository.

    source: a path, or owner/name, which is looked up there only if no folder `owner` is here.
    Raises ValueError, naming the file and the reason, if there is no whole and matching model.
    """
    path = home_expanded(source)
    if path.is_file() and path.name in (WEIGHTS, CONFIG, STATE):
        raise ValueError(f"{path}: is a part of a model; give its folder, {path.parent}")
    if path.is_file() and path.suffix.lower() in SUFFIXES:
        raise ValueError(f"{path}: is a picture, not a model; train one on it with: sindiff train")
    model = load_release(path) if path.is_file() else _load_folder(path if path.is_dir() else _download(str(source)))
    model.network.to(device=device, memory_format=torch.channels_last).eval().requires_grad_(False)
    return model


def _load_folder(folder: Path) -> Model:
    for name in (CONFIG, WEIGHTS):
        if not (folder / name).is_file():
            if (folder / STATE).is_file():
                raise ValueError(
                    f"{folder}: its training has not ended; go on with the same sindiff train command, or give that "
                    "--steps 1 to have a model of what it has learned so far"
                )
            raise ValueError(f"{folder}: holds no model ({name} is missing); train one with: sindiff train")
    model = _read_config(folder / CONFIG)
    try:
        weights = load_file(folder / WEIGHTS)
    except SafetensorError as error:
        raise ValueError(f"{folder / WEIGHTS}: damaged ({_brief(error)})") from None
    except OSError as error:
        raise ValueError(f"{folder / WEIGHTS}: cannot be read ({_brief(error)})") from None
    _fill(model.network, weights, folder / WEIGHTS)
    photo = _load_photo(folder / PHOTO, model.size)
    gray = photo is not None and is_gray(photo) if model.gray is None else model.gray
    return replace(model, photo=photo, gray=gray)


def _read_config(file: Path) -> Model:
    """The model that a configuration tells of, its network without weights.  Raises ValueError, naming the file."""
    config = None
    try:
        config = read_json(file)
        model = Model(
            _outline(_read_shape(config["network"])),
            Schedule(**config["schedule"]),
            config["prediction"],
            config["size"] and tuple(config["size"]),
            config.get("picture", {}),
            config.get("training", {}),
            gray=config.get("gray"),
        )
        _check(model)
        if _maker(config) and config.keys() - KEYS:
            raise ValueError("settings that are not known here")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RuntimeError) as error:
        raise ValueError(f"{file}: {_maker(config) or _complaint(error)}") from None
    return model


def _complaint(error: Exception) -> str:
    reason = f"{error} is missing" if isinstance(error, KeyError) else _brief(error)
    return f"not a model's configuration ({reason})"


def _check(model: Model) -> None:
    if model.prediction not in PREDICTIONS:
        raise ValueError(f"unknown prediction {model.prediction!r}")
    if model.size is not None and not (len(model.size) == 2 and all(type(s) is int and s > 0 for s in model.size)):
        raise ValueError(f"size must hold a height and a width, not {list(model.size)}")
    if model.channels != 3:
        raise ValueError(f"pictures have 3 channels, not {model.channels}")
    if not isinstance(model.picture, dict) or not isinstance(model.training, dict):
        raise ValueError("picture and training must hold names and values")


def _maker(config: Any) -> str | None:
    """What to do about a configuration that a newer sindiff has written; None if none has."""
    try:
        theirs, ours = config["training"]["sindiff"], version("sindiff")
        newer = [int(part) for part in theirs.split(".")] > [int(part) for part in ours.split(".")]
    except (TypeError, KeyError, ValueError, AttributeError):
        return None
    return f"made by sindiff {theirs}, and this is {ours}: upgrade sindiff" if newer else None


def _load_photo(file: Path, size: tuple[int, int] | None) -> Tensor | None:
    """The photo that a model's folder keeps; None if there is none, or none larger than what was learned."""
    if not file.is_file() or size is None:
        return None
    photo = load_picture(file)
    return photo if max(photo.shape[1:]) > max(size) else None


def _download(repository: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    if Path(repository).parent.is_dir():
        raise ValueError(f"{repository}: no such folder or file")
    try:
        folder = snapshot_download(repository, allow_patterns=[WEIGHTS, CONFIG, PHOTO])
    except HFValidationError:
        raise ValueError(f"{repository}: no such folder or file") from None
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError):
        reason = "no such folder, and no model of that name could be downloaded from Hugging Face"
        raise ValueError(f"{repository}: {reason}") from None
    return Path(folder)


def _read_shape(shape: dict[str, Any]) -> UNetConfig:
    """The network's shape, which may be told as before cells of pixels were given up."""
    if "networks" in shape or shape.pop("cell", 1) != 1:
        raise ValueError("trained as laptop_250, which this version no longer has")
    return UNetConfig(**shape)


def _outline(config: UNetConfig) -> PatchUNet:
    """A network of shapes alone, which takes neither memory nor random numbers until it is filled."""
    with torch.device("meta"):
        return PatchUNet(config)


def _fill(network: PatchUNet, weights: dict[str, torch.Tensor], file: Path) -> None:
    expected = {name: tensor.shape for name, tensor in network.state_dict().items()}
    found = {name: tensor.shape for name, tensor in weights.items()}
    if missing := expected.keys() - found.keys():
        raise ValueError(f"{file}: does not fit its network ({len(missing)} weights are missing, {min(missing)} first)")
    if unknown := found.keys() - expected.keys():
        raise ValueError(f"{file}: does not fit its network ({len(unknown)} weights are unknown, {min(unknown)} first)")
    for name, shape in expected.items():
        if found[name] != shape:
            raise ValueError(f"{file}: does not fit its network ({name} is {tuple(found[name])}, not {tuple(shape)})")
        if not weights[name].is_floating_point():
            raise ValueError(f"{file}: holds {name} in whole numbers ({weights[name].dtype}), which are no weights")
        if not weights[name].float().isfinite().all():
            raise ValueError(f"{file}: holds values that are not finite ({name} first); copy or download it again")
    network.to_empty(device="cpu").load_state_dict(weights)


def load_tensors(path: str | Path) -> Any:
    """torch.load that never runs code from the file.  Raises ValueError if it is damaged or holds more than data."""
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file") from None
    except pickle.UnpicklingError:
        raise ValueError(f"{path}: refused: holds code or objects besides weights, or is no PyTorch file") from None
    except Exception as error:  # a damaged pickle can fail in any way
        if isinstance(error, OSError) and error.filename:  # it could not be opened
            raise
        reason = f"{type(error).__name__}: {_brief(error)}"
        raise ValueError(f"{path}: damaged PyTorch file, copy or download it again ({reason})") from None


def _brief(error: Exception) -> str:
    """The first line of a reason, within what a line of a terminal holds."""
    return "".join(str(error).splitlines()[:1])[:100]


def save_tensors(path: str | Path, content: Any) -> None:
    """torch.save, whole."""
    buffer = io.BytesIO()
    torch.save(content, buffer)
    write_bytes(path, buffer.getbuffer())


def load_release(path: str | Path) -> Model:
    """Read a flat checkpoint of the authors' release, e.g. ema_0.9999_050000.pt; its network is read off its shapes.

    The release predicts eps on the linear schedule with T = 1000; the picture's size is not in the file.
    Raises ValueError if the file is damaged, holds code, or is no such checkpoint.
    """
    weights = load_tensors(path)
    if not isinstance(weights, dict) or not all(_is_weight(name, tensor) for name, tensor in weights.items()):
        raise ValueError(f"{path}: not a flat checkpoint of weights")
    try:
        config = _read_release_shape(weights)
    except (KeyError, IndexError, ValueError, ZeroDivisionError):
        raise ValueError(f"{path}: not a checkpoint of SinDiffusion's network") from None
    network = _outline(config)
    _fill(network, weights, Path(path))
    return Model(network, Schedule("linear", 1000), "eps")


def _is_weight(name: Any, value: Any) -> bool:
    if not isinstance(name, str) or not isinstance(value, torch.Tensor):
        return False
    return value.is_floating_point() and value.layout == torch.strided and value.device.type == "cpu"


def _read_release_shape(weights: dict[str, torch.Tensor]) -> UNetConfig:
    first = weights["input_blocks.0.0.weight"]
    channels = first.shape[0]
    widths, blocks, index = [], [0], 1
    while any(name.startswith(f"input_blocks.{index}.") for name in weights):
        if f"input_blocks.{index}.0.op.weight" in weights:
            blocks.append(0)
        else:
            if not blocks[-1]:
                widths.append(weights[f"input_blocks.{index}.0.out_layers.3.weight"].shape[0])
            blocks[-1] += 1
        index += 1
    return UNetConfig(channels, tuple(width // channels for width in widths), blocks[0], "group", first.shape[1])
