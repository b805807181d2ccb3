"""The steps from one state of a canvas to the next: a level is opened, a round searches, the patches vote."""

from dataclasses import dataclass, replace

from torch import Tensor

from sindiff.detail.field import Index, Search, carried, exact_field, penalties, searched, steadied, vote
from sindiff.detail.known import Kept
from sindiff.detail.levels import Level
from sindiff.detail.pyramid import Size, resized
from sindiff.detail.settings import DetailSettings, salt_of
from sindiff.detail.transport import transported
from sindiff.detail.work import IN_MEMORY, Work

MATCHED = 2**17  # px that are matched in all the steps after a level


@dataclass(frozen=True)
class State:
    """One canvas so far: guess (H', W', C) uint8, its field (H', W') int32 and the mean squared distance.

    residual: 0 where the guess is the photo's own, place by place; then nothing is to be gained by even use.
    """

    guess: Tensor
    field: Tensor | None = None
    residual: float = 0.0


def opened(state: State, size: Size, coarser: Size | None, index: Index, wrap: str, work: Work = IN_MEMORY) -> State:
    """The state at the beginning of a level.  coarser: the photo's size at the level before, None at the first."""
    guess = resized(state.guess, size, wrap, work)
    if coarser is None:
        return replace(state, guess=guess)
    return replace(state, guess=guess, field=carried(state.field, size, coarser, index.size, index.bounds(wrap), work))


def after_round(
    state: State,
    turn: int,
    level: Level,
    settings: DetailSettings,
    kept: Kept | None = None,
    start: Tensor | None = None,
    work: Work = IN_MEMORY,
) -> State:
    """The state after one round of search, for which the use of places is counted anew."""
    (guess, field, residual), index, wrap = (state.guess, state.field, state.residual), level.index, settings.wrap
    unit = settings.even_use * residual if field is not None else 0.0
    penalty = penalties(field, index.size, settings.patch_size, unit, guess.device)
    salt = salt_of(settings.seed, level.number, turn)
    search = Search(wrap, penalty, salt, level.phase.radii(turn, index.size))
    if field is None:
        field, residual = exact_field(guess, index, search, work)
    else:
        field, residual = searched(guess, field, index, search, work)
    if start is not None:
        field = steadied(guess, field, start, index, wrap)
    return State(guess, kept.pin(field) if kept else field, residual)


def after_vote(
    state: State,
    level: Level,
    settings: DetailSettings,
    kept: Kept | None = None,
    work: Work = IN_MEMORY,
) -> State:
    """The state whose guess is what the field's patches say, which without a round is the photo's own but at seams."""
    guess = vote(state.field, level.photo, level.phase.window, settings.wrap, work)
    if level.phase.closes:
        steps = min(settings.matching // 4, MATCHED // guess[..., 0].numel())
        guess = transported(guess, level.photo, steps, settings.patch_size, settings.seed, settings.wrap)
    if kept:
        guess = kept.joined(guess, state.field, level.photo, level.phase.window, settings.wrap, work)
    return replace(state, guess=guess, residual=state.residual if level.phase.rounds else 0.0)
