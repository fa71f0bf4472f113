"""What a reader of a comparison must know, in plain sentences."""

from collections.abc import Sequence

from glianeat.studies.grouping import RunGroup
from glianeat.studies.record import RunRecord
from glianeat.studies.result import GroupResult
from glianeat.studies.scale import Scale
from glianeat.text import counted

_FEW = 5  # runs of a group, below which little can be told
_MOST_NAMED = 4  # settings


def of_run(record: RunRecord) -> str:
    """Return what is special of one run; mostly nothing."""
    if not record.finished:
        return "not finished"
    if record.best is None:
        return "every genome failed"
    if record.finished == "hours":
        return "ended by wall-clock time"
    return "" if record.best.episodes else "final return in training"


def of_comparison(
    groups: Sequence[RunGroup], scale: Scale, results: Sequence[GroupResult]
) -> list[str]:
    """Return what a reader of a comparison must know."""
    records = [record for group in groups for record in group.records]
    return [
        *_of_goal(records, scale),
        *_of_power(records, scale),
        *_of_objectives(scale),
        *_of_mixed(groups),
        *_of_few(results),
        *_of_wall_clock(records),
    ]


def _of_goal(records: Sequence[RunRecord], scale: Scale) -> list[str]:
    goal = scale.goal
    if scale.in_training:
        return [f"solved: a survivor has a mean return of {goal:g} in training"]
    if goal is not None:
        return [f"solved: a genome passes {goal:g} on fresh episodes, by twice its standard error"]
    goals = sorted({record.goal for record in records if record.goal is not None})
    if not goals:
        return ["the task says no return that counts as solved; --goal chooses one"]
    told = ", ".join(f"{goal:g}" for goal in goals)
    return [f"runs count as solved by their own returns ({told}); --goal chooses one for all"]


def _of_power(records: Sequence[RunRecord], scale: Scale) -> list[str]:
    if scale.equal_return is None:
        return []
    why = "the goal" if scale.equal_return == scale.goal else "what the median run of each reaches"
    found = [f"power is compared at a return of {scale.equal_return:.6g}, {why}"]
    tried = {one.episodes > 0 for record in records for one in record.survivors}
    if tried == {True, False}:
        found.append("there, survivors that were not tried on fresh episodes count by training")
    return found


def _of_objectives(scale: Scale) -> list[str]:
    names = [one.name for one in scale.objectives]
    if not names:
        return ["runs have different objectives, so that their fronts are not compared"]
    if len(names) > 2:
        return [f"attainment is of {names[0]} and {names[1]}; runs have {len(names)} objectives"]
    return []


def _of_mixed(groups: Sequence[RunGroup]) -> list[str]:
    found = []
    for group in groups:
        if group.mixed:
            more = len(group.mixed) - _MOST_NAMED
            named = ", ".join(group.mixed[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
            found.append(f"runs of {group.name} differ in {named}")
    return found


def _of_few(results: Sequence[GroupResult]) -> list[str]:
    few = [group.name for group in results if len(group.runs) < _FEW]
    if not few:
        return []
    return [f"fewer than {_FEW} runs, so that little can be told: {'; '.join(few[:_MOST_NAMED])}"]


def _of_wall_clock(records: Sequence[RunRecord]) -> list[str]:
    number = sum(record.finished == "hours" for record in records)
    if not number:
        return []
    return [f"{counted(number, 'run')} ended by wall-clock time, which depends on the machine"]
