"""Fronts of a run: those of its generations, faded, and the last one."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from glianeat.pictures.quantities import axis_label, check_quantity, require_generations
from glianeat.pictures.style import (
    BLUE,
    INK,
    ONE_COLUMN,
    VERMILION,
    check_output,
    new_figure,
    say_nothing,
    write_picture,
)
from glianeat.run.run import Run
from glianeat.typing import FloatArray, IntArray

_READ, _DRAWN = 200, 40  # fronts that are read at most, evenly, and drawn, early ones densely
_HEIGHT, _BELOW, _WIDE = 68.0, 24.0, 120.0  # [mm]
_FIRST, _LAST = 0.2, 0.75  # how blue the first and the last but one are


@dataclass(frozen=True, eq=False)
class _Points:
    """Individuals in the plane of two quantities."""

    key: IntArray
    x: FloatArray
    y: FloatArray

    def of(self, keys: list[int]) -> tuple[FloatArray, FloatArray]:
        """Return the points of some individuals that have one, by rising x."""
        rows = np.searchsorted(self.key, keys)
        x, y = self.x[rows], self.y[rows]
        is_there = np.isfinite(x) & np.isfinite(y)
        order = np.lexsort((y[is_there], x[is_there]))
        return x[is_there][order], y[is_there][order]


def draw_front(
    run: Run,
    path: Path,
    *,
    plane: tuple[str | None, str | None] = (None, None),
    genome: int | None = None,
    title: str = "",
    width: float = ONE_COLUMN,
) -> None:
    """Draw the front of each generation, faded to the last one's, and the hypervolume.

    Of runs without fronts it is the best of each generation. In an SVG, fronts are ``front-`` and
    the number of the generation, counted from 1, and the marked genome is ``genome-`` and its key.

    Parameters
    ----------
    run : Run
        What is drawn.
    path : Path
        File to write, ending in ``.svg``, ``.pdf`` or ``.png``.
    plane : (str or None, str or None)
        What is shown from left to right and upwards: objectives, measures or other quantities of
        individuals (see `RunHistory.values`); by default the run's second objective and its first.
    genome : int, optional
        Key of the genome that is marked; by default the best.
    title : str
        Printed above the picture.
    width : float
        Width of the picture [mm].

    Raises
    ------
    ConfigError
        If the file has another ending, or the run has no such quantity.
    CheckpointError
        If the run has no generation or no such genome, or the file cannot be written.
    """
    check_output(path)
    require_generations(run)
    objectives = [objective.name for objective in run.objectives]
    across = objectives[1] if len(objectives) > 1 else "power"
    key = run.best.key if genome is None else run.solution(genome).key
    drawing = _Front(run, (plane[0] or across, plane[1] or objectives[0]), key)
    write_picture(path, title or "Front", lambda: drawing.figure(title, width))


def _some(fronts: list[tuple[int, list[int]]]) -> list[tuple[int, list[int]]]:
    """Return some fronts, the first and the last among them: early ones differ the most."""
    if len(fronts) <= _DRAWN:
        return fronts
    places = np.unique(np.geomspace(1, len(fronts), _DRAWN).round().astype(np.int64)) - 1
    return [fronts[place] for place in places.tolist()]


class _Front:
    """What is drawn, read from the run."""

    def __init__(self, run: Run, names: tuple[str, str], key: int) -> None:
        self._names, self._key = names, key
        self._fronts = _some(run.history.fronts(-(-len(run.summaries) // _READ)))
        self._alive = [solution.key for solution in run.population]
        keys = {key, *self._alive, *(one for _, keys in self._fronts for one in keys)}
        sorted_keys = np.array(sorted(keys), dtype=np.int64)
        values = run.history.values(sorted_keys)
        missing = np.full(len(sorted_keys), np.nan)
        if values:
            for name in names:
                check_quantity(name, list(values))
        x, y = (values.get(name, missing) for name in names)
        self._points = _Points(sorted_keys, x, y)
        directions = {one.name: one.direction for one in run.objectives}
        self._directions = directions
        self._is_line = run.has_front and set(names) == set(directions) and len(directions) == 2
        self._has_front = run.has_front
        told = run.statistics if run.has_front else []
        self._hypervolume = [(one.number + 1, one.hypervolume) for one in told]

    def figure(self, title: str, width: float) -> Figure:
        has_volume, wide = len(self._hypervolume) > 1, width > _WIDE
        below = _BELOW if has_volume and not wide else 0.0
        figure = new_figure(width, _HEIGHT + below, title)
        if not has_volume:
            self._draw_fronts(figure.subplots())
        elif wide:
            left, right = figure.subplots(1, 2, width_ratios=(3, 2))
            self._draw_fronts(left)
            self._draw_volume(right)
        else:
            upper, lower = figure.subplots(2, 1, height_ratios=(_HEIGHT, _BELOW))
            self._draw_fronts(upper)
            self._draw_volume(lower)
            figure.align_ylabels()
        return figure

    def _draw_fronts(self, axes: Axes) -> None:
        axes.set_xlabel(axis_label(self._names[0]))
        axes.set_ylabel(axis_label(self._names[1]))
        if not np.isfinite(self._points.x).any():
            say_nothing(axes, "no evaluation went well")
            return
        x, y = self._points.of(self._alive)
        axes.plot(
            x, y, "o", markersize=2.0, color="none", markeredgecolor="0.6", label="survivors"
        ).pop().set(markeredgewidth=0.4, zorder=1.5)
        for place, (number, keys) in enumerate(self._fronts):
            self._draw_front(axes, place, number, keys)
        x, y = self._points.of([self._key])
        axes.plot(
            x,
            y,
            "D",
            markersize=4.5,
            color=VERMILION,
            markeredgecolor="white",
            markeredgewidth=0.6,
            label=f"genome {self._key}",
            gid=f"genome-{self._key}",
            zorder=5.0,
        )
        axes.margins(0.05)
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), borderpad=0.0, ncols=2)

    def _draw_front(self, axes: Axes, place: int, number: int, keys: list[int]) -> None:
        last = len(self._fronts) - 1
        share = _FIRST + (_LAST - _FIRST) * place / max(last, 1)
        red, green, blue = (1.0 + share * (part - 1.0) for part in to_rgb(BLUE))
        x, y = self._points.of(keys)
        is_last, is_first = place == last, place == 0
        name = "front" if self._has_front else "best"
        axes.plot(
            x,
            y,
            color=BLUE if is_last else (red, green, blue),
            drawstyle="steps-post" if self._directions.get(self._names[0], -1) < 0 else "steps-pre",
            linestyle="-" if self._is_line else "none",
            linewidth=1.2 if is_last else 0.6,
            marker="o",
            markersize=3.2 if is_last else 1.6,
            label=f"{name} of generation {number + 1}" if is_last or is_first else None,
            gid=f"front-{number + 1}",
            zorder=4.0 if is_last else 2.0,
        )

    def _draw_volume(self, axes: Axes) -> None:
        number, volume = zip(*self._hypervolume, strict=True)
        axes.plot(number, volume, color=INK, gid="hypervolume")
        axes.set_ylim(bottom=0.0)
        axes.set_xlabel("generation")
        axes.set_ylabel("hypervolume")
        axes.ticklabel_format(axis="y", scilimits=(-2, 5))
