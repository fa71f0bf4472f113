"""Spaces: what observations and actions are made of, as flat vectors of numbers.

A space is taken apart into *parts*: the Box, Discrete, MultiDiscrete and MultiBinary spaces that
it holds, in the order of `gymnasium.spaces`. A vector has one number for each number of a Box, for
each choice, and for each bit.
"""

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from glianeat.errors import ConfigError, EvaluationError
from glianeat.tasks.contract import number, quoted
from glianeat.text import counted
from glianeat.typing import AnyArray, FloatArray

if TYPE_CHECKING:
    import gymnasium

MAX_NUMBERS = 4096  # of an observation, and of an action
MAX_CHOICES = 4096  # of one choice: each takes a channel, or an output
Kind = Literal["box", "choice", "bits"]
Path = tuple[str | int, ...]


@dataclass(frozen=True, eq=False)
class Part:
    """A space without spaces inside.

    Parameters
    ----------
    name : str
        Where it stands, such as ``position`` or ``arm.0``; empty if it is the whole space.
    path : tuple of str or int
        The same, key by key.
    kind : {"box", "choice", "bits"}
        Numbers; whole numbers that each say which of a number of things; or numbers 0 and 1.
    low, high : ndarray of float64, shape (n,)
        Bounds of each number, both included.
    shape : tuple of int
        Shape of a value.
    dtype : numpy.dtype
        Type of a value.
    scalar : bool
        Whether a value is one number, not an array.
    """

    name: str
    path: Path
    kind: Kind
    low: FloatArray
    high: FloatArray
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    scalar: bool = False

    @property
    def n_numbers(self) -> int:
        """Numbers of a value."""
        return len(self.low)

    @property
    def n_choices(self) -> list[int]:
        """Of how many things each number says which, of `choice` and `bits`."""
        return [int(n) for n in (self.high - self.low + 1.0).tolist()]

    @property
    def title(self) -> str:
        """Name for people."""
        return self.name or "the whole space"


def parts_of(space: "gymnasium.Space[Any]", what: str) -> tuple[Part, ...]:
    """Take a space apart.

    Parameters
    ----------
    space : gymnasium.Space
        Any of Box, Discrete, MultiDiscrete, MultiBinary, Dict and Tuple, nested.
    what : str
        What it is of, for messages.

    Raises
    ------
    ConfigError
        If it holds a space of another kind, nothing, or more than `MAX_NUMBERS` numbers.
    """
    parts = tuple(_parts(space, (), what))
    total = sum(part.n_numbers for part in parts)
    if not 1 <= total <= MAX_NUMBERS:
        raise ConfigError(
            f"{what} must hold 1 to {MAX_NUMBERS} numbers, got {total}; reduce it with a wrapper"
        )
    return parts


def _parts(space: "gymnasium.Space[Any]", path: Path, what: str) -> list[Part]:
    from gymnasium import spaces

    if isinstance(space, spaces.Dict):
        inner: Any = space.spaces.items()
    elif isinstance(space, spaces.Tuple):
        inner = enumerate(space.spaces)
    else:
        return [_part(space, path, what)]
    return [part for key, one in inner for part in _parts(one, (*path, key), what)]


def _part(space: "gymnasium.Space[Any]", path: Path, what: str) -> Part:
    from gymnasium import spaces

    name = ".".join(str(key) for key in path)
    where = f"{what} {name!r}" if name else what
    if isinstance(space, spaces.Discrete):
        first = np.array([float(space.start)])
        last = first + float(space.n) - 1.0
        _check_choices(last - first + 1.0, where)
        return Part(name, path, "choice", first, last, (), np.dtype(space.dtype), scalar=True)
    if isinstance(space, spaces.MultiDiscrete):
        first = np.asarray(space.start, dtype=np.float64).ravel()
        number = np.asarray(space.nvec, dtype=np.float64).ravel()
        _check_choices(number, where)
        return Part(name, path, "choice", first, first + number - 1.0, space.shape, space.dtype)
    if isinstance(space, spaces.MultiBinary):
        n = math.prod(space.shape)
        return Part(name, path, "bits", np.zeros(n), np.ones(n), space.shape, space.dtype)
    if isinstance(space, spaces.Box) and np.dtype(space.dtype).kind in "fiub":
        low, high = (np.asarray(b, dtype=np.float64).ravel() for b in (space.low, space.high))
        return Part(name, path, "box", low, high, space.shape, np.dtype(space.dtype))
    raise ConfigError(f"{where} is a space of kind {type(space).__name__}, {_advice(space)}")


def served_keys(space: "gymnasium.Space[Any]") -> list[str]:
    """Return the keys of a Dict space whose spaces are served; none of any other space."""
    from gymnasium import spaces

    keys = []
    for key, one in space.spaces.items() if isinstance(space, spaces.Dict) else ():
        with contextlib.suppress(ConfigError):
            parts_of(one, key)
            keys.append(key)
    return keys


def n_action_names(parts: Sequence[Part]) -> int:
    """Return how many names an action takes: one for each choice, each bit and each number."""
    return sum(sum(part.n_choices) if part.kind == "choice" else part.n_numbers for part in parts)


def _check_choices(number: FloatArray, where: str) -> None:
    if number.size and number.max() > MAX_CHOICES:
        raise ConfigError(
            f"{where} must offer at most {MAX_CHOICES} choices, got {number.max():.0f}"
        )


def _advice(space: "gymnasium.Space[Any]") -> str:
    served = "Box, Discrete, MultiDiscrete, MultiBinary, Dict and Tuple are served"
    reasons = {
        "Text": "which has no numbers that a neuron could feel",
        "MissionSpace": "a text, which has no numbers that a neuron could feel",  # of MiniGrid
        "Graph": "whose size changes from step to step, while receptors are counted at birth",
        "Sequence": "whose length changes from step to step, while receptors are counted at birth",
    }
    reason = reasons.get(type(space).__name__, "which is not served")
    return f"{reason}; {served}: leave it out with a wrapper (task.wrappers)"


def reader(parts: Sequence[Part]) -> Callable[[Any, FloatArray], None]:
    """Return a function that writes an observation into a vector.

    It raises `EvaluationError` if the observation is not made as `parts` say.
    """
    if len(parts) == 1 and not parts[0].path:
        return _read_whole(parts[0])
    ends = np.cumsum([part.n_numbers for part in parts]).tolist()
    places = [slice(end - part.n_numbers, end) for part, end in zip(parts, ends, strict=True)]
    routes = [(part, place, _read_whole(part)) for part, place in zip(parts, places, strict=True)]

    def read(observation: Any, vector: FloatArray) -> None:
        for part, place, read_part in routes:
            value = observation
            try:
                for key in part.path:
                    value = value[key]
            except (KeyError, IndexError, TypeError):
                raise EvaluationError(f"observation: has no part {part.name!r}") from None
            read_part(value, vector[place])

    return read


def _read_whole(part: Part) -> Callable[[Any, FloatArray], None]:
    n = part.n_numbers
    label = f"observation {part.name!r}" if part.name else "observation"
    known = part.dtype  # the latest type of values that are numbers

    def read(value: Any, vector: FloatArray) -> None:
        nonlocal known
        try:
            shown = np.asarray(value)
            if shown.dtype is not known:
                shown = _as_numbers(shown)
                known = shown.dtype
            if shown.ndim != 1:
                shown = shown.ravel()
            if shown.size == n:
                vector[...] = shown
                return
        except (TypeError, ValueError, OverflowError):
            raise EvaluationError(f"{label}: must be numbers, got {quoted(value)}") from None
        raise EvaluationError(f"{label}: must hold {counted(n, 'number')}, got {shown.size}")

    return read


def _as_numbers(shown: AnyArray) -> AnyArray:
    """Return an array of numbers as it is, one of objects that are numbers as such.

    Raises `TypeError` for all else: NumPy would read numbers from text, too.
    """
    if shown.dtype.kind in "fiub":
        return shown
    if shown.dtype.kind != "O":
        raise TypeError(shown.dtype)
    try:
        return np.array([number(value) for value in shown.ravel().tolist()]).reshape(shown.shape)
    except EvaluationError:
        raise TypeError(shown.dtype) from None


def writer(space: "gymnasium.Space[Any]") -> Callable[[FloatArray], Any]:
    """Return a function that makes an action of a vector of numbers."""
    parts = iter(parts_of(space, "action"))
    write, _ = _writer(space, parts, 0)
    return write


def _writer(
    space: "gymnasium.Space[Any]", parts: Iterator[Part], first: int
) -> tuple[Callable[[FloatArray], Any], int]:
    from gymnasium import spaces

    if isinstance(space, spaces.Dict):
        named = []
        for key, one in space.spaces.items():
            write, first = _writer(one, parts, first)
            named.append((key, write))
        return lambda vector: {key: write(vector) for key, write in named}, first
    if isinstance(space, spaces.Tuple):
        members = []
        for one in space.spaces:
            write, first = _writer(one, parts, first)
            members.append(write)
        return lambda vector: tuple(write(vector) for write in members), first
    part = next(parts)
    return _write_part(part, first), first + part.n_numbers


def _write_part(part: Part, first: int) -> Callable[[FloatArray], Any]:
    last, shape, dtype = first + part.n_numbers, part.shape, part.dtype
    if part.scalar:
        return lambda vector: int(vector[first])
    whole = first == 0 and len(shape) == 1

    def write(vector: FloatArray) -> AnyArray:
        values = vector[first:last].astype(dtype)
        return values if whole else values.reshape(shape)

    return write
