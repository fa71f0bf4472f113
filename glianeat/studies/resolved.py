"""Whether the settings of cells fit their tasks, before hours are spent."""

from collections.abc import Iterable, Iterator

from glianeat.errors import ConfigError
from glianeat.evaluate.isolation.child import try_first
from glianeat.run.experiment import Experiment
from glianeat.studies.grid import Cell
from glianeat.tasks.config import TaskConfig


def resolved(cells: Iterable[Cell]) -> Iterator[tuple[Cell, Experiment]]:
    """Yield each cell with its experiment, of which nothing is left open.

    Parameters
    ----------
    cells : iterable of Cell
        One of each combination of settings.

    Raises
    ------
    ConfigError
        If settings do not fit the task; the message says of which cell they are.
    """
    tried: list[TaskConfig] = []
    for cell in cells:
        config = cell.config
        try:
            if config.evaluation.isolation == "auto" and config.task not in tried:
                try_first(config.resolve, config.task)
                tried.append(config.task)
            experiment = config.resolve()
        except ConfigError as error:
            named = ", ".join(f"{key}={value}" for key, value in cell.settings.items())
            raise ConfigError(f"with {named}: {error}" if named else str(error)) from None
        yield cell, experiment
