"""The Fréchet distance where its value is known on paper."""

import pytest
import torch

from sindiff.metrics import Gaussian, frechet, frechet_distance, gaussian


def draw(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def spd(n, seed=0):
    root = draw(n, n, seed=seed)
    return root @ root.T / n


def of(mean, covariance):
    return Gaussian(torch.as_tensor(mean).double(), torch.as_tensor(covariance).double())


def test_of_a_cloud_with_itself_is_zero():
    for points in (draw(500, 64), draw(40, 64), 100 + 5 * draw(300, 8)):
        assert frechet_distance(gaussian(points), gaussian(points.clone())) < 1e-9


def test_in_one_dimension():
    """(m - n)^2 + (s - t)^2 for deviations s and t."""
    assert frechet_distance(of([1.0], [[4.0]]), of([-2.0], [[9.0]])) == pytest.approx(9 + 1)


def test_of_covariances_with_the_same_axes():
    """The squared differences of the deviations, whatever the axes are."""
    a, b = torch.tensor([4.0, 1.0, 0.25]).double(), torch.tensor([1.0, 9.0, 0.0]).double()
    axes = torch.linalg.qr(draw(3, 3)).Q
    turned = [axes @ values.diag() @ axes.T for values in (a, b)]
    expected = (a.sqrt() - b.sqrt()).square().sum().item() + 1 + 4
    assert frechet_distance(of([0, 0, 0], turned[0]), of([1, 2, 0], turned[1])) == pytest.approx(expected)


def test_of_rank_one():
    """u u^T and v v^T: |u|^2 + |v|^2 - 2 |u.v|."""
    u, v = draw(2, 6)
    expected = (u.square().sum() + v.square().sum() - 2 * (u @ v).abs()).item()
    zero = torch.zeros(6)
    assert frechet_distance(of(zero, u.outer(u)), of(zero, v.outer(v))) == pytest.approx(expected)


def test_against_a_matrix_root():
    linalg = pytest.importorskip("scipy.linalg")
    a, b, mean = spd(12), spd(12, seed=1), draw(12, seed=2)
    root = torch.as_tensor(linalg.sqrtm((a @ b).numpy()).real)
    expected = (mean.square().sum() + (a + b - 2 * root).trace()).item()
    assert frechet_distance(of(mean, a), of(torch.zeros(12), b)) == pytest.approx(expected, rel=1e-9)


def test_of_fewer_points_than_dimensions():
    """A shift and a scale are told exactly though the covariance has no full rank."""
    points = draw(20, 50)
    cloud = gaussian(points)
    assert frechet_distance(cloud, gaussian(points + 3)) == pytest.approx(50 * 9, rel=1e-9)
    centred = points - points.mean(0)
    expected = cloud.covariance.trace().item()
    assert frechet_distance(gaussian(centred), gaussian(3 * centred)) == pytest.approx(4 * expected, rel=1e-9)


def test_is_symmetric():
    a, b = of(draw(5), spd(5)), of(draw(5, seed=3), spd(5, seed=4))
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a), rel=1e-12)


def test_the_covariance_is_unbiased():
    points = draw(7, 3)
    assert torch.allclose(gaussian(points).covariance, points.T.cov())
    assert gaussian(torch.tensor([[0.0], [2.0]])).covariance.item() == 2


def test_float32_points_far_from_zero():
    """Sums in float32 would lose the deviation."""
    points = (draw(5000, 2) + 3000).float()
    assert torch.allclose(gaussian(points).covariance, points.double().T.cov(), rtol=1e-9)
    assert gaussian(points).covariance.dtype == torch.float64


@pytest.mark.parametrize("shape", [(1, 3), (0, 3), (3,)])
def test_a_covariance_needs_two_points(shape):
    with pytest.raises(ValueError, match="two at least"):
        gaussian(torch.zeros(shape))


CLOSED_FORMS = [test_in_one_dimension, test_of_covariances_with_the_same_axes, test_of_rank_one]


@pytest.mark.parametrize(
    ("right", "wrong", "checks"),
    [
        ("/ (len(points) - 1)", "/ len(points)", [test_the_covariance_is_unbiased]),
        ("centred.T @ centred", "points.T @ points", [test_the_covariance_is_unbiased]),
        (".cpu().double()", ".cpu()", [test_float32_points_far_from_zero]),
        ("a.mean - b.mean).square().sum()", "a.mean - b.mean).square().mean()", CLOSED_FORMS),
        ("a.mean - b.mean).square().sum()", "a.mean - b.mean).norm()", CLOSED_FORMS),
        ("- 2 * shared", "- shared", CLOSED_FORMS),
        ("root_a.T @ root_b", "root_a @ root_b", [test_against_a_matrix_root, test_is_symmetric]),
        ("values.clamp(min=0).sqrt()", "values.clamp(min=0)", CLOSED_FORMS),
        ("values.clamp(min=0)", "values", [test_of_fewer_points_than_dimensions]),
        ("apart + root_a", "root_a", CLOSED_FORMS),
    ],
)
def test_planted_faults_are_caught(catches, right, wrong, checks):
    assert catches(frechet, right, wrong, checks)
