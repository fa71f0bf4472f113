import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.develop.decode import develop
from glianeat.develop.ratios import MAX_ASTROCYTES, astrocyte_counts
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import Genome
from glianeat.genome.innovation import astrocyte_id
from glianeat.genome.schema import ASTROCYTES, REGIONS, Role
from glianeat.genome.variation import GenomeConfig, Variation
from tests.develop.grown import developed, networks
from tests.genome.strategies import evolved_genomes

VARIATION = Variation(GenomeConfig())


def ratio_of(genome, network):
    rows = genome.regions.rows(network.region_innovation)
    return np.exp2(genome.regions.trait("log2_ratio")[rows])


@given(evolved_genomes())
def test_a_region_has_as_many_astrocytes_as_its_ratio_times_its_mass(genome):
    network = developed(genome)
    home = set(genome.astrocytes.field("region").tolist())
    numbers = np.bincount(network.glia.region, network.glia.count, network.n_regions)
    for region, ratio in enumerate(ratio_of(genome, network).tolist()):
        wanted = math.floor(ratio * network.mass[region] + 0.5)
        has_genes = int(network.region_innovation[region]) in home
        assert numbers[region] == (wanted if has_genes else 0)


@pytest.mark.parametrize(
    ("ratio", "mass", "number"),
    [(1.0, 3.0, 3), (0.5, 1.0, 1), (0.5, 0.9, 0), (2.0, 2.25, 5), (0.03, 0.0, 0), (0.0, 9.0, 0)],
)
def test_halves_are_rounded_up(ratio, mass, number):
    assert astrocyte_counts(np.array([ratio]), np.array([mass])).tolist() == [number]


def test_a_region_may_not_grow_beyond_all_bounds():
    assert astrocyte_counts(np.array([32.0]), np.array([1e9])).tolist() == [MAX_ASTROCYTES]


@given(networks())
def test_territories_tile_every_region_that_has_glia(network):
    glia = network.glia
    share = np.bincount(glia.cover_neuron, glia.cover_share, network.n_neurons)
    has_glia = np.isin(network.cells.region, glia.region)
    assert share[has_glia] == pytest.approx(1.0)
    assert (share[~has_glia] == 0.0).all()
    assert (glia.cover_share > 0.0).all()
    own = glia.region[glia.cover_astrocyte] == network.cells.region[glia.cover_neuron]
    assert own.all()


@given(networks())
def test_astrocytes_are_well_formed(network):
    glia = network.glia
    assert (glia.count >= 1).all()
    assert network.n_astrocytes == glia.count.sum()
    assert glia.traits.shape == (len(glia.gene), len(ASTROCYTES.traits))
    assert glia.position.shape == (len(glia.gene), 2)
    assert np.isfinite(glia.position).all()
    pairs = list(zip(glia.cover_astrocyte.tolist(), glia.cover_neuron.tolist()))
    assert len(set(pairs)) == len(pairs)


def genome_with(ratio, n_genes, n_outputs=6, reverse=False):
    """Return a founder with `n_genes` astrocyte genes and a given ratio in the motor region."""
    config = GenomeConfig(traits={"regions": {"log2_ratio": {"init_mean": 0.0, "init_stdev": 0.0}}})
    genome = found_genome(0, 2, n_outputs, Variation(config), np.random.default_rng(4))
    motor = int(genome.regions.innovation[genome.regions.field("index") == 1][0])
    row = genome.regions.find(motor)
    traits = genome.regions.traits.copy()
    traits[row, REGIONS.column("log2_ratio")] = math.log2(ratio)
    astrocytes = genome.astrocytes
    occurrences = range(1, n_genes)
    for occurrence in reversed(occurrences) if reverse else occurrences:
        born = astrocytes.traits[0].copy()
        born[ASTROCYTES.column("gain")] = occurrence / 10.0
        number = astrocyte_id(motor, occurrence)
        astrocytes = astrocytes.insert(number, (motor, occurrence), born)
    genome = Genome(
        0, genome.regions.with_traits(traits), genome.neurons, astrocytes, genome.synapses
    )
    return genome, motor


def motor_genes(genome, motor):
    """Return the innovation numbers of the expressed astrocytes of the motor region, in order."""
    network = develop(genome)
    region = int(np.flatnonzero(network.region_innovation == motor)[0])
    own = network.glia.region == region
    return genome.astrocytes.innovation[network.glia.gene[own]].tolist(), network


def test_genes_repeat_in_order_of_innovation():
    genome, motor = genome_with(ratio=5.0 / 6.0, n_genes=2)
    of_region = genome.astrocytes.field("region") == motor
    first, second = genome.astrocytes.innovation[of_region].tolist()
    assert first < second
    assert motor_genes(genome, motor)[0] == [first, second, first, second, first]


def test_dormant_genes_do_not_matter():
    """With three astrocytes, genes after the third of the region may come and go."""
    many, motor = genome_with(ratio=0.5, n_genes=6)
    of_region = np.flatnonzero(many.astrocytes.field("region") == motor)
    keep = np.ones(len(many.astrocytes), dtype=np.bool_)
    keep[of_region[3:]] = False
    few = Genome(0, many.regions, many.neurons, many.astrocytes.take(keep), many.synapses)
    expressed_many, one = motor_genes(many, motor)
    expressed_few, other = motor_genes(few, motor)
    assert expressed_many == expressed_few == many.astrocytes.innovation[of_region[:3]].tolist()
    for name in ("traits", "position", "cover_astrocyte", "cover_neuron", "cover_share", "count"):
        assert np.array_equal(getattr(one.glia, name), getattr(other.glia, name)), name


def test_the_order_in_which_genes_were_gained_does_not_matter():
    early, motor = genome_with(ratio=0.5, n_genes=5)
    late, _ = genome_with(ratio=0.5, n_genes=5, reverse=True)
    assert motor_genes(early, motor)[0] == motor_genes(late, motor)[0]


@pytest.mark.parametrize("n_genes", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("ratio", [2.0, 7.0 / 6.0, 31.0])
def test_equal_astrocytes_are_kept_once_and_counted(ratio, n_genes):
    """G astrocytes over n neurons: gene k mod genes at neuron k mod n."""
    genome, motor = genome_with(ratio, n_genes)
    _, network = motor_genes(genome, motor)
    region = int(np.flatnonzero(network.region_innovation == motor)[0])
    neurons = np.flatnonzero(network.cells.region == region)
    total = math.floor(ratio * len(neurons) + 0.5)
    of_region = np.flatnonzero(genome.astrocytes.field("region") == motor)
    wanted = {}
    for k in range(total):
        pair = (int(of_region[k % len(of_region)]), int(neurons[k % len(neurons)]))
        wanted[pair] = wanted.get(pair, 0) + 1
    glia, found = network.glia, {}
    for g, neuron in zip(glia.cover_astrocyte.tolist(), glia.cover_neuron.tolist()):
        if glia.region[g] == region:
            found[int(glia.gene[g]), neuron] = int(glia.count[g])
    assert found == wanted


@given(st.integers(0, 50))
def test_glia_of_one_region_do_not_depend_on_those_of_another(seed):
    config = GenomeConfig()
    genome = found_genome(0, 3, 3, Variation(config), np.random.default_rng(seed))
    motor = int(genome.regions.innovation[genome.regions.field("index") == 1][0])
    traits = genome.regions.traits.copy()
    others = genome.regions.innovation != motor
    traits[others, REGIONS.column("log2_ratio")] += 1.0
    traits = VARIATION.distribution(REGIONS).repair(traits)
    changed = Genome(
        0, genome.regions.with_traits(traits), genome.neurons, genome.astrocytes, genome.synapses
    )
    assert motor_genes(genome, motor)[0] == motor_genes(changed, motor)[0]


def test_inputs_are_ensheathed_too():
    network = develop(genome_with(1.0, 1)[0])
    inputs = np.flatnonzero(network.cells.role == Role.INPUT)
    assert np.isin(inputs, network.glia.cover_neuron).all()
