"""Processes that work on the same sweep: each takes cells that no other holds.

They find out by the folder alone, so that one which dies leaves an unfinished cell and nothing
else. They end with the process that started them, however that ends: they read from a pipe which
only that one has open.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from glianeat.run.api import Workers

_PROGRAM = (  # which imports from where this one does, and from no folder that it happens to be in
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from glianeat.studies.sweep_worker import work; work()"
)
_PATIENCE = 20.0  # [s] that a process which is to end has to save what is finished


@contextmanager
def working(command: Sequence[str], number: int) -> Iterator[None]:
    """Let so many further processes work on a sweep, until all is done or the block raises.

    Parameters
    ----------
    command : sequence of str
        Command of each process, see `command_of`.
    number : int
        How many; 0 for none.
    """
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        for _ in range(number)
    ]
    try:
        yield
        for process in processes:
            process.wait()
    finally:
        for process in processes:
            _end(process)


def command_of(
    folder: Path, workers: Workers, address: str, only: Sequence[str] | None = None
) -> list[str]:
    """Return the command of a process that works on a sweep or a study.

    Parameters
    ----------
    folder : Path
        Its folder; it must need no trust.
    workers, address
        What each computes with, as for `evolve`.
    only : sequence of str, optional
        Of a study, the tasks that are worked on.
    """
    program = [sys.executable, "-P", "-c", _PROGRAM, json.dumps(sys.path)]
    return [*program, str(folder), str(workers), address, *(only or ())]


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process in good order, or at once if it takes too long."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
