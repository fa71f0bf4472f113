"""The cells of a study: every arm in every task with every seed, each an ordinary run."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from glianeat.errors import ConfigError
from glianeat.run.changes import as_foreign_as
from glianeat.run.config import ExperimentConfig, experiment_from
from glianeat.studies.grid import Cell
from glianeat.studies.study.plan import StudyPlan, Tables
from glianeat.tasks.config import TaskConfig


class StudyCell(Cell, frozen=True, kw_only=True):
    """One run of a study."""

    task: str
    """Name of its task in the study."""
    arm: str
    """Name of its arm."""

    @staticmethod
    def name_of(task: str, arm: str, seed: int) -> str:
        """Return the name of a run in the folder of the study."""
        return f"{task}-{arm}-seed-{seed}"


def cells_of_study(plan: StudyPlan) -> list[StudyCell]:
    """Return all cells: every arm of every task with the first seed, then with the next one.

    Raises
    ------
    ConfigError
        If the settings of an arm in a task are none.
    """
    pairs = list(_pairs(plan))
    return [
        StudyCell(
            name=StudyCell.name_of(task, arm, seed),
            combination=number,
            settings={"task": task, "arm": arm},
            config=config.replace(seed=seed),
            task=task,
            arm=arm,
        )
        for seed in plan.seed_numbers
        for number, (task, arm, config) in enumerate(pairs, start=1)
    ]


def tasks_of(plan: StudyPlan) -> list[TaskConfig]:
    """Return all that a study makes environments of, those of tests among them, each once."""
    found: list[TaskConfig] = []
    for task, arm, config in _pairs(plan):
        changes = (test.settings for test in plan.tests_of(task, arm).values())
        for one in (config, *(with_settings(config, settings) for settings in changes)):
            if one.task not in found:
                found.append(one.task)
    return found


def laid_over(below: Tables, above: Tables) -> Tables:
    """Return settings with others laid over them: tables are joined, all else is replaced."""
    joined = dict(below)
    for key, value in above.items():
        under = joined.get(key)
        tables = isinstance(under, Mapping) and isinstance(value, Mapping)
        joined[key] = laid_over(dict(under or {}), dict(value)) if tables else value
    return joined


def with_settings(config: ExperimentConfig, changes: Mapping[str, Any]) -> ExperimentConfig:
    """Return the settings of a run with others laid over them; a stranger's task stays one."""
    below = msgspec.to_builtins(config)
    return as_foreign_as(config, experiment_from(laid_over(below, dict(changes))))


def _pairs(plan: StudyPlan) -> Iterator[tuple[str, str, ExperimentConfig]]:
    """Yield every task and arm, and their settings, still without a seed."""
    for task, one in plan.tasks.items():
        for arm in plan.arms_of(task):
            settings = plan.settings
            for above in (one.settings, plan.arms[arm].settings, one.by_arm.get(arm, {})):
                settings = laid_over(settings, above)
            if "seed" in settings:
                raise ConfigError(f"task {task}, arm {arm}: seed: must be given in `seeds`")
            try:
                yield task, arm, experiment_from(settings)
            except ConfigError as error:
                raise ConfigError(f"task {task}, arm {arm}: {error}") from None
