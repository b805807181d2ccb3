"""Both plans of detail on small pictures: with rounds at every level, and with none but one on the larger levels."""

import pytest

from sindiff.detail import settings


@pytest.fixture(scope="module", params=[settings.FINE, 1000], ids=["rounds", "fine"])
def either_plan(request):
    """What a test says holds with either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "FINE", request.param)
        yield request.param
