"""Shuffled territories: chance decides which neurons share an astrocyte, and nothing else."""

import numpy as np
import pytest

from glianeat.develop.decode import develop
from glianeat.develop.settings import DevelopmentConfig
from glianeat.develop.shuffling import shuffled
from glianeat.genome.schema import Role
from tests.simulate.builders import Builder

SHUFFLED = DevelopmentConfig(territories="shuffled")


def crowd(n_cells=12, n_astrocytes=3):
    builder = Builder(n_regions=2)
    inputs = [builder.input() for _ in range(4)]
    cells = [*builder.cells(n_cells), builder.output(region=1), builder.output(region=1)]
    for g in range(n_astrocytes):
        builder.astrocyte([*inputs[g::n_astrocytes], *cells[g:n_cells:n_astrocytes]])
    builder.astrocyte(cells[-2:-1], region=1)
    builder.astrocyte(cells[-1:], region=1)
    return builder.build()


def territories(network):
    glia = network.glia
    pairs = zip(glia.cover_astrocyte.tolist(), glia.cover_neuron.tolist(), strict=True)
    found = [set() for _ in glia.gene]
    for astrocyte, neuron in pairs:
        found[astrocyte].add(neuron)
    return found


def test_every_territory_keeps_its_numbers_of_inputs_and_of_cells():
    network = crowd()
    other = shuffled(network, np.random.default_rng(1))
    assert territories(other) != territories(network)
    is_input = network.cells.role == Role.INPUT
    for before, after in zip(territories(network), territories(other), strict=True):
        assert len(before) == len(after)
        assert is_input[list(before)].sum() == is_input[list(after)].sum()
        assert set(network.cells.region[list(before)]) == set(network.cells.region[list(after)])


def test_every_neuron_is_ensheathed_as_much_as_before():
    network = crowd()
    other = shuffled(network, np.random.default_rng(1))
    share = [
        np.bincount(one.glia.cover_neuron, one.glia.cover_share, one.n_neurons)
        for one in (network, other)
    ]
    assert np.array_equal(*share)


def test_neurons_are_dealt_out_by_chance_alone():
    network = crowd()
    first, again, other = (shuffled(network, np.random.default_rng(k)) for k in (1, 1, 2))
    assert territories(first) == territories(again) != territories(other)


@pytest.fixture(scope="module")
def genome():
    from glianeat.genome.founders import found_genome
    from glianeat.genome.variation import GenomeConfig, Variation

    variation = Variation(GenomeConfig(traits={"regions": {"log2_ratio": {"init_mean": -1.0}}}))
    return found_genome(3, 4, 8, variation, np.random.default_rng(2))


def test_a_setting_shuffles_the_territories_of_every_genome_anew(genome):
    tiled, one, again = develop(genome), develop(genome, SHUFFLED), develop(genome, SHUFFLED)
    child = develop(genome.with_key(4), SHUFFLED)
    assert territories(one) == territories(again)
    assert territories(one) != territories(tiled)
    assert territories(one) != territories(child)
    assert sorted(map(len, territories(one))) == sorted(map(len, territories(tiled)))
