"""``glianeat export``."""

from pathlib import Path

import click

from glianeat.cli.options import choose_genome, find_run, genome_option, runs_option, write_new
from glianeat.errors import ConfigError


@click.command()
@click.argument("name", metavar="RUN")
@genome_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write, .json; it must not exist.",
)
@click.option(
    "--format",
    "form",
    metavar="NAME",
    help="glianeat, or neat-python for graded genomes; by default what the file's ending says.",
)
@runs_option
def export(name: str, *, genome: str, output: Path, form: str | None, runs: Path) -> None:
    """Write a genome of RUN as JSON, to be read, sent, replayed or drawn."""
    from glianeat.compat.exporters import find_exporter
    from glianeat.run.run import Run

    try:
        exporter = find_exporter(output.suffix, form)
    except ConfigError as error:
        raise ConfigError(f"{output}: {error}") from None
    with Run(find_run(runs, name)) as run:
        data = exporter.write(choose_genome(run, genome), run.config)
    write_new(output, data)
