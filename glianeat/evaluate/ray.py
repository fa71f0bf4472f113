"""Evaluation by Ray actors; the only module that imports Ray.

It carries out the commands of `dispatch`: each worker is an actor with a `Guard`, which guards a
process that evaluates and reports at least every half second. Actors hold no state but a warm
environment and compiled kernels, an evaluation is a pure function of its genome and the run's
configuration, and a second result of the same one would be the same; so `jobs` owns every retry,
and Ray none.
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
from glianeat.evaluate.cluster import ClusterProbe, Server, check_address, keep_token_private
from glianeat.evaluate.dispatch import Dispatcher
from glianeat.evaluate.evaluation import Evaluation, Work
from glianeat.evaluate.isolation.guard import Assignment, Guard, machine
from glianeat.evaluate.orders import (
    KEPT,
    Blamed,
    Command,
    Completed,
    EndWorker,
    GiveOrder,
    Limits,
    Order,
    Outcome,
    Report,
    StartWorker,
)
from glianeat.evaluate.outcomes import failure, overdue
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutConfig
from glianeat.genome.genome import Genome
from glianeat.genome.serial import pack
from glianeat.interrupts import check, keeping_handlers
from glianeat.tasks.registered import explain_refusal, require_importable

GRACE = 6.0  # [s] beyond the limit of an evaluation, in which it must end itself
_POLL = 0.2  # [s]
_ENDING = 10.0  # [s] that a lost cluster has to let go of this process
_GLIMPSE = 0.01  # [s]
_STORE_BYTES = 100 * 2**20


class _Batch(msgspec.Struct):
    """What is being evaluated: packed genomes, and an encoded plan."""

    genomes: list[bytes]
    plan: bytes


class _Actor(msgspec.Struct):
    """The actor of a worker."""

    handle: Any
    process: int = 0  # its number, if it is on this machine


class RayEvaluator:
    """Evaluates genomes on the workers of a Ray cluster.

    Parameters
    ----------
    config : RolloutConfig
        What the evaluations depend on.
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
        self._task = config.task
        self._arguments = msgspec.msgpack.encode(config), evaluation.timeout + grace
        self._timeout = evaluation.timeout
        limits = Limits(tolerated_losses=evaluation.tolerated_losses)
        self._dispatcher = Dispatcher(workers, limits)
        self._owns_cluster = not ray.is_initialized()
        if self._owns_cluster:
            _connect(address, workers)
        self._probe = ClusterProbe(_servers())
        self._actor_class: Any = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(Guard)
        self._actors: dict[int, _Actor] = {}
        self._starting: dict[Any, int] = {}  # references of Ray's → workers
        self._calls: dict[Any, int] = {}
        self._control = _Batch([], b"")
        self._is_lost, self._seconds, self._workers = False, 0.0, workers
        self._carry_out(_Batch([], b""))

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`.

        Raises
        ------
        EvaluationError
            If no worker can be started.
        WorkersLostError
            If the cluster is lost, or more of its workers than may be.
        """
        batch = _Batch([pack(genome) for genome in genomes], msgspec.msgpack.encode(plan))
        jobs, began = self._dispatcher.jobs, time.monotonic()
        self._drop_interrupted()
        self._dispatcher.begin(len(genomes), began)
        try:
            while not jobs.is_done:
                check()
                self._carry_out(batch)
                self._listen()
                self._check()
        finally:
            self._seconds += time.monotonic() - began
        if jobs.control is not None and jobs.control != KEPT:
            self._control = _Batch([batch.genomes[jobs.control]], batch.plan)
        outcomes = zip(genomes, jobs.outcomes, strict=True)
        return [self._evaluation(genome.key, outcome) for genome, outcome in outcomes]

    @property
    def work(self) -> Work:
        """What evaluating took so far."""
        jobs = self._dispatcher.jobs
        return Work(
            workers=self._workers,
            busy=jobs.busy,
            available=self._workers * self._seconds,
            retries=jobs.retries,
            losses=jobs.losses,
        )

    def _evaluation(self, key: int, outcome: Outcome) -> Evaluation:
        if isinstance(outcome, Completed):
            return msgspec.msgpack.decode(outcome.result, type=Evaluation)
        if isinstance(outcome, Blamed):
            return failure(key, "failed", outcome.cause)
        return overdue(key, self._timeout)

    def _drop_interrupted(self) -> None:
        """Replace the workers that an interrupt has left without the call that was to be made."""
        called = {*self._starting.values(), *self._calls.values()}
        for worker in self._dispatcher.awaited - called:
            self._dispatcher.lost(worker, time.monotonic())

    def _carry_out(self, batch: _Batch) -> None:
        """Carry out all commands."""
        for command in self._dispatcher.commands(time.monotonic()):
            self._obey(command, batch)

    def _obey(self, command: Command, batch: _Batch) -> None:
        worker = command.worker
        if isinstance(command, StartWorker):
            self._actors[worker] = _Actor(self._actor_class.remote(*self._arguments))
            self._starting[self._actors[worker].handle.ready.remote()] = worker
        elif isinstance(command, EndWorker):
            self._end(worker)
        else:
            message = b""
            if isinstance(command, GiveOrder):
                message = self._encoded(command.order, batch)
            self._calls[self._actors[worker].handle.work.remote(message)] = worker

    def _encoded(self, order: Order, batch: _Batch) -> bytes:
        kept = KEPT in order.genomes
        source = self._control if kept else batch
        genomes = [source.genomes[0 if kept else i] for i in order.genomes]
        return msgspec.msgpack.encode(Assignment(order.serial, genomes, source.plan, order.fresh))

    def _listen(self) -> None:
        """Take what workers say within a moment."""
        pending = [*self._starting, *self._calls]
        ready = ray.wait(pending, num_returns=1, timeout=_POLL)[0]
        if len(pending) > 1 and ready:
            ready = ray.wait(pending, num_returns=len(pending), timeout=0.0)[0]
        for reference in ready:
            is_start = reference in self._starting
            worker = (self._starting if is_start else self._calls).pop(reference)
            try:
                answer = ray.get(reference)
            except RayError:
                self._dispatcher.lost(worker, time.monotonic())
                continue
            if is_start:
                self._welcome(worker, *answer)
            else:
                self._hear(worker, msgspec.msgpack.decode(answer, type=Report))

    def _welcome(self, worker: int, process: int, place: str, refusal: str) -> None:
        """Take a worker that has started, or note why it has not."""
        if refusal:
            self._refuse(worker, refusal)
            return
        self._actors[worker].process = process if place and place == machine() else 0
        self._dispatcher.started(worker, time.monotonic())

    def _hear(self, worker: int, report: Report) -> None:
        if report.refusal:
            self._refuse(worker, report.refusal)
        else:
            self._dispatcher.reported(worker, report, time.monotonic())

    def _refuse(self, worker: int, refusal: str) -> None:
        reason = explain_refusal(refusal, self._task)
        self._dispatcher.refused(worker, reason, time.monotonic())

    def _check(self) -> None:
        """Raise an error if there is no sense in going on."""
        now = time.monotonic()
        if gone := self._probe.lost(now):
            self._is_lost = True
            raise WorkersLostError(f"ray: the cluster was lost: its {gone} is gone")
        if excess := self._dispatcher.jobs.excess:
            raise WorkersLostError(f"ray: {excess}; see evaluation.tolerated_losses")
        if reason := self._dispatcher.start_failure(now):
            raise EvaluationError(f"ray: {reason}")

    def _end(self, worker: int) -> None:
        """End a worker; Ray takes 5 s to end one that is frozen, so that it is killed here."""
        actor = self._actors.pop(worker, None)
        if actor is None:
            return
        ray.kill(actor.handle, no_restart=True)
        if actor.process and _is_of_ray(actor.process):
            os.kill(actor.process, signal.SIGKILL)
        for references in (self._starting, self._calls):
            for reference in [r for r, whose in references.items() if whose == worker]:
                del references[reference]

    def close(self) -> None:
        """End the actors, and the cluster if it was started here."""
        if not self._is_lost and ray.is_initialized():
            for worker in list(self._actors):
                self._end(worker)
        if self._owns_cluster and ray.is_initialized():
            _disconnect()


def _servers() -> list[Server]:
    """Return the processes of the cluster without which this one cannot go on."""
    context = ray.get_runtime_context()
    host, _, port = context.gcs_address.rpartition(":")
    servers = [Server("head (GCS)", host.strip("[]"), int(port))]
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    here = [node for node in nodes if node["NodeID"] == context.get_node_id()]
    return servers + [
        Server("node (raylet)", node["NodeManagerAddress"], node["NodeManagerPort"])
        for node in here
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
def _replaced(module: Any, name: str, value: object) -> Iterator[None]:
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
    with keeping_handlers() as put_back:
        thread = threading.Thread(target=ray.shutdown, daemon=True)
        thread.start()
        stop = time.monotonic() + _ENDING
        while thread.is_alive() and time.monotonic() < stop:
            thread.join(_GLIMPSE)
            put_back()  # Ray's C++ code sets SIGTERM to its default a second before it is done


def _one_line(error: BaseException) -> str:
    """Return what went wrong in one line, without tracebacks."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0]


def _is_of_ray(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().startswith(b"ray::")
    except OSError:
        return False
