"""What became of each key of a neat-python configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["mapped", "approximated", "not mapped"]
BUILT_IN = "built in"
"""Section of what neat-python does without having a key for it."""
WHOLE = "this section"
"""In place of a key, where something is told of all of a section."""


@dataclass(frozen=True)
class Outcome:
    """What became of a key."""

    status: Status
    settings: Mapping[str, object] = field(default_factory=dict)
    """Settings made of it, by their dotted paths."""
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """A key of a file, its text, and what became of it."""

    section: str
    key: str
    text: str
    outcome: Outcome


@dataclass(frozen=True)
class Report:
    """What became of every key of a file, and of what neat-python does without a key.

    Parameters
    ----------
    entries : sequence of Entry
        In the order of the file.
    """

    entries: Sequence[Entry]

    def number(self, status: Status) -> int:
        """Return how many entries have a status."""
        return sum(entry.outcome.status == status for entry in self.entries)

    def of(self, section: str, key: str) -> Outcome:
        """Return what became of a key; raise `KeyError` if the file has none such."""
        for entry in self.entries:
            if (entry.section, entry.key) == (section, key):
                return entry.outcome
        raise KeyError(f"[{section}] {key}")


def mapped(settings: Mapping[str, object] | None = None, note: str = "") -> Outcome:
    """Return the outcome of a key that means the same here."""
    return Outcome("mapped", settings or {}, note)


def approximated(settings: Mapping[str, object] | None = None, note: str = "") -> Outcome:
    """Return the outcome of a key that means nearly the same here."""
    return Outcome("approximated", settings or {}, note)


def not_mapped(note: str) -> Outcome:
    """Return the outcome of a key that means nothing here."""
    return Outcome("not mapped", {}, note)
