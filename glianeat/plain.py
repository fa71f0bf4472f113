"""Plain nested values, as TOML and JSON have them."""

import math
from collections.abc import Mapping
from typing import Any

from glianeat.config import shown
from glianeat.config_keys import dotted
from glianeat.errors import ConfigError

_LEAST, _MOST = -(2**63), 2**64 - 1


def assign(data: Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return `data` with the value at a dotted path replaced; tables on the way are made.

    Raises
    ------
    ConfigError
        If the path leads through a value that is not a table.
    """
    *tables, last = path.split(".")
    changed = inner = dict(data)
    for depth, name in enumerate(tables, start=1):
        table = inner.get(name, {})
        if not isinstance(table, Mapping):
            here = ".".join(tables[:depth])
            raise ConfigError(f"{path}: {here} must be a table, got {shown(table)}")
        inner[name] = inner = dict(table)
    inner[last] = value
    return changed


def check_plain(value: object, path: str, *, finite: bool = False) -> None:
    """Raise `ConfigError` unless a value that may be anything can be kept with a run, in JSON.

    JSON has no infinity: `finite` refuses it, for what is to be kept.
    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            check_plain(item, dotted(path, str(key)), finite=finite)
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            check_plain(item, f"{path}[{i}]", finite=finite)
    elif isinstance(value, float) and finite and not math.isfinite(value):
        raise ConfigError(f"{path}: must be finite, got {value}, which no file of a run can hold")
    elif isinstance(value, int) and not _LEAST <= value <= _MOST:
        raise ConfigError(f"{path}: must be a whole number of 64 bits, got {shown(value)}")
    elif value is not None and not isinstance(value, str | float | int):
        raise ConfigError(
            f"{path}: must be a number, a string, true or false, a list or a table, "
            f"got {shown(value)}"
        )
