"""A tiny picture, and a run on it that nothing disturbed."""

import pytest
import torch

from .short_runs import finish


@pytest.fixture(scope="module")
def picture():
    return torch.rand(3, 12, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1


@pytest.fixture(scope="module")
def undisturbed(picture, tmp_path_factory):
    return finish(tmp_path_factory.mktemp("undisturbed"), picture)
