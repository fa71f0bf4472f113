"""Examines a task in a process of its own, where it may die, hang or print at will."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from typing import IO, Any

import msgspec

from glianeat.config import from_mapping
from glianeat.examination.checks import examine_here
from glianeat.examination.report import Finding
from glianeat.examination.task_under_test import ExaminationConfig
from glianeat.text import counted

TIMEOUT = 180.0
"""Time of an examination [s]: what sampling observations may take, and a minute for all else."""
_CHILD = """
import sys
sys.path[:] = {path!r}
from glianeat.examination.separate_process import examine_for
examine_for({pipe})
"""
_DONE = "done"
_MOST_READ = 65_536
_SHOWN = 60  # characters of what was printed


def examine(config: ExaminationConfig, timeout: float = TIMEOUT) -> Generator[Finding, None, None]:
    """Examine a task; yield each finding as soon as it is made.

    Parameters
    ----------
    config : ExaminationConfig
        The task, and how agents meet it.
    timeout : float
        Wall-clock time after which the task is taken to hang [s].

    Yields
    ------
    Finding
        Close the generator to give up: that ends the other process.
    """
    source, sink = os.pipe()
    child = _CHILD.format(path=sys.path, pipe=sink)
    with (
        tempfile.TemporaryFile() as asked,
        tempfile.TemporaryFile() as printed,
        tempfile.TemporaryFile() as complained,
    ):
        asked.write(msgspec.json.encode(config))
        asked.seek(0)
        with subprocess.Popen(  # not by fork: an environment may not survive it
            [sys.executable, "-P", "-c", child],
            stdin=asked,
            stdout=printed,
            stderr=complained,
            pass_fds=(sink,),
            start_new_session=True,
        ) as process:
            os.close(sink)
            try:
                yield from _listen(source, timeout)
            except _Ended as ended:
                yield _of_ending(ended, process.wait(), complained)
            finally:
                os.close(source)
                _end(process)
        yield _of_printing(printed)


class _Ended(Exception):  # noqa: N818 - no error of ours
    """The other process ended before it was done."""

    def __init__(self, check: str) -> None:
        super().__init__(check)
        self.check = check


def _listen(source: int, timeout: float) -> Iterator[Finding]:
    """Yield what the other process finds; raise `_Ended` if it ends before it says `DONE`."""
    stop, check, rest = time.monotonic() + timeout, "start", b""
    while True:
        ready, _, _ = select.select([source], [], [], max(0.0, stop - time.monotonic()))
        if not ready:
            yield Finding(check, "refused", _too_slow(check, timeout))
            return
        data = os.read(source, _MOST_READ)
        if not data:
            raise _Ended(check)
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            heard = msgspec.json.decode(line, type=str | Finding)
            if isinstance(heard, Finding):
                yield heard
            elif heard == _DONE:
                return
            else:
                check = heard


def _too_slow(check: str, timeout: float) -> str:
    """Return that a check has not ended in time, and what can be done if it does not hang."""
    remedy = "give it longer with --timeout"
    if check == "codec":  # which samples observations where it knows no ranges
        remedy += ", or say in task.ranges what its observations are, which spares their sampling"
    return f"no answer within {timeout:g} s: it hangs, or is slow; if it is slow, {remedy}"


def _of_ending(ended: _Ended, code: int, complained: IO[bytes]) -> Finding:
    """Return how the other process ended, with the last that it said."""
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
    complained.seek(max(0, complained.seek(0, os.SEEK_END) - _MOST_READ))
    said = complained.read().decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(said) if line.strip()), "")
    text = f"it ended the whole process ({how})" + (f": {last[:200]}" if last and code else "")
    return Finding(ended.check, "refused", text)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill the process, and what its environments may have started, if they still run."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _of_printing(printed: IO[bytes]) -> Finding:
    size = printed.seek(0, os.SEEK_END)
    printed.seek(0)
    start = " ".join(printed.read(_SHOWN).decode(errors="replace").split())
    if not size:
        return Finding("prints", "ok", "prints nothing", {"bytes": 0})
    text = f"prints {counted(size, 'byte')}, such as {start!r}; runs do not show them"
    return Finding("prints", "warning", text, {"bytes": size})


def examine_for(pipe: int) -> None:
    """Examine the task on standard input for another process, which listens at a pipe."""
    data = msgspec.json.decode(sys.stdin.buffer.read(), type=dict[str, Any])
    config: ExaminationConfig = from_mapping(ExaminationConfig, data)

    def tell(heard: str | Finding) -> None:
        os.write(pipe, msgspec.json.encode(heard) + b"\n")

    examine_here(config, tell)
    tell(_DONE)
