"""A picture that moves: a closed, even walk through noise, each point of it denoised without any chance."""

import math
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from sindiff.applications.draw import Draw, Start, invent
from sindiff.applications.full_size import finished_film, full_size, layout_size, to_layout
from sindiff.machine.files import whole_file
from sindiff.model import Source
from sindiff.noise import Noise, seeded_noise
from sindiff.pictures.images import to_image

FORMATS = (".gif", ".webp", ".mp4")


def animate(
    source: Source,
    amount: float = 0.3,
    picture: Tensor | None = None,
    start: float = 0.5,
    size: tuple[int, int] | None = None,
    draw: Draw = Draw(n=48),
) -> Tensor:
    """The frames of a film that ends where it began, (n, 3, H, W) in [-1, 1]; n is draw.n.

    amount: how far the walk strays from its centre, in turns of a quarter circle: 0 stands still, 1 is the widest loop.
    picture: (3, H, W) in [-1, 1], moves that one, noised to `start` of T, and its size counts; default: a new picture.
    Raises ValueError for sampler ddpm, which draws noise of its own, an amount outside 0..1, a start outside 0..1 or at
    0, and a draw that generate refuses.
    """
    if draw.sampler == "ddpm":
        raise ValueError("sampler ddpm adds chance to every step, and frames would flicker: take dpmpp or ddim")
    if not 0 <= amount <= 1:
        raise ValueError(f"the amount must lie in 0..1, not {amount}")
    if not 0 < start <= 1:
        raise ValueError(f"the start must lie in 0..1, above 0, not {start}")
    size = full_size(source, size) if picture is None else tuple(picture.shape[1:])
    begin = picture if picture is None else Start(to_layout(source, picture), max(1, round(start * source.schedule.T)))
    canvas, walk = (source.channels, *layout_size(source, size)), loop(draw.seed, draw.n, amount)
    layouts = invent(source.denoiser(), source.schedule, canvas, draw, source.device, begin, noises=walk)
    return finished_film(source, layouts, size, draw)


def loop(seed: int, n: int, amount: float) -> Callable[[Sequence[int]], Noise]:
    """Noise of n frames on a circle around that of `seed`; frame i is what seed + i stands for in a draw.

    cos(a) z0 + sin(a) (cos(b) z1 + sin(b) z2) with a = amount * pi / 2 and b once around: standard normal everywhere.
    """
    centre, radius = math.cos(amount * math.pi / 2), math.sin(amount * math.pi / 2)

    def noises(frames: Sequence[int]) -> Noise:
        angles = torch.tensor([2 * math.pi * (frame - seed) / n for frame in frames]).reshape(-1, 1, 1, 1)

        def draw(like: Tensor, t: int) -> Tensor:
            z0, z1, z2 = seeded_noise([seed, seed + 1, seed + 2])(like.new_empty(3, *like.shape[1:]), t)
            return centre * z0 + radius * (angles.cos().to(like) * z1 + angles.sin().to(like) * z2)

        return draw

    return noises


def save_film(frames: Tensor, path: str | Path, fps: float = 12) -> None:
    """Write frames (n, 3, H, W) in [-1, 1] as an endless GIF or WebP, or as MP4, by the path's suffix.

    Raises ValueError for another suffix, a rate outside 1..60, and MP4 where the program ffmpeg is missing.
    """
    path = Path(path)
    require_film(path, fps)
    images = [to_image(frame) for frame in frames]
    with whole_file(path) as temporary:
        if path.suffix.lower() == ".mp4":
            _mp4(images, temporary, fps)
        else:
            images[0].save(
                temporary, save_all=True, append_images=images[1:], duration=round(1000 / fps), loop=0, quality=90
            )


def require_film(path: Path, fps: float) -> None:
    """Raise ValueError for a suffix but .gif, .webp and .mp4, a rate outside 1..60, and MP4 where ffmpeg is missing."""
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"{path}: a film is written as {', '.join(FORMATS)}")
    if not 1 <= fps <= 60:
        raise ValueError(f"a film has 1 to 60 frames a second, not {fps}")
    if path.suffix.lower() == ".mp4" and not shutil.which("ffmpeg"):
        raise ValueError(f"{path}: MP4 needs the program ffmpeg; install it, or write .webp or .gif")


def _mp4(images: list, path: Path, fps: float) -> None:
    width, height = images[0].size
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(fps), "-i", "-"]
    even = ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p"]
    pixels = b"".join(image.tobytes() for image in images)
    done = subprocess.run(
        ["ffmpeg", "-loglevel", "error", "-y", *source, *even, str(path)], input=pixels, capture_output=True
    )
    if done.returncode:
        raise ValueError(f"{path}: ffmpeg could not write it ({done.stderr.decode(errors='replace').strip()[:200]})")
