"""``glianeat sweep``."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glianeat.cli.cells import list_states, resumable, tell_failures
from glianeat.cli.comparison import print_comparison
from glianeat.cli.options import (
    runs_option,
    tell_of_trust,
    trust_option,
    workers_options,
)
from glianeat.cli.run import limits_of, read_config
from glianeat.cli.terminal import say
from glianeat.errors import CheckpointError, ConfigError
from glianeat.text import counted

if TYPE_CHECKING:
    from glianeat.run.api import Workers
    from glianeat.studies.grid import Cell, Grid
    from glianeat.studies.sweep import Sweep

DEFAULT_SEEDS = "0-9"


@click.command()
@click.argument("what", metavar="FILE.toml|TASK|FOLDER")
@click.option("--seeds", help="Seeds of the runs, such as 0-19 or 0,3,7; by default 0-9.")
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="KEY=VALUE,VALUE…",
    help="Run with each of these values; several --set make a grid.",
)
@click.option("--name", help="Name of the sweep's folder; by default the task and a number.")
@click.option("--list", "only_list", is_flag=True, help="List the runs, and run nothing.")
@click.option("--generations", type=click.IntRange(min=1), help="Generations of each run.")
@click.option("--evaluations", type=click.IntRange(min=1), help="Evaluations of each run.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Runs at the same time, each in a process of its own; then --workers auto is 0.",
)
@trust_option
@workers_options
@runs_option
def sweep(
    what: str,
    *,
    seeds: str | None,
    assignments: Sequence[str],
    name: str | None,
    only_list: bool,
    quiet: bool,
    jobs: int,
    trust: bool,
    workers: "Workers",
    address: str,
    runs: Path,
    **numbers: int | None,
) -> None:
    """Evolve with several seeds and settings, and compare what comes out.

    Each run is an ordinary one in the sweep's folder. A sweep that was ended goes on if it is given
    the FOLDER alone; with --seeds it gets further ones. Runs that fail do not end it.
    """
    from glianeat.cli.sweep_progress import SweepProgress
    from glianeat.studies.cell_work import Computing
    from glianeat.studies.grid import cells_of, parse_seeds
    from glianeat.studies.sweep import make_sweep

    assignments = [*assignments, *limits_of(numbers)]
    found = _sweep_in(what, runs)
    if found is None:
        grid = _grid(what, seeds, assignments)
        if only_list:
            _list_cells(cells_of(grid))
            return
        found = make_sweep(grid, name=name, runs=runs)
    elif assignments or name is not None:
        raise ConfigError(f"sweep {found.folder}: has its settings and its name; it takes --seeds")
    elif only_list:
        list_states(found.states)
        return
    tell_of_trust(found.demands, trust=trust)
    workers = 0 if jobs > 1 and workers == "auto" else workers
    with resumable(f": glianeat sweep {found.folder}"), SweepProgress(quiet=quiet) as progress:
        found.add_seeds(parse_seeds(seeds) if seeds else (), trust=trust)
        found.run(Computing(workers, address, trust, jobs), progress)
    _report(found)


def _sweep_in(what: str, runs: Path) -> "Sweep | None":
    """Return the sweep in a folder that is given by its path or its name in `runs`."""
    from glianeat.studies.sweep import Sweep
    from glianeat.studies.sweep_file import FILE, has_sweep

    for folder in (runs / what, Path(what)):
        if has_sweep(folder):
            return Sweep(folder)
    for folder in (runs / what, Path(what)):
        if folder.is_dir():
            raise CheckpointError(f"folder {folder}: is no sweep, since it has no {FILE}")
    return None


def _grid(what: str, seeds: str | None, assignments: Sequence[str]) -> "Grid":
    from glianeat.studies.grid import Grid, checked, parse_axis, parse_seeds

    axes = tuple(map(parse_axis, assignments))
    base = read_config(what, ())
    return checked(Grid(base=base, axes=axes, seeds=parse_seeds(seeds or DEFAULT_SEEDS)))


def _list_cells(cells: "Sequence[Cell]") -> None:
    for cell in cells:
        settings = "".join(f"  {key}={value}" for key, value in cell.settings.items())
        say(f"{cell.name}  seed={cell.seed}{settings}")
    say(counted(len(cells), "run"))


def _report(found: "Sweep") -> None:
    """Say what failed, and compare what there is; exit with 1 if a run failed."""
    failures = found.failures
    tell_failures(failures)
    try:
        print_comparison(found.compare())
    except CheckpointError as error:
        say(f"nothing to compare: {error}", err=True)
    say(f"  glianeat compare {found.folder}")
    if failures:
        sys.exit(1)
