"""Models named by a path or by a repository."""

import huggingface_hub.constants
import pytest

from sindiff.checkpoint import (
    CONFIG,
    PHOTO,
    WEIGHTS,
    load_model,
    save_model,
)

from .refused_models import refusal


@pytest.fixture
def no_download(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("tried to download")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", refuse)


@pytest.mark.parametrize(
    "source", ["does/not/exist", "missing", "missing.pt", "./x", "../x/y", "/no/such", "runs/x", "runs/x/", "a\0b"]
)
def test_what_looks_like_a_path_is_not_downloaded(source, tmp_path, monkeypatch, request):
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)
    if source not in ("does/not/exist", "../x/y", "/no/such", "runs/x/"):  # huggingface_hub itself refuses these names
        request.getfixturevalue("no_download")
    assert refusal(source) == f"{source}: no such folder or file"


def test_a_repository_without_network(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    assert refusal("nobody/nothing").startswith("nobody/nothing: no such folder, and no model")


def test_a_repository_is_downloaded(model, tmp_path, monkeypatch):
    save_model(tmp_path / "cache", model)
    asked = []

    def download(repository, allow_patterns):
        asked.append((repository, sorted(allow_patterns)))
        return str(tmp_path / "cache")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    assert load_model("somebody/balloons").size == model.size
    assert asked == [("somebody/balloons", [CONFIG, WEIGHTS, PHOTO])]
