"""Lineage of a genome: its ancestors, how they did, and what each birth changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glianeat.errors import ConfigError
from glianeat.evaluate.objectives import Objective
from glianeat.evolution.individual import NO_PARENT
from glianeat.history.lineage import Step
from glianeat.pictures.names import cut, plain
from glianeat.pictures.quantities import axis_label, require_generations
from glianeat.pictures.style import (
    BLUE,
    FAINT,
    INK,
    PALE,
    TWO_COLUMNS,
    VERMILION,
    check_output,
    new_figure,
    write_picture,
)
from glianeat.run.run import Run
from glianeat.text import counted

STEPS = 12  # births that are shown beside the founder, unless more are asked for
_LINE, _GAP, _EDGES = 2.9, 1.6, 17.0  # [mm] of a line of text, between rows, about them
_PANEL = 27.0  # [mm], width of the plot of one objective
_NAMES = 25.0  # [mm], width of the names at the left
_LEAST_TEXT = 60.0  # [mm], width of what a birth changed, for which objectives are left out
_BETWEEN = 8.0  # [mm] between texts and plots
_CHARACTER = 1.13  # [mm], mean width of one of 6 points
_MOST_LINES = 3  # of what one birth changed
_OBJECTIVES = 2  # that are shown, where there is room


@dataclass(frozen=True)
class _Row:
    """One line of the picture."""

    step: Step | None
    """None for those that are left out."""
    text: tuple[str, ...]
    height: float
    """[mm]"""


def draw_lineage(
    run: Run,
    path: Path,
    *,
    genome: int | None = None,
    steps: int = STEPS,
    title: str = "",
    width: float = TWO_COLUMNS,
) -> None:
    """Draw the ancestors of a genome by the first parent, and what each birth changed.

    The founder comes first, then the latest births. In an SVG, points are ``objective-`` and its
    place, from 0, and texts ``step-`` and the key of the genome that was born.

    Parameters
    ----------
    run : Run
        What is drawn.
    path : Path
        File to write, ending in ``.svg``, ``.pdf`` or ``.png``.
    genome : int, optional
        Key of the genome; by default the best.
    steps : int
        How many births are shown beside the founder, the latest ones.
    title : str
        Printed above the picture.
    width : float
        Width of the picture [mm].

    Raises
    ------
    ConfigError
        If the file has another ending, or `steps` is below 1.
    CheckpointError
        If the run has no generation or no such genome, or the file cannot be written.
    """
    check_output(path)
    if steps < 1:
        raise ConfigError(f"steps: must be >= 1, got {steps}")
    require_generations(run)
    line = run.history.lineage(run.best.key if genome is None else genome)[::-1]
    fitting = max(int((width - _NAMES - _LEAST_TEXT) / _PANEL), 0)
    objectives = run.objectives[: min(_OBJECTIVES, fitting)]
    room = width - _NAMES - _PANEL * len(objectives) - _BETWEEN
    rows = _rows(line, steps, max(int(room / _CHARACTER), 12))
    write_picture(path, title or "Lineage", lambda: _figure(rows, objectives, title, width))


def _rows(line: Sequence[Step], steps: int, fits: int) -> list[_Row]:
    """Return the rows from the top: the founder, how many are left out, the latest births."""
    first, rest = line[0], line[1:]
    left_out = len(rest) - steps
    rows = [_row(first, ["founder"], fits)]
    if left_out > 0:
        text = f"{counted(left_out, 'birth')} in between"
        rows.append(_Row(None, (text,), _LINE + _GAP))
    return rows + [_row(step, step.changes, fits) for step in rest[-steps:]]


def _row(step: Step, changes: Sequence[str], fits: int) -> _Row:
    mate = [f"crossed with genome {step.mate}"] if step.mate != NO_PARENT else []
    told = ";  ".join([*mate, *map(plain, changes)]) or "no gene changed"
    lines = wrap(told, fits) or [""]
    shown = lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        shown[-1] = cut(shown[-1] + " …", fits)
    return _Row(step, tuple(shown), _LINE * len(shown) + _GAP)


def _figure(
    rows: Sequence[_Row], objectives: Sequence[Objective], title: str, width: float
) -> Figure:
    height = sum(row.height for row in rows)
    figure = new_figure(width, height + _EDGES, title)
    columns = [_PANEL] * len(objectives)
    grid = figure.subplots(
        1,
        len(columns) + 1,
        sharey=True,
        squeeze=False,
        width_ratios=[*columns, width - _NAMES - sum(columns)],
    )[0]
    ends = np.cumsum([row.height for row in rows])
    middles = (ends - [row.height / 2.0 for row in rows]).tolist()
    for place, objective in enumerate(objectives):
        _draw_objective(grid[place], rows, middles, objective)
        grid[place].lines[0].set_gid(f"objective-{place}")
    _write_changes(grid[-1], rows, middles)
    grid[0].set_ylim(height, 0.0)
    named = [(y, row.step) for y, row in zip(middles, rows, strict=True) if row.step]
    grid[0].set_yticks(
        [y for y, _ in named],
        [f"gen. {s.individual.generation + 1}, genome {s.individual.key}" for _, s in named],
    )
    return figure


def _draw_objective(
    axes: Axes, rows: Sequence[_Row], middles: Sequence[float], objective: Objective
) -> None:
    values = [objective.value(r.step.individual.evaluation) if r.step else np.nan for r in rows]
    x = np.where(np.isfinite(values), values, np.nan)
    axes.hlines(middles, 0.0, 1.0, PALE, linewidth=0.4, transform=axes.get_yaxis_transform())
    axes.plot(x, middles, color=BLUE, marker="o", markersize=3.0)
    axes.plot(x[-1:], middles[-1:], "D", color=VERMILION, markersize=4.5, markeredgecolor="white")
    axes.set_xlabel(axis_label(objective.name))
    axes.margins(x=0.12)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0.0)


def _write_changes(axes: Axes, rows: Sequence[_Row], middles: Sequence[float]) -> None:
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0.0, labelbottom=False)
    axes.set_xlim(0.0, 1.0)
    for row, y in zip(rows, middles, strict=True):
        text = axes.text(
            0.0,
            y,
            "\n".join(row.text),
            va="center",
            fontsize=6.0,
            color=INK if row.step else FAINT,
            linespacing=1.15,
        )
        text.set_in_layout(False)
        if row.step:
            text.set_gid(f"step-{row.step.individual.key}")
