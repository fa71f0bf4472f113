"""Source text with lines that are written only where they are needed.

Lines between ``#@ if CONDITION`` and ``#@ end`` are kept if the condition holds: names joined by
``and``, or by ``or``, each perhaps with ``not`` before it. Such lines may hold others.
"""

import re
from collections.abc import Mapping, Set
from importlib import resources
from typing import TypeVar

_FOLDER = resources.files(__package__)
_NEEDS = {  # what a feature cannot do without
    "activation_tanh": ("tanh",),
    "activation_sigmoid": ("logistic",),
    "activation_neat_tanh": ("tanh",),
    "activation_neat_sigmoid": ("logistic",),
    "activation_sin": ("sin",),
    "activation_gauss": ("exp",),
    "activation_elu": ("exp",),
    "activation_selu": ("exp",),
    "activation_softplus": ("log", "exp"),
    "activation_log": ("log",),
    "activation_exp": ("exp",),
    "asinh": ("log",),
    "tonic": ("log",),
    "tonic_gain": ("exp",),
    "slow_cells": ("log",),
    "slow_cell_gain": ("exp",),
    "tanh": ("exp",),
    "logistic": ("exp",),
}
Value = TypeVar("Value")


def with_needs(features: Set[str]) -> frozenset[str]:
    """Return features, and all that they need."""
    found, new = set(features), set(features)
    while new:
        new = {need for feature in new for need in _NEEDS.get(feature, ())} - found
        found |= new
    return frozenset(found)


def pieces(language: str, names: tuple[str, ...], features: Set[str]) -> str:
    """Return the text of some files of a language, one after the other, as features need it."""
    texts = [(_FOLDER / language / name).read_text("utf-8") for name in names]
    return "".join(chosen(text, features) for text in texts)


def chosen(text: str, features: Set[str]) -> str:
    """Return the lines of a text that some features need."""
    kept: list[str] = []
    conditions = [True]
    for line in text.splitlines(keepends=True):
        mark = line.strip()
        if mark.startswith("#@ if "):
            conditions.append(conditions[-1] and _holds(mark.removeprefix("#@ if "), features))
        elif mark == "#@ end":
            conditions.pop()
        elif conditions[-1]:
            kept.append(line)
    return "".join(kept)


def _holds(condition: str, features: Set[str]) -> bool:
    join, word = (any, " or ") if " or " in condition else (all, " and ")
    return join(
        (name.removeprefix("not ") in features) != name.startswith("not ")
        for name in condition.split(word)
    )


def used_in(text: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values whose names occur in a text."""
    words = set(re.findall(r"\w+", text))
    return {name: value for name, value in values.items() if name in words}
