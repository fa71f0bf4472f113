"""Evaluation by Ray actors; the only module that imports Ray.

The driver owns every retry: actors hold no state but a warm environment and compiled kernels, a job
is a pure function of its genome and the run's configuration, and a second result of the same job
would be the same. An actor that dies or does not answer in time is replaced and its jobs are given
out again, one by one; a genome that, alone, brings down two actors gets the worst outcome, with the
reason. An actor that is slow to start, or cannot start, is held against no genome.
"""

import logging
import os
import socket
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

import msgspec

# Ray reads these when it is imported: no reports to anybody, and quiet on the terminal.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")

import ray
from ray.exceptions import RayError, RayTaskError

from glianeat.errors import EvaluationError
from glianeat.evaluate.protocol import EpisodePlan, Evaluation
from glianeat.evaluate.rollout import AssessmentConfig, Assessor
from glianeat.genome.genome import Genome
from glianeat.genome.serial import pack, unpack

GRACE = 30.0  # [s] beyond the evaluations' own timeouts before an actor counts as lost
_CHUNKS_PER_WORKER = 4
_MAX_BLAMES = 2
_MAX_FALSE_STARTS = 3  # actors in a row that die before they are ready
_MAX_START = 300.0  # [s] without any actor that is ready
_POLL = 0.2  # [s]
_ANSWER = 10.0  # [s] within which a cluster must take up a connection
_STORE_BYTES = 100 * 2**20


class _Job(msgspec.Struct):
    indices: list[int]
    blames: int = 0


class _Flight(msgspec.Struct):
    actor: Any
    job: _Job
    due: float


class _Worker:
    """Runs inside an actor: unpacks, assesses, and answers in bytes."""

    def __init__(self, config: bytes) -> None:
        self._assessor = Assessor(msgspec.msgpack.decode(config, type=AssessmentConfig))

    def ready(self) -> None:
        """Answer, once the actor has started."""

    def assess(self, genomes: list[bytes], plan: bytes) -> bytes:
        episodes = msgspec.msgpack.decode(plan, type=EpisodePlan)
        results = [self._assessor.assess(unpack(genome), episodes) for genome in genomes]
        return msgspec.msgpack.encode(results)


class _Batch:
    """One call of `evaluate`: jobs that wait, jobs in flight, and what has come back."""

    def __init__(self, genomes: Sequence[Genome], plan: EpisodePlan, chunk: int) -> None:
        self.keys = [genome.key for genome in genomes]
        self.packed = [pack(genome) for genome in genomes]
        self.plan = msgspec.msgpack.encode(plan)
        every = list(range(len(genomes)))
        self.waiting = deque(_Job(every[i : i + chunk]) for i in range(0, len(every), chunk))
        self.flying: dict[Any, _Flight] = {}
        self.results: dict[int, Evaluation] = {}

    def keep(self, job: _Job, answer: bytes) -> None:
        """Keep the results of a job."""
        results = msgspec.msgpack.decode(answer, type=list[Evaluation])
        self.results.update(zip(job.indices, results, strict=True))

    def blame(self, job: _Job, reason: str) -> None:
        """Take note that a job brought down its actor: alone, a genome is blamed for it."""
        if len(job.indices) > 1:
            self.waiting.extend(_Job([i]) for i in job.indices)
        elif job.blames + 1 < _MAX_BLAMES:
            self.waiting.append(_Job(job.indices, job.blames + 1))
        else:
            index = job.indices[0]
            failed = Evaluation(key=self.keys[index], status="failed", reason=reason)
            self.results[index] = failed


class RayEvaluator:
    """Assesses genomes on the workers of a Ray cluster.

    Parameters
    ----------
    config : AssessmentConfig
        With a resolved codec.
    workers : int
        Number of actors, one CPU each.
    address : str
        Address of a running cluster; ``local`` starts one on this machine, and ends it on `close`.
    grace : float
        Time beyond the evaluations' own timeouts before an actor counts as lost [s].

    Raises
    ------
    EvaluationError
        If no cluster can be reached or started.
    """

    def __init__(
        self,
        config: AssessmentConfig,
        workers: int,
        address: str = "local",
        grace: float = GRACE,
    ) -> None:
        self._config = msgspec.msgpack.encode(config)
        self._timeout, self._grace, self._workers = config.evaluation.timeout, grace, workers
        self._owns_cluster = not ray.is_initialized()
        if self._owns_cluster:
            _connect(address, workers)
        self._actor_class: Any = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(_Worker)
        self._actors: list[Any] = []
        self._idle: list[Any] = []
        self._starting: dict[Any, Any] = {}
        self._false_starts, self._since = 0, time.monotonic()
        self._fill()

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`.

        Raises
        ------
        EvaluationError
            If no worker can be started.
        """
        chunk = max(1, -(-len(genomes) // (_CHUNKS_PER_WORKER * self._workers)))
        batch = _Batch(genomes, plan, chunk)
        self._fill()
        self._since = time.monotonic()
        try:
            while batch.waiting or batch.flying:
                self._advance(batch)
        finally:
            for flight in batch.flying.values():  # after an interruption only
                self._end(flight.actor)
        return [batch.results[i] for i in range(len(genomes))]

    def _advance(self, batch: _Batch) -> None:
        self._dispatch(batch)
        pending = [*self._starting, *batch.flying]
        for reference in ray.wait(pending, num_returns=1, timeout=_POLL)[0]:
            if reference in self._starting:
                self._welcome(reference)
            else:
                self._collect(batch, reference)
        now = time.monotonic()
        for reference in [r for r, flight in batch.flying.items() if now > flight.due]:
            self._give_up(batch, reference, "worker did not answer in time")
        if batch.flying or self._idle:
            self._since = now
        elif now - self._since > _MAX_START:
            raise EvaluationError(f"ray: no worker could be started within {_MAX_START:g} s")

    def _dispatch(self, batch: _Batch) -> None:
        while batch.waiting and self._idle:
            job, actor = batch.waiting.popleft(), self._idle.pop()
            packed = [batch.packed[i] for i in job.indices]
            limit = self._grace + len(job.indices) * self._timeout
            reference = actor.assess.remote(packed, batch.plan)
            batch.flying[reference] = _Flight(actor, job, time.monotonic() + limit)

    def _welcome(self, reference: Any) -> None:  # noqa: ANN401 - Ray's references have no type
        """Take an actor that has started to work, or another one in place of one that has not."""
        actor = self._starting.pop(reference)
        try:
            ray.get(reference)
        except RayError as error:
            self._false_starts += 1
            if self._false_starts == _MAX_FALSE_STARTS:
                raise EvaluationError(f"ray: workers cannot start: {_last_line(error)}") from error
            self._end(actor)
            self._fill()
            return
        self._false_starts = 0
        self._idle.append(actor)

    def _collect(self, batch: _Batch, reference: Any) -> None:  # noqa: ANN401
        flight = batch.flying[reference]
        try:
            answer = ray.get(reference)
        except RayTaskError as error:
            self._give_up(batch, reference, f"worker raised {_last_line(error)}")
        except RayError as error:
            self._give_up(batch, reference, f"worker was lost: {type(error).__name__}")
        else:
            del batch.flying[reference]
            batch.keep(flight.job, answer)
            self._idle.append(flight.actor)

    def _give_up(self, batch: _Batch, reference: Any, reason: str) -> None:  # noqa: ANN401
        flight = batch.flying.pop(reference)
        batch.blame(flight.job, reason)
        self._end(flight.actor)
        self._fill()

    def _fill(self) -> None:
        """Start as many actors as are missing."""
        while len(self._actors) < self._workers:
            actor = self._actor_class.remote(self._config)
            self._actors.append(actor)
            self._starting[actor.ready.remote()] = actor

    def _end(self, actor: Any) -> None:  # noqa: ANN401
        ray.kill(actor, no_restart=True)
        self._actors.remove(actor)

    def close(self) -> None:
        """End the actors, and the cluster if it was started here."""
        for actor in self._actors:
            ray.kill(actor, no_restart=True)
        self._actors, self._idle, self._starting, self._workers = [], [], {}, 0
        if self._owns_cluster and ray.is_initialized():
            ray.shutdown()


def _last_line(error: BaseException) -> str:
    """Return what went wrong, without the traceback that Ray puts before it."""
    return str(error).strip().rpartition("\n")[2]


def _check_address(address: str) -> None:
    """Raise `EvaluationError` if nobody listens at ``host:port``; Ray itself tries for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or "/" in host:
        return
    try:
        socket.create_connection((host, int(port)), timeout=_ANSWER).close()
    except (OSError, OverflowError) as error:
        raise EvaluationError(f"ray: no cluster answers at {address!r}: {error}") from None


def _connect(address: str, workers: int) -> None:
    local = address == "local"
    _check_address(address)
    try:
        ray.init(
            address=address,
            num_cpus=workers if local else None,
            include_dashboard=False if local else None,
            object_store_memory=_STORE_BYTES if local else None,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (ConnectionError, RuntimeError, ValueError, RayError) as error:
        raise EvaluationError(f"ray: cannot use cluster {address!r}: {error}") from error
