"""Evaluation by Ray actors; the only module that imports Ray.

The driver owns every retry: actors hold no state but a warm environment and compiled kernels, a job
is a pure function of its genome and the run's configuration, and a second result of the same job
would be the same. An actor that dies or does not answer in time is replaced and its jobs are given
out again, one by one; a genome that brings down two actors gets the worst outcome, with the reason.
"""

import os
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
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

_CHUNKS_PER_WORKER = 4
_GRACE = 30.0  # [s] beyond the evaluations' own timeouts before an actor counts as lost
_MAX_BLAMES = 2
_POLL = 0.2  # [s]
_STORE_BYTES = 100 * 2**20


@dataclass
class _Job:
    indices: list[int]
    blames: int = 0


@dataclass
class _InFlight:
    actor: Any
    job: _Job
    since: float = field(default_factory=time.monotonic)


class _Worker:
    """Runs inside an actor: unpacks, assesses, and answers in bytes."""

    def __init__(self, config: bytes) -> None:
        self._assessor = Assessor(msgspec.msgpack.decode(config, type=AssessmentConfig))

    def assess(self, genomes: list[bytes], plan: bytes) -> bytes:
        episodes = msgspec.msgpack.decode(plan, type=EpisodePlan)
        results = [self._assessor.assess(unpack(genome), episodes) for genome in genomes]
        return msgspec.msgpack.encode(results)


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

    Raises
    ------
    EvaluationError
        If no cluster can be reached or started.
    """

    def __init__(self, config: AssessmentConfig, workers: int, address: str = "local") -> None:
        self._config = msgspec.msgpack.encode(config)
        self._timeout = config.evaluation.timeout
        self._owns_cluster = not ray.is_initialized()
        if self._owns_cluster:
            _connect(address, workers)
        actor_class = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(_Worker)
        self._new_actor = lambda: actor_class.remote(self._config)
        self._actors = [self._new_actor() for _ in range(workers)]

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`."""
        packed = [pack(genome) for genome in genomes]
        encoded_plan = msgspec.msgpack.encode(plan)
        waiting = deque(self._chunks(len(genomes)))
        results: dict[int, Evaluation] = {}
        flying: dict[Any, _InFlight] = {}
        idle = list(self._actors)
        while waiting or flying:
            while waiting and idle:
                job, actor = waiting.popleft(), idle.pop()
                reference = actor.assess.remote([packed[i] for i in job.indices], encoded_plan)
                flying[reference] = _InFlight(actor, job)
            done, _ = ray.wait(list(flying), num_returns=1, timeout=_POLL)
            for reference in done:
                flight = flying.pop(reference)
                reason = self._take(reference, flight, results)
                idle.append(self._settle(flight, reason, waiting, results, genomes))
            for reference in self._overdue(flying):
                flight = flying.pop(reference)
                reason = "worker did not answer in time"
                idle.append(self._settle(flight, reason, waiting, results, genomes))
        return [results[i] for i in range(len(genomes))]

    def _chunks(self, count: int) -> list[_Job]:
        size = max(1, -(-count // (_CHUNKS_PER_WORKER * len(self._actors))))
        return [_Job(list(range(i, min(i + size, count)))) for i in range(0, count, size)]

    def _take(
        self,
        reference: Any,
        flight: _InFlight,
        results: dict[int, Evaluation],  # noqa: ANN401
    ) -> str:
        """Keep the results of a job; return why there are none, or nothing."""
        try:
            answer = msgspec.msgpack.decode(ray.get(reference), type=list[Evaluation])
        except RayTaskError as error:
            return f"worker raised {type(error.cause).__name__}: {error.cause}"
        except RayError as error:
            return f"worker was lost: {type(error).__name__}"
        results.update(zip(flight.job.indices, answer, strict=True))
        return ""

    def _settle(
        self,
        flight: _InFlight,
        reason: str,
        waiting: deque[_Job],
        results: dict[int, Evaluation],
        genomes: Sequence[Genome],
    ) -> Any:  # noqa: ANN401 - Ray's actor handles have no public type
        """Return an actor that is free again; after a failure a new one, and the job goes back."""
        if not reason:
            return flight.actor
        job = flight.job
        if len(job.indices) > 1:
            waiting.extend(_Job([i], job.blames) for i in job.indices)
        elif job.blames + 1 < _MAX_BLAMES:
            waiting.append(_Job(job.indices, job.blames + 1))
        else:
            key = genomes[job.indices[0]].key
            results[job.indices[0]] = Evaluation(key=key, status="failed", reason=reason)
        ray.kill(flight.actor, no_restart=True)
        self._actors.remove(flight.actor)
        self._actors.append(self._new_actor())
        return self._actors[-1]

    def _overdue(self, flying: dict[Any, _InFlight]) -> list[Any]:
        now = time.monotonic()
        return [
            reference
            for reference, flight in flying.items()
            if now - flight.since > _GRACE + len(flight.job.indices) * self._timeout
        ]

    def close(self) -> None:
        """End the actors, and the cluster if it was started here."""
        for actor in self._actors:
            ray.kill(actor, no_restart=True)
        self._actors = []
        if self._owns_cluster and ray.is_initialized():
            ray.shutdown()


def _connect(address: str, workers: int) -> None:
    local = address == "local"
    try:
        ray.init(
            address=address,
            num_cpus=workers if local else None,
            include_dashboard=False if local else None,
            object_store_memory=_STORE_BYTES if local else None,
            log_to_driver=False,
            logging_level="ERROR",
        )
    except (ConnectionError, RuntimeError, ValueError, RayError) as error:
        raise EvaluationError(f"ray: cannot use cluster {address!r}: {error}") from error
