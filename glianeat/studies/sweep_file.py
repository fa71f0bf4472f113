"""The file of a sweep, ``sweep.json``: its grid, so that its folder is enough to go on with it.

It bears the mark of who made it, as a run does (`glianeat.store.owner`): what it names is imported
and called when its cells are run, so that one that was not made here is asked for trust first.
"""

from pathlib import Path
from typing import Any, Literal

import msgspec

from glianeat.errors import CheckpointError, ConfigError
from glianeat.run.config import decode_experiment, encode_experiment
from glianeat.store.files import write_new, write_whole
from glianeat.store.owner import is_made_here, make_mark
from glianeat.studies.grid import MAX_CELLS, Axis, Grid, checked

FILE = "sweep.json"
MAX_BYTES = 2**22  # a configuration, and 100,000 seeds
_VERSION = 1


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    """What is in the file, but for the mark."""

    format: Literal["glianeat sweep"] = "glianeat sweep"
    version: int = _VERSION
    base: dict[str, Any]
    axes: tuple[Axis, ...]
    seeds: tuple[int, ...]


class _File(msgspec.Struct, frozen=True, kw_only=True):
    sweep: msgspec.Raw
    mark: str = ""


class SweepFile(msgspec.Struct, frozen=True):
    """A grid as it was read."""

    grid: Grid
    made_here: bool
    """Whether exactly this grid was written, or trusted, by the owner of this account."""


def has_sweep(folder: Path) -> bool:
    """Return whether a folder is that of a sweep."""
    return (folder / FILE).is_file()


def read_sweep(folder: Path) -> SweepFile:
    """Return the grid of a sweep.

    Raises
    ------
    CheckpointError
        If there is none, or the file is damaged, too large, or of a later version.
    """
    path = folder / FILE
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise CheckpointError(f"{path}: must be <= {MAX_BYTES} bytes")
    try:
        kept = msgspec.json.decode(data, type=_File)
        content = msgspec.json.decode(kept.sweep, type=_Content)
        if content.version > _VERSION:
            raise CheckpointError(
                f"{path}: is of version {content.version}; this glianeat reads version {_VERSION}"
            )
        base = decode_experiment(msgspec.json.encode(content.base), "base")
        grid = checked(Grid(base=base, axes=content.axes, seeds=content.seeds))
        made_here = is_made_here(bytes(kept.sweep), bytes.fromhex(kept.mark))
    except (msgspec.DecodeError, RecursionError, ConfigError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{path}: damaged: {error}") from None
    except ValueError as error:
        raise CheckpointError(f"{path}: damaged: mark: {error}") from None
    return SweepFile(grid, made_here)


def write_sweep(folder: Path, grid: Grid, *, new: bool) -> None:
    """Keep the grid of a sweep in its folder, which is made if it is `new`.

    Raises
    ------
    CheckpointError
        If it cannot be written, or is `new` and there is one already.
    """
    path = folder / FILE
    if len(grid.seeds) > MAX_CELLS:
        raise ConfigError(f"seeds: must be at most {MAX_CELLS:,}, got {len(grid.seeds):,}")
    content = msgspec.json.encode(
        _Content(
            base=msgspec.json.decode(encode_experiment(grid.base), type=dict[str, Any]),
            axes=grid.axes,
            seeds=grid.seeds,
        )
    )
    # as it stands in the file, since the mark is of these bytes
    pretty = msgspec.json.format(content, indent=2)
    file = _File(sweep=msgspec.Raw(pretty), mark=make_mark(pretty).hex())
    data = msgspec.json.encode(file)
    if not new:
        write_whole(path, data)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CheckpointError(f"sweep {folder}: cannot be made: {error.strerror}") from None
    write_new(path, data)
