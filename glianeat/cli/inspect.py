"""``glianeat inspect``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from glianeat.cli.options import find_run, runs_option, tell_of_trust, trust_option
from glianeat.cli.pages import check_page, draw_without_display, open_page
from glianeat.cli.terminal import say

if TYPE_CHECKING:
    from glianeat.run.run import Run


@click.command()
@click.argument("name", metavar="RUN")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; by default RUN.html here.",
)
@click.option("--open", "opens", is_flag=True, help="Show the page in a browser.")
@click.option(
    "--genome", default="best", show_default=True, metavar="best|KEY", help="Shown first."
)
@click.option("--no-activity", is_flag=True, help="Run no episode: the page shows no spikes.")
@trust_option
@runs_option
def inspect(
    name: str,
    *,
    output: Path | None,
    opens: bool,
    genome: str,
    no_activity: bool,
    trust: bool,
    runs: Path,
) -> None:
    """Write a page that shows RUN: topology and activity, front, evolution, lineage, health.

    It is one file that needs no network and can be sent to others. A page that inspect wrote before
    is replaced; any other file is not.
    """
    from glianeat.inspector.embedded import inspect_page
    from glianeat.run.run import Run
    from glianeat.store.files import write_whole

    draw_without_display()
    with Run(find_run(runs, name), trust=trust) as run:
        tell_of_trust(run.demands, trust=trust)
        path = output or Path(f"{run.name}.html")
        check_page(path)
        page = inspect_page(run, _key(run, genome), activity=not no_activity)
    write_whole(path, page.data)
    say(f"wrote {path}, {len(page.data) / 1e6:.1f} MB")
    for note in page.notes:
        say(f"  {note}")
    if opens:
        open_page(path)


def _key(run: "Run", text: str) -> int | None:
    from glianeat.cli.options import choose_genome

    return None if text == "best" else choose_genome(run, text).key
