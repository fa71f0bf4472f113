"""The report of a study as Markdown, with every seed."""

from collections.abc import Iterable, Iterator, Sequence

from glianeat.studies.study.measures import MEASURES
from glianeat.studies.study.result import StudyReport, TaskReport
from glianeat.studies.study.words import (
    CHANGE_COLUMNS,
    SUMMARY_COLUMNS,
    TEST_COLUMNS,
    change_rows,
    heading,
    measured,
    number,
    origin_text,
    rule_text,
    summary_rows,
    test_rows,
)
from glianeat.text import safe, safe_markup

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]|#"})


def report_markdown(report: StudyReport) -> str:
    """Return a report as Markdown; text in it is foreign, and shows itself."""
    lines = [f"# {_plain(report.name)}", ""]
    lines += [_plain(report.question), ""] if report.question else []
    lines += [_plain(rule_text(report)), "", _plain(origin_text(report)), ""]
    lines += [f"{_plain(note)}\n" for note in report.notes]
    lines += [f"Made with {_plain(made)}.\n" for made in report.made_with]
    for task in report.tasks:
        lines += _task(task, report)
    if report.missing:
        rows = [[one.name, one.status, one.reason] for one in report.missing]
        lines += ["## Runs that are missing", "", *_table(("run", "status", "reason"), rows)]
    return "\n".join(lines).rstrip() + "\n"


def _task(task: TaskReport, report: StudyReport) -> Iterator[str]:
    yield f"## {_plain(heading(task, report))}"
    yield ""
    text = f"{task.text}; " if task.text else ""
    yield _plain(f"{text}{measured(task)}. Medians over runs.")
    yield ""
    yield from _table(SUMMARY_COLUMNS, summary_rows(task))
    if task.decisive:
        yield _plain(f"{report.treatment} against the other arms, A12 above 0.5 in its favour.")
        yield ""
        yield from _table(TEST_COLUMNS, test_rows(task))
    if task.changes:
        yield "The same champions in two tests."
        yield ""
        yield from _table(CHANGE_COLUMNS, change_rows(task))
    yield from _seeds(task)


def _seeds(task: TaskReport) -> Iterator[str]:
    """Yield the value of the primary test of every run."""
    arms = [arm for arm in task.arms if any(task.primary in row.tests for row in arm.runs)]
    if not arms:
        return
    measure = MEASURES[task.measure]
    seeds = sorted({row.seed for arm in arms for row in arm.runs})
    found = {
        (arm.name, row.seed): number(measure.of(row.tests[task.primary]))
        for arm in arms
        for row in arm.runs
        if task.primary in row.tests
    }
    yield _plain(f"{task.primary} by seed.")
    yield ""
    names = [arm.name for arm in arms]
    rows = [[str(seed), *(found.get((name, seed), "") for name in names)] for seed in seeds]
    yield from _table(("seed", *names), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(head)
    yield _row(["---"] * len(head))
    for row in rows:
        yield _row([_plain(cell) for cell in row])
    yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Return foreign text that Markdown takes for no markup and no HTML."""
    return safe_markup(safe(text)).translate(_MARKS)
