"""Drawings of networks: regions, neurons, synapses, and the territories of astrocytes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import (
    Circle,
    FancyArrowPatch,
    FancyBboxPatch,
    Patch,
    Polygon,
    RegularPolygon,
)
from matplotlib.path import Path as Outline

from glianeat.develop.network import Network
from glianeat.genome.schema import SYNAPSES, Role
from glianeat.pictures.layout import Lane, Territory, along, curve, groups_of, hull, lay_out
from glianeat.pictures.names import channel_names, cut, distinct, neuron_names, plain
from glianeat.pictures.style import (
    EXCITATORY,
    FAINT,
    GLIA,
    GLIA_EDGE,
    INCH,
    INHIBITORY,
    INK,
    check_output,
    write_picture,
)
from glianeat.text import counted
from glianeat.typing import FloatArray

_COLOURS = {1: EXCITATORY, -1: INHIBITORY}
_LANE = "#F4F4F1"
_DPI, _PAPER_DPI = 200, 600  # of a PNG in its own size, and in that of a column
_MARGIN, _TITLE = 0.25, 0.66
_ROW = 0.25  # of the legend
_LABELLED = 60  # synapses; with more, delays are not shown
_MAX_SYNAPSES = 3000  # of more, the strongest are drawn
_KEY = 0.4  # width of a symbol in the legend
_KEY_RADIUS = 0.075
_MAX_WEIGHT = SYNAPSES.traits[SYNAPSES.column("weight")].max_value
_WEIGHTS = (1.0, 4.0, 10.0)  # in the legend
_ROLES = {"input": Role.INPUT, "hidden": Role.HIDDEN, "output": Role.OUTPUT}
_SIGNS = {"excitatory": 1, "inhibitory": -1}
_CENTRED: dict[str, Any] = {"ha": "center", "va": "center_baseline"}
_LABEL_BOX = {"fc": "white", "ec": "none", "alpha": 0.85, "boxstyle": "round,pad=0.12"}


def draw_network(
    network: Network,
    path: Path,
    *,
    title: str = "",
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    width: float | None = None,
) -> None:
    """Draw the topology of a network to an SVG, PDF or PNG file; equal networks, equal bytes.

    In an SVG, elements are named after what they show: ``neuron-`` and the node id and
    ``synapse-`` and the innovation number, in hexadecimal; ``astrocyte-`` and ``territory-`` and
    the index of the astrocyte in `Glia`; what else grew from the same gene has a number behind.
    Astrocytes that ensheath the same neurons are drawn as one, under the lowest
    of their indices, with their number.

    Parameters
    ----------
    network : Network
        What is drawn.
    path : Path
        File to write, ending in ``.svg``, ``.pdf`` or ``.png``; its folder must exist. A file that
        is there is replaced, but only once the new one is complete.
    title : str
        Printed above the drawing as it stands: markup has no meaning in it, or in names.
    input_names : sequence of str, length network.n_channels, optional
        Names of the input channels, also those that lead to no output; by default in 0, in 1, …
    output_names : sequence of str, one for each output of the genome, optional
        Names of the outputs; by default out 0, out 1, …; they stand at the first of their neurons.
    width : float, optional
        Width to which all of it is scaled [mm]; by default what is in it takes the room it needs.

    Raises
    ------
    ConfigError
        If the file has another ending, or the number of names is wrong.
    CheckpointError
        If the folder does not exist or the file cannot be written.
    """
    check_output(path)
    names = neuron_names(
        network,
        channel_names("input_names", "in", input_names, network.n_channels),
        channel_names(
            "output_names", "out", output_names, network.n_outputs // network.output_copies
        ),
    )
    title = plain(title)
    write_picture(path, title or "Network", lambda: _Drawing(network, names, title, width).figure)


class _Drawing:
    """One figure, in inches, with the origin at the lower left corner of the lanes."""

    def __init__(self, network: Network, names: list[str], title: str, width: float | None) -> None:
        self._network, self._names = network, names
        self._layout = lay_out(network, names)
        self._neuron_ids = distinct("neuron", network.cells.node_id)
        self._crowding = max((60.0 / max(network.n_synapses, 60)) ** 0.5, 0.2)
        self._is_labelled = network.n_synapses <= _LABELLED
        self._labels: list[FloatArray] = []
        self._wide = wide = max(self._layout.width, 5.2)
        entries = self._entries()
        rows = _legend_rows([text for _, text in entries], wide)
        bottom = -_MARGIN - _ROW * (rows[-1][1] + 1) - 0.1
        top = self._layout.height + _TITLE
        size = wide + 2.0 * _MARGIN, top - bottom
        self._zoom = zoom = width / INCH / size[0] if width else 1.0
        self.figure = Figure(
            figsize=(zoom * size[0], zoom * size[1]), dpi=_PAPER_DPI if width else _DPI
        )
        self._axes: Axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        left = (self._layout.width - wide) / 2.0
        self._axes.set_xlim(left - _MARGIN, left + wide + _MARGIN)
        self._axes.set_ylim(bottom, top)
        self._axes.set_axis_off()
        self._draw_title(title, left)
        for lane in self._layout.lanes:
            self._draw_lane(lane)
        for territory in self._layout.territories:
            self._draw_territory(territory)
        self._draw_synapses()
        for neuron in range(network.n_neurons):
            self._draw_neuron(neuron)
        self._draw_legend(entries, rows, left)

    def _add(self, patch: Patch, gid: str = "", *, order: float = 3.0) -> None:
        if gid:
            patch.set_gid(gid)
        patch.set_zorder(order)
        patch.set_linewidth(self._zoom * patch.get_linewidth())
        if isinstance(patch, FancyArrowPatch):
            patch.set_mutation_scale(self._zoom * patch.get_mutation_scale())
        self._axes.add_patch(patch)

    def _write(self, x: float, y: float, text: str, size: float, **style: Any) -> None:
        settings: dict[str, Any] = {"color": INK, "va": "center", "zorder": 6.0} | style
        self._axes.text(x, y, text, fontsize=self._zoom * size, **settings)

    def _draw_title(self, title: str, left: float) -> None:
        network, top = self._network, self._layout.height
        drawn = min(network.n_synapses, _MAX_SYNAPSES)
        synapses = counted(network.n_synapses, "synapse")
        if drawn < network.n_synapses:
            synapses += f" (the strongest {drawn:,} drawn)"
        parts = [
            counted(network.n_neurons, "neuron"),
            synapses,
            counted(network.n_astrocytes, "astrocyte"),
        ]
        if network.n_inputs < network.n_channels:
            parts.append(f"{network.n_inputs} of {network.n_channels} input channels used")
        fits = int(14.0 * self._wide)  # characters
        size = min(11.0, 106.0 * self._wide / max(min(len(title), fits), 1))
        self._write(left, top + 0.43, cut(title, fits), size, weight="bold")
        self._write(left, top + 0.19, "  ·  ".join(parts), 7.5, color=FAINT)

    def _draw_lane(self, lane: Lane) -> None:
        width, height = lane.right - lane.left, lane.top - lane.bottom
        style = "round,pad=0,rounding_size=0.1"
        box = FancyBboxPatch((lane.left, lane.bottom), width, height, boxstyle=style)
        box.set(facecolor=_LANE, edgecolor="#DADAD4", linewidth=0.7)
        self._add(box, order=0.0)
        x, y = lane.left + 0.1, lane.top
        halo = {"facecolor": _LANE, "edgecolor": "none", "alpha": 0.8, "pad": 0.8}
        counts = f"{counted(lane.n_astrocytes, 'astrocyte')} : {counted(lane.n_neurons, 'neuron')}"
        ratio = f"glia-to-neuron ratio {lane.n_astrocytes / lane.n_neurons:.2f}"
        self._write(x, y - 0.14, lane.name, 8.5, weight="bold", bbox=halo)
        self._write(x, y - 0.32, ratio, 7.0, color=GLIA_EDGE, bbox=halo)
        self._write(x, y - 0.47, counts, 6.5, color=FAINT, bbox=halo)

    def _draw_territory(self, territory: Territory) -> None:
        radius, place = self._layout.radius, self._layout.place
        gid = f"territory-{territory.astrocyte}"
        groups = groups_of(territory.neurons, self._network.cells.role)
        for part, group in enumerate(groups):
            points = place[group]
            if len(groups) == 1:  # else its ties alone lead to the astrocyte
                points = np.concatenate([points, territory.place[None, :]])
            area = Polygon(hull(points, 1.6 * radius), closed=True)
            area.set(facecolor=GLIA, edgecolor=GLIA, linewidth=4.8 * radius, alpha=0.2)
            self._add(area, gid if part == 0 else f"{gid}-{part}", order=1.0)
        for x, y in place[territory.neurons].tolist():
            line = Outline(np.array([territory.place, (x, y)]))
            tie = FancyArrowPatch(path=line, arrowstyle="-", color=GLIA, linewidth=5.6 * radius)
            tie.set_linestyle((0.0, (1.0, 1.5)))
            self._add(tie, order=1.5)
        x, y = territory.place.tolist()
        self._draw_hexagon((x, y), radius, territory.count, f"astrocyte-{territory.astrocyte}")

    def _draw_hexagon(
        self, place: tuple[float, float], radius: float, count: int, gid: str = ""
    ) -> None:
        hexagon = RegularPolygon(place, 6, radius=0.95 * radius)
        hexagon.set(facecolor=GLIA_EDGE, edgecolor="white", linewidth=5.0 * radius)
        self._add(hexagon, gid, order=4.0)
        if count > 1:
            text = f"{count}" if count < 10_000 else f"{count / 1000:.0f}k"
            size = 72.0 * radius * (0.75, 0.75, 0.6, 0.45)[min(len(text), 4) - 1]
            self._write(*place, text, size, color="white", weight="bold", **_CENTRED)

    def _draw_neuron(self, neuron: int) -> None:
        cells, radius = self._network.cells, self._layout.radius
        x, y = self._layout.place[neuron].tolist()
        role = int(cells.role[neuron])
        colour, gid = _COLOURS[int(cells.sign[neuron])], self._neuron_ids[neuron]
        self._draw_circle((x, y), radius, role, colour, gid)
        size = min(7.0, 60.0 * radius)
        if role == Role.HIDDEN or size < 2.0:
            return
        side = -1.0 if role == Role.INPUT else 1.0
        away = 4.8 if len(self._layout.territories) else 2.9
        align = "right" if role == Role.INPUT else "left"
        self._write(x + side * away * radius, y, self._names[neuron], size, ha=align)

    def _draw_circle(
        self, place: tuple[float, float], radius: float, role: int, colour: str, gid: str = ""
    ) -> None:
        line = 14.0 * radius
        rim = Circle(
            place, _rim(role) * radius, linewidth=line, edgecolor=colour, facecolor="white"
        )
        if role == Role.HIDDEN:
            rim.set(facecolor=colour, edgecolor="white", linewidth=0.6 * line)
        self._add(rim, gid, order=5.0)
        if role == Role.OUTPUT:
            core = Circle(place, 0.85 * radius, linewidth=0.0, facecolor=colour)
            self._add(core, order=5.0)

    def _draw_synapses(self) -> None:
        wiring = self._network.wiring
        source, weight = self._network.source, np.abs(wiring.weight)
        order = np.argsort(weight, kind="stable")[-_MAX_SYNAPSES:]
        ids = distinct("synapse", wiring.innovation)
        curves = [self._curve(source[s], wiring.target[s]) for s in order.tolist()]
        for s, line in zip(order.tolist(), curves, strict=True):
            sign = -1 if self._network.inhibits[s] else 1
            width = _line_width(float(weight[s])) * self._crowding
            patch = _arrow(line, sign, width, alpha=max(self._crowding, 0.25))
            self._add(patch, ids[s], order=3.0)
        if self._is_labelled:
            for s, line in zip(order.tolist(), curves, strict=True):
                if wiring.delay[s] > 1:
                    self._label(line, int(wiring.delay[s]))

    def _curve(self, source: int, target: int) -> FloatArray:
        layout, role = self._layout, self._network.cells.role
        first, last = (layout.radius * (_rim(role[n]) + 0.15) for n in (source, target))
        rims, band = (first, last), (0.05, layout.height - 0.6)
        left, right = (layout.lanes[layout.lane[n]].left for n in (source, target))
        return curve(layout.place[source], layout.place[target], rims, band, ahead=left < right)

    def _label(self, line: FloatArray, delay: int) -> None:
        """Write a delay on its curve, where no other label and no neuron is near."""
        hexagons = [territory.place for territory in self._layout.territories]
        taken = np.array([*self._layout.place, *hexagons, *self._labels])
        spots = [along(line, share) for share in (0.5, 0.38, 0.62, 0.27, 0.73, 0.18, 0.82)]
        room = [np.hypot(*(taken - spot).T).min() for spot in spots]
        free = [k for k, distance in enumerate(room) if distance > 0.17]
        spot = spots[free[0] if free else int(np.argmax(room))]
        self._labels.append(spot)
        self._write(spot[0], spot[1], f"{delay}", 5.0, ha="center", zorder=3.5, bbox=_LABEL_BOX)

    def _entries(self) -> list[tuple[str, str]]:
        """Return key and text of each entry of the legend, of what is in the drawing."""
        cells = self._network.cells
        entries = [("input", "input"), ("hidden", "hidden neuron"), ("output", "output")]
        entries += [("excitatory", "excitatory"), ("inhibitory", "inhibitory")]
        if not (cells.role == Role.HIDDEN).any():
            del entries[1]
        entries.append(
            ("weight", f"weight {_WEIGHTS[0]:g}, {_WEIGHTS[1]:g}, {_WEIGHTS[2]:g} [threshold]")
        )
        if self._is_labelled and (self._network.wiring.delay > 1).any():
            entries.append(("delay", "delay [ms], if not 1"))
        if self._network.n_astrocytes:
            entries.append(("astrocyte", "astrocytes (how many) and their territory"))
        return entries

    def _draw_legend(
        self, entries: list[tuple[str, str]], rows: list[tuple[float, int]], left: float
    ) -> None:
        for (key, text), (x, row) in zip(entries, rows, strict=True):
            y = -0.28 - _ROW * row
            self._draw_key(key, left + x, y)
            self._write(left + x + _KEY, y, text, 6.5, color=FAINT)

    def _draw_key(self, key: str, x: float, y: float) -> None:
        middle = (x + 0.5 * _KEY - 0.04, y)
        start, end = np.array([x, y]), np.array([x + _KEY - 0.08, y])
        if key in _ROLES:
            self._draw_circle(middle, _KEY_RADIUS, _ROLES[key], FAINT)
        elif key in _SIGNS:
            line = np.linspace(start, end, 4)
            self._add(_arrow(line, _SIGNS[key], 1.1, alpha=1.0))
        elif key == "weight":
            for row, weight in enumerate(_WEIGHTS):
                line = np.array([start, end]) + np.array([0.0, 0.06 * (1 - row)])
                width = _line_width(weight) * self._crowding
                self._add(Polygon(line, closed=False, color=FAINT, linewidth=width))
        elif key == "delay":
            self._write(*middle, "5", 5.0, ha="center", bbox=_LABEL_BOX)
        else:
            area = Circle(middle, 1.6 * _KEY_RADIUS, facecolor=GLIA, edgecolor=GLIA, alpha=0.2)
            self._add(area)
            self._draw_hexagon(middle, _KEY_RADIUS, 4)


def _rim(role: int) -> float:
    """Return the outer radius of a neuron, relative to that of others."""
    return 1.25 if role == Role.OUTPUT else 1.0


def _line_width(weight: float) -> float:
    return 0.4 + 0.22 * min(weight, _MAX_WEIGHT)


def _arrow(line: FloatArray, sign: int, width: float, *, alpha: float) -> FancyArrowPatch:
    """Return a synapse: excitatory ones end in an arrow head, inhibitory ones in a bar."""
    head = "-|>,head_length=1.1,head_width=0.5" if sign > 0 else "-[,widthB=0.75,lengthB=0"
    codes = [Outline.MOVETO, *[Outline.CURVE4] * 3]
    return FancyArrowPatch(
        path=Outline(line, codes),
        arrowstyle=head,
        mutation_scale=min(3.0 + 1.5 * width, 1.2 + 6.0 * width),
        color=_COLOURS[sign],
        linewidth=width,
        alpha=alpha,
    )


def _legend_rows(texts: list[str], width: float) -> list[tuple[float, int]]:
    """Return x and row of each entry, as many to a row as fit."""
    rows, x, row = [], 0.0, 0
    for text in texts:
        needed = _KEY + 0.05 * len(text) + 0.12
        if x > 0.0 and x + needed > width:
            x, row = 0.0, row + 1
        rows.append((x, row))
        x += needed
    return rows
