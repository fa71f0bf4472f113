"""Traces: what a network did millisecond by millisecond, recorded from outside.

The compiled step knows nothing of traces, so that they cost nothing when they are off: a recorder
advances a simulator by 1 ms at a time and looks at its state.
"""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from glianeat.energetics.ledger import COUNTS, KINDS, Ledger, empty_ledger
from glianeat.errors import CheckpointError, SimulationError
from glianeat.simulate.glia.channel import GLIAL_STEP
from glianeat.simulate.simulator import Simulator
from glianeat.simulate.trace_format import read_arrays, write_arrays
from glianeat.typing import AnyArray, FloatArray

LEDGER_STEP = 100  # [ms] that one entry of a trace's ledger spans


@dataclass(frozen=True)
class TraceSpec:
    """What a trace holds beside spikes and ledgers.

    Parameters
    ----------
    potentials : tuple of int
        Neurons whose membrane potential is recorded; not inputs.
    calcium : bool
        Whether the calcium of astrocytes is recorded.
    fill : bool
        Whether the fill of pools is recorded.
    efficacy : bool
        Whether the factors on what arrives at cells are recorded.
    """

    potentials: tuple[int, ...] = ()
    calcium: bool = True
    fill: bool = True
    efficacy: bool = False


@dataclass(frozen=True, eq=False)
class Trace:
    """What a network did in `n_steps` milliseconds; times count from the first of them.

    Graded inputs do not spike. An astrocyte that stands for several releases with all of them.

    Parameters
    ----------
    start : int
        Simulated time before the first recorded step [ms].
    n_steps : int
        Recorded steps, T.
    n_neurons : int
        Neurons of the network.
    spike_time, spike_neuron : ndarray of uint32, shape (K,)
        Time [ms] and neuron of each spike, in order of time, then neuron.
    potential_neuron : ndarray of uint32, shape (V,)
        Neurons whose potential was recorded.
    potential : ndarray of float32, shape (T, V)
        Membrane potentials after each step [threshold; Izhikevich: mV].
    calcium_time : ndarray of uint32, shape (G,)
        Times of the recorded glial steps [ms].
    calcium : ndarray of float32, shape (G, A)
        Calcium of each astrocyte after each glial step [f/f_ref]; (0, A) if it was not recorded.
    release_time, release_astrocyte : ndarray of uint32, shape (L,)
        Time [ms] and astrocyte of each gliotransmitter release.
    fill : ndarray of float32, shape (T, R)
        Fill of each region's pool after each step; (0, R) if it was not recorded.
    amounts : ndarray of float64, shape (W, K, R)
        Ledger of each `LEDGER_STEP`, the last one maybe shorter: amounts by kind and region.
    counts : ndarray of float64, shape (W, C, R)
        The same for raw counts.
    efficacy_time : ndarray of uint32, shape (H,)
        Times of the glial steps whose efficacies were recorded [ms].
    efficacy : ndarray of float32, shape (H, N − inputs)
        Factor on what arrives at each cell after each of them; (0, 0) if it was not recorded.
    """

    start: int
    n_steps: int
    n_neurons: int
    spike_time: AnyArray
    spike_neuron: AnyArray
    potential_neuron: AnyArray
    potential: AnyArray
    calcium_time: AnyArray
    calcium: AnyArray
    release_time: AnyArray
    release_astrocyte: AnyArray
    fill: AnyArray
    amounts: AnyArray
    counts: AnyArray
    efficacy_time: AnyArray = field(default_factory=lambda: np.zeros(0, dtype=np.uint32))
    efficacy: AnyArray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))

    def ledgers(self) -> list[Ledger]:
        """Return the ledger of each `LEDGER_STEP`; they add up to what the whole trace cost."""
        ends = np.minimum(LEDGER_STEP * np.arange(1, len(self.amounts) + 1), self.n_steps)
        lengths = np.diff(ends, prepend=0) / 1000.0
        rows = zip(self.amounts, self.counts, lengths.tolist(), strict=True)
        return [Ledger(amounts, counts, seconds) for amounts, counts, seconds in rows]

    def spikes_of(self, neuron: int) -> AnyArray:
        """Return the spike times of one neuron [ms], uint32."""
        times: AnyArray = self.spike_time[self.spike_neuron == neuron]
        return times

    def to_bytes(self) -> bytes:
        """Return the trace as compact bytes, for `from_bytes`."""
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        return write_arrays(numbers, {name: getattr(self, name) for name in _ARRAYS})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Trace":
        """Return the trace that `to_bytes` wrote.

        Raises
        ------
        CheckpointError
            If the bytes are no trace, of another version, damaged or contradict themselves.
        """
        numbers, arrays = read_arrays(data, _NUMBERS, _ARRAYS, _LATER)
        contents: dict[str, Any] = {**numbers, **arrays}
        trace = cls(**contents)
        _check(trace)
        return trace


_NUMBERS = ("start", "n_steps", "n_neurons")
_ARRAYS = {
    "spike_time": "<u4",
    "spike_neuron": "<u4",
    "potential_neuron": "<u4",
    "potential": "<f4",
    "calcium_time": "<u4",
    "calcium": "<f4",
    "release_time": "<u4",
    "release_astrocyte": "<u4",
    "fill": "<f4",
    "amounts": "<f8",
    "counts": "<f8",
    "efficacy_time": "<u4",
    "efficacy": "<f4",
}
_RANKS = {"potential": 2, "calcium": 2, "fill": 2, "amounts": 3, "counts": 3, "efficacy": 2}
_LATER = {"efficacy_time": (0,), "efficacy": (0, 0)}
"""Shapes that arrays have in traces that were written before there were any."""


def _check(trace: Trace) -> None:
    """Refuse arrays that do not fit together."""
    for name in _ARRAYS:
        if getattr(trace, name).ndim != _RANKS.get(name, 1):
            raise CheckpointError(f"trace: {name} must have {_RANKS.get(name, 1)} dimensions")
    n, n_regions = trace.n_steps, trace.fill.shape[1]
    n_ledgers = -(-n // LEDGER_STEP)
    shapes = (
        ("spike_neuron", trace.spike_neuron.shape, trace.spike_time.shape),
        ("release_astrocyte", trace.release_astrocyte.shape, trace.release_time.shape),
        ("potential", trace.potential.shape, (n, len(trace.potential_neuron))),
        ("calcium", trace.calcium.shape[:1], trace.calcium_time.shape),
        ("fill", trace.fill.shape[:1], (n if len(trace.fill) else 0,)),
        ("efficacy", trace.efficacy.shape[:1], trace.efficacy_time.shape),
        ("amounts", trace.amounts.shape, (n_ledgers, len(KINDS), n_regions)),
        ("counts", trace.counts.shape, (n_ledgers, len(COUNTS), n_regions)),
    )
    for name, shape, wanted in shapes:
        if shape != wanted:
            raise CheckpointError(f"trace: {name} must have shape {wanted}, got {shape}")
    _check_numbers(trace)


def _check_numbers(trace: Trace) -> None:
    """Refuse times that decrease or lie outside, and neurons and astrocytes that do not exist."""
    n = trace.n_steps
    limits = (
        ("spike_neuron", trace.n_neurons),
        ("potential_neuron", trace.n_neurons),
        ("release_astrocyte", trace.calcium.shape[1]),
        ("spike_time", n),
        ("release_time", n),
        ("calcium_time", n),
        ("efficacy_time", n),
    )
    for name, limit in limits:
        values = getattr(trace, name)
        if (values >= limit).any():
            raise CheckpointError(f"trace: {name} must be < {limit}, got {values.max()}")
        if name.endswith("_time") and (values[1:] < values[:-1]).any():
            raise CheckpointError(f"trace: {name} must not decrease")


class TraceRecorder:
    """Advances a simulator and keeps what it does.

    Parameters
    ----------
    simulator : Simulator
        What is recorded, from its present time on.
    spec : TraceSpec, optional
        What is kept beside spikes and ledgers.

    Raises
    ------
    SimulationError
        If the potential of an input, or of no neuron of the network, is asked for.
    """

    def __init__(self, simulator: Simulator, spec: TraceSpec | None = None) -> None:
        self._simulator, self._spec = simulator, spec or TraceSpec()
        network = simulator.network
        for n in self._spec.potentials:
            if not network.n_inputs <= n < network.n_neurons:
                raise SimulationError(
                    f"potentials: must be cells {network.n_inputs} to {network.n_neurons - 1}, "
                    f"got {n}"
                )
        self._cells = np.array(self._spec.potentials, dtype=np.int64) - network.n_inputs
        self._start, self._n_steps = simulator.time, 0
        self._input_spikes = self._count_inputs()
        self._releases = self._count_releases()
        self._ledger = self._last_ledger = simulator.ledger()
        self._kept: dict[str, list[AnyArray]] = {one.name: [] for one in fields(Trace)}

    def advance(self, n_steps: int) -> None:
        """Advance the simulator by some steps of 1 ms under its present input."""
        for _ in range(n_steps):
            self._simulator.advance(1)
            self._keep_spikes()
            self._keep_states()
            if self._simulator.time % GLIAL_STEP == 0:
                self._keep_glia()
            self._n_steps += 1
            if self._n_steps % LEDGER_STEP == 0:
                self._keep_ledger()

    def trace(self) -> Trace:
        """Return what was recorded so far."""
        n, n_regions = self._simulator.network.n_neurons, self._simulator.network.n_regions
        n_astrocytes = len(self._simulator.network.glia.gene)
        if self._n_steps % LEDGER_STEP:
            kept, last = self._kept, self._simulator.ledger() - self._last_ledger
            amounts, counts = [*kept["amounts"], last.amounts], [*kept["counts"], last.counts]
        else:
            amounts, counts = self._kept["amounts"], self._kept["counts"]
        empty = empty_ledger(n_regions)
        return Trace(
            start=self._start,
            n_steps=self._n_steps,
            n_neurons=n,
            potential_neuron=np.array(self._spec.potentials, dtype=np.uint32),
            potential=self._rows("potential", len(self._cells)),
            calcium=self._rows("calcium", n_astrocytes),
            fill=self._rows("fill", n_regions),
            efficacy=self._rows("efficacy", self._n_efficacies),
            amounts=np.array(amounts).reshape(-1, *empty.amounts.shape),
            counts=np.array(counts).reshape(-1, *empty.counts.shape),
            **{name: self._numbers(name) for name in _EVENTS},
        )

    @property
    def _n_efficacies(self) -> int:
        network = self._simulator.network
        return network.n_neurons - network.n_inputs if self._spec.efficacy else 0

    def _rows(self, name: str, width: int) -> AnyArray:
        rows = self._kept[name]
        return np.array(rows, dtype=np.float32).reshape(len(rows), width)

    def _numbers(self, name: str) -> AnyArray:
        return np.concatenate([np.zeros(0, dtype=np.uint32), *self._kept[name]])

    def _count_inputs(self) -> FloatArray:
        """Return the spikes of every input so far, shape (I,); graded inputs have none."""
        n = self._simulator.network.n_inputs
        if not self._simulator.interface.rate_inputs:
            return np.zeros(n)
        return self._simulator.emitted()[:n]

    def _count_releases(self) -> FloatArray:
        releases: FloatArray = self._simulator.section("releases").copy()
        return releases

    def _keep_events(self, kind: str, who: str, numbers: AnyArray) -> None:
        self._kept[f"{kind}_{who}"].append(numbers.astype(np.uint32))
        self._kept[f"{kind}_time"].append(np.full(len(numbers), self._n_steps, dtype=np.uint32))

    def _keep_spikes(self) -> None:
        total = self._count_inputs()
        fired = self._simulator.fired
        fired[: len(total)] = total > self._input_spikes
        self._input_spikes = total
        if fired.any():
            self._keep_events("spike", "neuron", np.flatnonzero(fired))

    def _keep_states(self) -> None:
        self._kept["potential"].append(self._simulator.observed[self._cells])
        if self._spec.fill:
            self._kept["fill"].append(self._simulator.fill)

    def _keep_glia(self) -> None:
        total = self._count_releases()
        released = np.flatnonzero(total > self._releases)
        self._releases = total
        self._keep_events("release", "astrocyte", released)
        if self._spec.calcium:
            self._kept["calcium"].append(self._simulator.section("calcium").copy())
            self._kept["calcium_time"].append(np.array([self._n_steps], dtype=np.uint32))

        if self._spec.efficacy:
            self._kept["efficacy"].append(self._simulator.cells("efficacy"))
            self._kept["efficacy_time"].append(np.array([self._n_steps], dtype=np.uint32))

    def _keep_ledger(self) -> None:
        ledger = self._simulator.ledger()
        since = ledger - self._last_ledger
        self._kept["amounts"].append(since.amounts)
        self._kept["counts"].append(since.counts)
        self._last_ledger = ledger


_EVENTS = (
    *("spike_time", "spike_neuron", "calcium_time", "release_time", "release_astrocyte"),
    "efficacy_time",
)


def record(
    simulator: Simulator,
    amplitude: FloatArray,
    n_steps: int,
    spec: TraceSpec | None = None,
    current: FloatArray | None = None,
) -> Trace:
    """Simulate and return what happened; the simulator ends as without a trace.

    Parameters
    ----------
    simulator : Simulator
        What is recorded, from its present time on.
    amplitude : ndarray of float64, shape (n_inputs,) or (n_steps, n_inputs)
        Amplitudes of the inputs, steady or anew each millisecond.
    n_steps : int
        Milliseconds to simulate.
    spec : TraceSpec, optional
        What is kept beside spikes and ledgers.
    current : ndarray of float64, shape (N,) or (n_steps, N), optional
        Current injected into each neuron, steady or anew each millisecond [threshold].

    Raises
    ------
    SimulationError
        If an amplitude or current is not finite, or the potential of no cell is asked for.
    """
    recorder = TraceRecorder(simulator, spec)
    varies = np.ndim(amplitude) == 2 or np.ndim(current if current is not None else 0) == 2
    for t in range(n_steps if varies else 1):
        if current is not None:
            simulator.inject(current[t] if current.ndim == 2 else current)
        simulator.step(amplitude[t] if amplitude.ndim == 2 else amplitude, 0)
        recorder.advance(1 if varies else n_steps)
    return recorder.trace()
