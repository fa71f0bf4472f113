"""Where a sweep stands: its runs say so, whichever process computes them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from glianeat.errors import CheckpointError, ConfigError
from glianeat.run.runner import FINISHED
from glianeat.store.run_store import DATABASE, RunStore
from glianeat.studies.estimate import Estimate, estimate
from glianeat.studies.grid import Cell

Status = Literal["missing", "unfinished", "finished", "failed", "held", "given up"]
DONE = ("finished", "given up")


class CellState(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with a cell."""

    name: str
    combination: int
    seed: int
    settings: dict[str, str]
    status: Status
    """missing: not begun; held: another process goes on with it; given up: not wanted any more."""
    seconds: float = 0.0
    """Wall-clock time that its run took [s]; 0 if it is not finished."""
    reason: str = ""
    """Why it failed."""


class CellStates:
    """How it stands with all cells of a sweep or a study, looked at anew where that may change.

    Parameters
    ----------
    cells : sequence of Cell
        All of them.
    state : callable
        Returns how it stands with a cell now.
    """

    def __init__(self, cells: Sequence[Cell], state: Callable[[Cell], CellState]) -> None:
        self._cells, self._state = cells, state
        self.known = [state(cell) for cell in cells]

    def at(self, place: int) -> CellState:
        """Return how it stands with a cell now."""
        if self.known[place].status not in DONE:
            self.known[place] = self._state(self._cells[place])
        return self.known[place]

    def all(self) -> list[CellState]:
        """Return how it stands with all cells now."""
        return [self.at(place) for place in range(len(self._cells))]

    def keep(self, place: int, state: CellState) -> None:
        """Keep what became of a cell here."""
        self.known[place] = state

    def estimate(self, jobs: int) -> Estimate | None:
        """Return how long the cells that are not finished take if so many run at a time."""
        states = self.all()
        finished = [(s.combination, s.seconds) for s in states if s.status == "finished"]
        left = [state.combination for state in states if state.status not in DONE]
        return estimate(finished, left, jobs)


def state_of(cell: Cell, folder: Path) -> CellState:
    """Return how it stands with a cell, by what its run says."""
    status: Status = "missing"
    seconds, reason = 0.0, ""
    if (folder / cell.name / DATABASE).is_file():
        status = "unfinished"
        try:
            with RunStore.open(folder / cell.name) as store:
                last = store.last_generation()
                if last is not None and store.has_meta(FINISHED):
                    status, seconds = "finished", last.seconds
        except (CheckpointError, ConfigError) as error:
            status, reason = "failed", str(error)
    return CellState(
        name=cell.name,
        combination=cell.combination,
        seed=cell.seed,
        settings=cell.settings,
        status=status,
        seconds=seconds,
        reason=reason,
    )
