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
@runs_option
def export(name: str, *, genome: str, output: Path, runs: Path) -> None:
    """Write a genome of RUN as JSON, to be read, sent, replayed or drawn."""
    from glianeat.genome.serial import genome_to_json
    from glianeat.run.run import Run

    if output.suffix != ".json":
        raise ConfigError(f"{output}: must end in .json, got {output.suffix or 'no ending'}")
    with Run(find_run(runs, name)) as run:
        data = genome_to_json(choose_genome(run, genome))
    write_new(output, data)
