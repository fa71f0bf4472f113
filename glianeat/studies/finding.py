"""Which runs are meant by names, paths and folders, and what can be read of them."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from glianeat.config import suggestion
from glianeat.errors import CheckpointError, ConfigError, GenomeError
from glianeat.run.run import Run
from glianeat.store.run_store import DATABASE
from glianeat.studies.record import RunRecord, read_record

_PATTERNS = (f"*/{DATABASE}", f"*/*/{DATABASE}")  # runs, and those of sweeps beside them

UNFINISHED = "is not finished"


class LeftOut(msgspec.Struct, frozen=True):
    """A run that is not compared."""

    name: str
    reason: str


def find_runs(names: Sequence[str | Path], runs: Path) -> list[Path]:
    """Return the folders of some runs, each once, in the order of their names.

    Parameters
    ----------
    names : sequence of str or Path
        Each is the name of a run in `runs`, the path of a run, or a folder of runs, such as one
        that a sweep made.
    runs : Path
        Folder of runs.

    Raises
    ------
    CheckpointError
        If one of them leads to no run.
    """
    found: dict[Path, Path] = {}
    for name in names:
        for folder in _folders(name, runs):
            found.setdefault(folder.resolve(), folder)
    return list(found.values())


def read_records(
    folders: Sequence[Path],
    *,
    unfinished: bool = False,
    episodes: int | None = None,
    trust: bool = False,
) -> tuple[list[RunRecord], list[LeftOut]]:
    """Return what is compared of some runs, and which of them cannot be compared.

    Parameters
    ----------
    folders : sequence of Path
        Folders of runs.
    unfinished : bool
        Whether to take runs that have not ended.
    episodes, trust
        See `read_record`.
    """
    records: list[RunRecord] = []
    left_out: list[LeftOut] = []
    for folder in folders:
        try:
            record = read_record(folder, episodes=episodes, trust=trust)
        except (CheckpointError, ConfigError, GenomeError) as error:
            reason = str(error).removeprefix(f"run {folder}: ")
            left_out.append(LeftOut(folder.name, reason))
            continue
        if not record.is_finished and not unfinished:
            left_out.append(LeftOut(record.name, UNFINISHED))
            continue
        records.append(record)
    return _without_twins(records, left_out), left_out


def demands_of(folders: Sequence[Path]) -> tuple[str, ...]:
    """Return what making the tasks of runs that were not made here imports and calls."""
    found: dict[str, None] = {}
    for folder in folders:
        with contextlib.suppress(CheckpointError), Run(folder) as run:
            found |= dict.fromkeys(run.demands)
    return tuple(found)


def _folders(name: str | Path, runs: Path) -> list[Path]:
    for folder in (runs / name, Path(name)):
        if (folder / DATABASE).is_file():
            return [folder]
    for folder in (Path(name), runs / name):
        if folder.is_dir():
            inside = sorted(one.parent for pattern in _PATTERNS for one in folder.glob(pattern))
            visible = [one for one in inside if not _is_hidden(one.relative_to(folder))]
            if visible:
                return visible
            raise CheckpointError(f"folder {folder}: has no run in it")
    known = [path.parent.name for path in runs.glob(f"*/{DATABASE}")]
    raise CheckpointError(
        f"run {str(name)!r}: does not exist in {runs}{suggestion(str(name), known)}"
    )


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _without_twins(records: Sequence[RunRecord], left_out: list[LeftOut]) -> list[RunRecord]:
    """Return runs without those of equal settings and seed as an earlier one: they are no sample.

    Results depend on these alone, so that the same run would count twice.
    """
    first: dict[tuple[object, ...], RunRecord] = {}
    for record in records:
        key = (record.seed, *sorted(record.settings.items()))
        known = first.setdefault(key, record)
        if known is not record:
            left_out.append(LeftOut(record.name, f"has the settings and the seed of {known.name}"))
    return list(first.values())
