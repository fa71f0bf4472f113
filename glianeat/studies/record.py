"""What a comparison takes of one run; reading it imports and calls nothing of the run's task."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from glianeat.errors import CheckpointError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.run.config import ExperimentConfig
from glianeat.run.run import Run, Solution
from glianeat.run.stopping import History
from glianeat.store.records import Summary
from glianeat.studies.goal import goal_of

_NOT_OF_RESULTS = (
    "seed",
    "task.compiled",
    "evaluation.timeout",
    "evaluation.isolation",
    "evaluation.tolerated_losses",
)
"""Settings that runs of one group may differ in: but for the seed, none decides a result."""


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """What one genome is worth: on fresh episodes if it was tried on some, else in training."""

    mean_return: float
    power: float
    """[EU/s]"""
    episodes: int
    """Fresh episodes that it was tried on; 0 if none."""


class ObjectiveName(msgspec.Struct, frozen=True):
    """One objective of a run."""

    name: str
    direction: int
    """1 to be maximised, -1 to be minimised."""
    unit: str


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One run, as it is compared."""

    name: str
    folder: Path
    seed: int
    task: str
    settings: dict[str, str]
    """Resolved settings that may decide results, as JSON by dotted path, without the seed."""
    finished: str
    digest: str
    goal: float | None
    """Mean return that counts as solved, if anybody has said one."""
    evaluations: tuple[int, ...]
    """Evaluations up to each generation."""
    best_returns: tuple[float, ...]
    """Best return of its survivors in training; minus infinity if all failed."""
    solved_at: int | None
    """Evaluations until the first genome was born that passed the goal on fresh episodes."""
    best: Worth | None
    """None if every genome failed."""
    survivors: tuple[Worth, ...]
    """The last generation and the best genome, without those that failed."""
    objectives: tuple[ObjectiveName, ...]
    points: tuple[tuple[float, ...], ...]
    """Objectives of the last generation in training, in their own units, without failures."""
    reference: tuple[float, ...]
    """Point of the run's own hypervolumes, objectives turned to be maximised; may be empty."""

    @property
    def is_finished(self) -> bool:
        """Whether the run has ended by a rule of its own."""
        return bool(self.finished)


def read_record(folder: Path, *, episodes: int | None = None, trust: bool = False) -> RunRecord:
    """Return what is compared of a run.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    episodes : int, optional
        Fresh episodes on which to evaluate its best genome anew, in place of those that were kept.
    trust : bool
        Whether its task may be made for that; see `Run`.

    Raises
    ------
    CheckpointError
        If there is no run, it is damaged, newer, or has no generation yet.
    TrustError
        If `episodes` are asked for and the task needs trust.
    """
    with Run(folder, trust=trust) as run:
        summaries = run.summaries
        if not summaries:
            raise CheckpointError(f"run {folder}: has no generation yet")
        best = run.best
        fresh = None if episodes is None else best.evaluate(seeds=episodes)
        tried = best.validation if fresh is None else fresh
        population, objectives = run.population, run.objectives
        statistics, goal = run.statistics, goal_of(run.config)
        worths = [_worth(one, one.validation) for one in population] + [_worth(best, tried)]
        alive = [one.evaluation for one in population if one.evaluation.is_ok]
        return RunRecord(
            name=run.name,
            folder=folder,
            seed=run.config.seed,
            task=run.config.task.id,
            settings=settings_of(run.config),
            finished=run.finished,
            digest=run.digest,
            goal=goal,
            evaluations=tuple(one.evaluations for one in summaries),
            best_returns=tuple(one.best_return for one in summaries),
            solved_at=_solved_at(run, summaries, goal),
            best=_worth(best, tried),
            survivors=tuple(one for one in worths if one is not None),
            objectives=tuple(ObjectiveName(o.name, o.direction, o.unit) for o in objectives),
            points=tuple(tuple(float(o.value(one)) for o in objectives) for one in alive),
            reference=statistics[-1].reference if statistics else (),
        )


def settings_of(config: ExperimentConfig) -> dict[str, str]:
    """Return the settings of a run that decide its results, the seed left out, by dotted path."""
    leaves = _leaves(msgspec.to_builtins(config), "")
    return {path: text for path, text in leaves if path not in _NOT_OF_RESULTS}


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key in sorted(value):
            yield from _leaves(value[key], f"{path}.{key}" if path else str(key))
    else:
        yield path, json.dumps(value, sort_keys=True)


def _solved_at(run: Run, summaries: Sequence[Summary], goal: float | None) -> int | None:
    """Return the evaluations until the first champion that passed the goal on fresh episodes."""
    tried: dict[int, Evaluation] = {}
    history = History(goal)
    for summary in summaries:
        history.add(summary, None)
        new = [key for key in history.champions if key not in tried]
        for key in new:
            tried |= _validation(run, key)
        if new and history.is_solved(tried):
            return summary.evaluations
    return None


def _validation(run: Run, key: int) -> dict[int, Evaluation]:
    found = run.solution(key).validation
    return {} if found is None else {key: found}


def _worth(solution: Solution, tried: Evaluation | None) -> Worth | None:
    """Return what a genome is worth; None if it failed."""
    told = tried or solution.evaluation
    if not told.is_ok or not math.isfinite(told.mean_return):
        return None
    episodes = len(tried.returns) if tried is not None else 0
    return Worth(mean_return=told.mean_return, power=told.power, episodes=episodes)
