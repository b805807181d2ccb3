"""Features by torchvision's own networks, and SIFID on pictures."""

import pytest
import torch

from sindiff.metrics import features, inception_features, sifid, vgg_features
from sindiff.metrics import sifid as sifid_function
from sindiff.pictures.images import load_pictures, to_image

LARGE = (188, 250)


def noise(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)) * 2 - 1


class Seen(Exception):
    """A layer has answered; the rest of the network need not."""


def seen_by(network, layer, picture):
    """What a layer of a whole network gives for a picture."""

    def stop(module, given, result):
        raise Seen(result)

    handle = layer.register_forward_hook(stop)
    try:
        with torch.no_grad():
            network(picture[None])
    except Seen as seen:
        return seen.args[0][0].flatten(1).T
    finally:
        handle.remove()


def test_inception_is_torchvision_s(weights_dir, trunks):
    network, picture = trunks["inception"][1], noise(3, 80, 90)
    for dims, layer in ((64, network.Conv2d_2b_3x3), (192, network.Conv2d_4a_3x3)):
        expected = seen_by(network, layer, picture)
        assert expected.shape[1] == dims
        assert torch.allclose(inception_features(weights_dir, dims)(picture), expected, atol=1e-5)


def test_vgg_is_torchvision_s(weights_dir, trunks):
    from torchvision.transforms import Normalize

    network, picture = trunks["vgg"][1], noise(3, 40, 50)
    usual = Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])((picture + 1) / 2)
    expected = seen_by(network, network[8], usual)
    assert torch.allclose(vgg_features(weights_dir)(picture), expected, atol=1e-5)


def test_positions_of_a_picture_of_the_paper_s_size(weights_dir):
    picture = noise(3, *LARGE)
    assert inception_features(weights_dir, 64)(picture).shape == (11102, 64)
    assert inception_features(weights_dir, 192)(picture).shape == (2494, 192)
    assert vgg_features(weights_dir)(picture).shape == (11750, 128)


def test_of_the_picture_itself_is_zero(weights_dir, picture):
    for seen in (inception_features(weights_dir, 64), inception_features(weights_dir, 192), vgg_features(weights_dir)):
        assert sifid(seen, picture, torch.stack([picture, picture])) < 1e-6


def test_of_known_features():
    """Features that are the three colours themselves: a shift by c in each is 3 c^2."""
    picture = noise(3, 20, 30)

    def colours(given):
        return given.flatten(1).T

    assert sifid(colours, picture, (picture + 0.1)[None]) == pytest.approx(0.03, rel=1e-4)
    both = torch.stack([picture, picture + 0.2])
    assert sifid(colours, picture, both) == pytest.approx(0.06, rel=1e-4)
    assert sifid(colours, picture, 0.5 * (picture - picture.mean((1, 2), keepdim=True))[None] + 0.3) == pytest.approx(
        (0.25 * picture.flatten(1).var(1).sum() + (picture.mean((1, 2)) - 0.3).square().sum()).item(), rel=1e-4
    )


def test_grows_with_noise(weights_dir, picture):
    seen = inception_features(weights_dir)
    values = [sifid(seen, picture, (picture + s * noise(*picture.shape))[None]) for s in (0.02, 0.1, 0.5)]
    assert values == sorted(values)
    assert values[0] > 0


def test_png_and_jpeg_agree(weights_dir, tmp_path):
    """The format of a sample's file must not matter: read as 0 to 1 in one and 0 to 255 in the other it did once."""
    y, x = torch.meshgrid(torch.arange(96), torch.arange(128), indexing="ij")
    waves = torch.stack([(x / 9).sin(), (y / 7).cos(), ((x + y) / 12).sin()])
    picture, sample = 0.6 * waves + 0.2 * noise(3, 96, 128), 0.5 * waves.flip(2) + 0.3 * noise(3, 96, 128, seed=1)
    values = []
    for suffix, options in ((".png", {}), (".jpg", {"quality": 100, "subsampling": 0})):
        (tmp_path / suffix).mkdir()
        to_image(sample).save(tmp_path / suffix / f"000{suffix}", **options)
        values.append(sifid(inception_features(weights_dir), picture, load_pictures(tmp_path / suffix)))
    assert values[0] > 1e-3
    assert values[1] == pytest.approx(values[0], rel=0.05)


@pytest.mark.parametrize("dims", [64, 192])
def test_the_smallest_picture(weights_dir, dims):
    seen = inception_features(weights_dir, dims)
    least = features.SMALLEST[dims]
    assert len(seen(noise(3, least, least))) >= 1
    with pytest.raises(ValueError, match=f"{least} px a side at least, not {least - 1}x40"):
        seen(noise(3, least - 1, 40))


def test_not_finite(weights_dir, picture):
    broken = torch.stack([picture, picture])
    broken[1, 0, 3, 4] = torch.nan
    with pytest.raises(ValueError, match=r"not finite: 1$"):
        sifid(inception_features(weights_dir), picture, broken)
    with pytest.raises(ValueError, match="the picture holds values that are not finite"):
        sifid(inception_features(weights_dir), broken[1], broken[:1])


def test_a_file_of_another_network(new_weights, tmp_path, trunks):
    tensors = trunks["inception"][0]
    path = new_weights(tmp_path, "inception", {name: value for name, value in tensors.items() if "4a" not in name})
    assert inception_features(tmp_path, 64)
    with pytest.raises(ValueError, match=f"{path}: not the weights of Inception v3"):
        inception_features(tmp_path, 192)
    new_weights(tmp_path, "vgg", {"features.0.weight": torch.zeros(3, 3)})
    with pytest.raises(ValueError, match="not the weights of VGG19"):
        vgg_features(tmp_path)


BY_TORCHVISION = [test_inception_is_torchvision_s, test_vgg_is_torchvision_s]


@pytest.mark.parametrize(
    ("right", "wrong", "checks"),
    [
        ("layers.eval()", "layers.train()", BY_TORCHVISION),
        ("network(picture[None].cpu().float())", "network((picture[None] + 1) / 255 - 1)", BY_TORCHVISION),
        ("network(picture[None].cpu().float())", "network((picture[None] + 1) / 2)", BY_TORCHVISION),
        ('"Conv2d_2b_3x3", "maxpool1"', '"Conv2d_2b_3x3"', BY_TORCHVISION),
        ("VGG_RELU2_2 = 9", "VGG_RELU2_2 = 8", BY_TORCHVISION),
        ("VGG_RELU2_2 = 9", "VGG_RELU2_2 = 10", BY_TORCHVISION),
        ("seen(((picture + 1) / 2 - mean) / std)", "seen((picture - mean) / std)", BY_TORCHVISION),
        ("seen(((picture + 1) / 2 - mean) / std)", "seen((picture + 1) / 2)", BY_TORCHVISION),
        ("(0.485, 0.456, 0.406)", "(0.406, 0.456, 0.485)", BY_TORCHVISION),
        (".flatten(1).T", ".flatten(1)", [test_positions_of_a_picture_of_the_paper_s_size]),
        (".flatten(1).T", ".mean(2).T", [test_positions_of_a_picture_of_the_paper_s_size]),
    ],
)
def test_faults_planted_in_features_are_caught(catches, right, wrong, checks):
    assert catches(features, right, wrong, checks)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("/ len(distances)", "/ 1"),
        ("gaussian(features(sample)), target", "target, target"),
        ("gaussian(features(sample))", "gaussian(features(sample / 127.5))"),
        ("for sample in samples]", "for sample in samples[:1]]"),
    ],
)
def test_faults_planted_in_sifid_are_caught(catches, right, wrong):
    import sys

    module = sys.modules[sifid_function.__module__]
    assert catches(module, right, wrong, [test_of_known_features])
