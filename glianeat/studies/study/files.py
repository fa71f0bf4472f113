"""The files of a study: ``study.toml`` as it was given, and ``study.json``, which fixes it.

The second has the hash of the first and the mark of who began the study, as that of a sweep has:
one that was not begun here is asked for trust before its tasks are made.
"""

import hashlib
from pathlib import Path
from typing import Literal

import msgspec

from glianeat.errors import CheckpointError, ConfigError
from glianeat.store.files import write_new, write_whole
from glianeat.store.owner import is_made_here, make_mark
from glianeat.studies.study.plan import StudyPlan, plan_from

PLAN, FILE = "study.toml", "study.json"
MAX_BYTES = 2**20
_VERSION = 1


class _Fixed(msgspec.Struct, frozen=True, kw_only=True):
    """What is fixed before anything runs."""

    format: Literal["glianeat study"] = "glianeat study"
    version: int = _VERSION
    sha256: str
    screen: str = ""


class _File(msgspec.Struct, frozen=True, kw_only=True):
    fixed: msgspec.Raw
    mark: str = ""


class StudyFile(msgspec.Struct, frozen=True, kw_only=True):
    """A study as it was fixed."""

    plan: StudyPlan
    data: bytes
    """Its file."""
    screen: str = ""
    """Seeds in place of those of the file: then it is a screen, and decides nothing."""
    made_here: bool = True
    """Whether exactly this was begun, or trusted, by the owner of this account."""

    @property
    def sha256(self) -> str:
        """Hash of its file."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def seeds(self) -> str:
        """Seeds of the runs of each arm."""
        return self.screen or self.plan.seeds


def read_plan(path: Path, screen: str = "") -> StudyFile:
    """Return the study in a TOML file.

    Parameters
    ----------
    path : Path
        The file.
    screen : str
        Seeds in place of those of the file.

    Raises
    ------
    ConfigError
        If the file cannot be read, or is no study.
    """
    data = _read(path, ConfigError)
    plan = plan_from(data, str(path))
    if screen:
        plan = _screened(plan, screen)
    return StudyFile(plan=plan, data=data, screen=screen)


def _screened(plan: StudyPlan, screen: str) -> StudyPlan:
    """Return a plan with other seeds; those of the file are for the study alone."""
    screened = plan.replace(seeds=screen)
    both = sorted({*plan.seed_numbers} & {*screened.seed_numbers})
    if both:
        raise ConfigError(
            f"screen: must have other seeds than the study, which nobody tunes on, got {both[0]}"
        )
    return screened


def has_study(folder: Path) -> bool:
    """Return whether a folder is that of a study."""
    return (folder / FILE).is_file()


def read_study(folder: Path) -> StudyFile:
    """Return the study that a folder is of.

    Raises
    ------
    CheckpointError
        If there is none, it is damaged or of a later version, or its file was changed since.
    """
    path = folder / FILE
    content, data = _read(path, CheckpointError), _read(folder / PLAN, CheckpointError)
    try:
        kept = msgspec.json.decode(content, type=_File)
        fixed = msgspec.json.decode(kept.fixed, type=_Fixed)
        mark = bytes.fromhex(kept.mark)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path}: damaged: {error}") from None
    if fixed.version > _VERSION:
        raise CheckpointError(
            f"{path}: is of version {fixed.version}; this glianeat reads version {_VERSION}"
        )
    if hashlib.sha256(data).hexdigest() != fixed.sha256:
        raise CheckpointError(
            f"{folder / PLAN}: was changed since the study began, while it must stay as it was; "
            "begin another study with --name"
        )
    try:
        plan = plan_from(data, str(folder / PLAN))
        plan = plan.replace(seeds=fixed.screen) if fixed.screen else plan
    except ConfigError as error:
        raise CheckpointError(str(error)) from None
    made_here = is_made_here(bytes(kept.fixed), mark)
    return StudyFile(plan=plan, data=data, screen=fixed.screen, made_here=made_here)


def write_study(folder: Path, study: StudyFile, *, new: bool) -> None:
    """Fix a study in its folder, which is made if it is `new`, as one that was begun here.

    Raises
    ------
    CheckpointError
        If it cannot be written, or is `new` and there is one already.
    """
    fixed = msgspec.json.encode(_Fixed(sha256=study.sha256, screen=study.screen))
    content = msgspec.json.encode(_File(fixed=msgspec.Raw(fixed), mark=make_mark(fixed).hex()))
    if not new:
        write_whole(folder / FILE, content)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CheckpointError(f"study {folder}: cannot be made: {error.strerror}") from None
    write_whole(folder / PLAN, study.data)
    write_new(folder / FILE, content)


def _read(path: Path, kind: type[CheckpointError] | type[ConfigError]) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise kind(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise kind(f"{path}: must be <= {MAX_BYTES} bytes")
    return data
