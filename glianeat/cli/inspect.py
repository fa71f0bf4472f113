"""``glianeat inspect``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from glianeat.cli.options import find_run, runs_option, tell_of_trust, trust_option
from glianeat.cli.terminal import say
from glianeat.errors import CheckpointError

if TYPE_CHECKING:
    from glianeat.run.run import Run

_OURS = b'<meta name="generator" content="glianeat">'
_START = 2**16  # bytes of a file in which its generator stands


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

    del no_activity
    with Run(find_run(runs, name), trust=trust) as run:
        tell_of_trust(run.demands, trust=trust)
        path = output or Path(f"{run.name}.html")
        _check_output(path)
        page = inspect_page(run, _key(run, genome))
    write_whole(path, page.data)
    say(f"wrote {path}, {len(page.data) / 1e6:.1f} MB")
    for note in page.notes:
        say(f"  {note}")
    if opens:
        _open(path)


def _key(run: "Run", text: str) -> int | None:
    from glianeat.cli.options import choose_genome

    return None if text == "best" else choose_genome(run, text).key


def _check_output(path: Path) -> None:
    """Raise `CheckpointError` if the file is there and is no page that was written before."""
    try:
        with path.open("rb") as file:
            is_ours = _OURS in file.read(_START)
    except FileNotFoundError:
        return
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be replaced: {error.strerror}") from None
    if not is_ours:
        raise CheckpointError(f"{path}: exists already and is no page of glianeat's; choose -o")


def _open(path: Path) -> None:
    import webbrowser

    address = path.resolve().as_uri()
    try:
        shown = webbrowser.open(address)
    except webbrowser.Error:
        shown = False
    if not shown:
        say(f"there is no browser here; open {path.resolve()} in one")
