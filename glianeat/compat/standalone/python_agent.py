"""Agents as one Python file that imports nothing but Python's own modules."""

import math
from typing import Any

from glianeat.compat.exporter import Exporter
from glianeat.compat.standalone.pieces import pieces, used_in, with_needs
from glianeat.compat.standalone.source import heading, packed_agent
from glianeat.genome.genome import Genome
from glianeat.run.config import ExperimentConfig
from glianeat.typing import AnyArray

_FUNCTIONS = ("elementary.py.in", "activations.py.in", "slow.py.in", "codec.py.in")
_CLASS = ("agent.py.in", "cells.py.in", "glia.py.in", "pools.py.in", "decode.py.in")
_USE = """
Use:

    from this_file import Agent

    agent = Agent()
    action = agent.act(observation)  # in every step of the task
    agent.reset()  # before every episode"""
_MATH = ("floor", "inf", "isfinite", "ldexp", "nan", "sqrt")
_WIDTH = 96


def _write(genome: Genome, config: ExperimentConfig) -> bytes:
    packed = packed_agent(genome, config)
    features = with_needs(packed.features)
    body = pieces("python", (*_FUNCTIONS, *_CLASS), features)
    numbers = {name: _number(value) for name, value in used_in(body, packed.numbers()).items()}
    arrays = {name: _array(values) for name, values in used_in(body, packed.arrays()).items()}
    data = [f"{name} = {text}" for name, text in (numbers | arrays).items()]
    parts = [f"    ({part.path!r}, {part.n_numbers}),\n" for part in packed.spec.observed]
    data.append("".join(["PARTS = (\n", *parts, ")"]))
    title = "\n".join([*heading(genome, config, packed), _USE])
    rest = "\n".join([*data, "", "", body])
    return f'"""{title}\n"""\n\n{imports(rest)}\n\n{rest}'.encode()


def imports(text: str) -> str:
    """Return the lines that import what a text uses."""
    lines = ["import struct"] if "struct." in text else []
    used = sorted(used_in(text, dict.fromkeys(_MATH, True)))
    return "\n".join([*lines, f"from math import {', '.join(used)}", "from typing import Any"])


def _number(value: float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "inf", -math.inf: "-inf"}.get(value, "nan")
    return repr(value)


def _array(values: AnyArray) -> str:
    """Return an array as a tuple, or one of tuples, in lines that are not too long."""
    return _tuple(values.tolist())


def _tuple(values: list[Any]) -> str:
    if not values:
        return "()"
    items = [_tuple(one) if isinstance(one, list) else _number(one) for one in values]
    lines, line = [], "   "
    for item in items:
        if len(line) + len(item) > _WIDTH:
            lines.append(line)
            line = "   "
        line += f" {item},"
    return "(\n" + "\n".join([*lines, line]) + "\n)"


PYTHON = Exporter("python", ".py", _write, makes_task=True)
