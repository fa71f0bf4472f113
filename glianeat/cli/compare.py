"""``glianeat compare``."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from glianeat.cli.comparison import print_comparison
from glianeat.cli.options import runs_option, tell_of_trust, trust_option
from glianeat.cli.pages import check_page, open_page
from glianeat.cli.terminal import say, say_json
from glianeat.errors import CheckpointError
from glianeat.store.files import write_new, write_whole

_PAGE = Path("comparison.html")


@click.command()
@click.argument("names", metavar="RUN|FOLDER…", nargs=-1)
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
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page, such as comparison.html.",
)
@click.option("--open", "opens", is_flag=True, help="Show the page in a browser.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write runs as CSV.")
@trust_option
@runs_option
def compare(
    names: Sequence[str],
    *,
    as_json: bool,
    csv_file: Path | None,
    output: Path | None,
    opens: bool,
    runs: Path,
    **options: Any,
) -> None:
    """Compare RUNs, and those in FOLDERs, in groups of equal settings but for the seed.

    Without any, all in the folder of runs are compared.

    Shown are medians with 95 % bootstrap intervals, and for each pair of groups how probable it is
    that a run of the first is better (A12), with the test of Mann and Whitney, corrected by Holm's
    method over all pairs.
    """
    from glianeat.inspector.comparison import comparison_page
    from glianeat.studies.comparison import compare as compare_runs
    from glianeat.studies.finding import demands_of, find_runs
    from glianeat.studies.tables import runs_csv

    names = names or [str(runs)]
    output = output or (_PAGE if opens else None)
    _check_files(output, csv_file)
    if options["episodes"] is not None and options["trust"]:
        tell_of_trust(demands_of(find_runs(names, runs)), trust=True)
    comparison = compare_runs(names, folder=runs, **options)
    if output is not None:
        page = comparison_page(comparison)
        write_whole(output, page)
        say(f"wrote {output}, {len(page) / 1e3:.0f} kB", err=True)
    if csv_file is not None:
        write_new(csv_file, runs_csv(comparison))
        say(f"wrote {csv_file}", err=True)
    if as_json:
        say_json(comparison)
    else:
        print_comparison(comparison)
    if output is not None and opens:
        open_page(output)


def _check_files(page: Path | None, table: Path | None) -> None:
    """Raise `CheckpointError` if a file is in the way, before anything is computed."""
    if page is not None:
        check_page(page)
    if table is not None and os.path.lexists(table):
        raise CheckpointError(f"{table}: exists already; choose another name")
