"""Where the energy of an episode goes: by kind and by region, over time and in all."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glianeat.energetics.ledger import KINDS, costs
from glianeat.pictures.activity import SECOND, in_order, region_names, show_time, span_of
from glianeat.pictures.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    PURPLE,
    SKY,
    TWO_COLUMNS,
    VERMILION,
    YELLOW,
    check_output,
    new_figure,
    say_nothing,
    write_picture,
)
from glianeat.run.traced import TracedEpisode
from glianeat.simulate.trace import LEDGER_STEP
from glianeat.typing import FloatArray

_PANEL, _EDGES, _NARROW = 38.0, 26.0, 120.0  # [mm]
_Style = dict[str, Any]
_SHADES = ("#3C4A57", "#7F8C97", "#BAC3CA")  # of regions, the first of which come first
_HATCHES = ("", "", "", "///", "///", "///", "..", "..", "..")


class _Part(NamedTuple):
    """Some kinds of energy that are shown as one."""

    name: str
    kinds: tuple[str, ...]
    colour: str
    hatch: str = ""


_PARTS = (  # from the bottom to the top
    _Part("upkeep of neurons", ("rest",), PALE),
    _Part("upkeep of astrocytes", ("astrocyte",), GREEN, "--"),
    _Part("synapses and axons", ("connection", "wire"), YELLOW),
    _Part("building", ("build_neuron", "build_synapse", "build_astrocyte"), "#8A8A86", "xx"),
    _Part("spikes", ("spike",), VERMILION),
    _Part("graded transmission", ("graded",), SKY, "///"),
    _Part("excitatory events", ("excitatory",), ORANGE, "\\\\\\"),
    _Part("inhibitory events", ("inhibitory",), BLUE),
    _Part("releases", ("release",), "#00684C"),
    _Part("plasticity", ("plasticity",), PURPLE),
)


def draw_energy(
    episode: TracedEpisode,
    path: Path,
    *,
    title: str = "",
    width: float = TWO_COLUMNS,
    start: float | None = None,
    end: float | None = None,
) -> None:
    """Draw the power of an episode by kind and by region, stacked over time, and its means.

    In an SVG, the areas over time are ``kind-`` and ``region-`` and their place, the bars
    ``bar-`` and both.

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
        Part of the episode that is shown [s], in steps of 0.1 s.

    Raises
    ------
    ConfigError
        If the file has another ending, or nothing was recorded at that time.
    CheckpointError
        If the folder does not exist or the file cannot be written.
    """
    check_output(path)
    span = span_of(episode, start, end)
    write_picture(path, title or "Energy", lambda: _figure(episode, span, title, width))


@dataclass(frozen=True, eq=False)
class _Spent:
    """What was spent, by the parts and regions that spent anything.

    Parameters
    ----------
    edges : ndarray of float64, shape (W + 1,)
        Ends of the windows, and the start of the first [s].
    energy : ndarray of float64, shape (W, P, R)
        Energy of each window, part and region [EU].
    parts : list of _Part
        The parts, from the bottom to the top.
    regions : list of str
        Names of the regions.
    """

    edges: FloatArray
    energy: FloatArray
    parts: list[_Part]
    regions: list[str]

    @property
    def lengths(self) -> FloatArray:
        """Length of each window, shape (W, 1) [s]."""
        lengths: FloatArray = np.diff(self.edges)[:, None]
        return lengths

    @property
    def part_styles(self) -> list[_Style]:
        """How each part is filled."""
        return [{"facecolor": part.colour, "hatch": part.hatch} for part in self.parts]

    @property
    def region_styles(self) -> list[_Style]:
        """How each region is filled."""
        return [
            {"facecolor": _SHADES[k % len(_SHADES)], "hatch": _HATCHES[k % len(_HATCHES)]}
            for k in range(len(self.regions))
        ]


def _spent(episode: TracedEpisode, span: tuple[int, int]) -> _Spent:
    trace = episode.trace
    first, last = span[0] // LEDGER_STEP, -(-span[1] // LEDGER_STEP)
    amounts = trace.amounts[first:last]
    ends = np.minimum(LEDGER_STEP * np.arange(first, first + len(amounts) + 1), trace.n_steps)
    energy = amounts * costs(episode.config.energy)[:, None]
    regions = in_order(np.flatnonzero(energy.any(axis=(0, 1))))
    told = {kind for part in _PARTS for kind in part.kinds}
    others = [_Part(kind.replace("_", " "), (kind,), INK) for kind in KINDS if kind not in told]
    parts = [part for part in (*_PARTS, *others) if energy[:, _places(part)].any()]
    by_part = np.zeros((len(amounts), len(parts), energy.shape[2]))
    for place, part in enumerate(parts):
        by_part[:, place] = energy[:, _places(part)].sum(axis=1)
    names = region_names(episode)
    return _Spent(
        ends / SECOND,
        by_part[:, :, regions],
        parts,
        [names[region] for region in regions],
    )


def _places(part: _Part) -> list[int]:
    return [KINDS.index(kind) for kind in part.kinds]


def _figure(episode: TracedEpisode, span: tuple[int, int], title: str, width: float) -> Figure:
    spent, wide = _spent(episode, span), width > _NARROW
    figure = new_figure(width, _PANEL * (2 if wide else 3) + _EDGES, title)
    grid = figure.add_gridspec(2, 2, width_ratios=(3, 2)) if wide else figure.add_gridspec(3, 1)
    over_time = [figure.add_subplot(grid[row, 0]) for row in range(2)]
    bars = figure.add_subplot(grid[:, 1] if wide else grid[2, 0])
    if not spent.parts:
        for axes in (*over_time, bars):
            say_nothing(axes, "nothing was spent")
        return figure
    by_kind, by_region = (spent.energy.sum(axis=axis) / spent.lengths for axis in (2, 1))
    _stack(over_time[0], spent.edges, by_kind, "kind", spent.part_styles)
    _stack(over_time[1], spent.edges, by_region, "region", spent.region_styles)
    _name_areas(over_time[0], [part.name for part in spent.parts])
    _name_areas(over_time[1], spent.regions)
    show_time(over_time[0], span, labelled=False)
    show_time(over_time[1], span)
    _draw_means(bars, spent)
    return figure


def _stack(
    axes: Axes, edges: FloatArray, power: FloatArray, kind: str, styles: list[_Style]
) -> None:
    """Draw areas on top of each other, from the first to the last."""
    tops = np.cumsum(power, axis=1)
    for place, style in enumerate(styles):
        area = axes.stairs(
            tops[:, place],
            edges,
            baseline=tops[:, place - 1] if place else 0.0,
            fill=True,
            edgecolor="white" if style["hatch"] else "none",
            linewidth=0.0,
            **style,
        )
        area.set_gid(f"{kind}-{place}")
    axes.set_ylim(0.0, 1.05 * float(tops.max()))
    axes.set_ylabel("power [EU/s]")


def _name_areas(axes: Axes, names: list[str]) -> None:
    axes.legend(
        axes.patches[::-1],
        names[::-1],
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        borderpad=0.0,
        handlelength=1.2,
    )


def _draw_means(axes: Axes, spent: _Spent) -> None:
    """Draw the mean power of each region, and of all together, as bars of the parts."""
    seconds = float(spent.edges[-1] - spent.edges[0])
    by_region = spent.energy.sum(axis=0) / seconds  # (P, R)
    rows = [*by_region.T, by_region.sum(axis=1)]
    for row, values in enumerate(rows):
        left = 0.0
        for place, (value, style) in enumerate(
            zip(values.tolist(), spent.part_styles, strict=True)
        ):
            bar = axes.barh(
                row, value, left=left, height=0.62, edgecolor="white", linewidth=0.0, **style
            )
            bar[0].set_gid(f"bar-{place}-{row}")
            left += value
        axes.annotate(
            f"{left:.4g}",
            (left, row),
            xytext=(2.0, 0.0),
            textcoords="offset points",
            va="center",
            fontsize=6.0,
        )
    axes.set_yticks(range(len(rows)), [*spent.regions, "all"])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0.0)
    axes.set_xlim(0.0, 1.15 * float(sum(rows[-1])))
    axes.set_xlabel("mean power [EU/s]")
