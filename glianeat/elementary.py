"""Elementary functions: the same bits on every processor, from Python and from compiled code.

The C library and NumPy choose their instructions at run time, and the last bit of an exponential
with them. What decides a result is computed here instead: by additions, multiplications, divisions
and square roots in a written order, each rounded once as IEEE 754 says, and by tables. Errors are
below 2 units in the last place (`scripts/elementary_errors.py` measures them).

Each function takes and returns one number. Those that end in ``_each`` take an array of float64 of
any shape, and return a new one.

References
----------
Arguments are reduced as in W. J. Cody and W. Waite, "Software Manual for the Elementary Functions",
1980; tables of exponentials and logarithms as proposed by P.-T. P. Tang, ACM Trans. Mathematical
Software 15(2), 1989, and 16(4), 1990. Polynomials are near-minimax in Chebyshev's sense, found with
60 digits by `scripts/elementary_coefficients.py`.
"""

from collections.abc import Callable
from decimal import Context, Decimal

import numpy as np
from numpy.typing import ArrayLike

from glianeat.angle_reduction import reduce_large_angle
from glianeat.compile.decorators import kernel
from glianeat.typing import FloatArray, IntArray, Whole

NUMERICS = 1
"""Number of the arithmetic by which results are computed; another number, other last bits. Runs
that do not name theirs were computed with the C library's functions: 0."""
_ROUND = 6755399441055744.0  # 1.5 · 2**52: adding and subtracting it rounds to a whole number
_LN2_HIGH, _LN2_LOW = 0.6931471806019545, -4.2009150726810846e-11  # the first has 32 bits
_STEPS = 128  # of the tables, to each power of two
_PER_STEP = 184.6649652337873  # 128 / ln 2
_STEP_HIGH, _STEP_LOW = 0.005415212348452769, -3.2819649005320973e-13  # the first has 32 bits
_LEAST_EXPONENT, _GREATEST_EXPONENT = -1021, 1022  # within which exponents need no care
_EXP_HIGHEST, _EXP_LOWEST = 709.782712893384, -745.1332191019412  # beyond: infinity and 0
_EXP2_HIGHEST, _EXP2_LOWEST = 1024.0, -1075.0
_FIRST = np.int64(0x3FE6A00000000000)  # bits of a number just below the square root of 1/2
_EXPONENT = -1021, 1022  # within which exponents need no care
_EXP_HIGHEST, _EXP_LOWEST = 709.782712893384, -745.1332191019412  # beyond: infinity and 0
_EXP2_HIGHEST, _EXP2_LOWEST = 1024.0, -1075.0
_ROOT_HALF = np.int64(0x3FE6A09E667F3BCD)  # bits of the square root of 1/2
_FRACTION, _HALF_STEP = np.int64(2**52 - 1), np.int64(2**44)  # bits of a number
_TINY, _PER_TINY = 2.2250738585072014e-308, 18014398509481984.0  # least normal number; 2**54
# π/2 in four parts, of which the first three have 33 bits
_PART_1, _PART_2 = 1.5707963267341256, 6.077100506303966e-11
_PART_3, _PART_4 = 2.0222662487111665e-21, 8.4784276603689e-32
_PER_QUARTER = 0.6366197723675814  # 2/π
_FAR = 524288.0  # 2**19, from where parts of 33 bits no longer do
_TANH_SMALL, _TANH_FLAT = 0.625, 22.0
_ASINH_SMALL, _ASINH_LARGE = 0.5, 1e8


def _powers() -> tuple[IntArray, FloatArray]:
    """Return 2**(i/128) as bits of numbers, and what these lack, relative to them."""
    exact = Context(prec=40)
    whole = [exact.power(2, exact.divide(i, _STEPS)) for i in range(_STEPS)]
    near = [float(power) for power in whole]
    lack = [exact.divide(one, Decimal(two)) for one, two in zip(whole, near, strict=True)]
    return np.array(near).view(np.int64), np.array([float(exact.subtract(x, 1)) for x in lack])


def _logarithms() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the centres of 129 steps from √½ on, inverted, and their logarithms in two parts.

    The first part has 42 bits behind the point, so that multiples of ln 2 add without rounding.
    """
    exact = Context(prec=40)
    centres = (_FIRST + (np.arange(_STEPS + 1) << 45)).view(np.float64)
    whole = [exact.ln(Decimal(centre)) for centre in centres.tolist()]
    high = [float(round(exact.multiply(value, 2**42))) / 2.0**42 for value in whole]
    low = [exact.subtract(one, Decimal(two)) for one, two in zip(whole, high, strict=True)]
    return 1.0 / centres, np.array(high), np.array([float(value) for value in low])


_POWER, _POWER_LACKS = _powers()
_PER_CENTRE, _LOG_HIGH, _LOG_LOW = _logarithms()
TABLES = {
    "POWER": _POWER.view(np.float64),
    "POWER_LACKS": _POWER_LACKS,
    "PER_CENTRE": _PER_CENTRE,
    "LOG_HIGH": _LOG_HIGH,
    "LOG_LOW": _LOG_LOW,
}
"""The tables by name, for the same functions in other languages."""


@kernel
def _power_of_two(exponent: int) -> float:
    """Return 2**exponent for -1022 … 1023."""
    return float(np.int64((exponent + 1023) << 52).view(np.float64))


@kernel
def _scaled(value: float, exponent: int) -> float:
    """Return value · 2**exponent, rounded once."""
    half = exponent >> 1
    return value * _power_of_two(half) * _power_of_two(exponent - half)


@kernel
def exp(x: float) -> float:
    """Return e**x."""
    if not _EXP_LOWEST <= x <= _EXP_HIGHEST:
        return x if x != x else (np.inf if x > 0.0 else 0.0)  # noqa: PLR0124 - not a number
    k = (x * _PER_STEP + _ROUND) - _ROUND
    r = (x - k * _STEP_HIGH) - k * _STEP_LOW
    whole = int(k)
    place, exponent = whole & (_STEPS - 1), whole >> 7
    # what follows approximates (e**r - 1 - r) / r**2
    curve = 0.4999999999999903 + r * 0.16666666666666527
    curve += r * r * (0.04166667705345528 + r * 0.00833333481716024)
    rest = r + (_POWER_LACKS[place] + r * r * curve)
    if _LEAST_EXPONENT <= exponent <= _GREATEST_EXPONENT:
        power = float(np.int64(_POWER[place] + (exponent << 52)).view(np.float64))
        return float(power + power * rest)
    power = float(np.int64(_POWER[place]).view(np.float64))
    return _scaled(float(power + power * rest), exponent)


@kernel
def exp2(x: float) -> float:
    """Return 2**x."""
    if not _EXP2_LOWEST < x < _EXP2_HIGHEST:
        return x if x != x else (np.inf if x > 0.0 else 0.0)  # noqa: PLR0124 - not a number
    k = (x + _ROUND) - _ROUND
    r = x - k
    z = r * r
    # what follows approximates (2**r - 1) / r, whose first coefficient is ln 2 in two parts
    a = 0.24022650695910072 + r * 0.055504108664821625
    a += z * (0.00961812910762848 + r * 0.001333355814640647)
    b = 0.00015403530393370734 + r * 1.5252733841556773e-05
    b += z * (1.3215486808705563e-06 + r * 1.0178057087733941e-07)
    c = 7.0548973041554995e-09 + r * 4.4558179083360645e-10 + z * 2.5729324177362305e-11
    zz = z * z
    rest = r * 2.3190468138462996e-17 + z * (a + zz * (b + zz * c))
    main = r * 0.6931471805599453
    whole = 1.0 + main
    value = whole + (((1.0 - whole) + main) + rest)
    return _scaled(value, int(k))


@kernel
def log(x: float) -> float:
    """Return the natural logarithm of x; minus infinity for 0, NaN for what is negative."""
    shift = 0.0
    if not _TINY <= x < np.inf:
        if not x > 0.0:
            return -np.inf if x == 0.0 else np.nan
        if x == np.inf:
            return x
        x *= _PER_TINY
        shift = -54.0
    bits = np.float64(x).view(np.int64)
    above = np.int64(bits - _FIRST)
    k = float(above >> 52) + shift
    fraction = above & _FRACTION
    place = (fraction + _HALF_STEP) >> 45
    part = float(np.int64(_FIRST + fraction).view(np.float64))  # x = 2**k · part
    centre = float(np.int64(_FIRST + (place << 45)).view(np.float64))
    r = (part - centre) * _PER_CENTRE[place]
    # what follows approximates (log(1 + r) - r) / r**2
    curve = 0.3333333333333334 + r * -0.24999999993301802
    curve += r * r * (0.19999999994046042 + r * (-0.16667245386445895 + r * 0.14286228703620585))
    high = k * _LN2_HIGH + _LOG_HIGH[place]
    main = high + r
    lost = (high - main) + r
    rest = lost + (k * _LN2_LOW + _LOG_LOW[place]) + r * r * (-0.5 + r * curve)
    return float(main + rest)


@kernel
def tanh(x: float) -> float:
    """Return the hyperbolic tangent of x."""
    size = abs(x)
    if size < _TANH_SMALL:
        z = x * x
        zz = z * z
        # what follows approximates (tanh(x) - x) / x**3
        a = 0.13333333333333322 + z * -0.0539682539682359
        a += zz * (0.021869488535133222 + z * -0.008863235499801992)
        b = 0.003592127507599252 + z * -0.0014558283998303246
        b += zz * (0.0005899818158388232 + z * -0.00023888944636751174)
        c = 9.604109157026265e-05 + z * -3.708106921544234e-05
        c += zz * (1.2209921790162781e-05 + z * -2.438831631472088e-06)
        rest = a + zz * zz * (b + zz * zz * c)
        return x + x * z * (-0.3333333333333333 + z * rest)
    if size < _TANH_FLAT:
        value = 1.0 - 2.0 / (exp(2.0 * size) + 1.0)
        return value if x > 0.0 else -value
    return x if x != x else (1.0 if x > 0.0 else -1.0)  # noqa: PLR0124 - not a number


@kernel
def logistic(x: float) -> float:
    """Return 1 / (1 + e**-x)."""
    if x < 0.0:
        grown = exp(x)
        total = 1.0 + grown
        lost = grown - (total - 1.0)
        value = grown / total
        return value - value * (lost / total)
    return 1.0 / (1.0 + exp(-x))


@kernel
def asinh(x: float) -> float:
    """Return the inverse hyperbolic sine of x."""
    size = abs(x)
    if size < _ASINH_SMALL:
        z = x * x
        zz = z * z
        # what follows approximates (asinh(x) - x) / x**3
        a = 0.0749999999999992 + z * -0.044642857142677225
        a += zz * (0.030381944428513684 + z * -0.022372158355736263)
        b = 0.0173527441556904 + z * -0.013964483323351326
        b += zz * (0.011547475926257406 + z * -0.009725716144151688)
        c = 0.00818236764637779 + z * -0.0064746008466359025
        c += zz * (0.00413835813140252 + z * -0.0014988358499957474)
        rest = a + zz * zz * (b + zz * zz * c)
        return x + x * z * (-0.16666666666666666 + z * rest)
    if size > _ASINH_LARGE:  # NaN goes the other way
        value = log(size) + 0.6931471805599453
    else:
        grown = size + size * size / (1.0 + np.sqrt(size * size + 1.0))
        total = 1.0 + grown
        lost = (1.0 - (total - (total - 1.0))) + (grown - (total - 1.0))
        value = log(total) + lost / total
    return value if x > 0.0 else -value


@kernel
def sin(x: float) -> float:
    """Return the sine of x [rad]; NaN for what is infinite."""
    quarter, high, low = _reduced(x)
    value = _cosine(high, low) if quarter & 1 else _sine(high, low)
    return -value if quarter & 2 else value


@kernel
def cos(x: float) -> float:
    """Return the cosine of x [rad]; NaN for what is infinite."""
    quarter, high, low = _reduced(x)
    value = _sine(high, low) if quarter & 1 else _cosine(high, low)
    return -value if (quarter + 1) & 2 else value


@kernel
def _sine(high: float, low: float) -> float:
    """Return the sine of an angle in two parts, within π/4 of 0."""
    z = high * high
    zz = z * z
    # what follows approximates (sin(x) - x) / x**3
    rest = 0.008333333333333331 + z * -0.00019841269841265063
    rest += zz * (2.7557319219337312e-06 + z * -2.5052106231802837e-08)
    rest += zz * zz * (1.6058531516797758e-10 + z * -7.586691094197958e-13)
    cube = z * high
    return high + (cube * -0.16666666666666666 + (cube * z * rest + low * (1.0 - 0.5 * z)))


@kernel
def _cosine(high: float, low: float) -> float:
    """Return the cosine of an angle in two parts, within π/4 of 0."""
    z = high * high
    zz = z * z
    # what follows approximates (cos(x) - 1 + x**2 / 2) / x**4
    rest = 0.041666666666666664 + z * -0.0013888888888887398
    rest += zz * (2.480158729876456e-05 + z * -2.7557317271145144e-07)
    rest += zz * zz * (2.087614614655861e-09 + z * -1.1382623647474604e-11)
    half = 0.5 * z
    main = 1.0 - half
    return main + (((1.0 - main) - half) + (zz * rest - high * low))


@kernel
def _reduced(x: float) -> tuple[Whole, float, float]:
    """Return x modulo 2π as a number of quarter turns and the rest, in two parts."""
    if not abs(x) < np.inf:
        return 0, np.nan, np.nan
    if abs(x) >= _FAR:
        return reduce_large_angle(x)
    n = (x * _PER_QUARTER + _ROUND) - _ROUND
    first = x - n * _PART_1
    second = n * _PART_2
    rest = first - second
    back = first - rest
    lost = (back - second) + (first - (rest + back))
    shift = lost - n * _PART_3
    high = rest + shift
    low = (shift - (high - rest)) - n * _PART_4
    return int(n) & 3, high, low


@kernel
def _exp_into(x: FloatArray, out: FloatArray) -> None:
    for i in range(x.shape[0]):
        out[i] = exp(x[i])


@kernel
def _exp2_into(x: FloatArray, out: FloatArray) -> None:
    for i in range(x.shape[0]):
        out[i] = exp2(x[i])


@kernel
def _log_into(x: FloatArray, out: FloatArray) -> None:
    for i in range(x.shape[0]):
        out[i] = log(x[i])


@kernel
def _tanh_into(x: FloatArray, out: FloatArray) -> None:
    for i in range(x.shape[0]):
        out[i] = tanh(x[i])


@kernel
def _sin_into(x: FloatArray, out: FloatArray) -> None:
    for i in range(x.shape[0]):
        out[i] = sin(x[i])


@kernel
def _cos_into(x: FloatArray, out: FloatArray) -> None:
    for i in range(x.shape[0]):
        out[i] = cos(x[i])


def _each(into: Callable[[FloatArray, FloatArray], None], values: ArrayLike) -> FloatArray:
    given = np.ascontiguousarray(values, dtype=np.float64)
    out = np.empty_like(given)
    into(given.reshape(-1), out.reshape(-1))
    return out


def exp_each(values: ArrayLike) -> FloatArray:
    """Return e**x of every number, shape as `values`."""
    return _each(_exp_into, values)


def exp2_each(values: ArrayLike) -> FloatArray:
    """Return 2**x of every number, shape as `values`."""
    return _each(_exp2_into, values)


def log_each(values: ArrayLike) -> FloatArray:
    """Return the natural logarithm of every number, shape as `values`."""
    return _each(_log_into, values)


def tanh_each(values: ArrayLike) -> FloatArray:
    """Return the hyperbolic tangent of every number, shape as `values`."""
    return _each(_tanh_into, values)


def sin_each(values: ArrayLike) -> FloatArray:
    """Return the sine of every number [rad], shape as `values`."""
    return _each(_sin_into, values)


def cos_each(values: ArrayLike) -> FloatArray:
    """Return the cosine of every number [rad], shape as `values`."""
    return _each(_cos_into, values)
