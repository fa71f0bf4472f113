"""``glianeat compare``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import click

from glianeat.cli.comparison import print_comparison
from glianeat.cli.options import runs_option, tell_of_trust, trust_option
from glianeat.cli.terminal import say, say_json
from glianeat.store.files import write_new


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
    from glianeat.studies.finding import demands_of, find_runs
    from glianeat.studies.tables import runs_csv

    if episodes is not None and trust:
        tell_of_trust(demands_of(find_runs(names, runs)), trust=trust)
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
    if csv_file is not None:
        write_new(csv_file, runs_csv(comparison))
        say(f"wrote {csv_file}", err=True)
    if as_json:
        say_json(comparison)
    else:
        print_comparison(comparison)
