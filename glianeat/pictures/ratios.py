"""Glia-to-neuron ratios of a run, by region over its generations."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import NullLocator

from glianeat.genome.founders import region_name
from glianeat.pictures.activity import in_order
from glianeat.pictures.bands import ALL_ALPHA, QUARTILES_ALPHA, draw_band
from glianeat.pictures.quantities import require_generations
from glianeat.pictures.style import (
    GREEN,
    INK,
    ONE_COLUMN,
    check_output,
    new_figure,
    say_nothing,
    write_picture,
)
from glianeat.run.run import Run
from glianeat.store.records import Statistics

_PANEL, _EDGES, _WIDE = 30.0, 16.0, 120.0  # [mm]
_LEAST = 0.25  # above which each doubling takes as much room
_TICKS = (0.0, *(4.0**power for power in range(-1, 20)))


def draw_ratios(run: Run, path: Path, *, title: str = "", width: float = ONE_COLUMN) -> None:
    """Draw the glia-to-neuron ratio of each region over the generations of a run.

    The expressed ratio has a median, a band of quartiles and one from the least to the most; of the
    ratio gene there is the median. In an SVG they are ``ratio-`` and ``gene-`` with the index of
    the region.

    Parameters
    ----------
    run : Run
        What is drawn.
    path : Path
        File to write, ending in ``.svg``, ``.pdf`` or ``.png``.
    title : str
        Printed above the picture.
    width : float
        Width of the picture [mm].

    Raises
    ------
    ConfigError
        If the file has another ending.
    CheckpointError
        If the run has no generation, or the file cannot be written.
    """
    check_output(path)
    require_generations(run)
    statistics = run.statistics
    write_picture(path, title or "Ratios", lambda: _figure(statistics, title, width))


def _figure(statistics: list[Statistics], title: str, width: float) -> Figure:
    regions = in_order(
        np.array(sorted({index for one in statistics for index in (*one.ratios, *one.ratio_genes)}))
    )
    panels = max(len(regions), 1)
    columns = min(panels, 3) if width > _WIDE else 1
    rows = -(-panels // columns)
    figure = new_figure(width, _PANEL * rows + _EDGES, title)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    if not regions:
        say_nothing(grid[0], "no evaluation went well")
    for axes, region in zip(grid, regions, strict=False):
        _draw_region(axes, statistics, region)
        axes.set_title(region_name(region, max(regions) + 1))
    bands = [band for one in statistics for band in one.ratios.values()]
    top = 1.3 * max((high for *_, high in bands), default=1.0)
    for place, axes in enumerate(grid):
        axes.set_visible(place < panels)
        is_lowest = place + columns >= panels
        axes.tick_params(labelbottom=is_lowest)
        axes.set_xlabel("generation" if is_lowest else "")
        axes.set_yscale("symlog", base=2, linthresh=_LEAST)
        axes.set_ylim(0.0, top)
        axes.set_yticks([tick for tick in _TICKS if tick <= top])
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_locator(NullLocator())
    figure.supylabel("glia-to-neuron ratio [astrocytes per neuron]", fontsize=7.0)
    _explain(grid[0])
    return figure


def _explain(axes: Axes) -> None:
    """Say once what lines and bands are."""
    lines, names = axes.get_legend_handles_labels()
    if lines:
        bands = [Patch(color=GREEN, alpha=a, lw=0.0) for a in (QUARTILES_ALPHA, ALL_ALPHA)]
        axes.figure.legend(
            [*lines, *bands],
            [*names, "quartiles", "least to most"],
            loc="outside lower center",
            ncols=3,
        )


def _draw_region(axes: Axes, statistics: list[Statistics], region: int) -> None:
    x = [one.number + 1 for one in statistics]
    ratios = [one.ratios.get(region) for one in statistics]
    genes = [one.ratio_genes.get(region) for one in statistics]
    draw_band(axes, x, ratios, color=GREEN, label="expressed, median", gid=f"ratio-{region}")
    medians = [(place, values[2]) for place, values in zip(x, genes, strict=True) if values]
    axes.plot(
        *zip(*medians, strict=True),
        color=INK,
        linestyle=(0, (3, 2)),
        linewidth=0.8,
        marker="_" if len(medians) == 1 else "",
        label="gene, median",
        gid=f"gene-{region}",
    )
