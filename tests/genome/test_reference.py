"""The compiled genetics against slow references in plain Python, with the same random numbers."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glianeat.genome.breeding import NO_MATE, Pairings, breed
from glianeat.genome.distance import DistanceConfig, compatibility_distance, distances
from glianeat.genome.mutation import OPERATORS, operator_names
from glianeat.genome.variation import GenomeConfig, Variation
from tests.genome.strategies import LIVELY, evolve, evolved_genomes
from tests.reference import genetics

CLASSIC = LIVELY.replace(dale=False, split_disables=True, inherit_disabled=0.75, mutate_traits=0.6)
KINDS = {
    "usual": GenomeConfig(),
    "lively": LIVELY,
    "without Dale": CLASSIC,
    "mixed": LIVELY.replace(activations=("shared", "relu", "sin", "tanh"), birth_activation="any"),
    "feed-forward": LIVELY.replace(feed_forward=True, inherit_disabled=0.25),
    "roomy": LIVELY.replace(
        max_neurons=100,
        max_synapses=300,
        max_astrocytes=60,
        max_regions=12,
        mutation_spread=0.0,
        power_spread=4.0,
    ),
}
kinds = pytest.mark.parametrize("kind", KINDS)


def bred(parents, config, *, seed, key, mutated=True, only=None):
    """Return a child of one or two parents and the names of the operators that changed it."""
    variation = Variation(config) if only is None else Variation(config).only(only)
    pairings = Pairings(
        key=np.array([key]),
        parent=np.array([0]),
        mate=np.array([len(parents) - 1 if len(parents) > 1 else NO_MATE]),
        mutated=np.array([mutated]),
    )
    (child,), (operators,) = breed(parents, pairings, variation, seed)
    return child, set(operator_names(int(operators)))


def rates_of(config, only=None):
    """Return the rate of every operator, all or one alone."""
    settings_of = {"traits": "mutate_traits"}
    rates = {name: getattr(config, settings_of.get(name, name)) for name in OPERATORS}
    rates["flip_sign"] *= config.dale
    if only is None:
        return rates
    alone = rates[only] if only in {"flip_sign", "traits"} else 1.0
    return {**dict.fromkeys(OPERATORS, 0.0), only: alone}


def assert_equal_to_its_twin(parents, config, *, seed, key, mutated=True, only=None):
    child, operators = bred(parents, config, seed=seed, key=key, mutated=mutated, only=only)
    other = parents[1] if len(parents) > 1 else None
    rates = rates_of(config, only)
    reference, done = genetics.child_of(
        parents[0], other, config, seed=seed, key=key, rates=rates, mutated=mutated
    )
    assert child.counts == reference.counts
    assert child.words.tobytes() == reference.words.tobytes()
    assert operators == done


@cache
def ancestors(kind):
    """Return some genomes of a kind, young and old, and pairs of relatives.

    Relatives share hidden neurons, some of which lie in different regions, and synapses that one
    of them has disabled.
    """
    config, pool = KINDS[kind], []
    for seed, steps in enumerate([0, 1, 5, 15, 30, 60]):
        parent = evolve(seed, steps, n_inputs=2, n_outputs=2, config=config)
        relatives = [parent, parent]
        for key in range(8):
            relatives[key % 2], _ = bred([relatives[key % 2]], config, seed=seed, key=key)
        pool += [parent, *relatives]
    return pool


@kinds
@pytest.mark.parametrize("parent", range(18))
def test_a_mutated_child_is_its_twin_bit_for_bit(kind, parent):
    for key in range(2):
        one = [ancestors(kind)[parent]]
        assert_equal_to_its_twin(one, KINDS[kind], seed=2**63 - 1 - parent, key=2**62 + key)


@kinds
@pytest.mark.parametrize("mutated", [False, True])
@pytest.mark.parametrize("first", range(18))
def test_a_child_of_two_is_its_twin_bit_for_bit(kind, first, mutated):
    pool = ancestors(kind)
    for other in (pool[first // 3 * 3 + (first + 1) % 3], pool[(first + 4) % 18]):
        parents = [pool[first], other]
        assert_equal_to_its_twin(parents, KINDS[kind], seed=first, key=7, mutated=mutated)


@kinds
@pytest.mark.parametrize("operator", OPERATORS)
def test_an_operator_alone_is_its_twin_bit_for_bit(kind, operator):
    for seed, parent in enumerate(ancestors(kind)[::2]):
        assert_equal_to_its_twin([parent], KINDS[kind], seed=seed, key=3, only=operator)


@pytest.mark.parametrize("seed", range(3))
def test_a_large_child_is_its_twin_bit_for_bit(seed):
    config = KINDS["roomy"].replace(**dict.fromkeys(("add_synapse", "split_synapse"), 0.9))
    parent = evolve(seed, 120, n_inputs=5, n_outputs=4, config=config)
    assert_equal_to_its_twin([parent], config, seed=seed, key=1)


# Distance

coefficients = st.floats(0.0, 10.0)


@settings(max_examples=60)
@given(
    evolved_genomes(max_steps=40),
    evolved_genomes(max_steps=40),
    st.builds(
        DistanceConfig,
        disjoint=coefficients,
        weight=coefficients,
        trait=coefficients,
        ratio=coefficients,
        region=coefficients,
        small=st.integers(0, 60),
    ),
)
def test_the_distance_is_that_of_its_twin(first, second, config):
    expected = genetics.distance(first, second, config)
    assert compatibility_distance(first, second, config) == pytest.approx(expected, 1e-12, 1e-12)


def test_the_matrix_of_distances_holds_those_of_single_pairs():
    config = DistanceConfig()
    rows, columns = [evolve(s, 15) for s in range(6)], [evolve(s, 25) for s in range(50, 59)]
    single = [[compatibility_distance(a, b, config) for b in columns] for a in rows]
    assert distances(rows, columns, config).tolist() == single
