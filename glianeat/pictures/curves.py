"""Curves of a run: its objectives and sizes over evaluations."""

from pathlib import Path
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from glianeat.pictures.bands import ALL_ALPHA, QUARTILES_ALPHA, draw_band
from glianeat.pictures.quantities import axis_label, require_generations
from glianeat.pictures.style import (
    BLUE,
    FAINT,
    GREEN,
    ONE_COLUMN,
    ORANGE,
    VERMILION,
    check_output,
    new_figure,
    say_nothing,
    write_picture,
)
from glianeat.run.run import Run
from glianeat.run.stopping import History
from glianeat.store.records import Statistics
from glianeat.tasks.catalogue import declared_return

_PANEL, _EDGES, _WIDE = 34.0, 14.0, 120.0  # [mm]
_SIZES = {"hidden": (BLUE, "-"), "synapses": (VERMILION, "--"), "astrocytes": (GREEN, "-.")}
_FRESH = "best, fresh episodes"
_SIZE_NAMES = {"hidden": "hidden neurons"}


class _Solved(NamedTuple):
    """When a run has solved its task, and what that takes."""

    threshold: float | None
    evaluations: int | None


def draw_curves(run: Run, path: Path, *, title: str = "", width: float = ONE_COLUMN) -> None:
    """Draw quantiles of each objective and of sizes over the evaluations of a run.

    Points are what the best genome had on fresh episodes. A dotted line is the return that counts
    as solved, an upright one the evaluations after which a genome passed it on fresh episodes. In
    an SVG, medians are ``objective-`` with the place of the objective, from 0, and ``size-`` with a
    name; the points are ``fresh``.

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
    statistics, solved = run.statistics, _solved(run)
    evaluations = {one.number: one.evaluations for one in run.summaries}
    x = [evaluations[one.number] for one in statistics]
    names = [objective.name for objective in run.objectives]
    tried = [one for one in run.progress if one.evaluation.is_ok]
    fresh = [(evaluations[one.generation], one.fresh_return) for one in tried]
    write_picture(
        path,
        title or "Curves",
        lambda: _figure(names, x, statistics, _Returns(solved, fresh), title, width),
    )


class _Returns(NamedTuple):
    """What is drawn beside the returns of survivors."""

    solved: _Solved
    fresh: list[tuple[int, float]]
    """Evaluations after which the best genome was tried on fresh episodes, and its return."""


def _solved(run: Run) -> _Solved:
    """Return when the task was solved; nothing of the task is made or imported to find out."""
    config = run.config
    told = config.evolution.solved_return
    threshold = declared_return(config.task.id) if told is None else told
    if threshold is None or config.task.rewards:
        return _Solved(None, None)
    history, validations = History(threshold), run.validations
    for summary in run.summaries:
        history.add(summary, None)
        if history.is_solved(validations):
            return _Solved(threshold, summary.evaluations)
    return _Solved(threshold, None)


def _figure(
    names: list[str],
    x: list[int],
    statistics: list[Statistics],
    returns: _Returns,
    title: str,
    width: float,
) -> Figure:
    panels = len(names) + 1
    columns = min(panels, 3) if width > _WIDE else 1
    rows = -(-panels // columns)
    figure = new_figure(width, _PANEL * rows + _EDGES, title)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True).ravel()
    for place, name in enumerate(names):
        own = [one.objectives.get(name) for one in statistics]
        draw_band(grid[place], x, own, color=BLUE, label="median", gid=f"objective-{place}")
        grid[place].set_ylabel(axis_label(name))
        if not any(own):
            say_nothing(grid[place], "no evaluation went well")
    _mark_solved(grid[0], returns.solved)
    if "reward" in names:
        _draw_fresh(grid[names.index("reward")], returns.fresh)
    _draw_sizes(grid[len(names)], x, statistics)
    for axes in grid[panels:]:
        axes.set_visible(False)
    for place, axes in enumerate(grid[:panels]):
        is_lowest = place + columns >= panels
        axes.tick_params(labelbottom=is_lowest)
        axes.set_xlabel("evaluations" if is_lowest else "")
        axes.xaxis.set_major_formatter("{x:,.0f}")
    figure.align_ylabels()
    _explain(grid[0])
    return figure


def _mark_solved(axes: Axes, solved: _Solved) -> None:
    if solved.threshold is not None:
        axes.axhline(
            solved.threshold, color=FAINT, linewidth=0.7, linestyle=":", gid="solved-return"
        )
    if solved.evaluations is not None:
        axes.axvline(solved.evaluations, color=ORANGE, linewidth=0.8, gid="solved")
        axes.annotate(
            f"solved after {solved.evaluations:,}",
            (solved.evaluations, 0.5),
            xycoords=axes.get_xaxis_transform(),
            xytext=(3.0, 0.0),
            textcoords="offset points",
            fontsize=6.0,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0},
        )


def _draw_fresh(axes: Axes, fresh: list[tuple[int, float]]) -> None:
    """Draw what the best genome had on fresh episodes."""
    if fresh:
        x, y = zip(*fresh, strict=True)
        (line,) = axes.plot(x, y, color=VERMILION, marker=".", markersize=3.0, linewidth=0.7)
        line.set_label(_FRESH)
        line.set_gid("fresh")


def _draw_sizes(axes: Axes, x: list[int], statistics: list[Statistics]) -> None:
    for name, (colour, dashes) in _SIZES.items():
        draw_band(
            axes,
            x,
            [one.sizes.get(name) for one in statistics],
            color=colour,
            linestyle=dashes,
            label=_SIZE_NAMES.get(name, name),
            gid=f"size-{name}",
            extremes=False,
        )
    axes.set_ylabel("number")
    axes.set_ylim(bottom=0.0)
    if axes.lines:
        axes.legend(loc="best", borderpad=0.2)


def _explain(axes: Axes) -> None:
    """Say once what bands are."""
    quartiles = Patch(color=BLUE, alpha=QUARTILES_ALPHA, linewidth=0.0)
    extremes = Patch(color=BLUE, alpha=ALL_ALPHA, linewidth=0.0)
    fresh = [line for line in axes.lines if line.get_label() == _FRESH]
    if axes.lines:
        axes.legend(
            [axes.lines[0], quartiles, extremes, *fresh],
            ["median of survivors", "quartiles", "least to most", *[_FRESH for _ in fresh]],
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            borderpad=0.0,
            columnspacing=1.0,
            handlelength=1.4,
            ncols=3 if not fresh else 2,
        )
