"""The codec, plainly: one number after the other, with Python's own arithmetic."""

import math
from itertools import pairwise

import numpy as np
from gymnasium import spaces

from glianeat.elementary import asinh, exp, tanh

NO_BOUND = 1e30


def leaves(space, name=""):
    """Return (name, space) of every space that holds no other."""
    if isinstance(space, spaces.Dict):
        inner = space.spaces.items()
    elif isinstance(space, spaces.Tuple):
        inner = enumerate(space.spaces)
    else:
        return [(name, space)]
    return [
        leaf for key, one in inner for leaf in leaves(one, f"{name}.{key}" if name else str(key))
    ]


def numbers(space, value):
    """Return all numbers of a value of a space, in one list."""
    if isinstance(space, spaces.Dict):
        return [x for key, one in space.spaces.items() for x in numbers(one, value[key])]
    if isinstance(space, spaces.Tuple):
        return [x for one, v in zip(space.spaces, value, strict=True) for x in numbers(one, v)]
    return [float(x) for x in np.ravel(value)]


def choices(space):
    """Return, for each number of a space without others, the values it may take, or None."""
    if isinstance(space, spaces.Discrete):
        return [[int(space.start) + k for k in range(int(space.n))]]
    if isinstance(space, spaces.MultiDiscrete):
        pairs = zip(np.ravel(space.start).tolist(), np.ravel(space.nvec).tolist(), strict=True)
        return [[start + k for k in range(n)] for start, n in pairs]
    if isinstance(space, spaces.MultiBinary):
        return [[0, 1]] * int(np.prod(space.shape))
    return [None] * int(np.prod(space.shape))


def scaled(squash, centre, scale, value):
    z = (value - centre) / scale
    return {
        "linear": lambda: max(-1.0, min(1.0, z)),
        "tanh": lambda: tanh(z),
        "asinh": lambda: asinh(z),
        "none": lambda: value,
    }[squash]()


def gaussian(z, fields):
    """Peaks from -1 to 1, two standard deviations apart."""
    gap = 2.0 / (fields - 1)
    return [exp(-0.5 * ((z - (k * gap - 1.0)) / (gap / 2.0)) ** 2) for k in range(fields)]


def flip_flop(z, bins):
    """One bin at a time: the even ones fall from 1 to 0, the odd ones rise from 0 to 1."""
    edges = [-1.0 + 2.0 * k / bins for k in range(bins + 1)]
    z = max(-1.0, min(1.0, z))
    responses = []
    for k, (left, right) in enumerate(pairwise(edges)):
        inside = left <= z < right or (k == bins - 1 and z >= left)
        risen = (z - left) / (right - left)
        responses.append((risen if k % 2 else 1.0 - risen) if inside else 0.0)
    return responses


class Receptors:
    """What the receptors of one network make of observations."""

    def __init__(self, space, codec, traits):
        """`traits` has a dict of the receptor's traits for each channel."""
        self.space, self.codec, self.traits = space, codec, traits
        self.slow = None

    def show(self, observation):
        """Return the amplitude of each channel."""
        tonic, signs, both = [], [], []
        values = iter(numbers(self.space, observation))
        scaling = self.codec.scaling
        scales = iter(zip(scaling.squash, scaling.centre, scaling.scale, strict=True))
        for name, leaf in leaves(self.space):
            for allowed in choices(leaf):
                z = scaled(*next(scales), next(values))
                encoder = self.codec.encoders[name]
                found = self.respond(encoder, z, allowed)
                tonic += [response for response, _ in found]
                signs += [sign for _, sign in found]
                both += [encoder == "signed"] * len(found)
        return self.transmit(tonic, signs, both)

    def respond(self, encoder, z, allowed):
        fields = self.codec.fields
        if encoder == "one_hot":
            return [(float(z == choice), 1.0) for choice in allowed]
        if encoder == "paired":
            return [(z, 1.0), (z, -1.0)]
        if encoder == "signed":
            return [(z, 1.0)]
        respond = {"gaussian": gaussian, "flip_flop": flip_flop}[encoder]
        return [(response, 1.0) for response in respond(z, fields)]

    def transmit(self, tonic, signs, both):
        """Subtract what changes slowly, take the side, add the bias, rectify, amplify."""
        if self.slow is None:
            self.slow = list(tonic)
        amplitudes = []
        for k, (x, sign, passes) in enumerate(zip(tonic, signs, both, strict=True)):
            traits = self.traits[k]
            follow = 1.0 - exp(-self.codec.hold / traits["tau_phasic"])
            self.slow[k] += follow * (x - self.slow[k])
            y = sign * (x - traits["phasic"] * self.slow[k]) + traits["receptor_bias"]
            gain = self.codec.input_gain * traits["receptor_gain"]
            amplitudes.append((y if passes else max(0.0, y)) * gain)
        return amplitudes


def acted(space, readout, box_gain, *, bit=0.5, single=None, own_gains=None):
    """Return the action that outputs stand for, as a list of numbers.

    A bit is set by an output above `bit`; `single` is what single outputs of numbers lie between;
    `own_gains` are those of the outputs.
    """
    shown, action = [float(x) for x in readout], []
    gains = [1.0] * len(shown) if own_gains is None else [float(x) for x in own_gains]
    for _, leaf in leaves(space):
        is_bits = isinstance(leaf, spaces.MultiBinary)
        for k, allowed in enumerate(choices(leaf)):
            if is_bits:
                action.append(float(shown.pop(0) > bit))
            elif allowed is not None:
                mine, shown = shown[: len(allowed)], shown[len(allowed) :]
                action.append(float(allowed[mine.index(max(mine))]))
            elif single:
                low, high = single
                push = 2.0 * (shown.pop(0) - low) / (high - low) - 1.0
                action.append(pushed(leaf, k, push))
            else:
                up, down, *shown = shown
                first = len(gains) - len(shown) - 2
                own = math.sqrt(gains[first] * gains[first + 1])
                action.append(pushed(leaf, k, tanh(box_gain * own * (up - down))))
    assert not shown
    return action


def pushed(box, k, push):
    low, high = float(np.ravel(box.low)[k]), float(np.ravel(box.high)[k])
    bottom = low if abs(low) < NO_BOUND else (high - 2.0 if abs(high) < NO_BOUND else -1.0)
    top = high if abs(high) < NO_BOUND else bottom + 2.0
    value = min(high, max(low, (bottom + top) / 2.0 + (top - bottom) / 2.0 * push))
    if box.dtype.kind in "iub":
        return float(math.floor(value + 0.5))
    return float(np.float32(value)) if box.dtype == np.float32 else value
