"""Working through cells: each an ordinary run in a folder, whoever computes it.

A cell is finished when its run is, so that the runs themselves say where the work stands: what was
ended at any moment goes on where it was, and gives the runs that it would have given.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import msgspec

from glianeat.errors import (
    CheckpointError,
    FolderHeldError,
    FolderTakenError,
    GliaNeatError,
    StorageError,
)
from glianeat.interrupts import check
from glianeat.run.api import Workers, evolve, resume
from glianeat.run.run import Run
from glianeat.store.records import Summary
from glianeat.studies.cell_states import DONE, CellState, CellStates, state_of
from glianeat.studies.estimate import Estimate
from glianeat.studies.grid import Cell
from glianeat.studies.jobs import command_of, working
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.registered import require_importable


class Computing(msgspec.Struct, frozen=True):
    """Who computes, as `evolve` takes it, how many at a time, and whether a stranger is trusted."""

    workers: Workers = 0
    address: str = "local"
    trust: bool = False
    jobs: int = 1
    """Runs that are computed at the same time, each in a process of its own."""


class SweepListener:
    """Is called as the work goes on; a class derived from it hears what it overrides."""

    def start_sweep(self, states: Sequence[CellState], /) -> None:
        """Before the first cell, with all of them."""

    def start_cell(self, place: int, cell: Cell, remaining: Estimate | None, /) -> None:
        """Before a cell is run; `place` is its number among all, from 1."""

    def on_generation(self, summary: Summary, /) -> None:
        """After a generation of the cell in progress."""

    def end_cell(self, state: CellState, remaining: Estimate | None, /) -> None:
        """After a cell, with how long the others will take."""

    def wait_for(self, states: Sequence[CellState], /) -> None:
        """Before other processes are waited for, with the cells that they have begun."""


class CellWork(ABC):
    """Cells in a folder that are worked through."""

    folder: Path
    failures: list[CellState]
    """Cells that failed when they were last run, each once."""

    @property
    @abstractmethod
    def cells(self) -> Sequence[Cell]:
        """Its experiments, in the order in which they are run."""

    @abstractmethod
    def _require_trust(self, *, trust: bool) -> None:
        """Raise `TrustError` if a stranger's would run what nobody allowed it to."""

    def _state(self, cell: Cell) -> CellState:
        """Return how it stands with a cell."""
        return state_of(cell, self.folder)

    def _command(self, computing: Computing) -> list[str]:
        """Return the command of a process that works on the same cells."""
        return command_of(self.folder, computing.workers, computing.address)

    @property
    def states(self) -> list[CellState]:
        """How it stands with each cell, in the order in which they are run."""
        return [self._state(cell) for cell in self.cells]

    @property
    def is_finished(self) -> bool:
        """Whether all cells are."""
        return all(state.status in DONE for state in self.states)

    def run(self, computing: Computing, listener: SweepListener | None = None) -> None:
        """Run all cells that are not finished; what fails does not end it, see `failures`."""
        self._require_trust(trust=computing.trust)
        listener, self.failures = listener or SweepListener(), []
        states = CellStates(self.cells, self._state)
        listener.start_sweep(states.known)
        further = self._further_processes(computing)
        with working(self._command(computing), further):
            self._run_cells(states, computing, listener)
            listener.wait_for([state for state in states.all() if state.status == "unfinished"])
        if further:  # what they failed of, or left
            self._run_cells(states, computing, listener)

    def _run_cells(self, states: CellStates, computing: Computing, listener: SweepListener) -> None:
        """Run all cells that are not finished now, and did not fail here."""
        failed = {state.name for state in self.failures}
        for place, cell in enumerate(self.cells):
            check()
            before = states.at(place)  # another process may have been quicker
            if before.status in DONE or cell.name in failed:
                continue
            listener.start_cell(place + 1, cell, states.estimate(computing.jobs))
            after = self._run_cell(cell, before, computing, listener)
            states.keep(place, after)
            if after.status == "failed":
                self.failures.append(after)
            listener.end_cell(after, states.estimate(computing.jobs))

    def _further_processes(self, computing: Computing) -> int:
        """Return how many further processes there are to be."""
        number = min(computing.jobs, len(self.cells)) - 1
        tasks: list[TaskConfig] = []
        for cell in self.cells if number > 0 else ():
            if cell.config.task not in tasks:
                tasks.append(cell.config.task)
                require_importable(cell.config.task)
        return max(number, 0)

    def _run_cell(
        self,
        cell: Cell,
        before: CellState,
        computing: Computing,
        listener: SweepListener,
    ) -> CellState:
        """Run a cell or go on with it; what it fails of is an outcome."""
        began, folder, listen = time.monotonic(), self.folder / cell.name, listener.on_generation
        workers, address = computing.workers, computing.address
        try:
            if before.status == "missing":
                evolve(
                    cell.config,
                    name=cell.name,
                    runs=self.folder,
                    workers=workers,
                    address=address,
                    listen=listen,
                ).close()
            else:
                _check_cell(folder, cell)
                trust = computing.trust
                resume(folder, trust=trust, workers=workers, address=address, listen=listen).close()
        except StorageError:
            raise  # all others would fail of it, too
        except (FolderHeldError, FolderTakenError):
            return msgspec.structs.replace(before, status="held")
        except GliaNeatError as error:
            return msgspec.structs.replace(before, status="failed", reason=str(error))
        after = self._state(cell)
        if before.status == "missing":  # what its store counts leaves the validation out
            after = msgspec.structs.replace(after, seconds=time.monotonic() - began)
        return after


def _check_cell(folder: Path, cell: Cell) -> None:
    """Raise `CheckpointError` unless what is under the name of a cell is its run."""
    with Run(folder) as run:
        seed, task = run.config.seed, run.config.task.id
    if (seed, task) != (cell.seed, cell.config.task.id):
        raise CheckpointError(
            f"run {folder}: must be of {cell.config.task.id} with seed {cell.seed}, "
            f"got {task} with seed {seed}"
        )
