"""What the sessions of a run took: a session ends when the run does, or is interrupted."""

from collections.abc import Sequence

import msgspec

from glianeat.errors import CheckpointError
from glianeat.evaluate.evaluation import CountsWork, Evaluator, Work
from glianeat.store.run_store import RunStore

SESSIONS = "sessions"  # key under which a run keeps them
_MOST = 1000  # that are kept, the last ones


class Session(msgspec.Struct, frozen=True):
    """One session of a run; no result depends on it, and it is no part of the digest."""

    first: int
    """Number of its first generation."""
    generations: int
    """How many it made."""
    seconds: float
    """Wall-clock time of its generations [s]."""
    work: Work
    """What evaluating took."""


class SessionRecord:
    """Adds up what one session takes, behind those that were before it.

    Parameters
    ----------
    before : sequence of Session
        Earlier sessions.
    """

    def __init__(self, before: Sequence[Session]) -> None:
        self._before = tuple(before[1 - _MOST :])
        self._first: int | None = None
        self._generations, self._seconds = 0, 0.0

    def add(self, number: int, seconds: float, evaluator: Evaluator) -> dict[str, bytes]:
        """Add a generation, and return what a run is to keep; nothing if nobody counts the work.

        Parameters
        ----------
        number : int
            Of the generation.
        seconds : float
            That it took [s].
        evaluator : Evaluator
            Who evaluated it.
        """
        self._first = number if self._first is None else self._first
        self._generations, self._seconds = self._generations + 1, self._seconds + seconds
        if not isinstance(evaluator, CountsWork):
            return {}
        session = Session(self._first, self._generations, self._seconds, evaluator.work)
        return {SESSIONS: msgspec.json.encode((*self._before, session))}


def sessions_of(store: RunStore) -> tuple[Session, ...]:
    """Return the sessions of a run, the earliest first; those of older versions are not known.

    Raises
    ------
    CheckpointError
        If what the run keeps is damaged.
    """
    if not store.has_meta(SESSIONS):
        return ()
    try:
        return msgspec.json.decode(store.meta(SESSIONS), type=tuple[Session, ...])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise CheckpointError(f"run {store.folder}: damaged sessions: {error}") from None
