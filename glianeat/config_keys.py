"""Keys that settings had under other names, or had once: what is done with them in old files."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from glianeat.errors import ConfigError


class ChangedKeys(NamedTuple):
    """What became of the keys that a table of settings once had."""

    renamed: Mapping[str, str] = {}
    """New name of each old one."""
    removed: tuple[str, ...] = ()
    """Keys that have no effect any more, and no successor."""

    def applied(self, table: Mapping[str, Any], path: str, notices: list[str]) -> dict[str, Any]:
        """Return a table with the present names of its keys, without those that are gone.

        Parameters
        ----------
        table : mapping
            As it was read.
        path : str
            Dotted path of the table, for messages; empty for the outermost.
        notices : list of str
            One line is added for each key that was renamed or removed.

        Raises
        ------
        ConfigError
            If a key is given under both its names.
        """
        changed = {}
        for key, value in table.items():
            old, name = dotted(path, str(key)), self.renamed.get(key, key)
            if key in self.removed:
                notices.append(f"{old} has no effect any more")
                continue
            if name != key:
                new = dotted(path, name)
                if name in table:
                    raise both_names(old, new)
                notices.append(f"{old} is now {new}")
            changed[name] = value
        return changed


def both_names(old: str, new: str) -> ConfigError:
    """Return what to raise if a setting is given under both its names."""
    return ConfigError(f"{new}: must be given once, got it as {old}, its old name, too")


def dotted(path: str, name: str) -> str:
    """Return the path of a name below another path, which may be empty."""
    return f"{path}.{name}" if path else name
