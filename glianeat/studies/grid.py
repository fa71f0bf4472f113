"""The grid of a sweep: every combination of settings with every seed, each a cell with a name."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

import msgspec

from glianeat.config import shown
from glianeat.errors import ConfigError
from glianeat.run.config import ExperimentConfig, experiment_from
from glianeat.studies.short_names import short_names
from glianeat.text import counted

MAX_CELLS = 100_000
MAX_COMBINATIONS = 5_000
_LONGEST_NAME = 64
_RANGE = re.compile(r"\s*(\d{1,19})\s*(?:-\s*(\d{1,19})\s*)?")
_OPENING, _CLOSING, _QUOTES = "[{", "]}", "\"'"


class Axis(msgspec.Struct, frozen=True):
    """One setting of a grid, and the values that it takes."""

    key: str
    """Its dotted path."""
    values: tuple[str, ...]
    """As they stand after ``--set KEY=``: TOML values, or strings without quotes."""


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """All experiments of a sweep."""

    base: ExperimentConfig
    """What all have in common."""
    axes: tuple[Axis, ...]
    """What they differ in; the last one changes fastest."""
    seeds: tuple[int, ...]

    @property
    def varied(self) -> tuple[str, ...]:
        """Dotted paths of the settings in which cells differ."""
        return tuple(axis.key for axis in self.axes if len(axis.values) > 1)


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One experiment of a sweep."""

    name: str
    """Name of its run in the folder of the sweep."""
    combination: int
    """Number of its combination of settings, from 1."""
    settings: dict[str, str]
    """Values of the settings in which cells differ, by dotted path."""
    config: ExperimentConfig

    @property
    def seed(self) -> int:
        """Root of its randomness."""
        return self.config.seed


def grid_of(
    base: ExperimentConfig, seeds: Iterable[int], settings: Mapping[str, Sequence[Any]]
) -> Grid:
    """Return a grid from plain values.

    Parameters
    ----------
    base : ExperimentConfig
        What all cells have in common.
    seeds : iterable of int
        One run of each combination is made with each of them.
    settings : mapping of str to sequence
        Values by dotted path, such as ``{"evolution.population": [50, 100]}``.

    Raises
    ------
    ConfigError
        If a setting or a value is not fit, or there are too many cells.
    """
    for key, values in settings.items():
        if isinstance(values, str) or not isinstance(values, Sequence):
            raise ConfigError(f"settings: {key}: must be a list of values, got {shown(values)}")
    axes = tuple(Axis(key, tuple(map(_toml, values))) for key, values in settings.items())
    few = tuple(islice(seeds, MAX_CELLS + 1))
    return checked(Grid(base=base, axes=axes, seeds=few))


def checked(grid: Grid) -> Grid:
    """Return a grid whose cells are all fit to run; raise `ConfigError` naming what is not."""
    for axis in grid.axes:
        _check_axis(axis)
    keys = [axis.key for axis in grid.axes]
    if len(set(keys)) < len(keys):
        raise ConfigError(f"a sweep's settings: each must be given once, got {', '.join(keys)}")
    if len(set(grid.seeds)) < len(grid.seeds):
        raise ConfigError("seeds: must be different")
    combinations = math.prod(len(axis.values) for axis in grid.axes)
    _check_number(combinations, MAX_COMBINATIONS, "combinations of settings")
    _check_number(combinations * len(grid.seeds), MAX_CELLS, "cells")
    for _ in combinations_of(grid):
        pass  # each is checked when its settings are made
    return grid


def _check_axis(axis: Axis) -> None:
    if axis.key.strip() in {"", "seed"}:
        raise ConfigError(
            f"a sweep's settings: must name a setting, got {axis.key!r}; for seeds there is "
            "--seeds (seeds=)"
        )
    if not axis.values or len(set(axis.values)) < len(axis.values):
        raise ConfigError(f"{axis.key}: must have different values, got {shown(axis.values)}")


def _check_number(number: int, most: int, things: str) -> None:
    if not 1 <= number <= most:
        raise ConfigError(f"a sweep: must have 1 to {most:,} {things}, got {number:,}")


def cells_of(grid: Grid) -> list[Cell]:
    """Return all cells: all combinations with the first seed, then all with the next one."""
    found = list(combinations_of(grid))
    return [_with_seed(cell, seed, len(found)) for seed in grid.seeds for cell in found]


def parse_seeds(text: str) -> tuple[int, ...]:
    """Return the seeds in a text such as ``0-19`` or ``0,3,7``, each once, in order.

    Raises
    ------
    ConfigError
        If the text is no list of whole numbers and ranges, or has too many.
    """
    seeds: dict[int, None] = {}
    for part in text.split(","):
        found = _RANGE.fullmatch(part)
        first, last = (int(one or found[1]) for one in found.groups()) if found else (1, 0)
        if not 0 <= last - first < MAX_CELLS:
            raise ConfigError(
                f"seeds: must be ranges and numbers such as 0-19 or 0,3,7, at most "
                f"{counted(MAX_CELLS, 'seed')}, got {shown(text)}"
            )
        seeds |= dict.fromkeys(range(first, last + 1))
    return tuple(seeds)


def parse_axis(text: str) -> Axis:
    """Return the setting in a text such as ``evolution.population=50,100``.

    Commas in brackets or quotes divide no values: ``selection.objectives=["reward"],["reward",
    "energy"]`` has two.
    """
    key, sign, values = text.partition("=")
    if not sign or not key.strip():
        raise ConfigError(f"{shown(text)}: must be of the form section.key=value,value")
    return Axis(key.strip(), tuple(one.strip() for one in _split(values)))


def combinations_of(grid: Grid) -> Iterator[Cell]:
    """Yield a cell for each combination of settings, still without a name and a seed."""
    base, varied = msgspec.to_builtins(grid.base), set(grid.varied)
    keys = [axis.key for axis in grid.axes]
    for number, values in enumerate(product(*(axis.values for axis in grid.axes)), start=1):
        chosen = dict(zip(keys, values, strict=True))
        config = experiment_from(base, [f"{key}={value}" for key, value in chosen.items()])
        settings = {key: value for key, value in chosen.items() if key in varied}
        yield Cell(name="", combination=number, settings=settings, config=config)


def _with_seed(cell: Cell, seed: int, count: int) -> Cell:
    return msgspec.structs.replace(
        cell,
        name=_name(cell.combination, count, cell.settings, seed),
        config=cell.config.replace(seed=seed),
    )


def _name(number: int, count: int, settings: Mapping[str, str], seed: int) -> str:
    """Return a name that is fit for a folder and unlike those of all other cells."""
    end = f"seed-{seed}"
    if not settings:
        return end
    start = f"{number:0{len(str(count))}}"
    labels = short_names(list(settings))
    words = "-".join(f"{labels[key]}-{value}" for key, value in settings.items())
    middle = re.sub(r"[^A-Za-z0-9._]+", "-", words).strip("-.")
    return f"{start}-{middle[: _LONGEST_NAME - len(start) - len(end) - 2]}-{end}"


def _split(text: str) -> Iterator[str]:
    """Yield the parts of a text between the commas that stand in no brackets and no quotes."""
    depth, quote, start = 0, "", 0
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in _QUOTES:
            quote = sign
        elif sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth -= 1
        elif sign == "," and depth <= 0:
            yield text[start:place]
            start = place + 1
    yield text[start:]


def _toml(value: Any) -> str:
    """Return a plain value as TOML writes it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(str(k))} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool | str):
        return msgspec.json.encode(value).decode()
    if isinstance(value, int | float):
        return repr(value)
    raise ConfigError(
        f"a sweep's settings: must be numbers, strings, true or false, lists or tables, "
        f"got {shown(value)}"
    )
