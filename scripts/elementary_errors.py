"""Errors of glianeat/elementary.py against mpmath, and its speed in turns with the C library's.

python scripts/elementary_errors.py --points 1000000 -o scripts/results/elementary.txt
"""

import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import mpmath
import numba
import numpy as np

from glianeat import elementary
from glianeat.typing import FloatArray

Draw = Callable[[np.random.Generator, int], FloatArray]
REPEATS, STREAMED = 61, 10_000


def _between(low: float, high: float) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> FloatArray:
        return np.asarray(rng.uniform(low, high, n))

    return draw


def _scaled(low: float, high: float) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> FloatArray:
        sign: FloatArray = rng.choice([-1.0, 1.0], n)
        return elementary.exp2_each(rng.uniform(low, high, n)) * sign

    return draw


def _positive(rng: np.random.Generator, n: int) -> FloatArray:
    return np.abs(_scaled(-1074.0, 1023.9)(rng, n))


def _quarters(rng: np.random.Generator, n: int) -> FloatArray:
    turns: FloatArray = np.round(elementary.exp2_each(rng.uniform(0.0, 40.0, n)))
    return turns * (math.pi / 2.0)


# exact function, the digits it takes [bits], and ranges of arguments, which share the points
FUNCTIONS: dict[str, tuple[Callable[[Any], Any], int, dict[str, Draw]]] = {
    "exp": (mpmath.exp, 120, {"-745 … 709.7": _between(-745.0, 709.7), "-1 … 1": _between(-1, 1)}),
    "exp2": (
        lambda x: mpmath.mpf(2) ** x,
        120,
        {"-1074 … 1024": _between(-1074.0, 1023.9), "-1 … 1": _between(-1, 1)},
    ),
    "log": (
        mpmath.log,
        120,
        {"all": _positive, "0.5 … 2": _between(0.5, 2.0), "0.99 … 1.01": _between(0.99, 1.01)},
    ),
    "tanh": (mpmath.tanh, 120, {"-1 … 1": _between(-1, 1), "-25 … 25": _between(-25, 25)}),
    "logistic": (
        lambda x: 1 / (1 + mpmath.exp(-x)),
        120,
        {"-40 … 40": _between(-40, 40), "-1 … 1": _between(-1, 1)},
    ),
    "asinh": (mpmath.asinh, 120, {"-1 … 1": _between(-1, 1), "all": _scaled(-300, 1023.9)}),
    "sin": (
        mpmath.sin,
        120,
        {"-4 … 4": _between(-4, 4), "±5e5": _between(-5e5, 5e5), "quarter turns": _quarters},
    ),
    "cos": (
        mpmath.cos,
        120,
        {"-4 … 4": _between(-4, 4), "±5e5": _between(-5e5, 5e5), "quarter turns": _quarters},
    ),
    "sin, large": (mpmath.sin, 1300, {"all": _scaled(19, 1023.9)}),
    "cos, large": (mpmath.cos, 1300, {"all": _scaled(19, 1023.9)}),
}
TIMED = {
    "exp": (-5.0, 5.0),
    "log": (0.1, 10.0),
    "tanh": (-3.0, 3.0),
    "asinh": (-3.0, 3.0),
    "sin": (-3.0, 3.0),
    "cos": (-3.0, 3.0),
}


def errors(name: str, points: int, seed: int) -> str:
    """Return a line on the errors of one function [units in the last place]."""
    exact, bits, draws = FUNCTIONS[name]
    function = getattr(elementary, name.partition(",")[0])
    rng = np.random.default_rng(seed)
    worst, at, missed, number = 0.0, 0.0, 0, 0
    with mpmath.workprec(bits):
        for draw in draws.values():
            for x in draw(rng, points // len(draws)).tolist():
                value, true = function(x), exact(mpmath.mpf(x))
                nearest = float(true)
                error = float(abs(mpmath.mpf(value) - true) / math.ulp(nearest))
                missed += value != nearest
                number += 1
                if error > worst:
                    worst, at = error, x
    share = f"{missed / number:.2%} not nearest"
    return f"{name:12} {number:9,} points  worst {worst:.3f} ulp at {at!r:26} {share}"


def _loops(function: Any) -> tuple[Any, Any]:
    def stream(x: Any) -> float:
        total = 0.0
        for i in range(x.shape[0]):
            total += function(x[i])
        return total

    def chain(x: Any) -> float:
        last = 0.0
        for i in range(x.shape[0]):
            last = function(x[i] + last * 1e-9)
        return last

    return numba.njit(error_model="numpy")(stream), numba.njit(error_model="numpy")(chain)


def speed(name: str) -> str:
    """Return a line on the time of one call, medians of turns with the C library's [ns]."""
    x = np.random.default_rng(0).uniform(*TIMED[name], STREAMED)
    line = f"{name:12}"
    pairs = zip(_loops(getattr(elementary, name)), _loops(getattr(math, name)), strict=True)
    for kind, (ours, theirs) in zip(("in a row", "each after the other"), pairs, strict=True):
        taken: tuple[list[float], list[float]] = ([], [])
        for loop in (ours, theirs):
            loop(x)
        for _ in range(REPEATS):
            for loop, times in zip((ours, theirs), taken, strict=True):
                began = time.perf_counter()
                loop(x)
                times.append((time.perf_counter() - began) / STREAMED * 1e9)
        own, foreign = (statistics.median(times) for times in taken)
        line += f"  {kind} {own:5.2f} ns, C library {foreign:5.2f} ns, {own / foreign:.2f}"
    return line


@click.command()
@click.option("--points", default=100_000, show_default=True, help="Arguments of each function.")
@click.option("--seed", default=0, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File for the results.")
def main(points: int, seed: int, output: Path | None) -> None:
    """Print errors and times of every function."""
    lines = []
    for name in FUNCTIONS:
        lines.append(errors(name, points, seed))
        click.echo(lines[-1])
    for name in TIMED:
        lines.append(speed(name))
        click.echo(lines[-1])
    if output is not None:
        output.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
