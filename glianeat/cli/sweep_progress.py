"""Progress of a sweep: one line that moves on a terminal, one line a run elsewhere."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from glianeat.cli.live_line import LiveLine
from glianeat.cli.options import generation_text, return_text
from glianeat.cli.terminal import make_console, say
from glianeat.store.records import Summary
from glianeat.studies.cell_states import CellState
from glianeat.studies.cell_work import SweepListener
from glianeat.studies.estimate import Estimate
from glianeat.studies.grid import Cell
from glianeat.text import counted, duration_text, safe


class SweepProgress(SweepListener):
    """Shows which run is computed, and how long all will take; use as a context manager."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._line = LiveLine(make_console(err=True), quiet=quiet, stays=False)
        self._count = 0
        self._generations: int | None = None
        self._head, self._left = "", ""

    def __enter__(self) -> Self:
        self._line.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._line.__exit__(kind, error, traceback)

    def start_sweep(self, states: Sequence[CellState], /) -> None:
        """Say how much there is to do."""
        self._count = len(states)
        finished = sum(state.status == "finished" for state in states)
        if finished:
            self._say(f"{finished} of {counted(self._count, 'run')} are finished")

    def start_cell(self, place: int, cell: Cell, remaining: Estimate | None, /) -> None:
        """Show which run comes next."""
        self._head = f"run {place}/{self._count} {cell.name}"
        self._generations, self._left = (
            cell.config.evolution.most_generations,
            _left_text(remaining),
        )
        self._show("")

    def on_generation(self, summary: Summary, /) -> None:
        """Show a generation of the run in progress, on a terminal."""
        best = return_text(summary.best_return)
        self._show(f"  {generation_text(summary.number, self._generations)}  best {best}")

    def end_cell(self, state: CellState, remaining: Estimate | None, /) -> None:
        """Say what became of a run, and how long the others will take."""
        if state.status == "held":  # another process goes on with it
            return
        failed = state.status == "failed"
        took = f"finished in {duration_text(state.seconds)}"
        outcome = f"failed: {safe(state.reason)}" if failed else took
        self._say(f"{self._head}: {outcome}; {_left_text(remaining)}")

    def wait_for(self, states: Sequence[CellState], /) -> None:
        """Say that other processes are waited for."""
        if states:
            self._say(f"waiting for {counted(len(states), 'run')} of other processes")

    def _show(self, text: str) -> None:
        self._line.show(safe(f"{self._head}{text}  {self._left}"))

    def _say(self, line: str) -> None:
        if self._line.is_shown:
            self._line.print_above(safe(line))
        elif not self._quiet:
            say(line, err=True)


def _left_text(remaining: Estimate | None) -> str:
    """Return how long the sweep will still take, and what that is made of."""
    if remaining is None:
        return "no estimate yet, since no run is finished"
    if not remaining.runs:
        return "all are done"
    basis = f"from {counted(remaining.basis, 'finished run')}"
    if remaining.unknown:
        basis += f"; for {remaining.unknown} of other settings none is finished"
    return f"about {duration_text(remaining.seconds)} for {remaining.runs} more ({basis})"
