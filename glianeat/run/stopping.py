"""When a run is over: rules over what its store holds, so that going on decides the same."""

import math
from collections.abc import Mapping

import msgspec

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.settings import EvolutionConfig
from glianeat.store.records import Statistics, Summary

REASONS = {
    "solved": "a genome passed the solved return on fresh episodes",
    "generations": "all generations are done",
    "evaluations": "the next generation would exceed the evaluations",
    "steps": "its environment steps are taken",
    "stagnation": "the best return has not risen for too long",
    "front_stagnation": "the front's hypervolume has not grown for too long",
    "hours": "its wall-clock time is up",
}
"""Why a run can end, under the name of the setting that ends it."""

_ERRORS = 2.0  # standard errors by which a validation is to pass
_GAIN = 1e-3  # relative growth of a hypervolume that counts: fronts always grow a little
_SECONDS = 3600.0  # of an hour


class History:
    """What the rules look at, gathered from generation after generation.

    Parameters
    ----------
    solved_return : float, optional
        Mean return that counts as solved.

    Attributes
    ----------
    generations : int
        How many there were.
    best_age, front_age : int
        Generations since the best return rose, and since the hypervolume grew.
    champions : list of int
        Keys of those who were best of a generation and reached the solved return in training, in
        order.
    """

    def __init__(self, solved_return: float | None = None) -> None:
        self._solved_return = solved_return
        self._best, self._front = -math.inf, -math.inf
        self.generations = self.best_age = self.front_age = 0
        self.champions: list[int] = []

    def add(self, summary: Summary, statistics: Statistics | None) -> None:
        """Take in the next generation; one without statistics leaves the front's age."""
        self.generations = summary.number + 1
        self.best_age += 1
        if summary.best_return > self._best:
            self._best, self.best_age = summary.best_return, 0
        threshold, champion = self._solved_return, summary.best_key
        reached = threshold is not None and summary.best_return >= threshold
        if reached and champion not in self.champions:
            self.champions.append(champion)
        if statistics is None:
            return
        self.front_age += 1
        if statistics.hypervolume > self._front * (1.0 + _GAIN):
            self._front, self.front_age = statistics.hypervolume, 0

    def is_solved(self, validations: Mapping[int, Evaluation]) -> bool:
        """Return whether a champion passed on fresh episodes, and not by luck alone.

        Only those who were champions count, since others are tried when a run ends, which must not
        decide how it goes on.
        """
        return any(self._passed(key, validations) for key in self.champions)

    def tried(self, validations: Mapping[int, Evaluation]) -> list[int]:
        """Return which champions a run tries on fresh episodes: all until one passes."""
        passed = (n for n, key in enumerate(self.champions) if self._passed(key, validations))
        return self.champions[: next(passed, len(self.champions)) + 1]

    def _passed(self, key: int, validations: Mapping[int, Evaluation]) -> bool:
        evaluation, threshold = validations.get(key), self._solved_return
        if evaluation is None or threshold is None:
            return False
        return evaluation.mean_return - _ERRORS * evaluation.standard_error >= threshold


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has taken, and would take with a generation more."""

    next_evaluations: int
    """Evaluations there would be after the next generation."""
    steps: int
    """Environment steps of training so far."""
    seconds: float
    """Wall-clock time that the run took so far [s]."""


def reason_to_stop(
    evolution: EvolutionConfig, history: History, effort: Effort, *, solved: bool
) -> str:
    """Return which of `REASONS` ends a run, or nothing if it is to go on.

    Wall-clock time comes last, so that a run which is over says so however long it took.
    """
    if history.generations == 0:
        return ""
    budget = evolution.evaluations
    is_over = {
        "solved": evolution.stop_when_solved and solved,
        "generations": _reached(history.generations, evolution.most_generations),
        "evaluations": budget is not None and effort.next_evaluations > budget,
        "steps": _reached(effort.steps, evolution.steps),
        "stagnation": _reached(history.best_age, evolution.stagnation),
        "front_stagnation": _reached(history.front_age, evolution.front_stagnation),
        "hours": _reached(effort.seconds / _SECONDS, evolution.hours),
    }
    return next((reason for reason, over in is_over.items() if over), "")


def _reached(value: float, limit: float | None) -> bool:
    return limit is not None and value >= limit
