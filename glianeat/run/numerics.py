"""Which arithmetic made which generations of a run: bits are only comparable under the same."""

import logging

import msgspec

from glianeat.elementary import NUMERICS
from glianeat.errors import CheckpointError
from glianeat.store.run_store import RunStore

HISTORY = "numerics"  # key under which a run keeps this
_log = logging.getLogger("glianeat")


class Since(msgspec.Struct, frozen=True):
    """From which generation on a run was computed by which numerics (`elementary.NUMERICS`)."""

    generation: int
    numerics: int


_BEFORE = (Since(0, 0),)  # runs that do not say were computed with the C library's functions


def first_history() -> bytes:
    """Return what a new run keeps."""
    return msgspec.json.encode((Since(0, NUMERICS),))


def history_of(store: RunStore) -> tuple[Since, ...]:
    """Return which numerics made a run, the earliest first.

    Raises
    ------
    CheckpointError
        If what the run keeps is damaged.
    """
    if not store.has_meta(HISTORY):
        return _BEFORE
    try:
        return msgspec.json.decode(store.meta(HISTORY), type=tuple[Since, ...]) or _BEFORE
    except msgspec.DecodeError as error:
        raise CheckpointError(f"run {store.folder}: damaged numerics: {error}") from None


def numerics_at(history: tuple[Since, ...], generation: int) -> int:
    """Return by which numerics a generation was computed."""
    return [since.numerics for since in history if since.generation <= generation][-1]


def go_on(store: RunStore) -> None:
    """Note that a run goes on under today's numerics, and warn if it began under others."""
    history, last = history_of(store), store.last_generation()
    if last is None:
        store.set_meta(HISTORY, first_history())
        return
    if history[-1].numerics == NUMERICS:
        return
    _log.warning(
        "run %s: its generations up to %d were computed by other numerics (%d, now %d): it goes "
        "on from them, but what follows is not equal to the last bit to what the version that "
        "began it would have found",
        store.folder.name,
        last.number,
        history[-1].numerics,
        NUMERICS,
    )
    history = (*history, Since(last.number + 1, NUMERICS))
    store.set_meta(HISTORY, msgspec.json.encode(history))
