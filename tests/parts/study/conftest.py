"""A user study of a few pictures, and the file of its votes."""

import pytest
import torch

from sindiff.lab.study import Study


@pytest.fixture
def study():
    """Ours are gray, GPNN's darker and SinGAN's lighter, every picture another shade."""
    shades = torch.linspace(0, 0.2, 12)
    levels = {"ours": -0.1, "GPNN": -0.8, "SinGAN": 0.6}
    pictures = {name: [(level + shade).expand(3, 8, 10) for shade in shades] for name, level in levels.items()}
    return Study(pictures.pop("ours"), pictures)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "votes" / "votes.csv"
