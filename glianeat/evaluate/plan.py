"""Which episodes genomes are evaluated on."""

import math
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, Self

import msgspec

from glianeat.config import Settings, within
from glianeat.config_keys import ChangedKeys
from glianeat.evaluate.damage import damages
from glianeat.streams import Purpose, sequence


class EvaluationConfig(Settings):
    """How genomes are evaluated."""

    changed_keys: ClassVar[ChangedKeys] = ChangedKeys(
        {"trial_episodes": "racing_episodes", "renew": "resample", "memory": "window"}
    )
    episodes: Annotated[int, within(at_least=1, at_most=100_000)] | None = None
    """Episodes a genome is evaluated on; their seeds are the same for all genomes of a run, or of
    a generation. By default as many as the task asks for as `training_episodes`, or is known to
    need, else 8."""
    steps: Annotated[int, within(at_least=1)] | None = None
    """Steps after which episodes are cut off in training, and there alone. By default what the task
    asks for as `training_steps`, or is known to need; else they last as long as the task lets
    them."""
    resample: Literal["never", "generation"] = "never"
    """Whether the episodes stay the same, or every generation has new ones, on which survivors are
    evaluated again with the offspring: for tasks on which luck decides as much as skill. Whoever
    survives then costs an evaluation in each generation."""
    window: Annotated[int, within(at_least=1, at_most=1000)] = 4
    """Generations of resampled episodes that count together, the latest ones."""
    racing_episodes: Annotated[int, within(at_least=0, at_most=100_000)] | None = None
    """Episodes after which a genome is abandoned if its mean return is below that of every
    survivor; 0 for never. By default what the task asks for as `racing_episodes`, or is known to
    need, else a third of the episodes, but 2 at least."""
    validation_episodes: Annotated[int, within(at_least=1, at_most=100_000)] = 100
    """Fresh episodes on which candidates for the best genome are compared."""
    validation_top: Annotated[int, within(at_least=0, at_most=1000)] = 10
    """How many of the last population are validated at the end of a run."""
    progress_share: Annotated[float, within(at_least=0, at_most=1)] = 0.05
    """Environment steps that may go into trying the best genome on fresh episodes as the run goes
    on, as a share of the steps of training; 0 for none. What they show decides nothing."""
    progress_episodes: Annotated[int, within(at_least=1, at_most=100_000)] = 20
    """Fresh episodes of such a trial: as many as the share allows by then, but a quarter of these
    at least, for which it is waited."""
    measures: tuple[str, ...] = ()
    """Measures of activity that are kept with every evaluation, beside those that objectives name:
    see `glianeat.analyse.activity`."""
    probe_steps: Annotated[int, within(at_least=1, at_most=100_000)] = 50
    """Steps of the first training episode that are recorded millisecond by millisecond, if a
    measure needs that."""
    damage: tuple[str, ...] = ()
    """What dies in every episode of the run, such as ``sensors=0,0.3,0.6@4s``: at 4 s none, 30 or
    60 % of the sensors, as the seed of the episode draws. Likewise ``synapses``, ``neurons``
    (hidden and outputs), ``astrocytes``, and ``region=motor:0.5@4s``. Whoever tests a genome can
    say otherwise."""
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

    def __post_init__(self) -> None:
        super().__post_init__()
        damages(self.damage)


class SettledEvaluation(EvaluationConfig, kw_only=True):
    """How the genomes of one experiment are evaluated: nothing is left open."""

    episodes: Annotated[int, within(at_least=1, at_most=100_000)]
    """Episodes a genome is evaluated on."""
    racing_episodes: Annotated[int, within(at_least=0, at_most=100_000)]
    """Episodes after which a genome may be abandoned; 0 for never."""


class EpisodePlan(msgspec.Struct, frozen=True, kw_only=True):
    """Which episodes to live through."""

    purpose: Purpose
    """One of those that are of episodes."""
    episodes: int
    seeds: tuple[int, ...] = ()
    """Seeds of the episodes, one for each, in place of those that follow from the purpose."""

    racing_episodes: int = 0
    """Episodes after which a genome may be abandoned; 0 for never."""
    prune_below: float = -math.inf
    """Mean return below which it is."""
    protected_below: int = 0
    """Key below which it is not, whatever its return: it survived before."""
    first: int = 0
    """Number of the first episode."""
    steps: int | None = None
    """Steps after which episodes are cut off, if that is before the task does."""
    damage: tuple[str, ...] | None = None
    """What dies in every episode, see `glianeat.evaluate.damage`; by default what the settings of
    the evaluation say."""

    @property
    def number(self) -> int:
        """How many episodes there are."""
        return len(self.seeds) or self.episodes

    def for_genome(self, key: int) -> Self:
        """Return the plan of one genome."""
        return (
            msgspec.structs.replace(self, racing_episodes=0) if key < self.protected_below else self
        )

    def prunes(self, returns: Sequence[float]) -> bool:
        """Return whether a genome with these returns so far is to be abandoned."""
        number = self.racing_episodes
        return len(returns) == number and math.fsum(returns) < self.prune_below * number

    def episode_seeds(self, run_seed: int) -> tuple[int, ...]:
        """Return the seed of every episode."""
        if self.seeds:
            return self.seeds
        numbers = range(self.first, self.first + self.episodes)
        return tuple(episode_seed(run_seed, self.purpose, number) for number in numbers)


def training_plan(
    config: SettledEvaluation,
    generation: int = 0,
    *,
    prune_below: float = -math.inf,
    protected_below: int = 0,
) -> EpisodePlan:
    """Return the episodes on which the genomes of a generation are evaluated.

    Parameters
    ----------
    config : SettledEvaluation
        How many episodes, and whether they stay the same.
    generation : int
        Number of the generation; its episodes are its own if they are resampled.
    prune_below : float
        Mean return of the racing episodes below which a genome is abandoned.
    protected_below : int
        Key below which it is not.
    """
    racing = config.racing_episodes if config.racing_episodes < config.episodes else 0
    first = generation * config.episodes if config.resample == "generation" else 0
    return EpisodePlan(
        purpose=Purpose.TRAIN,
        episodes=config.episodes,
        racing_episodes=racing,
        prune_below=prune_below,
        protected_below=protected_below,
        first=first,
        steps=config.steps,
    )


def episode_seed(run_seed: int, purpose: Purpose, episode: int) -> int:
    """Return the seed of an episode: a function of these three numbers and nothing else."""
    return int(sequence(run_seed, purpose, episode).generate_state(1)[0])
