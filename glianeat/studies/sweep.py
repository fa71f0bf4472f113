"""Sweeps: the same experiment with several settings and seeds, each cell an ordinary run.

A cell is finished when its run is, so that the runs themselves say where a sweep stands: one that
was ended at any moment goes on where it was, and gives the runs that it would have given.
"""

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from glianeat.errors import (
    CheckpointError,
    ConfigError,
    FolderHeldError,
    FolderTakenError,
    GliaNeatError,
    StorageError,
)
from glianeat.evaluate.isolation.child import try_first
from glianeat.interrupts import check, interruptible
from glianeat.run.api import RUNS, Workers, evolve, free_folder, resume
from glianeat.run.config import ExperimentConfig
from glianeat.run.run import Run
from glianeat.store.records import Summary
from glianeat.store.run_store import check_name
from glianeat.studies.cell_states import CellState, CellStates, state_of
from glianeat.studies.estimate import Estimate
from glianeat.studies.grid import (
    Cell,
    Grid,
    cells_of,
    checked,
    combinations_of,
    grid_of,
    parse_seeds,
)
from glianeat.studies.jobs import working
from glianeat.studies.sweep_file import FILE, SweepFile, has_sweep, read_sweep, write_sweep
from glianeat.tasks.config import TaskConfig, foreign
from glianeat.tasks.registered import require_importable
from glianeat.tasks.trust import demands, require_trust

if TYPE_CHECKING:
    from glianeat.studies.result import Comparison


class Computing(msgspec.Struct, frozen=True):
    """Who computes, as `evolve` takes it, how many at a time, and whether a stranger is trusted."""

    workers: Workers = 0
    address: str = "local"
    trust: bool = False
    jobs: int = 1
    """Runs that are computed at the same time, each in a process of its own."""


class SweepListener:
    """Is called as a sweep goes on; a class derived from it hears what it overrides."""

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


class Sweep:
    """A sweep in its folder.

    Parameters
    ----------
    folder : Path
        Its folder.

    Raises
    ------
    CheckpointError
        If there is none, or its file is damaged or of a later version.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: SweepFile = read_sweep(folder)
        self.failures: list[CellState] = []

    @property
    def grid(self) -> Grid:
        """Its settings and seeds."""
        return self._file.grid

    @cached_property
    def cells(self) -> list[Cell]:
        """Its experiments, in the order in which they are run."""
        return cells_of(self.grid)

    @property
    def demands(self) -> tuple[str, ...]:
        """What running it imports and calls, if it was not made here; else nothing."""
        if self._file.made_here:
            return ()
        tasks = [cell.config.task for cell in self.cells]
        return tuple(dict.fromkeys(one for task in tasks for one in demands(foreign(task))))

    @property
    def states(self) -> list[CellState]:
        """How it stands with each cell, in the order in which they are run."""
        return [state_of(cell, self.folder) for cell in self.cells]

    @property
    def is_finished(self) -> bool:
        """Whether all cells are."""
        return all(state.status == "finished" for state in self.states)

    def compare(self, **options: Any) -> "Comparison":
        """Return its runs compared; options as for `glianeat.compare`."""
        from glianeat.studies.comparison import compare

        return compare(self.folder, **options)

    def run(self, computing: Computing, listener: SweepListener | None = None) -> None:
        """Run all cells that are not finished; see `sweep`."""
        self._require_trust(trust=computing.trust)
        listener, self.failures = listener or SweepListener(), []
        states = CellStates(self.folder, self.cells)
        listener.start_sweep(states.known)
        further = self._further_processes(computing)
        with working(self.folder, further, computing.workers, computing.address):
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
            if before.status == "finished" or cell.name in failed:
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
        if number > 0:
            require_importable(self.grid.base.task)
        return max(number, 0)

    def add_seeds(self, seeds: Iterable[int], *, trust: bool = False) -> None:
        """Give the sweep further seeds; those that it has stay as they are."""
        both = tuple(dict.fromkeys((*self.grid.seeds, *seeds)))
        if both != self.grid.seeds:
            self._require_trust(trust=trust)
            self._keep(checked(msgspec.structs.replace(self.grid, seeds=both)))

    def _require_trust(self, *, trust: bool) -> None:
        """Raise `TrustError` if a stranger's sweep would run what nobody allowed it to."""
        if self._file.made_here:
            return
        for cell in () if trust else self.cells:
            require_trust(foreign(cell.config.task))
        self._keep(self.grid)

    def _keep(self, grid: Grid) -> None:
        """Keep a grid, which counts as made here from then on."""
        write_sweep(self.folder, grid, new=False)
        self._file = SweepFile(grid, made_here=True)
        self.__dict__.pop("cells", None)  # where `cached_property` keeps them

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
        after = state_of(cell, self.folder)
        if before.status == "missing":  # what its store counts leaves the validation out
            after = msgspec.structs.replace(after, seconds=time.monotonic() - began)
        return after


@interruptible()
def sweep(  # noqa: PLR0913 - what to run, where to keep it, who computes, who is notified
    config: ExperimentConfig,
    *,
    seeds: Iterable[int] | str = "0-9",
    settings: Mapping[str, Sequence[Any]] | None = None,
    name: str | None = None,
    runs: Path = RUNS,
    workers: Workers = 0,
    address: str = "local",
    jobs: int = 1,
    listener: SweepListener | None = None,
) -> Sweep:
    """Evolve with every combination of some settings and every seed, and return the sweep.

    Cells that fail do not end it: see `Sweep.failures`. A sweep of the same name and grid is gone
    on with.

    Parameters
    ----------
    config : ExperimentConfig
        What all cells have in common.
    seeds : iterable of int or str
        Seeds, or a text such as ``0-19`` or ``0,3,7``.
    settings : mapping of str to sequence, optional
        Values by dotted path, such as ``{"evolution.population": [50, 100]}``.
    name : str, optional
        Name of the sweep's folder; by default the task, ``sweep`` and the first free number.
    runs : Path
        Folder for runs; made if missing.
    workers, address
        What each cell is computed with, as for `evolve`.
    jobs : int
        Cells that are computed at the same time, each in a process of its own; results are the
        same for any number.
    listener : SweepListener, optional
        Is called as the sweep goes on.

    Raises
    ------
    ConfigError
        If the configuration, a setting or a value is not fit to run.
    CheckpointError
        If the folder is taken by something else.
    StorageError
        If runs can no longer be kept.
    KeyboardInterrupt, SystemExit
        As for `evolve`; what was finished is saved, and the sweep can go on.
    """
    chosen = parse_seeds(seeds) if isinstance(seeds, str) else seeds
    made = make_sweep(grid_of(config, chosen, settings or {}), name=name, runs=runs)
    made.run(Computing(workers, address, jobs=jobs), listener)
    return made


@interruptible()
def resume_sweep(  # noqa: PLR0913 - what to go on with, who computes, who is notified
    folder: Path,
    *,
    seeds: Iterable[int] | str = (),
    trust: bool = False,
    workers: Workers = 0,
    address: str = "local",
    jobs: int = 1,
    listener: SweepListener | None = None,
) -> Sweep:
    """Go on with a sweep, and return it.

    Finished cells are left as they are, unfinished ones resumed, failed ones tried again.

    Parameters
    ----------
    folder : Path
        Folder of the sweep.
    seeds : iterable of int or str
        Further seeds.
    trust : bool
        Whether its tasks may be made even if the sweep was not made here.
    workers, address, jobs, listener
        As for `sweep`.

    Raises
    ------
    CheckpointError
        If there is no sweep, or it is damaged.
    TrustError
        If the sweep was not made here, and its task is not known to be harmless.
    """
    found = Sweep(folder)
    more = parse_seeds(seeds) if isinstance(seeds, str) else seeds
    found.add_seeds(more, trust=trust)
    found.run(Computing(workers, address, trust, jobs), listener)
    return found


def make_sweep(grid: Grid, *, name: str | None = None, runs: Path = RUNS) -> Sweep:
    """Return a sweep that has not begun, or the one of that name if it is of the same grid.

    Raises
    ------
    CheckpointError
        If there is something else of that name.
    """
    if name is not None:
        check_name(name)
    folder = free_folder(runs, f"{grid.base.task.id}-sweep") if name is None else runs / name
    if has_sweep(folder):
        found = Sweep(folder)
        if found.grid != grid:
            raise FolderTakenError(
                f"sweep {folder}: exists already, with another grid; choose another name, or go on "
                f"with it: glianeat sweep {folder}"
            )
        return found
    if os.path.lexists(folder):
        raise FolderTakenError(
            f"sweep {folder}: exists already, and has no {FILE}; choose another name"
        )
    _check_grid(grid)
    write_sweep(folder, grid, new=True)
    return Sweep(folder)


def _check_grid(grid: Grid) -> None:
    """Raise `ConfigError` if the settings of a cell do not fit its task, before hours are spent."""
    tried: list[TaskConfig] = []
    for cell in combinations_of(grid):
        config = cell.config
        try:
            if config.evaluation.isolation == "auto" and config.task not in tried:
                try_first(config.resolve, config.task)
                tried.append(config.task)
            config.resolve()
        except ConfigError as error:
            named = ", ".join(f"{key}={value}" for key, value in cell.settings.items())
            raise ConfigError(f"with {named}: {error}" if named else str(error)) from None


def _check_cell(folder: Path, cell: Cell) -> None:
    """Raise `CheckpointError` unless what is under the name of a cell is its run."""
    with Run(folder) as run:
        seed, task = run.config.seed, run.config.task.id
    if (seed, task) != (cell.seed, cell.config.task.id):
        raise CheckpointError(
            f"run {folder}: must be of {cell.config.task.id} with seed {cell.seed}, "
            f"got {task} with seed {seed}"
        )
