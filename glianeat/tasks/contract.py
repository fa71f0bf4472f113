"""What an environment may return: one judgement, which roll-outs and the doctor share.

`reset` returns an observation and a dict. `step` returns an observation, a reward, two flags and a
dict. A reward is a number: any of Python's or NumPy's real numbers, truth values as 0 and 1, or
what holds exactly one of them, such as an array of one; text, None, complex numbers and dates are
none. A flag is what has a truth value and is no text, dict or list. Observations are read by
`glianeat.tasks.spaces`.
"""

import contextlib
import inspect
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from glianeat.errors import EvaluationError
from glianeat.text import counted, safe
from glianeat.typing import AnyArray

if TYPE_CHECKING:
    import gymnasium

OLD_API = (
    "that is the old Gym API: change reset and step as 'Old environments' in docs/tasks.md shows, "
    "or wrap a class of the package gym in shimmy.GymV21CompatibilityV0(env=...) (pip install "
    "shimmy gym); then see what else is wrong: glianeat doctor TASK"
)
"""What is said of every environment of the old interface."""
RESET = "reset: must return (observation, info), info a dict"
STEP = "step: must return (observation, reward, terminated, truncated, info)"
QUICK = frozenset(
    {float, int, bool, np.bool_, np.float16, np.float32, np.float64}
    | {np.dtype(f"{sign}{size}").type for sign in "iu" for size in (1, 2, 4, 8)}
)
"""Types all values of which `float` turns into the number that they are."""
_TOO_LARGE = "{what}: must be a number below 1.8e308, got a larger one"
_NUMERIC = "fiub"  # kinds of NumPy's types that are numbers
_QUOTED = 60  # characters of a value in a message
_OLD_STEP = 4  # values that step returned before there were two flags
_STEP = 5
_GYMNASIUM = "gymnasium."
_NOT_FLAGS = (str, bytes, bytearray, Mapping, list, tuple, set, complex)


def quoted(value: object) -> str:
    """Return a foreign value as a message quotes it, on one line, whatever its `repr` does."""
    try:
        return safe(repr(value), _QUOTED)
    except Exception:  # noqa: BLE001 - a foreign object may raise anything
        return f"a {type(value).__name__} that cannot be printed"


def begin(
    environment: "gymnasium.Env[Any, Any]", seed: int | None, options: dict[str, Any] | None
) -> Any:
    """Begin an episode; return the first observation.

    Raises
    ------
    EvaluationError
        If `reset` takes no seed, or does not return an observation and a dict.
    """
    try:
        returned: Any = environment.reset(seed=seed, options=options)
    except TypeError as error:
        missing = _missing_arguments(environment)
        if not missing:
            raise
        raise EvaluationError(
            f"reset: must take seed and options, as reset(self, *, seed=None, options=None), "
            f"lacks {' and '.join(missing)}" + (f"; {OLD_API}" if "seed" in missing else "")
        ) from error
    return judge_reset(returned)


def judge_reset(returned: Any) -> Any:
    """Return the observation of what `reset` returned; raise `EvaluationError` if it is no pair."""
    pair = isinstance(returned, tuple) and len(returned) == len(("observation", "info"))
    if not pair:
        raise EvaluationError(f"{RESET}, got {quoted(returned)}; {OLD_API}")
    observation, info = returned
    if not isinstance(info, Mapping):
        raise EvaluationError(f"{RESET}, got a second value {quoted(info)}; return {{}} for none")
    return observation


def advance(environment: "gymnasium.Env[Any, Any]", action: Any) -> tuple[Any, ...]:
    """Step an environment; return the five values, or raise `EvaluationError` if they are not."""
    try:
        observation, reward, terminated, truncated, info = environment.step(action)
    except (TypeError, ValueError) as error:
        raise misfit(environment, error) from error
    return observation, reward, terminated, truncated, info


def misfit(
    environment: "gymnasium.Env[Any, Any]",
    error: Exception,
    flags: tuple[Any, Any] = (False, False),
) -> Exception:
    """Return what is wrong if a step failed since it returned what it must not, else `error`.

    `flags` are the latest that could be read. Gymnasium's wrappers take the values apart as we do,
    so they are asked for once more, without wrappers; whoever calls gives the environment up.
    """
    place = _innermost(error.__traceback__)
    if not place.startswith((_GYMNASIUM, "glianeat.")) or place.startswith("gymnasium.envs."):
        return error
    if isinstance(error, OverflowError):
        return EvaluationError(_TOO_LARGE.format(what="reward"))
    try:
        is_over(*flags)
        judge_step(environment.unwrapped.step(environment.action_space.sample()))
    except EvaluationError as found:
        return found
    except Exception:  # noqa: BLE001 - it may raise anything; then the first error counts
        return error
    return error


def judge_step(returned: Any) -> None:
    """Raise `EvaluationError` unless a step returned five values."""
    size = len(returned) if isinstance(returned, tuple | list) else None
    if size == _OLD_STEP:
        raise EvaluationError(f"{STEP}, got 4 values: {quoted(returned)}; {OLD_API}")
    if size is None:
        raise EvaluationError(f"{STEP}, got {quoted(returned)}")
    if size != _STEP:
        raise EvaluationError(f"{STEP}, got {counted(size, 'value')}: {quoted(returned)}")


def number(value: Any, what: str = "reward") -> float:
    """Return a value as the number that it is; raise `EvaluationError` if it is none.

    Numbers that are not finite pass: their sum is looked at.
    """
    try:
        return float(_single(value))
    except OverflowError:
        raise EvaluationError(_TOO_LARGE.format(what=what)) from None
    except Exception:  # noqa: BLE001 - a foreign object may raise anything
        size = getattr(value, "size", None) if what == "reward" else None
        several = isinstance(size, int) and size > 1
        hint = "; name several rewards in task.rewards, or return their sum" if several else ""
        raise EvaluationError(f"{what}: must be a number, got {quoted(value)}{hint}") from None


def numbers(value: Any, count: int) -> AnyArray:
    """Return several rewards, shape (count,); raise `EvaluationError` if they are not so many."""
    try:
        found = np.asarray(value)
    except Exception:  # noqa: BLE001 - a foreign object may raise anything
        found = np.empty(0)
    if found.shape != (count,) or found.dtype.kind not in _NUMERIC:
        raise EvaluationError(f"reward: must be {counted(count, 'number')}, got {quoted(value)}")
    return found


def is_over(terminated: Any, truncated: Any) -> bool:
    """Return whether an episode has ended; raise `EvaluationError` if a flag is none."""
    ended = _flag(terminated, "terminated")
    return _flag(truncated, "truncated") or ended


def energy_intake(info: Any) -> float:
    """Return the energy that a step of a task that feeds agents has added [EU]."""
    if not isinstance(info, Mapping):
        raise EvaluationError(f"info: must be a dict, got {quoted(info)}")
    return number(info.get("energy", 0.0), "info['energy']")


def _flag(value: Any, name: str) -> bool:
    with contextlib.suppress(Exception):  # a foreign object may raise anything
        if isinstance(value, bool | np.bool_) or not value:
            return bool(value)
        if not isinstance(value, _NOT_FLAGS):
            return bool(_single(value))
    raise EvaluationError(f"{name}: must be true or false, got {quoted(value)}")


def _single(value: Any) -> Any:
    """Return the number that a value is or holds; raise any exception if there is none."""
    if isinstance(value, float | int):
        return value
    kind = getattr(getattr(value, "dtype", None), "kind", _NUMERIC[0])
    if isinstance(kind, str) and kind not in _NUMERIC:
        raise TypeError(kind)
    if isinstance(value, str | bytes | bytearray | complex):  # `float` reads text
        raise TypeError(value)
    item = getattr(value, "item", None)  # NumPy's, and what tensors of other libraries have
    single = item() if callable(item) else value
    if isinstance(single, str | bytes | bytearray | complex):
        raise TypeError(single)
    return float(single) if not isinstance(single, int) else single


def _missing_arguments(environment: "gymnasium.Env[Any, Any]") -> list[str]:
    """Return which arguments of `reset` the innermost environment does not take."""
    try:
        parameters = inspect.signature(environment.unwrapped.reset).parameters
    except (TypeError, ValueError):
        return []
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return []
    return [name for name in ("seed", "options") if name not in parameters]


def _innermost(traceback: TracebackType | None) -> str:
    """Return the name of the module in which an exception was raised."""
    name = ""
    while traceback is not None:
        name = str(traceback.tb_frame.f_globals.get("__name__", ""))
        traceback = traceback.tb_next
    return name
