"""Which episodes genomes are evaluated on."""

import math
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, NamedTuple, Self

import msgspec

from glianeat.config import Settings, within
from glianeat.config_keys import ChangedKeys
from glianeat.errors import ConfigError
from glianeat.evaluate.damage import damages
from glianeat.streams import Purpose, sequence

Resample = Literal["auto", "never", "newborn", "generation"]
Episodes = Annotated[int, within(at_least=1, at_most=100_000)]
Checks = tuple[tuple[int, float], ...]
"""Numbers of episodes after which a genome is abandoned, and the mean returns below which it is."""


class EvaluationConfig(Settings):
    """How genomes are evaluated."""

    changed_keys: ClassVar[ChangedKeys] = ChangedKeys(
        {"trial_episodes": "racing_episodes", "renew": "resample", "memory": "window"}
    )
    episodes: Episodes | Literal["auto"] | None = None
    """Episodes a genome is evaluated on; their seeds are the same for all genomes of a run, or of
    a generation. With `auto` there are two at first, then as many as it takes to tell genomes
    apart: see `glianeat.evaluate.schedule`. By default as many as the task asks for as
    `training_episodes`, or is known to need, else 1 where most offspring are drawn
    (`reproduction.sampled`), and elsewhere `auto`."""
    max_episodes: Episodes | None = None
    """Episodes a genome is evaluated on at most where their number is `auto`. By default 8, or as
    many as take 200 steps of the task, but 128 at most: making an agent takes about as long."""
    max_steps: Annotated[int, within(at_least=1)] = 10_000
    """Steps of the task that the episodes of a genome take at most where their number is `auto`, by
    the mean length of episodes in the generation before; two episodes may take more."""
    steps: Annotated[int, within(at_least=1)] | None = None
    """Steps after which episodes are cut off in training, and there alone. By default what the task
    asks for as `training_steps`, or is known to need; else they last as long as the task lets
    them."""
    resample: Resample = "auto"
    """Whether the episodes stay the same, or every generation has new ones, on which survivors are
    evaluated again with the offspring: for tasks on which luck decides as much as skill. Whoever
    survives then costs an evaluation in each generation. With `newborn`, those who are born have
    new ones in every generation, and survivors keep their returns: where offspring are drawn from a
    distribution (`reproduction.sampled`), which learns from how they did beside one another; nobody
    is abandoned by default. There, `auto` means this; elsewhere a number of episodes that is given
    stays the same, and of one that is `auto` half are renewed as often as luck asks for it: every
    second generation if half the variance between mean returns is luck."""
    window: Annotated[int, within(at_least=1, at_most=1000)] | None = None
    """Generations of resampled episodes that count together, the latest ones; where their number is
    `auto`, how many times as many episodes as a newborn genome lives through. By default 4, and 16
    with `auto`."""
    racing_episodes: Annotated[int, within(at_least=0, at_most=100_000)] | None = None
    """Episodes after which a genome is abandoned if its mean return is below that of every
    survivor; 0 for never. By default what the task asks for as `racing_episodes`, or is known to
    need, else a third of the episodes, but 2 at least. Where the number of episodes is `auto`, this
    is looked at again after twice as many, and so on, on the same episodes of survivors; and the
    default is 1."""
    validation_episodes: Annotated[int, within(at_least=1, at_most=100_000)] = 100
    """Fresh episodes on which candidates for the best genome are compared."""
    validation_top: Annotated[int, within(at_least=0, at_most=1000)] = 10
    """How many of the last population are validated at the end of a run."""
    validation_racing: bool = True
    """Whether a candidate is given up after 10, 20, 40 … of these episodes if it is worse than the
    best one by two standard errors of their difference on the same episodes."""
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

    episodes: Episodes | Literal["auto"]
    """Episodes a genome is evaluated on, or that this is measured."""
    racing_episodes: Annotated[int, within(at_least=0, at_most=100_000)]
    """Episodes after which a genome may be abandoned; 0 for never."""
    window: Annotated[int, within(at_least=1, at_most=1000)] = 4
    """Sets of episodes that count together, the latest ones."""


class EpisodeSet(NamedTuple):
    """Which episodes a generation lives through."""

    end: int
    """Number after that of the last episode."""
    number: int
    """Episodes of a newborn genome."""
    new: int
    """How many of them survivors have not lived through."""

    @property
    def first(self) -> int:
        """Number of the first episode of a newborn genome."""
        return self.end - self.number


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
    checks: Checks = ()
    """The same, several times."""
    protected_below: int = 0
    """Key below which it is not, whatever its return: it survived before."""
    new: int | None = None
    """Last episodes that those who survived before live through; by default all."""
    incomplete: tuple[int, ...] = ()
    """Keys of those who survived before and live through all the same."""
    first: int = 0
    """Number of the first episode."""
    one_each: bool = False
    """Whether a genome lives through one episode alone, that of the number `first` and its key: so
    that copies share the episodes of a genome among workers."""
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
        if self.one_each:
            return msgspec.structs.replace(self, one_each=False, first=self.first + key, episodes=1)
        if key >= self.protected_below:
            return self
        whole = self.new is None or key in self.incomplete
        episodes = self.episodes if self.new is None or whole else self.new
        first = self.first + self.episodes - episodes
        return msgspec.structs.replace(
            self, racing_episodes=0, checks=(), first=first, episodes=episodes
        )

    def prunes(self, returns: Sequence[float]) -> bool:
        """Return whether a genome with these returns so far is to be abandoned."""
        number = len(returns)
        if number == self.racing_episodes and math.fsum(returns) < self.prune_below * number:
            return True
        return any(
            number == episodes and math.fsum(returns) < least * number
            for episodes, least in self.checks
        )

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

    Raises
    ------
    ConfigError
        If the number of episodes is measured: see `measured_plan`.
    """
    if config.episodes == "auto":
        raise ConfigError("evaluation.episodes: must be a number here, got 'auto'")
    racing = config.racing_episodes if config.racing_episodes < config.episodes else 0
    is_new = config.resample in {"generation", "newborn"}
    first = generation * config.episodes if is_new else 0
    return EpisodePlan(
        purpose=Purpose.TRAIN,
        episodes=config.episodes,
        racing_episodes=racing,
        prune_below=prune_below,
        protected_below=protected_below,
        first=first,
        steps=config.steps,
    )


def measured_plan(
    config: SettledEvaluation,
    episodes: EpisodeSet,
    *,
    checks: Checks = (),
    protected_below: int = 0,
    incomplete: tuple[int, ...] = (),
) -> EpisodePlan:
    """Return the episodes of a generation where their number is measured.

    Parameters
    ----------
    config : SettledEvaluation
        After how many steps they are cut off.
    episodes : EpisodeSet
        Which ones.
    checks : tuple of (int, float)
        After how many episodes a newborn genome is abandoned, and below which mean return.
    protected_below : int
        Key below which genomes live through new episodes alone.
    incomplete : tuple of int
        Keys below it that live through all of them.
    """
    return EpisodePlan(
        purpose=Purpose.TRAIN,
        episodes=episodes.number,
        checks=checks,
        protected_below=protected_below,
        new=episodes.new,
        incomplete=incomplete,
        first=episodes.first,
        steps=config.steps,
    )


def episode_seed(run_seed: int, purpose: Purpose, episode: int) -> int:
    """Return the seed of an episode: a function of these three numbers and nothing else."""
    return int(sequence(run_seed, purpose, episode).generate_state(1)[0])
