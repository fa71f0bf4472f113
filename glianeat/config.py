"""Settings: frozen, typed values with declared ranges, read from plain mappings.

Every layer declares its own settings beside the code that reads them; this module gives them one
way of being checked, decoded and explained. Types and ranges are declared once, in the field's
annotation, and hold however a value is made: in Python, from a file or from the command line.
"""

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    Self,
    TypeGuard,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from glianeat.attribute_docs import attribute_docstrings
from glianeat.config_keys import ChangedKeys, dotted
from glianeat.errors import ConfigError

Recast = TypeVar("Recast", bound="Settings")
_LONGEST = 80  # characters of a value that a message quotes
_WORDS: dict[object, str] = {
    float: "a number",
    int: "a whole number",
    str: "a string",
    bool: "true or false",
    dict: "a table",
    tuple: "a list",
}


def within(
    *,
    above: float | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
    unit: str = "",
) -> msgspec.Meta:
    """Return the range that a settings field declares in its annotation; one lower bound only."""
    if above is None:
        return msgspec.Meta(ge=at_least, le=at_most, extra={"unit": unit})
    if at_least is not None:
        raise ConfigError("a range must have one lower bound, got both above and at_least")
    return msgspec.Meta(gt=above, le=at_most, extra={"unit": unit})


def one_of(*choices: str) -> msgspec.Meta:
    """Return the strings that a settings field may hold, where a `Literal` cannot list them."""
    return msgspec.Meta(extra={"choices": choices})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all settings: immutable, closed to unknown keys, checked when made.

    Raises
    ------
    ConfigError
        If a value has the wrong type, is not a number or lies outside the range that its field
        declares.
    """

    changed_keys: ClassVar[ChangedKeys] = ChangedKeys()
    """Keys that were renamed or removed; files that have them are understood."""

    def __post_init__(self) -> None:
        for name, annotation in _annotations(type(self)).items():
            value = _convert(annotation, getattr(self, name), name)
            msgspec.structs.force_setattr(self, name, value)  # a list becomes a tuple

    @classmethod
    def remedy(cls, value: object) -> str:  # noqa: ARG003 - for those who override it
        """Return what to do, after a semicolon, with a value that is none of these settings."""
        return ""

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed, checked anew."""
        return type(self)(**{**_shallow(self), **changes})

    def recast(self, kind: type[Recast], **changes: Any) -> Recast:
        """Return settings of another kind with the same fields, some changed, checked anew."""
        return kind(**{**_shallow(self), **changes})


class Field(NamedTuple):
    """One settings field as `config explain` prints it."""

    path: str
    default: object  # msgspec.NODEFAULT if the field must be given
    rule: str
    text: str


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for a near miss among `known`, else an empty string."""
    if len(word) > _LONGEST:  # never a slip of the pen, and slow to compare
        return ""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def shown(value: object) -> str:
    """Return a value as a message quotes it: its `repr`, cut if it is long."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - one of thousands of digits has none, foreign ones may raise
        return f"a {type(value).__name__} that cannot be printed"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def from_mapping(kind: type[Settings], data: object, path: str = "") -> Any:
    """Return settings of `kind` from nested mappings, as read from TOML or JSON.

    Raises
    ------
    ConfigError
        For an unknown key (with the nearest known one), a missing one, a wrong type or a value out
        of range; the message names the dotted path of the field.
    """
    return _filled(kind, _defaults(kind), with_present_keys(kind, data, [], path), path)


def with_present_keys(
    kind: type[Settings],
    data: object,
    notices: list[str],
    path: str = "",
    defaults: Mapping[str, object] | None = None,
) -> Any:
    """Return nested mappings with the keys that settings of `kind` have now.

    Parameters
    ----------
    kind : type of Settings
        Says which keys were renamed or removed, see `Settings.changed_keys`.
    data : object
        As it was read; what is no mapping is returned as it is.
    notices : list of str
        One line is added for each old key, in tables but not in lists of tables.
    path : str
        Dotted path of the table, for messages.
    defaults : mapping, optional
        Defaults of the fields, if they are not those of `kind`.

    Raises
    ------
    ConfigError
        If a key is given under both its names.
    """
    if not isinstance(data, Mapping):
        return data
    table = kind.changed_keys.applied(data, path, notices)
    for name, default in (defaults or _defaults(kind)).items():
        inner = _settings_in(_annotations(kind)[name])
        if inner is not None and name in table:
            nested = _shallow(default) if isinstance(default, Settings) else None
            inner = type(default) if isinstance(default, Settings) else inner
            here = dotted(path, name)
            table[name] = with_present_keys(inner, table[name], notices, here, nested)
    return table


def explain(kind: type[Settings], path: str = "") -> Iterator[Field]:
    """Yield every field of `kind` and of the settings inside it, in order of declaration."""
    return _explain(kind, _defaults(kind), path)


def _explain(kind: type[Settings], defaults: Mapping[str, object], path: str) -> Iterator[Field]:
    texts = attribute_docstrings(kind)
    for name, annotation in _annotations(kind).items():
        here, default, inner = dotted(path, name), defaults[name], _settings_in(annotation)
        if inner is None:
            yield Field(here, default, _words(annotation), texts.get(name, ""))
        elif isinstance(default, Settings):
            yield from _explain(type(default), _shallow(default), here)
        else:
            yield from explain(inner, here)


def _filled(
    kind: type[Settings], defaults: Mapping[str, object], data: object, path: str
) -> Settings:
    """Return settings of `kind` from `data`, and from `defaults` where it is silent."""
    if not isinstance(data, Mapping):
        raise ConfigError(f"{path or 'configuration'}: must be a table, got {shown(data)}")
    annotations = _annotations(kind)
    values = dict(defaults)
    for key, value in data.items():
        _require_known(key, annotations, path)
        default, here = defaults[key], dotted(path, key)
        if isinstance(default, Settings) and isinstance(value, Mapping):
            values[key] = _filled(type(default), _shallow(default), value, here)
        else:
            values[key] = _convert(annotations[key], value, here)
    if missing := [name for name, value in values.items() if value is msgspec.NODEFAULT]:
        raise ConfigError(f"{dotted(path, missing[0])}: must be given")
    try:
        return kind(**values)
    except ConfigError as error:
        raise ConfigError(dotted(path, str(error))) from None


def _require_known(key: str, known: Iterable[str], path: str) -> None:
    if key not in known:
        where = f" in [{path}]" if path else ""
        raise ConfigError(f"unknown key {shown(key)}{where}{suggestion(str(key), known)}")


def _defaults(kind: type[Settings]) -> dict[str, object]:
    """Return the default of each field, `msgspec.NODEFAULT` for one that must be given."""
    defaults = {}
    for field in msgspec.structs.fields(kind):
        made = field.default_factory is not msgspec.NODEFAULT
        defaults[field.name] = field.default_factory() if made else field.default
    return defaults


def _shallow(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.__struct_fields__}


@cache
def _annotations(kind: type[Settings]) -> dict[str, object]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: hints[name] for name in kind.__struct_fields__}


def _is_settings(annotation: object) -> TypeGuard[type[Settings]]:
    return isinstance(annotation, type) and issubclass(annotation, Settings)


def _is_union(annotation: object) -> bool:
    return get_origin(annotation) in {Union, UnionType}


def _settings_in(annotation: object) -> type[Settings] | None:
    """Return the settings that a field holds, also if it may hold None instead."""
    parts = get_args(annotation) if _is_union(annotation) else (annotation,)
    return next((part for part in parts if _is_settings(part)), None)


def _convert(annotation: object, value: object, path: str) -> object:
    """Return a value as its annotation wants it, ranges kept; refuse it under its path."""
    origin, parts = get_origin(annotation), get_args(annotation)
    inner = _settings_in(annotation)
    if inner is not None and isinstance(value, Mapping | inner):
        return value if isinstance(value, inner) else from_mapping(inner, value, path)
    if origin is Annotated:
        choices = _choices(annotation)
        if choices and value not in choices:
            raise _refusal(annotation, value, path)
        converted = _convert(parts[0], value, path)
        for meta in _metas(annotation):
            _check_range(path, converted, meta)
        return converted
    if _is_union(annotation):
        return _convert_union(annotation, value, path)
    if origin is tuple and isinstance(value, Sequence) and not isinstance(value, str):
        return _convert_tuple(annotation, value, path)
    if origin is dict and isinstance(value, Mapping):
        return {
            _convert(parts[0], key, path): _convert(parts[1], item, dotted(path, key))
            for key, item in value.items()
        }
    return _convert_leaf(annotation, value, path)


def _convert_union(annotation: object, value: object, path: str) -> object:
    for part in get_args(annotation):
        try:
            return _convert(part, value, path)
        except ConfigError:
            continue
    raise _refusal(annotation, value, path)


def _convert_tuple(annotation: object, value: Sequence[object], path: str) -> tuple[object, ...]:
    parts = get_args(annotation)
    if parts[-1:] == (Ellipsis,):
        parts = parts[:1] * len(value)
    if len(parts) != len(value):
        raise ConfigError(f"{path}: must be a list of {len(parts)}, got {shown(value)}")
    pairs = enumerate(zip(parts, value, strict=True))
    return tuple(_convert(part, item, f"{path}[{i}]") for i, (part, item) in pairs)


def _convert_leaf(annotation: object, value: object, path: str) -> object:
    if annotation is Any:
        return value
    if isinstance(value, float) and math.isnan(value):
        raise _refusal(annotation, value, path)
    try:
        return msgspec.convert(value, annotation)
    except msgspec.ValidationError:
        raise _refusal(annotation, value, path) from None


def _refusal(annotation: object, value: object, path: str) -> ConfigError:
    choices = [choice for choice in _choices(annotation) if isinstance(choice, str)]
    near = suggestion(value, choices) if isinstance(value, str) else ""
    inner = _settings_in(annotation)
    near = near or (inner.remedy(value) if inner is not None else "")
    return ConfigError(f"{path}: must be {_words(annotation)}, got {shown(value)}{near}")


def _choices(annotation: object) -> list[object]:
    """Return the values that an annotation lists, as a literal or an enumeration does."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [member.value for member in annotation]
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    if get_origin(annotation) is Annotated:
        extras = (meta.extra or {} for meta in _metas(annotation))
        return [choice for extra in extras for choice in extra.get("choices", ())]
    parts = get_args(annotation) if _is_union(annotation) else ()
    return [choice for part in parts for choice in _choices(part)]


def _words(annotation: object) -> str:
    """Return what an annotation asks for, in words: `a number >= 0 and <= 1`."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated and not _choices(annotation):
        return " ".join([_words(parts[0]), *map(_rule, _metas(annotation))])
    if _is_union(annotation):
        return " or ".join(_words(part) for part in parts if part is not NoneType)
    if choices := _choices(annotation):
        return " or ".join(map(repr, choices))
    kind = dict if _is_settings(annotation) else origin or annotation
    return _WORDS.get(kind, str(getattr(kind, "__name__", kind)))


def _metas(annotation: object) -> list[msgspec.Meta]:
    return [meta for meta in get_args(annotation)[1:] if isinstance(meta, msgspec.Meta)]


def _check_range(path: str, value: object, meta: msgspec.Meta) -> None:
    if isinstance(value, tuple):
        for i, item in enumerate(value):
            _check_range(f"{path}[{i}]", item, meta)
    elif isinstance(value, int | float):
        low = meta.gt is not None and not value > meta.gt
        low = low or (meta.ge is not None and not value >= meta.ge)
        high = meta.le is not None and not value <= meta.le
        if value in {math.inf, -math.inf}:
            raise ConfigError(f"{path}: must be finite, got {value}")
        if low or high:
            raise ConfigError(f"{path}: must be {_rule(meta)}, got {shown(value)}")


def _rule(meta: msgspec.Meta) -> str:
    unit = (meta.extra or {}).get("unit", "")
    bounds = (("> ", meta.gt), (">= ", meta.ge), ("<= ", meta.le))
    parts = [f"{sign}{value:.12g}" for sign, value in bounds if value is not None]
    return " and ".join(parts or ["finite"]) + (f" {unit}" if unit else "")
