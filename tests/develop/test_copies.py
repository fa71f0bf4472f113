"""Outputs of several neurons each."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from glianeat.develop.decode import develop
from glianeat.develop.settings import DevelopmentConfig
from glianeat.errors import DevelopmentError
from glianeat.genome.founders import found_genome
from glianeat.genome.schema import NEURONS, Role
from glianeat.genome.variation import GenomeConfig, Variation
from tests.genome.strategies import evolved_genomes

BIAS = NEURONS.column("bias")


def both(genome, copies, **settings):
    """Return the networks with one and with several neurons for each output."""
    config = DevelopmentConfig(output_copies=copies, **settings)
    try:
        return develop(genome), develop(genome, config)
    except DevelopmentError:
        assume(False)


def synapses_of(network):
    """Return how much reaches each target gene from each source gene, with its delay."""
    source = np.repeat(np.arange(network.n_neurons), np.diff(network.wiring.offsets))
    ids, wiring = network.cells.node_id, network.wiring
    return zip(
        ids[source].tolist(),
        ids[wiring.target].tolist(),
        wiring.delay.tolist(),
        wiring.weight.tolist(),
        wiring.target.tolist(),
        strict=True,
    )


@given(genome=evolved_genomes(), copies=st.integers(2, 5))
def test_each_output_gene_grows_into_so_many_neurons_and_no_other_gene_does(genome, copies):
    one, several = both(genome, copies)
    is_output = several.cells.role == Role.OUTPUT
    assert several.n_outputs == copies * one.n_outputs == is_output.sum()
    assert several.output_copies == copies
    assert several.n_neurons == one.n_neurons + (copies - 1) * one.n_outputs
    assert several.cells.node_id[~is_output].tolist() == (
        one.cells.node_id[one.cells.role != Role.OUTPUT].tolist()
    )


@given(genome=evolved_genomes(), copies=st.integers(2, 5))
def test_copies_of_an_output_follow_one_another_by_channel(genome, copies):
    one, several = both(genome, copies)
    outputs = one.cells.role == Role.OUTPUT
    genes = dict(
        zip(one.cells.channel[outputs].tolist(), one.cells.node_id[outputs].tolist(), strict=True)
    )
    outputs = several.cells.role == Role.OUTPUT
    found = zip(
        several.cells.channel[outputs].tolist(),
        several.cells.node_id[outputs].tolist(),
        strict=True,
    )
    assert sorted(found) == [
        (output * copies + k, genes[output]) for output in sorted(genes) for k in range(copies)
    ]


@given(genome=evolved_genomes(), copies=st.integers(2, 4))
def test_each_neuron_hears_what_it_would_of_a_single_output(genome, copies):
    one, several = both(genome, copies)
    heard = {(source, target, delay): w for source, target, delay, w, _ in synapses_of(one)}
    assert len(heard) == one.n_synapses
    total = {}
    for source, target, delay, weight, neuron in synapses_of(several):
        key = (source, target, delay, neuron)
        total[key] = total.get(key, 0.0) + weight
    for (source, target, delay, _), weight in total.items():
        assert weight == pytest.approx(heard[source, target, delay], rel=1e-12)
    copied = several.cells.node_id.tolist()
    number = sum(copied.count(target) for _, target, _ in heard)
    assert len(total) == number


def test_biases_of_copies_spread_evenly_about_the_genes():
    variation = Variation(GenomeConfig())
    genome = found_genome(0, 2, 2, variation, np.random.default_rng(0))
    one, several = both(genome, 5, copy_spread=0.4, output_bias=1.5)
    for output in range(2):
        of_gene = one.cells.traits[one.cells.role == Role.OUTPUT][output, BIAS]
        mine = several.cells.traits[several.cells.role == Role.OUTPUT][5 * output :][:5, BIAS]
        assert mine == pytest.approx(of_gene + 1.5 + np.array([-0.4, -0.2, 0.0, 0.2, 0.4]))


def test_biases_stay_within_their_bounds():
    variation = Variation(GenomeConfig(traits={"neurons": {"bias": {"init_mean": 8.0}}}))
    genome = found_genome(0, 2, 2, variation, np.random.default_rng(0))
    _, several = both(genome, 3, copy_spread=1.0, output_bias=1.0)
    assert several.cells.traits[:, BIAS].max() == NEURONS.high[BIAS]


def test_copies_stand_apart():
    genome = found_genome(0, 2, 2, Variation(GenomeConfig()), np.random.default_rng(0))
    _, several = both(genome, 8)
    assert len(np.unique(several.cells.position, axis=0)) == several.n_neurons
