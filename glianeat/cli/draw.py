"""``glianeat draw``."""

from pathlib import Path

import click

from glianeat.cli.options import choose_genome, find_run, genome_option, return_text, runs_option
from glianeat.cli.terminal import say


@click.command()
@click.argument("name", metavar="RUN")
@genome_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write, .svg or .png.",
)
@runs_option
def draw(name: str, *, genome: str, output: Path, runs: Path) -> None:
    """Draw the topology of a genome of RUN: neurons, synapses, and glial territories."""
    from glianeat.develop.decode import develop
    from glianeat.pictures.drawing import draw_network
    from glianeat.run.run import Run

    with Run(find_run(runs, name)) as run:
        chosen = choose_genome(run, genome)
        codec = run.config.codec
        title = f"{run.name}, genome {chosen.key}"
        if not genome.endswith(".json"):
            solution = run.solution(chosen.key)
            title += f": return {return_text(solution.mean_return)}, {solution.power:.0f} EU/s"
        network = develop(chosen, run.config.development)
        draw_network(
            network,
            output,
            title=title,
            input_names=codec.channels,
            output_names=codec.outputs or None,
        )
    say(f"wrote {output}")
