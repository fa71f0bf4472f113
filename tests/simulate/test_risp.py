"""Event-driven neurons, and receptors that begin trains of spikes."""

import numpy as np
import pytest

from glianeat.errors import ConfigError
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import AstrocyteConfig, NeuronConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator
from tests.simulate.builders import Builder

PLAIN = SimulationConfig(
    neuron=NeuronConfig(model="risp", floor=-1.0),
    astrocyte=AstrocyteConfig(metabolic=False, gain=False),
)
TRAINS = NetworkIO(rate_inputs=True, trains=True)


def between(weights, threshold=1.0, delays=None, config=PLAIN):
    """Return a simulator of some inputs that end at one cell."""
    builder = Builder()
    inputs = [builder.input() for _ in weights]
    cell = builder.output(threshold=threshold)
    for number, weight in enumerate(weights):
        builder.join(inputs[number], cell, weight, delays[number] if delays else 1)
    return Simulator(builder.build(), config, TRAINS)


def lived(simulator, amplitude, n_steps):
    """Return what the cell has added up, and whether it spikes, after each millisecond."""
    simulator.step(np.array(amplitude), 0)
    sums, fired = [], []
    for _ in range(n_steps):
        simulator.advance(1)
        sums.append(float(simulator.cells("sum")[0]))
        fired.append(bool(simulator.fired[-1]))
    return sums, fired


def test_a_sum_stays_as_it_is_until_something_arrives():
    sums, fired = lived(between([0.4], threshold=2.0), [1.0], 60)
    assert sums[:9] == pytest.approx([0.4, 0.4, 0.4, 0.8, 0.8, 0.8, 1.2, 1.2, 1.2])
    assert fired[:12] == [False] * 12
    assert set(sums[22:]) == {sums[22]}


def test_a_cell_spikes_at_its_threshold_and_begins_anew_at_zero():
    sums, fired = lived(between([0.5], threshold=1.0), [1.0], 12)
    assert np.flatnonzero(fired).tolist() == [3, 9]
    assert sums[3] == sums[9] == 0.0


def test_all_that_arrives_in_a_millisecond_is_added_before_the_threshold_is_compared():
    _, fired = lived(between([5.0, -4.5], threshold=1.0), [0.125, 0.125], 3)
    assert not any(fired)


def test_a_cell_is_brought_up_to_the_lowest_sum_when_something_arrives():
    simulator = between([-3.0, 0.75], delays=[1, 2])
    sums, _ = lived(simulator, [0.125, 0.125], 4)
    assert sums == [-3.0, -0.25, -0.25, -0.25]


def test_with_a_threshold_of_zero_every_event_that_leaves_no_debt_is_a_spike():
    _, fired = lived(between([1.0, -1.0], threshold=0.0), [0.125, 0.125], 3)
    assert fired == [True, False, False]


def test_currents_do_not_move_a_cell():
    builder = Builder()
    builder.join(builder.input(), builder.output(bias=5.0), 1.0)
    simulator = Simulator(builder.build(), PLAIN, TRAINS)
    simulator.inject(np.array([0.0, 5.0]))
    simulator.step(np.zeros(1), 50)
    assert simulator.emitted().tolist() == [0.0, 0.0]


@pytest.mark.parametrize("delay", [1, 2, 7])
def test_a_train_reaches_a_cell_within_the_millisecond_after_its_delay(delay):
    _, fired = lived(between([1.0], delays=[delay]), [0.25], 20)
    assert np.flatnonzero(fired).tolist() == [delay - 1, delay + 2]


@pytest.mark.parametrize(
    ("amplitude", "spikes"),
    [(-1.0, 0), (0.0, 0), (1e-9, 1), (0.5, 4), (0.51, 5), (1.0, 8), (9.0, 8)],
)
def test_an_amplitude_decides_how_many_spikes_a_train_has(amplitude, spikes):
    simulator = between([1.0])
    simulator.step(np.array([amplitude]), 100)
    assert simulator.emitted()[0] == spikes


def test_length_and_interval_of_trains_are_settings():
    builder = Builder()
    builder.join(builder.input(), builder.output(), 1.0)
    interface = NetworkIO(rate_inputs=True, trains=True, train_spikes=3, train_interval=5)
    _, fired = lived(Simulator(builder.build(), PLAIN, interface), [1.0], 40)
    assert np.flatnonzero(fired).tolist() == [0, 5, 10]


def test_trains_drive_other_neurons_too():
    builder = Builder()
    builder.join(builder.input(), builder.output(), 30.0)
    simulator = Simulator(builder.build(), None, TRAINS)
    simulator.step(np.ones(1), 24)
    assert simulator.emitted().tolist()[0] == 8.0
    assert simulator.emitted().tolist()[1] > 0.0


@pytest.mark.parametrize(
    ("interface", "message"),
    [
        (NetworkIO(), "inputs of 'risp' neurons must spike, not be graded"),
        (NetworkIO(rate_inputs=True, readout="membrane"), "must be galif, got 'risp'"),
    ],
)
def test_event_driven_cells_neither_hear_nor_show_what_is_graded(interface, message):
    builder = Builder()
    builder.join(builder.input(), builder.output(), 1.0)
    with pytest.raises(ConfigError, match=message):
        Simulator(builder.build(), PLAIN, interface)
