"""A comparison as tables of plain numbers: groups, pairs of groups, and runs as CSV."""

import csv
import io

from glianeat.studies.measures import MEASURES
from glianeat.studies.result import Comparison
from glianeat.text import safe

Cell = str | float | int | None
LABELS = {measure.name: measure.label for measure in MEASURES}
"""What tables call a measure, with its unit."""
GROUP_COLUMNS = ("measure", "group", "runs", "with a value", "median", "95 % from", "95 % to")
TEST_COLUMNS = (
    *("measure", "first", "second", "runs of the first", "runs of the second"),
    *("A12", "95 % from", "95 % to", "p", "p (Holm)"),
)
_RUN_COLUMNS = (
    *("seed", "finished", "generations", "evaluations", "solved_at", "final_return"),
    *("fresh_episodes", "power", "power_at_equal_return", "hypervolume", "note"),
)


def group_rows(comparison: Comparison) -> list[list[Cell]]:
    """Return a row of `GROUP_COLUMNS` for each measure and group.

    A median is None where half of the runs have no value, and so are the ends of intervals.
    """
    places = range(len(comparison.groups[0].estimates))
    pairs = [(group, group.estimates[place]) for place in places for group in comparison.groups]
    return [
        [
            *(LABELS[one.measure], group.name, len(group.runs), one.told),
            *(one.median, one.low, one.high),
        ]
        for group, one in pairs
    ]


def test_rows(comparison: Comparison) -> list[list[Cell]]:
    """Return a row of `TEST_COLUMNS` for each measure and pair of groups."""
    return [
        [
            *(LABELS[test.measure], test.first, test.second, test.n_first, test.n_second),
            *(test.a12, test.a12_low, test.a12_high, test.p, test.p_holm),
        ]
        for test in comparison.tests
    ]


def runs_csv(comparison: Comparison) -> bytes:
    """Return all runs as CSV, one a row: its group and settings, its name and its numbers.

    Names are of strangers: no character in them hides or commands.
    """
    paths = list(comparison.groups[0].settings)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["group", *map(safe, paths), "run", *_RUN_COLUMNS])
    for group in comparison.groups:
        settings = [safe(group.settings[path]) for path in paths]
        for run in group.runs:
            values = [_cell(getattr(run, column)) for column in _RUN_COLUMNS]
            writer.writerow([_cell(group.name), *settings, _cell(run.name), *values])
    return file.getvalue().encode()


def _cell(value: Cell) -> Cell:
    """Return a cell, text among them made such that no spreadsheet takes it for a formula."""
    if not isinstance(value, str):
        return value
    shown = safe(value)  # without the spaces at its beginning, behind which a formula may stand
    return f"'{shown}" if shown[:1] in {"=", "+", "-", "@"} else shown
