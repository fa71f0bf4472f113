"""Calcium of an episode: the trace of every astrocyte by region, its thresholds and releases."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glianeat.genome.schema import ASTROCYTES
from glianeat.pictures.activity import (
    LABEL_X,
    SECOND,
    glial_regions,
    region_names,
    show_time,
    span_of,
)
from glianeat.pictures.style import (
    FAINT,
    GLIA,
    GLIA_EDGE,
    INK,
    TWO_COLUMNS,
    check_output,
    new_figure,
    say_nothing,
    write_picture,
)
from glianeat.run.traced import TracedEpisode
from glianeat.text import counted
from glianeat.typing import IntArray

_PANEL, _EDGES, _NARROW = 22.0, 18.0, 120.0  # [mm]
_FEW = 3  # thresholds that are drawn one by one; of more, the lowest and the highest


def draw_calcium(
    episode: TracedEpisode,
    path: Path,
    *,
    title: str = "",
    width: float = TWO_COLUMNS,
    start: float | None = None,
    end: float | None = None,
) -> None:
    """Draw the calcium of every astrocyte, by region, with thresholds and releases.

    Astrocytes of equal genes and equal territory have one trace. In an SVG it is ``calcium-`` and
    the index of the astrocyte in `Glia`.

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
    write_picture(path, title or "Calcium", lambda: _figure(episode, span, title, width))


def _figure(episode: TracedEpisode, span: tuple[int, int], title: str, width: float) -> Figure:
    regions = glial_regions(episode)
    panels = max(len(regions), 1)
    figure = new_figure(width, _PANEL * panels + _EDGES, title)
    grid = figure.subplots(panels, 1, squeeze=False)[:, 0]
    if not regions:
        say_nothing(grid[0], "no astrocytes")
    for axes, region in zip(grid, regions, strict=False):
        _draw_region(axes, episode, region)
    lines, names = grid[0].get_legend_handles_labels()
    if lines:
        columns = 4 if width > _NARROW else 2
        figure.legend(lines, names, loc="outside lower center", ncols=columns)
    for axes in grid:
        show_time(axes, span, labelled=axes is grid[-1])
    figure.supylabel("calcium [f/f_ref]", fontsize=7.0)
    return figure


def _draw_region(axes: Axes, episode: TracedEpisode, region: int) -> None:
    glia, trace = episode.network.glia, episode.trace
    own = np.flatnonzero(glia.region == region)
    times = trace.calcium_time / SECOND
    alpha = float(np.clip(4.0 / len(own), 0.15, 0.8))
    for place, astrocyte in enumerate(own.tolist()):
        (line,) = axes.plot(
            times,
            trace.calcium[:, astrocyte],
            color=GLIA,
            alpha=alpha,
            linewidth=0.8,
            label="astrocyte" if place == 0 else None,
        )
        line.set_gid(f"calcium-{astrocyte}")
    if len(own) > 1:
        mean = np.average(trace.calcium[:, own], axis=1, weights=glia.count[own])
        axes.plot(times, mean, color=INK, linewidth=1.0, label="mean")
    _draw_releases(axes, episode, own)
    thresholds = np.unique(glia.traits[own, ASTROCYTES.column("calcium_threshold")])
    shown = thresholds if len(thresholds) <= _FEW else thresholds[[0, -1]]
    for place, value in enumerate(shown.tolist()):
        label = "threshold of release" if place == 0 else None
        line = axes.axhline(value, color=FAINT, linewidth=0.6, linestyle=(0, (4, 2)), label=label)
        line.set_gid(f"threshold-{region}-{place}")
    axes.set_ylim(bottom=0.0)
    name = region_names(episode)[region]
    text = f"{name}\n{counted(int(glia.count[own].sum()), 'astrocyte')}"
    axes.text(LABEL_X, 0.5, text, transform=axes.transAxes, fontsize=6.0, color=FAINT, va="center")


def _draw_releases(axes: Axes, episode: TracedEpisode, own: IntArray) -> None:
    trace = episode.trace
    astrocyte = trace.release_astrocyte.astype(np.int64)
    mine = np.isin(astrocyte, own)
    time = trace.release_time[mine].astype(np.int64)
    row = np.minimum(np.searchsorted(trace.calcium_time, time), max(len(trace.calcium_time) - 1, 0))
    height = trace.calcium[row, astrocyte[mine]] if len(time) else time
    (marks,) = axes.plot(
        time / SECOND,
        height,
        marker="v",
        markersize=3.0,
        color=GLIA_EDGE,
        linestyle="none",
        label="release",
    )
    marks.set_gid(f"releases-{int(episode.network.glia.region[own[0]])}")
