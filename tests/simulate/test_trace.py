import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glianeat.errors import CheckpointError, SimulationError
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import NeuronConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator
from glianeat.simulate.trace import Trace, TraceRecorder, TraceSpec, record
from glianeat.simulate.trace_format import MAGIC, read_arrays, write_arrays
from tests.simulate.builders import Builder
from tests.simulate.test_ledger_of import EVENTS, busy_network
from tests.simulate.test_reference import configs, interfaces, networks
from tests.simulate.test_simulator import simulator_of, state


def busy_trace(n_steps=1050, rate_inputs=True, **options):
    simulator = Simulator(busy_network(), EVENTS, NetworkIO(rate_inputs=rate_inputs))
    spec = TraceSpec(potentials=(1, 3), **options)
    return simulator, record(simulator, np.array([0.6]), n_steps, spec)


@settings(max_examples=40)
@given(networks(), configs, interfaces, st.integers(0, 230), st.integers(0, 99))
def test_a_traced_run_is_the_run(network, config, interface, n_steps, seed):
    """It ends in the same state; spikes and ledgers add up to what the simulator counted."""
    traced, untraced = (simulator_of(network, config, interface) for _ in range(2))
    amplitude = np.random.default_rng(seed).normal(0.5, 1.0, network.n_inputs)
    for simulator in (traced, untraced):
        simulator.step(amplitude, 7)
    before, spikes_before = traced.ledger(), traced.emitted()
    trace = record(traced, amplitude, n_steps)
    untraced.step(amplitude, n_steps)
    assert state(traced) == state(untraced)
    spikes = np.bincount(trace.spike_neuron, minlength=network.n_neurons)
    counted = traced.emitted() - spikes_before
    spiking = slice(0 if traced.interface.rate_inputs else network.n_inputs, None)
    assert np.array_equal(spikes[spiking], counted[spiking])
    lived = traced.ledger() - before
    total = sum((ledger.amounts for ledger in trace.ledgers()), np.zeros(lived.amounts.shape))
    assert np.allclose(total, lived.amounts, rtol=1e-9, atol=1e-9)
    numbers = sum((ledger.counts for ledger in trace.ledgers()), np.zeros(lived.counts.shape))
    assert np.array_equal(numbers, lived.counts)
    assert len(trace.release_time) == traced.section("releases").sum()
    again = Trace.from_bytes(trace.to_bytes())
    assert again.to_bytes() == trace.to_bytes()


def test_shapes_are_those_that_the_trace_documents():
    simulator, trace = busy_trace()
    network = simulator.network
    assert (trace.start, trace.n_steps, trace.n_neurons) == (0, 1050, 4)
    assert trace.potential.shape == (1050, 2)
    assert trace.calcium.shape == (105, len(network.glia.gene))
    assert trace.calcium_time.tolist() == list(range(9, 1050, 10))
    assert trace.fill.shape == (1050, 2)
    assert len(trace.ledgers()) == 11
    assert [ledger.seconds for ledger in trace.ledgers()] == [0.1] * 10 + [0.05]
    assert len(trace.release_time) > 0


def test_potentials_fill_and_calcium_are_the_state_after_each_step():
    simulator, trace = busy_trace()
    potential = np.float32(simulator.cells("potential")[[0, 2]])
    assert trace.potential[-1].tolist() == potential.tolist()
    assert trace.fill[-1].tolist() == np.float32(simulator.fill).tolist()
    assert trace.calcium[-1].tolist() == np.float32(simulator.section("calcium")).tolist()


def test_efficacies_are_the_state_after_each_glial_step():
    builder = Builder()
    source, output = builder.input(), builder.output(slow_gain=1.0)
    builder.join(source, output, 2.0)
    config = SimulationConfig(neuron=NeuronConfig(slow_gain=True))
    simulator = Simulator(builder.build(), config)
    trace = record(simulator, np.array([0.6]), 1050, TraceSpec(efficacy=True))
    cells = simulator.network.n_neurons - simulator.network.n_inputs
    assert trace.efficacy.shape == (105, cells)
    assert trace.efficacy_time.tolist() == list(range(9, 1050, 10))
    assert np.array_equal(trace.efficacy[-1], simulator.cells("efficacy").astype(np.float32))
    assert (trace.efficacy != 1.0).any()
    again = Trace.from_bytes(trace.to_bytes())
    assert np.array_equal(again.efficacy, trace.efficacy)


def test_a_trace_of_before_efficacies_were_recorded_is_read():
    _, trace = busy_trace()
    numbers = {name: getattr(trace, name) for name in ("start", "n_steps", "n_neurons")}
    fields = [name for name in vars(trace) if name not in numbers and "efficacy" not in name]
    old = Trace.from_bytes(write_arrays(numbers, {name: getattr(trace, name) for name in fields}))
    assert np.array_equal(old.calcium, trace.calcium)
    assert (old.efficacy.shape, len(old.efficacy_time)) == ((0, 0), 0)


def test_spikes_of_inputs_and_cells_stand_at_their_time():
    simulator = Simulator(busy_network(), EVENTS, NetworkIO(rate_inputs=True))
    trace = record(simulator, np.array([0.4]), 200)
    assert trace.spikes_of(0).tolist() == list(range(4, 200, 5))  # 0.2 spikes a millisecond
    simulator.reset()
    seen = []
    for _ in range(200):
        simulator.step(np.array([0.4]), 1)
        seen.append(simulator.fired[1])
    assert trace.spikes_of(1).tolist() == np.flatnonzero(seen).tolist()


def test_input_and_current_may_change_every_millisecond():
    rng = np.random.default_rng(0)
    amplitude, current = rng.random((150, 1)), rng.normal(0.5, 1.0, (150, 4))
    traced, untraced = (Simulator(busy_network()) for _ in range(2))
    trace = record(traced, amplitude, 150, current=current)
    for t in range(150):
        untraced.inject(current[t])
        untraced.step(amplitude[t], 1)
    assert state(traced) == state(untraced)
    assert trace.n_steps == 150


def test_a_recorder_follows_an_episode_call_by_call():
    simulator = Simulator(busy_network())
    recorder = TraceRecorder(simulator)
    for amplitude in (0.2, 0.9, 0.0):
        simulator.step(np.array([amplitude]), 0)
        recorder.advance(35)
    whole = recorder.trace()
    assert whole.n_steps == simulator.time == 105
    assert [ledger.seconds for ledger in whole.ledgers()] == pytest.approx([0.1, 0.005])


def test_what_is_not_asked_for_is_not_kept():
    _, trace = busy_trace(calcium=False, fill=False)
    assert trace.calcium.shape == (0, 1)
    assert trace.fill.shape == (0, 2)
    assert Trace.from_bytes(trace.to_bytes()).fill.shape == (0, 2)


@pytest.mark.parametrize("neuron", [0, 4, -1])
def test_only_cells_have_potentials(neuron):
    with pytest.raises(SimulationError, match="potentials"):
        TraceRecorder(Simulator(busy_network()), TraceSpec(potentials=(neuron,)))


def test_bytes_give_the_same_trace_back():
    _, trace = busy_trace()
    again = Trace.from_bytes(trace.to_bytes())
    for name in ("spike_time", "spike_neuron", "potential", "calcium", "fill", "amounts"):
        assert np.array_equal(getattr(again, name), getattr(trace, name)), name


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place, change):
    data = bytearray(SAMPLE)
    data[place % len(data)] ^= change
    with pytest.raises(CheckpointError, match="trace"):
        Trace.from_bytes(bytes(data))


@given(st.integers(0, 10**6))
def test_a_cut_trace_is_noticed(length):
    with pytest.raises(CheckpointError, match="trace"):
        Trace.from_bytes(SAMPLE[: length % len(SAMPLE)])


SAMPLE = busy_trace(n_steps=60)[1].to_bytes()


def forged(**changes):
    """Return a trace of valid check sum whose arrays or numbers were changed."""
    _, trace = busy_trace(n_steps=60)
    names = ("start", "n_steps", "n_neurons")
    numbers = {name: getattr(trace, name) for name in names}
    arrays = {name: getattr(trace, name) for name in vars(trace) if name not in names}
    numbers |= {name: value for name, value in changes.items() if name in numbers}
    arrays |= {name: value for name, value in changes.items() if name in arrays}
    return write_arrays(numbers, arrays)


@pytest.mark.parametrize(
    "changes",
    [
        {"n_steps": 61},
        {"n_neurons": 1},
        {"n_steps": -1},
        {"spike_time": np.array([3], dtype=np.uint32)},
        {"potential_neuron": np.array([1], dtype=np.uint32)},
        {"fill": np.zeros(3, dtype=np.float32)},
        {"amounts": np.zeros((1, 2, 2))},
        {"calcium_time": np.arange(6, dtype=np.uint32)[::-1].copy()},
    ],
)
def test_a_trace_that_contradicts_itself_is_refused(changes):
    with pytest.raises(CheckpointError, match="trace"):
        Trace.from_bytes(forged(**changes))


def test_other_contents_and_versions_are_refused():
    with pytest.raises(CheckpointError, match="version"):
        Trace.from_bytes(MAGIC + struct.pack("<I", 2) + SAMPLE[12:])
    with pytest.raises(CheckpointError, match="begin"):
        Trace.from_bytes(b"NOTATRCE" + SAMPLE[8:])
    with pytest.raises(CheckpointError, match="header"):
        read_arrays(write_arrays({}, {}), ("start",), {})


def raw(header, body):
    rest = header + body
    return struct.pack("<8sIII", MAGIC, 1, len(header), zlib.crc32(rest)) + rest


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (b"{", b""),
        (b'{"numbers":{},"shapes":{"a":[2]}}', b"no zlib"),
        (b'{"numbers":{},"shapes":{"a":[2]}}', zlib.compress(b"123")),
        (b'{"numbers":{},"shapes":{"a":[9000000000]}}', zlib.compress(b"")),
        (b'{"numbers":{},"shapes":{"a":[-1]}}', zlib.compress(b"")),
        (b'{"numbers":{},"shapes":{"a":[1]},"more":1}', zlib.compress(b"1234")),
    ],
)
def test_bytes_that_only_look_like_a_trace_are_refused(header, body):
    with pytest.raises(CheckpointError, match="trace"):
        read_arrays(raw(header, body), (), {"a": "<u4"})
