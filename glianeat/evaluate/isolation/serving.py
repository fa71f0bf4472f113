"""What a process for the code of others does: it evaluates the genomes that it is sent."""

import struct
import time
from collections.abc import Callable, Sequence

import msgspec

from glianeat.evaluate.isolation.connection import ClosedError, Connection
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.genome.serial import unpack_own

_SECONDS = struct.Struct("<d")


def question(genomes: Sequence[bytes], plan: bytes) -> bytes:
    """Return the message that asks for the evaluation of packed genomes with an encoded plan."""
    return msgspec.msgpack.encode((list(genomes), plan))


def answer_of(message: bytes) -> tuple[bytes, float]:
    """Return an encoded evaluation, and how long it took [s]."""
    return message[_SECONDS.size :], _SECONDS.unpack_from(message)[0]


def _go_on(_left: int) -> None: ...


def serve(
    connection: Connection,
    rollout_worker: RolloutWorker,
    answered: Callable[[int], None] = _go_on,
) -> None:
    """Evaluate what comes, one genome after the other, and answer after each.

    Parameters
    ----------
    connection : Connection
        To the process that asks; serving ends when that closes it.
    rollout_worker : RolloutWorker
        Evaluates.
    answered : callable
        Is called after each answer, with the number of those that are still to come.
    """
    while True:
        try:
            asked = connection.receive()
        except ClosedError:
            return
        genomes, encoded = msgspec.msgpack.decode(asked, type=tuple[list[bytes], bytes])
        plan = msgspec.msgpack.decode(encoded, type=EpisodePlan)
        for number, genome in enumerate(genomes, start=1):
            began = time.perf_counter()
            result = msgspec.msgpack.encode(rollout_worker.evaluate(unpack_own(genome), plan))
            connection.send(_SECONDS.pack(time.perf_counter() - began) + result)
            answered(len(genomes) - number)
