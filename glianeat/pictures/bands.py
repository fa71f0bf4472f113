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
    rows = [(place, *values) for place, values in zip(x, quantiles, strict=True) if values]
    if not rows:
        return
    table: FloatArray = np.array(rows)
    where, low, first, middle, third, high = table.T
    marker = "o" if len(rows) == 1 else ""
    axes.plot(where, middle, gid=gid, marker=marker, markersize=3.0, **line)
    bands = [(first, third, QUARTILES_ALPHA, "quartiles"), (low, high, ALL_ALPHA, "all")]
    for bottom, top, alpha, name in bands[: 2 if extremes else 1]:
        area = axes.fill_between(
            where, bottom, top, color=line["color"], alpha=alpha, linewidth=0.0
        )
        area.set(gid=f"{gid}-{name}", zorder=1.0)
