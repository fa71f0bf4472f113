"""``glianeat compare``."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from rich import box
from rich.table import Table

from glianeat.cli.options import runs_option, trust_option, write_new
from glianeat.cli.terminal import add_row, make_console, say, say_json
from glianeat.text import safe

if TYPE_CHECKING:
    from glianeat.studies.result import Comparison
    from glianeat.studies.tables import Cell

_MOST_TESTS = 40  # rows shown; of more, those of the smallest p values
_MOST_LEFT_OUT = 8


@click.command()
@click.argument("names", metavar="RUN|FOLDER…", nargs=-1, required=True)
@click.option(
    "--group-by",
    "group_by",
    multiple=True,
    metavar="KEY",
    help="Take runs together that agree in this setting, such as evolution.population.",
)
@click.option("--task", help="Compare runs of this task alone.")
@click.option("--goal", type=float, help="Return in training from which a run counts as solved.")
@click.option(
    "--statistic",
    type=click.Choice(["median", "mean"]),
    default="median",
    show_default=True,
    help="What curves show of several runs.",
)
@click.option(
    "--episodes",
    type=click.IntRange(min=1, max=100_000),
    help="Evaluate the best genome of each run anew on so many fresh episodes.",
)
@click.option("--unfinished", is_flag=True, help="Take runs that have not ended, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; its field names are stable.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write runs as CSV.")
@trust_option
@runs_option
def compare(
    names: Sequence[str],
    *,
    group_by: Sequence[str],
    task: str | None,
    goal: float | None,
    statistic: Literal["median", "mean"],
    episodes: int | None,
    unfinished: bool,
    as_json: bool,
    csv_file: Path | None,
    trust: bool,
    runs: Path,
) -> None:
    """Compare RUNs, and those in FOLDERs, in groups of equal settings but for the seed.

    Shown are medians with 95 % bootstrap intervals, and for each pair of groups how probable it is
    that a run of the first is better (A12), with the test of Mann and Whitney, corrected by Holm's
    method over all pairs.
    """
    from glianeat.studies.comparison import compare as compare_runs
    from glianeat.studies.tables import runs_csv

    comparison = compare_runs(
        names,
        folder=runs,
        group_by=group_by,
        goal=goal,
        statistic=statistic,
        task=task,
        unfinished=unfinished,
        episodes=episodes,
        trust=trust,
    )
    if as_json:
        say_json(comparison)
    else:
        print_comparison(comparison)
    if csv_file is not None:
        write_new(csv_file, runs_csv(comparison))


def print_comparison(comparison: "Comparison") -> None:
    """Print a comparison as tables and notes."""
    from glianeat.studies.tables import group_columns, group_rows, test_columns, test_rows

    count = sum(len(group.runs) for group in comparison.groups)
    title = f"{comparison.task}: {count} runs; medians with 95 % intervals"
    console = make_console()
    console.print(_table(title, group_columns(comparison), group_rows(comparison), left=1))
    tests = sorted(comparison.tests, key=lambda test: 1.0 if test.p is None else test.p)
    shown = comparison.tests if len(tests) <= _MOST_TESTS else tests[:_MOST_TESTS]
    if shown:
        more = (
            "" if len(shown) == len(tests) else f" ({len(shown)} of {len(tests)}; --json has all)"
        )
        title = f"A12: how probable it is that a run of the first group is better{more}"
        console.print(_table(title, test_columns(), test_rows(shown), left=3))
    say("\n".join(_lines(comparison)))


def _lines(comparison: "Comparison") -> list[str]:
    left_out = comparison.left_out
    lines = list(comparison.notes)
    lines += [f"left out: {one.name}: {safe(one.reason)}" for one in left_out[:_MOST_LEFT_OUT]]
    more = len(left_out) - _MOST_LEFT_OUT
    return [*lines, f"left out: {more} more; --json names them"] if more > 0 else lines


def _table(
    title: str, columns: Sequence[str], rows: "Sequence[Sequence[Cell]]", *, left: int
) -> Table:
    table = Table(title=safe(title), title_justify="left", box=box.SIMPLE_HEAD)
    for place, column in enumerate(columns):
        table.add_column(safe(column), justify="left" if place < left else "right", overflow="fold")
    for row in rows:
        add_row(table, *("" if cell is None else str(cell) for cell in row))
    return table
