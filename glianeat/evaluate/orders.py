"""Messages between workers and `jobs`, which decides which worker evaluates what."""

from typing import Any

import msgspec

KEPT = -1  # stands for a control from an earlier batch


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """When something counts as late, as lost, as a genome's fault or as too much."""

    faults: int = 2
    """Deaths by itself, alone in a new process, after which a genome is blamed."""
    losses: int = 10
    """Losses in a row, alone, each followed by a control that was not lost, after which it is."""
    control_factor: float = 2.0
    """Time that a control must be evaluated, over the time after which the suspect was lost."""
    copy_after: float = 2.0
    """Time without a report after which others are given a worker's genomes, too [s]."""
    report_timeout: float = 5.0
    """Time without a report after which a worker counts as lost [s]."""
    late_floor: float = 5.0
    """Duration of an evaluation up to which it is never late [s]."""
    late_factor: float = 4.0
    """Duration of an evaluation beyond which it is late, over the longest one measured."""
    tolerated_losses: float = 0.95
    """Share of the latest attempts that may be lost."""
    attempts: int = 100
    """How many attempts these are at least; three for each worker if that is more."""
    refusals: int = 3
    """Processes in a row that cannot be made ready, after which evaluation ends."""
    start_timeout: float = 300.0
    """Time without any worker that is ready after which evaluation ends [s]."""


class Order(msgspec.Struct, frozen=True):
    """Genomes for one worker, to be evaluated one after the other."""

    serial: int
    genomes: tuple[int, ...]
    alone: bool = False
    """Whether this is a suspect, which is evaluated alone."""
    fresh: bool = False
    """Whether it needs a process that has evaluated nothing yet."""
    suspect: int | None = None
    """For whom these are controls."""


class Loss(msgspec.Struct, frozen=True):
    """The end of a worker, or of the process in which it evaluates."""

    cause: str
    own: bool = False
    """Whether only the process itself can have caused it."""
    begun: bool = True
    """Whether an evaluation had begun."""
    lived: float = 0.0
    """How long that had lasted, as far as it is known [s]."""


class Report(msgspec.Struct, frozen=True):
    """What has become of an order since the report before."""

    serial: int = 0
    """Of the order."""
    done: int = 0
    """Genomes of the order whose results were reported before."""
    answers: list[tuple[bytes, float]] = []
    """The next results, and how long each evaluation took [s]."""
    age: float = 0.0
    """How long the evaluation in progress has lasted [s]."""
    loss: Loss | None = None
    """How the process ended, if it did."""
    timed_out: bool = False
    """Whether the process was ended, since an evaluation lasted longer than any may."""
    refusal: str = ""
    """Why the process could not be made ready."""


class Completed(msgspec.Struct, frozen=True):
    """An outcome: the evaluation came back."""

    result: Any


class TimedOut(msgspec.Struct, frozen=True):
    """An outcome: the evaluation took longer than any may."""


class Blamed(msgspec.Struct, frozen=True):
    """An outcome: the genome is the cause of the deaths of its workers."""

    cause: str


Outcome = Completed | TimedOut | Blamed


class StartWorker(msgspec.Struct, frozen=True):
    """A command: start a worker under this number."""

    worker: int


class EndWorker(msgspec.Struct, frozen=True):
    """A command: end a worker, whatever it does."""

    worker: int


class GiveOrder(msgspec.Struct, frozen=True):
    """A command: hand an order to a worker, which reports on it."""

    worker: int
    order: Order


class AskAgain(msgspec.Struct, frozen=True):
    """A command: let a worker go on with its order, and report again."""

    worker: int


Command = StartWorker | EndWorker | GiveOrder | AskAgain
