"""``glianeat export``."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glianeat.cli.options import (
    choose_genome,
    find_run,
    genome_option,
    runs_option,
    tell_of_trust,
    trust_option,
    write_new,
)
from glianeat.cli.terminal import say
from glianeat.errors import ConfigError
from glianeat.text import safe

if TYPE_CHECKING:
    from glianeat.run.run import Run


@click.command()
@click.argument("name", metavar="RUN")
@genome_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write; it must not exist.",
)
@click.option(
    "--format",
    "form",
    metavar="NAME",
    help="glianeat (.json), neat-python (.json), python (.py), c (.c), graphml (.graphml), "
    "gexf (.gexf), dot (.dot), nir (.nir) or nest (.py); by default what the file's ending says.",
)
@click.option(
    "--history",
    is_flag=True,
    help="Write all individuals of RUN instead, a row each: .csv or .parquet.",
)
@click.option(
    "--phylogeny",
    is_flag=True,
    help="Write who descends from whom instead, in the ALife data standard: .csv.",
)
@trust_option
@runs_option
def export(
    name: str,
    *,
    genome: str,
    output: Path,
    form: str | None,
    history: bool,
    phylogeny: bool,
    trust: bool,
    runs: Path,
) -> None:
    """Write a genome of RUN: to be read, sent, replayed, drawn, or run elsewhere."""
    from glianeat.run.run import Run

    losses: Sequence[str] = ()
    if history or phylogeny:
        if (history and phylogeny) or form is not None or genome != "best":
            raise click.UsageError(
                "--history and --phylogeny cannot be had at once, or with --genome or --format."
            )
        with Run(find_run(runs, name)) as run:
            data = _of_run(run, output, phylogeny=phylogeny)
    else:
        with Run(find_run(runs, name), trust=trust) as run:
            data, losses = _of_genome(run, genome, output, form, trust=trust)
    write_new(output, data)
    for line in losses:
        say(f"not in it: {safe(line)}")


def _of_run(run: "Run", output: Path, *, phylogeny: bool) -> bytes:
    from glianeat.compat.history_exporters import HISTORIES, PHYLOGENIES, find_run_exporter

    with _naming(output):
        exporter = find_run_exporter(PHYLOGENIES if phylogeny else HISTORIES, output.suffix)
    return exporter.write(run)


def _of_genome(
    run: "Run", genome: str, output: Path, form: str | None, *, trust: bool
) -> tuple[bytes, Sequence[str]]:
    """Return the file of a genome, and what is not in it."""
    from glianeat.compat.exporters import find_exporter

    with _naming(output):
        exporter = find_exporter(output.suffix, form)
    if exporter.makes_task:
        tell_of_trust(run.demands, trust=trust)
    chosen = choose_genome(run, genome)
    return exporter.write(chosen, run.config), exporter.losses(chosen, run.config)


@contextlib.contextmanager
def _naming(output: Path) -> Iterator[None]:
    """Have messages about its ending begin with the file."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{output}: {error}") from None
