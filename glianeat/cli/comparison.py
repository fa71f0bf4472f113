"""A comparison of runs on the terminal."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from glianeat.cli.terminal import add_row, make_console, say
from glianeat.text import counted, safe

if TYPE_CHECKING:
    from glianeat.studies.result import Comparison, Estimate, GroupResult, PairTest

_MOST_TESTS = 40  # rows shown; of more, those of the smallest p values
_MOST_LEFT_OUT = 8
_NONE = "none"


def print_comparison(comparison: "Comparison") -> None:
    """Print a comparison: medians of the groups, pairs of groups, and what a reader must know."""
    count = sum(len(group.runs) for group in comparison.groups)
    groups = counted(len(comparison.groups), "group")
    console = make_console()
    table = _table(
        f"{comparison.task}: {counted(count, 'run')} in {groups}",
        ("measure", "group", "runs", "median", "95 % interval"),
    )
    for place in range(len(comparison.groups[0].estimates)):
        for group in comparison.groups:
            first = group is comparison.groups[0]
            _add_estimate(table, group, group.estimates[place], named=first)
    console.print(table)
    if comparison.tests:
        console.print(_tests(comparison.tests))
    say("\n".join(_lines(comparison)))


def _add_estimate(table: Table, group: "GroupResult", one: "Estimate", *, named: bool) -> None:
    from glianeat.studies.tables import LABELS

    number = len(group.runs)
    add_row(
        table,
        LABELS[one.measure] if named else "",
        group.name,
        str(number) if one.told == number else f"{one.told} of {number}",
        _NONE if one.median is None else _number(one.median),
        _interval(one.low, one.high, _number),
    )


def _tests(tests: "Sequence[PairTest]") -> Table:
    from glianeat.studies.tables import LABELS

    by_p = sorted(tests, key=lambda test: 1.0 if test.p is None else test.p)
    shown = tests if len(tests) <= _MOST_TESTS else by_p[:_MOST_TESTS]
    more = "" if len(shown) == len(tests) else f" ({len(shown)} of {len(tests)}; --json has all)"
    table = _table(
        f"A12: how probable it is that a run of the first group is better{more}",
        ("measure", "first, second", "A12", "95 % interval", "p", "p (Holm)"),
    )
    before = ""
    for test in shown:
        label = LABELS[test.measure]
        add_row(
            table,
            label if label != before else "",
            f"{test.first}, {test.second}",
            "" if test.a12 is None else _share(test.a12),
            _interval(test.a12_low, test.a12_high, _share),
            _p(test.p),
            _p(test.p_holm),
        )
        before = label
    return table


def _lines(comparison: "Comparison") -> list[str]:
    left_out = comparison.left_out
    lines = list(comparison.notes)
    lines += [f"left out: {one.name}: {safe(one.reason)}" for one in left_out[:_MOST_LEFT_OUT]]
    more = len(left_out) - _MOST_LEFT_OUT
    return [*lines, f"left out: {more} more; --json names them"] if more > 0 else lines


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(
        title=safe(title), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place > 1 else "left", overflow="fold")
    return table


def _interval(low: float | None, high: float | None, text: Callable[[float], str]) -> str:
    """Return an interval; an end where half of the resampled runs have no value has none."""
    if low is None and high is None:
        return ""
    ends = (_NONE if end is None else text(end) for end in (low, high))
    return " to ".join(ends)


def _share(value: float) -> str:
    return f"{value:.2f}"


def _p(value: float | None) -> str:
    if value is None:
        return ""
    return "<0.0001" if value < 0.0001 else f"{value:.4f}"


def _number(value: float) -> str:
    """Return a number with four significant digits; whole ones below a million whole."""
    is_whole = value == round(value) and abs(value) < 1e6
    return f"{value:.0f}" if is_whole else f"{value:.4g}"
