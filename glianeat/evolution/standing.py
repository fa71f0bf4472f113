"""How survivors stand: what a strategy says of each, under names that it declares once."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from glianeat.errors import CheckpointError, ConfigError

NO_SPECIES = -1


# Records without cycles, thousands a generation: the garbage collector need not know of them.
class Standing(msgspec.Struct, frozen=True, gc=False):
    """How a survivor stands among the others."""

    key: int
    values: Mapping[str, int | float]
    """What the strategy says of it; names and types are those of its `StandingSchema`."""

    def __getitem__(self, name: str) -> int | float:
        return self.values[name]

    def integer(self, name: str) -> int:
        """Return a value that is declared as an integer."""
        return int(self.values[name])

    def named(self) -> dict[str, int | float]:
        """Return the key and all values by name, as a digest is made of them."""
        return {"key": self.key, **self.values}


class StandingValue(msgspec.Struct, frozen=True):
    """One value that a strategy gives of every survivor."""

    name: str
    type: Literal["integer", "real"]
    meaning: str
    """One sentence, for people."""


class StandingSchema(msgspec.Struct, frozen=True):
    """What the standings of a strategy are made of, and which of it others may read.

    Raises
    ------
    ConfigError
        If two values have one name, or `front` or `species` is no integer among them.
    """

    values: tuple[StandingValue, ...]
    """In the order in which digests and files have them."""
    front: str = ""
    """Name of the integer that is 0 for those on the Pareto front; empty if there is no front."""
    species: str = ""
    """Name of the integer that numbers the species; empty if there are none."""

    def __post_init__(self) -> None:
        names = ["key", *self.names]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ConfigError(f"standing: values must have different names, got {twice[0]!r} twice")
        integers = {value.name for value in self.values if value.type == "integer"}
        for role, name in (("front", self.front), ("species", self.species)):
            if name and name not in integers:
                raise ConfigError(f"standing: {role} must name an integer value, got {name!r}")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the values, in order."""
        return tuple(value.name for value in self.values)

    def check(self, standing: Standing) -> None:
        """Raise `CheckpointError` unless a standing has these values, in order and type."""
        if tuple(standing.values) != self.names:
            expected, found = ", ".join(self.names), ", ".join(standing.values)
            raise CheckpointError(f"genome {standing.key}: must stand by {expected}, got {found}")
        for value in self.values:
            found_type = type(standing[value.name])
            if found_type is not (int if value.type == "integer" else float):
                raise CheckpointError(
                    f"genome {standing.key}: {value.name} must be {value.type}, "
                    f"got {standing[value.name]!r}"
                )

    def front_of(self, standings: Sequence[Standing]) -> list[int]:
        """Return the keys of those on the front; of the best alone if there is no front.

        Parameters
        ----------
        standings : sequence of Standing
            All survivors, best first.
        """
        if not self.front:
            return [standing.key for standing in standings[:1]]
        return [standing.key for standing in standings if standing[self.front] == 0]

    def members_of(self, standings: Sequence[Standing]) -> dict[int, list[int]]:
        """Return the keys of the members of each species, by its number; empty without species."""
        members: dict[int, list[int]] = {}
        for standing in standings if self.species else ():
            number = standing.integer(self.species)
            if number != NO_SPECIES:
                members.setdefault(number, []).append(standing.key)
        return members
