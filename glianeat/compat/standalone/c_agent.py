"""Agents as one C file that needs nothing but a C compiler."""

import math

import numpy as np

from glianeat.compat.exporter import Exporter
from glianeat.compat.standalone.pieces import pieces, used_in, with_needs
from glianeat.compat.standalone.source import heading, packed_agent
from glianeat.genome.genome import Genome
from glianeat.run.config import ExperimentConfig
from glianeat.typing import AnyArray

_BODY = (
    *("elementary.c.in", "activations.c.in", "agent.c.in", "pools.c.in"),
    *("glia.c.in", "cells.c.in", "codec.c.in", "act.c.in"),
)
MAGNITUDE = """static double magnitude(double x)
{
    return x > 0.0 ? x : 0.0 - x;
}

"""
"""What several pieces need."""
_USE = """
Use: compile with -std=c99 -ffp-contract=off (and, if it asks for sqrt, -lm). Then

    Agent agent;                             what changes while the agent acts
    agent_reset(&agent);                     before every episode
    agent_act(&agent, observation, action);  in every step of the task"""
_WIDTH = 96


def _write(genome: Genome, config: ExperimentConfig) -> bytes:
    packed = packed_agent(genome, config)
    features = with_needs(packed.features)
    body = pieces("c", _BODY, features)
    numbers, arrays = packed.numbers(), used_in(body, packed.arrays())
    title = "\n   ".join([*heading(genome, config, packed), *_USE.splitlines()])
    data = [_number(name, value) for name, value in used_in(body, numbers).items()]
    data += [array_text(name, values) for name, values in arrays.items()]
    title = "\n".join(line.rstrip() for line in title.splitlines())
    imports = pieces("c", ("imports.c.in",), features)
    return f"/* {title} */\n{imports}{''.join(data)}\n{MAGNITUDE}{body}".encode()


def _number(name: str, value: float) -> str:
    if isinstance(value, int):
        return f"enum {{ {name} = {value} }};\n"
    return f"#define {name} ({_float(value)})\n"


def array_text(name: str, values: AnyArray) -> str:
    """Return an array as C declares it; whole numbers in the smallest type that holds them."""
    flat = values.ravel()
    if flat.dtype.kind == "f":
        kind, items = "double", [_float(value) for value in flat.tolist()]
    else:
        kind, items = _whole_type(flat), [str(value) for value in flat.tolist()]
    lines, line = [], "   "
    for item in items or ["0"]:  # an array must hold something
        if len(line) + len(item) > _WIDTH:
            lines.append(line)
            line = "   "
        line += f" {item},"
    text = "\n".join([*lines, line])
    return f"static const {kind} {name}[{max(len(items), 1)}] = {{\n{text}\n}};\n"


def _whole_type(values: AnyArray) -> str:
    if len(values) and values.min() < 0:
        return "int32_t"
    largest = int(values.max(initial=0))
    return next(kind for kind in ("uint8_t", "uint16_t", "uint32_t") if largest <= _limit(kind))


def _limit(kind: str) -> int:
    return int(np.iinfo(kind.removesuffix("_t")).max)


def _float(value: float) -> str:
    """Return a number as C reads it exactly."""
    if math.isfinite(value):
        return value.hex()
    return {math.inf: "INFINITY", -math.inf: "-INFINITY"}.get(value, "NAN")


C = Exporter("c", ".c", _write, makes_task=True)
