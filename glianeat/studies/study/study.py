"""A study: runs of every arm in every task with every seed, and tests of their champions.

What is compared and how it is decided is fixed in its folder before anything runs. A cell is
finished when its run is and its champion was tested; a study that was ended goes on where it was.
"""

import os
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from glianeat.config import shown, suggestion
from glianeat.develop.encodings.registry import find_encoding
from glianeat.errors import (
    CheckpointError,
    ConfigError,
    FolderHeldError,
    FolderTakenError,
    GliaNeatError,
    StorageError,
)
from glianeat.evolution.reproduction import found
from glianeat.genome.variation import Variation
from glianeat.interrupts import interruptible
from glianeat.run.api import RUNS, Workers
from glianeat.run.changes import difference_text, replayed
from glianeat.run.config import differences
from glianeat.run.experiment import Experiment
from glianeat.run.run import Run
from glianeat.store.run_store import RunStore, check_name
from glianeat.studies.cell_states import CellState, state_of
from glianeat.studies.cell_work import CellWork, Computing, SweepListener
from glianeat.studies.grid import Cell
from glianeat.studies.jobs import command_of
from glianeat.studies.resolved import resolved
from glianeat.studies.study.cells import StudyCell, cells_of_study, tasks_of, with_settings
from glianeat.studies.study.champion import read_tests, try_champion, write_tests
from glianeat.studies.study.files import (
    FILE,
    PLAN,
    StudyFile,
    has_study,
    read_plan,
    read_study,
    write_study,
)
from glianeat.studies.study.plan import StudyPlan
from glianeat.studies.study.racing import Race
from glianeat.tasks.config import foreign
from glianeat.tasks.trust import demands, require_trust

if TYPE_CHECKING:
    from glianeat.studies.study.result import StudyReport


class Study(CellWork):
    """A study in its folder.

    Parameters
    ----------
    folder : Path
        Its folder.
    only : sequence of str
        Names of the tasks that are worked on; by default all.

    Raises
    ------
    CheckpointError
        If there is none, it is damaged, or its file was changed since it began.
    ConfigError
        If it has no such task.
    """

    def __init__(self, folder: Path, only: Sequence[str] = ()) -> None:
        self.folder = folder
        self.file: StudyFile = read_study(folder)
        self.failures: list[CellState] = []
        for name in only:
            if name not in self.plan.tasks:
                near = suggestion(name, self.plan.tasks)
                raise ConfigError(
                    f"study {folder}: has the tasks {', '.join(self.plan.tasks)}, "
                    f"got {shown(name)}{near}"
                )
        self._only, self._race = tuple(only), Race(folder, self.plan)

    @property
    def plan(self) -> StudyPlan:
        """What its file says."""
        return self.file.plan

    @cached_property
    def all_cells(self) -> list[StudyCell]:
        """All its runs, those of tasks that are not worked on among them."""
        return cells_of_study(self.plan)

    @cached_property
    def cells(self) -> list[StudyCell]:
        """The runs that are worked on, in order."""
        return [cell for cell in self.all_cells if cell.task in (self._only or self.plan.tasks)]

    @property
    def demands(self) -> tuple[str, ...]:
        """What running it imports and calls, if it was not begun here; else nothing."""
        if self.file.made_here:
            return ()
        tasks = tasks_of(self.plan)
        return tuple(dict.fromkeys(one for task in tasks for one in demands(foreign(task))))

    def report(self) -> "StudyReport":
        """Return what came out so far, with every seed; it runs and imports nothing of a task."""
        from glianeat.studies.study.report import report_of

        cells = [(cell, self._state(cell)) for cell in self.all_cells]
        return report_of(self.folder, self.file, cells)

    def _state(self, cell: Cell) -> CellState:
        """Return how it stands with a cell: it is finished once its champion was tested, too."""
        state = state_of(cell, self.folder)
        if isinstance(cell, StudyCell) and self._race.is_out(cell):
            return msgspec.structs.replace(state, status="given up")
        if state.status != "finished":
            return state
        try:
            tests = read_tests(self.folder, cell.name)
        except CheckpointError as error:
            return msgspec.structs.replace(state, status="failed", reason=str(error))
        return state if tests is not None else msgspec.structs.replace(state, status="unfinished")

    def _command(self, computing: Computing) -> list[str]:
        return command_of(self.folder, computing.workers, computing.address, self._only)

    def _require_trust(self, *, trust: bool) -> None:
        if self.file.made_here:
            return
        for task in () if trust else tasks_of(self.plan):
            require_trust(foreign(task))
        write_study(self.folder, self.file, new=False)
        self.file = msgspec.structs.replace(self.file, made_here=True)

    def _run_cell(
        self, cell: Cell, before: CellState, computing: Computing, listener: SweepListener
    ) -> CellState:
        began = time.monotonic()
        if state_of(cell, self.folder).status != "finished":
            after = super()._run_cell(cell, before, computing, listener)
            if after.status != "unfinished":  # the run is finished, and its champion untested
                return after
        try:
            self._try_champion(cell, trust=computing.trust)
        except StorageError:
            raise
        except FolderHeldError:
            return msgspec.structs.replace(before, status="held")
        except GliaNeatError as error:
            return msgspec.structs.replace(before, status="failed", reason=str(error))
        after = self._state(cell)
        took = time.monotonic() - began
        return msgspec.structs.replace(after, seconds=max(after.seconds, took))

    def _try_champion(self, cell: Cell, *, trust: bool) -> None:
        """Test the champion of a finished run, and keep how it did."""
        tests = self.plan.tests_of(cell.settings["task"], cell.settings["arm"])
        folder = self.folder / cell.name
        with RunStore.open(folder, writable=True), Run(folder, trust=trust) as run:
            _check_settings(run, cell)
            write_tests(self.folder, cell.name, try_champion(run, tests))


def _check_settings(run: Run, cell: Cell) -> None:
    """Raise `CheckpointError` unless a run has the settings of its cell."""
    found = differences(cell.config.resolve().config, run.config)
    if found:
        raise CheckpointError(
            f"run {run.folder}: its settings are not those of the study: {difference_text(found)}"
        )


@interruptible()
def study(  # noqa: PLR0913 - what to run, where to keep it, who computes, who is notified
    path: str | Path,
    *,
    name: str | None = None,
    runs: Path = RUNS,
    screen: str = "",
    only: Sequence[str] = (),
    workers: Workers = 0,
    address: str = "local",
    jobs: int = 1,
    listener: SweepListener | None = None,
) -> Study:
    """Run the study in a TOML file or go on with it, and return it.

    Parameters
    ----------
    path : str or Path
        The file.
    name : str, optional
        Name of the study's folder; by default that of the file.
    runs : Path
        Folder for runs; made if missing.
    screen : str
        Seeds in place of those of the file, such as ``0-3``: a study of its own, which decides
        nothing.
    only : sequence of str
        Names of the tasks to work on now; by default all.
    workers, address, jobs, listener
        As for `sweep`.

    Raises
    ------
    ConfigError
        If the file is no study, or settings do not fit their task.
    CheckpointError
        If a study of that name was begun with another file.
    """
    made = make_study(read_plan(Path(path), screen), name or default_name(path, screen), runs=runs)
    chosen = Study(made.folder, only)
    chosen.run(Computing(workers, address, jobs=jobs), listener)
    return chosen


def default_name(path: str | Path, screen: str = "") -> str:
    """Return the name of the study in a file."""
    stem = Path(path).stem
    return f"{stem}-screen-{screen.replace(' ', '').replace(',', '.')}" if screen else stem


def make_study(file: StudyFile, name: str, *, runs: Path = RUNS) -> Study:
    """Return a study that has not begun, or the one of that name if it is of the same file.

    Raises
    ------
    CheckpointError
        If there is something else of that name.
    ConfigError
        If settings do not fit their task.
    """
    check_name(name)
    folder = runs / name
    if has_study(folder):
        begun = read_study(folder)
        if (begun.sha256, begun.screen) != (file.sha256, file.screen):
            raise FolderTakenError(
                f"study {folder}: was begun with another file, SHA-256 {begun.sha256[:12]}…, got "
                f"{file.sha256[:12]}…; what is compared and decided is fixed before a study runs, "
                "so begin another one with --name"
            )
        return Study(folder)
    if os.path.lexists(folder) and not _only_begins(folder):
        raise FolderTakenError(
            f"study {folder}: exists already, and has no {FILE}; choose another name"
        )
    check_study(file.plan)
    write_study(folder, file, new=True)
    return Study(folder)


def _only_begins(folder: Path) -> bool:
    """Return whether a folder holds nothing but the file of a study that was not fixed yet."""
    return folder.is_dir() and {one.name for one in folder.iterdir()} == {PLAN}


def check_study(plan: StudyPlan) -> None:
    """Raise `ConfigError` if settings of an arm or a test do not fit the task."""
    first = plan.replace(seeds=str(plan.seed_numbers[0]))
    for cell, experiment in resolved(cells_of_study(first)):
        task, arm = cell.settings["task"], cell.settings["arm"]
        for name, test in plan.tests_of(task, arm).items():
            try:
                _check_test(experiment, test.settings)
            except ConfigError as error:
                raise ConfigError(f"task {task}, arm {arm}, test {name}: {error}") from None


def _check_test(experiment: Experiment, settings: dict[str, object]) -> None:
    config = experiment.config
    shape, variation = (experiment.n_inputs, experiment.n_outputs), Variation(config.genome)
    encoding = find_encoding(config.development.encoding)
    founder = found([0], shape, variation, config.seed, encoding)[0].genome
    replayed(config, with_settings(config, settings), founder)
