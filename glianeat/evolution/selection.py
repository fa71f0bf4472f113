"""NSGA-II ranking [1]_ with a reward floor; the only module that imports DEAP.

References
----------
.. [1] K. Deb, A. Pratap, S. Agarwal and T. Meyarivan, "A fast and elitist multiobjective
   genetic algorithm: NSGA-II", IEEE Trans. Evolutionary Computation 6(2), 2002, pp. 182-197.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

import msgspec
from deap import base
from deap.tools import emo

from glianeat.config import Settings, within
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.objectives import Objective, objective_values


class SelectionConfig(Settings):
    """Who survives."""

    objectives: tuple[str, ...] = ("reward", "energy")
    """What counts, each in its natural direction: rewards are maximised ('reward', or each of
    several by its name), and minimised are 'energy', 'spikes', 'neurons', 'hidden', 'synapses',
    'astrocytes', 'size'. Any measure of activity may be one, too, such as 'active_fraction':
    'max:active_fraction' maximises it, and 'active_fraction@start' lets it count from the start,
    whatever `energy_onset` says. Of NEAT, which has one objective, it is the first, and the
    others break ties."""
    method: Literal["nsga2", "reward"] = "nsga2"
    """Pareto ranking over all objectives, or return alone with the objectives to break ties."""
    energy_onset: Literal["start", "solved"] = "solved"
    """When energy, and whatever else is no reward, begins to count: from the start, or once a
    genome passes the return that counts as solved on fresh episodes, if the task has one; to save
    before that is to save on what the training episodes do not ask for. Until then return ranks,
    and of equals the newer one, so that genomes can drift to where something better is near."""
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


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """What ranking compares."""

    key: int
    mean_return: float
    values: tuple[float, ...]
    """The objectives, all to be maximised."""
    feasible: bool = True
    """Whether the evaluation went well and the agent is of the required kind."""


class Ranked(NamedTuple):
    """Where a candidate is ranked."""

    key: int
    rank: int
    """Number of its front, 0 for the best one."""
    crowding: float
    """Crowding distance within the front."""


class RunStage(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run has come."""

    reward_minimum: float
    """Return from which the reward floor is counted."""
    solved_return: float | None = None
    """Return from which energy counts, if it does not from the start."""
    solved: bool | None = None
    """Whether a genome passed it on fresh episodes; None if to reach it in training is enough."""
    single_reward: bool = True
    """Whether the task gives one reward; of several at once, no sum is held against a genome."""
    early: tuple[int, ...] | None = None
    """Places of the objectives that count before the task is solved: none if return alone does,
    and None if `SelectionConfig.energy_onset` says so."""


class _Fitness(base.Fitness):  # type: ignore[misc]
    """Maximises every objective, whatever their number."""

    def __init__(self, values: Sequence[float]) -> None:
        self.weights = (1.0,) * len(values)
        super().__init__(values)


class _Point:
    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.fitness = _Fitness(candidate.values)


def candidate(
    evaluation: Evaluation, objectives: Sequence[Objective], config: SelectionConfig
) -> Candidate:
    """Return what ranking compares of an evaluation."""
    feasible = evaluation.is_ok and not evaluation.abandoned
    if config.spiking_only:
        feasible = feasible and evaluation.output_spikes_per_second > 0.0
    values = objective_values(evaluation, objectives)
    return Candidate(evaluation.key, evaluation.mean_return, values, feasible)


def rank(candidates: Sequence[Candidate], config: SelectionConfig, stage: RunStage) -> list[Ranked]:
    """Return the rank of every candidate, best first; equal input gives equal output.

    Candidates above the reward floor are ranked by fronts and crowding distance. Below them stand,
    by return, those under the floor; then behavioural duplicates (equal in all objectives: the
    oldest keeps its place); then those that are not feasible.

    Parameters
    ----------
    candidates : sequence of Candidate
        In any order, all with the same number of values.
    config : SelectionConfig
        Method and floor.
    stage : RunStage
        What the floor is counted from, and when energy counts; the best candidate is never below
        the floor.
    """
    candidates = sorted(candidates, key=lambda c: c.key)
    feasible = [c for c in candidates if c.feasible]
    first: dict[tuple[float, ...], int] = {}
    for c in feasible:
        first.setdefault(c.values, c.key)
    unique = [c for c in feasible if first[c.values] == c.key]
    duplicates = [c for c in feasible if first[c.values] != c.key]
    best = max((c.mean_return for c in unique), default=stage.reward_minimum)
    waits = _is_unsolved(best, stage) and config.method == "nsga2"
    early = stage.early
    if early is None and config.energy_onset == "solved":
        early = ()
    by_return_only = waits and early == ()
    above, below = unique, list[Candidate]()
    if config.method == "reward" or by_return_only:
        ranked = _newest_first(above) if by_return_only else _by_return(above, 0)
    else:
        unique = _only(unique, early) if waits and early else unique
        above = unique
        if stage.single_reward and config.reward_floor > 0.0:
            floor = stage.reward_minimum + config.reward_floor * (best - stage.reward_minimum)
            floor = min(best, floor)
            above = [c for c in unique if c.mean_return >= floor]
            below = [c for c in unique if c.mean_return < floor]
        ranked = _fronts(above)
    for group in (below, duplicates, [c for c in candidates if not c.feasible]):
        ranked += _by_return(group, 1 + max((s.rank for s in ranked), default=-1))
    return ranked


def _only(candidates: list[Candidate], places: Sequence[int]) -> list[Candidate]:
    """Return candidates with the objectives at some places alone."""
    return [
        msgspec.structs.replace(c, values=tuple(c.values[place] for place in places))
        for c in candidates
    ]


def early_places(
    objectives: Sequence[Objective], config: SelectionConfig
) -> tuple[int, ...] | None:
    """Return the places of the objectives that count before the task is solved, see `RunStage`."""
    others = [one for one in objectives if not one.is_reward]
    late = [one for one in others if (one.onset or config.energy_onset) == "solved"]
    if not others:
        return None
    if len(late) == len(others):
        return ()
    return tuple(place for place, one in enumerate(objectives) if one not in late)


def is_solved(best: float, stage: RunStage) -> bool:
    """Return whether the task counts as solved; one that has no solved return never does."""
    return stage.solved_return is not None and not _is_unsolved(best, stage)


def _is_unsolved(best: float, stage: RunStage) -> bool:
    if stage.solved_return is None or not stage.single_reward:
        return False
    return best < stage.solved_return if stage.solved is None else not stage.solved


def _fronts(candidates: list[Candidate]) -> list[Ranked]:
    """Rank by fronts; within one by crowding distance, then return, the objectives and age."""
    if not candidates:
        return []
    if len(candidates[0].values) == 1:  # which DEAP's sorting does not take
        ordered = sorted(candidates, key=lambda c: (-c.values[0], c.key))
        return [Ranked(c.key, place, 0.0) for place, c in enumerate(ordered)]
    points = [_Point(c) for c in candidates]
    ranked = []
    for number, front in enumerate(emo.sortLogNondominated(points, len(points))):
        emo.assignCrowdingDist(front)
        front.sort(
            key=lambda point: (-float(point.fitness.crowding_dist), *_ranking_key(point.candidate))
        )
        ranked += [Ranked(p.candidate.key, number, float(p.fitness.crowding_dist)) for p in front]
    return ranked


def _ranking_key(candidate: Candidate) -> tuple[float, ...]:
    """Return what sorts candidates by falling return, then by the objectives, then by age."""
    return -candidate.mean_return, *(-value for value in candidate.values), candidate.key


def _by_return(candidates: list[Candidate], first_rank: int) -> list[Ranked]:
    ordered = sorted(candidates, key=_ranking_key)
    return [Ranked(c.key, first_rank + i, 0.0) for i, c in enumerate(ordered)]


def _newest_first(candidates: list[Candidate]) -> list[Ranked]:
    ordered = sorted(candidates, key=lambda c: (-c.mean_return, -c.key))
    return [Ranked(c.key, place, 0.0) for place, c in enumerate(ordered)]
