"""What passes between those who evaluate and `jobs`, which decides who does what."""

from typing import Any

import msgspec

KEPT = -1  # stands for a control from an earlier batch


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """When something counts as late, as lost, as blame or as too much."""

    faults: int = 2
    """Deaths by itself, alone in a new process, after which a genome is to blame."""
    strikes: int = 10
    """Losses in a row, alone, each followed by a control that was not lost, after which it is."""
    exposure: float = 2.0
    """Time that a control must live, over the time that the suspect lived."""
    hush: float = 2.0
    """Time without a sign of life after which others are given a worker's genomes, too [s]."""
    silence: float = 5.0
    """Time without a sign of life after which a worker counts as lost [s]."""
    floor: float = 5.0
    """Duration of an evaluation up to which it is never late [s]."""
    slack: float = 4.0
    """Duration of an evaluation beyond which it is late, over the longest one measured."""
    share: float = 0.95
    """Share of the latest attempts that may be lost."""
    attempts: int = 100
    """How many attempts these are at least; three for each worker if that is more."""


class Order(msgspec.Struct, frozen=True):
    """Genomes for one worker, to be evaluated one after the other."""

    serial: int
    genomes: tuple[int, ...]
    alone: bool = False
    """Whether this is the trial of a suspect."""
    fresh: bool = False
    """Whether it needs a process that has evaluated nothing yet."""
    suspect: int | None = None
    """For whom these are controls."""


class Loss(msgspec.Struct, frozen=True):
    """The end of a worker, or of the process that it keeps."""

    cause: str
    own: bool = False
    """Whether only the process itself can have caused it."""
    begun: bool = True
    """Whether an evaluation had begun."""
    lived: float = 0.0
    """How long that had lasted, as far as it is known [s]."""


class Answered(msgspec.Struct, frozen=True):
    """A verdict: the evaluation came back."""

    result: Any


class Hung(msgspec.Struct, frozen=True):
    """A verdict: the evaluation took longer than any may."""


class Blamed(msgspec.Struct, frozen=True):
    """A verdict: the genome is the cause of the deaths of its workers."""

    cause: str


Verdict = Answered | Hung | Blamed
