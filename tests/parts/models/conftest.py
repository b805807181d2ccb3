"""A model on disk."""

import pytest

from sindiff.checkpoint import save_model


@pytest.fixture
def folder(model, tmp_path):
    save_model(tmp_path / "model", model)
    return tmp_path / "model"
