"""What evolution asks of an evaluator, and what it gets."""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Literal, Protocol, Self

import msgspec
import numpy as np

from glianeat.config import Settings, within
from glianeat.energetics.cost import EnergyConfig
from glianeat.energetics.ledger import Ledger
from glianeat.errors import ConfigError
from glianeat.evaluate.known_tasks import KnownTask
from glianeat.genome.genome import Genome
from glianeat.streams import Purpose, sequence

DEFAULT_EPISODES = 8
Status = Literal["ok", "undeveloped", "failed", "exited", "malformed", "not_finite", "timeout"]


class EvaluationConfig(Settings):
    """How genomes are assessed."""

    episodes: Annotated[int, within(at_least=1, at_most=100_000)] | None = None
    """Episodes a genome is assessed on; their seeds are the same for all genomes of a run, or of
    a generation. By default as many as the task asks for as `training_episodes`, or is known to
    need, else 8."""
    steps: Annotated[int, within(at_least=1)] | None = None
    """Steps after which episodes are cut off in training, and there alone. By default what the task
    asks for as `training_steps`, or is known to need; else they last as long as the task lets
    them."""
    renew: Literal["never", "generation"] = "never"
    """Whether the episodes stay the same, or every generation has new ones, on which survivors are
    assessed again with the offspring: for tasks on which luck decides as much as skill. Whoever
    survives then costs an evaluation in each generation."""
    memory: Annotated[int, within(at_least=1, at_most=1000)] = 4
    """Generations of renewed episodes that count together, the latest ones."""
    trial_episodes: Annotated[int, within(at_least=0, at_most=100_000)] | None = None
    """Episodes after which a genome is abandoned if its mean return is below that of every
    survivor; 0 for never. By default what the task asks for as `trial_episodes`, or is known to
    need, else a third of the episodes, but 2 at least."""
    validation_episodes: Annotated[int, within(at_least=1, at_most=100_000)] = 100
    """Fresh episodes on which candidates for the best genome are compared."""
    validation_top: Annotated[int, within(at_least=0, at_most=1000)] = 10
    """How many of the last population are validated at the end of a run."""
    timeout: Annotated[float, within(above=0, unit="s")] = 300.0
    """Wall-clock time after which an evaluation is given up as stuck [s]; not a budget: set it
    well above what an honest evaluation takes."""
    isolation: Literal["auto", "never"] = "auto"
    """Whether environments that are neither Gymnasium's nor ours run in a process of their own
    where no workers are used, so that a crash is the outcome of a genome and not the end of the
    run. Results are the same; `never` is for environments that do not survive a fork."""
    tolerated_losses: Annotated[float, within(at_least=0, at_most=1)] = 0.95
    """Share of the latest attempts to evaluate (100, or three for each worker) that may be lost
    with their workers; beyond it the run stops, and can be resumed. A lost worker is no verdict."""


class EpisodePlan(msgspec.Struct, frozen=True, kw_only=True):
    """Which episodes to live through."""

    purpose: Purpose
    """One of those that are of episodes."""
    episodes: int
    seeds: tuple[int, ...] = ()
    """Seeds of the episodes, one for each, in place of those that follow from the purpose."""

    trial: int = 0
    """Episodes after which a genome may be abandoned; 0 for never."""
    worst: float = -math.inf
    """Mean return below which it is."""
    spared: int = 0
    """Key below which it is not, whatever its return: it survived before."""
    first: int = 0
    """Number of the first episode."""
    steps: int | None = None
    """Steps after which episodes are cut off, if that is before the task does."""

    @property
    def number(self) -> int:
        """How many episodes there are."""
        return len(self.seeds) or self.episodes

    def for_genome(self, key: int) -> Self:
        """Return the plan of one genome."""
        return msgspec.structs.replace(self, trial=0) if key < self.spared else self

    def is_hopeless(self, returns: Sequence[float]) -> bool:
        """Return whether a genome with these returns so far is to be abandoned."""
        return len(returns) == self.trial and math.fsum(returns) < self.worst * self.trial

    def episode_seeds(self, run_seed: int) -> tuple[int, ...]:
        """Return the seed of every episode."""
        if self.seeds:
            return self.seeds
        numbers = range(self.first, self.first + self.episodes)
        return tuple(episode_seed(run_seed, self.purpose, number) for number in numbers)


def resolve_evaluation(config: EvaluationConfig, known: KnownTask) -> EvaluationConfig:
    """Return the settings with every automatic choice made, from what is known of the task."""
    asked = known.training_episodes or DEFAULT_EPISODES
    episodes = config.episodes if config.episodes is not None else asked
    trial = config.trial_episodes if config.trial_episodes is not None else known.trial_episodes
    trial = trial if trial is not None else max(2, episodes // 3)
    steps = config.steps if config.steps is not None else known.training_steps
    return config.replace(episodes=episodes, trial_episodes=trial, steps=steps)


def training_plan(
    config: EvaluationConfig, generation: int = 0, *, worst: float = -math.inf, spared: int = 0
) -> EpisodePlan:
    """Return the episodes on which the genomes of a generation are assessed.

    Parameters
    ----------
    config : EvaluationConfig
        Resolved settings.
    generation : int
        Number of the generation; its episodes are its own if they are to be renewed.
    worst : float
        Mean return of trial episodes below which a genome is abandoned.
    spared : int
        Key below which it is not.

    Raises
    ------
    ConfigError
        If the settings are not resolved.
    """
    if config.episodes is None or config.trial_episodes is None:
        raise ConfigError("evaluation.episodes: must be resolved before genomes are assessed")
    trial = config.trial_episodes if config.trial_episodes < config.episodes else 0
    first = generation * config.episodes if config.renew == "generation" else 0
    return EpisodePlan(
        purpose=Purpose.TRAIN,
        episodes=config.episodes,
        trial=trial,
        worst=worst,
        spared=spared,
        first=first,
        steps=config.steps,
    )


class Evaluation(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """How a genome did: its returns, what it spent, what it is made of."""

    key: int
    status: Status = "ok"
    reason: str = ""
    abandoned: bool = False
    """Whether it was given up after its trial episodes, since it did worse than all survivors."""
    returns: tuple[float, ...] = ()
    """Return of each episode; of several rewards at once, their sum."""
    rewards: tuple[float, ...] = ()
    """Mean return of each reward, of tasks that give several at once."""
    lengths: tuple[int, ...] = ()
    """Steps of each episode."""
    power: float = 0.0
    """Mean power over the simulated time [EU/s]."""
    penalty: float = 0.0
    """What is added to the power where energy is an objective: see `DevelopmentConfig` [EU/s]."""
    spikes_per_second: float = 0.0
    """Spikes of all neurons [Hz]."""
    output_spikes_per_second: float = 0.0
    """Spikes of outputs [Hz]."""
    seconds: float = 0.0
    """Simulated time [s]."""
    amounts: tuple[tuple[float, ...], ...] = ()
    """The ledger: amounts by kind and region, see :class:`Ledger`."""
    counts: tuple[tuple[float, ...], ...] = ()
    """The ledger: raw counts by name and region."""
    outside: int = 0
    """Observations outside their declared space."""
    neurons: int = 0
    """Developed neurons, inputs and outputs among them."""
    hidden: int = 0
    """Developed hidden neurons."""
    synapses: int = 0
    """Expressed synapses."""
    astrocytes: tuple[int, ...] = ()
    """Expressed astrocytes, by region."""
    ratios: tuple[float, ...] = ()
    """Expressed glia-to-neuron ratio, by region; 0 for regions without neurons."""

    @property
    def is_ok(self) -> bool:
        """Whether all episodes were lived through."""
        return self.status == "ok"

    @cached_property
    def mean_return(self) -> float:
        """Mean return over the episodes; minus infinity if the evaluation failed."""
        if not self.is_ok:
            return -np.inf
        # kept, since a generation asks nine times; and `np.mean` is mostly checks for so few
        return float(np.add.reduce(np.array(self.returns)) / len(self.returns))

    @property
    def standard_error(self) -> float:
        """Standard error of the mean return; infinity if the evaluation failed."""
        if not self.is_ok:
            return np.inf
        number = len(self.returns)
        return float(np.std(self.returns, ddof=1)) / math.sqrt(number) if number > 1 else 0.0

    @property
    def ledger(self) -> Ledger:
        """What was done in all episodes, by kind and region."""
        return Ledger(np.array(self.amounts), np.array(self.counts), self.seconds)

    def energy(self, config: EnergyConfig) -> float:
        """Return the energy spent in all episodes [EU]."""
        return self.ledger.total(config) if self.amounts else 0.0


class Evaluator(Protocol):
    """Assesses genomes; serial, Ray and test doubles look the same from here."""

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`."""
        ...

    def close(self) -> None:
        """Give back environments, processes and memory; the evaluator is of no use afterwards."""
        ...


def episode_seed(run_seed: int, purpose: Purpose, episode: int) -> int:
    """Return the seed of an episode: a function of these three numbers and nothing else."""
    return int(sequence(run_seed, purpose, episode).generate_state(1)[0])
