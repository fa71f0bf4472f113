import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from glianeat.develop.decode import develop
from glianeat.errors import DevelopmentError
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import Genome
from glianeat.genome.innovation import split_node_id, synapse_innovation
from glianeat.genome.mutation import apply_operator
from glianeat.genome.schema import NEURONS, SYNAPSES, Role
from glianeat.genome.variation import GenomeConfig, Variation
from tests.develop.grown import developed, networks
from tests.genome.strategies import evolved_genomes

VARIATION = Variation(GenomeConfig())
STEADY = Variation(  # regions stay where they are
    GenomeConfig(traits={"regions": {"x": {"mutate_rate": 0.0}, "y": {"mutate_rate": 0.0}}})
)


def founder(seed=0, n_inputs=3, n_outputs=2):
    return found_genome(0, n_inputs, n_outputs, VARIATION, np.random.default_rng(seed))


def arrays_of(network):
    parts = (network, network.cells, network.wiring, network.glia)
    return [
        value.tolist() if isinstance(value, np.ndarray) else value
        for part in parts
        for value in vars(part).values()
        if isinstance(value, np.ndarray | int)
    ]


@given(networks())
def test_synapses_are_well_formed_rows_by_source(network):
    wiring, n = network.wiring, network.n_neurons
    assert wiring.offsets.shape == (n + 1,)
    assert wiring.offsets[0] == 0
    assert wiring.offsets[-1] == network.n_synapses
    assert (np.diff(wiring.offsets) >= 0).all()
    assert ((wiring.target >= network.n_inputs) & (wiring.target < n)).all()
    for n_row in range(n):
        row = wiring.target[wiring.offsets[n_row] : wiring.offsets[n_row + 1]]
        assert (np.diff(row) > 0).all()
    assert (wiring.delay >= 1).all()
    assert (wiring.weight >= 0.0).all()
    assert len(np.unique(wiring.innovation)) == network.n_synapses


@given(networks())
def test_inputs_come_first_then_cells_by_region(network):
    cells = network.cells
    is_input = cells.role == Role.INPUT
    assert is_input[: network.n_inputs].all()
    assert not is_input[network.n_inputs :].any()
    assert (np.diff(cells.region[network.n_inputs :]) >= 0).all()
    assert (cells.role == Role.OUTPUT).sum() == network.n_outputs
    outputs = cells.channel[cells.role == Role.OUTPUT]
    assert sorted(outputs.tolist()) == list(range(network.n_outputs))
    assert np.allclose(
        network.mass,
        np.bincount(cells.region, cells.traits[:, NEURONS.column("size")], network.n_regions),
    )


@given(networks())
def test_every_neuron_leads_to_an_output(network):
    wiring = network.wiring
    source = np.repeat(np.arange(network.n_neurons), np.diff(wiring.offsets))
    leads = network.cells.role == Role.OUTPUT
    for _ in range(network.n_neurons):
        leads[source[leads[wiring.target]]] = True
    assert leads.all()


@given(evolved_genomes())
def test_a_network_holds_what_its_genome_says(genome):
    network = developed(genome)
    rows = genome.synapses.rows(network.wiring.innovation)
    assert genome.synapses.field("enabled")[rows].all()
    source = np.repeat(np.arange(network.n_neurons), np.diff(network.wiring.offsets))
    node_id = network.cells.node_id
    assert np.array_equal(node_id[source], genome.synapses.field("source")[rows])
    assert np.array_equal(node_id[network.wiring.target], genome.synapses.field("target")[rows])
    assert np.array_equal(network.wiring.weight, genome.synapses.trait("weight")[rows])
    assert np.array_equal(network.wiring.delay, genome.synapses.trait("delay")[rows])
    neurons = genome.neurons.rows(node_id)
    assert np.array_equal(network.cells.sign, genome.neurons.field("sign")[neurons])
    home = network.region_innovation[network.cells.region]
    assert np.array_equal(home, genome.neurons.field("region")[neurons])


@given(evolved_genomes(), st.integers(1, 1000))
def test_development_depends_on_genes_and_not_on_keys(genome, key):
    assert arrays_of(developed(genome)) == arrays_of(developed(genome.with_key(key)))


@given(evolved_genomes(), st.integers(0, 99))
def test_a_neuron_keeps_its_place_when_others_change(genome, seed):
    rng = np.random.default_rng(seed)
    child = genome
    for operator in ("split_synapse", "add_synapse", "traits"):
        child = apply_operator(operator, child, STEADY, rng)
    parent, child = developed(genome), developed(child)
    places = dict(zip(parent.cells.node_id.tolist(), parent.cells.position.tolist()))
    regions = np.array_equal(parent.region_innovation, child.region_innovation)
    assume(regions)
    for node_id, place in zip(child.cells.node_id.tolist(), child.cells.position.tolist()):
        if node_id in places:
            assert place == places[node_id]


@given(networks())
def test_neurons_lie_within_a_radius_of_their_region(network):
    for region in range(network.n_regions):
        places = network.cells.position[network.cells.region == region]
        if len(places) > 1:
            gaps = places[:, None] - places[None]
            assert np.sqrt(np.square(gaps).sum(axis=2)).max() <= 2.0 + 1e-9


def test_many_neurons_fill_the_disc_evenly():
    from glianeat.develop.encodings.direct import _scatter

    ids = np.array([split_node_id(7, k) for k in range(4000)])
    places = _scatter(ids)
    radius = np.sqrt(np.square(places).sum(axis=1))
    assert (radius <= 1.0).all()
    assert np.mean(radius < np.sqrt(0.5)) == pytest.approx(0.5, abs=0.03)
    assert np.abs(places.mean(axis=0)).max() < 0.04


def lonely(genome, sign=1):
    """Return a genome with one more neuron, which nothing leads out of."""
    number = genome.neurons.innovation.max() - 1
    origin = int(genome.synapses.innovation[0])
    keys = (int(Role.HIDDEN), 0, origin, int(genome.neurons.field("region")[0]), sign)
    traits = genome.neurons.traits[0]
    neurons = genome.neurons.insert(int(number), keys, traits)
    source = int(genome.neurons.innovation[genome.neurons.field("role") == Role.INPUT][0])
    wire = synapse_innovation(source, int(number))
    synapses = genome.synapses.insert(wire, (source, int(number), 1), genome.synapses.traits[0])
    return Genome(genome.key, genome.regions, neurons, genome.astrocytes, synapses)


def test_neurons_that_lead_nowhere_are_left_out_and_cost_nothing():
    from glianeat.simulate.simulator import Simulator

    genome = founder()
    without, with_more = develop(genome), develop(lonely(genome))
    assert arrays_of(without) == arrays_of(with_more)
    ledgers = []
    for network in (without, with_more):
        simulator = Simulator(network)
        simulator.step(np.full(network.n_inputs, 0.5), 500)
        ledgers.append(simulator.ledger().amounts.tolist())
    assert ledgers[0] == ledgers[1]


def test_an_input_without_a_path_is_left_out_but_its_channel_stays():
    genome = founder()
    first = genome.neurons.innovation[
        (genome.neurons.field("role") == Role.INPUT) & (genome.neurons.field("channel") == 0)
    ]
    keep = ~np.isin(genome.synapses.field("source"), first)
    cut = Genome(0, genome.regions, genome.neurons, genome.astrocytes, genome.synapses.take(keep))
    network = develop(cut)
    assert network.n_inputs == 2
    assert network.n_channels == 3
    assert network.cells.channel[:2].tolist() == [1, 2]


@pytest.mark.parametrize("how", ["deleted", "disabled", "loop"])
def test_without_a_path_from_an_input_to_an_output_there_is_no_network(how):
    genome = founder()
    synapses = genome.synapses
    if how == "disabled":
        keys = synapses.fields.copy()
        keys[:, SYNAPSES.field_column("enabled")] = 0
        synapses = synapses.with_fields(keys)
    else:
        synapses = synapses.take(np.zeros(len(synapses), dtype=np.bool_))
    if how == "loop":
        output = int(genome.neurons.innovation[genome.neurons.field("role") == Role.OUTPUT][0])
        number = synapse_innovation(output, output)
        synapses = synapses.insert(number, (output, output, 1), genome.synapses.traits[0])
    silent = Genome(17, genome.regions, genome.neurons, genome.astrocytes, synapses)
    with pytest.raises(DevelopmentError, match="genome 17: no path"):
        develop(silent)


@given(networks())
def test_no_developed_neuron_can_run_away(network):
    columns = ("afterdepolarisation", "tau_afterdepolarisation", "adaptation", "tau_adaptation")
    traits = (network.cells.traits[:, NEURONS.column(name)] for name in columns)
    fast, tau_fast, slow, tau_slow = traits
    assert (fast * tau_fast <= 1.5 * slow * tau_slow * (1.0 + 1e-12)).all()
