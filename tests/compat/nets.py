"""Random genomes of neat-python, made gene by gene, and their networks on both sides."""

import neat
import numpy as np
from hypothesis import strategies as st

from glianeat.compat.neat_python import import_genome, simulation_of
from glianeat.develop.decode import develop
from glianeat.simulate.simulator import Simulator

RESPONSES = st.sampled_from([1.0, 0.5, -1.5])
WEIGHTS = st.floats(-2.0, 2.0).map(lambda x: round(x, 4))


def node(key, bias=0.0, response=1.0, activation="tanh", aggregation="sum"):
    gene = neat.DefaultNodeGene(key)
    gene.bias, gene.response, gene.time_constant = bias, response, 1.0
    gene.activation, gene.aggregation = activation, aggregation
    return gene


def connection(ends, weight, enabled=True):
    gene = neat.DefaultConnectionGene(ends, innovation=1000 * (ends[0] + 100) + ends[1])
    gene.weight, gene.enabled = weight, enabled
    return gene


def genome(nodes, connections, key=1):
    """Return a genome of neat-python from lists of genes."""
    made = neat.DefaultGenome(key)
    made.nodes = {gene.key: gene for gene in nodes}
    made.connections = {gene.key: gene for gene in connections}
    return made


@st.composite
def genomes(draw, config, max_hidden=4):
    """Draw a genome that fits a configuration; every node hears something.

    RecurrentNetwork leaves nodes at 0 that hear nothing, see
    `test_a_node_that_hears_nothing_shows_its_bias`.
    """
    settings = config.genome_config
    inputs, outputs = settings.input_keys, settings.output_keys
    hidden = list(range(10, 10 + draw(st.integers(0, max_hidden))))
    kinds = settings.activation_options
    nodes = [
        node(key, draw(WEIGHTS), draw(RESPONSES), draw(st.sampled_from(kinds)))
        for key in [*outputs, *hidden]
    ]
    order = [*inputs, *hidden, *outputs]
    ends = {(draw(st.sampled_from(inputs)), gene.key) for gene in nodes}
    for _ in range(draw(st.integers(0, 12))):
        target = draw(st.sampled_from([*hidden, *outputs]))
        allowed = order
        if settings.feed_forward:
            allowed = inputs + hidden[: hidden.index(target)] if target in hidden else order[:-2]
        ends.add((draw(st.sampled_from(allowed)), target))
    first = {target: source for source, target in sorted(ends, reverse=True)}
    connections = [
        connection(pair, draw(WEIGHTS), first[pair[1]] == pair[0] or draw(st.booleans()))
        for pair in sorted(ends)
    ]
    return genome(nodes, connections)


def simulator(made, config):
    """Return our simulator of a genome of neat-python."""
    return Simulator(develop(import_genome(made, config)), simulation_of(config))


def ours(simulated, shown):
    """Return our outputs, shape (T, outputs), for what all inputs are shown, (T, inputs)."""
    network = simulated.network
    channels = network.cells.channel[: network.n_inputs]
    return np.array([simulated.step(row[channels], 1).copy() for row in np.asarray(shown)])


def theirs(made, config, shown):
    """Return the outputs of neat-python's network."""
    kind = (
        neat.nn.FeedForwardNetwork
        if config.genome_config.feed_forward
        else (neat.nn.RecurrentNetwork)
    )
    network = kind.create(made, config)
    return np.array([network.activate(row) for row in np.asarray(shown).tolist()])
