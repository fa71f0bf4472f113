"""The distribution: that it finds what is best, and learns which coordinates matter."""

import math

import numpy as np
import pytest

from glianeat.evolution.search import adapted, begin, points

N = 20


def found(loss, *, generations, samples=16, step=0.5, seed=0, spread=None, learns=True):
    """Return the distribution after a search for the least loss."""
    rng = np.random.default_rng(seed)
    start = np.ones(N)
    distribution = begin(start, np.ones(N) if spread is None else spread, step)
    for _ in range(generations):
        noise = rng.standard_normal((samples, N))
        losses = [loss(point) for point in points(distribution, noise)]
        next_one = adapted(distribution, noise[np.argsort(losses)])
        distribution = (
            next_one if learns else begin(next_one.mean, distribution.spread, next_one.step)
        )
    return distribution


def sphere(point):
    return float((point * point).sum())


def ellipsoid(point):
    return float((np.logspace(0, 4, N) * point * point).sum())


def test_it_finds_the_lowest_point_of_a_sphere():
    assert sphere(found(sphere, generations=200).mean) < 1e-8 * N


def test_it_learns_the_scale_of_each_coordinate():
    after = found(ellipsoid, generations=400)
    assert ellipsoid(after.mean) < 1e-6 * ellipsoid(np.ones(N))
    assert after.spread[0] > 10.0 * after.spread[-1]


def test_without_learnt_scales_an_ellipsoid_takes_longer():
    plain = found(ellipsoid, generations=400, learns=False)
    assert ellipsoid(plain.mean) > 100.0 * ellipsoid(found(ellipsoid, generations=400).mean)


def test_on_a_slope_the_step_grows_and_where_nothing_differs_it_hardly_changes():
    assert found(lambda point: point[0], generations=100).step > 2.0
    rng = np.random.default_rng(3)
    flat = [found(lambda _: rng.random(), generations=50, seed=s).step for s in range(5)]
    assert 0.25 < np.median(flat) < 1.0


def test_the_order_of_samples_alone_counts():
    noise = np.random.default_rng(0).standard_normal((8, 3))
    start = begin(np.zeros(3), np.ones(3), 0.5)
    after = adapted(start, noise)
    again = adapted(start, noise)
    assert np.array_equal(after.mean, again.mean)
    assert not np.array_equal(after.mean, adapted(start, noise[::-1]).mean)


def test_the_mean_is_the_weighted_sum_of_the_better_half():
    noise = np.random.default_rng(1).standard_normal((4, 2))
    start = begin(np.array([1.0, -1.0]), np.array([2.0, 0.5]), 0.1)
    raw = np.array([math.log(2.5), math.log(2.5) - math.log(2.0)])
    weights = raw / raw.sum()
    expected = start.mean + 0.1 * start.spread * (weights @ noise[:2])
    assert adapted(start, noise).mean == pytest.approx(expected)


@pytest.mark.parametrize("shape", [(1, 3), (0, 3), (4, 0)])
def test_of_one_sample_or_no_coordinates_nothing_is_learnt(shape):
    start = begin(np.zeros(shape[1]), np.ones(shape[1]), 0.5)
    assert adapted(start, np.ones(shape)) is start
