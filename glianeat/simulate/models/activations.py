"""What graded cells make of their input: all activations of neat-python 2.0, and two of ours.

``tanh`` and ``sigmoid`` are those of this project, tanh(x) and 1 / (1 + exp(-4.9 x)); steeper ones
of neat-python's are ``neat_tanh`` and ``neat_sigmoid``. The others are neat-python's as they are,
but that a number which leaves the range of floats is infinite, and NaN stays NaN, to be noticed.
"""

from glianeat.compile.decorators import kernel
from glianeat.compile.linking import separately_compiled
from glianeat.elementary import exp, log, logistic, sin, tanh
from glianeat.typing import Whole

STEEPNESS = 4.9  # of the sigmoid (Stanley & Miikkulainen 2002, p. 111)
(
    MIXED,  # in place of the activation of all: each cell has its own
    TANH,
    SIGMOID,
    NEAT_TANH,
    NEAT_SIGMOID,
    SIN,
    GAUSS,
    RELU,
    ELU,
    LELU,
    SELU,
    SOFTPLUS,
    IDENTITY,
    CLAMPED,
    INV,
    LOG,
    EXP,
    ABS,
    HAT,
    SQUARE,
    CUBE,
) = range(21)  # as in `schema.ACTIVATIONS`
_LEAK = 0.005
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
_FARTHEST = 60.0  # to where neat-python follows its exponentials


@kernel
def activate(activation: Whole, x: float) -> float:
    """Return what an activation, by its number, makes of x."""
    if activation == TANH:
        return tanh(x)
    if activation == SIGMOID:
        return logistic(STEEPNESS * x)
    if activation == RELU:
        return 0.0 if x <= 0.0 else x  # noqa: FURB136 - NaN passes
    if activation == IDENTITY:
        return x
    if activation == CLAMPED:
        return _clipped(x, 1.0)
    if activation == NEAT_TANH:
        return tanh(_clipped(2.5 * x, _FARTHEST))
    if activation == NEAT_SIGMOID:
        return logistic(_clipped(5.0 * x, _FARTHEST))
    if activation == SIN:
        return sin(_clipped(5.0 * x, _FARTHEST))
    if activation == GAUSS:
        z = _clipped(x, 3.4)
        return exp(-5.0 * (z * z))
    if activation == ABS:
        return abs(x)
    if activation == LELU:
        return _LEAK * x if x <= 0.0 else x
    if activation == SQUARE:
        return x * x
    if activation == CUBE:
        return x * x * x
    if activation == HAT:
        return 0.0 if abs(x) > 1.0 else 1.0 - abs(x)
    return _activate_otherwise(activation, x)


@kernel
def _activate_otherwise(activation: Whole, x: float) -> float:
    if activation == ELU:
        return exp(x) - 1.0 if x <= 0.0 else x
    if activation == SELU:
        return _SELU_SCALE * (_SELU_ALPHA * (exp(x) - 1.0) if x <= 0.0 else x)
    if activation == SOFTPLUS:
        return 0.2 * log(1.0 + exp(_clipped(5.0 * x, _FARTHEST)))
    if activation == INV:
        return 0.0 if x == 0.0 else 1.0 / x
    if activation == LOG:
        return log(1e-7 if x < 1e-7 else x)  # noqa: FURB136 - NaN passes
    return exp(_clipped(x, _FARTHEST))  # EXP


@kernel
def _clipped(x: float, most: float) -> float:
    """Return x within ± `most`; NaN passes."""
    if x > most:
        return most
    return -most if x < -most else x  # noqa: FURB136 - NaN passes


separate_activate = separately_compiled(activate)
