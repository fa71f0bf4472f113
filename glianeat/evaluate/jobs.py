"""Who evaluates what, and what a lost worker means: a state machine without workers or a clock.

Genomes are given out in chunks, and every genome gets exactly one verdict: its evaluation, that it
hung, or that it is to blame for the deaths of its workers. Workers may be lost at any moment, and a
loss is a verdict on no genome. The genome that was being evaluated is only suspected, and is tried:

- A death that only the process itself can cause (a fault such as SIGSEGV, or an exit), seen by the
  worker that keeps the process, must come back twice with the genome alone in a new process.
- A loss that anybody can cause (SIGKILL, a lost node) must come back ten times in a row with the
  genome alone, and after each a control, a genome that is known to be fine, must outlive on such a
  worker at least twice the time that the suspect lived. A control that is lost acquits the suspect.

Time is an argument, in seconds, and only counts as far as it was watched: if whoever calls sleeps,
nobody is late for that.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from glianeat.evaluate.orders import KEPT, Answered, Blamed, Hung, Limits, Loss, Order, Verdict

_CHUNKS_PER_WORKER = 4
_WATCHED = 1.0  # [s] of the time between two calls that counts at most
_COPIES = 2
_MOST_CONTROLS = 1000  # in one order


class _Flight(msgspec.Struct):
    """An order that a worker has, and how far it is."""

    order: Order
    since: float  # when it began, or last gave a sign of life
    done: int = 0
    age: float = 0.0  # of the evaluation in progress

    @property
    def left(self) -> tuple[int, ...]:
        return self.order.genomes[self.done :]


class _Trial(msgspec.Struct):
    """What speaks against a genome."""

    cause: str
    fresh: bool  # whether it is to be tried in a new process
    faults: int = 0
    strikes: int = 0
    owed: int = 0  # controls that have to follow before the next round
    busy: bool = False


class Jobs:
    """Batches of genomes, one after the other, on workers that come and go.

    Parameters
    ----------
    workers : int
        How many workers there should be.
    limits : Limits
        When something counts as late, as lost, as blame or as too much.
    """

    def __init__(self, workers: int, limits: Limits) -> None:
        self._limits, self._workers = limits, workers
        self._flights: dict[int, _Flight] = {}
        self._recent: deque[bool] = deque(maxlen=max(limits.attempts, 3 * workers))
        self._clock, self._last = 0.0, 0.0
        self._serial, self._first = 0, 0
        self._number = 0
        self._waiting: deque[tuple[int, ...]] = deque()
        self._trials: dict[int, _Trial] = {}
        self._verdicts: dict[int, Verdict] = {}
        self._hung: set[int] = set()  # copies of these decide, and there are no more of them
        self.slowest = 0.0
        self.losses = 0
        self.control: int | None = None
        self._control_seconds = 0.0

    def begin(self, number: int, now: float) -> None:
        """Begin a batch of genomes, which are called 0 to `number` - 1; forget the one before."""
        self._last = max(self._last, now)
        self._first, self._number = self._serial, number
        size = max(1, -(-number // (_CHUNKS_PER_WORKER * self._workers)))
        every = tuple(range(number))
        self._waiting = deque(every[i : i + size] for i in range(0, number, size))
        self._trials, self._verdicts, self._hung = {}, {}, set()
        self._recent.clear()
        if self.control is not None:
            self.control = KEPT

    @property
    def is_done(self) -> bool:
        """Whether every genome has its verdict."""
        return len(self._verdicts) == self._number

    @property
    def verdicts(self) -> list[Verdict]:
        """Verdicts in the order of the genomes, once all are there."""
        return [self._verdicts[i] for i in range(self._number)]

    @property
    def deadline(self) -> float:
        """Age from which an evaluation is late, and others are given a copy [s]."""
        return max(self._limits.floor, self._limits.slack * self.slowest)

    @property
    def excess(self) -> str:
        """What is too much, if more was lost than may be; else nothing."""
        lost, number = sum(self._recent), len(self._recent)
        if number < (self._recent.maxlen or 0) or lost <= self._limits.share * number:
            return ""
        return f"{lost} of the latest {number} attempts to evaluate were lost with their workers"

    def is_busy(self, worker: int) -> bool:
        """Whether a worker has anything left to do that is still wanted."""
        flight = self._flights.get(worker)
        return flight is not None and self._is_wanted(flight)

    def order(self, worker: int, now: float) -> Order | None:
        """Return what a worker is to do next, if there is anything; it drops what it had."""
        self._watch(now)
        self._flights.pop(worker, None)
        order = self._control_order() or self._trial_order() or self._next_order()
        if order is not None:
            self._flights[worker] = _Flight(order, self._clock)
        return order

    def heard(
        self,
        worker: int,
        serial: int,
        answers: Sequence[tuple[object, float]],
        now: float,
        age: float = 0.0,
    ) -> None:
        """Take what a worker says of an order.

        Parameters
        ----------
        worker, serial : int
            Who says it, and of which order.
        answers : sequence of (object, float)
            The next results, and how long each evaluation took [s].
        now : float
            The time [s].
        age : float
            How long the evaluation in progress has lasted [s].
        """
        self._watch(now)
        flight = self._flights.get(worker)
        if flight is None or flight.order.serial != serial:
            return
        flight.since, flight.age = self._clock, age
        for result, seconds in answers:
            self._take(flight, result, seconds)
        if answers:
            self._recent.append(False)
        if not flight.left:
            self._end_of_controls(flight.order)
        if not self._is_wanted(flight):
            del self._flights[worker]

    def hung(self, worker: int, serial: int, now: float) -> None:
        """Take note that the evaluation in progress lasted longer than any may, and was ended."""
        self._watch(now)
        flight = self._flights.get(worker)
        if flight is None or flight.order.serial != serial:
            return
        del self._flights[worker]
        if not self._is_current(flight):
            return
        if flight.order.suspect is not None:
            self._lose_control(flight.order.suspect, Loss("hung"))
            return
        first, *rest = flight.left
        self._hung.add(first)
        if not self._is_flying(first):
            self._give(first, Hung())
        elif first in self._trials:
            self._trials[first].busy = False
        self._put_back(rest)

    def lost(self, worker: int, loss: Loss, now: float) -> None:
        """Take note that a worker, or the process that it keeps, has ended with what it had."""
        self._watch(now)
        flight = self._flights.pop(worker, None)
        if not loss.own:
            self.losses += 1
            self._recent.append(True)
        if flight is None or not self._is_current(flight):
            return
        order = flight.order
        if order.suspect is not None:
            self._lose_control(order.suspect, loss)
        elif order.alone:
            self._lose_suspect(order, loss)
        else:
            self._suspect(flight, loss)

    def silent(self, now: float) -> list[int]:
        """Return the workers that have given no sign of life for too long."""
        self._watch(now)
        limit = self._clock - self._limits.silence
        return [worker for worker, flight in self._flights.items() if flight.since < limit]

    def _watch(self, now: float) -> None:
        self._clock += min(max(now - self._last, 0.0), _WATCHED)
        self._last = max(self._last, now)

    def _is_current(self, flight: _Flight) -> bool:
        return flight.order.serial > self._first

    def _is_wanted(self, flight: _Flight) -> bool:
        if not self._is_current(flight):
            return False
        if flight.order.suspect is not None:
            return bool(flight.left) and flight.order.suspect not in self._verdicts
        return any(i not in self._verdicts for i in flight.left)

    def _is_flying(self, genome: int) -> bool:
        return any(genome in flight.left for flight in self._current_flights())

    def _current_flights(self) -> Iterator[_Flight]:
        return (
            flight
            for flight in self._flights.values()
            if self._is_current(flight) and flight.order.suspect is None
        )

    def _control_order(self) -> Order | None:
        for suspect, trial in self._trials.items():
            if trial.owed and not trial.busy and self.control is not None:
                trial.busy = True
                return self._make((self.control,) * trial.owed, suspect=suspect)
        return None

    def _trial_order(self) -> Order | None:
        for suspect, trial in self._trials.items():
            if not trial.owed and not trial.busy and not self._is_flying(suspect):
                trial.busy = True
                return self._make((suspect,), alone=True, fresh=trial.fresh)
        return None

    def _next_order(self) -> Order | None:
        while self._waiting:
            chunk = tuple(i for i in self._waiting.popleft() if i not in self._verdicts)
            if chunk:
                return self._make(chunk)
        copy = next(self._late(), None)
        return None if copy is None else self._make((copy,))

    def _late(self) -> Iterator[int]:
        """Yield genomes that wait on late workers, those first that have not been begun."""
        flights = [f for f in self._current_flights() if not f.order.alone]
        for flight in flights:
            is_late = flight.age > self.deadline
            if not is_late and self._clock - flight.since <= self._limits.hush:
                continue
            for genome in (*flight.left[1:], *flight.left[:1]):
                copies = sum(genome in other.left for other in flights)
                if copies < _COPIES and not {genome} & (self._verdicts.keys() | self._hung):
                    yield genome

    def _make(self, genomes: tuple[int, ...], **kind: Any) -> Order:  # noqa: ANN401
        self._serial += 1
        return Order(self._serial, genomes, **kind)

    def _take(self, flight: _Flight, result: object, seconds: float) -> None:
        if not flight.left:
            return
        genome = flight.left[0]
        flight.done += 1
        self.slowest = max(self.slowest, seconds)
        if not self._is_current(flight) or flight.order.suspect is not None:
            return
        self._give(genome, Answered(result))
        if self.control is None or seconds > self._control_seconds:
            self.control, self._control_seconds = genome, seconds

    def _give(self, genome: int, verdict: Verdict) -> None:
        self._verdicts.setdefault(genome, verdict)  # of copies, the first one counts
        self._trials.pop(genome, None)

    def _put_back(self, genomes: Sequence[int]) -> None:
        """Let genomes wait anew that nobody else is at."""
        rest = tuple(
            i
            for i in genomes
            if i not in self._verdicts and i not in self._trials and not self._is_flying(i)
        )
        if rest:
            self._waiting.appendleft(rest)

    def _suspect(self, flight: _Flight, loss: Loss) -> None:
        """Suspect the genome in progress of a chunk, and let the others wait anew."""
        if not loss.begun:
            self._put_back(flight.left)
            return
        first, *rest = flight.left
        if first not in self._verdicts:
            trial = self._trials.setdefault(first, _Trial(loss.cause, loss.own))
            trial.fresh = trial.fresh or loss.own
        self._put_back(rest)

    def _lose_suspect(self, order: Order, loss: Loss) -> None:
        suspect = order.genomes[0]
        trial = self._trials.get(suspect)
        if trial is None:
            return
        trial.busy = False
        if not loss.begun:
            return
        if loss.own:
            trial.cause, trial.fresh = loss.cause, True
            trial.faults += 1 if order.fresh else 0
            trial.owed = 0 if self.control is None else 1
        elif self.control is not None:
            trial.cause = loss.cause if not trial.faults else trial.cause
            trial.strikes += 1
            needed = self._limits.exposure * loss.lived / max(self._control_seconds, 1e-6)
            trial.owed = min(1 + int(needed), _MOST_CONTROLS)
        self._judge(suspect, trial)

    def _lose_control(self, suspect: int, loss: Loss) -> None:
        """Acquit a suspect of what others suffer, too."""
        trial = self._trials.get(suspect)
        if trial is None:
            return
        trial.busy = False
        if loss.begun:
            trial.strikes = 0
            trial.faults = 0 if loss.own else trial.faults
        if not trial.faults and loss.begun:
            trial.owed = 0

    def _end_of_controls(self, order: Order) -> None:
        trial = None if order.suspect is None else self._trials.get(order.suspect)
        if trial is not None and order.suspect is not None and order.serial > self._first:
            trial.busy, trial.owed = False, 0
            self._judge(order.suspect, trial)

    def _judge(self, suspect: int, trial: _Trial) -> None:
        if trial.owed:
            return
        if trial.faults >= self._limits.faults or trial.strikes >= self._limits.strikes:
            self._give(suspect, Blamed(trial.cause))
