"""How long a run will still take, by what its latest generations took; it decides nothing."""

import math
from collections import deque
from collections.abc import Sequence

import msgspec

from glianeat.evaluate.plan import SettledEvaluation
from glianeat.evolution.settings import EvolutionConfig
from glianeat.store.records import Summary

_LATEST = 5  # generations whose pace counts
_LONG = 30.0  # [s] that a session's first generation takes at least to say how long others do
_HOUR = 3600.0  # [s]


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation takes, on average over the latest ones."""

    seconds: float
    evaluations: float
    steps: float
    """Environment steps, of which racing leaves fewer than all episodes have."""

    @property
    def steps_per_second(self) -> float:
        """Environment steps of all workers together [1/s]."""
        return self.steps / self.seconds if self.seconds > 0.0 else math.inf


class TimeLeft(msgspec.Struct, frozen=True, kw_only=True):
    """How long a run will still take if generations go on to take what the latest ones did."""

    seconds: float
    """Wall-clock time until it ends, validation included [s]."""
    until: str
    """The limit that it reaches first: generations, evaluations, steps or hours."""
    generations: int
    """How many generations are to come."""
    pace: Pace
    validation_steps: float
    """Environment steps of the validation at its end."""


class Clock:
    """Takes in what generations take, and says how long the others will."""

    def __init__(self) -> None:
        self._taken: deque[Pace] = deque(maxlen=_LATEST)
        self._before: Summary | None = None

    def start(self, summary: Summary) -> None:
        """Say after which generation a session goes on."""
        self._before = summary

    def add(self, summary: Summary, seconds: float) -> None:
        """Take in a generation, and what it took [s]."""
        before, self._before = self._before, summary
        evaluations = summary.evaluations - (before.evaluations if before else 0)
        steps = summary.steps - (before.steps if before else 0)
        self._taken.append(Pace(seconds=seconds, evaluations=evaluations, steps=steps))

    @property
    def pace(self) -> Pace | None:
        """What a generation takes; None while nobody knows.

        A session's first generation compiles what evaluates, its second what breeds: so the speed
        is that of the faster third, and one generation alone says nothing unless it is long.
        """
        taken = self._taken
        if not taken or (len(taken) == 1 and taken[0].seconds < _LONG):
            return None
        speeds = sorted(one.seconds / max(one.steps, 1.0) for one in taken)
        steps = sum(one.steps for one in taken) / len(taken)
        return Pace(
            seconds=speeds[(len(taken) - 1) // 3] * max(steps, 1.0),
            evaluations=sum(one.evaluations for one in taken) / len(taken),
            steps=steps,
        )


def time_left(
    pace: Pace | None,
    last: Summary,
    elapsed: float,
    evolution: EvolutionConfig,
    validation_steps: float,
) -> TimeLeft | None:
    """Return how long a run will take after a generation; None while nobody knows.

    Parameters
    ----------
    pace : Pace, optional
        What a generation takes.
    last : Summary
        The last generation.
    elapsed : float
        Wall-clock time that the run took so far [s].
    evolution : EvolutionConfig
        What limits the run; that it may be solved or stagnate sooner is not foreseen.
    validation_steps : float
        Environment steps that validation takes at its end.
    """
    if pace is None:
        return None
    left: dict[str, float] = {}
    if evolution.most_generations is not None:
        left["generations"] = evolution.most_generations - last.number - 1
    if evolution.evaluations is not None:
        more = (evolution.evaluations - last.evaluations) / max(pace.evaluations, 1.0)
        left["evaluations"] = math.floor(more)
    if evolution.steps is not None:
        left["steps"] = math.ceil((evolution.steps - last.steps) / max(pace.steps, 1.0))
    if evolution.hours is not None:
        left["hours"] = math.ceil((evolution.hours * _HOUR - elapsed) / max(pace.seconds, 1e-6))
    until = min(left, key=left.__getitem__)
    generations = max(int(left[until]), 0)
    step = pace.seconds / max(pace.steps, 1.0)  # of evaluations that all fail there are none
    seconds = generations * pace.seconds + validation_steps * step
    return TimeLeft(
        seconds=seconds,
        until=until,
        generations=generations,
        pace=pace,
        validation_steps=validation_steps,
    )


def steps_of_validation(config: SettledEvaluation, lengths: Sequence[int]) -> float:
    """Return how many environment steps validation takes, if episodes last as long as these."""
    mean = sum(lengths) / len(lengths) if lengths else 0.0
    return config.validation_top * config.validation_episodes * mean
