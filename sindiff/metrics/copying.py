"""How much samples copy from the picture: where the nearest patches of neighbouring patches lie."""

import zlib

import torch
from torch import Tensor

from sindiff.metrics.checks import check_pictures
from sindiff.metrics.nearest import nearest
from sindiff.metrics.patches import patches


def nearest_patches(picture: Tensor, sample: Tensor, size: int = 7) -> Tensor:
    """Row and column of the picture's patch nearest to each patch of a sample, (H', W', 2)."""
    wanted = patches(sample[None], size)[0]
    numbers = nearest(wanted.flatten(0, 1), picture, size)[0]
    width = picture.shape[-1] - size + 1
    return torch.stack([numbers // width, numbers % width], dim=-1).unflatten(0, wanted.shape[:2])


def share_copied(numbers: Tensor, found: Tensor, width: int, picture_width: int) -> float:
    """Share of neighbours, one pixel down or to the right, whose nearest patches are such neighbours too.

    numbers: (N,), ascending, of patches of a sample, row by row, `width` in a row; pairs among these count.
    found: (N,), those of the nearest patches in the picture.
    """
    alike = []
    for down, right in ((1, 0), (0, 1)):
        neighbour = numbers + down * width + right
        place = torch.searchsorted(numbers, neighbour).clamp(max=len(numbers) - 1)
        pairs = (numbers[place] == neighbour) & (numbers % width + right < width)
        first, second = found[pairs], found[place][pairs]
        joined = (second - first == down * picture_width + right) & (first % picture_width + right < picture_width)
        alike.append(joined)
    return torch.cat(alike).float().mean().item()


def disorder(field: Tensor, rows: int, columns: int) -> float:
    """How badly a field of nearest patches (H, W, 2) compresses, over one that points anywhere by chance.

    rows, columns: the size of the picture in patches.  The field is written as offsets from each patch's place; a copy,
    shifted or not, is one offset throughout, near 0.
    """
    generator = torch.Generator().manual_seed(0)
    chance = [torch.randint(sides, field.shape[:2], generator=generator) for sides in (rows, columns)]
    return compressed_bytes(field) / compressed_bytes(torch.stack(chance, dim=-1))


def compressed_bytes(field: Tensor) -> int:
    """Bytes that zlib needs for the offsets of a field (H, W, 2), rows first, 16 bits each."""
    height, width = field.shape[:2]
    here = torch.stack(torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij"), dim=-1)
    offsets = (field.cpu() - here).permute(2, 0, 1).to(torch.int16).contiguous()
    return len(zlib.compress(offsets.numpy().tobytes(), 9))


def copying(picture: Tensor, samples: Tensor, size: int = 7) -> tuple[float, float]:
    """copied_share and nnf_diversity with one search for both, which is what takes the time."""
    check_pictures(picture, samples)
    rows, columns = (side - size + 1 for side in picture.shape[-2:])
    shares, disorders = [], []
    for sample in samples:
        field = nearest_patches(picture, sample, size).cpu()
        found = (field[..., 0] * columns + field[..., 1]).flatten()
        shares.append(share_copied(torch.arange(len(found)), found, field.shape[1], columns))
        disorders.append(disorder(field, rows, columns))
    return sum(shares) / len(shares), sum(disorders) / len(disorders)


def copied_share(picture: Tensor, samples: Tensor, size: int = 7) -> float:
    """Share of neighbouring patches of the samples whose nearest patches in the picture are neighbours too.

    picture: (C, H, W), samples: (B, C, H', W').  Neighbours are one pixel apart, sideways or down.  1 for the picture
    itself; noise has 0.2 to 0.3 at 7 x 7, for patches that overlap tend to find neighbours, and near 0 at 1 x 1.
    """
    return copying(picture, samples, size)[0]


def nnf_diversity(picture: Tensor, samples: Tensor, size: int = 7) -> float:
    """NNFDIV after SinFusion (Nikankin et al. 2023): the compressed size of the field of nearest patches, over chance.

    picture: (C, H, W), samples: (B, C, H', W').  Near 0 for the picture itself, 1 where patches come from anywhere.
    """
    return copying(picture, samples, size)[1]
