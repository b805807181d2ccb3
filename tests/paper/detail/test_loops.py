"""The compiled loops equal the plain ones to the bit, and both equal what the formulas say."""

import os
import subprocess
import sys

import pytest
import torch

from sindiff.detail import compiled, field, plain, pyramid
from sindiff.detail.keys import directions, keys
from sindiff.detail.pixels import to_bytes
from sindiff.detail.pyramid import resized

from .pictures import scene


def some_search(channels=3, seed=0):
    """A photo's index, the queries of another picture, and a field and penalty by chance."""
    generator = torch.Generator().manual_seed(seed)
    photo, guess = to_bytes(scene(30, 41, channels, seed)), to_bytes(scene(24, 37, channels, seed + 1))
    along = directions(photo, 7)
    index = field.index_of(photo, along)
    rows, columns = (torch.randint(side, (24, 37), generator=generator) for side in (30, 41))
    penalty = torch.randint(50_000, (30 * 41,), generator=generator).int()
    return photo, guess, index, (rows << 16 | columns).int(), penalty


@pytest.mark.parametrize("wrap", ["", "x", "xy"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_compiled_loops_equal_plain_ones_to_the_bit(channels, wrap):
    photo, guess, index, start, penalty = some_search(channels)
    top, bottom, left, right = bounds = index.bounds(wrap)
    start = (start >> 16).clamp(top, bottom - 1) << 16 | (start & 65535).clamp(left, right - 1)
    queries = keys(guess, range(24), index.along, wrap).flatten(0, 1)
    answers = []
    for loops in (plain, compiled):
        known = plain.Places(index.keys, penalty, 41, bounds)
        places, errors = loops.nearest(queries, known)
        now = start
        for salt in (1, 2**32 - 1):
            part = queries[5 * 37 : 19 * 37]
            new, distances = loops.improved(part, known, now, 5, field.axes(wrap), salt, [9, 4, 2, 1])
            now = torch.cat([now[:5], new, now[19:]])
        pictures = loops.voted(now, photo, field.vote_weights(7), 3, 17, field.axes(wrap))
        answers.append((places, errors, now, distances, pictures))
    assert all(map(torch.equal, *answers))


def ordered_fields():
    """Fields (24, 37) whose places go along with the pixels, both ways, one way or not at all, and with a seam."""
    rows, columns = torch.meshgrid(torch.arange(24), torch.arange(37), indexing="ij")
    seam = 3 * (columns > 20)
    for row, column in [(rows, columns), (rows, 0 * columns), (0 * rows, columns), (0, 0), (rows + seam, columns + 1)]:
        yield ((row + 2) << 16 | (column + 3) + 0 * rows).int()


@pytest.mark.parametrize("wrap", ["", "x", "xy"])
@pytest.mark.parametrize("window", [1, 3, 5])
def test_votes_that_agree_equal_plain_ones_to_the_bit(window, wrap):
    photo, weights = to_bytes(scene(30, 41)), field.vote_weights(window)
    for now in ordered_fields():
        asked = now, photo, weights, 0, 24, field.axes(wrap)
        assert torch.equal(compiled.voted(*asked), plain.voted(*asked))


@pytest.mark.parametrize("size", [(7, 90), (48, 11), (24, 37)])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_compiled_resampling_equals_plain_to_the_bit(channels, size, monkeypatch):
    picture = to_bytes(scene(30, 41, channels))
    compiled_one = resized(picture, size, "x")
    monkeypatch.setattr(pyramid, "loops", lambda device: plain)
    assert torch.equal(resized(picture, size, "x"), compiled_one)


def test_nearest_is_the_least_of_all_distances():
    _, guess, index, _, penalty = some_search()
    queries = keys(guess, range(24), index.along).flatten(0, 1)
    cost = torch.cdist(queries.double(), index.keys.double()).square() + penalty
    places, errors = compiled.nearest(queries, plain.Places(index.keys, penalty, 41, index.bounds("")))
    at = (places >> 16).long() * 41 + (places & 65535)
    chosen = cost.gather(1, at[:, None])[:, 0]
    torch.testing.assert_close(chosen, cost.amin(1))
    torch.testing.assert_close(errors.double(), chosen - penalty[at])


def mean_distances(neighbours=None):
    """The mean squared distance after eight rounds, and the exact nearest patches' one."""
    photo, guess = to_bytes(scene(40, 50)), to_bytes(scene(40, 50)).roll((7, 13), (0, 1))
    index = field.index_of(photo, directions(photo, 7))
    none = torch.zeros(len(index.keys), dtype=torch.int32)
    rows, columns = (torch.randint(n, (40, 50), generator=torch.Generator().manual_seed(n)) for n in (40, 50))
    now = (rows << 16 | columns).int()
    for turn in range(8):
        search = field.Search("", none, turn, [12, 6, 3, 1] if turn == 0 else [8, 4, 2, 1])
        now, found = field.searched(guess, now, index, search)
    return found, field.exact_field(guess, index, field.Search("", none))[1]


def test_a_few_rounds_come_near_the_exact_nearest_patches_and_need_propagation(monkeypatch):
    found, exact = mean_distances()
    assert found < 1.2 * exact
    monkeypatch.setattr(plain, "NEIGHBOURS", [])
    monkeypatch.setattr(field, "loops", lambda device: plain)
    lost, _ = mean_distances()
    assert lost > 1.5 * exact


def test_a_vote_of_a_shifted_field_is_the_shifted_photo():
    photo = to_bytes(scene())
    rows, columns = torch.arange(10, 30)[:, None], torch.arange(20, 50)
    picture = field.vote((rows << 16 | columns).int(), photo, 7)
    assert torch.equal(picture, photo[10:30, 20:50])


def test_use_is_what_patches_cover():
    now = torch.full((6, 5), 3 << 16 | 4, dtype=torch.int32)
    price = field.penalties(now, (9, 11), 3, 10.0, now.device).reshape(9, 11)
    expected = torch.zeros(9, 11)
    expected[2:5, 3:6] = 10 * 30 * 9 * 11 / (30 * 9)
    assert torch.equal(price, expected.int())


def test_wrapped_rounds_and_votes_roll_with_the_canvas():
    photo, guess, index, start, penalty = some_search()
    bounds = index.bounds("xy")
    start = (start >> 16).clamp(3, 26) << 16 | (start & 65535).clamp(3, 37)
    assert bounds == (3, 27, 3, 38)

    def worked(guess, now):
        for salt in range(3):
            now, _ = field.searched(guess, now, index, field.Search("xy", penalty, salt, [8, 4, 2, 1]))
        return now, field.vote(now, photo, 7, "xy")

    plainly, rolled = worked(guess, start), worked(guess.roll((5, 11), (0, 1)), start.roll((5, 11), (0, 1)))
    assert all(torch.equal(one.roll((5, 11), (0, 1)), other) for one, other in zip(plainly, rolled, strict=True))


def test_torch_has_as_many_threads_afterwards():
    """Or what is drawn after the first detail of a process differs in the last bits from what was drawn before."""
    code = """if True:
        import torch
        from sindiff.detail import compiled
        torch.set_num_threads(1)
        field, photo, weights = torch.zeros(4, 4).int(), torch.zeros(4, 4, 3).byte(), torch.ones(3, 3).long()
        compiled.voted(field, photo, weights, 0, 4, (False, False))
        print(torch.get_num_threads())"""
    asked = {"env": os.environ | {"NUMBA_NUM_THREADS": "2"}, "capture_output": True, "text": True, "check": True}
    assert subprocess.run([sys.executable, "-c", code], **asked).stdout == "1\n"
