"""Sweeps: the same experiment with several settings and seeds, each cell an ordinary run.

A cell is finished when its run is, so that the runs themselves say where a sweep stands: one that
was ended at any moment goes on where it was, and gives the runs that it would have given.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from glianeat.errors import FolderTakenError
from glianeat.interrupts import interruptible
from glianeat.run.api import RUNS, Workers, free_folder
from glianeat.run.config import ExperimentConfig
from glianeat.store.run_store import check_name
from glianeat.studies.cell_states import CellState
from glianeat.studies.cell_work import CellWork, Computing, SweepListener
from glianeat.studies.grid import (
    Cell,
    Grid,
    cells_of,
    checked,
    combinations_of,
    grid_of,
    parse_seeds,
)
from glianeat.studies.resolved import resolved
from glianeat.studies.sweep_file import FILE, SweepFile, has_sweep, read_sweep, write_sweep
from glianeat.tasks.config import foreign
from glianeat.tasks.trust import demands, require_trust

if TYPE_CHECKING:
    from glianeat.studies.result import Comparison


class Sweep(CellWork):
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

    def compare(self, **options: Any) -> "Comparison":
        """Return its runs compared; options as for `glianeat.compare`."""
        from glianeat.studies.comparison import compare

        return compare(self.folder, **options)

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
    for _ in resolved(combinations_of(grid)):
        pass  # its settings fit its task, before hours are spent
    write_sweep(folder, grid, new=True)
    return Sweep(folder)
