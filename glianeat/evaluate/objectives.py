"""Objectives: what an evaluation is worth, with names and directions."""

from typing import NamedTuple, Protocol


class Assessed(Protocol):
    """What has a mean return and a mean power: an evaluation, or a candidate made from one."""

    @property
    def mean_return(self) -> float:
        """Mean return over the episodes."""
        ...

    @property
    def rewards(self) -> tuple[float, ...]:
        """Mean return of each reward, of tasks that give several at once."""
        ...

    @property
    def power(self) -> float:
        """Mean power [EU/s]."""
        ...


class Objective(NamedTuple):
    """One objective: the attribute that holds it, and 1 to maximise or -1 to minimise it."""

    name: str
    direction: int


OBJECTIVES = (Objective("mean_return", 1), Objective("power", -1))
"""Mean return, maximised, and mean power [EU/s], minimised.

Power, not energy: an agent that dies early must not look thrifty.
"""


def objectives(assessed: Assessed) -> tuple[float, ...]:
    """Return the objectives, turned so that all are to be maximised.

    A task that gives several rewards at once has each of them in place of the mean return.
    """
    values = [one.direction * getattr(assessed, one.name) for one in OBJECTIVES]
    return (*assessed.rewards, *values[1:]) if assessed.rewards else tuple(values)
