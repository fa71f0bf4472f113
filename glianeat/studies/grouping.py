"""Groups of runs: those of equal settings but for the seed, or of equal values of some keys."""

import json
from collections.abc import Sequence

import msgspec

from glianeat.config import shown, suggestion
from glianeat.errors import ConfigError
from glianeat.studies.record import RunRecord
from glianeat.studies.short_names import short_names

_MOST_NAMED = 4  # settings in the name of a group
_LONGEST_VALUE = 40  # characters
_UNSET = "not set"
_ORIGIN = ("start.run", "start.digest", "start.generation", "start.genomes")
"""What forks of several runs always differ in."""


class RunGroup(msgspec.Struct, frozen=True):
    """Runs that are taken together."""

    name: str
    settings: dict[str, str]
    """Values in which groups differ, by dotted path."""
    records: list[RunRecord]
    mixed: list[str]
    """Dotted paths of settings in which runs of the group differ."""


def group_runs(
    records: Sequence[RunRecord], keys: Sequence[str] = (), named_by: Sequence[str] = ()
) -> list[RunGroup]:
    """Return runs in groups, in the order of their first runs.

    Parameters
    ----------
    records : sequence of RunRecord
        Runs.
    keys : sequence of str
        Dotted paths of settings or of their tables; runs that have equal values there are one
        group. Without any, runs are that have all settings in common but the seed, and, of
        forks, the runs that they were forked from.
    named_by : sequence of str
        Dotted paths that name the groups, if they tell them apart; by default all that do.

    Raises
    ------
    ConfigError
        If no run has a key.
    """
    paths = sorted({path for record in records for path in record.settings})
    chosen = [path for key in keys for path in _below(key, paths)] if keys else paths
    groups: dict[tuple[str, ...], list[RunRecord]] = {}
    for record in records:
        skipped = _ORIGIN if _is_fork(record) and not keys else ()
        values = ["" if path in skipped else _value(record, path) for path in chosen]
        groups.setdefault(tuple(values), []).append(record)
    differing = _differing([members[0] for members in groups.values()], chosen)
    if not keys:  # forks are told apart by what was changed, if that tells them apart
        differing = [path for path in differing if path not in _ORIGIN] or differing
    naming = _naming(list(groups.values()), differing, named_by)
    names = _distinct([_name(members[0], naming) for members in groups.values()])
    return [
        RunGroup(
            name=name,
            settings={path: _value(members[0], path) for path in differing},
            records=members,
            mixed=_differing(members, paths),
        )
        for name, members in zip(names, groups.values(), strict=True)
    ]


def _below(key: str, paths: Sequence[str]) -> list[str]:
    found = [path for path in paths if path == key or path.startswith(f"{key}.")]
    if not found:
        raise ConfigError(f"group-by: no run has a setting {shown(key)}{suggestion(key, paths)}")
    return found


def _is_fork(record: RunRecord) -> bool:
    return _value(record, "start.run") not in (_UNSET, '""')


def _value(record: RunRecord, path: str) -> str:
    return record.settings.get(path, _UNSET)


def _differing(records: Sequence[RunRecord], paths: Sequence[str]) -> list[str]:
    """Return the paths at which some runs differ."""
    return [path for path in paths if len({_value(one, path) for one in records}) > 1]


def _naming(
    groups: Sequence[Sequence[RunRecord]], differing: Sequence[str], wanted: Sequence[str]
) -> list[str]:
    """Return the paths that name the groups: those wanted, if no two groups agree in all."""
    known = [path for path in wanted if path in differing]
    values = [tuple(_value(members[0], path) for path in known) for members in groups]
    return known if known and len(set(values)) == len(values) else list(differing)


def _name(record: RunRecord, naming: Sequence[str]) -> str:
    if not naming:
        return "all runs"
    labels = short_names(naming)
    parts = [f"{labels[path]}={_plain(_value(record, path))}" for path in naming[:_MOST_NAMED]]
    more = len(naming) - _MOST_NAMED
    return ", ".join(parts) + (f" and {more} more" if more > 0 else "")


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names of which equal ones, whose values differ where they were cut, are numbered."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    numbers = dict.fromkeys(counts, 0)
    found = []
    for name in names:
        numbers[name] += 1
        found.append(name if counts[name] == 1 else f"{name} ({numbers[name]})")
    return found


def _plain(text: str) -> str:
    """Return a value for people: strings without quotes, long ones cut."""
    value = text if text == _UNSET else json.loads(text)
    plain = value if isinstance(value, str) else text
    return plain if len(plain) <= _LONGEST_VALUE else f"{plain[: _LONGEST_VALUE - 1]}…"
