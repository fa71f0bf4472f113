"""Workers with a simulated clock, which an adversary may kill, freeze, delay and confuse."""

import math
import random

from glianeat.evaluate.dispatch import Dispatcher
from glianeat.evaluate.orders import (
    KEPT,
    Blamed,
    Completed,
    EndWorker,
    GiveOrder,
    Limits,
    Loss,
    Report,
    StartWorker,
    TimedOut,
)

STEP = 0.5  # [s]
KEPT_SECONDS = 0.1
# genomes that are the end of their process or worker → after which time [s]
CRASHES, GETS_KILLED, HANGS, FREEZES = "crashes", "gets killed", "hangs", "freezes"
LIFETIME = {CRASHES: 0.05, GETS_KILLED: 0.3, FREEZES: 0.2}
DESERVED = {CRASHES: Blamed, GETS_KILLED: Blamed, FREEZES: Blamed, HANGS: TimedOut}


class SimulatedWorker:
    """A guard and its process, which evaluates genomes one after the other."""

    def __init__(self, ready_at):
        self.ready_at, self.is_ready = ready_at, False
        self.order, self.done, self.spent = None, 0, 0.0
        self.is_frozen, self.is_asked, self.is_in_loss = False, False, False
        self.delay = 0.0
        self.sent = []  # (when it arrives, report)

    def take(self, order):
        self.order, self.done, self.spent, self.is_asked = order, 0, 0.0, True

    def advance(self, cluster, seconds):
        """Evaluate for a while, and report what has come of it if that was asked for."""
        if self.is_frozen or self.order is None:
            return
        before, answers, loss = self.done, [], None
        while loss is None and self.done < len(self.order.genomes) and not self.is_frozen:
            genome = self.order.genomes[self.done]
            needed = cluster.seconds(genome)
            if self.spent + seconds < needed:
                self.spent += seconds
                break
            seconds -= needed - self.spent
            self.spent = 0.0
            loss = cluster.end_of(genome)
            if loss is None:
                self.done += 1
                answers.append((f"result {genome}", needed))
            elif cluster.behaviour(genome) == FREEZES:
                self.is_frozen = True
        if self.is_asked and not self.is_frozen:
            self._report(cluster, before, answers, loss)

    def _report(self, cluster, before, answers, loss):
        timed_out = loss is None and self.spent > cluster.limit
        report = Report(self.order.serial, before, answers, self.spent, loss, timed_out)
        self.sent.append((cluster.now + self.delay, report))
        self.is_asked, self.delay = False, 0.0
        if loss is not None or timed_out:
            self.order = None


class SimulatedCluster:
    """A dispatcher, its workers, and what each genome does to them.

    `behaviours` holds for each genome the duration of its evaluation [s], or how it ends it.
    """

    def __init__(self, behaviours, workers, restart=1.0, limit=20.0, limits=None):
        self.behaviours, self.restart, self.limit = behaviours, restart, limit
        self.dispatcher = Dispatcher(workers, limits or Limits())
        self.jobs = self.dispatcher.jobs
        self.workers, self.now = {}, 0.0
        self.orders, self.reports, self.ended = [], [], []

    def begin(self):
        self.orders = []
        self.dispatcher.begin(len(self.behaviours), self.now)

    def behaviour(self, genome):
        return KEPT_SECONDS if genome == KEPT else self.behaviours[genome]

    def seconds(self, genome):
        found = self.behaviour(genome)
        return math.inf if found == HANGS else LIFETIME.get(found, found)

    def end_of(self, genome):
        lived = self.seconds(genome)
        return {
            CRASHES: Loss("SIGSEGV", own=True, lived=lived),
            GETS_KILLED: Loss("SIGKILL", lived=lived),
            FREEZES: Loss("nobody sees it"),
        }.get(self.behaviour(genome))

    def step(self, delta=STEP):
        """Carry out commands, let some time pass, and tell of what happened in it."""
        for command in self.dispatcher.commands(self.now):
            self._obey(command)
        self.now += delta
        for number, worker in list(self.workers.items()):
            if not worker.is_ready and worker.ready_at <= self.now and not worker.is_frozen:
                worker.is_ready = True
                self.dispatcher.started(number, self.now)
            worker.advance(self, delta)
            while worker.sent and worker.sent[0][0] <= self.now:
                self._deliver(number, worker.sent.pop(0)[1])

    def _obey(self, command):
        if isinstance(command, StartWorker):
            self.workers[command.worker] = SimulatedWorker(self.now + self.restart)
        elif isinstance(command, EndWorker):
            self.workers.pop(command.worker, None)
            self.ended.append(command.worker)
        elif isinstance(command, GiveOrder):
            self.orders.append(command.order)
            self.workers[command.worker].take(command.order)
        else:
            self.workers[command.worker].is_asked = True

    def _deliver(self, number, report):
        self.reports.append((number, report))
        self.dispatcher.reported(number, report, self.now)

    def finish(self, most=2000.0):
        """Return the outcomes; None if too many workers were lost for that."""
        stop = self.now + most
        while not self.jobs.is_done:
            if self.jobs.excess or self.dispatcher.start_failure(self.now):
                return None
            assert self.now < stop, "it waits for ever"
            self.step()
        return self.jobs.outcomes

    # What an adversary can do; `which` is any number

    def _chosen(self, which):
        numbers = sorted(self.workers)
        return numbers[which % len(numbers)] if numbers else None

    def kill(self, which):
        """End a worker from outside."""
        number = self._chosen(which)
        if number is not None:
            del self.workers[number]
            self.dispatcher.lost(number, self.now)

    def kill_process(self, which):
        """End what a worker guards from outside; its guard reports that."""
        worker = self.workers.get(self._chosen(which))
        if worker and worker.order and worker.is_asked and not worker.is_frozen:
            worker._report(self, worker.done, [], Loss("SIGKILL", lived=worker.spent))

    def freeze(self, which):
        """Stop a worker that is ready: it says nothing any more."""
        worker = self.workers.get(self._chosen(which))
        if worker and worker.is_ready:
            worker.is_frozen = True

    def delay(self, which):
        """Let the next report of a worker come late."""
        worker = self.workers.get(self._chosen(which))
        if worker:
            worker.delay = random.Random(which).uniform(0.5, 8.0)

    def repeat(self, which):
        """Let a worker say again what it, or another one, has said before."""
        if self.reports and self.workers:
            number, report = self.reports[which % len(self.reports)]
            self.dispatcher.reported(number, report, self.now)
            self.dispatcher.reported(self._chosen(which), report, self.now)

    def drop(self, which):
        """Let a report never come, but the next ones."""
        worker = self.workers.get(self._chosen(which))
        if worker and worker.sent:
            worker.sent.pop(0)
            worker.is_asked = True

    def rejoin(self, which):
        """Let a worker that was ended say that it is ready, and that it is lost."""
        if self.ended:
            number = self.ended[which % len(self.ended)]
            self.dispatcher.started(number, self.now)
            self.dispatcher.lost(number, self.now)

    def oversleep(self, which):
        """Let the driver sleep, and hear of everything late."""
        self.now += 100.0 * which


LOSSES = ("kill", "kill_process", "freeze", "delay", "drop")  # each may cost a worker's order
CONFUSION = ("repeat", "rejoin", "oversleep", "step")


def expected(behaviours):
    """Return the outcomes that genomes deserve; of a cause, only that there is one."""
    return [DESERVED.get(one, Completed(f"result {i}")) for i, one in enumerate(behaviours)]


def found(outcomes):
    """Return outcomes without causes."""
    return [one if isinstance(one, Completed) else type(one) for one in outcomes]
