"""``glianeat draw``."""

from pathlib import Path

import click

from glianeat.cli.options import find_run, parse_genome, runs_option


@click.command()
@click.argument("name", metavar="RUN")
@click.option("--genome", default="best", show_default=True, help="Key of the genome, or best.")
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
    key = parse_genome(genome)
    from glianeat.experiment.run import Run
    from glianeat.inspector.drawing import draw_network

    with Run(find_run(runs, name)) as run:
        solution = run.best if key is None else run.solution(key)
        title = (
            f"{run.name}, genome {solution.key}: return {solution.mean_return:.1f}, "
            f"{solution.power:.0f} EU/s"
        )
        names = _input_names(run.config.codec.encoder, solution.genome.n_inputs)
        draw_network(solution.network(), output, title=title, input_names=names)
    click.echo(f"wrote {output}")


def _input_names(encoder: str, count: int) -> list[str]:
    """Return what each input channel sees: an observation, or its positive or negative part."""
    if encoder == "signed":
        return [f"observation {i}" for i in range(count)]
    return [f"observation {i // 2} {'−' if i % 2 else '+'}" for i in range(count)]
