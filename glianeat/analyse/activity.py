"""Measures of activity, and the list of all measures.

Sums are exactly rounded (`math.fsum`), so that they are the same on every processor. A new measure
is a function and an entry of `MEASURES`.

References
----------
.. [1] A. Treves and E. T. Rolls, "What determines the capacity of autoassociative memories in the
   brain?", Network 2, 1991, pp. 371-397.
.. [2] W. E. Vinje and J. L. Gallant, "Sparse coding and decorrelation in primary visual cortex
   during natural vision", Science 287, 2000, pp. 1273-1276.
.. [3] W. R. Softky and C. Koch, "The highly irregular firing of cortical cells is inconsistent with
   temporal integration of random EPSPs", J. Neuroscience 13, 1993, pp. 334-350.
.. [4] S. P. Strong, R. Koberle, R. R. de Ruyter van Steveninck and W. Bialek, "Entropy and
   information in neural spike trains", Physical Review Letters 80, 1998, pp. 197-200.
.. [5] G. A. Miller, "Note on the bias of information estimates", in: Information Theory in
   Psychology, 1955, pp. 95-100.
"""

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np

from glianeat.analyse.measure import Measure, Observed
from glianeat.elementary import log
from glianeat.genome.schema import Role
from glianeat.typing import BoolArray, FloatArray

BURST = 10  # [ms], the longest interval within a burst
WORD = 10  # [ms], a letter of the words of the outputs
_LEAST_INTERVALS = 2  # of a neuron whose intervals can vary
_BITS = 1.4426950408889634  # 1 / ln 2


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _rate(observed: Observed, which: BoolArray) -> float:
    seconds = observed.seconds
    return _mean(observed.spikes[which].tolist()) / seconds if seconds > 0.0 else 0.0


def hidden_rate(observed: Observed) -> float:
    """Return the mean spikes per second of a hidden neuron [Hz]; 0 if there is none."""
    return _rate(observed, observed.is_role(Role.HIDDEN))


def output_rate(observed: Observed) -> float:
    """Return the mean spikes per second of an output [Hz]."""
    return _rate(observed, observed.is_role(Role.OUTPUT))


def active_fraction(observed: Observed) -> float:
    """Return the share of cells, inputs left out, that spiked at all, 0 … 1."""
    return _mean((observed.spikes[observed.is_cell] > 0.0).astype(np.float64).tolist())


def treves_rolls_sparseness(observed: Observed) -> float:
    """Return how few cells do most of the spiking: 0 if all do the same, 1 if one does all.

    S = (1 − a) / (1 − 1/N) with a = (Σr/N)² / (Σr²/N), where r are the counts of the N cells
    [1]_, [2]_; 0 if nothing spiked, or there is one cell.
    """
    rates = observed.spikes[observed.is_cell].tolist()
    n, squares = len(rates), math.fsum(rate * rate for rate in rates)
    if n < 2 or squares == 0.0:
        return 0.0
    total = math.fsum(rates)
    return (1.0 - total * total / n / squares) / (1.0 - 1.0 / n)


def _intervals(observed: Observed) -> Iterator[FloatArray]:
    """Yield the intervals between the spikes of each cell that has some [ms]."""
    trace = observed.probe
    for neuron in np.flatnonzero(observed.is_cell).tolist():
        intervals = np.diff(trace.spikes_of(neuron).astype(np.float64))
        if len(intervals):
            yield intervals


def burst_fraction(observed: Observed) -> float:
    """Return the share of intervals between spikes that are of at most `BURST` ms, 0 … 1."""
    return _mean([float(one <= BURST) for own in _intervals(observed) for one in own.tolist()])


def interval_cv(observed: Observed) -> float:
    """Return the coefficient of variation of intervals, mean over cells [3]_.

    0 for clocks and 1 for Poisson processes; of cells with two intervals or more, 0 if there is
    none.
    """
    found = []
    for own in _intervals(observed):
        if len(own) >= _LEAST_INTERVALS:
            mean = _mean(own.tolist())
            square = _mean([(one - mean) * (one - mean) for one in own.tolist()])
            found.append(math.sqrt(square) / mean)
    return _mean(found)


def pool_fill(observed: Observed) -> float:
    """Return the mean fill of the energy pools over regions and time, 0 … 1."""
    return _mean(observed.probe.fill.astype(np.float64).ravel().tolist())


def calcium(observed: Observed) -> float:
    """Return the mean calcium of the astrocytes over time [f/f_ref]; 0 if there is none."""
    return _mean(observed.probe.calcium.astype(np.float64).ravel().tolist())


def output_entropy(observed: Observed) -> float:
    """Return the entropy of what the outputs say in `WORD` ms [bit].

    A word says which outputs spiked within `WORD` ms. This is the plug-in estimate over the words
    of the trace [4]_ with the correction of Miller and Madow for few samples, (K − 1) / 2N nats for
    K different ones of N words [5]_. Agents are deterministic, so that all of it is information
    about the task and the past; graded outputs say nothing in spikes.
    """
    trace = observed.probe
    n_words = trace.n_steps // WORD
    outputs = set(np.flatnonzero(observed.is_role(Role.OUTPUT)).tolist())
    words: list[set[int]] = [set() for _ in range(n_words)]
    pairs = zip(trace.spike_time.tolist(), trace.spike_neuron.tolist(), strict=True)
    for time, neuron in pairs:
        if neuron in outputs and time // WORD < n_words:
            words[time // WORD].add(neuron)
    counts = Counter(map(frozenset, words))
    if not n_words:
        return 0.0
    shares = [count / n_words for count in counts.values()]
    plain = -math.fsum(share * log(share) for share in shares)
    return (plain + (len(counts) - 1) / (2.0 * n_words)) * _BITS


def bits_per_eu(observed: Observed) -> float:
    """Return the entropy of the outputs' words per energy spent [bit/EU]; see `output_entropy`."""
    n_words = observed.probe.n_steps // WORD
    spent = observed.traced_energy
    return output_entropy(observed) * n_words / spent if spent > 0.0 else 0.0


MEASURES: tuple[Measure, ...] = (
    Measure(
        name="hidden_rate",
        unit="Hz",
        direction=-1,
        meaning="mean rate of hidden neurons",
        value=hidden_rate,
    ),
    Measure(
        name="output_rate",
        unit="Hz",
        direction=-1,
        meaning="mean rate of outputs",
        value=output_rate,
    ),
    Measure(
        name="active_fraction",
        unit="1",
        direction=-1,
        meaning="share of cells that spiked at all",
        value=active_fraction,
    ),
    Measure(
        name="treves_rolls_sparseness",
        unit="1",
        direction=1,
        meaning="how few cells do most of the spiking",
        value=treves_rolls_sparseness,
    ),
    Measure(
        name="burst_fraction",
        unit="1",
        direction=1,
        meaning="share of intervals within bursts",
        value=burst_fraction,
        needs_trace=True,
    ),
    Measure(
        name="interval_cv",
        unit="1",
        direction=1,
        meaning="coefficient of variation of intervals",
        value=interval_cv,
        needs_trace=True,
    ),
    Measure(
        name="pool_fill",
        unit="1",
        direction=1,
        meaning="mean fill of the energy pools",
        value=pool_fill,
        needs_trace=True,
    ),
    Measure(
        name="calcium",
        unit="f/f_ref",
        direction=1,
        meaning="mean calcium of astrocytes",
        value=calcium,
        needs_trace=True,
    ),
    Measure(
        name="output_entropy",
        unit="bit",
        direction=1,
        meaning="entropy of what the outputs say in 10 ms",
        value=output_entropy,
        needs_trace=True,
    ),
    Measure(
        name="bits_per_eu",
        unit="bit/EU",
        direction=1,
        meaning="entropy of what the outputs say per energy",
        value=bits_per_eu,
        needs_trace=True,
    ),
)
"""All measures: their names go into settings, files and tables."""
MEASURE_BY_NAME = {measure.name: measure for measure in MEASURES}
