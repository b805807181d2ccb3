"""A user study: what is drawn by lot, what is kept, and what is counted."""

import csv
import io
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from sindiff.lab import votes
from sindiff.lab.study import SIDES, Outcome, Vote, tally
from sindiff.lab.voting import open_voting
from sindiff.metrics.binomial import interval, p_value

RIVALS = ("GPNN", "SinGAN")


def is_ours(picture):
    return abs(picture.mean().item()) < 0.3


def honest(study, rater, likes=is_ours):
    """Votes of somebody who sees whose a picture is: always left or right as they like."""
    pairs = (study.pair(trial) for trial in study.trials(rater))
    return ["left" if likes(left) else "right" for left, right in pairs]


# ---- what is drawn by lot


def test_every_comparison_has_its_pairs_and_no_picture_comes_twice(study):
    trials = study.trials("a")
    assert Counter(trial.rival for trial in trials) == dict.fromkeys(RIVALS, 10)
    for rival in RIVALS:
        indices = [trial.index for trial in trials if trial.rival == rival]
        assert len(set(indices)) == 10
        assert set(indices) <= set(range(12))


def test_the_same_rater_meets_the_same_pairs_and_another_does_not(study):
    assert study.trials("a") == study.trials("a")
    assert study.trials("a") != study.trials("b")
    assert study.trials("a") != replace(study, seed=1).trials("a")


def test_sides_are_tosses_of_a_coin_that_nothing_else_tells(study):
    trials = [trial for rater in range(200) for trial in study.trials(str(rater))]
    groups = {
        "rival": [[t for t in trials if t.rival == rival] for rival in RIVALS],
        "place": [trials[place::20] for place in range(20)],
        "index": [[t for t in trials if t.index == index] for index in range(12)],
        "before": [[b for a, b in pairwise(trials) if a.side == side] for side in SIDES],
    }
    for group in (group for parts in groups.values() for group in parts):
        assert p_value(sum(trial.side == "left" for trial in group), len(group)) > 1e-5
    assert 0.4 < np.mean([a.rival == b.rival for a, b in pairwise(trials)]) < 0.55  # mixed


def test_a_pair_is_ours_and_theirs_of_one_index(study):
    for trial in study.trials("a"):
        left, right = study.pair(trial)
        ours, theirs = (left, right) if trial.side == "left" else (right, left)
        assert ours is study.ours[trial.index]
        assert theirs is study.rivals[trial.rival][trial.index]


# ---- what is counted


def test_votes_for_ours_are_counted_whatever_the_sides(study):
    votes = [Vote("a", n, choice) for n, choice in enumerate(honest(study, "a"), 1)]
    assert tally(study, votes) == dict.fromkeys(RIVALS, Outcome(10, 10))
    against = [Vote("b", n, c) for n, c in enumerate(honest(study, "b", lambda picture: not is_ours(picture)), 1)]
    assert tally(study, against) == dict.fromkeys(RIVALS, Outcome(0, 10))
    assert tally(study, votes + against) == dict.fromkeys(RIVALS, Outcome(10, 20))
    bright = [Vote("c", n, c) for n, c in enumerate(honest(study, "c", lambda picture: picture.mean() > 0.3), 1)]
    assert tally(study, bright)["SinGAN"] == Outcome(0, 10)


def test_always_left_is_a_fair_coin(study):
    votes = [Vote(str(rater), n, "left") for rater in range(200) for n in range(1, 21)]
    for outcome in tally(study, votes).values():
        assert outcome.votes == 2000
        assert outcome.p_value > 1e-4


def test_an_outcome_tells_its_share_and_how_sure_it_is():
    outcome = Outcome(146, 200)
    assert outcome.share == 0.73
    assert outcome.interval == interval(146, 200)
    assert outcome.p_value == p_value(146, 200)
    assert Outcome(0, 0).share is None


# ---- what is kept


def test_a_second_start_goes_on_where_the_file_ends(study, file):
    choices = honest(study, "a")
    assert votes.cast(study, file, "a", choices[:7]) == 13
    assert votes.unanswered(study, file, "a") == list(range(8, 21))
    assert votes.unanswered(study, file, "b") == list(range(1, 21))
    assert votes.cast(study, file, "b", honest(study, "b")) == 0
    assert votes.cast(study, file, "a", choices[7:]) == 0
    assert tally(study, votes.read_votes(study, file)) == dict.fromkeys(RIVALS, Outcome(20, 20))
    with pytest.raises(ValueError, match="1 choices for 0 pairs"):
        votes.cast(study, file, "a", ["left"])


def test_each_vote_is_a_line_at_once_and_what_was_there_stays(study, file):
    kept = b""
    for n in range(1, 4):
        votes.record(study, file, Vote('Ann, "the" rater', n, "left"))
        assert file.read_bytes().startswith(kept)
        kept = file.read_bytes()
        rows = list(csv.DictReader(io.StringIO(kept.decode())))
        assert [row["trial"] for row in rows] == [str(i + 1) for i in range(n)]
        assert {row["rater"] for row in rows} == {'Ann, "the" rater'}


def test_a_cut_off_line_is_no_vote_and_costs_no_other(study, file):
    votes.cast(study, file, "a", ["left", "right", "left"])
    whole = file.read_bytes()
    for cut in range(len(whole)):
        file.write_bytes(whole[:cut])
        before = votes.read_votes(study, file)
        assert len(before) == max(0, whole[:cut].count(b"\n") - 1)
        waiting = votes.unanswered(study, file, "a")[0]
        votes.record(study, file, Vote("a", waiting, "right"))
        assert votes.read_votes(study, file) == [*before, Vote("a", waiting, "right")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name,age\nAnn,3\n", "is not a file of votes"),
        (b"\xff\xfe\x00\n", "is not a file of votes"),
        (b"study,rater,trial,choice\nKEY,a,1\n", "line 2 is no vote"),
        (b"study,rater,trial,choice\nKEY,a,0,left\n", "line 2 is no vote"),
        (b"study,rater,trial,choice\nKEY,a,1,left\nKEY,a,21,left\n", "line 3 is no vote"),
        (b"study,rater,trial,choice\nKEY,a,1,up\n", "line 2 is no vote"),
        (b"study,rater,trial,choice\nKEY,a,1,left\nKEY,a,1,left\n", "line 3 is a second vote of a on pair 1"),
        (b"study,rater,trial,choice\n123,a,1,left\n", "another study"),
    ],
)
def test_what_is_no_vote_of_this_study(study, file, content, said):
    file.parent.mkdir()
    file.write_bytes(content.replace(b"KEY", study.key.encode()))
    for read in (votes.read_votes, lambda *where: open_voting(*where, "a")):
        with pytest.raises(ValueError, match=said) as raised:
            read(study, file)
        assert str(file) in str(raised.value)
        assert "\n" not in str(raised.value)


def test_another_study_has_another_key(study):
    swapped = {name: study.rivals[name] for name in reversed(RIVALS)}
    others = [replace(study, seed=1), replace(study, pairs=9), replace(study, rivals=swapped)]
    assert len({study.key, *(other.key for other in others)}) == 4
    assert replace(study, pairs=10).key == study.key


@pytest.mark.parametrize("vote", [Vote("a\nb", 1, "left"), Vote("", 1, "left"), Vote("a", 1, "up")])
def test_what_cannot_be_recorded(study, file, vote):
    with pytest.raises(ValueError, match=r"is left or right|is a line of text"):
        votes.record(study, file, vote)
    assert not file.exists()


def test_what_is_no_study(study):
    larger = {"GPNN": [torch.zeros(3, 8, 11)] * 12}
    for change, said in [
        ({"pairs": 13}, "GPNN: 12 and 12 pictures do not make 13 pairs"),
        ({"pairs": 0}, "at least"),
        ({"rivals": {}}, "at least"),
        ({"rivals": larger}, "8x10 and 8x11 px"),
    ]:
        with pytest.raises(ValueError, match=said):
            replace(study, **change)
