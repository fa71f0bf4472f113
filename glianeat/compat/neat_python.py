"""neat-python as a neighbour: its genomes here, ours there; the only module that imports it [1]_.

`GliaGenome` is a genome class for ``neat.Population``: species, stagnation, reproduction and
reporters are neat-python's, genes, their variation and what they grow into are ours.

References
----------
.. [1] A. McIntyre et al., neat-python 2.0.0, https://github.com/CodeReclaimers/neat-python
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import neat
import neat.activations
import numpy as np

from glianeat.compat.neat_config import read_config
from glianeat.compat.neat_json import format_network, read_network
from glianeat.compat.neat_networks import (
    STEEPNESS,
    Connection,
    NeatNetwork,
    Node,
    graded_simulation,
    of_genome,
    to_genome,
)
from glianeat.compat.neat_report import Entry, Outcome, Report
from glianeat.develop.decode import develop
from glianeat.errors import ConfigError, GenomeError, ProtocolError
from glianeat.evaluate.agent import Agent
from glianeat.evaluate.codec import n_channels, n_outputs
from glianeat.evaluate.protocol import EpisodePlan, Evaluation, Purpose, training_plan
from glianeat.evaluate.rollout import Assessor
from glianeat.evaluate.task import describe_task
from glianeat.experiment.config import ExperimentConfig, experiment_from, load_experiment
from glianeat.genome.crossover import crossover
from glianeat.genome.distance import compatibility_distance
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import Genome
from glianeat.genome.mutation import mutate
from glianeat.genome.schema import Role
from glianeat.genome.variation import Variation
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

_SECTION = "[GliaGenome]"
_NEATS = ("evolution", "selection", "reproduction", "species", "neat")


# Genomes


def import_genome(genome: Any, config: Any, *, clip: bool = False) -> Genome:  # noqa: ANN401 - neat-python is not typed
    """Return the genome that does what a genome of neat-python's does.

    Its network, simulated under `simulation_of` the same configuration, shows what
    ``neat.nn.FeedForwardNetwork`` or ``neat.nn.RecurrentNetwork`` show, but for rounding. The one
    difference: a node that nothing enabled leads to shows f(bias), as in a FeedForwardNetwork; a
    RecurrentNetwork leaves it at 0.

    Parameters
    ----------
    genome : neat.DefaultGenome
        With one activation, tanh or sigmoid, and sums.
    config : neat.Config
        What it was made under.
    clip : bool
        Whether biases and weights beyond our bounds (of bias 3.2 with tanh, 7.84 with sigmoid; of
        weight times response 4.8 and 11.76) are taken to the bound, or refused.

    Raises
    ------
    GenomeError
        Naming the node or connection that cannot be represented.
    """
    if not isinstance(genome, neat.DefaultGenome):
        raise GenomeError(f"genome: must be a neat.DefaultGenome, got {type(genome).__name__}")
    try:
        network = _network(genome, config.genome_config)
        return to_genome(network, genome.key or 0, clip=clip)
    except GenomeError as error:
        raise GenomeError(f"genome {genome.key}: {error}") from None


def simulation_of(config: Any) -> SimulationConfig:  # noqa: ANN401 - neat-python is not typed
    """Return what the genomes of a ``neat.Config`` run on here, if they can be imported."""
    genome_config = config.genome_config
    return graded_simulation(
        genome_config.activation_default, recurrent=not genome_config.feed_forward
    )


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


def _network(genome: Any, config: Any) -> NeatNetwork:  # noqa: ANN401 - neat-python is not typed
    nodes = {}
    for key, gene in genome.nodes.items():
        if not isinstance(gene, neat.DefaultNodeGene):
            raise GenomeError(f"node {key}: must be a DefaultNodeGene, got {type(gene).__name__}")
        name = gene.activation
        if name in STEEPNESS and config.activation_defs.get(name) is not _own_function(name):
            raise GenomeError(f"node {key}: its {name} is not neat-python's own")
        nodes[key] = Node(name, gene.aggregation, gene.bias, gene.response)
    connections = tuple(
        Connection(source, target, gene.weight, gene.enabled)
        for (source, target), gene in genome.connections.items()
    )
    pins = tuple(config.input_keys), tuple(config.output_keys)
    return NeatNetwork(not config.feed_forward, *pins, nodes, connections)


def _own_function(name: str) -> object:
    return getattr(neat.activations, f"{name}_activation")


# The plug-in


class GliaGenomeConfig:
    """The section [GliaGenome] of a neat-python configuration.

    Its keys are settings of an experiment by their dotted paths, such as ``task.id`` or
    ``genome.add_synapse``, and ``experiment``, a TOML file that they are changes to. Inputs and
    outputs follow from the task. What neat-python does itself is set in its own sections.

    Parameters
    ----------
    params : mapping of str to str
        The section.

    Attributes
    ----------
    experiment : ExperimentConfig
        With every automatic choice made.
    num_inputs, num_outputs : int
        Of every genome.

    Raises
    ------
    ConfigError
        Naming the setting at fault.
    """

    def __init__(self, params: Mapping[str, str]) -> None:
        self.params = dict(params)
        try:
            self.experiment = _experiment(self.params)
        except ConfigError as error:
            raise ConfigError(f"{_SECTION} {error}") from None
        spec = describe_task(self.experiment.task)
        self.num_inputs = n_channels(self.experiment.codec, spec)
        self.num_outputs = n_outputs(self.experiment.codec, spec)
        self.variation = Variation(self.experiment.genome)
        self.innovation_tracker: object = None  # neat-python sets it; hashes need none
        self._assessor: Assessor | None = None

    @property
    def assessor(self) -> Assessor:
        """Whoever assesses genomes on the task, made on first use."""
        if self._assessor is None:
            self._assessor = Assessor(self.experiment.assessment)
        return self._assessor

    def save(self, file: TextIO) -> None:
        """Write the section as neat-python reads it."""
        file.writelines(f"{key} = {value}\n" for key, value in self.params.items())

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_assessor": None}  # environments stay where they are


class GliaGenome:
    """A genome with glia for ``neat.Population``.

    Its random streams are seeded from Python's `random`, as neat-python's are: equal seeds give
    equal runs. It can be pickled.

    Parameters
    ----------
    key : int
        Unique within a run.

    Attributes
    ----------
    fitness : float or None
        What neat-python maximises.
    evaluation : Evaluation or None
        How the genome did, once `evaluate` has assessed it.
    """

    def __init__(self, key: int) -> None:
        self.key = key
        self.fitness: float | None = None
        self.evaluation: Evaluation | None = None
        self._genome: Genome | None = None

    @property
    def genome(self) -> Genome:
        """The genes; raise `ProtocolError` before there are any."""
        if self._genome is None:
            raise ProtocolError(f"genome {self.key}: has no genes before configure_new()")
        return self._genome

    @classmethod
    def parse_config(cls, params: Mapping[str, str]) -> GliaGenomeConfig:
        """Return the settings in a section."""
        return GliaGenomeConfig(params)

    @classmethod
    def write_config(cls, file: TextIO, config: GliaGenomeConfig) -> None:
        """Write the settings as a section."""
        config.save(file)

    def configure_new(self, config: GliaGenomeConfig) -> None:
        """Become a founder."""
        shape = config.num_inputs, config.num_outputs
        self._genome = found_genome(self.key, *shape, config.variation, _stream())

    def configure_crossover(
        self, genome1: "GliaGenome", genome2: "GliaGenome", config: GliaGenomeConfig
    ) -> None:
        """Become a child of two parents, with the structure of the fitter one."""
        first = _fitness(genome1) > _fitness(genome2)
        fitter, other = (genome1, genome2) if first else (genome2, genome1)
        child = fitter.genome
        if fitter is not other:
            child = crossover(child, other.genome, config.variation, _stream())
        self._genome = child.with_key(self.key)

    def mutate(self, config: GliaGenomeConfig) -> None:
        """Mutate structure and traits of all gene families."""
        self._genome = mutate(self.genome, config.variation, _stream())

    def distance(self, other: "GliaGenome", config: GliaGenomeConfig) -> float:
        """Return the compatibility distance, with the coefficients of ``species.distance``."""
        coefficients = config.experiment.species.distance
        return compatibility_distance(self.genome, other.genome, coefficients)

    def size(self) -> tuple[int, int]:
        """Return how many neurons that are no inputs, and how many enabled synapses there are."""
        neurons, synapses = self.genome.neurons, self.genome.synapses
        cells = neurons.key("role") != Role.INPUT
        return int(cells.sum()), int(synapses.key("enabled").sum())

    def __str__(self) -> str:
        sizes = (f"{len(table)} {table.family.name}" for table in self.genome.tables)
        return f"Key: {self.key}\nFitness: {self.fitness}\nGenes: {', '.join(sizes)}"


def evaluate(genomes: Iterable[tuple[int, GliaGenome]], config: Any) -> None:  # noqa: ANN401 - neat-python is not typed
    """Set the fitness of genomes to their mean returns; hand it to ``neat.Population.run``.

    Episodes are the same in all generations, so whoever was assessed before, as elites were, is
    not assessed again. A genome whose evaluation failed gets the lowest fitness of all; its
    `evaluation` says why.

    Parameters
    ----------
    genomes : iterable of (int, GliaGenome)
        As neat-python passes them.
    config : neat.Config
        With a section [GliaGenome].
    """
    settings: GliaGenomeConfig = config.genome_config
    plan = training_plan(settings.experiment.evaluation)
    everybody = [genome for _, genome in genomes]
    for genome in everybody:
        if genome.evaluation is None:
            genome.evaluation = settings.assessor.assess(genome.genome, plan)
    lived = [(one, one.evaluation) for one in everybody if one.evaluation is not None]
    lowest = min((found.mean_return for _, found in lived if found.is_ok), default=0.0)
    for genome, found in lived:
        genome.fitness = found.mean_return if found.is_ok else lowest


def validate(genome: GliaGenome, config: Any, episodes: int = 100) -> Evaluation:  # noqa: ANN401 - neat-python is not typed
    """Return how a genome does in fresh episodes, which took no part in evolution.

    Parameters
    ----------
    genome : GliaGenome
        Such as the winner.
    config : neat.Config
        With a section [GliaGenome].
    episodes : int
        How many, at least 1.
    """
    if episodes < 1:
        raise ConfigError(f"episodes: must be >= 1, got {episodes}")
    settings: GliaGenomeConfig = config.genome_config
    plan = EpisodePlan(purpose=Purpose.VALIDATE, episodes=episodes)
    return settings.assessor.assess(genome.genome, plan)


def agent(genome: GliaGenome, config: Any) -> Agent:  # noqa: ANN401 - neat-python is not typed
    """Return the agent that a genome grows into, to act in an environment of one's own."""
    settings: GliaGenomeConfig = config.genome_config
    return settings.assessor.agent(develop(genome.genome, settings.experiment.development))


def _stream() -> np.random.Generator:
    return np.random.default_rng(random.getrandbits(64))


def _fitness(genome: GliaGenome) -> float:
    if genome.fitness is None:
        raise ProtocolError(f"genome {genome.key}: has no fitness, so it cannot be a parent")
    return genome.fitness


def _experiment(params: Mapping[str, str]) -> ExperimentConfig:
    changes = {key: value for key, value in params.items() if key != "experiment"}
    _refuse_neats(list(changes))
    assignments = [f"{key}={_plain(value)}" for key, value in changes.items()]
    if "experiment" in params:
        experiment = load_experiment(Path(params["experiment"]), assignments)
    else:
        experiment = experiment_from({}, assignments)
    if experiment.evaluation.renew != "never":
        raise ConfigError(f"evaluation.renew: must be 'never', got {experiment.evaluation.renew!r}")
    return experiment.resolve(describe_task(experiment.task))


def _refuse_neats(keys: Sequence[str]) -> None:
    for key in keys:
        if key.partition(".")[0] in _NEATS and not key.startswith("species.distance."):
            raise ConfigError(
                f"{key}: must be left to neat-python, which has sections of its own for it"
            )


def _plain(value: str) -> str:
    """Return a value as TOML has it; truth values of INI files may be capitalised."""
    return value.lower() if value in {"True", "False"} else value
