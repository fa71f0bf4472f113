"""``glianeat draw``."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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

    def key(self) -> int:
        """Return the key of the genome, which must be one of the run's."""
        if self.genome.endswith(".json"):
            raise ConfigError(
                f"--genome: must be 'best' or a genome key for this picture, got {self.genome!r}"
            )
        return self.chosen().key


def _draw_topology(asked: _Asked) -> None:
    from glianeat.develop.decode import develop
    from glianeat.pictures.topology import draw_network

    run, chosen = asked.run, asked.chosen()
    channels = run.channels
    title = f"{run.name}, genome {chosen.key}"
    if not asked.genome.endswith(".json"):
        solution = run.solution(chosen.key)
        title += f": return {return_text(solution.mean_return)}, {solution.power:.0f} EU/s"
    draw_network(
        develop(chosen, run.config.development),
        asked.output,
        input_names=channels.inputs or None,
        output_names=channels.outputs or None,
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


def _draw_run(asked: _Asked, what: str) -> None:
    from glianeat.pictures.curves import draw_curves
    from glianeat.pictures.ratios import draw_ratios

    draw = {"curves": draw_curves, "ratios": draw_ratios}[what]
    draw(asked.run, asked.output, **{"title": asked.run.name, **asked.style})


def _draw_front(asked: _Asked) -> None:
    from glianeat.pictures.front import draw_front

    x, y = asked.options.get("x"), asked.options.get("y")
    style = {"title": asked.run.name, **asked.style}
    draw_front(asked.run, asked.output, plane=(x, y), genome=asked.key(), **style)


def _draw_lineage(asked: _Asked) -> None:
    from glianeat.pictures.lineage import draw_lineage

    key = asked.key()
    style = {"title": f"{asked.run.name}, ancestors of genome {key}", **asked.style}
    draw_lineage(asked.run, asked.output, genome=key, **style, **asked.options)


_OF_EPISODES = ("raster", "calcium", "energy")
_PICTURES: dict[str, Callable[[_Asked], None]] = {
    "topology": _draw_topology,
    "front": _draw_front,
    "curves": partial(_draw_run, what="curves"),
    "ratios": partial(_draw_run, what="ratios"),
    "lineage": _draw_lineage,
    **{what: partial(_draw_episode, what=what) for what in _OF_EPISODES},
}
_OWNERS = {
    "x": ("front",),
    "y": ("front",),
    "steps": ("lineage",),
    "seed": _OF_EPISODES,
    "start": _OF_EPISODES,
    "end": _OF_EPISODES,
}
_MEANINGS = {
    "topology": "neurons, synapses and glial territories of a genome",
    "front": "the fronts of all generations",
    "curves": "objectives and sizes over evaluations",
    "ratios": "glia-to-neuron ratios of the regions over generations",
    "lineage": "ancestors of a genome, and what each birth changed",
    "raster": "an episode: spikes, releases, calcium, energy pools",
    "calcium": "an episode: every astrocyte by region",
    "energy": "an episode: power by kind and region",
}
_HELP = "\n".join(
    (
        "Draw a picture of RUN for a paper, as SVG, PDF or PNG.\n",
        "\b",  # the lines below stay as they are
        *(f"{name:<9} {meaning}" for name, meaning in _MEANINGS.items()),
        "\nEpisodes are lived anew, as by replay: the task must be installed.",
    )
)
_FLAGS = {"start": "--from", "end": "--to"}


@click.command(help=_HELP)
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
@click.option("--x", metavar="NAME", help="Front: what is shown from left to right.")
@click.option("--y", metavar="NAME", help="Front: what is shown upwards; objectives, measures, …")
@click.option(
    "--steps", type=click.IntRange(min=1), help="Lineage: births that are shown, the latest ones."
)
@click.option("--from", "start", type=float, help="Episode: start of what is shown [s].")
@click.option("--to", "end", type=float, help="Episode: end of what is shown [s].")
@click.option("--seed", type=click.IntRange(min=0), help="Episode: its seed; by default the run's.")
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
    """Draw a picture of RUN for a paper, as SVG, PDF or PNG."""
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
