"""A genome with glia for neat-python: a plug-in for ``neat.Population``, with what goes with it.

Species, stagnation, reproduction and reporters are neat-python's; genes, their variation and what
they grow into are ours. neat-python takes any class with the right methods, so none of its own is
needed here.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from glianeat.develop.decode import develop
from glianeat.develop.encodings.registry import find_encoding
from glianeat.errors import ConfigError, ProtocolError
from glianeat.evaluate.agent import Agent
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import EpisodePlan, training_plan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.genome.crossover import crossover
from glianeat.genome.distance import compatibility_distance
from glianeat.genome.genome import Genome
from glianeat.genome.mutation import mutate
from glianeat.genome.schema import Role
from glianeat.genome.variation import Variation
from glianeat.run.config import ExperimentConfig, experiment_from, load_experiment
from glianeat.run.experiment import Experiment
from glianeat.streams import Purpose

_EPISODES = 8  # where the task does not say how many
_SECTION = "[GliaGenome]"
_NEATS = ("evolution", "selection", "reproduction", "species", "neat")


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
            settled = _experiment(self.params)
        except ConfigError as error:
            raise ConfigError(f"{_SECTION} {error}") from None
        self.experiment = settled.config
        self.num_inputs, self.num_outputs = settled.n_inputs, settled.n_outputs
        self.varying = settled.traits_read
        self.variation = Variation(self.experiment.genome, self.varying)
        self.innovation_tracker: object = None  # neat-python sets it; hashes need none
        self._settled: Experiment | None = settled
        self._rollout_worker: RolloutWorker | None = None

    @property
    def settled(self) -> Experiment:
        """The experiment, of which nothing is left open; made anew where this was unpickled."""
        if self._settled is None:
            self._settled = self.experiment.resolve()
        return self._settled

    @property
    def rollout_worker(self) -> RolloutWorker:
        """Whoever evaluates genomes on the task, made on first use."""
        if self._rollout_worker is None:
            self._rollout_worker = RolloutWorker(self.settled.rollout, self.settled.description)
        return self._rollout_worker

    def save(self, file: TextIO) -> None:
        """Write the section as neat-python reads it."""
        file.writelines(f"{key} = {value}\n" for key, value in self.params.items())

    def __getstate__(self) -> dict[str, object]:
        return {
            **self.__dict__,
            "_settled": None,
            "_rollout_worker": None,
        }  # they hold what the task made


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
        How the genome did, once `evaluate` has evaluated it.
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

    def configure_new(self, config: GliaGenomeConfig, *_: object, **__: object) -> None:
        """Become a founder."""
        shape = config.num_inputs, config.num_outputs
        encoding = find_encoding(config.experiment.development.encoding)
        self._genome = encoding.found(self.key, *shape, config.variation, _stream())

    def configure_crossover(
        self,
        genome1: "GliaGenome",
        genome2: "GliaGenome",
        config: GliaGenomeConfig,
        fitness_criterion: object = None,
        *_: object,
        **__: object,
    ) -> None:
        """Become a child of two parents, with the structure of the fitter one.

        neat-python 2.1 hands over its ``fitness_criterion``: under ``min``, the lower fitness is
        the better one. What later versions may add is taken and left alone.
        """
        lead = _fitness(genome1) - _fitness(genome2)
        first = lead < 0.0 if fitness_criterion == "min" else lead > 0.0
        fitter, other = (genome1, genome2) if first else (genome2, genome1)
        child = fitter.genome
        if fitter is not other:
            child = crossover(child, other.genome, config.variation, _stream())
        self._genome = child.with_key(self.key)

    def mutate(self, config: GliaGenomeConfig, *_: object, **__: object) -> None:
        """Mutate structure and traits of all gene families."""
        self._genome = mutate(self.genome, config.variation, _stream())

    def distance(
        self, other: "GliaGenome", config: GliaGenomeConfig, *_: object, **__: object
    ) -> float:
        """Return the compatibility distance, with the coefficients of ``species.distance``."""
        coefficients = config.experiment.species.distance
        return compatibility_distance(self.genome, other.genome, coefficients, config.varying)

    def size(self) -> tuple[int, int]:
        """Return how many neurons that are no inputs, and how many enabled synapses there are."""
        neurons, synapses = self.genome.neurons, self.genome.synapses
        cells = neurons.field("role") != Role.INPUT
        return int(cells.sum()), int(synapses.field("enabled").sum())

    def __str__(self) -> str:
        sizes = (f"{len(table)} {table.family.name}" for table in self.genome.tables)
        return f"Key: {self.key}\nFitness: {self.fitness}\nGenes: {', '.join(sizes)}"


def evaluate(genomes: Iterable[tuple[int, GliaGenome]], config: Any) -> None:
    """Set the fitness of genomes to their mean returns; hand it to ``neat.Population.run``.

    Episodes are the same in all generations, so whoever was evaluated before, as elites were, is
    not evaluated again. A genome whose evaluation failed gets the lowest fitness of all; its
    `evaluation` says why.

    Parameters
    ----------
    genomes : iterable of (int, GliaGenome)
        As neat-python passes them.
    config : neat.Config
        With a section [GliaGenome].

    Raises
    ------
    ConfigError
        If ``fitness_criterion`` is ``min``: mean returns are to be as high as they can be.
    """
    if getattr(config, "fitness_criterion", "max") == "min":
        raise ConfigError(
            "[NEAT] fitness_criterion: must be 'max' or 'mean', since the fitness is the mean "
            "return, which is better the higher it is, got 'min'"
        )
    settings: GliaGenomeConfig = config.genome_config
    plan = training_plan(settings.settled.evaluation)
    everybody = [genome for _, genome in genomes]
    for genome in everybody:
        if genome.evaluation is None:
            genome.evaluation = settings.rollout_worker.evaluate(genome.genome, plan)
    lived = [(one, one.evaluation) for one in everybody if one.evaluation is not None]
    lowest = min((found.mean_return for _, found in lived if found.is_ok), default=0.0)
    for genome, found in lived:
        genome.fitness = found.mean_return if found.is_ok else lowest


def validate(genome: GliaGenome, config: Any, episodes: int = 100) -> Evaluation:
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
    return settings.rollout_worker.evaluate(genome.genome, plan)


def agent(genome: GliaGenome, config: Any) -> Agent:
    """Return the agent that a genome grows into, to act in an environment of one's own."""
    settings: GliaGenomeConfig = config.genome_config
    return settings.rollout_worker.agent(develop(genome.genome, settings.experiment.development))


def _stream() -> np.random.Generator:
    return np.random.default_rng(random.getrandbits(64))


def _fitness(genome: GliaGenome) -> float:
    if genome.fitness is None:
        raise ProtocolError(f"genome {genome.key}: has no fitness, so it cannot be a parent")
    return genome.fitness


def _experiment(params: Mapping[str, str]) -> Experiment:
    changes = {key: value for key, value in params.items() if key != "experiment"}
    _refuse_neats(list(changes))
    assignments = [f"{key}={_plain(value)}" for key, value in changes.items()]
    if "experiment" in params:
        config: ExperimentConfig = load_experiment(Path(params["experiment"]), assignments)
    else:
        config = experiment_from({}, assignments)
    evaluation = config.evaluation
    if evaluation.resample == "generation":
        raise ConfigError(f"evaluation.resample: must be 'never', got {evaluation.resample!r}")
    if evaluation.episodes == "auto":
        raise ConfigError("evaluation.episodes: must be a number, got 'auto'")
    experiment: Experiment = config.resolve()
    if experiment.evaluation.episodes != "auto":
        return experiment
    return config.replace(evaluation=evaluation.replace(episodes=_EPISODES)).resolve()


def _refuse_neats(keys: Sequence[str]) -> None:
    for key in keys:
        if key.partition(".")[0] in _NEATS and not key.startswith("species.distance."):
            raise ConfigError(
                f"{key}: must be left to neat-python, which has sections of its own for it"
            )


def _plain(value: str) -> str:
    """Return a value as TOML has it; truth values of INI files may be capitalised."""
    return value.lower() if value in {"True", "False"} else value
