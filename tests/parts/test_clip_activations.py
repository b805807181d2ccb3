"""Every CLIP of open_clip gets the activation that its weights were trained with."""

import pytest

from sindiff.applications import clip
from sindiff.machine.vision import prepare_torchvision

prepare_torchvision()
factory = pytest.importorskip("open_clip.factory")
list_pretrained = pytest.importorskip("open_clip").list_pretrained


class Built(BaseException):
    """What ends load_clip once the network's shape is known."""


@pytest.fixture
def build(monkeypatch):
    """What the network of a name is built with, or what a function makes of it."""

    def build(**shape):
        raise Built(shape)

    for kind in ("CLIP", "CustomTextCLIP", "CoCa"):
        monkeypatch.setattr(factory, kind, build)
    monkeypatch.setattr(factory, "download_pretrained", lambda *arguments, **options: "weights")
    monkeypatch.setattr(clip, "_reachable", lambda address: False)

    def shape_of(name):
        with pytest.raises(Built) as built:
            clip.load_clip(name)
        return built.value.args[0]

    return shape_of


def wanted(model, tag):
    return bool(factory.get_pretrained_cfg(model, tag).get("quick_gelu"))


@pytest.mark.parametrize("model", sorted({model for model, _ in list_pretrained()}))
@pytest.mark.filterwarnings("error")
def test_a_name_with_any_tag_and_alone(build, model):
    tags = factory.list_pretrained_tags_by_model(model)
    for tag in tags:
        assert build(f"{model}:{tag}")["quick_gelu"] is wanted(model, tag)
    assert build(model)["quick_gelu"] is wanted(model, tags[0])


def test_some_models_differ_from_their_weights():
    differing = [
        (model, tag)
        for model, tag in list_pretrained()
        if wanted(model, tag) != bool(factory.get_model_config(model).get("quick_gelu"))
    ]
    assert {("ViT-B-32", "openai"), ("roberta-ViT-B-32", "laion2b_s12b_b32k")} <= set(differing)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("quick", [True, False])
def test_the_network_has_the_activation(monkeypatch, quick):
    """A small network of open_clip's own, whose model has the other activation."""
    import open_clip

    shape = {
        "embed_dim": 8,
        "quick_gelu": not quick,
        "vision_cfg": {"image_size": 16, "layers": 1, "width": 16, "head_width": 8, "patch_size": 8},
        "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 8, "heads": 1, "layers": 1},
    }
    monkeypatch.setitem(factory._MODEL_CONFIGS, "small", shape)
    about = {"quick_gelu": quick, "hf_hub": "none/", "mean": (0, 0, 0), "std": (1, 1, 1)}
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, "small", {"own": about})
    monkeypatch.setattr(factory, "download_pretrained", lambda *arguments, **options: "weights")
    monkeypatch.setattr(factory, "load_checkpoint", lambda *arguments, **options: None)
    monkeypatch.setattr(clip, "_reachable", lambda address: False)
    clip.load_clip.cache_clear()
    network = clip.load_clip("small:own").network
    clip.load_clip.cache_clear()
    kinds = {type(part).__name__ for part in network.modules() if "GELU" in type(part).__name__}
    assert kinds == {"QuickGELU" if quick else "GELU"}
