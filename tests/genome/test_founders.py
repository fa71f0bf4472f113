import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.errors import ConfigError, GenomeError
from glianeat.genome.founders import FIRST_ASSOCIATION, MOTOR, SENSORY, found_genome
from glianeat.genome.genome import check_genome
from glianeat.genome.innovation import input_node_id, output_node_id, region_id
from glianeat.genome.schema import REGIONS, Role
from glianeat.genome.variation import GenomeConfig, Variation


def founder(n_inputs=4, n_outputs=2, seed=0, **changes):
    variation = Variation(GenomeConfig(**changes))
    return found_genome(5, n_inputs, n_outputs, variation, np.random.default_rng(seed))


@given(st.integers(1, 8), st.integers(1, 8), st.integers(1, 5), st.integers(0, 2**32))
def test_a_founder_keeps_every_rule(n_inputs, n_outputs, n_between, seed):
    check_genome(founder(n_inputs, n_outputs, seed, association_regions=n_between))


def test_a_founder_has_the_key_it_was_given():
    assert founder().key == 5


def test_a_founder_has_the_channels_it_was_asked_for():
    assert (founder(4, 2).n_inputs, founder(4, 2).n_outputs) == (4, 2)


def test_a_founder_has_no_hidden_neurons():
    assert Role.HIDDEN not in founder().neurons.field("role")


def test_inputs_are_sensory_and_outputs_motor():
    neurons = founder(1, 1).neurons
    rows = [neurons.find(input_node_id(0)), neurons.find(output_node_id(0))]
    assert neurons.field("region")[rows].tolist() == [region_id(SENSORY), region_id(MOTOR)]


def test_outputs_are_shared_out_among_regions_in_their_order():
    genome = founder(1, 5, output_regions=2)
    rows = [genome.neurons.find(output_node_id(i)) for i in range(5)]
    expected = [region_id(MOTOR)] * 3 + [region_id(FIRST_ASSOCIATION)] * 2
    assert genome.neurons.field("region")[rows].tolist() == expected
    check_genome(genome)


def test_there_must_be_regions_for_outputs():
    with pytest.raises(ConfigError, match="output_regions: must be <= 3, the motor"):
        GenomeConfig(association_regions=2, output_regions=4)


@pytest.mark.parametrize("n_between", [1, 4])
def test_a_founder_has_the_regions_of_its_settings(n_between):
    assert len(founder(association_regions=n_between).regions) == 2 + n_between


def test_every_region_has_one_astrocyte_gene():
    genome = founder(association_regions=3)
    assert sorted(genome.astrocytes.field("region")) == genome.regions.innovation.tolist()


def test_association_regions_lie_between_the_sensory_and_the_motor_region():
    regions = founder(association_regions=4).regions
    x = regions.trait("x")[np.argsort(regions.field("index"))]
    assert (x[SENSORY] < x[FIRST_ASSOCIATION:]).all()
    assert (x[FIRST_ASSOCIATION:] < x[MOTOR]).all()


def test_no_two_regions_share_a_place():
    regions = founder(association_regions=100, max_regions=102).regions
    assert len(set(zip(regions.trait("x"), regions.trait("y"), strict=True))) == 102


def test_regions_stay_within_bounds_when_their_birthplace_is_moved():
    traits = {"regions": {"x": {"init_mean": 1000.0}}}
    assert founder(traits=traits).regions.trait("x").max() == 1000.0


@pytest.mark.parametrize(("n_inputs", "n_outputs"), [(6, 2), (12, 1), (1, 12)])
def test_few_pairs_are_all_joined(n_inputs, n_outputs):
    assert len(founder(n_inputs, n_outputs, connection=0.0).synapses) == n_inputs * n_outputs


def test_many_pairs_are_joined_with_the_probability_of_the_settings():
    share = len(founder(100, 50, connection=0.3).synapses) / 5000
    assert abs(share - 0.3) < 0.03


def test_every_output_is_reached_even_without_connections():
    genome = founder(20, 9, connection=0.0)
    outputs = genome.neurons.innovation[genome.neurons.field("role") == Role.OUTPUT]
    assert sorted(genome.synapses.field("target")) == sorted(outputs)


def test_synapses_lead_from_inputs_to_outputs():
    genome = founder(20, 9)
    role = genome.neurons.field("role")
    sources = role[genome.neurons.rows(genome.synapses.field("source"))]
    targets = role[genome.neurons.rows(genome.synapses.field("target"))]
    assert (set(sources), set(targets)) == ({Role.INPUT}, {Role.OUTPUT})


def test_all_synapses_begin_enabled():
    assert founder(20, 9).synapses.field("enabled").all()


def test_weights_are_drawn_from_a_folded_normal_distribution():
    weights = founder(100, 50, connection=1.0).synapses.trait("weight")
    assert abs(weights.mean() - 3.0 * np.sqrt(2.0 / np.pi)) < 0.1


def test_settings_change_the_birth_of_a_trait():
    traits = {"regions": {"log2_ratio": {"init_mean": -1.0, "init_stdev": 0.0}}}
    assert founder(traits=traits).regions.trait("log2_ratio").tolist() == [-1.0] * 3


def test_founders_of_equal_seeds_are_equal():
    assert founder(seed=3) == founder(seed=3)


def test_founders_of_different_seeds_differ():
    assert founder(seed=3) != founder(seed=4)


def test_founders_of_different_seeds_have_the_same_regions_and_channels():
    first, second = founder(seed=3), founder(seed=4)
    assert np.array_equal(first.neurons.fields, second.neurons.fields)
    assert np.array_equal(
        first.regions.fields[:, REGIONS.field_column("index")], second.regions.fields[:, 0]
    )


@pytest.mark.parametrize(("n_inputs", "n_outputs"), [(0, 1), (1, 0), (-1, 1)])
def test_a_founder_needs_inputs_and_outputs(n_inputs, n_outputs):
    with pytest.raises(GenomeError, match="must have >= 1 inputs and >= 1 outputs"):
        founder(n_inputs, n_outputs)


@pytest.mark.parametrize(
    ("cap", "needed"),
    [("max_neurons", 6), ("max_synapses", 8), ("max_astrocytes", 4), ("max_regions", 4)],
)
def test_a_founder_that_breaks_a_cap_is_refused(cap, needed):
    message = f"{cap}: must be >= {needed}, the genes of a founder, got {needed - 1}"
    with pytest.raises(ConfigError, match=message):
        founder(4, 2, association_regions=2, **{cap: needed - 1})


@pytest.mark.parametrize(
    ("cap", "needed"),
    [("max_neurons", 6), ("max_synapses", 8), ("max_astrocytes", 4), ("max_regions", 4)],
)
def test_a_founder_may_reach_a_cap(cap, needed):
    check_genome(founder(4, 2, association_regions=2, **{cap: needed}))
