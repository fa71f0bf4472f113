"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from glianeat.config import suggestion
from glianeat.errors import CheckpointError, ConfigError
from glianeat.store.run_store import DATABASE

Command = TypeVar("Command", bound=Callable[..., Any])


class WorkersType(click.ParamType[int | str]):
    """A number of workers, or ``auto``."""

    name = "N|auto"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int | str:
        """Return a number of workers or ``auto``."""
        if value == "auto":
            return "auto"
        try:
            workers = int(str(value))
        except ValueError:
            workers = -1
        if workers < 0:
            self.fail(f"must be a whole number >= 0 or 'auto', got {value!r}", param, ctx)
        return workers


def runs_option(function: Command) -> Command:
    """Add ``--runs``."""
    return click.option(
        "--runs",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("runs"),
        show_default=True,
        help="Folder of runs.",
    )(function)


def workers_options(function: Command) -> Command:
    """Add ``--workers`` and ``--address``."""
    function = click.option(
        "--address",
        default="local",
        show_default=True,
        help="Ray cluster to use, such as 10.0.0.1:6379.",
    )(function)
    return click.option(
        "--workers",
        type=WorkersType(),
        default="auto",
        show_default=True,
        help="Ray workers; 0 evaluates in this process, auto moves to Ray once it pays.",
    )(function)


def find_run(runs: Path, name: str) -> Path:
    """Return the folder of a run given by its name or by a path.

    Raises
    ------
    CheckpointError
        If there is none, with the nearest name among those in `runs`.
    """
    for folder in (runs / name, Path(name)):
        if (folder / DATABASE).is_file():
            return folder
    known = sorted(path.parent.name for path in runs.glob(f"*/{DATABASE}"))
    hint = suggestion(name, known)
    if not hint and known:
        hint = f"; there are {', '.join(known[:8])}{' …' if len(known) > 8 else ''}"
    raise CheckpointError(f"run {name!r}: does not exist in {runs}{hint}")


def parse_genome(text: str) -> int | None:
    """Return a genome key, or None for ``best``."""
    if text == "best":
        return None
    if not text.isascii() or not text.isdigit():
        raise ConfigError(f"--genome: must be 'best' or a genome key, got {text!r}")
    return int(text)
