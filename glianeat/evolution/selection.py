"""NSGA-II ranking [1]_ with a reward floor; the only module that imports DEAP.

References
----------
.. [1] K. Deb, A. Pratap, S. Agarwal and T. Meyarivan, "A fast and elitist multiobjective
   genetic algorithm: NSGA-II", IEEE Trans. Evolutionary Computation 6(2), 2002, pp. 182-197.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from deap import base
from deap.tools import emo

from glianeat.config import Settings, within
from glianeat.evaluate.objectives import objectives
from glianeat.store.records import Standing


class SelectionConfig(Settings):
    """Who survives."""

    method: Literal["nsga2", "reward"] = "nsga2"
    """Pareto ranking over return and power, or return alone with power to break ties."""
    energy_onset: Literal["start", "solved"] = "solved"
    """When energy begins to count: from the start, or once a genome reaches the return that counts
    as solved, if the task has one. Before that return ranks, and of equals the newer one, so that
    genomes can drift to where something better is near."""
    reward_floor: Annotated[float, within(at_least=0, at_most=1)] = 0.9
    """Share of the way from the reward minimum to the best return below which a genome is
    dominated by all above, however little it spends; 0 turns the floor off. Tasks that give
    several rewards at once have none."""
    reward_minimum: float | None = None
    """Return from which the floor is counted; by default the founders' median."""
    spiking_only: bool = False
    """Whether agents whose outputs never spike rank below all that do."""
    tournament: Annotated[int, within(at_least=1, at_most=100)] = 2
    """Candidates of which the best becomes a parent."""


class Candidate(msgspec.Struct, frozen=True):
    """What ranking looks at."""

    key: int
    mean_return: float
    power: float
    feasible: bool = True
    """Whether the evaluation went well and the agent is of the required kind."""
    rewards: tuple[float, ...] = ()
    """Mean return of each reward, of tasks that give several at once."""


class _Fitness(base.Fitness):  # type: ignore[misc]
    """Maximises every objective, whatever their number."""

    def __init__(self, values: Sequence[float]) -> None:
        self.weights = (1.0,) * len(values)
        super().__init__(values)


class _Point:
    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.fitness = _Fitness(objectives(candidate))


def rank(
    candidates: Sequence[Candidate],
    config: SelectionConfig,
    reward_minimum: float,
    solved_return: float | None = None,
) -> list[Standing]:
    """Return the standing of every candidate, best first; equal input gives equal output.

    Candidates above the reward floor are ranked by fronts and crowding distance. Below them stand,
    by return, those under the floor; then behavioural duplicates (equal in all objectives: the
    oldest keeps its place); then those that are not feasible.

    Parameters
    ----------
    candidates : sequence of Candidate
        In any order.
    config : SelectionConfig
        Method and floor.
    reward_minimum : float
        Return from which the floor is counted; the best candidate is never below the floor.
    solved_return : float, optional
        Return from which energy counts, if it does not from the start.
    """
    candidates = sorted(candidates, key=lambda c: c.key)
    feasible = [c for c in candidates if c.feasible]
    first: dict[tuple[float, ...], int] = {}
    for c in feasible:
        first.setdefault(objectives(c), c.key)
    originals = [c for c in feasible if first[objectives(c)] == c.key]
    best = max((c.mean_return for c in originals), default=reward_minimum)
    floor = min(best, reward_minimum + config.reward_floor * (best - reward_minimum))
    single = not any(c.rewards for c in feasible)
    unsolved = single and solved_return is not None and best < solved_return
    drifts = unsolved and config.energy_onset == "solved" and config.method == "nsga2"
    pareto = config.method == "nsga2" and not drifts
    floored = single and pareto and config.reward_floor > 0.0
    above = [c for c in originals if not floored or c.mean_return >= floor]
    below = [c for c in originals if floored and c.mean_return < floor]
    doubles = [c for c in feasible if first[objectives(c)] != c.key]
    if pareto:
        standings = _fronts(above)
    else:
        standings = _newest_first(above) if drifts else _by_return(above, 0)
    for group in (below, doubles, [c for c in candidates if not c.feasible]):
        standings += _by_return(group, 1 + max((s.rank for s in standings), default=-1))
    return standings


def _fronts(candidates: list[Candidate]) -> list[Standing]:
    """Rank by fronts; within one by crowding distance, then return, power and age."""
    points = [_Point(c) for c in candidates]
    if not points:
        return []
    standings = []
    for number, front in enumerate(emo.sortLogNondominated(points, len(points))):
        emo.assignCrowdingDist(front)
        front.sort(key=_order)
        standings += [
            Standing(p.candidate.key, number, float(p.fitness.crowding_dist)) for p in front
        ]
    return standings


def _order(point: _Point) -> tuple[float, float, float, int]:
    candidate = point.candidate
    crowding = float(point.fitness.crowding_dist)
    return -crowding, -candidate.mean_return, candidate.power, candidate.key


def _by_return(candidates: list[Candidate], first_rank: int) -> list[Standing]:
    ordered = sorted(candidates, key=lambda c: (-c.mean_return, c.power, c.key))
    return [Standing(c.key, first_rank + i, 0.0) for i, c in enumerate(ordered)]


def _newest_first(candidates: list[Candidate]) -> list[Standing]:
    ordered = sorted(candidates, key=lambda c: (-c.mean_return, -c.key))
    return [Standing(c.key, place, 0.0) for place, c in enumerate(ordered)]
