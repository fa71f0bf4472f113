"""Rows by name: values in the order of a run's names, and in that of this version's."""

from collections.abc import Sequence

from glianeat.errors import CheckpointError
from glianeat.store.unknown import unknown_name

Rows = tuple[tuple[float, ...], ...]


class NamedRows:
    """Turns rows of numbers that this version has into those that a run keeps, and back.

    Parameters
    ----------
    kind : str
        What the names are of, for messages.
    own : sequence of str
        Names of this version, in its order.
    stored : sequence of str
        Names of the run, in its order.
    """

    def __init__(self, kind: str, own: Sequence[str], stored: Sequence[str]) -> None:
        self._kind, self._own, self._stored = kind, tuple(own), tuple(stored)
        self.is_same = self._own == self._stored

    def stored(self, rows: Rows) -> Rows:
        """Return what a run keeps: rows that it does not name are left out."""
        if self.is_same or not rows:
            return rows
        given, zero = dict(zip(self._own, rows, strict=True)), (0.0,) * len(rows[0])
        return tuple(given.get(name, zero) for name in self._stored)

    def own(self, rows: Rows, thing: str) -> Rows:
        """Return rows as this version has them: those that a run does not name are zero.

        Raises
        ------
        CheckpointError
            If there are fewer or more rows than names, or one that is not zero has a name that
            this version does not know.
        """
        if not rows:
            return rows
        if len(rows) != len(self._stored):
            raise CheckpointError(
                f"{thing}: damaged: must have {len(self._stored)} rows of {self._kind}s, "
                f"got {len(rows)}"
            )
        if self.is_same:
            return rows
        given, zero = dict(zip(self._stored, rows, strict=True)), (0.0,) * len(rows[0])
        for name, row in given.items():
            if name not in self._own and any(row):
                raise unknown_name(thing, self._kind, name, self._own)
        return tuple(given.get(name, zero) for name in self._own)
