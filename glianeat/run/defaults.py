"""What is chosen where an experiment's settings leave it open: all of it, from top to bottom.

A choice depends on the settings and on what is known of the task, and on nothing else. What only
the codec can know (encoders, read-outs, scaling, outputs) is worked out by `glianeat.codec`, which
is asked here. Settings that make their choices are kept: what a run stores resolves to itself.
"""

from typing import TYPE_CHECKING, Literal

from glianeat.codec.codec import (
    CodecConfig,
    SettledCodec,
    n_channels,
    n_outputs,
    resolve_codec,
    resolve_outputs,
)
from glianeat.codec.founders import with_founders_for
from glianeat.develop.encodings.registry import find_encoding
from glianeat.develop.settings import DevelopmentConfig
from glianeat.errors import ConfigError
from glianeat.evaluate.objectives import Objective, find_objectives, measures_of
from glianeat.evaluate.plan import EvaluationConfig, SettledEvaluation
from glianeat.evolution.reproduction import ReproductionConfig, SettledReproduction
from glianeat.evolution.settings import DEFAULT_POPULATION, EvolutionConfig, SettledEvolution
from glianeat.evolution.species import SettledSpecies, SpeciesConfig
from glianeat.evolution.strategies.nsga2 import NSGA2
from glianeat.evolution.strategies.registry import find_strategy
from glianeat.genome.variation import GenomeConfig
from glianeat.plain import check_plain
from glianeat.run.delays import with_delays
from glianeat.run.exchange import neurons_worth
from glianeat.run.experiment import Experiment
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.known import UNKNOWN_TASK, KnownTask
from glianeat.tasks.task import TaskSpec

if TYPE_CHECKING:
    from glianeat.run.config import ExperimentConfig

_SAMPLED = 0.9  # share of offspring that a distribution makes, where it makes some …
_SEARCHING = 20  # … and offspring of a generation there: more of these, not more of each
_LEAST_RACING = 2  # episodes
_FIRST_CHECK = 1  # episode, where it is looked at again and again
_WINDOW, _MEASURED_WINDOW = 4, 16  # sets of episodes that count together
_RACING_SHARE = 3  # a genome races for one in so many of its episodes


def resolve(
    config: "ExperimentConfig", description: TaskSpec, *, stored: bool = False
) -> Experiment:
    """Return the experiment with every choice made.

    Parameters
    ----------
    config : ExperimentConfig
        Settings, of which some may be left open.
    description : TaskSpec
        What is known of the task.
    stored : bool
        Whether these are the settings of a run: they were resolved when it began, and what they
        leave unsaid is not for a later version's defaults to say.

    Raises
    ------
    ConfigError
        If the settings do not fit the task or one another.
    """
    _check_arguments(config.task)
    codec = _codec_of(config, description, stored=stored)
    _check_neurons(config, codec)
    reproduction, evolution = _offspring_of(config, description, codec, stored=stored)
    species = species_of(config.species, evolution)
    find_encoding(config.development.encoding)
    task = config.task.replace(rewards=description.rewards)  # so that no environment is asked
    objectives = objectives_of(config.replace(task=task))
    measures = measures_of(objectives, config.evaluation.measures)
    known = UNKNOWN_TASK if stored else description.known
    drawn = reproduction.sampled > 0.0 and not stored
    evaluation = episodes_of(config.evaluation.replace(measures=measures), known, drawn=drawn)
    genome, development = config.genome, config.development
    if not stored:
        genome, development = _founders_of(config, codec, description)
    written = config.replace(
        task=task,
        codec=codec.recast(CodecConfig),
        evolution=evolution.recast(EvolutionConfig),
        species=species.recast(SpeciesConfig),
        reproduction=reproduction.recast(ReproductionConfig),
        evaluation=evaluation.recast(EvaluationConfig),
        genome=genome,
        development=development,
    )
    return Experiment(
        config=written,
        description=description,
        codec=codec,
        evaluation=evaluation,
        evolution=evolution,
        species=species,
        objectives=objectives,
        solved_return=_solved_return(evolution, description),
    )


def _solved_return(evolution: SettledEvolution, description: TaskSpec) -> float | None:
    told = evolution.solved_return
    return description.solved_return if told is None else told


def _codec_of(config: "ExperimentConfig", description: TaskSpec, *, stored: bool) -> SettledCodec:
    if stored:
        return config.codec.recast(SettledCodec)
    neuron = config.simulation.neuron
    return resolve_codec(config.codec, config.task, description, neuron, config.genome)


def objectives_of(config: "ExperimentConfig") -> tuple[Objective, ...]:
    """Return what survivors are compared by; of NEAT the first, of which the others break ties.

    Raises
    ------
    ConfigError
        If an objective is not known, comes twice, or none is a reward.
    """
    summed = find_strategy(config.evolution.algorithm).sums_rewards
    return find_objectives(config.selection.objectives, config.task.rewards, summed=summed)


def population_of(
    config: EvolutionConfig, known: KnownTask, default: int = DEFAULT_POPULATION
) -> SettledEvolution:
    """Return with how many to evolve, as many as the task needs, else some number; and how long."""
    population = config.population or known.population or default
    generations = config.most_generations
    solved = known.solved_return if config.solved_return is None else config.solved_return
    return config.recast(
        SettledEvolution, population=population, generations=generations, solved_return=solved
    )


def _is_searched(config: "ExperimentConfig", description: TaskSpec, codec: SettledCodec) -> bool:
    """Return whether a distribution finds the weights of a task sooner than mutations do.

    It does where they are many, and the outputs of pairs give each a sign.
    """
    numbers = all(part.kind == "box" for part in description.acted)
    pairs = n_channels(codec, description) * n_outputs(codec, description)
    many = pairs > config.genome.connect_fully_below
    one_reward = len(description.rewards) <= 1
    by_front = config.evolution.algorithm == NSGA2.name
    return numbers and many and one_reward and by_front and codec.box == "pair"


def _offspring_of(
    config: "ExperimentConfig", description: TaskSpec, codec: SettledCodec, *, stored: bool
) -> tuple[SettledReproduction, SettledEvolution]:
    """Return how offspring are made, and how many: a share is drawn, where that helps."""
    own = config.reproduction
    searched = not stored and _is_searched(config, description, codec)
    default = _SAMPLED if searched else 0.0
    sampled = default if own.sampled is None else own.sampled
    number = _SEARCHING if searched and sampled > 0.0 else DEFAULT_POPULATION
    known = UNKNOWN_TASK if stored else description.known
    evolution = population_of(config.evolution, known, number)
    return own.recast(SettledReproduction, sampled=sampled), evolution


def species_of(config: SpeciesConfig, evolution: EvolutionConfig) -> SettledSpecies:
    """Return how many species there are to be: as many as the strategy works with by default."""
    default = find_strategy(evolution.algorithm).species_target
    target = default if config.target is None else config.target
    return config.recast(SettledSpecies, target=target)


def episodes_of(
    config: EvaluationConfig, known: KnownTask, *, drawn: bool = False
) -> SettledEvaluation:
    """Return on how many episodes to evaluate, and how many of them are a race.

    Offspring that are drawn learn from one another, on a new episode in each generation: more
    generations serve them better than more episodes.
    """
    resample = "newborn" if drawn and config.resample == "auto" else config.resample
    asked: int | Literal["auto"] = known.training_episodes or (1 if drawn else "auto")
    episodes = asked if config.episodes is None else config.episodes
    if episodes == "auto":
        default = _FIRST_CHECK
    else:
        third = max(_LEAST_RACING, episodes // _RACING_SHARE)
        default = third if known.racing_episodes is None else known.racing_episodes
    if resample == "newborn":
        default = 0  # survivors know other episodes
    racing = default if config.racing_episodes is None else config.racing_episodes
    steps = known.training_steps if config.steps is None else config.steps
    window = config.window or (_MEASURED_WINDOW if episodes == "auto" else _WINDOW)
    return config.recast(
        SettledEvaluation,
        episodes=episodes,
        racing_episodes=racing,
        steps=steps,
        window=window,
        resample=resample,
    )


def _founders_of(
    config: "ExperimentConfig", codec: SettledCodec, description: TaskSpec
) -> tuple[GenomeConfig, DevelopmentConfig]:
    """Return how founders are made, and how genomes develop."""
    genome = with_delays(config.genome, config.neuron.model, codec, description)
    genome = with_founders_for(genome, config.neuron, description)
    development = resolve_outputs(config.development, codec, description)
    return _with_neurons_for_glia(genome, config, development, codec, description), development


def _with_neurons_for_glia(
    genome: GenomeConfig,
    config: "ExperimentConfig",
    development: DevelopmentConfig,
    codec: SettledCodec,
    description: TaskSpec,
) -> GenomeConfig:
    """Let founders have hidden neurons in place of astrocytes, unless it is said how many."""
    if not development.neurons_for_glia or genome.founder_neurons:
        return genome
    copies = development.output_copies or 1
    shape = n_channels(codec, description), n_outputs(codec, description) * copies
    graded = codec.transmission == "graded"
    number = neurons_worth(genome, development, config.energy, shape, graded=graded)
    return genome.replace(founder_neurons=number)


def _check_arguments(task: TaskConfig) -> None:
    """Raise `ConfigError` if an argument of the environment is no plain, finite value."""
    check_plain(task.kwargs, "task.kwargs", finite=True)
    check_plain(task.reset_options, "task.reset_options", finite=True)
    for wrapper in task.wrappers:
        check_plain(wrapper.kwargs, "task.wrappers.kwargs", finite=True)


def _check_neurons(config: "ExperimentConfig", codec: CodecConfig) -> None:
    """Raise `ConfigError` if the neurons cannot do what is asked of them."""
    model = config.neuron.model
    if codec.readout == "membrane" and model == "izhikevich":
        raise ConfigError(
            f"neuron.model: must be 'galif' for membrane read-outs, got {model!r}; "
            "or choose codec.readout = 'count'"
        )
    if model == "graded" and config.selection.spiking_only:
        raise ConfigError("selection.spiking_only: must be false for graded neurons, got true")
