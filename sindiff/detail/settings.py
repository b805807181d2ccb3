"""What can be chosen, and the order of work that follows from it."""

from dataclasses import dataclass, replace

from sindiff.detail.pyramid import Size

NEAR = 8  # px that random places are away, but for the first round of a level
FINE = 2**17  # px: a level whose photo has more has one round of search, nearby


@dataclass(frozen=True)
class DetailSettings:
    """How detail is drawn.

    seed: of the random places, not negative.  wrap: "", "x", "y" or "xy", opposite borders that meet.
    even_use: what it costs to use a place as often as the mean, over the mean squared distance (Kaspar et al. 2015), up
    to FINE px; nothing on larger levels.
    matching: steps that move the layout's patches to the photo's distribution, some more before each further level up
    to FINE; 0 where the layout's colours are meant.
    patch_size: odd, in px.  ratio: of the sizes of neighbouring levels, about.  rounds: of search while a level is
    blurred, up to FINE px; larger levels have one.
    """

    seed: int = 0
    wrap: str = ""
    even_use: float = 1.0
    matching: int = 32
    patch_size: int = 7
    ratio: float = 1.6
    rounds: int = 4


USUAL = DetailSettings()


@dataclass(frozen=True)
class Phase:
    """Rounds of search with one guess, then a vote with a window of this many px.

    level: 0 is the layout's.  sharp: the keys are those of the level itself, not of the coarser one enlarged.
    rounds: 0 where the vote is of the coarser level's field, carried here.  opens: the first phase of its level.
    closes: the last one, where the next level begins with this one's guess.
    """

    level: int
    sharp: bool
    rounds: int
    window: int
    opens: bool = False
    closes: bool = False

    def radii(self, turn: int, photo: Size) -> list[int]:
        """How far random places may be: in the first round of a level that opens with it a quarter of the photo, else
        near; each is halved down to 1 px.
        """
        radius = max(NEAR, max(photo) // 4) if self.opens and turn == 0 else NEAR
        return [radius >> n for n in range(radius.bit_length())]


def plan(photos: list[Size], settings: DetailSettings) -> list[Phase]:
    """The phases from the layout's level to the photo's.  photos: the photo's size at each level.

    While a level is small its patches are still being chosen; on a large one they hardly move any more.
    """
    size, fine = settings.patch_size, [height * width > FINE for height, width in photos]
    phases = [Phase(0, True, 1, 5, opens=True), Phase(0, True, 1, size)]
    for level in range(1, len(photos)):
        if fine[level]:
            phases += [Phase(level, True, 0, 5, opens=True), Phase(level, True, 1, 3)]
            continue
        phases[-1] = replace(phases[-1], closes=True)
        phases += [
            Phase(level, False, settings.rounds, size, opens=True),
            Phase(level, True, 2, size),
            Phase(level, True, 2, 3),
        ]
    return phases


def salt_of(seed: int, phase: int, turn: int) -> int:
    """A 32-bit number for each round of each seed."""
    state = (seed * 0x9E3779B97F4A7C15 + phase * 64 + turn) % 2**64
    for _ in range(2):
        state = (state ^ state >> 31) * 0xBF58476D1CE4E5B9 % 2**64
    return state >> 32
