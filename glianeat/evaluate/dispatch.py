"""Which workers there are and what each is told: a state machine around `jobs`, without workers.

Whoever drives it carries out its commands and tells it what came of them; `ray` is one driver.
Time is an argument, as in `jobs`.
"""

from glianeat.evaluate.jobs import Jobs
from glianeat.evaluate.orders import (
    AskAgain,
    Command,
    EndWorker,
    GiveOrder,
    Limits,
    Loss,
    Report,
    StartWorker,
)

_LOST = Loss("its worker was lost")
_SILENT = Loss("its worker gave no sign of life")


class Dispatcher:
    """Workers that are started, given orders, and replaced when they are lost.

    Parameters
    ----------
    workers : int
        How many workers there should be.
    limits : Limits
        When something counts as late, as lost, as a genome's fault or as too much.
    """

    def __init__(self, workers: int, limits: Limits) -> None:
        self.jobs = Jobs(workers, limits)
        self._workers, self._limits = workers, limits
        self._starting: set[int] = set()
        self._idle: list[int] = []
        self._busy: set[int] = set()
        self._commands: list[Command] = []
        self._started = 0
        self._refusals, self._refusal = 0, ""
        self._ready_at = 0.0  # when there last was a worker that is ready

    def begin(self, number: int, now: float) -> None:
        """Begin a batch of genomes, which are called 0 to `number` - 1; forget the one before."""
        self.jobs.begin(number, now)
        self._ready_at = self.jobs.clock

    @property
    def awaited(self) -> set[int]:
        """Workers from which something must come: that they are ready, or a report."""
        return self._starting | self._busy

    def commands(self, now: float) -> list[Command]:
        """Return what is to be done now, in this order; each command is returned once."""
        for worker in self.jobs.silent(now):
            self._lose(worker, _SILENT, now)
        while len(self._starting) + len(self._idle) + len(self._busy) < self._workers:
            self._started += 1
            self._starting.add(self._started)
            self._commands.append(StartWorker(self._started))
        self._give_out(now)
        commands, self._commands = self._commands, []
        return commands

    def started(self, worker: int, now: float) -> None:
        """Take note that a worker is ready."""
        self.jobs.watch(now)
        if worker in self._starting:
            self._starting.remove(worker)
            self._idle.append(worker)

    def refused(self, worker: int, reason: str, now: float) -> None:
        """Take note that a worker cannot be made ready, and why."""
        self._count_refusal(reason)
        if worker in self._busy:
            self.jobs.lost(worker, Loss(reason, begun=False), now)
        self._end(worker)

    def lost(self, worker: int, now: float) -> None:
        """Take note that a worker is gone."""
        self._lose(worker, _LOST, now)

    def reported(self, worker: int, report: Report, now: float) -> None:
        """Take a worker's report on its order."""
        if worker not in self._busy:
            return
        self.jobs.reported(worker, report, now)
        if report.answers:
            self._refusals = 0
        loss = report.loss
        if loss is not None and loss.own and not loss.begun:
            self._count_refusal(loss.cause)
        if self.jobs.is_busy(worker):
            self._commands.append(AskAgain(worker))
        else:
            self._busy.remove(worker)
            self._idle.append(worker)

    def start_failure(self, now: float) -> str:
        """Return why there is no sense in waiting for workers, if there is none; else nothing."""
        self.jobs.watch(now)
        if self._refusals >= self._limits.refusals:
            return f"workers cannot start: {self._refusal}"
        if self._busy or self._idle:
            self._ready_at = self.jobs.clock
        elif self.jobs.clock - self._ready_at > self._limits.start_timeout:
            return f"no worker could be started within {self._limits.start_timeout:g} s"
        return ""

    def _give_out(self, now: float) -> None:
        idle, self._idle = self._idle, []
        for worker in idle:
            order = self.jobs.next_order(worker, now)
            if order is None:
                self._idle.append(worker)
            else:
                self._busy.add(worker)
                self._commands.append(GiveOrder(worker, order))

    def _count_refusal(self, reason: str) -> None:
        self._refusals, self._refusal = self._refusals + 1, reason

    def _lose(self, worker: int, loss: Loss, now: float) -> None:
        if worker in self._starting or worker in self._idle or worker in self._busy:
            self.jobs.lost(worker, loss, now)
            self._end(worker)

    def _end(self, worker: int) -> None:
        self._starting.discard(worker)
        self._busy.discard(worker)
        self._idle = [other for other in self._idle if other != worker]
        self._commands = [one for one in self._commands if one.worker != worker]
        self._commands.append(EndWorker(worker))
