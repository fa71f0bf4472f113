"""neat-python's INI files: which keys there are, and their values, checked."""

import configparser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from glianeat.config import shown, suggestion
from glianeat.errors import ConfigError

NEAT, GENOME = "NEAT", "DefaultGenome"
SPECIES, STAGNATION, REPRODUCTION = "DefaultSpeciesSet", "DefaultStagnation", "DefaultReproduction"
ATTRIBUTES = ("bias", "response", "weight", "time_constant")
MAX_BYTES = 2**20
MAX_COUNT = 2**31 - 1
MAX_NUMBER = 1e100  # products of two stay finite
Kind = Literal["number", "count", "truth", "text"]
Value = float | int | bool | str
_RULES = {"number": "a number", "count": "a whole number", "truth": "True or False"}
_TRUTHS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


@dataclass(frozen=True)
class Key:
    """A key of neat-python's: the kind of its value, and its default if it may be missing."""

    kind: Kind
    default: Value | None = None
    needed: bool = True
    least: int = 0
    """Lowest count."""


def _attribute(name: str) -> dict[str, Key]:
    """Return the keys of an attribute of genes; networks in continuous time alone need theirs."""
    needed = name != "time_constant"
    numbers = ("init_mean", "init_stdev", "mutate_power", "mutate_rate", "replace_rate")
    keys = {part: Key("number", needed=needed) for part in (*numbers, "max_value", "min_value")}
    keys["init_type"] = Key("text", "gaussian")
    return {f"{name}_{part}": key for part, key in keys.items()}


def _choice(name: str) -> dict[str, Key]:
    return {
        f"{name}_default": Key("text", "random"),
        f"{name}_options": Key("text"),
        f"{name}_mutate_rate": Key("number"),
    }


KEYS: Mapping[str, Mapping[str, Key]] = {
    NEAT: {
        "pop_size": Key("count"),
        "fitness_criterion": Key("text"),
        "fitness_threshold": Key("number"),
        "reset_on_extinction": Key("truth"),
        "no_fitness_termination": Key("truth", default=False),
        "seed": Key("count", needed=False),
    },
    GENOME: {
        "num_inputs": Key("count", least=1),
        "num_outputs": Key("count", least=1),
        "num_hidden": Key("count"),
        "feed_forward": Key("truth"),
        "initial_connection": Key("text", "unconnected"),
        "compatibility_disjoint_coefficient": Key("number"),
        "compatibility_weight_coefficient": Key("number"),
        "conn_add_prob": Key("number"),
        "conn_delete_prob": Key("number"),
        "node_add_prob": Key("number"),
        "node_delete_prob": Key("number"),
        "single_structural_mutation": Key("truth", default=False),
        "structural_mutation_surer": Key("text", "default"),
        **_choice("activation"),
        **_choice("aggregation"),
        "enabled_default": Key("text"),
        "enabled_mutate_rate": Key("number"),
        "enabled_rate_to_true_add": Key("number", 0.0),
        "enabled_rate_to_false_add": Key("number", 0.0),
        **{key: rule for name in ATTRIBUTES for key, rule in _attribute(name).items()},
    },
    SPECIES: {"compatibility_threshold": Key("number")},
    STAGNATION: {
        "species_fitness_func": Key("text", "mean"),
        "max_stagnation": Key("count", 15),
        "species_elitism": Key("count", 0),
    },
    REPRODUCTION: {
        "elitism": Key("count", 0),
        "survival_threshold": Key("number", 0.2),
        "min_species_size": Key("count", 1),
    },
}


@dataclass(frozen=True)
class Ini:
    """What a file says.

    Parameters
    ----------
    values : mapping
        By section and key; those that the file leaves out have neat-python's defaults, or are
        missing here, too.
    given : sequence of (section, key, text)
        What stands in the file, in its order.
    """

    values: Mapping[str, Mapping[str, Value]]
    given: Sequence[tuple[str, str, str]]

    def number(self, section: str, key: str) -> float:
        """Return a value that is a number."""
        return float(self.values[section][key])

    def count(self, section: str, key: str) -> int:
        """Return a value that is a whole number."""
        return int(self.values[section][key])

    def truth(self, section: str, key: str) -> bool:
        """Return a value that is true or false."""
        return bool(self.values[section][key])

    def text(self, section: str, key: str) -> str:
        """Return a value that is text."""
        return str(self.values[section][key]).strip()


def read_ini(path: Path) -> Ini:
    """Read a file of neat-python's; nothing in it is imported or executed.

    Raises
    ------
    ConfigError
        Naming the file, the section and the key.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ConfigError(f"{path}: must be <= {MAX_BYTES} bytes")
        parser.read_string(data.decode(), source=str(path))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: {error}") from None
    except configparser.Error as error:
        raise ConfigError(" ".join(str(error).split())) from None
    try:
        values = {name: _section(parser, name, keys) for name, keys in KEYS.items()}
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
    given = [(name, key, text) for name in parser.sections() for key, text in parser[name].items()]
    return Ini(values, given)


def _section(
    parser: configparser.ConfigParser, name: str, keys: Mapping[str, Key]
) -> dict[str, Value]:
    if not parser.has_section(name):
        raise ConfigError(f"[{name}]: is missing{suggestion(name, parser.sections())}")
    values: dict[str, Value] = {}
    for key, rule in keys.items():
        if parser.has_option(name, key):
            values[key] = _value(f"[{name}] {key}", parser.get(name, key), rule)
        elif rule.default is not None:
            values[key] = rule.default
        elif rule.needed:
            unknown = [other for other in parser.options(name) if other not in keys]
            raise ConfigError(f"[{name}] {key}: is missing{suggestion(key, unknown)}")
    return values


def _value(path: str, text: str, rule: Key) -> Value:
    try:
        if rule.kind == "truth":
            return _TRUTHS[text.strip().lower()]
        if rule.kind == "text":
            return text
        number = int(text) if rule.kind == "count" else float(text)
    except (ValueError, KeyError):
        raise ConfigError(f"{path}: must be {_RULES[rule.kind]}, got {shown(text)}") from None
    if rule.kind == "count" and not rule.least <= number <= MAX_COUNT:
        raise ConfigError(f"{path}: must be >= {rule.least} and <= {MAX_COUNT}, got {shown(text)}")
    if not abs(number) <= MAX_NUMBER:  # NaN is not, either
        raise ConfigError(f"{path}: must be within ±{MAX_NUMBER:g}, got {shown(text)}")
    return number
