"""Artificial neuron-glia network: a layered tanh net whose astrocytes change its weights.

The field's benchmark [1]_ [2]_, kept apart from the spiking simulator: it has no spikes and no
time but iterations. Weights are given as one matrix for each pair of adjacent layers, shape
(n_presynaptic, n_postsynaptic); 4-5-3 is ``[(4, 5), (5, 3)]``. There are no biases.

References
----------
.. [1] A. B. Porto-Pazos et al., "Artificial astrocytes improve neural network performance",
   PLoS ONE 6(4), 2011, e19109.
.. [2] A. Alvarellos-González, A. Pazos and A. B. Porto-Pazos, "Computational models of
   neuron-astrocyte interactions lead to improved efficacy in the performance of neural
   networks", Computational and Mathematical Methods in Medicine, 2012, 476324.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import msgspec
import numpy as np

from glianeat.elementary import tanh_each
from glianeat.errors import ConfigError, DevelopmentError, SimulationError
from glianeat.simulate.angn_rules import (
    COUNTING_RULES,
    SignMode,
    change_weights,
    neuron_activity,
    relative_change,
    response_at_bound,
)
from glianeat.typing import BoolArray, FloatArray, IntArray

Variant = Literal["attenuated", "consecutive", "non_consecutive", "global"]

OUTPUT_THRESHOLD = 0.5
"""An output neuron says yes above this output."""

LARGEST = 1e100
"""Bound of inputs and weights, limited or not: tanh saturates long before, sums stay finite."""


class AngnConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The neuron-glia algorithm and its constants; the defaults are those of the 2011 paper."""

    variant: Variant = "attenuated"
    """Counting rule of the astrocytes, or global processing, which does not count."""
    mu: int = 2
    """Surplus or run of equal activities at which an astrocyte acts [iterations]."""
    kappa: int = 4
    """Iterations for which each pattern is presented."""
    potentiation: float = 0.25
    """Relative change a of the weights when the neuron was active."""
    depression: float = 0.5
    """Relative change b of the weights, downwards, when the neuron was inactive."""
    limited: bool = False
    """Whether actions keep weights within `weight_limit`."""
    weight_limit: float = 1.0
    """Largest magnitude that an action leaves to a weight if `limited`."""
    sign_mode: SignMode = "magnitude"
    """Whether changes scale magnitudes, w (1 + z), or are added, w + abs(w) z."""
    lamarck: bool = True
    """Whether changed weights pass on to the next pattern and into the result."""
    carry_counters: bool = False
    """Whether counters pass on to the next pattern; else each pattern starts from zero."""
    output_astrocytes: bool = False
    """Whether output neurons have astrocytes, too; these act on incoming weights."""

    def __post_init__(self) -> None:
        rules = (
            ("variant", self.variant in get_args(Variant), f"one of {get_args(Variant)}"),
            ("mu", self.mu >= 1, ">= 1 iteration"),
            ("kappa", self.kappa >= self.mu, f">= mu = {self.mu} iterations"),
            # beyond 1, an action would turn the sign of a weight
            ("potentiation", 0.0 <= self.potentiation <= 1.0, "in [0, 1]"),
            ("depression", 0.0 <= self.depression <= 1.0, "in [0, 1]"),
            ("weight_limit", 0.0 < self.weight_limit <= LARGEST, f"in (0, {LARGEST}]"),
            ("sign_mode", self.sign_mode in get_args(SignMode), f"one of {get_args(SignMode)}"),
        )
        for field, obeyed, rule in rules:
            if not obeyed:
                raise ConfigError(f"{field} must be {rule}, got {getattr(self, field)!r}")


@dataclass(frozen=True, eq=False)
class AngnResult:
    """What a presentation of patterns gives.

    Parameters
    ----------
    outputs : ndarray of float64, shape (P, n_out)
        Output neurons in the last iteration of each pattern, in [-1, 1].
    weights : tuple of ndarray of float64
        Weights after the presentation, or the given ones without `lamarck`; always copies.
    potentiations, depressions : ndarray of int64, shape (A,)
        Actions of each astrocyte over all patterns; astrocytes are ordered as neurons are, from
        the input layer on.
    """

    outputs: FloatArray
    weights: tuple[FloatArray, ...]
    potentiations: IntArray
    depressions: IntArray

    @property
    def n_actions(self) -> int:
        """Number of astrocytic actions of either kind."""
        return int(self.potentiations.sum() + self.depressions.sum())


def present(weights: Sequence[FloatArray], patterns: FloatArray, config: AngnConfig) -> AngnResult:
    """Present patterns to the net while its astrocytes act on it.

    Parameters
    ----------
    weights : sequence of ndarray of float64, shapes (n_in, n_1), (n_1, n_2) ... (n_L, n_out)
        Weights of the genome; not modified.
    patterns : ndarray of float64, shape (P, n_in)
        Outputs of the input neurons; P >= 1.
    config : AngnConfig
        Algorithm and constants.

    Returns
    -------
    AngnResult

    Raises
    ------
    DevelopmentError
        If the shapes of `weights` do not chain, or a weight is not finite or beyond `LARGEST`.
    SimulationError
        If `patterns` do not fit the input layer, or a value is not finite or beyond `LARGEST`.

    Notes
    -----
    One iteration is a forward pass, then the count of every astrocyte, then all actions at once;
    changed weights are first used in the next iteration, w(t + 1) = w(t) + dw(t). Astrocytes of
    input and hidden neurons act on outgoing weights.

    Where the published text leaves a choice, these were made; those about the counter are in
    :mod:`glianeat.simulate.angn_rules`.

    - Counters start from zero with every pattern: only so the published settings give at most
      3, 4, 5 and 6 actions for each pattern. `carry_counters` is the other reading. It matters
      most to the variants with a reset: from zero, all counters reach a bound together and no
      weight changes in between, so that no activity turns within a count, and consecutive and
      non-consecutive give the same (as do the two in the multiplexer results of [2]_).
    - The output of a pattern is that of its last iteration; the action of that iteration shows
      in `weights` only.
    - An input neuron is active if its input is above zero.
    - The papers do not say plainly whether changed weights outlive a pattern and enter the
      genome. With `lamarck` they do both; without, each pattern starts from the given weights.
      To carry weights on and yet keep the genome, use `lamarck` and ignore ``weights``.
    - Output neurons have no outgoing weights: their astrocytes, if any, act on incoming ones.
      Two astrocytes that share a weight both act before it is limited.
    - A limit bounds the results of actions; a larger weight that no action changes stays.
    - Global processing loops iterations outside patterns. In each, all patterns pass with the
      same weights, then each astrocyte acts once, by the mean activity of its neuron; `mu` plays
      no part. Weights start from the given ones, and `lamarck` only decides what is returned.
    """
    genome = _checked_weights(weights)
    patterns = _checked_patterns(patterns, n_in=len(genome[0]))
    # global processing is one batch of all patterns, the other variants have batches of one
    batches = [patterns] if config.variant == "global" else list(patterns[:, np.newaxis])
    run = _Run(genome, config)
    outputs = np.concatenate([run.present(batch) for batch in batches])
    result = run.net if config.lamarck else genome
    return AngnResult(
        outputs=outputs,
        weights=tuple(matrix.copy() for matrix in result),
        potentiations=run.potentiations,
        depressions=run.depressions,
    )


def feed_forward(weights: Sequence[FloatArray], patterns: FloatArray) -> FloatArray:
    """Return the outputs of the net without astrocytes, the control of every comparison.

    Parameters
    ----------
    weights, patterns
        As in :func:`present`, with the same errors.

    Returns
    -------
    ndarray of float64, shape (P, n_out)
    """
    net = _checked_weights(weights)
    return _propagate(net, _checked_patterns(patterns, n_in=len(net[0])))[-1]


def classify(outputs: FloatArray) -> BoolArray:
    """Return which output neurons say yes, of the shape of `outputs`; at the threshold: no."""
    return outputs > OUTPUT_THRESHOLD


def accuracy(outputs: FloatArray, targets: BoolArray) -> float:
    """Return the share of patterns for which every output neuron says what it should.

    Parameters
    ----------
    outputs : ndarray of float64, shape (P, n_out)
        Outputs of the net; P >= 1.
    targets : ndarray of bool, shape (P, n_out)
        What each output neuron should say; numbers 0 and 1 will do.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    SimulationError
        If the shapes differ, there is no pattern, or a target is neither 0 nor 1.
    """
    if np.ndim(outputs) != 2 or len(outputs) == 0 or np.shape(targets) != np.shape(outputs):
        raise SimulationError(
            "targets: outputs and targets must have one shape (P >= 1, n_out), "
            f"got {np.shape(outputs)} and {np.shape(targets)}"
        )
    if not np.isin(targets, (0, 1)).all():
        raise SimulationError(f"targets: must be 0 or 1, got {np.unique(targets)}")
    return float(np.all(classify(outputs) == np.asarray(targets, np.bool_), axis=1).mean())


class _Run:
    """One presentation under way: the weights and counters at this iteration, and the tally."""

    def __init__(self, genome: list[FloatArray], config: AngnConfig) -> None:
        n_astrocytes = sum(len(matrix) for matrix in genome)
        if config.output_astrocytes:
            n_astrocytes += genome[-1].shape[1]
        self.net = genome
        self.counter = np.zeros(n_astrocytes, np.int64)
        self.potentiations = np.zeros(n_astrocytes, np.int64)
        self.depressions = np.zeros(n_astrocytes, np.int64)
        self._genome, self._config = genome, config

    def present(self, batch: FloatArray) -> FloatArray:
        """Run all iterations of a batch (B, n_in); return the outputs of the last."""
        if not self._config.lamarck:
            self.net = self._genome
        if not self._config.carry_counters:
            self.counter = np.zeros_like(self.counter)
        for _ in range(self._config.kappa):
            layers = _propagate(self.net, batch)
            tended = layers if self._config.output_astrocytes else layers[:-1]
            response = self._respond(neuron_activity(np.concatenate(tended, axis=1)))
            self.net = _act(self.net, response, self._config)
            self.potentiations += response > 0.0
            self.depressions += response < 0.0
        return layers[-1]

    def _respond(self, activity: IntArray) -> FloatArray:
        """Return the response (A,) of the astrocytes to the activity (B, A) of their neurons."""
        if self._config.variant == "global":
            mean: FloatArray = activity.mean(axis=0)
            return mean
        count = COUNTING_RULES[self._config.variant]
        self.counter = count(self.counter, activity[0], self._config.mu)
        return response_at_bound(self.counter, self._config.mu)


def _propagate(net: Sequence[FloatArray], patterns: FloatArray) -> list[FloatArray]:
    """Return the outputs (P, n) of every layer, the input layer being the patterns themselves."""
    layers = [patterns]
    for matrix in net:
        layers.append(tanh_each(_product(layers[-1], matrix)))
    return layers


def _product(patterns: FloatArray, matrix: FloatArray) -> FloatArray:
    """Return the matrix product, summed from the first row to the last on every processor."""
    total = np.zeros((len(patterns), matrix.shape[1]))
    for column, row in zip(patterns.T, matrix, strict=True):
        total += column[:, np.newaxis] * row
    return total


def _act(net: list[FloatArray], response: FloatArray, config: AngnConfig) -> list[FloatArray]:
    """Return the weights after one action of all astrocytes; `net` is left as it is."""
    change = relative_change(response, config.potentiation, config.depression)
    ends = np.cumsum([len(matrix) for matrix in net])
    # the part after the last end belongs to output neurons; it is empty if they have none
    *outgoing, incoming = np.split(change, ends)
    changed = [
        change_weights(matrix, part[:, np.newaxis], config.sign_mode)
        for matrix, part in zip(net, outgoing, strict=True)
    ]
    if config.output_astrocytes:
        changed[-1] = change_weights(changed[-1], incoming[np.newaxis], config.sign_mode)
    limit = config.weight_limit if config.limited else LARGEST
    return [
        np.where(after == before, before, np.clip(after, -limit, limit))
        for before, after in zip(net, changed, strict=True)
    ]


def _checked_weights(weights: Sequence[FloatArray]) -> list[FloatArray]:
    """Return `weights` as arrays of float64."""
    net = [np.asarray(matrix, np.float64) for matrix in weights]
    shapes = [matrix.shape for matrix in net]
    if not net or any(len(shape) != 2 or 0 in shape for shape in shapes):
        raise DevelopmentError(f"weights: must be one or more non-empty matrices, got {shapes}")
    if any(first[1] != second[0] for first, second in pairwise(shapes)):
        raise DevelopmentError(f"weights: columns must match the next rows, got shapes {shapes}")
    for i, matrix in enumerate(net):
        if not np.all(np.abs(matrix) <= LARGEST):  # NaN is bad, too
            raise DevelopmentError(f"weights[{i}]: must be in +-{LARGEST}, got {_worst(matrix)}")
    return net


def _checked_patterns(patterns: FloatArray, *, n_in: int) -> FloatArray:
    """Return `patterns` as an array of float64."""
    patterns = np.asarray(patterns, np.float64)
    if patterns.ndim != 2 or len(patterns) == 0 or patterns.shape[1] != n_in:
        raise SimulationError(
            f"patterns: must have shape (P >= 1, n_in = {n_in}), got {patterns.shape}"
        )
    if not np.all(np.abs(patterns) <= LARGEST):
        raise SimulationError(f"patterns: must be in +-{LARGEST}, got {_worst(patterns)}")
    return patterns


def _worst(values: FloatArray) -> float:
    """Return the first value that is not within +-`LARGEST`."""
    return float(values[~(np.abs(values) <= LARGEST)][0])
