"""Compatibility distances: where ours are neat-python's, and by what they differ elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.compat.neat_networks import STEEPNESS
from glianeat.compat.neat_python import import_genome, read_config
from glianeat.genome.distance import DistanceConfig, compatibility_distance
from glianeat.run.traits import read_traits
from tests.compat.ini import neat_config, write
from tests.compat.nets import WEIGHTS, connection, genome, genomes, node

C_DISJOINT, C_WEIGHT = 1.3, 0.45
ACTIVATIONS = st.sampled_from(["tanh", "sigmoid"])


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    folder = tmp_path_factory.mktemp("distance")
    sides = {}
    for activation in STEEPNESS:
        changes = {
            "activation_default": activation,
            "activation_options": activation,
            "compatibility_disjoint_coefficient": str(C_DISJOINT),
            "compatibility_weight_coefficient": str(C_WEIGHT),
            "feed_forward": "False",
        }
        experiment = read_config(write(folder, **changes))[0]
        varying = read_traits(experiment.simulation, experiment.development)
        sides[activation] = neat_config(folder, **changes), experiment.species.distance, varying
    return sides


def both(one, other, side):
    """Return the distance here and in neat-python."""
    config, coefficients, varying = side
    first, second = import_genome(one, config), import_genome(other, config)
    here = compatibility_distance(first, second, coefficients, varying)
    return here, one.distance(other, config.genome_config)


def neat_founder(weights, biases, activation, key=1):
    nodes = [node(i, bias, activation=activation) for i, bias in enumerate(biases)]
    ends = [(-1 - i, j) for i in range(3) for j in range(2)]
    links = [connection(pair, weight) for pair, weight in zip(ends, weights, strict=True)]
    return genome(nodes, links, key)


FOUNDERS = st.tuples(
    st.lists(WEIGHTS, min_size=6, max_size=6), st.lists(WEIGHTS, min_size=2, max_size=2)
)


@given(FOUNDERS, FOUNDERS, ACTIVATIONS)
def test_distances_of_founders_are_equal(sides, first, second, activation):
    pair = neat_founder(*first, activation), neat_founder(*second, activation, key=2)
    here, there = both(*pair, sides[activation])
    assert here == pytest.approx(there, rel=1e-12, abs=1e-12)


@given(ACTIVATIONS, st.data())
def test_distances_of_equal_structures_are_equal(sides, activation, data):
    one = plain(data.draw(genomes(sides[activation][0])))
    other = genome(
        one.nodes.values(),
        [connection(link.key, data.draw(WEIGHTS), link.enabled) for link in genes(one)],
        key=2,
    )
    here, there = both(one, other, sides[activation])
    assert here == pytest.approx(there, rel=1e-12, abs=1e-12)


@given(FOUNDERS, ACTIVATIONS)
def test_a_split_of_a_founder_is_as_far_but_for_the_flag(sides, born, activation):
    one = neat_founder(*born, activation)
    links = [connection(link.key, link.weight, link.key != (-1, 0)) for link in genes(one)]
    links += [connection((-1, 5), 1.0), connection((5, 0), one.connections[-1, 0].weight)]
    other = genome([*one.nodes.values(), node(5, activation=activation)], links, key=2)
    here, there = both(one, other, sides[activation])
    assert here == pytest.approx(there - C_WEIGHT / 8, rel=1e-12)


@given(ACTIVATIONS, st.data())
def test_elsewhere_they_differ_by_what_the_page_says(sides, activation, data):
    config, coefficients, _ = sides[activation]
    one, other = (plain(data.draw(genomes(config))) for _ in range(2))
    here, there = both(one, other, sides[activation])
    assert there == pytest.approx(their_formula(one, other), rel=1e-12)
    expected = our_formula(one, other, coefficients, STEEPNESS[activation])
    assert here == pytest.approx(expected, rel=1e-9, abs=1e-12)


def genes(made):
    return list(made.connections.values())


def plain(made):
    """Return a genome whose responses are one."""
    for gene in made.nodes.values():
        gene.response = 1.0
    return made


def differences(one, other):
    """Return the sums of differences and the numbers of genes that both formulas are made of."""
    nodes = one.nodes.keys() & other.nodes.keys()
    links = one.connections.keys() & other.connections.keys()
    return {
        "biases": sum(abs(one.nodes[k].bias - other.nodes[k].bias) for k in nodes),
        "weights": sum(abs(one.connections[k].weight - other.connections[k].weight) for k in links),
        "flags": sum(one.connections[k].enabled != other.connections[k].enabled for k in links),
        "nodes": len(nodes),
        "links": len(links),
        "lone_nodes": len(one.nodes.keys() ^ other.nodes.keys()),
        "lone_links": len(one.connections.keys() ^ other.connections.keys()),
        "most_nodes": max(len(one.nodes), len(other.nodes)),
        "most_links": max(len(one.connections), len(other.connections)),
    }


def their_formula(one, other):
    d = differences(one, other)
    of_nodes = C_WEIGHT * d["biases"] + C_DISJOINT * d["lone_nodes"]
    of_links = C_WEIGHT * (d["weights"] + d["flags"]) + C_DISJOINT * d["lone_links"]
    return of_nodes / d["most_nodes"] + of_links / d["most_links"]


def our_formula(one, other, coefficients: DistanceConfig, steepness, n_inputs=3):
    d = differences(one, other)
    per_bias = coefficients.trait / (4 * 6 * 16.0)  # of the six numbers of neurons that are read
    share = (d["lone_nodes"] + d["lone_links"]) / (n_inputs + d["most_nodes"] + d["most_links"])
    return (
        coefficients.weight * steepness * d["weights"] / max(d["links"], 1)
        + per_bias * steepness * d["biases"] / (n_inputs + d["nodes"])
        + coefficients.disjoint * share
    )
