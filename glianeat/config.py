"""Settings: frozen, typed values with declared ranges, read from plain mappings.

Every layer declares its own settings beside the code that reads them; this module gives them one
way of being checked, decoded and explained. Ranges are declared once, in the field's annotation,
and hold however a value is made: in Python, from a file or from the command line.
"""

import ast
import difflib
import inspect
import math
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, Self, get_args, get_origin, get_type_hints

import msgspec

from glianeat.errors import ConfigError


def within(
    *,
    above: float | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
    unit: str = "",
) -> msgspec.Meta:
    """Return the range that a settings field declares in its annotation."""
    return msgspec.Meta(gt=above, ge=at_least, le=at_most, extra={"unit": unit})


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all settings: immutable, closed to unknown keys, checked when made.

    Raises
    ------
    ConfigError
        If a value lies outside the range that its field declares.
    """

    def __post_init__(self) -> None:
        for name, meta in _ranges(type(self)).items():
            value = getattr(self, name)
            if value is not None:
                _check_range(name, value, meta)

    def replace(self, **changes: Any) -> Self:  # noqa: ANN401 - the fields decide the types
        """Return a copy with some fields changed, checked anew."""
        return type(self)(**{**_shallow(self), **changes})


class Field(NamedTuple):
    """One settings field as `config explain` prints it."""

    path: str
    default: object
    rule: str
    text: str


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for a near miss among `known`, else an empty string."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def from_mapping(kind: type[Settings], data: object, path: str = "") -> Any:  # noqa: ANN401
    """Return settings of `kind` from nested mappings, as read from TOML or JSON.

    Raises
    ------
    ConfigError
        For an unknown key (with the nearest known one), a wrong type or a value out of range; the
        message starts with the dotted path of the field.
    """
    if not isinstance(data, Mapping):
        raise ConfigError(f"{path or 'configuration'}: must be a table, got {data!r}")
    types = _types(kind)
    values = {}
    for key, value in data.items():
        here = f"{path}.{key}" if path else str(key)
        if key not in types:
            where = f" in [{path}]" if path else ""
            raise ConfigError(f"unknown key {key!r}{where}{suggestion(str(key), types)}")
        values[key] = _convert(types[key], value, here)
    try:
        return kind(**values)
    except ConfigError as error:
        raise ConfigError(f"{path}.{error}" if path else str(error)) from None


def assign(data: Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return `data` with the value at a dotted path replaced; tables on the way are made."""
    head, _, rest = path.partition(".")
    inner = data.get(head, {})
    if rest and not isinstance(inner, Mapping):
        raise ConfigError(f"{path}: {head!r} is a value, not a table")
    return {**data, head: assign(inner, rest, value) if rest else value}


def explain(kind: type[Settings], path: str = "") -> Iterator[Field]:
    """Yield every field of `kind` and of the settings inside it, in order of declaration."""
    texts = _attribute_docstrings(kind)
    ranges, defaults = _ranges(kind), kind()
    for name, annotation in _types(kind).items():
        here = f"{path}.{name}" if path else name
        if isinstance(annotation, type) and issubclass(annotation, Settings):
            yield from explain(annotation, here)
        else:
            rule = _rule(ranges[name]) if name in ranges else ""
            yield Field(here, getattr(defaults, name), rule, texts.get(name, ""))


def _shallow(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.__struct_fields__}


def _convert(annotation: Any, value: object, path: str) -> object:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return from_mapping(annotation, value, path)
    try:
        return msgspec.convert(value, annotation)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {str(error).lower()}, got {value!r}") from None


@cache
def _types(kind: type[Settings]) -> dict[str, Any]:
    """Return the annotation of each field without its range, which `__post_init__` checks."""
    hints = get_type_hints(kind)
    return {name: hints[name] for name in kind.__struct_fields__}


@cache
def _ranges(kind: type[Settings]) -> dict[str, msgspec.Meta]:
    hints = get_type_hints(kind, include_extras=True)
    found = {name: _meta(hints[name]) for name in kind.__struct_fields__}
    return {name: meta for name, meta in found.items() if meta is not None}


def _meta(annotation: Any) -> msgspec.Meta | None:  # noqa: ANN401
    """Return the range in an annotation, also inside an optional or a tuple."""
    for part in getattr(annotation, "__metadata__", ()):
        if isinstance(part, msgspec.Meta):
            return part
    if get_origin(annotation) is None:
        return None
    return next((m for m in map(_meta, get_args(annotation)) if m is not None), None)


def _check_range(name: str, value: object, meta: msgspec.Meta) -> None:
    for number in value if isinstance(value, tuple) else (value,):
        if not isinstance(number, int | float):
            raise ConfigError(f"{name}: must be a number, got {number!r}")
        low = meta.gt is not None and not number > meta.gt
        low = low or (meta.ge is not None and not number >= meta.ge)
        high = meta.le is not None and not number <= meta.le
        if low or high or not math.isfinite(number):
            raise ConfigError(f"{name}: must be {_rule(meta)}, got {number}")


def _rule(meta: msgspec.Meta) -> str:
    unit = (meta.extra or {}).get("unit", "")
    bounds = (("> ", meta.gt), (">= ", meta.ge), ("<= ", meta.le))
    parts = [f"{sign}{value:g}" for sign, value in bounds if value is not None]
    return " and ".join(parts or ["finite"]) + (f" {unit}" if unit else "")


@cache
def _attribute_docstrings(kind: type[Settings]) -> dict[str, str]:
    """Return the string below each field of a class; Python itself throws them away."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    if not isinstance(body, ast.ClassDef):
        return {}
    texts = {}
    for field, below in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            constant = below.value if isinstance(below, ast.Expr) else None
            if isinstance(constant, ast.Constant):
                texts[field.target.id] = " ".join(str(constant.value).split())
    return texts
