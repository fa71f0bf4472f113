"""Activations of graded cells by name, the plain way."""

import math

from glianeat import elementary


def within(x, most):
    return math.copysign(min(abs(x), most), x)


def exp_less_one(x):
    return elementary.exp(x) - 1.0


SCALE, ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
ACTIVATIONS = {
    "tanh": elementary.tanh,
    "sigmoid": lambda x: elementary.logistic(4.9 * x),
    "neat_tanh": lambda x: elementary.tanh(within(2.5 * x, 60.0)),
    "neat_sigmoid": lambda x: elementary.logistic(within(5.0 * x, 60.0)),
    "sin": lambda x: elementary.sin(within(5.0 * x, 60.0)),
    "gauss": lambda x: elementary.exp(-5.0 * within(x, 3.4) ** 2),
    "relu": lambda x: max(x, 0.0),
    "elu": lambda x: x if x > 0.0 else exp_less_one(x),
    "lelu": lambda x: x if x > 0.0 else 0.005 * x,
    "selu": lambda x: SCALE * (x if x > 0.0 else ALPHA * exp_less_one(x)),
    "softplus": lambda x: 0.2 * elementary.log(1.0 + elementary.exp(within(5.0 * x, 60.0))),
    "identity": lambda x: x,
    "clamped": lambda x: within(x, 1.0),
    "inv": lambda x: 1.0 / x if x else 0.0,
    "log": lambda x: elementary.log(max(x, 1e-7)),
    "exp": lambda x: elementary.exp(within(x, 60.0)),
    "abs": abs,
    "hat": lambda x: max(1.0 - abs(x), 0.0),
    "square": lambda x: x * x,
    "cube": lambda x: x * x * x,
}
