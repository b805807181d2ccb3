"""Train the tiny CLIP that comes with sindiff, on small pictures that say what they show (see clip_scenes.py).

Writes a folder that open_clip reads: open_clip_config.json and open_clip_model.safetensors, in half precision, and
prints how often the right caption of twenty is found for pictures that were not trained on.

Example:
  python scripts/data/train_clip.py --out data/clip
"""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from clip_canvas import SIDE
from clip_scenes import scene
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import interpolate, log_softmax, one_hot
from tqdm import tqdm

from sindiff.applications.clip import CONFIG, WEIGHTS, Clip, load_clip, look
from sindiff.machine.files import home_expanded
from sindiff.machine.vision import prepare_torchvision

LOOKS_AT = 40
MODEL = {
    "embed_dim": 64,
    "vision_cfg": {
        "image_size": LOOKS_AT,
        "patch_size": 8,
        "layers": 3,
        "width": 96,
        "head_width": 24,
        "pool_type": "avg",
    },
    "text_cfg": {"context_length": 24, "vocab_size": 49408, "width": 32, "heads": 4, "layers": 2},
}
MEAN, STD = [0.5, 0.5, 0.5], [0.25, 0.25, 0.25]
OPENINGS = ("", "", "", "a picture of ", "a photo of ", "a painting of ")
ATTACK = 0.1  # largest rms change of pixels in [-1, 1]
HELD_OUT, CHOICES = 2000, 20


def scenes(seed: int, n: int) -> tuple[Tensor, list[tuple[str, ...]]]:
    """n pictures, (n, 3, SIDE, SIDE) in 0..255, and the captions of each."""
    rng = np.random.default_rng(seed)
    drawn = [scene(rng) for _ in tqdm(range(n), f"drawing, seed {seed}", unit="picture", mininterval=1)]
    return torch.from_numpy(np.stack([picture for picture, _ in drawn])), [captions for _, captions in drawn]


def varied(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """A window of each batch of 8-bit pictures, flipped or not, some blurred and some with noise, in [-1, 1]."""
    top, left, flip, coarse = (torch.randint(high, (), generator=generator) for high in (SIDE - 39, SIDE - 39, 2, 4))
    batch = pictures[..., top : top + 40 + left % 9, left : left + 40 + top % 9].float() / 127.5 - 1
    batch = interpolate(batch.flip(-1) if flip else batch, (LOOKS_AT, LOOKS_AT), mode="bilinear")
    if coarse == 0:
        blurred = interpolate(interpolate(batch, scale_factor=0.25, mode="area"), batch.shape[2:], mode="bicubic")
        batch = torch.where(torch.rand(len(batch), 1, 1, 1, generator=generator) < 0.5, blurred, batch)
    strength = 0.3 * torch.rand(len(batch), 1, 1, 1, generator=generator) ** 2
    return (batch + strength * torch.randn(batch.shape, generator=generator)).clamp(-1, 1)


def contrast(logits: Tensor, captions: Tensor) -> Tensor:
    """CLIP's loss, both ways, where pictures of one caption are right answers alike."""
    same = (captions[:, None] == captions).float()
    same = same / same.sum(1, keepdim=True)
    return -(same * (log_softmax(logits, 1) + log_softmax(logits.T, 1))).sum(1).mean() / 2


@contextmanager
def fast() -> Iterator[None]:
    """Half precision, and the attention that is quickest in it on a CPU."""
    with torch.autocast("cpu", torch.bfloat16), sdpa_kernel(SDPBackend.MATH):
        yield


def attacked(
    see: Callable[[Tensor], Tensor], pictures: Tensor, read: Tensor, which: Tensor, rng: torch.Generator
) -> Tensor:
    """Pictures after a step of random length away from their captions (Goodfellow et al., 2014).

    A CLIP trained on these has gradients that are good to climb: what pleases it must show.
    """
    pictures = pictures.requires_grad_()
    (g,) = torch.autograd.grad(contrast(see(pictures) @ read.detach().T, which), pictures)
    g = g / g.square().mean((1, 2, 3), keepdim=True).sqrt().clamp_min(1e-12)
    return (pictures + ATTACK * torch.rand(len(g), 1, 1, 1, generator=rng) * g).clamp(-1, 1).detach()


def train(n: int, steps: int, batch: int, rate: float, seed: int) -> tuple[torch.nn.Module, set[str]]:
    """A CLIP of open_clip's own class and the captions it was trained on."""
    prepare_torchvision()
    from open_clip import CLIP, SimpleTokenizer

    pictures, captions = scenes(seed, n)
    rng, generator = np.random.default_rng([seed, 1]), torch.Generator().manual_seed(seed)
    texts = sorted({opening + caption for some in captions for caption in some for opening in OPENINGS})
    number = {text: i for i, text in enumerate(texts)}
    tokens = SimpleTokenizer(context_length=MODEL["text_cfg"]["context_length"])(texts)
    unread = one_hot(tokens.unique(), MODEL["text_cfg"]["vocab_size"]).sum(0) == 0
    torch.manual_seed(seed)
    network = CLIP(**MODEL)
    network.token_embedding.weight.data[unread] = 0

    def see(batch: Tensor) -> Tensor:
        with fast():
            return network.encode_image(((batch + 1) / 2 - MEAN[0]) / STD[0], normalize=True).float()

    optimizer = torch.optim.AdamW(network.parameters(), rate, weight_decay=0.02, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps, pct_start=0.05)
    bar = tqdm(range(steps), "training", unit="step", mininterval=2)
    for step in bar:
        chosen = rng.choice(n, batch, replace=False)
        said = [number[rng.choice(OPENINGS) + rng.choice(captions[i])] for i in chosen]
        distinct, which = torch.tensor(said).unique(return_inverse=True)
        with fast():
            read = network.encode_text(tokens[distinct], normalize=True)[which].float()
        read = network.logit_scale.exp() * read
        shown = attacked(see, varied(pictures[chosen], generator), read, which, generator)
        loss = contrast(see(shown) @ read.T, which)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        network.logit_scale.data.clamp_(max=np.log(50))
        if step % 20 == 0:
            bar.set_postfix(loss=f"{loss.item():.3f}")
    return network, set(texts)


def save(network: torch.nn.Module, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: value.half() for name, value in network.state_dict().items()}, folder / WEIGHTS)
    about = {"model_cfg": MODEL, "preprocess_cfg": {"mean": MEAN, "std": STD}}
    (folder / CONFIG).write_text(json.dumps(about, indent=1) + "\n")


@torch.no_grad()
def retrieval(clip: Clip, seed: int, trained_on: set[str]) -> dict[str, float]:
    """How often, of CHOICES captions, the picture's own fits best: captions trained on, and new ones."""
    pictures, captions = scenes(seed, HELD_OUT)
    seen = torch.cat([look(clip, part.float() / 127.5 - 1) for part in pictures.split(200)])
    texts = sorted({caption for some in captions for caption in some[:1]})
    read = clip.network.encode_text(clip.tokenize(texts), normalize=True)
    number, right = {text: i for i, text in enumerate(texts)}, {"known": [], "new": []}
    rng = np.random.default_rng(seed)
    for i, (caption, *_) in enumerate(captions):
        others = rng.choice([n for n in range(len(texts)) if n != number[caption]], CHOICES - 1, replace=False)
        scores = read[[number[caption], *others]] @ seen[i]
        right["known" if caption in trained_on else "new"].append(scores.argmax().item() == 0)
    return {name: round(float(np.mean(answers)), 3) for name, answers in right.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=home_expanded, required=True, help="folder for the weights")
    parser.add_argument("--pictures", type=int, default=40_000)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=160)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    network, texts = train(args.pictures, args.steps, args.batch, args.rate, args.seed)
    save(network, args.out)
    found = retrieval(load_clip(str(args.out)), args.seed + 1000, texts)
    size = sum(file.stat().st_size for file in args.out.iterdir()) / 1e6
    print(f"{args.out}: {size:.2f} MB; the right caption of {CHOICES} for held-out pictures: {found}")


if __name__ == "__main__":
    main()
