"""The raster of an episode: who spiked when; releases, calcium and energy pools below it."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from glianeat.genome.schema import Role
from glianeat.pictures.activity import (
    LABEL_X,
    SECOND,
    Panel,
    draw_calcium_of_regions,
    draw_efficacy,
    draw_fill,
    draw_outputs,
    draw_releases,
    glial_regions,
    names_of_neurons,
    place_of,
    region_names,
    show_time,
    span_of,
)
from glianeat.pictures.style import (
    EXCITATORY,
    FAINT,
    INHIBITORY,
    TWO_COLUMNS,
    check_output,
    new_figure,
    say_nothing,
    write_picture,
)
from glianeat.run.traced import TracedEpisode
from glianeat.text import counted
from glianeat.typing import FloatArray, IntArray

_ROW, _LEAST, _MOST = 2.7, 14.0, 120.0  # [mm] of a neuron, and of all of them
_VISIBLE = 0.7  # [mm], height for which the strokes of a row are made at least
_NAMED = 1.9  # [mm]; names stand beside rows that are no lower
_OUTPUTS, _RELEASES, _CALCIUM, _EFFICACY, _FILL = (
    15.0,
    2.6,
    15.0,
    15.0,
    12.0,
)  # [mm], releases of a region
_EDGES = 14.0  # [mm] of the title and the axis of time
_MAX_MARKS = 20_000  # of more, the picture holds an image of them
_BAND = "#F1F1EC"
_SIGNS = (  # low strokes inhibit, in grey, too
    ("excitatory", 1, EXCITATORY, 0.42),
    ("inhibitory", -1, INHIBITORY, 0.22),
)
_ORDER = {Role.INPUT: 0, Role.HIDDEN: 1, Role.OUTPUT: 2}


class _Rows(NamedTuple):
    """The neurons that have a row, from top to bottom."""

    neurons: IntArray
    regions: IntArray
    names: list[str]

    @property
    def height(self) -> float:
        """Height of all rows [mm]."""
        return float(np.clip(_ROW * len(self.neurons), _LEAST, _MOST))


def draw_raster(
    episode: TracedEpisode,
    path: Path,
    *,
    title: str = "",
    width: float = TWO_COLUMNS,
    start: float | None = None,
    end: float | None = None,
) -> None:
    """Draw the spikes of an episode by neuron, and below what glia and energy pools do.

    That is releases, calcium, the efficacy of what arrives at cells if it changes, and the fill.

    Neurons are grouped by region, inputs first and outputs last; inputs that transmit graded
    values do not spike and have no row. Outputs that act by their potentials have lines, too. In an
    SVG, spikes are ``spikes-excitatory`` and ``spikes-inhibitory``, potentials ``potential-`` and
    the index of the neuron, and releases ``releases-`` and the index of their region.

    Parameters
    ----------
    episode : TracedEpisode
        What is drawn.
    path : Path
        File to write, ending in ``.svg``, ``.pdf`` or ``.png``.
    title : str
        Printed above the picture.
    width : float
        Width of the picture [mm].
    start, end : float, optional
        Part of the episode that is shown [s].

    Raises
    ------
    ConfigError
        If the file has another ending, or nothing was recorded at that time.
    CheckpointError
        If the folder does not exist or the file cannot be written.
    """
    check_output(path)
    span = span_of(episode, start, end)
    write_picture(path, title or "Raster", lambda: _figure(episode, span, title, width))


def _figure(episode: TracedEpisode, span: tuple[int, int], title: str, width: float) -> Figure:
    rows = _rows_of(episode)
    panels: list[tuple[float, Panel]] = [(rows.height, partial(_draw_spikes, rows=rows))]
    if len(episode.trace.potential_neuron):
        panels.append((_OUTPUTS, draw_outputs))
    if episode.network.n_astrocytes:
        if len(episode.trace.release_time) or episode.config.astrocyte.transmission == "events":
            panels.append((_RELEASES * len(glial_regions(episode)) + 2.0, draw_releases))
        panels.append((_CALCIUM, draw_calcium_of_regions))
    if len(episode.trace.efficacy_time) and (episode.trace.efficacy != 1.0).any():
        panels.append((_EFFICACY, draw_efficacy))
    if episode.config.astrocyte.metabolic:
        panels.append((_FILL, draw_fill))
    heights = [height for height, _ in panels]
    figure = new_figure(width, sum(heights) + 2.0 * len(heights) + _EDGES, title)
    grid = figure.add_gridspec(len(panels), 1, height_ratios=heights)
    for place, (_, draw) in enumerate(panels):
        axes = figure.add_subplot(grid[place])
        draw(axes, episode, span)
        show_time(axes, span, labelled=place == len(panels) - 1)
    return figure


def _rows_of(episode: TracedEpisode) -> _Rows:
    """Return sensory before association before motor regions; of each, inputs, hidden, outputs."""
    cells, names = episode.network.cells, names_of_neurons(episode)
    role = np.array([_ORDER[number] for number in cells.role.tolist()])
    order = np.lexsort((role, place_of(cells.region)))
    if episode.config.codec.transmission != "spikes":
        order = order[cells.role[order] != Role.INPUT]
    return _Rows(order, cells.region[order], [names[n] for n in order.tolist()])


def _draw_spikes(axes: Axes, episode: TracedEpisode, span: tuple[int, int], *, rows: _Rows) -> None:
    trace, count = episode.trace, len(rows.neurons)
    row_of = np.full(episode.network.n_neurons, -1)
    row_of[rows.neurons] = np.arange(count)
    time, neuron = trace.spike_time.astype(np.int64), trace.spike_neuron.astype(np.int64)
    shown = (time >= span[0]) & (time < span[1]) & (row_of[neuron] >= 0)
    time, neuron = time[shown], neuron[shown]
    crowding = max(_VISIBLE * max(count, 1) / rows.height, 1.0)  # of strokes that overlap
    line = 0.7 if crowding == 1.0 else 0.5
    for kind, sign, colour, half in _SIGNS:
        own = episode.network.cells.sign[neuron] == sign
        marks = _strokes(
            time[own] / SECOND, row_of[neuron[own]].astype(np.float64), half * crowding
        )
        patch = PathPatch(marks, edgecolor=colour, linewidth=line, fill=False)
        patch.set(gid=f"spikes-{kind}", capstyle="butt", rasterized=len(time) > _MAX_MARKS)
        axes.add_patch(patch)
    axes.set_ylim(max(count, 1) - 0.5, -0.5)
    _name(axes, rows, region_names(episode))
    if not len(time):
        say_nothing(axes, "no spikes")


def _strokes(times: FloatArray, rows: FloatArray, half: float) -> Outline:
    """Return an upright stroke for each spike, all in one path."""
    heights = np.stack([rows + half, rows - half], axis=1)
    points = np.stack([np.repeat(times, 2), heights.ravel()], axis=1)
    codes = np.tile(np.array([Outline.MOVETO, Outline.LINETO], Outline.code_type), len(times))
    strokes = Outline(points, codes if len(times) else None)
    strokes.should_simplify = False
    return strokes


def _name(axes: Axes, rows: _Rows, regions: list[str]) -> None:
    """Write names of neurons at the left; tell regions apart by bands, their names at the right."""
    count = len(rows.neurons)
    is_high = count > 0 and rows.height / count >= _NAMED
    named = [place for place, name in enumerate(rows.names) if name and is_high]
    axes.set_yticks(named, [rows.names[place] for place in named])
    axes.tick_params(axis="y", length=0.0)
    axes.set_ylabel("" if named else counted(count, "neuron"))
    starts = np.flatnonzero(np.diff(rows.regions, prepend=-1)).tolist()
    for place, (start, end) in enumerate(zip(starts, [*starts[1:], count], strict=True)):
        if place % 2 == 0:
            axes.axhspan(start - 0.5, end - 0.5, color=_BAND, linewidth=0.0, zorder=0.0)
        name = f"{regions[rows.regions[start]]}\n{counted(end - start, 'neuron')}"
        axes.text(
            LABEL_X,
            (start + end - 1) / 2.0,
            name if (end - start) * rows.height / count > 5.0 else name.partition("\n")[0],
            transform=axes.get_yaxis_transform(),
            fontsize=6.0,
            color=FAINT,
            va="center",
        )
    strokes = [
        Line2D([], [], color=colour, marker="|", markersize=14.0 * half, linestyle="none")
        for _, _, colour, half in _SIGNS
    ]
    axes.legend(
        strokes,
        [f"{kind} ({'high' if sign > 0 else 'low'} strokes)" for kind, sign, _, _ in _SIGNS],
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        borderpad=0.0,
        handlelength=0.8,
        ncols=2,
    )
