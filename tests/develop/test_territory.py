import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glianeat.develop import territory
from glianeat.develop.territory import centroids, tile

seeds = st.integers(0, 2**32 - 1)


def scattered(seed, n):
    rng = np.random.default_rng(seed)
    return rng.normal(0.0, 1.0, (n, 2)), rng


@given(seeds, st.integers(1, 60), st.data())
def test_every_neuron_has_exactly_one_astrocyte(seed, n, data):
    g = data.draw(st.integers(1, n))
    positions, rng = scattered(seed, n)
    owner = tile(positions, rng.uniform(0.25, 4.0, g))
    assert owner.shape == (n,)
    assert ((owner >= 0) & (owner < g)).all()


@given(seeds, st.integers(1, 40), st.integers(1, 5))
def test_neurons_in_one_place_are_still_shared_out(seed, n, g):
    g = min(g, n)
    owner = tile(np.zeros((n, 2)), np.ones(g))
    assert ((owner >= 0) & (owner < g)).all()


@given(seeds, st.integers(2, 40), st.data())
def test_above_the_limit_the_curve_shares_out_in_proportion_to_reach(seed, n, data):
    g = data.draw(st.integers(1, n))
    positions, rng = scattered(seed, n)
    reach = rng.uniform(0.25, 4.0, g)
    limit, territory._LLOYD_PAIRS = territory._LLOYD_PAIRS, 0
    try:
        owner = tile(positions, reach)
    finally:
        territory._LLOYD_PAIRS = limit
    shares = np.bincount(owner, minlength=g)
    assert shares.sum() == n
    assert (np.abs(shares - reach / reach.sum() * n) <= 1.0 + 1e-9).all()


def test_many_neurons_are_tiled_in_linear_time():
    positions, rng = scattered(0, 200_000)
    owner = tile(positions, rng.uniform(0.25, 4.0, 50_000))
    assert len(np.unique(owner)) > 45_000


def test_small_territories_are_compact():
    """Lloyd's rounds bring neurons closer to their astrocyte than the curve alone."""
    positions, _ = scattered(3, 300)
    reach = np.ones(12)

    def spread(owner):
        gap = positions - centroids(positions, owner, 12)[owner]
        return np.square(gap).sum()

    settled, curve = tile(positions, reach), territory._along_curve(positions, reach)
    assert spread(settled) < 0.9 * spread(curve)


def test_two_clusters_get_an_astrocyte_each():
    left, _ = scattered(1, 20)
    positions = np.concatenate([left, left + np.array([100.0, 0.0])])
    owner = tile(positions, np.ones(2))
    assert len(set(owner[:20])) == len(set(owner[20:])) == 1
    assert owner[0] != owner[20]


def test_a_longer_reach_takes_more_neurons():
    positions, _ = scattered(2, 400)
    owner = tile(positions, np.array([1.0, 4.0]))
    assert (owner == 1).sum() > 2 * (owner == 0).sum()


@given(seeds, st.integers(1, 30), st.integers(1, 8))
def test_centroids_are_means_and_idle_astrocytes_sit_in_the_middle(seed, n, g):
    positions, rng = scattered(seed, n)
    owner = rng.integers(0, g, n)
    centres = centroids(positions, owner, g)
    for k in range(g):
        own = positions[owner == k] if (owner == k).any() else positions
        assert np.allclose(centres[k], own.mean(axis=0))
