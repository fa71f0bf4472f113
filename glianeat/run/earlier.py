"""What settings meant in runs that were stored before there was a key for it.

A run stores every setting that there is when it begins. Where one is missing, it did not exist
yet, and what held then may differ from today's default.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

Table = Mapping[str, Any]


class Earlier(NamedTuple):
    """What held in runs that lack a setting."""

    missing: str
    """Dotted path of the setting."""
    held: Table
    """What held then, by section and key; it gives way to what the run itself says."""


_ASTROCYTE_TRAITS = {
    "tau_calcium": {
        "init_mean": 500.0,
        "mutate_rate": 0.1,
        "mutate_power": 0.3,
        "max_value": 5000.0,
    },
    "calcium_threshold": {"mutate_rate": 0.1, "mutate_power": 0.1},
    "gain": {"init_stdev": 0.1, "mutate_rate": 0.1, "mutate_power": 0.1},
    "slow_current": {
        "init_stdev": 0.0,
        "mutate_rate": 0.0,
        "mutate_power": 0.05,
        "min_value": 0.0,
        "max_value": 1.0,
    },
}

EARLIER: tuple[Earlier, ...] = (
    Earlier("codec.own_gains", {"codec": {"own_gains": False}}),
    Earlier("codec.input_gain", {"codec": {"input_gain": 1.0}}),
    Earlier("reproduction.sampled", {"reproduction": {"sampled": 0.0}}),
    Earlier(
        "astrocyte.transmission",
        {
            "astrocyte": {"transmission": "events", "sensing": "counted"},
            "genome": {"traits": {"astrocytes": _ASTROCYTE_TRAITS}},
        },
    ),
    Earlier("evaluation.validation_racing", {"evaluation": {"validation_racing": False}}),
    Earlier("evaluation.max_steps", {"evaluation": {"episodes": 8}}),
    Earlier("codec.receptor_delays", {"codec": {"receptor_delays": False}}),
)
"""All that came to be different; a new setting whose default changes runs adds an entry."""


def as_it_was(stored: Table) -> dict[str, Any]:
    """Return stored settings with what held for those that they lack.

    Parameters
    ----------
    stored : mapping
        Settings of a run, by section and key.
    """
    settings = dict(stored)
    for entry in EARLIER:
        if not _has(stored, entry.missing):
            settings = _completed(settings, entry.held)
    return settings


def _has(table: Any, path: str) -> bool:
    for name in path.split("."):
        if not isinstance(table, Mapping) or name not in table:
            return False
        table = table[name]
    return True


def _completed(table: Table, held: Table) -> dict[str, Any]:
    """Return a table with what it lacks of another, also within the tables in it."""
    whole = {**held, **table}
    for name in held.keys() & table.keys():
        ours, theirs = table[name], held[name]
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            whole[name] = _completed(ours, theirs)
    return whole
