"""Lesions: what is taken away is gone, and everything else is as it was."""

import numpy as np
import pytest

from glianeat.develop.decode import develop
from glianeat.develop.identity import neuron_ids, synapse_ids
from glianeat.develop.lesions import Lesion, lesioned
from glianeat.develop.settings import DevelopmentConfig
from glianeat.errors import ConfigError
from glianeat.genome.founders import found_genome
from glianeat.genome.schema import NEURONS, Role
from tests.genome.handmade import DEFAULT, generator
from tests.simulate.builders import Builder


@pytest.fixture
def network():
    """Return two receptors, three hidden cells in two regions, and two outputs."""
    b = Builder(n_regions=2)
    left, right = b.input(), b.input()
    first, second = b.cells(2, region=0)
    third = b.cell(region=1, size=2.0)
    up, down = b.output(region=1, bias=1.5), b.output(region=1, bias=1.5)
    for source, target in ((left, first), (right, second), (first, third), (second, third)):
        b.join(source, target, 1.0)
    b.join(third, up, 2.0).join(third, down, 3.0).join(third, first, 4.0).join(up, first, 5.0)
    b.astrocyte([first], region=0)
    b.astrocyte([second], region=0, count=3)
    b.astrocyte([third, up, down], region=1)
    return b.build()


def pairs(network):
    """Return source, target and weight of each synapse, neurons by their ids."""
    ids = network.cells.node_id
    wiring = network.wiring
    return set(
        zip(
            ids[network.source].tolist(),
            ids[wiring.target].tolist(),
            wiring.weight.tolist(),
            strict=True,
        )
    )


def id_of(network, index):
    return neuron_ids(network)[index]


def test_no_lesion_leaves_the_network_alone(network):
    assert lesioned(network, ()) is network


def test_a_neuron_is_gone_with_its_synapses_its_mass_and_its_upkeep(network):
    found = lesioned(network, [Lesion("neuron", id_of(network, 4))])
    assert found.n_neurons == network.n_neurons - 1
    assert network.mass[1] - found.mass[1] == 2.0
    gone = network.cells.node_id[4]
    assert pairs(found) == {p for p in pairs(network) if gone not in p[:2]}
    assert (np.diff(found.wiring.offsets) >= 0).all()


def test_a_synapse_is_gone_and_nothing_else(network):
    found = lesioned(network, [Lesion("synapse", synapse_ids(network)[2])])
    assert pairs(found) < pairs(network)
    assert found.n_synapses == network.n_synapses - 1
    assert found.n_neurons == network.n_neurons


def test_an_astrocyte_is_gone_with_the_equal_ones_that_it_stands_for(network):
    found = lesioned(network, [Lesion("astrocyte", "1")])
    assert (network.n_astrocytes, found.n_astrocytes) == (5, 2)
    assert found.glia.cover_neuron.tolist() == [2, 4, 5, 6]
    assert found.glia.cover_astrocyte.tolist() == [0, 1, 1, 1]


def test_a_territory_is_gone_with_the_neurons_in_it(network):
    found = lesioned(network, [Lesion("territory", "0")])
    assert found.n_neurons == network.n_neurons - 1
    assert found.n_astrocytes == network.n_astrocytes - 1
    assert found.glia.cover_neuron.tolist() == [2, 3, 4, 5]  # who stood behind it has moved up


def test_an_output_falls_silent_but_stays(network):
    found = lesioned(network, [Lesion("neuron", id_of(network, 5))])
    assert found.n_outputs == network.n_outputs
    assert found.n_neurons == network.n_neurons
    assert found.cells.traits[5, NEURONS.column("bias")] == 0.0
    assert found.cells.traits[6, NEURONS.column("bias")] == 1.5
    assert 5 not in found.wiring.target
    assert 5 not in found.source


def test_a_channel_is_not_seen_any_more(network):
    found = lesioned(network, [Lesion("channel", "0")])
    assert (found.n_inputs, found.n_channels) == (1, 2)
    assert found.cells.channel[0] == 1
    assert found.cells.role.tolist().count(Role.INPUT) == 1


@pytest.mark.parametrize("name", ["1", "motor"])
def test_a_region_goes_by_its_index_or_its_name(network, name):
    found = lesioned(network, [Lesion("region", name)])
    assert found.cells.region.tolist() == [0, 0, 0, 0, 1, 1]  # the outputs are left, silent
    assert found.n_synapses == 2
    assert found.glia.region.tolist() == [0, 0]


def test_everything_of_a_kind_goes_at_once(network):
    assert lesioned(network, [Lesion("astrocyte")]).n_astrocytes == 0
    assert lesioned(network, [Lesion("synapse")]).n_synapses == 0
    assert lesioned(network, [Lesion("channel")]).n_inputs == 0
    assert lesioned(network, [Lesion("neuron")]).n_neurons == 2


def test_several_lesions_are_the_same_in_any_order(network):
    some = [Lesion("neuron", id_of(network, 2)), Lesion("astrocyte", "2"), Lesion("channel", "1")]
    one, other = lesioned(network, some), lesioned(network, some[::-1])
    assert pairs(one) == pairs(other)
    assert one.glia.cover_neuron.tolist() == other.glia.cover_neuron.tolist()


def test_the_network_itself_is_left_as_it_was(network):
    traits = network.cells.traits.copy()
    lesioned(network, [Lesion("neuron")])
    assert np.array_equal(network.cells.traits, traits)


@pytest.mark.parametrize(
    ("lesion", "words"),
    [
        (Lesion("neuron", "nothing"), "neuron 'nothing' is not in the network"),
        (Lesion("synapse", "ffffffffffffffff"), "it may be dormant"),
        (Lesion("astrocyte", "3"), "must be an index below 3, since there are 3 astrocytes"),
        (Lesion("channel", "-1"), "must be an index below 2"),
        (Lesion("region", "motors"), "or one of sensory, motor"),
        (Lesion("territory", "9" * 5000), "must be an index below 3"),
    ],
)
def test_what_is_not_there_is_refused_by_name(network, lesion, words):
    with pytest.raises(ConfigError, match=words) as error:
        lesioned(network, [lesion])
    assert len(str(error.value)) < 300


def test_copies_of_an_output_have_a_suffix_and_go_together_or_alone():
    network = develop(
        found_genome(0, 2, 2, DEFAULT, generator()), DevelopmentConfig(output_copies=3)
    )
    ids = neuron_ids(network)
    assert len(set(ids)) == len(ids)
    copies = [name for name in ids if name.endswith(("-1", "-2"))]
    assert len(copies) == network.n_outputs // 3 * 2
    gene = copies[0].partition("-")[0]
    first, second = (lesioned(network, [Lesion("neuron", one)]) for one in (gene, f"{gene}-1"))
    together = lesioned(network, [Lesion("neuron", f"{gene}*")])
    assert network.n_synapses > first.n_synapses == second.n_synapses > together.n_synapses
    assert pairs(first) == pairs(second)
    assert len(set(synapse_ids(network))) == network.n_synapses
