"""A user study as the rater sees it."""

import csv
import io
import json

import numpy as np
import pytest
from PIL import Image

from sindiff.lab import plots, votes
from sindiff.lab.study import SIDES, Vote
from sindiff.lab.voting import Voting, open_voting, page_of_pairs
from sindiff.pictures.images import to_image

RIVALS = ("GPNN", "SinGAN")


def shown(voting):
    return [Image.open(io.BytesIO(content)) for content in (voting.left, voting.right)]


def test_the_page_shows_every_pair_once_and_keeps_each_vote(study, file):
    voting = Voting(study, file, "a")
    for number, trial in enumerate(study.trials("a"), 1):
        assert voting.number == number
        for image, picture in zip(shown(voting), study.pair(trial), strict=True):
            np.testing.assert_array_equal(np.asarray(image), np.asarray(to_image(picture)))
        voting.vote("right")
        assert len(votes.read_votes(study, file)) == number
    assert voting.number == 0
    assert "All done" in voting.line
    voting.vote("left")
    assert len(votes.read_votes(study, file)) == 20


def test_nothing_that_reaches_the_page_or_the_file_tells_whose_a_picture_is(study, file):
    voting = Voting(study, file, "a")
    kinds = set()
    while voting.number:
        state = voting.get_state()
        state.pop("_esm"), state.pop("_css")
        told = json.dumps({name: value for name, value in state.items() if not isinstance(value, bytes)}, default=str)
        assert not [word for word in ("ours", *RIVALS) if word.lower() in told.lower()]
        kinds |= {(image.format, image.size, tuple(image.info), image.mode) for image in shown(voting)}
        voting.vote("left")
    assert len(kinds) == 1
    text = file.read_text().lower()
    assert not [word for word in ("ours", *map(str.lower, RIVALS)) if word in text]
    assert {row["choice"] for row in csv.DictReader(io.StringIO(text))} == {"left"}


def test_a_message_of_the_page_is_a_vote_on_the_pair_it_was_meant_for(study, file):
    voting = Voting(study, file, "a")
    send = voting._handle_custom_msg
    send({"number": 1, "choice": "left"}, [])
    send({"number": 1, "choice": "right"}, [])  # pressed twice in haste
    send({"number": 2, "choice": "up"}, [])
    send({}, [])
    assert votes.read_votes(study, file) == [Vote("a", 1, "left")]
    other = Voting(study, file, "a")
    other.vote("right")
    voting.vote("left")  # on a pair that was voted on elsewhere
    assert votes.read_votes(study, file) == [Vote("a", 1, "left"), Vote("a", 2, "right")]
    assert voting.number == 3


def test_a_vote_that_cannot_be_kept_is_said_and_not_passed_over(study, file):
    voting = Voting(study, file, "a")
    file.mkdir(parents=True)
    voting.vote("left")
    assert voting.bad
    assert "Not counted" in voting.line
    assert voting.number == 1
    file.rmdir()
    voting.vote("left")
    assert not voting.bad
    assert voting.number == 2


def sheet(study, numbers):
    """What a rater "a" should see of these pairs."""
    pairs = {number: zip(study.pair(study.trials("a")[number - 1]), SIDES, strict=True) for number in numbers}
    return plots.grid([[plots.Shot(side, f"{n}, {name}") for side, name in pair] for n, pair in pairs.items()])


def test_pairs_as_a_plain_picture(study, file, monkeypatch):
    monkeypatch.setenv("SINDIFF_UI", "off")
    assert open_voting(study, file, "a") is None
    assert page_of_pairs(study, file, "a", most=3) == sheet(study, [1, 2, 3])
    assert page_of_pairs(study, file, "a", most=3) != sheet(study, [1, 2, 4])
    votes.cast(study, file, "a", ["left"] * 19)
    assert page_of_pairs(study, file, "a") == sheet(study, [20])
    votes.cast(study, file, "a", ["left"])
    with pytest.raises(ValueError, match="a has voted on all pairs"):
        page_of_pairs(study, file, "a")
