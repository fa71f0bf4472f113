"""Elementary functions against exact ones, and compiled against interpreted, bit for bit."""

import math
import os
import subprocess
import sys

import mpmath
import numpy as np
import pytest

from glianeat import elementary

MOST = 2.0  # units in the last place
EXACT = {
    "exp": mpmath.exp,
    "exp2": lambda x: mpmath.mpf(2) ** x,
    "log": mpmath.log,
    "tanh": mpmath.tanh,
    "logistic": lambda x: 1 / (1 + mpmath.exp(-x)),
    "asinh": mpmath.asinh,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
}
BETWEEN = {  # ranges of arguments, or of their binary logarithms
    "exp": ((-745.0, 709.7), (-1.0, 1.0)),
    "exp2": ((-1074.0, 1023.9), (-1.0, 1.0)),
    "log": ("positive", (0.5, 2.0), (0.99, 1.01)),
    "tanh": ((-1.0, 1.0), (-25.0, 25.0)),
    "logistic": ((-40.0, 40.0), (-1.0, 1.0)),
    "asinh": ((-1.0, 1.0), (-10.0, 10.0), "any"),
    "sin": ((-4.0, 4.0), (-5e5, 5e5), "any", "quarters"),
    "cos": ((-4.0, 4.0), (-5e5, 5e5), "any", "quarters"),
}
SPECIAL = {
    "exp": [(0.0, 1.0), (-math.inf, 0.0), (math.inf, math.inf), (1000.0, math.inf), (-800.0, 0.0)],
    "exp2": [(0.0, 1.0), (-1074.0, 5e-324), (1024.0, math.inf), (-1100.0, 0.0), (10.0, 1024.0)],
    "log": [(1.0, 0.0), (0.0, -math.inf), (math.inf, math.inf), (-1.0, math.nan)],
    "tanh": [(0.0, 0.0), (math.inf, 1.0), (-math.inf, -1.0), (30.0, 1.0)],
    "logistic": [(0.0, 0.5), (math.inf, 1.0), (-math.inf, 0.0), (800.0, 1.0)],
    "asinh": [(0.0, 0.0), (math.inf, math.inf), (-math.inf, -math.inf)],
    "sin": [(0.0, 0.0), (math.inf, math.nan), (-math.inf, math.nan)],
    "cos": [(0.0, 1.0), (math.inf, math.nan)],
}


def arguments(kind, number, seed=0):
    rng = np.random.default_rng(seed)
    if kind == "positive":
        return np.exp2(rng.uniform(-1074.0, 1023.9, number))
    if kind == "any":
        return np.exp2(rng.uniform(-300.0, 1023.9, number)) * rng.choice([-1.0, 1.0], number)
    if kind == "quarters":  # as near to multiples of a quarter turn as numbers can be
        return np.round(np.exp2(rng.uniform(0.0, 40.0, number))) * (math.pi / 2.0)
    return rng.uniform(*kind, number)


def error(name, x):
    """Return by how many units in the last place a function is off."""
    with mpmath.workprec(1300 if name in {"sin", "cos"} else 150):
        exact = EXACT[name](mpmath.mpf(x))
        unit = math.ulp(float(exact))
        return float(abs(mpmath.mpf(getattr(elementary, name)(x)) - exact) / unit)


@pytest.mark.parametrize("name", EXACT)
def test_errors_are_below_two_units_in_the_last_place(name):
    worst = max(error(name, x) for kind in BETWEEN[name] for x in arguments(kind, 300).tolist())
    assert worst <= MOST


@pytest.mark.parametrize("name", EXACT)
def test_special_values(name):
    function = getattr(elementary, name)
    for x, expected in SPECIAL[name]:
        assert function(x) == expected or (math.isnan(expected) and math.isnan(function(x)))
    assert math.isnan(function(math.nan))


@pytest.mark.parametrize("name", ["tanh", "asinh", "sin"])
def test_odd_functions_are_odd(name):
    function = getattr(elementary, name)
    for x in (*arguments((0.0, 5.0), 50).tolist(), *arguments("positive", 50).tolist()):
        assert function(-x) == -function(x)


@pytest.mark.parametrize("name", ["exp", "exp2", "log", "tanh", "sin", "cos"])
def test_arrays_keep_their_shape_and_give_the_same_bits(name):
    values = arguments((0.01, 5.0), 24).reshape(2, 3, 4)
    found = getattr(elementary, f"{name}_each")(values)
    assert found.shape == values.shape
    assert found.ravel().tolist() == [getattr(elementary, name)(x) for x in values.ravel().tolist()]
    assert getattr(elementary, f"{name}_each")(values[:, ::2]).tolist() == found[:, ::2].tolist()


def all_bits():
    """Return the bits of all functions at some arguments, as text."""
    lines = []
    for name, kinds in BETWEEN.items():
        function = getattr(elementary, name)
        for kind in kinds:
            lines += [float(function(x)).hex() for x in arguments(kind, 40, seed=1).tolist()]
    return "\n".join(lines)


def test_interpreted_functions_give_the_same_bits_as_compiled_ones():
    code = "from tests.test_elementary import all_bits; print(all_bits())"
    plain = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert plain.stdout.strip() == all_bits()
