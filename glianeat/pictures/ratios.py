"""Glia-to-neuron ratios of a run, by region over its generations."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import NullLocator

from glianeat.genome.founders import region_name
from glianeat.pictures.activity import in_order
from glianeat.pictures.bands import ALL_ALPHA, QUARTILES_ALPHA, draw_band, mark_isolated
from glianeat.pictures.quantities import require_generations
from glianeat.pictures.style import (
    GREEN,
    INK,
    ONE_COLUMN,
    VERMILION,
    check_output,
    new_figure,
    say_nothing,
    write_picture,
)
from glianeat.run.predicted_ratios import predicted_ratios
from glianeat.run.run import Run
from glianeat.store.records import Statistics
from glianeat.typing import FloatArray

_PANEL, _EDGES, _WIDE = 30.0, 16.0, 120.0  # [mm]
_LEAST = 0.25  # above which each doubling takes as much room
_TICKS = (0.0, *(4.0**power for power in range(-1, 20)))


def draw_ratios(run: Run, path: Path, *, title: str = "", width: float = ONE_COLUMN) -> None:
    """Draw the glia-to-neuron ratio of each region over the generations of a run.

    The expressed ratio has a median, a band of quartiles and one from the least to the most; of the
    ratio gene there is the median. Where the energy budget predicts a ratio, that of the best
    genome of each generation stands beside them (see `predicted_ratios`). In an SVG they are
    ``ratio-``, ``gene-`` and ``predicted-`` with the index of the region.

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
    statistics, predicted = run.statistics, predicted_ratios(run)[0]
    write_picture(path, title or "Ratios", lambda: _figure(statistics, predicted, title, width))


def _figure(
    statistics: list[Statistics], predicted: dict[int, FloatArray], title: str, width: float
) -> Figure:
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
        if region in predicted:
            _draw_predicted(axes, predicted[region], region)
        axes.set_title(region_name(region, max(regions) + 1))
    bands = [band for one in statistics for band in one.ratios.values()]
    top = 1.3 * max([1.0, *(high for *_, high in bands)])
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
    _explain(figure)
    return figure


def _labelled(grid: Iterable[Axes]) -> tuple[list[Any], list[str]]:
    """Return lines that have a label, one for each label."""
    found: dict[str, Any] = {}
    for axes in grid:
        for line, name in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(name, line)
    return list(found.values()), list(found)


def _explain(figure: Figure) -> None:
    """Say once what lines and bands are."""
    lines, names = _labelled(figure.axes)
    if lines:
        bands = [Patch(color=GREEN, alpha=a, lw=0.0) for a in (QUARTILES_ALPHA, ALL_ALPHA)]
        figure.legend(
            [lines[0], *bands, *lines[1:]],
            [names[0], "quartiles", "least to most", *names[1:]],
            loc="outside lower center",
            ncols=2,
        )


def _draw_predicted(axes: Axes, ratios: FloatArray, region: int) -> None:
    x = range(1, len(ratios) + 1)
    axes.plot(
        x,
        ratios,
        color=VERMILION,
        linestyle=":",
        label="predicted, best genome",
        gid=f"predicted-{region}",
    )
    mark_isolated(axes, x, ratios, VERMILION)


def _draw_region(axes: Axes, statistics: list[Statistics], region: int) -> None:
    x = [one.number + 1 for one in statistics]
    ratios = [one.ratios.get(region) for one in statistics]
    genes = [one.ratio_genes.get(region) for one in statistics]
    draw_band(axes, x, ratios, color=GREEN, label="expressed, median", gid=f"ratio-{region}")
    medians = np.array([values[2] if values else np.nan for values in genes])
    axes.plot(
        x,
        medians,
        color=INK,
        linestyle=(0, (3, 2)),
        linewidth=0.8,
        label="gene, median",
        gid=f"gene-{region}",
    )
    mark_isolated(axes, x, medians, INK)
