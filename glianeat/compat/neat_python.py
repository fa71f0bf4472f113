"""neat-python as a neighbour: its genomes here, ours there; the only module that imports it [1]_.

All that its users need is here: reading its configurations, bringing and taking genomes, and
`GliaGenome`, which runs under ``neat.Population``.

References
----------
.. [1] A. McIntyre et al., neat-python 2.0.0, https://github.com/CodeReclaimers/neat-python
"""

from pathlib import Path
from typing import Any

import neat
import neat.activations

from glianeat.compat.glia_genome import (
    GliaGenome,
    GliaGenomeConfig,
    agent,
    evaluate,
    validate,
)
from glianeat.compat.neat_activations import KNOWN, graded_simulation
from glianeat.compat.neat_config import read_config
from glianeat.compat.neat_json import format_network, read_network
from glianeat.compat.neat_networks import (
    Connection,
    NeatNetwork,
    Node,
    of_genome,
    to_genome,
)
from glianeat.compat.neat_report import Entry, Outcome, Report
from glianeat.errors import GenomeError
from glianeat.genome.genome import Genome
from glianeat.simulate.settings import SimulationConfig

__all__ = [
    "Entry",
    "GliaGenome",
    "GliaGenomeConfig",
    "Outcome",
    "Report",
    "agent",
    "evaluate",
    "export_genome",
    "import_genome",
    "read_config",
    "read_genome_json",
    "simulation_of",
    "validate",
]


def import_genome(genome: Any, config: Any, *, clip: bool = False) -> Genome:
    """Return the genome that does what a genome of neat-python's does.

    Its network, simulated under `simulation_of` the same configuration, shows what
    ``neat.nn.FeedForwardNetwork`` or ``neat.nn.RecurrentNetwork`` show, but for rounding. The one
    difference: a node that nothing enabled leads to shows f(bias), as in a FeedForwardNetwork; a
    RecurrentNetwork leaves it at 0.

    Parameters
    ----------
    genome : neat.DefaultGenome
        With activations of neat-python's own, and sums.
    config : neat.Config
        What it was made under.
    clip : bool
        Whether biases and weights beyond our bounds (of bias 3.2 with tanh alone, 7.84 with sigmoid
        alone, else 8; of weight times response 4.8, 11.76, and 12) are taken to the bound, or
        refused.

    Raises
    ------
    GenomeError
        Naming the node or connection that cannot be represented.
    """
    if not isinstance(genome, neat.DefaultGenome):
        raise GenomeError(f"genome: must be a neat.DefaultGenome, got {type(genome).__name__}")
    try:
        network = _network(genome, config.genome_config)
        mixed = len(_activations(config.genome_config)) > 1
        return to_genome(network, genome.key or 0, clip=clip, mixed=mixed)
    except GenomeError as error:
        raise GenomeError(f"genome {genome.key}: {error}") from None


def simulation_of(config: Any) -> SimulationConfig:
    """Return what the genomes of a ``neat.Config`` run on here, if they can be imported."""
    genome_config = config.genome_config
    return graded_simulation(_activations(genome_config), recurrent=not genome_config.feed_forward)


def read_genome_json(path: Path, *, clip: bool = False) -> tuple[Genome, SimulationConfig]:
    """Return the genome in a network that neat-python exported, and what it runs on.

    Parameters
    ----------
    path : Path
        JSON file made by ``neat.export.export_network_json``, or by `export_genome`.
    clip : bool
        As for `import_genome`.

    Raises
    ------
    CheckpointError
        If the file cannot be read.
    GenomeError
        Naming the file, and the node or connection that cannot be represented.
    """
    network, key = read_network(Path(path))
    try:
        return to_genome(network, key, clip=clip), network.simulation
    except GenomeError as error:
        raise GenomeError(f"{path}: {error}") from None


def export_genome(genome: Genome, simulation: SimulationConfig) -> bytes:
    """Return a genome of graded neurons as JSON in neat-python's export format.

    Unlike its own exports, it holds disabled connections, too, marked as such.

    Parameters
    ----------
    genome : Genome
        Without glia that matter.
    simulation : SimulationConfig
        What it runs on; says which activation, and whether it is feed-forward.

    Raises
    ------
    ConfigError
        If the neurons are not graded, or astrocytes change what they do.
    GenomeError
        If a receptor adapts or a synapse is slow.
    """
    return format_network(of_genome(genome, simulation), genome.key)


def _network(genome: Any, config: Any) -> NeatNetwork:
    nodes = {}
    for key, gene in genome.nodes.items():
        if not isinstance(gene, neat.DefaultNodeGene):
            raise GenomeError(f"node {key}: must be a DefaultNodeGene, got {type(gene).__name__}")
        name = gene.activation
        if name in KNOWN and config.activation_defs.get(name) is not _own_function(name):
            raise GenomeError(f"node {key}: its {name} is not neat-python's own")
        nodes[key] = Node(name, gene.aggregation, gene.bias, gene.response)
    connections = tuple(
        Connection(source, target, gene.weight, gene.enabled)
        for (source, target), gene in genome.connections.items()
    )
    pins = tuple(config.input_keys), tuple(config.output_keys)
    return NeatNetwork(not config.feed_forward, *pins, nodes, connections)


def _activations(config: Any) -> list[str]:
    """Return the activations that genomes may have, the usual one first."""
    default = config.activation_default
    options = list(dict.fromkeys(config.activation_options))
    if default.lower() in {"random", "none"}:
        return options
    return list(dict.fromkeys((default, *options)))


def _own_function(name: str) -> object:
    return getattr(neat.activations, f"{name}_activation")
