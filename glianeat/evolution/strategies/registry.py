"""All strategies: a new one is one file beside this one, and one line in the tuple below."""

from collections.abc import Sequence
from typing import Any

from glianeat.config import Settings, suggestion
from glianeat.errors import ConfigError
from glianeat.evolution.strategies.neat import NEAT, NeatConfig
from glianeat.evolution.strategies.nsga2 import NSGA2
from glianeat.evolution.strategy import RegisteredStrategy

STRATEGIES: tuple[RegisteredStrategy[Any], ...] = (NSGA2, NEAT)


class StrategySections(Settings):
    """Sections of an experiment that belong to one strategy, under the names it registers."""

    neat: NeatConfig = NeatConfig()


def check_strategies(
    strategies: Sequence[RegisteredStrategy[Any]], sections: type[Settings] = StrategySections
) -> tuple[str, ...]:
    """Return the names of strategies, in order.

    Raises
    ------
    ConfigError
        If two have one name, or an experiment lacks the section of one.
    """
    names = [strategy.name for strategy in strategies]
    for strategy in strategies:
        if names.count(strategy.name) > 1:
            raise ConfigError(f"strategy {strategy.name!r}: is registered twice; names must differ")
        section = strategy.section
        if section and section not in sections.__struct_fields__:
            raise ConfigError(
                f"strategy {strategy.name!r}: its section {section!r} must be a field of "
                f"{sections.__name__}{suggestion(section, sections.__struct_fields__)}"
            )
    return tuple(names)


STRATEGY_NAMES = check_strategies(STRATEGIES)


def find_strategy(name: str) -> RegisteredStrategy[Any]:
    """Return the strategy of a name; raise `ConfigError` if none is registered under it."""
    for strategy in STRATEGIES:
        if strategy.name == name:
            return strategy
    raise ConfigError(
        f"evolution.algorithm: must be {' or '.join(map(repr, STRATEGY_NAMES))}, got {name!r}"
        f"{suggestion(name, STRATEGY_NAMES)}"
    )
