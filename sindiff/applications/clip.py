"""How well a picture fits a text: log C(picture, text) for Eq. 5, with any CLIP of open_clip."""

import logging
import math
import string
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import torch
from torch import Tensor, nn
from torch.nn.functional import affine_grid, grid_sample, interpolate, normalize

from sindiff.guidance import LogScore
from sindiff.machine.files import home_expanded
from sindiff.machine.vision import imported
from sindiff.pictures.bundled import data_folder

TINY = "tiny"
CONFIG, WEIGHTS = "open_clip_config.json", "open_clip_model.safetensors"
LONGEST_PROMPT = 2000
SMALLEST_CROP, LARGEST_TURN = 0.7, math.radians(10)


class Clip(NamedTuple):
    """A CLIP, its tokenizer, the (height, width) it looks at and the mean and deviation it expects, (3, 1, 1)."""

    network: nn.Module
    tokenize: Callable[[list[str]], Tensor]
    size: tuple[int, int]
    mean: Tensor
    std: Tensor


@lru_cache(maxsize=2)
def load_clip(name: str, device: torch.device | str = "cpu") -> Clip:
    """Load a CLIP: "tiny", a folder with open_clip_config.json and safetensors, or NAME or NAME:TAG of open_clip.

    "tiny" comes with sindiff (data/clip) and needs no network.  NAME alone takes its first tag; weights that are not on
    this machine yet are downloaded.
    Raises ValueError, saying what to do, if open_clip is missing, the name unknown, or the weights cannot be had.
    """
    open_clip = imported("open_clip", "text", "clip")
    folder = data_folder() / "clip" if name == TINY else home_expanded(name)
    if folder.is_dir():
        if not (folder / CONFIG).is_file() or not list(folder.glob("*.safetensors")):
            raise ValueError(f"{name}: a CLIP folder holds {CONFIG} and {WEIGHTS}; put both there")
        source, tag, trained = f"local-dir:{folder}", None, {}
    else:
        source, tag = _known(open_clip, name)
        trained = _activation(open_clip, source, tag)
    try:
        with nullcontext() if folder.is_dir() else _offline_at_once():
            network = open_clip.create_model(
                source, tag, device=device, weights_only=True, require_pretrained=True, **trained
            )
            tokenize = open_clip.get_tokenizer(source)
    except MemoryError:
        raise
    except Exception as error:  # hubs, sockets and broken files raise kinds of their own
        if folder.is_dir():
            raise ValueError(f"{name}: not a CLIP that open_clip can read ({_first_line(error)})") from None
        raise ValueError(
            f"{name}: the weights could not be downloaded; where there is a network, download them once, or put "
            f"{CONFIG} and {WEIGHTS} into a folder and give that folder instead of the name; {TINY!r}, which comes "
            "with sindiff and knows few words, needs neither"
        ) from None
    network.eval().requires_grad_(False)
    about = network.visual.preprocess_cfg
    mean, std = (torch.tensor(about[key], device=device).reshape(3, 1, 1) for key in ("mean", "std"))
    size = about["size"]
    return Clip(network, tokenize, (size, size) if isinstance(size, int) else tuple(size), mean, std)


@contextmanager
def _offline_at_once() -> Iterator[None]:
    """Where the hub cannot be reached, look into its cache at once, and let open_clip tell nothing of its own.

    The hub would try again and again for a minute, and reads its setting only when it is imported.  The warning is of
    an activation that _activation has put right.
    """
    from huggingface_hub import constants

    offline, log = constants.HF_HUB_OFFLINE, logging.getLogger()
    constants.HF_HUB_OFFLINE = offline or not _reachable(constants.ENDPOINT)
    log.addFilter(_nothing)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "QuickGELU mismatch")
            yield
    finally:
        log.removeFilter(_nothing)
        constants.HF_HUB_OFFLINE = offline


def _nothing(record: logging.LogRecord) -> bool:
    return False


def _reachable(address: str) -> bool:
    try:
        urlopen(Request(address, method="HEAD"), timeout=10).close()
    except HTTPError:
        return True
    except OSError:
        return False
    return True


def _known(open_clip, name: str) -> tuple[str, str]:
    model, _, tag = name.partition(":")
    tags = open_clip.list_pretrained_tags_by_model(model)
    if not tags:
        raise ValueError(f"{name}: no such folder, and no CLIP with weights of that name; try ViT-B-32")
    if tag and tag not in tags:
        raise ValueError(f"{name}: {model} has no weights {tag!r}; choose from {', '.join(tags)}")
    return model, tag or tags[0]


def _activation(open_clip, model: str, tag: str) -> dict[str, bool]:
    """The activation that weights were trained with: where a model has another, open_clip keeps that and warns."""
    return {"quick_gelu": bool(open_clip.get_pretrained_cfg(model, tag).get("quick_gelu"))}


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def text_score(clip: Clip, prompt: str, weight: float = 1.0, views: int = 8, seed: int = 0) -> LogScore:
    """weight * the logit of CLIP for a picture and the prompt: its log C up to what no picture changes.

    The mean over `views` of the picture: the whole, then random crops, flips and turns, which keep guidance from
    painting what only one view sees.  They depend on the seed and t alone, so pictures do not depend on their batch.
    Raises ValueError for a prompt that is empty or longer than CLIP reads, and for a weight that is not finite.
    """
    if not math.isfinite(weight):
        raise ValueError(f"the weight of a prompt must be a finite number, not {weight}")
    if views < 1:
        raise ValueError(f"CLIP must look at one view at least, not {views}")
    text = _text_features(clip, prompt)
    factor = weight * clip.network.logit_scale.exp()

    def log_score(picture: Tensor, t: int) -> Tensor:
        generator = torch.Generator().manual_seed(2000 * seed + t)
        seen = [look(clip, picture if view == 0 else augmented(picture, generator)) for view in range(views)]
        return factor * torch.stack([features @ text for features in seen]).mean(0)

    return log_score


def require_prompts(prompts: Sequence[str]) -> None:
    """Raise ValueError for a prompt that no CLIP can read: an empty one, or one of more than 2,000 characters."""
    for prompt in prompts:
        if not prompt.strip():
            raise ValueError("the prompt is empty: say what the picture should show")
        if len(prompt) > LONGEST_PROMPT:
            raise ValueError(f"the prompt has {len(prompt):,} characters, more than any CLIP reads: shorten it")


@torch.no_grad()
def unmet_words(clip: Clip, prompt: str) -> list[str]:
    """The words of a prompt that this CLIP has never met: vectors of tokens it was not trained on are 0.

    Empty for a CLIP that shows no such vectors.
    """
    vectors = getattr(clip.network, "token_embedding", None)
    if vectors is None:
        return []
    known = vectors.weight.abs().sum(1) > 0
    words = [word.strip(string.punctuation) for word in prompt.split()]
    return [word for word in dict.fromkeys(words) if word and not known[clip.tokenize([word])[0]].all()]


def _text_features(clip: Clip, prompt: str) -> Tensor:
    require_prompts([prompt])
    tokens = clip.tokenize([prompt])
    if torch.equal(tokens, clip.tokenize([prompt + " more"])):
        raise ValueError(
            f"the prompt has {len(prompt):,} characters, more than the {tokens.shape[1]} tokens that this CLIP reads: "
            "shorten it"
        )
    with torch.no_grad():
        return normalize(clip.network.encode_text(tokens.to(clip.mean.device)), dim=-1)[0]


def look(clip: Clip, picture: Tensor) -> Tensor:
    """What CLIP sees in pictures (B, 3, H, W) in [-1, 1]: unit vectors (B, D), differentiable."""
    seen = interpolate(picture.float(), clip.size, mode="bicubic", antialias=True)
    return normalize(clip.network.encode_image(((seen + 1) / 2 - clip.mean) / clip.std), dim=-1)


def augmented(picture: Tensor, generator: torch.Generator) -> Tensor:
    """Turn by up to 10 degrees, flip or not, and crop 70 to 100 % of each side, all pictures (B, C, H, W) alike."""
    flip, turn, *crop = torch.rand(6, generator=generator).tolist()
    height, width = picture.shape[-2:]
    angle, mirror = LARGEST_TURN * (2 * turn - 1), -1 if flip < 0.5 else 1
    cos, sin = math.cos(angle), math.sin(angle)
    matrix = [[mirror * cos, -sin * height / width, 0], [mirror * sin * width / height, cos, 0]]
    matrices = picture.new_tensor(matrix).expand(len(picture), 2, 3)
    grid = affine_grid(matrices, list(picture.shape), align_corners=False)
    turned = grid_sample(picture, grid, padding_mode="reflection", align_corners=False)
    rows, columns = _part(height, *crop[:2]), _part(width, *crop[2:])
    return turned[..., rows, columns]


def _part(length: int, share: float, place: float) -> slice:
    kept = max(1, round(length * (SMALLEST_CROP + (1 - SMALLEST_CROP) * share)))
    start = round((length - kept) * place)
    return slice(start, start + kept)
