"""How each table of the paper is made again, as data: what is compared, on which pictures, how often, measured how.

Printed values are the paper's.  It states neither the reduction to 250 px nor the number of steps nor, but for Table 1
and 2, the pictures; what stands for them is the release's, and 50,000 steps are in the presets.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

PICTURES = ("balloons", "peaks", "stones")  # of those that come with sindiff
PLACES50 = tuple(f"{i}.jpg" for i in range(1, 51))
SIFID = ("sifid_64", "sifid_192", "sifid_vgg")
LPIPS = ("lpips", "lpips_eq9")


class Row(NamedTuple):
    """A line of a table.

    method: "sindiff", "detail" (the same model, then detail up to the photo's size), "patches" (no training, then
    detail), a baseline's name, or None where only outputs can be measured.  preset: of train or of baseline.
    sifid, lpips: as printed.  preferred: share of people who preferred SinDiffusion to it.
    """

    name: str
    method: str | None
    preset: str | None
    sifid: float | None = None
    lpips: float | None = None
    preferred: float | None = None


@dataclass(frozen=True)
class Protocol:
    """pictures: names, None for a subset of Places50 that the paper does not name.  long_side: in px.

    samples: of each picture and seed, for the paper's N = 10.  seeds: of training.  metrics: names in an Evaluation;
    several for one printed column where the paper can be read in several ways (64 or 192 dimensions of Inception or
    VGG19 for SIFID; the mean over pairs or Eq. 9 as printed for LPIPS).
    """

    rows: tuple[Row, ...]
    pictures: tuple[str, ...] | None = PLACES50
    long_side: int = 250
    samples: int = 10
    seeds: tuple[int, ...] = (0,)
    metrics: tuple[str, ...] = SIFID + LPIPS


TABLES = {
    1: Protocol(
        (
            Row("SinGAN", "singan", "paper", 0.09, 0.266),
            Row("ExSinGAN", None, None, 0.10, 0.248),
            Row("ConSinGAN", "consingan", "paper", 0.06, 0.305),
            Row("GPNN", "gpnn", "paper", 0.07, 0.256),
            Row("SinDiffusion", "sindiff", "paper_places", 0.06, 0.387),
        ),
    ),
    2: Protocol(
        (
            Row("SinGAN", "singan", "paper", preferred=0.650),
            Row("ExSinGAN", None, None, preferred=0.775),
            Row("ConSinGAN", "consingan", "paper", preferred=0.810),
            Row("GPNN", "gpnn", "paper", preferred=0.730),
        ),
        samples=1,
        metrics=(),
    ),
    3: Protocol(
        (
            Row("multi-scale", "multiscale", "paper", 0.74, 0.349),
            Row("single-scale", "sindiff", "paper_places", 0.11, 0.432),
        ),
        pictures=None,
    ),
    4: Protocol(
        (
            Row("0.07", "sindiff", "levels_1", 1.56, 0.581),
            Row("0.17", "sindiff", "levels_2", 0.59, 0.579),
            Row("0.36", "sindiff", "paper", 0.11, 0.432),
            Row("0.74", "sindiff", "levels_4", 0.08, 0.032),
        ),
        pictures=None,
    ),
}


def in_detail(protocol: Protocol) -> Protocol:
    """The same comparison at 250 px without a GPU: what is laid out at 64 px, trained or not, has detail up to there.

    Baselines keep preset paper; those that train take hours of a CPU there.
    """
    ours = [row._replace(method="detail", preset="laptop") if row.method == "sindiff" else row for row in protocol.rows]
    untrained = [Row("SinDiffusion, no training", "patches", "laptop"), Row("posterior", "posterior", "paper")]
    return replace(protocol, rows=(*ours, *untrained), pictures=PICTURES)


def at_laptop(protocol: Protocol) -> Protocol:
    """The same comparison in minutes a row: three pictures that come with sindiff at 64 px, two seeds.

    Rows have preset laptop; those of Table 4 have the networks of levels.table_4.
    """
    rows = tuple(row._replace(preset=row.preset and "laptop") for row in protocol.rows)
    return replace(protocol, rows=rows, pictures=PICTURES, long_side=64, seeds=(0, 1))
