"""What runs are compared by: one number of each run, with a direction."""

from collections.abc import Callable

import msgspec
import numpy as np

from glianeat.studies.result import RunResult


class RunMeasure(msgspec.Struct, frozen=True):
    """One number of a run."""

    name: str
    label: str
    """What a table calls it, with its unit."""
    direction: int
    """1 if more is better, -1 if less is."""
    value: Callable[[RunResult], float | None]

    def of(self, result: RunResult) -> float:
        """Return the value of a run; where it has none, it counts as worse than all others."""
        value = self.value(result)
        return -self.direction * np.inf if value is None else value


MEASURES = (
    RunMeasure("evaluations_to_solve", "evaluations to solve", -1, lambda result: result.solved_at),
    RunMeasure("final_return", "final return", 1, lambda result: result.final_return),
    RunMeasure(
        "power_at_equal_return",
        "power at equal return [EU/s]",
        -1,
        lambda result: result.power_at_equal_return,
    ),
    RunMeasure("hypervolume", "hypervolume", 1, lambda result: result.hypervolume),
)
"""All of them; one that no run has a value of is left out."""
