"""Evaluation by Ray actors; the only module that imports Ray.

It moves what `jobs` decides: each actor is a `Keeper`, which holds a process that evaluates and
answers at least every half second. Actors hold no state but a warm environment and compiled
kernels, an evaluation is a pure function of its genome and the run's configuration, and a second
result of the same one would be the same; so the driver owns every retry, and Ray none.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import msgspec

# Ray reads these when it is imported: no reports to anybody, and quiet on the terminal.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")

import ray
from ray.exceptions import RayError

from glianeat.errors import EvaluationError, WorkersLostError
from glianeat.evaluate.cluster import Part, Pulse, check_address, keep_token_private
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.isolation.keeper import Keeper, Report, Task, machine
from glianeat.evaluate.jobs import Jobs
from glianeat.evaluate.orders import KEPT, Answered, Hung, Limits, Loss, Order, Verdict
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutConfig
from glianeat.genome.genome import Genome
from glianeat.genome.serial import pack
from glianeat.interrupts import check, keeping_handlers
from glianeat.tasks.registered import explain_refusal, require_importable

GRACE = 6.0  # [s] beyond the limit of an evaluation, in which it must end itself
_MAX_REFUSALS = 3  # processes in a row that cannot be made ready
_MAX_START = 300.0  # [s] without any worker that is ready
_POLL = 0.2  # [s]
_ENDING = 10.0  # [s] that a lost cluster has to let go of this process
_STORE_BYTES = 100 * 2**20
_LOST = Loss("its worker was lost")


class _Member(msgspec.Struct):
    """A worker: its actor, and what is going on with it."""

    actor: Any
    process: int = 0  # number of the actor's process, if it is on this machine
    serial: int = 0  # of the order that it has


class RayEvaluator:
    """Evaluates genomes on the workers of a Ray cluster.

    Parameters
    ----------
    config : RolloutConfig
        With a resolved codec.
    workers : int
        Number of actors, one CPU each.
    address : str
        Address of a running cluster; ``local`` starts one on this machine, and ends it on `close`.
    grace : float
        Time beyond an evaluation's own limit after which its process is ended [s].

    Raises
    ------
    ConfigError
        If the task is part of the script that runs, which workers do not run.
    EvaluationError
        If no cluster can be reached or started.
    """

    def __init__(
        self,
        config: RolloutConfig,
        workers: int,
        address: str = "local",
        grace: float = GRACE,
    ) -> None:
        require_importable(config.task)
        evaluation = config.evaluation
        self._task, self._workers = config.task, workers
        self._arguments = msgspec.msgpack.encode(config), evaluation.timeout + grace
        self._timeout = evaluation.timeout
        self._jobs = Jobs(workers, Limits(share=evaluation.tolerated_losses))
        self._owns_cluster = not ray.is_initialized()
        if self._owns_cluster:
            _connect(address, workers)
        self._pulse = Pulse(_parts())
        self._actor_class: Any = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(Keeper)
        self._members: dict[int, _Member] = {}
        self._starting: dict[Any, int] = {}
        self._calls: dict[Any, int] = {}
        self._idle: list[int] = []
        self._number, self._refusals, self._since = 0, 0, time.monotonic()
        self._control = Task([], b"")
        self._is_lost = False
        self._fill()

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`.

        Raises
        ------
        EvaluationError
            If no worker can be started.
        WorkersLostError
            If the cluster is lost, or more of its workers than may be.
        """
        task = Task([pack(genome) for genome in genomes], msgspec.msgpack.encode(plan))
        self._since = time.monotonic()
        self._jobs.begin(len(genomes), self._since)
        self._fill()
        while not self._jobs.is_done:
            self._advance(task)
        control = self._jobs.control
        if control is not None and control != KEPT:
            self._control = Task([task.genomes[control]], task.plan)
        verdicts = zip(genomes, self._jobs.verdicts, strict=True)
        return [self._evaluation(genome.key, verdict) for genome, verdict in verdicts]

    def _evaluation(self, key: int, verdict: Verdict) -> Evaluation:
        if isinstance(verdict, Answered):
            return msgspec.msgpack.decode(verdict.result, type=Evaluation)
        if isinstance(verdict, Hung):
            reason = f"no result within {self._timeout:g} s"
            return Evaluation(key=key, status="timeout", reason=reason)
        return Evaluation(key=key, status="failed", reason=verdict.cause)

    def _advance(self, task: Task) -> None:
        """Give out what can be given out, and take what comes within a moment."""
        check()
        jobs = self._jobs
        self._idle = [worker for worker in self._idle if not self._send(worker, task)]
        pending = [*self._starting, *self._calls]
        ready = ray.wait(pending, num_returns=1, timeout=_POLL)[0]
        if len(pending) > 1 and ready:
            ready = ray.wait(pending, num_returns=len(pending), timeout=0.0)[0]
        for reference in ready:
            if reference in self._starting:
                self._welcome(reference)
            elif reference in self._calls:
                self._collect(reference)
        now = time.monotonic()
        for worker in jobs.silent(now):
            self._end(worker)
            jobs.lost(worker, Loss("its worker gave no sign of life"), now)
        self._fill()
        self._check(now)

    def _send(self, worker: int, task: Task) -> bool:
        """Give a worker something to do, if there is anything."""
        order = self._jobs.order(worker, time.monotonic())
        if order is None:
            return False
        self._members[worker].serial = order.serial
        self._call(worker, self._encoded(order, task))
        return True

    def _encoded(self, order: Order, task: Task) -> bytes:
        kept = KEPT in order.genomes
        source = self._control if kept else task
        genomes = [source.genomes[0 if kept else i] for i in order.genomes]
        return msgspec.msgpack.encode(Task(genomes, source.plan, order.fresh))

    def _call(self, worker: int, message: bytes) -> None:
        self._calls[self._members[worker].actor.work.remote(message)] = worker

    def _welcome(self, reference: Any) -> None:  # noqa: ANN401 - Ray's references have no type
        """Take a worker that has started, or note why it has not."""
        worker = self._starting.pop(reference)
        try:
            process, place, refusal = ray.get(reference)
        except RayError:
            self._end(worker)
            self._jobs.lost(worker, _LOST, time.monotonic())
            return
        if refusal:
            self._refuse(worker, refusal)
            return
        self._members[worker].process = process if place and place == machine() else 0
        self._idle.append(worker)

    def _collect(self, reference: Any) -> None:  # noqa: ANN401
        """Take a worker's report, and let it go on if there is more of what it has."""
        worker = self._calls.pop(reference)
        try:
            report = msgspec.msgpack.decode(ray.get(reference), type=Report)
        except RayError:
            self._end(worker)
            self._jobs.lost(worker, _LOST, time.monotonic())
            return
        if report.refusal:
            self._jobs.lost(worker, Loss(report.refusal, begun=False), time.monotonic())
            self._refuse(worker, report.refusal)
            return
        jobs, serial, now = self._jobs, self._members[worker].serial, time.monotonic()
        jobs.heard(worker, serial, report.answers, now, report.age)
        if report.answers:
            self._refusals = 0
        if report.hung:
            jobs.hung(worker, serial, now)
        elif report.loss is not None:
            jobs.lost(worker, report.loss, now)
            if report.loss.own and not report.loss.begun:
                self._count_refusal(report.loss.cause)
        if jobs.is_busy(worker):
            self._call(worker, b"")
        else:
            self._idle.append(worker)

    def _refuse(self, worker: int, refusal: str) -> None:
        self._end(worker)
        self._count_refusal(explain_refusal(refusal, self._task))

    def _count_refusal(self, reason: str) -> None:
        self._refusals += 1
        if self._refusals >= _MAX_REFUSALS:
            raise EvaluationError(f"ray: workers cannot start: {reason}")

    def _check(self, now: float) -> None:
        """Raise an error if there is no sense in going on."""
        if gone := self._pulse.lost(now):
            self._is_lost = True
            raise WorkersLostError(f"ray: the cluster was lost: its {gone} is gone")
        if excess := self._jobs.excess:
            raise WorkersLostError(f"ray: {excess}; see evaluation.tolerated_losses")
        if self._calls or self._idle:
            self._since = now
        elif now - self._since > _MAX_START:
            raise EvaluationError(f"ray: no worker could be started within {_MAX_START:g} s")

    def _fill(self) -> None:
        """Start as many actors as are missing."""
        while len(self._members) < self._workers:
            self._number += 1
            actor = self._actor_class.remote(*self._arguments)
            self._members[self._number] = _Member(actor)
            self._starting[actor.ready.remote()] = self._number

    def _end(self, worker: int) -> None:
        """End a worker; Ray takes 5 s to end one that is frozen, so that it is killed here."""
        member = self._members.pop(worker)
        ray.kill(member.actor, no_restart=True)
        if member.process and _is_of_ray(member.process):
            os.kill(member.process, signal.SIGKILL)
        for references in (self._starting, self._calls):
            for reference in [r for r, whose in references.items() if whose == worker]:
                del references[reference]
        self._idle = [other for other in self._idle if other != worker]

    def close(self) -> None:
        """End the actors, and the cluster if it was started here."""
        self._workers = 0
        if not self._is_lost and ray.is_initialized():
            for worker in list(self._members):
                self._end(worker)
        if self._owns_cluster and ray.is_initialized():
            _disconnect()


def _parts() -> list[Part]:
    """Return the processes of the cluster without which this one cannot go on."""
    context = ray.get_runtime_context()
    host, _, port = context.gcs_address.rpartition(":")
    parts = [Part("head (GCS)", host.strip("[]"), int(port))]
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    here = [node for node in nodes if node["NodeID"] == context.get_node_id()]
    return parts + [
        Part("node (raylet)", node["NodeManagerAddress"], node["NodeManagerPort"]) for node in here
    ]


def _connect(address: str, workers: int) -> None:
    local = address == "local"
    check_address(address)
    if local:
        keep_token_private()
    try:
        with keeping_handlers(), _without_banners(), _on_loopback() if local else nullcontext():
            ray.init(
                address=address,
                num_cpus=workers if local else None,
                include_dashboard=False if local else None,
                object_store_memory=_STORE_BYTES if local else None,
                log_to_driver=False,
                logging_level=logging.CRITICAL,
            )
    except Exception as error:  # what Ray raises has no common base
        ray.shutdown()
        raise EvaluationError(f"ray: cannot use cluster {address!r}: {_one_line(error)}") from error


@contextmanager
def _without_banners() -> Iterator[None]:
    """Let Ray not listen to what raylets say of lost workers, which it prints without asking."""
    with _replaced(ray._private.worker, "listen_error_messages", lambda *_: None):  # noqa: SLF001
        yield


@contextmanager
def _on_loopback() -> Iterator[None]:
    """Let a new cluster listen on 127.0.0.1 alone, as Ray itself does on macOS and Windows."""
    with _replaced(ray._private.ray_constants, "ENABLE_RAY_CLUSTER", False):  # noqa: SLF001, FBT003
        yield


@contextmanager
def _replaced(module: Any, name: str, value: object) -> Iterator[None]:  # noqa: ANN401
    """Replace something in a module for a while, if this version of Ray has it."""
    if not hasattr(module, name):
        yield
        return
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


def _disconnect() -> None:
    """Leave the cluster, also if it does not answer any more."""
    with keeping_handlers():
        thread = threading.Thread(target=ray.shutdown, daemon=True)
        thread.start()
        thread.join(_ENDING)


def _one_line(error: BaseException) -> str:
    """Return what went wrong in one line, without tracebacks."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0]


def _is_of_ray(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().startswith(b"ray::")
    except OSError:
        return False
