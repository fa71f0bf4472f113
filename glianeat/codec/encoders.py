"""Encoders: which receptors an observation has, and what each of them responds to.

Every number observed gets one or more *channels*, each with a receptor neuron at its end. A
channel is one row of five numbers (see `codec_kernels`): which number it sees, how it responds,
and two parameters of the response.
"""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from glianeat.codec import kernels
from glianeat.errors import ConfigError
from glianeat.tasks.spaces import Part
from glianeat.typing import FloatArray

Encoder = Literal[
    "auto", "paired", "signed", "gaussian", "flip_flop", "spike_ff_2", "argyle_4", "one_hot"
]
MAX_CHANNELS = 16_384
_OVERLAP = 2.0  # distance between the peaks of neighbouring receptive fields [standard deviations]
_ARGYLE = 4  # fields
Response = tuple[int, float, float]  # kind and two parameters


def _paired(_fields: int) -> list[Response]:
    """One channel for what is above the centre, one for what is below."""
    return [(kernels.RECTIFIED, 1.0, 0.0), (kernels.RECTIFIED, -1.0, 0.0)]


def _signed(_fields: int) -> list[Response]:
    """One channel, which transmits both signs."""
    return [(kernels.SIGNED, 0.0, 0.0)]


def _gaussian(fields: int) -> list[Response]:
    """Receptive fields with peaks from one end of the range to the other."""
    peaks = np.linspace(-1.0, 1.0, fields)
    width = (2.0 / (fields - 1)) / _OVERLAP
    return [(kernels.GAUSSIAN, peak, 1.0 / width) for peak in peaks.tolist()]


def _spike_ff_2(_fields: int) -> list[Response]:
    """One channel for what is not above the centre, one for what is (TENNLab's Spike-FF-2)."""
    return [(kernels.RECTIFIED, -1.0, 0.0), (kernels.RECTIFIED, 1.0, 0.0)]


def _argyle_4(_fields: int) -> list[Response]:
    """Four fields, each a triangle that ends where its neighbours peak (TENNLab's Argyle-4)."""
    return [(kernels.TRIANGULAR, float(index), _ARGYLE - 1.0) for index in range(_ARGYLE)]


def _flip_flop(fields: int) -> list[Response]:
    """Bins of the range of which one transmits at a time (TENNLab's flip-flop encoding).

    Within a bin the response falls from one end to the other, in the next it rises again, so that
    it does not jump where the value passes from bin to bin.
    """
    return [(kernels.FLIP_FLOP, float(index), float(fields)) for index in range(fields)]


_RESPONSES: dict[str, Callable[[int], list[Response]]] = {
    "paired": _paired,
    "signed": _signed,
    "gaussian": _gaussian,
    "flip_flop": _flip_flop,
    "spike_ff_2": _spike_ff_2,
    "argyle_4": _argyle_4,
}


def chosen_encoder(part: Part, encoder: Encoder) -> Encoder:
    """Return the encoder of a part: the one that was named, or the one that its kind asks for.

    Raises
    ------
    ConfigError
        If the encoder that was named cannot show such a part.
    """
    natural: Encoder = "paired" if part.kind == "box" else "one_hot"
    if encoder == "auto":
        return natural
    if (encoder == "one_hot") != (part.kind != "box"):
        kind = {"box": "numbers", "choice": "choices", "bits": "bits"}[part.kind]
        raise ConfigError(f"codec.encoders: {encoder!r} cannot show {part.title}, which is {kind}")
    return encoder


def channel_table(parts: tuple[Part, ...], encoders: dict[str, Encoder], fields: int) -> FloatArray:
    """Return what each channel sees and how it responds.

    Parameters
    ----------
    parts : tuple of Part
        What an observation is made of.
    encoders : dict of str to str
        The encoder of each part, by its name.
    fields : int
        Receptive fields or bins a number.

    Returns
    -------
    ndarray of float64, shape (C, 4)
        The number that is seen, the kind of response, and its two parameters.

    Raises
    ------
    ConfigError
        If there are more than `MAX_CHANNELS`.
    """
    rows: list[tuple[float, ...]] = []
    seen = 0
    for part in parts:
        for low, n_choices in zip(part.low.tolist(), _n_choices(part), strict=True):
            responses = (
                _RESPONSES[encoders[part.name]](fields)
                if part.kind == "box"
                else [(kernels.ONE_HOT, low + choice, 0.0) for choice in range(n_choices)]
            )
            rows += [(float(seen), *response) for response in responses]
            seen += 1
    if len(rows) > MAX_CHANNELS:
        raise ConfigError(
            f"codec: an observation must take at most {MAX_CHANNELS} channels, got {len(rows)}; "
            "reduce it with a wrapper (task.wrappers)"
        )
    return np.array(rows)


def _n_choices(part: Part) -> list[int]:
    return [0] * part.n_numbers if part.kind == "box" else part.n_choices


def channel_names(
    parts: tuple[Part, ...],
    encoders: dict[str, Encoder],
    fields: int,
    known: Sequence[str] | None = None,
) -> list[str]:
    """Return a short name of each channel, for pictures and tables.

    Parameters
    ----------
    parts : tuple of Part
        What an observation is made of.
    encoders : dict of str to str
        The encoder of each part, by its name.
    fields : int
        Receptive fields or bins a number.
    known : sequence of str, optional
        Names of the numbers observed, such as ``pole angle``, of which the channels are then
        ``pole angle +`` and ``pole angle −``; by default they are numbered.
    """
    names: list[str] = []
    numbers = iter(number_names(parts, known, "obs"))
    for part in parts:
        for index, n_choices in enumerate(_n_choices(part)):
            number, first = next(numbers), int(part.low[index]) if n_choices else 0
            choices = range(first, first + n_choices)
            marks = _marks(encoders[part.name], choices, fields)
            gap = " " if known and not choices else ""
            names += [
                f"{number}{gap}{mark.lstrip()}" if known else f"{number}{mark}" for mark in marks
            ]
    return [name.rstrip() for name in names]


def number_names(parts: tuple[Part, ...], known: Sequence[str] | None, label: str) -> list[str]:
    """Return a name of each number of an observation or action.

    Parameters
    ----------
    parts : tuple of Part
        What it is made of.
    known : sequence of str, optional
        The names, one for each number; by default they are numbered.
    label : str
        What a part without a name is called.
    """
    if known is not None:
        return list(known)
    return [
        part.name or label if part.scalar else f"{part.name or label} {index}"
        for part in parts
        for index in range(part.n_numbers)
    ]


def _marks(encoder: Encoder, choices: range, fields: int) -> list[str]:
    if choices:
        return [f"={choice}" for choice in choices]
    few = {"paired": ["+", "−"], "signed": [""], "spike_ff_2": ["−", "+"]}
    number = _ARGYLE if encoder == "argyle_4" else fields
    return few.get(encoder, [f" [{field}]" for field in range(number)])
