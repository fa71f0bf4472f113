"""What all runs of a comparison are measured by: one goal, one return, one point of reference."""

import math
from collections.abc import Sequence
from statistics import median

import msgspec
import numpy as np

from glianeat.evolution.hypervolume import hypervolume, reference_point
from glianeat.studies.grouping import RunGroup
from glianeat.studies.record import ObjectiveName, RunRecord
from glianeat.typing import FloatArray


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for all runs that are compared."""

    goal: float | None
    """Mean return from which a run counts as solved; None if runs have none, or several."""
    in_training: bool
    """Whether the goal was chosen for the comparison, so that no run was validated by it."""
    equal_return: float | None
    """Mean return at which power is compared."""
    objectives: tuple[ObjectiveName, ...]
    """Empty if runs have different ones."""
    reference: tuple[float, ...]
    """Where hypervolumes end, all objectives turned to be maximised."""

    def solved_at(self, record: RunRecord) -> int | None:
        """Return the evaluations until a run was solved; None if it was not."""
        goal = self.goal
        if not self.in_training or goal is None:
            return record.solved_at
        pairs = zip(record.evaluations, record.best_returns, strict=True)
        return next((number for number, best in pairs if best >= goal), None)

    def power_at_equal_return(self, record: RunRecord) -> float | None:
        """Return the lowest power of a survivor that has the equal return [EU/s]."""
        least = self.equal_return
        if least is None:
            return None
        able = [one.power for one in record.survivors if one.mean_return >= least]
        return min(able, default=None)

    def hypervolume(self, record: RunRecord) -> float | None:
        """Return what the last survivors of a run dominate, down to the reference."""
        if not self.reference:
            return None
        points = turned(record.points, self.objectives)
        return hypervolume(points, np.array(self.reference)) if len(points) else 0.0


def scale_of(groups: Sequence[RunGroup], goal: float | None = None) -> Scale:
    """Return what the runs of some groups are measured by.

    Parameters
    ----------
    groups : sequence of RunGroup
        All groups, none of them empty.
    goal : float, optional
        Mean return in training from which a run counts as solved; by default that of the runs.

    Notes
    -----
    Power is compared at the goal if the median run of every group reaches it, else at the lowest of
    the groups' median returns, which half of the runs of each group have. The reference lies where
    no run's last survivors, and no run's own reference, are worse in any objective.
    """
    records = [record for group in groups for record in group.records]
    goals = {record.goal for record in records}
    own = goals.pop() if len(goals) == 1 else None
    chosen = own if goal is None else goal
    several = {record.objectives for record in records}
    objectives = several.pop() if len(several) == 1 else ()
    return Scale(
        goal=chosen,
        in_training=goal is not None,
        equal_return=_equal_return(groups, chosen),
        objectives=objectives,
        reference=_reference(records, objectives),
    )


def turned(
    points: Sequence[Sequence[float]] | FloatArray, objectives: Sequence[ObjectiveName]
) -> FloatArray:
    """Return points with all objectives to be maximised, or such points in their own units."""
    table = np.array(points, dtype=np.float64).reshape(len(points), len(objectives))
    turned_points: FloatArray = table * [float(one.direction) for one in objectives]
    return turned_points


def _equal_return(groups: Sequence[RunGroup], goal: float | None) -> float | None:
    medians = [
        median(-math.inf if one.best is None else one.best.mean_return for one in group.records)
        for group in groups
    ]
    lowest = min(medians)
    level = goal if goal is not None and lowest >= goal else lowest
    return level if math.isfinite(level) else None


def _reference(
    records: Sequence[RunRecord], objectives: Sequence[ObjectiveName]
) -> tuple[float, ...]:
    if not objectives:
        return ()
    points = [point for record in records for point in record.points]
    references = [record.reference for record in records if _is_point(record.reference, objectives)]
    found = turned(points, objectives)
    if references:
        lowest = np.vstack([found, np.array(references)]).min(axis=0)
    elif len(found):
        lowest = reference_point(found)
    else:
        return ()
    return tuple(lowest.tolist())


def _is_point(values: Sequence[float], objectives: Sequence[ObjectiveName]) -> bool:
    """Return whether a run has a reference of its objectives: it may have been told anything."""
    return len(values) == len(objectives) and all(map(math.isfinite, values))
