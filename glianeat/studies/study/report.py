"""The report of a study, from what is in its folder; nothing of a task is imported or run."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from glianeat.errors import CheckpointError
from glianeat.run.stored import PROVENANCE
from glianeat.store.run_store import RunStore
from glianeat.studies.cell_states import CellState
from glianeat.studies.statistics import LEVEL, bootstrap_interval, holm
from glianeat.studies.study.cells import StudyCell
from glianeat.studies.study.champion import Tested, read_tests
from glianeat.studies.study.files import StudyFile
from glianeat.studies.study.measures import MEASURES
from glianeat.studies.study.plan import StudyPlan
from glianeat.studies.study.result import (
    ArmReport,
    Change,
    Missing,
    RunRow,
    StudyReport,
    Summary,
    TaskReport,
)
from glianeat.studies.study.verdict import (
    ArmTest,
    Pair,
    Verdict,
    compare_arms,
    finite,
    judged,
    verdict_of,
)
from glianeat.text import counted
from glianeat.typing import FloatArray

_SEED = 0  # of the resampling: equal runs give equal intervals
_Rows = Mapping[tuple[str, str], Sequence[RunRow]]


def report_of(
    folder: Path, file: StudyFile, cells: Sequence[tuple[StudyCell, CellState]]
) -> StudyReport:
    """Return the report of a study, as far as it is.

    Parameters
    ----------
    folder : Path
        Its folder.
    file : StudyFile
        What is fixed of it.
    cells : sequence of (StudyCell, CellState)
        All its runs, and how it stands with them.
    """
    rows: dict[tuple[str, str], list[RunRow]] = {}
    missing: list[Missing] = []
    made_with: dict[str, None] = {}
    wanted = [(cell, state) for cell, state in cells if state.status != "given up"]
    for cell, state in wanted:
        reason = state.reason
        try:
            row = _row(folder, cell, made_with) if state.status == "finished" else None
        except CheckpointError as error:
            row, reason = None, str(error)
        if row is None:
            status = "failed" if reason else state.status
            missing.append(Missing(cell.name, status, reason))
        else:
            rows.setdefault((cell.task, cell.arm), []).append(row)
    plan, ids = file.plan, {cell.task: cell.config.task.id for cell, _ in cells}
    tasks = [
        _TaskReader(plan, name, rows).report(
            ids[name], planned=sum(cell.task == name for cell, _ in wanted)
        )
        for name in plan.tasks
    ]
    tasks = decided(plan, tasks, is_screen=bool(file.screen))
    return StudyReport(
        name=folder.name,
        question=plan.question,
        sha256=file.sha256,
        screen=file.screen,
        seeds=list(plan.seed_numbers),
        level=LEVEL,
        treatment=plan.decision.treatment,
        rule=plan.decision,
        tasks=tasks,
        missing=missing,
        made_with=list(made_with),
        notes=list(_notes(tasks, missing, made_with)),
    )


def _row(folder: Path, cell: StudyCell, made_with: dict[str, None]) -> RunRow:
    """Return a finished run; raise `CheckpointError` if it is not the one that was tested."""
    tests = read_tests(folder, cell.name)
    with RunStore.open(folder / cell.name) as store:
        last, digest = store.last_generation(), store.digest
        made_with.setdefault(_made_with(store))
    if tests is None or last is None or tests.digest != digest:
        raise CheckpointError(f"run {cell.name}: its champion's tests are of another run")
    return RunRow(
        seed=cell.seed,
        name=cell.name,
        digest=digest,
        evaluations=last.evaluations,
        seconds=last.seconds,
        champion=tests.champion,
        neurons=tests.neurons,
        hidden=tests.hidden,
        synapses=tests.synapses,
        astrocytes=tests.astrocytes,
        tests=tests.tests,
    )


def _made_with(store: RunStore) -> str:
    """Return what a run was made with, in words; whatever is in it is a stranger's word."""
    try:
        told = msgspec.json.decode(store.meta(PROVENANCE), type=dict[str, Any])
    except (CheckpointError, msgspec.DecodeError, RecursionError):
        return "unknown"
    words = (told.get(key, "") for key in ("glianeat", "commit", "processor"))
    return ", ".join(str(word) for word in words if word)


class _TaskReader:
    """Makes the report of one task from its runs."""

    def __init__(self, plan: StudyPlan, name: str, rows: _Rows) -> None:
        self._plan, self._name, self._rows = plan, name, rows
        self._task = plan.tasks[name]
        self._measure = MEASURES[self._task.measure]

    def report(self, task_id: str, planned: int) -> TaskReport:
        """Return the report of so many runs, in which nothing is judged yet."""
        arms = self._plan.arms_of(self._name)
        finished = [row for arm in arms for row in self._of(arm)]
        tests = [name for name in self._task.tests if name != self._task.primary]
        return TaskReport(
            name=self._name,
            text=self._task.text,
            id=task_id,
            primary=self._task.primary,
            measure=self._task.measure,
            unit=self._measure.unit,
            more_is_better=self._measure.direction > 0,
            verdict="",
            finished=len(finished),
            planned=planned,
            given_up=planned < len(arms) * len(self._plan.seed_numbers),
            arms=[self._arm(arm) for arm in arms],
            decisive=compare_arms(self._pairs(self._task.primary)),
            further=[one for name in tests for one in compare_arms(self._pairs(name))],
            changes=list(self._changes()),
            seconds=sum(row.seconds for row in finished),
        )

    def _of(self, arm: str) -> Sequence[RunRow]:
        return self._rows.get((self._name, arm), ())

    def _arm(self, arm: str) -> ArmReport:
        tests = self._plan.tests_of(self._name, arm)
        return ArmReport(
            name=arm,
            text=self._plan.arms[arm].text,
            summaries=[self._summary(arm, test) for test in tests],
            runs=list(self._of(arm)),
        )

    def _summary(self, arm: str, test: str) -> Summary:
        tested = self._tested(arm, test)
        values = self._values(arm, test) * self._measure.direction
        middle = bootstrap_interval(values, np.random.default_rng(_SEED))
        median, low, high = (finite(number) for number in middle)
        return Summary(
            test=test,
            n=len(tested),
            failed=sum(bool(one.failure) for one in tested),
            median=median,
            low=low,
            high=high,
            power=_median(one.power for one in tested),
            spikes=_median(one.spikes for one in tested),
        )

    def _tested(self, arm: str, test: str) -> list[Tested]:
        return [row.tests[test] for row in self._of(arm) if test in row.tests]

    def _values(self, arm: str, test: str) -> FloatArray:
        """Return what is compared, turned such that more is better."""
        return self._measure.turned(self._tested(arm, test))

    def _pairs(self, test: str) -> list[Pair]:
        """Return the treatment with every other arm that has the test."""
        decision, arms = self._plan.decision, self._plan.arms_of(self._name)
        have = [arm for arm in arms if test in self._plan.tests_of(self._name, arm)]
        treatment = decision.treatment
        if treatment not in have:
            return []
        return [
            Pair(
                test=test,
                other=arm,
                is_control=arm in decision.controls,
                treatment_values=self._values(treatment, test),
                other_values=self._values(arm, test),
            )
            for arm in have
            if arm != treatment
        ]

    def _changes(self) -> Iterator[Change]:
        """Yield what tests do to champions that have another test to be compared with."""
        for arm in self._plan.arms_of(self._name):
            tests = self._plan.tests_of(self._name, arm)
            for name, test in tests.items():
                if test.against in tests:
                    yield self._change(arm, name, test.against)

    def _change(self, arm: str, test: str, against: str) -> Change:
        gaps = np.array(list(self._gaps(arm, test, against)), dtype=np.float64)
        middle = bootstrap_interval(gaps, np.random.default_rng(_SEED))
        median, low, high = (finite(number) for number in middle)
        return Change(
            arm=arm,
            test=test,
            against=against,
            n=len(gaps),
            median=median,
            low=low,
            high=high,
            lower=int((gaps < 0.0).sum()),
        )

    def _gaps(self, arm: str, test: str, against: str) -> Iterator[float]:
        """Yield how much more each champion has in a test than in another one."""
        for row in self._of(arm):
            if test in row.tests and against in row.tests:
                more, less = (self._measure.of(row.tests[name]) for name in (test, against))
                if more is not None and less is not None:
                    yield more - less


def _median(values: Iterator[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    return float(np.median(told)) if told else None


def decided(plan: StudyPlan, tasks: Sequence[TaskReport], *, is_screen: bool) -> list[TaskReport]:
    """Return the tasks with what the rule says of them."""
    rule, pairs = plan.decision, [len(task.decisive) for task in tasks]
    tests = [test for task in tasks for test in task.decisive]
    if rule.holm_over == "study":
        p_values = [np.nan if test.p is None else test.p for test in tests]
        tests = [
            msgspec.structs.replace(test, p_holm=finite(p))
            for test, p in zip(tests, holm(p_values), strict=True)
        ]
    found = []
    for task, number in zip(tasks, pairs, strict=True):
        own, tests = tests[:number], tests[number:]
        found.append(_with_verdict(plan, task, own, is_screen=is_screen))
    return found


def _with_verdict(
    plan: StudyPlan, task: TaskReport, tests: Sequence[ArmTest], *, is_screen: bool
) -> TaskReport:
    told = list(tests)
    verdict: Verdict = "screen" if is_screen else "unfinished"
    if not is_screen and task.finished == task.planned:
        told = [judged(test, plan.decision) if test.is_control else test for test in tests]
        verdict = "given up" if task.given_up else verdict_of(told)
    return msgspec.structs.replace(task, decisive=told, verdict=verdict)


def _notes(
    tasks: Sequence[TaskReport], missing: Sequence[Missing], made_with: Mapping[str, None]
) -> Iterator[str]:
    if missing:
        are = "is" if len(missing) == 1 else "are"
        yield f"{counted(len(missing), 'run')} of the study {are} missing: this report is interim."
    failed = sum(one.failed for task in tasks for arm in task.arms for one in arm.summaries)
    if failed:
        count = "it counts" if failed == 1 else "they count"
        yield f"{counted(failed, 'test')} of champions failed; {count} as worse than all others."
    if len(made_with) > 1:
        yield "Not all runs were made with the same version of glianeat on the same processor."
