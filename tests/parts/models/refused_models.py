"""How a model is refused."""

import pytest

from sindiff.checkpoint import load_model


def refusal(source):
    """The one line with which a source is refused."""
    with pytest.raises(ValueError, match=r".") as caught:
        load_model(source)
    message = str(caught.value)
    assert "\n" not in message
    return message
