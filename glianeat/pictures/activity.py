"""What pictures of an episode share: the time that they show, regions, and panels over time."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from glianeat.errors import ConfigError
from glianeat.genome.founders import MOTOR, region_name
from glianeat.pictures.names import names_or_numbers, neuron_names
from glianeat.pictures.style import FAINT, LINES, legend_label
from glianeat.run.traced import TracedEpisode
from glianeat.simulate.glia.channel import GLIAL_STEP
from glianeat.typing import FloatArray, IntArray

SECOND = 1000.0  # [ms]
LABEL_X = 1.012  # where text to the right of axes begins, in parts of their width
Panel = Callable[[Axes, TracedEpisode, tuple[int, int]], None]
"""Draws what happened in a span of time into axes."""
_UNITS = {"izhikevich": "mV", "graded": "1"}  # of potentials, by the model of neurons
_MOST_NAMES = 6  # beside a panel
_MAX_POINTS = 1000  # of a line; of more, the least and the most of some milliseconds are kept


def span_of(
    episode: TracedEpisode, start: float | None = None, end: float | None = None
) -> tuple[int, int]:
    """Return the first millisecond of what is shown, and the one after the last.

    Parameters
    ----------
    episode : TracedEpisode
        What was recorded.
    start, end : float, optional
        Times in the episode [s]; by default all that was recorded.

    Raises
    ------
    ConfigError
        If nothing was recorded then.
    """
    recorded = episode.trace.n_steps / SECOND
    first = 0.0 if start is None else start
    last = recorded if end is None else min(end, recorded)
    if not 0.0 <= first < last:
        raise ConfigError(
            f"time: must lie in the {recorded:g} s of the episode that were recorded, and begin "
            f"before it ends, got {first:g} to {recorded if end is None else end:g} s"
        )
    return int(first * SECOND), max(round(last * SECOND), int(first * SECOND) + 1)


def region_names(episode: TracedEpisode) -> list[str]:
    """Return the name of each region of the network."""
    count = episode.network.n_regions
    return [region_name(region, count) for region in range(count)]


def living_regions(episode: TracedEpisode) -> list[int]:
    """Return the regions that have neurons."""
    return in_order(episode.network.cells.region)


def glial_regions(episode: TracedEpisode) -> list[int]:
    """Return the regions that have astrocytes."""
    return in_order(episode.network.glia.region)


def place_of(region: IntArray) -> IntArray:
    """Return numbers that rise from the sensory region over association to the motor region."""
    return np.where(region == MOTOR, np.iinfo(np.int64).max, region)


def in_order(region: IntArray) -> list[int]:
    """Return the regions among some numbers, as `place_of` orders them."""
    found = np.unique(region)
    regions: list[int] = found[np.argsort(place_of(found))].tolist()
    return regions


def line_of(region: int) -> dict[str, Any]:
    """Return the colour and the dashes of a region's lines."""
    colour, dashes = LINES[region % len(LINES)]
    return {"color": colour, "linestyle": dashes}


def show_time(axes: Axes, span: tuple[int, int], *, labelled: bool = True) -> None:
    """Let axes show a span of time; label them if they are the lowest."""
    axes.set_xlim(span[0] / SECOND, span[1] / SECOND)
    axes.tick_params(labelbottom=labelled)
    if labelled:
        axes.set_xlabel("time [s]")


def names_of_neurons(episode: TracedEpisode) -> list[str]:
    """Return the name of each neuron; that of hidden ones is empty."""
    network = episode.network
    n_outputs = network.n_outputs // network.output_copies
    return neuron_names(
        network,
        names_or_numbers("in", episode.input_names, network.n_channels),
        names_or_numbers("out", episode.output_names, n_outputs),
    )


def draw_outputs(axes: Axes, episode: TracedEpisode, span: tuple[int, int]) -> None:
    """Draw the membrane potential of each output."""
    trace, names = episode.trace, names_of_neurons(episode)
    times = np.arange(span[0] + 1, span[1] + 1, dtype=np.float64)
    for place, neuron in enumerate(trace.potential_neuron.tolist()):
        x, y = _thinned(times, trace.potential[span[0] : span[1], place].astype(np.float64))
        (line,) = axes.plot(x / SECOND, y, **line_of(place), label=legend_label(names[neuron]))
        line.set_gid(f"potential-{neuron}")
    unit = _UNITS.get(episode.config.neuron.model, "threshold")
    axes.set_ylabel(f"potential\n[{unit}]")
    if len(trace.potential_neuron) <= _MOST_NAMES:
        _name_lines(axes)
    else:
        _say_at_right(axes, "outputs")


def draw_releases(axes: Axes, episode: TracedEpisode, span: tuple[int, int]) -> None:
    """Draw the releases of gliotransmitter, a row for each region that has astrocytes."""
    regions, names, trace = glial_regions(episode), region_names(episode), episode.trace
    time = trace.release_time.astype(np.int64)
    shown = (time >= span[0]) & (time < span[1])
    owner = episode.network.glia.region[trace.release_astrocyte[shown].astype(np.int64)]
    for row, region in enumerate(regions):
        own = time[shown][owner == region] / SECOND
        drawn = axes.vlines(own, row - 0.4, row + 0.4, line_of(region)["color"], linewidth=0.8)
        drawn.set_gid(f"releases-{region}")
    axes.set_ylim(len(regions) - 0.5, -0.5)
    axes.set_yticks(range(len(regions)), [names[region] for region in regions])
    axes.tick_params(axis="y", length=0.0)
    _say_at_right(axes, "releases")


def draw_calcium_of_regions(axes: Axes, episode: TracedEpisode, span: tuple[int, int]) -> None:
    """Draw the mean calcium of each region's astrocytes, and from the lowest to the highest."""
    glia, trace, names = episode.network.glia, episode.trace, region_names(episode)
    first, last = np.searchsorted(trace.calcium_time, [span[0] - GLIAL_STEP, span[1] + GLIAL_STEP])
    times, calcium = trace.calcium_time[first:last] / SECOND, trace.calcium[first:last]
    for region in glial_regions(episode):
        own = np.flatnonzero(glia.region == region)
        values = calcium[:, own].astype(np.float64)
        mean = np.average(values, axis=1, weights=glia.count[own])
        style = line_of(region)
        axes.fill_between(
            times,
            values.min(axis=1),
            values.max(axis=1),
            color=style["color"],
            alpha=0.15,
            linewidth=0.0,
        )
        axes.plot(times, mean, **style, label=names[region])
    axes.set_ylim(bottom=0.0)
    axes.set_ylabel("calcium\n[f/f_ref]")
    _name_lines(axes)


def draw_efficacy(axes: Axes, episode: TracedEpisode, span: tuple[int, int]) -> None:
    """Draw the mean efficacy of what arrives at each region's cells, and from least to most."""
    trace, names = episode.trace, region_names(episode)
    first, last = np.searchsorted(trace.efficacy_time, [span[0] - GLIAL_STEP, span[1] + GLIAL_STEP])
    times, efficacy = trace.efficacy_time[first:last] / SECOND, trace.efficacy[first:last]
    region = episode.network.cells.region[episode.network.n_inputs :]
    for one in np.unique(region).tolist():
        values = efficacy[:, region == one].astype(np.float64)
        style = line_of(one)
        low, high = values.min(axis=1), values.max(axis=1)
        axes.fill_between(times, low, high, color=style["color"], alpha=0.15, linewidth=0.0)
        (line,) = axes.plot(times, values.mean(axis=1), **style, label=names[one])
        line.set_gid(f"efficacy-{one}")
    axes.axhline(1.0, color=FAINT, linewidth=0.5, zorder=1.0)
    axes.set_ylim(bottom=0.0)
    axes.set_ylabel("efficacy\n[1]")
    _name_lines(axes)


def draw_fill(axes: Axes, episode: TracedEpisode, span: tuple[int, int]) -> None:
    """Draw how full each region's energy pool is, and where its gate sets in."""
    names, energy = region_names(episode), episode.config.energy
    fill = episode.trace.fill[span[0] : span[1]].astype(np.float64)
    times = np.arange(span[0] + 1, span[0] + 1 + len(fill), dtype=np.float64)
    for region in living_regions(episode):
        x, y = _thinned(times, fill[:, region])
        axes.plot(x / SECOND, y, **line_of(region), label=names[region])
    if energy.gate == "threshold":
        axes.axhline(energy.gate_onset, color=FAINT, linewidth=0.5, zorder=1.0)
        axes.text(
            LABEL_X,
            energy.gate_onset,
            "gate sets in",
            transform=axes.get_yaxis_transform(),
            fontsize=5.5,
            color=FAINT,
            va="center",
        )
    axes.set_ylim(0.0, 1.05)
    axes.set_ylabel("fill of pool\n[1]")


def _thinned(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a line of few points that reaches as low and as high as all of them."""
    block = -(-2 * len(x) // _MAX_POINTS)
    if block <= 2:
        return x, y
    starts = np.arange(0, len(y), block)
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    return np.repeat(x[starts], 2), np.stack([low, high], axis=1).ravel()


def _say_at_right(axes: Axes, text: str) -> None:
    axes.text(LABEL_X, 0.5, text, transform=axes.transAxes, fontsize=6.0, color=FAINT, va="center")


def _name_lines(axes: Axes) -> None:
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), borderpad=0.0)
