"""What a comparison takes of one run; reading it imports and calls nothing of the run's task."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from glianeat.errors import CheckpointError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.objectives import Objective
from glianeat.run.config import ExperimentConfig
from glianeat.run.defaults import objectives_of
from glianeat.run.run import Run
from glianeat.run.runner import FINISHED
from glianeat.run.stopping import History
from glianeat.run.stored import stored_config
from glianeat.run.validation import finalists
from glianeat.store.records import Summary
from glianeat.store.run_store import RunStore
from glianeat.studies.goal import goal_of

_NOT_OF_RESULTS = (
    "seed",
    "task.compiled",
    "evaluation.timeout",
    "evaluation.isolation",
    "evaluation.tolerated_losses",
    "evaluation.progress_share",
    "evaluation.progress_episodes",
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
    with RunStore.open(folder) as store:
        config, last = stored_config(store), store.last_generation()
        if last is None:
            raise CheckpointError(f"run {folder}: has no generation yet")
        summaries, tried, statistics = store.summaries(), store.validations(), store.statistics()
        trained = dict(store.evaluations(standing.key for standing in last.survivors))
        has_ended = store.has_meta(FINISHED)
        finished = store.meta(FINISHED).decode(errors="replace") if has_ended else ""
        digest = store.digest
    best = _best(finalists(tried) or trained)
    fresh = tried
    if episodes is not None:
        best = _evaluated_anew(folder, episodes, trust=trust)
        fresh = {**tried, best.key: best}
    objectives, goal = objectives_of(config), goal_of(config)
    alive = [one for one in trained.values() if one.is_ok]
    worths = [_worth(one, fresh) for one in {**trained, best.key: best}.values()]
    return RunRecord(
        name=folder.name,
        folder=folder,
        seed=config.seed,
        task=config.task.id,
        settings=settings_of(config),
        finished=finished,
        digest=digest,
        goal=goal,
        evaluations=tuple(one.evaluations for one in summaries),
        best_returns=tuple(one.best_return for one in summaries),
        solved_at=_solved_at(summaries, goal, tried),
        best=_worth(best, fresh),
        survivors=tuple(one for one in worths if one is not None),
        objectives=tuple(ObjectiveName(o.name, o.direction, o.unit) for o in objectives),
        points=_points(alive, objectives),
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


def _points(
    alive: Iterable[Evaluation], objectives: Sequence[Objective]
) -> tuple[tuple[float, ...], ...]:
    """Return the objectives of each evaluation that has all of them."""
    points = (tuple(float(o.value(one)) for o in objectives) for one in alive)
    return tuple(point for point in points if all(map(math.isfinite, point)))


def _best(candidates: Mapping[int, Evaluation]) -> Evaluation:
    """Return the evaluation of the best genome, as `Run.best` picks it."""
    return min(candidates.values(), key=lambda one: (-one.mean_return, one.power, one.key))


def _evaluated_anew(folder: Path, episodes: int, *, trust: bool) -> Evaluation:
    """Return how the best genome of a run does on other episodes than those that picked it."""
    with Run(folder, trust=trust) as run:
        return run.best.evaluate(seeds=episodes)


def _solved_at(
    summaries: Sequence[Summary], goal: float | None, tried: Mapping[int, Evaluation]
) -> int | None:
    """Return the evaluations until the first champion that passed the goal on fresh episodes."""
    history = History(goal)
    for summary in summaries:
        before = len(history.champions)
        history.add(summary, None)
        if len(history.champions) > before and history.is_solved(tried):
            return summary.evaluations
    return None


def _worth(one: Evaluation, tried: Mapping[int, Evaluation]) -> Worth | None:
    """Return what a genome is worth; None if it failed."""
    fresh = tried.get(one.key)
    told = one if fresh is None else fresh
    if not told.is_ok or not math.isfinite(told.mean_return):
        return None
    episodes = 0 if fresh is None else len(fresh.returns)
    return Worth(mean_return=told.mean_return, power=told.power, episodes=episodes)
