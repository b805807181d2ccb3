"""How a model's configuration is spoilt, and how the model is refused."""

import json

import pytest

from sindiff.checkpoint import load_model


def change(file, keys, value):
    """Set one value of a configuration: change(file, ("network", "channels"), 33)."""
    config = json.loads(file.read_text())
    place = config
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    file.write_text(json.dumps(config))


def refusal(source):
    """The one line with which a source is refused."""
    with pytest.raises(ValueError, match=r".") as caught:
        load_model(source)
    message = str(caught.value)
    assert "\n" not in message
    return message
