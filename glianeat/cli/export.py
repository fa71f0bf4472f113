"""``glianeat export``."""

from pathlib import Path

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
    "gexf (.gexf) or dot (.dot); by default what the file's ending says.",
)
@trust_option
@runs_option
def export(
    name: str, *, genome: str, output: Path, form: str | None, trust: bool, runs: Path
) -> None:
    """Write a genome of RUN: to be read, sent, replayed, drawn, or run elsewhere."""
    from glianeat.compat.exporters import find_exporter
    from glianeat.run.run import Run

    try:
        exporter = find_exporter(output.suffix, form)
    except ConfigError as error:
        raise ConfigError(f"{output}: {error}") from None
    with Run(find_run(runs, name), trust=trust) as run:
        if exporter.makes_task:
            tell_of_trust(run.demands, trust=trust)
        chosen = choose_genome(run, genome)
        data = exporter.write(chosen, run.config)
        losses = exporter.losses(chosen, run.config)
    write_new(output, data)
    for line in losses:
        say(f"not in it: {safe(line)}")
