"""``glianeat draw``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glianeat.cli.options import (
    choose_genome,
    find_run,
    genome_option,
    return_text,
    runs_option,
    tell_of_trust,
    trust_option,
)
from glianeat.cli.terminal import say
from glianeat.errors import ConfigError

if TYPE_CHECKING:
    from glianeat.genome.genome import Genome
    from glianeat.run.run import Run


@dataclass(frozen=True)
class _Asked:
    """What was asked for."""

    run: "Run"
    genome: str
    output: Path
    style: dict[str, Any]
    """Width and title, those that were given."""
    options: dict[str, Any]
    """Options of single pictures, those that were given."""

    def chosen(self) -> "Genome":
        """Return the genome that is drawn."""
        return choose_genome(self.run, self.genome)


def _draw_topology(asked: _Asked) -> None:
    from glianeat.develop.decode import develop
    from glianeat.pictures.topology import draw_network

    run, chosen = asked.run, asked.chosen()
    codec = run.config.codec
    title = f"{run.name}, genome {chosen.key}"
    if not asked.genome.endswith(".json"):
        solution = run.solution(chosen.key)
        title += f": return {return_text(solution.mean_return)}, {solution.power:.0f} EU/s"
    draw_network(
        develop(chosen, run.config.development),
        asked.output,
        input_names=codec.channels or None,
        output_names=codec.outputs or None,
        **{"title": title, **asked.style},
    )


def _draw_episode(asked: _Asked, what: str) -> None:
    from glianeat.pictures.calcium import draw_calcium
    from glianeat.pictures.energy import draw_energy
    from glianeat.pictures.raster import draw_raster
    from glianeat.run.traced import trace_episode

    options = dict(asked.options)
    seed = options.pop("seed", None)
    episode = trace_episode(asked.run, asked.chosen(), seed=seed)
    draw = {"raster": draw_raster, "calcium": draw_calcium, "energy": draw_energy}[what]
    name, value = asked.run.name, return_text(episode.total_return)
    title = f"{name}, genome {episode.key}: fresh episode, return {value}"
    if not episode.complete:
        title += f", recorded for {episode.trace.n_steps / 1000:g} s"
    draw(episode, asked.output, **{"title": title, **asked.style}, **options)


_PICTURES: dict[str, Callable[[_Asked], None]] = {
    "topology": _draw_topology,
    "raster": lambda asked: _draw_episode(asked, "raster"),
    "calcium": lambda asked: _draw_episode(asked, "calcium"),
    "energy": lambda asked: _draw_episode(asked, "energy"),
}
_OF_EPISODES = ("raster", "calcium", "energy")
_OWNERS = {
    "seed": _OF_EPISODES,
    "start": _OF_EPISODES,
    "end": _OF_EPISODES,
}
_FLAGS = {"start": "--from", "end": "--to"}


@click.command()
@click.argument("name", metavar="RUN")
@click.argument(
    "what",
    metavar="[PICTURE]",
    default="topology",
    type=click.Choice(list(_PICTURES)),
)
@genome_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write, .svg, .pdf or .png.",
)
@click.option("--width", metavar="LENGTH", help="Such as 85mm, 178mm, 8.5cm or 3.35in.")
@click.option("--title", help="What stands above it; nothing with ''.")
@click.option("--from", "start", type=float, help="Start of what is shown of an episode [s].")
@click.option("--to", "end", type=float, help="End of what is shown of an episode [s].")
@click.option(
    "--seed", type=click.IntRange(min=0), help="Seed of the episode; by default the run's."
)
@trust_option
@runs_option
def draw(
    name: str,
    what: str,
    *,
    genome: str,
    output: Path,
    width: str | None,
    title: str | None,
    trust: bool,
    runs: Path,
    **options: Any,
) -> None:
    """Draw a picture of RUN for a paper, as SVG, PDF or PNG.

    \b
    topology  neurons, synapses and glial territories of a genome
    raster    an episode: spikes, releases, calcium, energy pools
    calcium   an episode: every astrocyte by region
    energy    an episode: power by kind and region
    """  # noqa: D301 - click reads the backslash
    from glianeat.pictures.style import check_output, width_of
    from glianeat.run.run import Run

    given = {key: value for key, value in options.items() if value is not None}
    for key in given:
        if what not in _OWNERS[key]:
            flag = _FLAGS.get(key, f"--{key}")
            raise ConfigError(f"{flag}: only for {', '.join(_OWNERS[key])}, got {what}")
    check_output(output)
    style: dict[str, Any] = {} if width is None else {"width": width_of(width)}
    style |= {} if title is None else {"title": title}
    with Run(find_run(runs, name), trust=trust) as run:
        if what in _OF_EPISODES:
            tell_of_trust(run.demands, trust=trust)
        _PICTURES[what](_Asked(run, genome, output, style, given))
    say(f"wrote {output}")
