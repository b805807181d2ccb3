"""How a picture is refused."""

import pytest

from sindiff.pictures.images import load_picture


def refusal(path, **options):
    """The one line with which a file is refused."""
    with pytest.raises(ValueError, match=r".") as caught:
        load_picture(path, **options)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message
