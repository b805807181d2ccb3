"""LPIPS against the lpips package on the same trunk, and what Eq. 9 makes of it."""

from itertools import combinations

import pytest
import torch

from sindiff.metrics import as_printed, lpips_diversity, lpips_embedding, lpips_to_picture, perceptual

SIZE = (40, 52)


def noise(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)) * 2 - 1


@pytest.fixture(scope="session")
def package(trunks):
    """The package's own distance with the same trunk, put in by hand."""
    network = perceptual.lpips_network()
    for part in (network.net.slice1, network.net.slice2, network.net.slice3, network.net.slice4, network.net.slice5):
        for number, layer in part.named_children():
            layer.load_state_dict(trunks["alexnet"][1][int(number)].state_dict())
    return lambda a, b: network(a[None], b[None]).item()


def test_is_the_package_s(weights_dir, package):
    embed = lpips_embedding(weights_dir)
    for size in (SIZE, (31, 31)):
        a, b = noise(2, 3, *size)
        assert (embed(a) - embed(b)).square().sum().item() == pytest.approx(package(a, b), abs=1e-6)
        assert package(a, b) > 0.01


def test_of_the_picture_itself_is_zero(weights_dir):
    picture = noise(3, *SIZE)
    embed = lpips_embedding(weights_dir)
    assert lpips_to_picture(embed, picture, torch.stack([picture, picture])) == 0
    assert lpips_diversity(embed, torch.stack([picture] * 3)) == pytest.approx(0, abs=1e-9)


def test_to_the_picture_is_a_mean(weights_dir, package):
    picture, *samples = noise(4, 3, *SIZE)
    expected = sum(package(sample, picture) for sample in samples) / 3
    assert lpips_to_picture(lpips_embedding(weights_dir), picture, torch.stack(samples)) == pytest.approx(expected)


def test_diversity_is_the_mean_over_pairs(weights_dir, package):
    embed, samples = lpips_embedding(weights_dir), noise(5, 3, *SIZE)
    for n in (2, 3, 5):
        pairs = [package(a, b) for a, b in combinations(samples[:n], 2)]
        assert lpips_diversity(embed, samples[:n]) == pytest.approx(sum(pairs) / len(pairs), rel=1e-5)


def test_diversity_of_known_points():
    """0, 1 and 3 on a line: squared distances 1, 4 and 9."""
    samples = torch.tensor([0.0, 1.0, 3.0]).reshape(3, 1, 1, 1).expand(3, 3, 8, 8)
    assert lpips_diversity(lambda sample: sample[0, 0, :1], samples) == pytest.approx(14 / 3)


@pytest.mark.parametrize("n", [3, 4, 10])
def test_eq_9_as_printed(n):
    """2 / ((N - 1) (N - 2)) times the sum over i < j, written out."""
    points = noise(n, 6)
    total = sum((a - b).square().sum().item() for a, b in combinations(points, 2))
    printed = 2 / ((n - 1) * (n - 2)) * total
    assert as_printed(total / (n * (n - 1) / 2), n) == pytest.approx(printed)


def test_eq_9_s_factor_at_ten():
    assert as_printed(1.0, 10) == 1.25


@pytest.mark.parametrize("n", [1, 2])
def test_eq_9_needs_three(n):
    with pytest.raises(ValueError, match="at least three samples"):
        as_printed(0.3, n)


@pytest.mark.parametrize("n", [0, 1])
def test_diversity_needs_two(weights_dir, n):
    with pytest.raises(ValueError, match="at least two samples" if n else "no samples"):
        lpips_diversity(lpips_embedding(weights_dir), noise(n, 3, *SIZE))


def test_sizes(weights_dir):
    embed = lpips_embedding(weights_dir)
    with pytest.raises(ValueError, match="the picture is 40x52 px, the samples are 40x60"):
        lpips_to_picture(embed, noise(3, 40, 52), noise(1, 3, 40, 60))
    with pytest.raises(ValueError, match="31x31 px at least, not 30x60"):
        lpips_diversity(embed, noise(2, 3, 30, 60))


def test_not_finite(weights_dir):
    samples = noise(2, 3, *SIZE)
    samples[0, 0, 0, 0] = torch.inf
    with pytest.raises(ValueError, match=r"not finite: 0$"):
        lpips_diversity(lpips_embedding(weights_dir), samples)


def test_a_file_of_another_network(new_weights, tmp_path, trunks):
    path = new_weights(tmp_path, "alexnet", trunks["vgg"][0])
    with pytest.raises(ValueError, match=f"{path}: not the weights of AlexNet"):
        lpips_embedding(tmp_path)


def test_weights_of_the_heads_are_nowhere_negative():
    """Else the roots that lpips_embedding takes would not exist."""
    assert all((head.model[-1].weight >= 0).all() for head in perceptual.lpips_network().lins)


PACKAGE = [test_is_the_package_s]
KNOWN = [test_diversity_of_known_points]


@pytest.mark.parametrize(
    ("right", "wrong", "checks"),
    [
        ("network.scaling_layer(picture[None].cpu().float())", "picture[None]", PACKAGE),
        ("picture[None].cpu().float()", "(picture[None] + 1) / 2", PACKAGE),
        ("picture[None].cpu().float()", "(picture[None] + 1) / 127.5 - 1", PACKAGE),
        ("normalize_tensor(seen) *", "seen *", PACKAGE),
        ("/ seen[0, 0].numel()).sqrt()", "/ seen[0, 0].numel())", PACKAGE),
        ("/ seen[0, 0].numel()", "/ seen[0].numel()", PACKAGE),
        ("zip(maps, network.lins, strict=True)", "list(zip(maps, network.lins, strict=True))[:-1]", PACKAGE),
        ('    with_weights(network.net, "alexnet"', '    print(network.net, "alexnet"', PACKAGE),
        (".var(dim=0).sum()", ".var(dim=0, unbiased=False).sum()", KNOWN),
        (".var(dim=0).sum()", ".var(dim=0).mean()", [test_diversity_is_the_mean_over_pairs]),
        ("return 2 * torch", "return torch", KNOWN),
        ("diversity * n / (n - 2)", "diversity * n / (n - 1)", [test_eq_9_s_factor_at_ten]),
        ("diversity * n / (n - 2)", "diversity * (n - 2) / n", [test_eq_9_s_factor_at_ten]),
        ("- target).square()", "- target).abs()", [test_to_the_picture_is_a_mean]),
        (".mean().item()", ".sum().item()", [test_to_the_picture_is_a_mean]),
    ],
)
def test_planted_faults_are_caught(catches, right, wrong, checks):
    assert catches(perceptual, right, wrong, checks)
