"""The plans of detail on small pictures: rounds at every level, at the smaller ones, or at none above the layout's."""

import pytest

from sindiff.detail import settings


@pytest.fixture(scope="module", params=[settings.FINE, 2000, 1000], ids=["rounds", "mixed", "fine"])
def each_plan(request):
    """What a test says holds with each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "FINE", request.param)
        yield request.param
