"""Runs compared: groups, learning curves, what they reach, and how sure that is."""

import contextlib
import math
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from glianeat.errors import CheckpointError, ConfigError
from glianeat.evolution.hypervolume import attainment_surface
from glianeat.run.run import Run
from glianeat.studies import notes
from glianeat.studies.curves import aligned, common_evaluations
from glianeat.studies.finding import UNFINISHED, LeftOut, find_runs, read_records
from glianeat.studies.grouping import RunGroup, group_runs
from glianeat.studies.measures import MEASURES, RunMeasure
from glianeat.studies.record import RunRecord
from glianeat.studies.result import (
    Comparison,
    Curve,
    Estimate,
    GroupResult,
    PairTest,
    RunResult,
    Surface,
)
from glianeat.studies.scale import Scale, scale_of, turned
from glianeat.studies.statistics import (
    LEVEL,
    Statistic,
    bootstrap_band,
    bootstrap_interval,
    holm,
    mann_whitney,
    vargha_delaney_interval,
)
from glianeat.studies.sweep_file import has_sweep, read_sweep
from glianeat.typing import FloatArray, IntArray

SHARES = (0.25, 0.5, 0.75)  # of the runs that reach a surface
_SEED = 0  # of the resampling: equal runs give equal intervals


def compare(  # noqa: PLR0913 - which runs, how they are grouped, what is made of them
    runs: Sequence[str | Path | Run] | str | Path | Run,
    *,
    folder: Path = Path("runs"),
    group_by: Sequence[str] = (),
    goal: float | None = None,
    statistic: Statistic = "median",
    task: str | None = None,
    unfinished: bool = False,
    episodes: int | None = None,
    trust: bool = False,
) -> Comparison:
    """Compare runs in groups of equal settings but for the seed.

    Parameters
    ----------
    runs : str, Path, Run or sequence of these
        Runs, their names, their paths, or folders of runs such as a sweep makes.
    folder : Path
        Folder in which names are looked for.
    group_by : sequence of str
        Dotted paths of settings: runs that agree in these are one group. By default all settings
        that decide results.
    goal : float, optional
        Mean return in training from which a run counts as solved. By default the return that the
        settings or the task declare, which a genome must pass on fresh episodes, too.
    statistic : {'median', 'mean'}
        What curves show of several runs.
    task : str, optional
        Compare runs of this task alone.
    unfinished : bool
        Whether to take runs that have not ended, as far as they are.
    episodes : int, optional
        Fresh episodes on which to evaluate the best genome of each run anew; by default those
        count that picked it when the run ended.
    trust : bool
        Whether tasks of runs that were not made here may be made for that.

    Raises
    ------
    CheckpointError
        If a name leads to no run, or none of the runs can be compared.
    ConfigError
        If the runs are of several tasks, or a key is unknown.
    TrustError
        If `episodes` are asked for, and a task needs trust.
    """
    given = [runs] if isinstance(runs, str | Path | Run) else list(runs)
    names = [one.folder if isinstance(one, Run) else one for one in given]
    if not names:
        raise ConfigError("compare: at least one run must be given")
    records, left_out = read_records(
        find_runs(names, folder), unfinished=unfinished, episodes=episodes, trust=trust
    )
    chosen = _of_one_task(records, left_out, task)
    groups = group_runs(chosen, group_by, _varied(chosen))
    return compare_groups(groups, left_out, goal=goal, statistic=statistic)


def compare_groups(
    groups: Sequence[RunGroup],
    left_out: Sequence[LeftOut] = (),
    *,
    goal: float | None = None,
    statistic: Statistic = "median",
) -> Comparison:
    """Compare groups of runs of one task; see `compare`."""
    records = [record for group in groups for record in group.records]
    scale = scale_of(groups, goal)
    grid = common_evaluations(records)
    results = [_group_result(group, scale, grid, statistic) for group in groups]
    told = [
        measure
        for measure in MEASURES
        if any(measure.value(run) is not None for group in results for run in group.runs)
    ]
    return Comparison(
        task=records[0].task,
        goal=scale.goal,
        equal_return=scale.equal_return,
        statistic=statistic,
        level=LEVEL,
        objectives=[one.name for one in scale.objectives],
        units={one.name: one.unit for one in scale.objectives},
        directions={o.name: "max" if o.direction > 0 else "min" for o in scale.objectives},
        reference=turned([scale.reference], scale.objectives)[0].tolist(),
        groups=[_with_estimates(group, told) for group in results],
        tests=[test for measure in told for test in _tests(results, measure)],
        left_out=list(left_out),
        notes=notes.of_comparison(groups, scale, results),
    )


def _varied(records: Sequence[RunRecord]) -> list[str]:
    """Return the settings that sweeps vary of which there are runs: these name groups best."""
    folders = dict.fromkeys(record.folder.parent for record in records)
    varied: dict[str, None] = {}
    for folder in folders:
        if has_sweep(folder):
            with contextlib.suppress(CheckpointError):  # its runs are what is compared
                varied |= dict.fromkeys(read_sweep(folder).grid.varied)
    return list(varied)


def _of_one_task(
    records: Sequence[RunRecord], left_out: Sequence[LeftOut], task: str | None
) -> list[RunRecord]:
    """Return the runs of a task; refuse several tasks, and nothing at all."""
    counts: dict[str, int] = {}
    for record in records:
        counts[record.task] = counts.get(record.task, 0) + 1
    listed = ", ".join(f"{name} ({count})" for name, count in counts.items())
    if not records:
        reasons = "; ".join(f"{one.name}: {one.reason}" for one in left_out[:3])
        more = f"; and {len(left_out) - 3} more" if len(left_out) > 3 else ""
        any_unfinished = any(one.reason == UNFINISHED for one in left_out)
        hint = "; --unfinished takes such runs (unfinished=True)" if any_unfinished else ""
        raise CheckpointError(f"compare: no run can be compared: {reasons}{more}{hint}")
    if task is not None and task not in counts:
        raise ConfigError(f"compare: no run is of task {task!r}, but of {listed}")
    if task is None and len(counts) > 1:
        raise ConfigError(
            f"compare: runs must be of one task, got {listed}; choose one with --task (task=)"
        )
    return [record for record in records if task in {None, record.task}]


def _group_result(
    group: RunGroup, scale: Scale, grid: IntArray, statistic: Statistic
) -> GroupResult:
    curves = np.array([aligned(record, grid) for record in group.records])
    band = bootstrap_band(curves, _rng(), statistic)
    return GroupResult(
        name=group.name,
        settings=group.settings,
        runs=[_run_result(record, scale) for record in group.records],
        curve=Curve(
            evaluations=grid.tolist(),
            runs=np.isfinite(curves).sum(axis=0).tolist(),
            middle=_listed(band.middle),
            low=_listed(band.low),
            high=_listed(band.high),
        ),
        attainment=_attainment(group.records, scale),
        estimates=[],
    )


def _run_result(record: RunRecord, scale: Scale) -> RunResult:
    best = record.best
    return RunResult(
        name=record.name,
        folder=str(record.folder),
        seed=record.seed,
        finished=record.finished,
        generations=len(record.evaluations),
        evaluations=record.evaluations[-1],
        solved_at=scale.solved_at(record),
        final_return=None if best is None else best.mean_return,
        fresh_episodes=0 if best is None else best.episodes,
        power=None if best is None else best.power,
        power_at_equal_return=scale.power_at_equal_return(record),
        hypervolume=scale.hypervolume(record),
        note=notes.of_run(record),
    )


def _attainment(records: Sequence[RunRecord], scale: Scale) -> list[Surface]:
    """Return the surfaces of the first two objectives, in their own units."""
    first_two = scale.objectives[:2]
    if len(first_two) < 2:
        return []
    fronts = [
        turned(record.points, scale.objectives)[:, :2] if record.points else np.empty((0, 2))
        for record in records
    ]
    surfaces = [(share, attainment_surface(fronts, share)) for share in SHARES]
    return [Surface(share, turned(found, first_two).tolist()) for share, found in surfaces]


def _with_estimates(group: GroupResult, measures: Sequence[RunMeasure]) -> GroupResult:
    estimates = []
    for measure in measures:
        values = np.array([measure.of(run) for run in group.runs], dtype=np.float64)
        found = bootstrap_interval(values, _rng())
        median, low, high = (_finite(number) for number in found)
        told = int(np.isfinite(values).sum())
        estimates.append(
            Estimate(measure=measure.name, median=median, low=low, high=high, told=told)
        )
    return GroupResult(
        name=group.name,
        settings=group.settings,
        runs=group.runs,
        curve=group.curve,
        attainment=group.attainment,
        estimates=estimates,
    )


def _tests(groups: Sequence[GroupResult], measure: RunMeasure) -> list[PairTest]:
    """Return every pair of groups compared by a measure."""
    values = [_better_is_more(group, measure) for group in groups]
    pairs = list(combinations(range(len(groups)), 2))
    p_values = [mann_whitney(values[i], values[j]) for i, j in pairs]
    found = []
    for (i, j), p, corrected in zip(pairs, p_values, holm(p_values), strict=True):
        effect = vargha_delaney_interval(values[i], values[j], _rng())
        a12, low, high = (_finite(number) for number in effect)
        found.append(
            PairTest(
                measure=measure.name,
                first=groups[i].name,
                second=groups[j].name,
                n_first=len(values[i]),
                n_second=len(values[j]),
                a12=a12,
                a12_low=low,
                a12_high=high,
                p=_finite(p),
                p_holm=_finite(corrected),
            )
        )
    return found


def _better_is_more(group: GroupResult, measure: RunMeasure) -> FloatArray:
    values = [measure.of(run) for run in group.runs]
    return measure.direction * np.array(values, dtype=np.float64)


def _rng() -> np.random.Generator:
    return np.random.default_rng(_SEED)


def _listed(values: FloatArray) -> list[float | None]:
    return [_finite(value) for value in values.tolist()]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
