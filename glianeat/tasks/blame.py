"""Where a failure comes from: the file and line of the environment, not of what called it."""

import linecache
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from glianeat.interrupts import is_from_outside
from glianeat.tasks.deadline import deadline
from glianeat.text import safe, safe_lines

if TYPE_CHECKING:
    import gymnasium

_LONGEST, _LONGEST_TRACEBACK = 500, 20_000  # characters of a reason, and of a traceback
_SPEECH = 5.0  # [s] that an exception has to say what it is
_OURS = "glianeat"
_TOOLS = frozenset({"numpy", "gymnasium", *sys.stdlib_module_names})
_RETURNED = ("reset", "step", "observation", "reward", "terminated", "truncated", "info")


def place_of(error: BaseException) -> str:
    """Return ``file:line`` of the innermost frame outside this package, nothing if there is none.

    Of frames within Python's library, NumPy and Gymnasium's own machinery, the one that called them
    is meant, as far as there is one: that is where something can be mended.
    """
    frames = [one for one in _frames(error.__traceback__) if _root(one[0]) != _OURS]
    theirs = [one for one in frames if not _is_tool(one[0])]
    others = [one for one in frames if _root(one[0]) != "gymnasium"]
    if not theirs and not others:
        return ""
    frame, line = (theirs or others)[-1]
    return f"{_short(frame.f_code.co_filename)}:{line}"


def traceback_of(error: BaseException) -> str:
    """Return the traceback of an exception, without the frames of this package, on several lines.

    Files are called by their last folder and name, so that nothing is said of whose they are.
    """
    lines = ["Traceback (most recent call last):"]
    for frame, number in _frames(error.__traceback__):
        code = frame.f_code
        if _root(frame) != _OURS:
            file = "/".join(Path(code.co_filename).parts[-2:])
            lines.append(f'  File "{file}", line {number}, in {code.co_name}')
            lines.append(f"    {linecache.getline(code.co_filename, number).strip()}")
    lines.append(f"{type(error).__name__}: {_said(error)}".rstrip(": "))
    return safe_lines("\n".join(line for line in lines if line.strip()), _LONGEST_TRACEBACK)


def described(error: BaseException) -> str:
    """Return an exception on one line: its type, what it says, and where it was raised."""
    text = f"{type(error).__name__}: {_said(error)}".rstrip(": ")
    return _with_place(text, place_of(error))


def exited(error: SystemExit) -> str:
    """Return that an environment called ``exit``, and where."""
    return _with_place(f"the environment called exit({_code(error)})", place_of(error))


def stuck(error: BaseException, limit: float) -> str:
    """Return that an evaluation took longer than `limit` [s], and where it was then."""
    return _with_place(f"no result within {limit:g} s", place_of(error))


def misfitting(error: Exception, environment: "gymnasium.Env[Any, Any] | None") -> str:
    """Return what is wrong with a value that an environment returned, and where its method is."""
    text = _said(error)
    name = text.partition(":")[0].split(" ")[0].split("[")[0]
    if environment is None or name not in _RETURNED:
        return _with_place(text, "")
    method: Any = getattr(type(environment.unwrapped), "reset" if name == "reset" else "step", None)
    code = getattr(method, "__code__", None)
    if not isinstance(code, CodeType):
        return _with_place(text, "")
    finding, sign, remedy = text.partition("; ")
    return _with_place(finding, f"{_short(code.co_filename)}:{code.co_firstlineno}") + sign + remedy


def words_of(error: object) -> str:
    """Return what an exception or another foreign object says; it may be unable to."""
    try:
        with deadline(_SPEECH):
            return str(error)
    except BaseException as second:  # its words are code of the environment, too
        if is_from_outside(second):
            raise
        return f"(its message cannot be read: {type(second).__name__})"


def _said(error: BaseException) -> str:
    return safe(words_of(error))


def _code(error: SystemExit) -> str:
    return safe(words_of(error.code))


def _with_place(text: str, place: str) -> str:
    """Return a reason that is not too long; what is cut is its words, not its place."""
    where = f" ({place})" if place else ""
    room = _LONGEST - len(where)
    return (text if len(text) <= room else f"{text[: room - 1]}…") + where


def _frames(traceback: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while traceback is not None:
        yield traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _root(frame: FrameType) -> str:
    return _module(frame).partition(".")[0]


def _is_tool(frame: FrameType) -> bool:
    name = _module(frame)
    if name.startswith("gymnasium.envs.") and not name.startswith("gymnasium.envs.registration"):
        return False  # a task of Gymnasium's is an environment like any other
    return _root(frame) in _TOOLS or frame.f_code.co_filename.startswith("<")


def _short(file: str) -> str:
    """Return a path as seen from the current folder, if it is in it."""
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return file
