"""What makes a task, in a process of its own: it may crash or hang, and the server goes on.

It is started when it is first needed, and kept for the next question, so that what is compiled and
imported is there. Whoever asks may stop waiting: then the process is ended.
"""

import contextlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from glianeat.errors import (
    CheckpointError,
    ConfigError,
    DevelopmentError,
    EvaluationError,
    GenomeError,
    GliaNeatError,
    SimulationError,
    TrustError,
)
from glianeat.evaluate.isolation.connection import ClosedError, Connection
from glianeat.evaluate.isolation.process import IsolatedProcess, describe_exit
from glianeat.evaluate.what_if import Lesions, Traits

WHATIF = "whatif"
PATIENCE = 120.0  # [s] that an answer may take
MOST_EPISODES = 1000
_LOOK = 0.2  # [s] between looks at whether anybody still waits
_ENDING = 2.0  # [s]
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from glianeat.inspector.serving.child import main; main(int(sys.argv[2]))"
)
_ERRORS: dict[str, type[GliaNeatError]] = {
    kind.__name__: kind
    for kind in (
        CheckpointError,
        ConfigError,
        DevelopmentError,
        EvaluationError,
        GenomeError,
        SimulationError,
        TrustError,
    )
}


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of such a process."""

    folder: str
    """Folder of a run."""
    trust: bool
    """Whether its task may be made whatever that imports and calls."""
    name: str
    """Of a value, such as ``episode/12``, or ``whatif``."""
    request: bytes = b""
    """What was posted, as JSON."""


class Reply(msgspec.Struct, frozen=True):
    """What such a process answers: JSON, or the class of an error and its sentence."""

    value: bytes = b""
    error: str = ""
    sentence: str = ""


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A what-if, as pages post it: see ``WhatIfRequest`` in ``web/src/contract.ts``."""

    key: Annotated[int, msgspec.Meta(ge=0, le=2**62)]
    episodes: Annotated[int, msgspec.Meta(ge=1, le=MOST_EPISODES)]
    lesions: Lesions = ()
    traits: Traits = ()


def read_request(body: bytes) -> Request:
    """Return what was posted; raise `ConfigError` if it is no what-if."""
    try:
        return msgspec.json.decode(body, type=Request)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ConfigError(f"what-if: {error}") from None


class BusyError(Exception):
    """The process has something to do already."""


class Child:
    """A process that answers one question after the other.

    Parameters
    ----------
    patience : float
        Time that an answer may take [s].
    command : callable, optional
        Returns the command that starts the process, given the number of its end of a connection.
    """

    def __init__(
        self,
        patience: float = PATIENCE,
        command: Callable[[int], Sequence[str]] | None = None,
    ) -> None:
        self.patience, self._command = patience, command or _command
        self._lock = threading.Lock()
        self._process: IsolatedProcess | None = None

    def ask(
        self, question: Question, has_gone: Callable[[], bool] = lambda: False, wait: float = 0.0
    ) -> bytes:
        """Return the answer to a question, as JSON.

        Parameters
        ----------
        question : Question
            What is asked.
        has_gone : callable
            Returns whether nobody waits for the answer any more; then there is none.
        wait : float
            How long to wait for the answer to an earlier question [s].

        Raises
        ------
        BusyError
            If an earlier question has not been answered by then.
        EvaluationError
            If it takes too long, the process has ended, or nobody waits.
        GliaNeatError
            What the process could not do.
        """
        if not self._lock.acquire(timeout=wait):
            raise BusyError
        try:
            reply = self._reply(msgspec.msgpack.encode(question), has_gone)
        finally:
            self._lock.release()
        if reply.error:
            raise _ERRORS.get(reply.error, EvaluationError)(reply.sentence)
        return reply.value

    def _reply(self, message: bytes, has_gone: Callable[[], bool]) -> Reply:
        if self._process is None:
            self._process = IsolatedProcess.spawn(self._command)
        connection, due = self._process.connection, time.monotonic() + self.patience
        try:
            connection.send(message, due)
            while True:
                with contextlib.suppress(TimeoutError):
                    received = connection.receive(min(due, time.monotonic() + _LOOK))
                    return msgspec.msgpack.decode(received, type=Reply)
                if time.monotonic() > due:
                    self.end()
                    raise EvaluationError(f"took more than {self.patience:g} s, and was ended")
                if has_gone():
                    self.end()
                    raise EvaluationError("nobody waits for this any more")
        except (ClosedError, msgspec.DecodeError):
            status = self.end()
            raise EvaluationError(f"the task {describe_exit(status)}") from None

    def end(self) -> int:
        """End the process, if there is one, and return its exit status."""
        process, self._process = self._process, None
        return 0 if process is None else process.end(0.0)


def _command(stream: int) -> list[str]:
    return [sys.executable, "-P", "-c", _START, json.dumps(sys.path), str(stream)]


def main(stream: int) -> None:
    """Answer the process at the other end of a socket until that closes it."""
    del sys.argv[1:]  # which are nothing to environments
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)  # a server does not show what environments print
    os.set_inheritable(stream, False)  # noqa: FBT003 - so it is called
    connection = Connection(socket.socket(fileno=stream))
    while True:
        try:
            question = msgspec.msgpack.decode(connection.receive(), type=Question)
            connection.send(msgspec.msgpack.encode(_answer(question)))
        except ClosedError:
            os._exit(0)  # whatever threads the environment has left


def _answer(question: Question) -> Reply:
    try:
        return Reply(_value(question))
    except GliaNeatError as error:
        kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _ERRORS]
        return Reply(error=[*kinds, EvaluationError.__name__][0], sentence=str(error))


def _value(question: Question) -> bytes:
    """Return what is asked for, as JSON; the run is closed before a what-if begins."""
    from glianeat.inspector.resources import as_json, resource
    from glianeat.run.run import Run

    if question.name != WHATIF:
        with Run(Path(question.folder), trust=question.trust) as run:
            return as_json(resource(run, question.name))
    request = read_request(question.request)
    with Run(Path(question.folder), trust=question.trust) as run:
        solution = run.solution(request.key)
    try:
        found = solution.what_if(
            lesions=request.lesions, traits=request.traits, episodes=request.episodes
        )
    finally:
        run.close()
    return msgspec.json.encode(found)
