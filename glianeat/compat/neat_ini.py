"""neat-python's INI files: their values, checked."""

import configparser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from glianeat.compat.neat_keys import KEYS, NEAT, Key, Value
from glianeat.compat.neat_sections import find_sections, misplaced
from glianeat.config import shown, suggestion
from glianeat.errors import ConfigError

MAX_BYTES = 2**20
MAX_COUNT = 2**31 - 1
MAX_NUMBER = 1e100  # products of two stay finite
_RULES = {
    "number": "a number",
    "limit": "a number",
    "count": "a whole number",
    "truth": "True or False",
}
_TRUTHS = {"true": True, "yes": True, "on": True, "1": True} | {
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


@dataclass(frozen=True)
class Ini:
    """What a file says.

    Parameters
    ----------
    values : mapping
        By neat-python's own name of the section, and key; those that the file leaves out have
        neat-python's defaults, or are missing here, too.
    given : sequence of (section, key, text)
        What stands in the file, in its order, under its own names of sections.
    names : mapping of str to str
        The file's names of the sections that it has, by neat-python's own.
    """

    values: Mapping[str, Mapping[str, Value]]
    given: Sequence[tuple[str, str, str]]
    names: Mapping[str, str]

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

    def has(self, section: str, key: str) -> bool:
        """Return whether there is a value, in the file or by default."""
        return key in self.values[section]


def read_ini(path: Path) -> Ini:
    """Read a file of neat-python's; nothing in it is imported or executed.

    Raises
    ------
    ConfigError
        Naming the file, the section and the key.
    """
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=("#", ";"))
    try:
        parser.read_string(_text_of(path), source=str(path))
    except configparser.Error as error:
        raise ConfigError(" ".join(str(error).split())) from None
    held = {name: list(parser[name]) for name in parser.sections()}
    names = find_sections(held)
    if "GliaGenome" in held:
        raise ConfigError(
            f"{path}: [GliaGenome]: holds settings of ours, for a run under neat.Population; such "
            "a file is not to be imported"
        )
    try:
        values = {part: _section(parser, part, names, held) for part in KEYS}
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
    return Ini(values, _given(parser), names)


def _text_of(path: Path) -> str:
    """Return the text of a file; comments in encodings of old do not matter."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path}: must be <= {MAX_BYTES} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _given(parser: configparser.ConfigParser) -> list[tuple[str, str, str]]:
    """Return what stands in the file; what [DEFAULT] gives to every section is listed once."""
    shared = parser.defaults()
    given = [(parser.default_section, key, text) for key, text in shared.items()]
    for name in parser.sections():
        own = parser[name].items()
        given += [(name, key, text) for key, text in own if shared.get(key) != text]
    return given


def _section(
    parser: configparser.ConfigParser,
    part: str,
    names: Mapping[str, str],
    held: Mapping[str, Sequence[str]],
) -> dict[str, Value]:
    """Return the values of a section; one of which every key has a default may be missing."""
    name, keys = names.get(part), KEYS[part]
    if name is None and any(rule.needed and rule.default is None for rule in keys.values()):
        raise ConfigError(f"[{part}]: is missing{suggestion(part, list(held))}{_old(part, held)}")
    values: dict[str, Value] = {}
    for key, rule in keys.items():
        if name is not None and parser.has_option(name, key):
            values[key] = _value(f"[{name}] {key}", parser.get(name, key), rule)
        elif rule.default is not None:
            values[key] = rule.default
        elif rule.needed and name is not None:
            hint = misplaced(key, held)
            unknown = [other for other in held[name] if other not in keys]
            raise ConfigError(f"[{name}] {key}: is missing{hint or suggestion(key, unknown)}")
    return values


def _old(part: str, held: Mapping[str, Sequence[str]]) -> str:
    """Return a hint if a file is of a format that neat-python itself no longer reads."""
    if part == NEAT and {"phenotype", "genetic"} & {name.lower() for name in held}:
        return "; neat-python before 0.9 had files of another format"
    return ""


def _value(path: str, text: str, rule: Key) -> Value:
    try:
        if rule.kind == "truth":
            return _TRUTHS[text.strip().lower()]
        if rule.kind == "text":
            return text
        number = int(text) if rule.kind == "count" else float(text)
    except (ValueError, KeyError):
        raise ConfigError(f"{path}: must be {_RULES[rule.kind]}, got {shown(text)}") from None
    if rule.kind == "limit" and number == number:  # noqa: PLR0124 - NaN is not
        return min(max(number, -MAX_NUMBER), MAX_NUMBER)
    if rule.kind == "count" and not rule.least <= number <= MAX_COUNT:
        raise ConfigError(f"{path}: must be >= {rule.least} and <= {MAX_COUNT}, got {shown(text)}")
    if not abs(number) <= MAX_NUMBER:  # NaN is not, either
        raise ConfigError(f"{path}: must be within ±{MAX_NUMBER:g}, got {shown(text)}")
    return number
