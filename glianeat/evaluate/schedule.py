"""How many episodes genomes live through where that is measured, and when episodes are renewed.

Episodes of training are numbered. In every generation newborn genomes live through the latest of
them, as many as differences between genomes ask for. Where the end of this set moves on, survivors
live through the new episodes alone: their returns always cover the latest episodes without a gap.
So genomes are compared on the same episodes, and neither more episodes nor new ones take a whole
evaluation of every survivor.

How many are needed follows from reliability [1]_: the share of the variance between mean returns
that lies between genomes, and is not the luck of episodes. It is estimated by splitting the
episodes of the newborn into halves. The first half chooses the better half of the genomes, and the
slope of the second half's means on those of the first is the reliability of half the episodes:
unlike a correlation, the slope does not suffer from the choice. That of all episodes follows by
the Spearman-Brown formula.

References
----------
.. [1] F. M. Lord and M. R. Novick, "Statistical Theories of Mental Test Scores", Addison-Wesley,
   1968, chapters 5 and 9.
"""

import math
from collections.abc import Sequence
from typing import Self

import msgspec

from glianeat.errors import CheckpointError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import Checks, EpisodeSet, Resample, SettledEvaluation

BEGIN = 2  # episodes
_LEAST_GENOMES = 4  # from which a slope is taken
_KEPT = 0.7  # share of the evidence that is kept from generation to generation
# What progress a step of the task buys falls with the number of episodes, as long as survivors are
# told apart by new ones: so few are enough, and most luck is met by renewal.
_ENOUGH = 0.3  # reliability of which no more episodes are needed
_AMPLE = 0.6  # reliability of half the episodes at which half is enough …
_SINGLE = 0.95  # … and of a single one …
_STAYS_SINGLE = 0.7  # … which stays the only one while it is that of survivors on another
_RENEWED = 2  # one of so many episodes
_USUALLY = 8  # episodes at most …
_SHORT_STEPS, _MOST_SHORT = 200, 128  # … or as many as take so many steps, and so many at most
_MOST = 100_000  # episodes
_LEAST_LUCK = 0.05  # share of luck that is assumed at least: renewal every 20 generations …
_SINGLE_LUCK = 0.125  # … and every 8 of a single episode, since nothing else tells of it

Pair = tuple[float, float]


class ScheduleConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What bounds the number of episodes."""

    max_episodes: int | None
    """Episodes of a newborn genome at most; None for 8, or more if they are short."""
    max_steps: int
    """Steps that these take at most; two episodes may take more."""
    resample: Resample = "auto"
    """When episodes are renewed: as luck asks for it, never, or in every generation, for newborn
    genomes alone or for survivors, too."""
    window: int = 16
    """Sets of episodes that count together, of genomes that have lived through so many."""
    racing: int = 1
    """Episodes after which hopeless genomes are abandoned first; 0 for never."""


def bounds_of(config: SettledEvaluation) -> ScheduleConfig | None:
    """Return what bounds the number of episodes; None if it is given and not measured."""
    if config.episodes != "auto":
        return None
    return ScheduleConfig(
        max_episodes=config.max_episodes,
        max_steps=config.max_steps,
        resample=config.resample,
        window=config.window,
        racing=config.racing_episodes,
    )


class Schedule(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The episodes of the next generation, and what is known of luck."""

    end: int = BEGIN
    number: int = BEGIN
    new: int = 0
    covariance: float = 0.0
    """Evidence: covariance between the halves, in parts of their variances …"""
    variance: float = 0.0
    """… and variance of the first half; the slope is their quotient."""
    luck: float = 0.0
    """Share of luck, summed over the generations since episodes were new."""

    @property
    def episodes(self) -> EpisodeSet:
        """Episodes of the next generation."""
        return EpisodeSet(self.end, self.number, self.new)

    @property
    def slope(self) -> float:
        """Reliability of half the episodes, 0 … 1, or of the only one; NaN if it is not known."""
        if self.variance <= 0.0:
            return math.nan
        return min(max(self.covariance / self.variance, 0.0), 1.0)

    @property
    def reliability(self) -> float:
        """Reliability of mean returns over all episodes, 0 … 1; NaN if it is not known."""
        return self.slope if self.number == 1 else _longer(self.slope)

    def after(
        self, newborn: Sequence[Evaluation], again: Sequence[Pair], config: ScheduleConfig
    ) -> Self:
        """Return the schedule after a generation.

        Parameters
        ----------
        newborn : sequence of Evaluation
            How those did who were born in it.
        again : sequence of (float, float)
            Mean returns of survivors over the episodes before, and over those that were new.
        config : ScheduleConfig
            What is allowed.
        """
        known = _with_evidence(self, again if self.number == 1 else halves(newborn, self.number))
        number = _next_number(known, _most_episodes(newborn, config))
        least = _SINGLE_LUCK if number == 1 else _LEAST_LUCK
        luck = self.luck + max(least, 1.0 - known.reliability)  # in this order: NaN is not more
        new = max(number - self.number, 0)
        if config.resample == "generation":
            new = number
        elif config.resample == "auto" and luck >= 1.0 and not new:
            new = max(1, number // _RENEWED)
        covariance, variance = _evidence_at(known, number)
        unseen = config.resample == "newborn"  # by survivors, who keep what they have
        new = 0 if unseen else new
        return msgspec.structs.replace(
            self,
            end=self.end + (number if unseen else new),
            number=number,
            new=new,
            covariance=covariance,
            variance=variance,
            luck=0.0 if new else luck,
        )


def _with_evidence(schedule: Schedule, pairs: Sequence[Pair]) -> Schedule:
    """Return a schedule with what pairs of means tell."""
    covariance, variance = _moments(pairs)
    kept = _KEPT if variance > 0.0 else 1.0
    return msgspec.structs.replace(
        schedule,
        covariance=kept * schedule.covariance + covariance,
        variance=kept * schedule.variance + variance,
    )


def _next_number(schedule: Schedule, most: int) -> int:
    """Return how many episodes are to follow: twice as many, half as many, or the same."""
    number, most = schedule.number, max(most, BEGIN)
    if number > most:
        return number // 2
    if schedule.reliability < (_STAYS_SINGLE if number == 1 else _ENOUGH) and 2 * number <= most:
        return 2 * number
    if number > 1 and schedule.slope > (_SINGLE if number == BEGIN else _AMPLE):
        return number // 2
    return number


def _evidence_at(schedule: Schedule, number: int) -> Pair:
    """Return covariance and variance of halves as they are with another number of episodes."""
    before, slope, weight = schedule.number, schedule.slope, schedule.variance
    if number == before or not weight > 0.0:
        return schedule.covariance, weight
    if number > before > 1:
        slope = _longer(slope)
    elif before > number > 1:
        slope = slope / (2.0 - slope)
    return 0.5 * slope * weight, 0.5 * weight  # half, since it is not measured at this number


def halves(newborn: Sequence[Evaluation], number: int) -> list[Pair]:
    """Return the mean returns over both halves of the episodes, of the better half of genomes.

    Parameters
    ----------
    newborn : sequence of Evaluation
        All who were born in a generation; those that were abandoned are not among the better.
    number : int
        Episodes that the others lived through.
    """
    half = number // 2
    whole = [one.returns for one in newborn if one.is_ok and len(one.returns) == number]
    means = [(_mean(returns[:half]), _mean(returns[half:])) for returns in whole]
    means.sort(key=lambda pair: pair[0], reverse=True)  # by the first half alone
    better = max(sum(one.is_ok for one in newborn) // 2, _LEAST_GENOMES)
    return means[:better]


def checks(returns: Sequence[Sequence[float]], racing: int) -> Checks:
    """Return after how many episodes a genome is abandoned, and below which mean return.

    It is abandoned if it does worse than every survivor on the same episodes, which is looked at
    again whenever it has lived through twice as many.

    Parameters
    ----------
    returns : sequence of sequence of float
        Of each survivor, returns of the episodes that are to be lived through, in order.
    racing : int
        Episodes of the first check; 0 for none.
    """
    most = min(map(len, returns), default=0)
    found, number = [], racing
    while 0 < number <= most:
        found.append((number, min(_mean(one[:number]) for one in returns)))
        number *= 2
    return tuple(found)


def latest(evaluations: Sequence[Evaluation], episodes: int) -> tuple[Evaluation, ...]:
    """Return the latest evaluations of a genome, as few as have so many episodes together."""
    first = len(evaluations) - 1
    left = episodes - len(evaluations[first].returns)
    while left > 0 and first > 0:
        first -= 1
        left -= len(evaluations[first].returns)
    return tuple(evaluations[first:])


def encode_state(schedule: Schedule, strategy: bytes) -> bytes:
    """Return what a run keeps of its schedule, and of what its strategy follows from."""
    return msgspec.msgpack.encode((schedule, strategy))


def decode_state(state: bytes) -> tuple[Schedule, bytes]:
    """Return a schedule, and what the strategy follows from; raise `CheckpointError` if damaged."""
    try:
        schedule, strategy = msgspec.msgpack.decode(state, type=tuple[Schedule, bytes])
    except msgspec.DecodeError as error:
        raise CheckpointError(f"the schedule of episodes is damaged: {error}") from None
    end, number, new = schedule.episodes
    if not 0 <= new <= number <= min(end, _MOST) or number < 1:
        raise CheckpointError(
            f"the schedule of episodes is damaged: {new} of {number} episodes before {end}"
        )
    return schedule, strategy


def _longer(slope: float) -> float:
    """Return the reliability of twice as many episodes, by Spearman and Brown."""
    return 2.0 * slope / (1.0 + slope)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _moments(pairs: Sequence[Pair]) -> Pair:
    """Return covariance and variance of the first, in parts of both variances; 0 if unknown."""
    if len(pairs) < _LEAST_GENOMES:
        return 0.0, 0.0
    first, second = (_deviations([pair[i] for pair in pairs]) for i in (0, 1))
    largest = max(map(abs, (*first, *second)))
    if not 0.0 < largest < math.inf:
        return 0.0, 0.0
    first, second = ([value / largest for value in values] for values in (first, second))
    variance = math.fsum(value * value for value in first)
    if not variance:
        return 0.0, 0.5  # what differs in the second half alone is luck
    scale = variance + math.fsum(value * value for value in second)
    products = (one * other for one, other in zip(first, second, strict=True))
    return math.fsum(products) / scale, variance / scale


def _deviations(values: Sequence[float]) -> list[float]:
    mean = _mean(values)
    return [value - mean for value in values]


def _most_episodes(newborn: Sequence[Evaluation], config: ScheduleConfig) -> int:
    """Return how many episodes are allowed, of the mean length of those that are not abandoned."""
    lengths = [
        length for one in newborn if one.is_ok and not one.abandoned for length in one.lengths
    ]
    steps = sum(lengths)
    if not steps:
        return BEGIN
    most = config.max_episodes
    if most is None:
        most = max(_USUALLY, min(_SHORT_STEPS * len(lengths) // steps, _MOST_SHORT))
    return min(most, config.max_steps * len(lengths) // steps)
