"""Evaluation in a child process: an environment that crashes there ends no run.

The child is forked, so that it has all that is compiled, and every task that the program has
registered. It is one process for all genomes; after a death the next genome gets a new one. Genomes
and evaluations travel as packed bytes; nothing is pickled.
"""

import contextlib
import time
from collections import deque
from collections.abc import Callable, Sequence

import msgspec

from glianeat.errors import ConfigError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.isolation.connection import ClosedError, Connection
from glianeat.evaluate.isolation.process import (
    CAN_FORK,
    IsolatedProcess,
    describe_exit,
    is_own_doing,
)
from glianeat.evaluate.isolation.serving import answer_of, question, serve
from glianeat.evaluate.outcomes import failure, overdue
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.genome.genome import Genome
from glianeat.genome.serial import pack
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import runs_foreign_code

GRACE = 10.0  # [s] beyond an evaluation's own limit before its process is ended
_ENDING = 2.0  # [s] that a process which has hung up has to end
_MAKING = 120.0  # [s] that an environment may take to be made, stepped once and closed
_AHEAD, _AHEAD_BYTES = 4, 32_768  # what a child has before it, so that it does not wait
_DEATHS = 2  # of its process after which a genome is blamed
_DEATHS_BY_OTHERS = 3  # the same by signals that others send, too


class ChildEvaluator:
    """Evaluates genomes in a child process, one after the other.

    Parameters
    ----------
    rollout_worker : RolloutWorker
        Who evaluates, in the child; here it has made no environment.
    timeout : float
        Limit of an evaluation [s], which the child observes by itself as far as it can.
    grace : float
        Time beyond it before the child is ended [s].
    """

    def __init__(self, rollout_worker: RolloutWorker, timeout: float, grace: float = GRACE) -> None:
        self._rollout_worker, self._timeout, self._grace = rollout_worker, timeout, grace
        self._child: IsolatedProcess | None = None
        self._sent: deque[int] = deque()  # sizes of what has not been answered

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`."""
        evaluations: list[Evaluation] = []
        encoded = msgspec.msgpack.encode(plan)
        while len(evaluations) < len(genomes):
            evaluations.append(self._evaluate(genomes[len(evaluations) :], encoded))
        return evaluations

    def _evaluate(self, genomes: Sequence[Genome], plan: bytes) -> Evaluation:
        """Return how the first did; what may have been others' doing is tried again."""
        key, deaths = genomes[0].key, 0
        while True:
            try:
                return self._ask(genomes, plan)
            except TimeoutError:
                self._end(patience=0.0)
                return overdue(key, self._timeout)
            except (ClosedError, msgspec.DecodeError):
                status, deaths = self._end(_ENDING), deaths + 1
                if deaths >= (_DEATHS if is_own_doing(status) else _DEATHS_BY_OTHERS):
                    return failure(key, "failed", f"the environment {describe_exit(status)}")

    def _ask(self, genomes: Sequence[Genome], plan: bytes) -> Evaluation:
        """Return how the first did, having sent some of those that come after it."""
        if self._child is None:
            self._child = IsolatedProcess.fork(self._serve)
        connection = self._child.connection
        due = time.monotonic() + self._timeout + self._grace
        for genome in genomes[len(self._sent) : _AHEAD]:
            if sum(self._sent) > _AHEAD_BYTES:
                break
            message = question([pack(genome)], plan)
            connection.send(message, due)
            self._sent.append(len(message))
        answer, _ = answer_of(connection.receive(due))
        self._sent.popleft()
        return msgspec.msgpack.decode(answer, type=Evaluation)

    def _serve(self, connection: Connection) -> None:
        """Evaluate what is asked for, in the child."""
        serve(connection, self._rollout_worker)
        self._rollout_worker.close()

    def _end(self, patience: float) -> int:
        child, self._child = self._child, None
        self._sent.clear()
        return 0 if child is None else child.end(patience)

    def close(self) -> None:
        """End the child; one that is idle may close its environment first."""
        self._end(0.0 if self._sent else _ENDING)


def try_first(call: Callable[[], object], config: TaskConfig, timeout: float = _MAKING) -> None:
    """Make a call in a child, if it runs code of others that may come to grief.

    Parameters
    ----------
    call : callable
        Makes the environment of a task, such as `describe_task`.
    config : TaskConfig
        The task.
    timeout : float
        Time that it may take [s].

    Raises
    ------
    ConfigError
        If it ends its process, or takes too long. Whatever it raises is left to be raised where it
        is called next.
    """
    if not CAN_FORK or not runs_foreign_code(config):
        return

    def call_once(connection: Connection) -> None:
        with contextlib.suppress(BaseException):
            call()
        connection.send(b"")

    child = IsolatedProcess.fork(call_once)
    try:
        child.connection.receive(time.monotonic() + timeout)
    except TimeoutError:
        how = f"is not made and tried within {timeout:g} s"
        child.end(0.0)
    except ClosedError:
        how = describe_exit(child.end(_ENDING))
    else:
        child.end(_ENDING)
        return
    raise ConfigError(f"task {config.id}: its environment {how}; see: glianeat doctor {config.id}")
