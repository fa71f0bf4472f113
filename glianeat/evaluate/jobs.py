"""Which worker evaluates which genomes, and what becomes of them: a state machine without a clock.

Genomes are given out in chunks, and every genome gets exactly one outcome: its evaluation, that it
timed out, or that it is blamed for the deaths of its workers. Workers may be lost at any moment,
and a loss by itself is the outcome of no genome: its genomes are given out again, and the one that
was being evaluated goes into `quarantine`.

Time is an argument, in seconds, and only counts as far as it was watched: if whoever calls sleeps,
nobody is late for that.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from glianeat.evaluate.orders import (
    KEPT,
    Blamed,
    Completed,
    Limits,
    Loss,
    Order,
    Outcome,
    Report,
    TimedOut,
)
from glianeat.evaluate.quarantine import Quarantine

_CHUNKS_PER_WORKER = 4
_WATCHED = 1.0  # [s] of the time between two calls that counts at most
_COPIES = 2
_NOT_BEGUN = Loss("its worker has forgotten its order", begun=False)


class _Assignment(msgspec.Struct):
    """An order that a worker has, and how far it is."""

    order: Order
    since: float  # when it was given out, or last reported on
    done: int = 0
    age: float = 0.0  # of the evaluation in progress

    @property
    def left(self) -> tuple[int, ...]:
        return self.order.genomes[self.done :]


class Jobs:
    """Batches of genomes, one after the other, on workers that come and go.

    Parameters
    ----------
    workers : int
        How many workers there should be.
    limits : Limits
        When something counts as late, as lost, as a genome's fault or as too much.
    """

    def __init__(self, workers: int, limits: Limits) -> None:
        self._limits, self._workers = limits, workers
        self._assignments: dict[int, _Assignment] = {}
        self._recent: deque[bool] = deque(maxlen=max(limits.attempts, 3 * workers))
        self.clock, self._last = 0.0, 0.0
        self._serial, self._first = 0, 0
        self._number = 0
        self._waiting: deque[tuple[int, ...]] = deque()
        self._quarantine = Quarantine(limits)
        self._outcomes: dict[int, Outcome] = {}
        self._timed_out: set[int] = set()  # copies of these decide, and there are no more of them
        self.slowest = 0.0
        self.losses, self.retries, self.busy = 0, 0, 0.0
        self._given_out: set[int] = set()  # of the batch
        self.control: int | None = None
        self._control_seconds = 0.0

    def begin(self, number: int, now: float) -> None:
        """Begin a batch of genomes, which are called 0 to `number` - 1; forget the one before."""
        self._last = max(self._last, now)
        self._first, self._number = self._serial, number
        size = max(1, -(-number // (_CHUNKS_PER_WORKER * self._workers)))
        every = tuple(range(number))
        self._waiting = deque(every[i : i + size] for i in range(0, number, size))
        self._quarantine, self._outcomes = Quarantine(self._limits), {}
        self._timed_out, self._given_out = set(), set()
        self._recent.clear()
        if self.control is not None:
            self.control = KEPT

    @property
    def is_done(self) -> bool:
        """Whether every genome has its outcome."""
        return len(self._outcomes) == self._number

    @property
    def outcomes(self) -> list[Outcome]:
        """Outcomes in the order of the genomes, once all are there."""
        return [self._outcomes[i] for i in range(self._number)]

    @property
    def late_after(self) -> float:
        """Age from which an evaluation is late, and others are given a copy [s]."""
        return max(self._limits.late_floor, self._limits.late_factor * self.slowest)

    @property
    def excess(self) -> str:
        """What is too much, if more was lost than may be; else nothing."""
        lost, number = sum(self._recent), len(self._recent)
        most = self._limits.tolerated_losses * number
        if number < (self._recent.maxlen or 0) or lost <= most:
            return ""
        return f"{lost} of the latest {number} attempts to evaluate were lost with their workers"

    def is_busy(self, worker: int) -> bool:
        """Whether a worker has anything left to do that is still wanted."""
        assignment = self._assignments.get(worker)
        return assignment is not None and self._is_wanted(assignment)

    def next_order(self, worker: int, now: float) -> Order | None:
        """Return what a worker is to do next, if there is anything; it drops what it had."""
        self.watch(now)
        self._drop(worker, _NOT_BEGUN)
        order = self._control_order() or self._suspect_order() or self._chunk()
        if order is not None:
            self._assignments[worker] = _Assignment(order, self.clock)
        return order

    def reported(self, worker: int, report: Report, now: float) -> None:
        """Take what a worker says of its order; what it says twice counts once."""
        self.watch(now)
        assignment = self._assignments.get(worker)
        is_its = assignment is not None and assignment.order.serial == report.serial
        if assignment is not None and is_its:
            self._take(worker, assignment, report)
        if report.loss is not None:
            self._count(report.loss)
            if is_its:
                self._drop(worker, report.loss)
        elif report.timed_out and is_its:
            self._time_out(worker)

    def lost(self, worker: int, loss: Loss, now: float) -> None:
        """Take note that a worker has ended with what it had."""
        self.watch(now)
        self._count(loss)
        self._drop(worker, loss)

    def silent(self, now: float) -> list[int]:
        """Return the workers that have not reported on their orders for too long."""
        self.watch(now)
        limit = self.clock - self._limits.report_timeout
        return [worker for worker, one in self._assignments.items() if one.since < limit]

    def watch(self, now: float) -> None:
        """Let the clock go on to `now`, but by a second at most."""
        self.clock += min(max(now - self._last, 0.0), _WATCHED)
        self._last = max(self._last, now)

    def _is_current(self, assignment: _Assignment) -> bool:
        return assignment.order.serial > self._first

    def _is_wanted(self, assignment: _Assignment) -> bool:
        if not self._is_current(assignment):
            return False
        if assignment.order.suspect is not None:
            return bool(assignment.left) and assignment.order.suspect not in self._outcomes
        return any(i not in self._outcomes for i in assignment.left)

    def _is_given_out(self, genome: int) -> bool:
        return any(genome in assignment.left for assignment in self._current())

    def _current(self) -> Iterator[_Assignment]:
        return (
            assignment
            for assignment in self._assignments.values()
            if self._is_current(assignment) and assignment.order.suspect is None
        )

    def _control_order(self) -> Order | None:
        if self.control is None:
            return None
        found = self._quarantine.next_controls()
        return found and self._make((self.control,) * found[1], suspect=found[0])

    def _suspect_order(self) -> Order | None:
        # without a control nobody is cleared or blamed of what anybody can cause: wait for one
        only_faults = self.control is None and self._may_find_control()
        found = self._quarantine.next_suspect(self._is_given_out, only_faults=only_faults)
        return found and self._make((found[0],), alone=True, fresh=found[1])

    def _may_find_control(self) -> bool:
        """Whether genomes are left that nobody suspects."""
        given_out = (i for one in self._current() for i in one.left)
        return any(i not in self._quarantine for some in (*self._waiting, given_out) for i in some)

    def _chunk(self) -> Order | None:
        while self._waiting:
            chunk = tuple(i for i in self._waiting.popleft() if i not in self._outcomes)
            if chunk:
                return self._make(chunk)
        copy = next(self._late(), None)
        return None if copy is None else self._make((copy,))

    def _late(self) -> Iterator[int]:
        """Yield genomes that wait on late workers, those first that have not been begun."""
        assignments = [one for one in self._current() if not one.order.alone]
        for assignment in assignments:
            is_late = assignment.age > self.late_after
            if not is_late and self.clock - assignment.since <= self._limits.copy_after:
                continue
            for genome in (*assignment.left[1:], *assignment.left[:1]):
                copies = sum(genome in other.left for other in assignments)
                if copies < _COPIES and self._may_be_copied(genome):
                    yield genome

    def _may_be_copied(self, genome: int) -> bool:
        return not any(genome in one for one in (self._outcomes, self._timed_out, self._quarantine))

    def _make(self, genomes: tuple[int, ...], **kind: Any) -> Order:
        self._serial += 1
        if "suspect" not in kind:  # else it is the control, again and again
            self.retries += len(self._given_out.intersection(genomes))
            self._given_out.update(genomes)
        return Order(self._serial, genomes, **kind)

    def _take(self, worker: int, assignment: _Assignment, report: Report) -> None:
        """Take the results of a report."""
        if report.done > assignment.done:  # a report before it never came
            self._drop(worker, _NOT_BEGUN)
            return
        assignment.since, assignment.age = self.clock, report.age
        answers = report.answers[assignment.done - report.done :]
        for (result, seconds), genome in zip(answers, assignment.left, strict=False):
            assignment.done += 1
            self._complete(assignment.order, genome, result, seconds)
        if answers:
            self._recent.append(False)
        suspect = assignment.order.suspect
        if suspect is not None and not assignment.left and self._is_current(assignment):
            self._quarantine.controls_done(suspect)
            self._blame(suspect)
        if not self._is_wanted(assignment):
            del self._assignments[worker]

    def _complete(self, order: Order, genome: int, result: object, seconds: float) -> None:
        self.slowest, self.busy = max(self.slowest, seconds), self.busy + seconds
        if order.serial <= self._first or order.suspect is not None:
            return
        self._give(genome, Completed(result))
        if self.control is None or seconds > self._control_seconds:
            self.control, self._control_seconds = genome, seconds

    def _give(self, genome: int, outcome: Outcome) -> None:
        self._outcomes.setdefault(genome, outcome)  # of copies, the first one counts
        self._quarantine.release(genome)

    def _time_out(self, worker: int) -> None:
        """Take note that the evaluation in progress lasted longer than any may, and was ended."""
        assignment = self._assignments.pop(worker, None)
        if assignment is None or not self._is_current(assignment):
            return
        if assignment.order.suspect is not None:
            self._quarantine.lost_control(assignment.order.suspect, Loss("timed out"))
            return
        first, *rest = assignment.left
        self._timed_out.add(first)
        if not self._is_given_out(first):
            self._give(first, TimedOut())
        else:
            self._quarantine.put_back(first)
        self._put_back(rest)

    def _count(self, loss: Loss) -> None:
        if not loss.own:
            self.losses += 1
            self._recent.append(True)

    def _drop(self, worker: int, loss: Loss) -> None:
        """Take an order back that came to nothing."""
        assignment = self._assignments.pop(worker, None)
        if assignment is None or not self._is_current(assignment):
            return
        order = assignment.order
        if order.suspect is not None:
            self._quarantine.lost_control(order.suspect, loss)
        elif order.alone:
            control = None if self.control is None else self._control_seconds
            suspect = order.genomes[0]
            self._quarantine.lost(suspect, loss, fresh=order.fresh, control=control)
            self._blame(suspect)
        elif not loss.begun:
            self._put_back(assignment.left)
        else:
            first, *rest = assignment.left
            if first not in self._outcomes:
                self._quarantine.admit(first, loss)
            self._put_back(rest)

    def _put_back(self, genomes: Sequence[int]) -> None:
        """Let genomes wait anew that no other worker has."""
        rest = tuple(
            i
            for i in genomes
            if i not in self._outcomes and i not in self._quarantine and not self._is_given_out(i)
        )
        if rest:
            self._waiting.appendleft(rest)

    def _blame(self, genome: int) -> None:
        cause = self._quarantine.cause(genome)
        if cause is not None:
            self._give(genome, Blamed(cause))
