"""Quantiles over the generations of a run, as bands."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from glianeat.store.records import Quantiles
from glianeat.typing import FloatArray

QUARTILES_ALPHA, ALL_ALPHA = 0.35, 0.13


def draw_band(
    axes: Axes,
    x: Sequence[float],
    quantiles: Sequence[Quantiles | None],
    *,
    gid: str,
    extremes: bool = True,
    **line: Any,
) -> None:
    """Draw a median, the band of its quartiles, and a paler one from the least to the most.

    Parameters
    ----------
    axes : Axes
        Where to.
    x : sequence of float, length G
        Where each generation stands.
    quantiles : sequence of quantiles or None, length G
        Of each generation; it is left out where there are none.
    gid : str
        What the median is called in an SVG; bands have ``-quartiles`` and ``-all`` behind it.
    extremes : bool
        Whether the paler band is drawn.
    line : dict
        Settings of the median's line, its color among them.
    """
    if not any(quantiles):
        return
    missing = (np.nan,) * 5
    table: FloatArray = np.array([values or missing for values in quantiles])
    low, first, middle, third, high = table.T
    axes.plot(x, middle, gid=gid, **line)
    mark_isolated(axes, x, middle, line["color"])
    bands = [(first, third, QUARTILES_ALPHA, "quartiles"), (low, high, ALL_ALPHA, "all")]
    for bottom, top, alpha, name in bands[: 2 if extremes else 1]:
        area = axes.fill_between(x, bottom, top, color=line["color"], alpha=alpha, linewidth=0.0)
        area.set(gid=f"{gid}-{name}", zorder=1.0)


def mark_isolated(axes: Axes, x: Sequence[float], values: FloatArray, color: str) -> None:
    """Draw a dot where a number stands alone, and no line leads to it."""
    there = np.isfinite(values)
    beside = np.concatenate([[False], there, [False]])
    alone = there & ~beside[:-2] & ~beside[2:]
    axes.plot(np.array(x)[alone], values[alone], "o", color=color, markersize=2.5)
