"""A comparison as tables: of groups, of pairs of groups, and of runs as CSV."""

import csv
import io
from collections.abc import Sequence

from glianeat.studies.measures import MEASURES
from glianeat.studies.result import Comparison, Estimate, GroupResult, PairTest
from glianeat.text import safe

Cell = str | float | int | None
_LABELS = {measure.name: measure.label for measure in MEASURES}
_COLUMNS = (
    "seed",
    "finished",
    "generations",
    "evaluations",
    "solved_at",
    "final_return",
    "fresh_episodes",
    "power",
    "power_at_equal_return",
    "hypervolume",
    "note",
)


def group_columns(comparison: Comparison) -> list[str]:
    """Return the heads of the table of groups."""
    told = comparison.groups[0].estimates
    return ["group", "runs", "solved", *(_LABELS[estimate.measure] for estimate in told)]


def group_rows(comparison: Comparison) -> list[list[Cell]]:
    """Return a row for each group: how many runs, how many solved, medians with their intervals."""
    return [
        [group.name, len(group.runs), _solved(group), *map(estimate_text, group.estimates)]
        for group in comparison.groups
    ]


def test_columns() -> list[str]:
    """Return the heads of the table of pairs."""
    return ["measure", "first", "second", "A12", "95 % interval", "p", "p (Holm)"]


def test_rows(tests: Sequence[PairTest]) -> list[list[Cell]]:
    """Return a row for each pair of groups and measure."""
    return [
        [
            _LABELS[test.measure],
            test.first,
            test.second,
            _short(test.a12, 2),
            _interval(test.a12_low, test.a12_high, 2),
            _short(test.p, 4),
            _short(test.p_holm, 4),
        ]
        for test in tests
    ]


def estimate_text(estimate: Estimate) -> str:
    """Return a median with its confidence interval, for people."""
    if estimate.median is None:
        return "none" if not estimate.told else f"none (told by {estimate.told})"
    ends = _interval(estimate.low, estimate.high, None)
    return f"{_number(estimate.median)} {ends}".rstrip()


def runs_csv(comparison: Comparison) -> bytes:
    """Return all runs as CSV, one a row: group, its settings, run and numbers of that.

    Names are of strangers: they are quoted, and no character in them commands or hides.
    """
    paths = list(comparison.groups[0].settings)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["group", *map(safe, paths), "run", *_COLUMNS])
    for group in comparison.groups:
        settings = [safe(group.settings[path]) for path in paths]
        for run in group.runs:
            values = [_cell(getattr(run, column)) for column in _COLUMNS]
            writer.writerow([safe(group.name), *settings, safe(run.name), *values])
    return file.getvalue().encode()


def _cell(value: Cell) -> Cell:
    return safe(value) if isinstance(value, str) else value


def _solved(group: GroupResult) -> str:
    solved = sum(run.solved_at is not None for run in group.runs)
    return f"{solved} of {len(group.runs)}"


def _interval(low: float | None, high: float | None, digits: int | None) -> str:
    if low is None and high is None:
        return ""
    ends = [_number(end) if digits is None else _short(end, digits) for end in (low, high)]
    return f"[{ends[0]}, {ends[1]}]"


def _short(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _number(value: float | None) -> str:
    """Return a number with four significant digits; whole ones below a million whole."""
    if value is None:
        return "none"
    return f"{value:.0f}" if value == int(value) and abs(value) < 1e6 else f"{value:.4g}"
