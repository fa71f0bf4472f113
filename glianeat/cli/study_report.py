"""The report of a study on the terminal."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from glianeat.cli.terminal import add_row, make_console, say
from glianeat.text import safe

if TYPE_CHECKING:
    from glianeat.studies.study.result import StudyReport

_LEFT = ("arm", "test", "against", "compared with", "verdict")
_MOST_MISSING = 8


def print_report(report: "StudyReport") -> None:
    """Print a report: medians of the arms, comparisons of the treatment, and what was decided."""
    from glianeat.studies.study import words

    console = make_console()
    if report.question:
        say(safe(report.question))
    say(words.rule_text(report))
    for task in report.tasks:
        if not task.finished:
            say(words.heading(task, report))
            continue
        title = f"{words.heading(task, report)}\n{words.measured(task)}"
        console.print(_table(title, words.SUMMARY_COLUMNS, words.summary_rows(task)))
        if task.decisive:
            title = f"{report.treatment} against the other arms"
            console.print(_table(title, words.TEST_COLUMNS, words.test_rows(task)))
        if task.changes:
            title = "the same champions in two tests"
            console.print(_table(title, words.CHANGE_COLUMNS, words.change_rows(task)))
    for one in report.missing[:_MOST_MISSING]:
        say(f"missing: {one.name}: {one.status}{f': {safe(one.reason)}' if one.reason else ''}")
    if len(report.missing) > _MOST_MISSING:
        say(f"missing: {len(report.missing) - _MOST_MISSING} more; --list names them")
    say("\n".join([*report.notes, words.origin_text(report)]))


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(
        title="\n".join(map(safe, title.split("\n"))),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for column in columns:
        table.add_column(column, justify="left" if column in _LEFT else "right", overflow="fold")
    for row in rows:
        add_row(table, *row)
    return table
