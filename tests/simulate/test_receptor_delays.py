import numpy as np
import pytest

from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import SimulationConfig
from glianeat.simulate.simulator import Simulator
from tests.simulate.builders import Builder

HOLD = 10


def heard(delays, shown, hold=HOLD, interface=None):
    """Return the graded current after each step, of an output joined to an input by each delay."""
    builder = Builder()
    inputs = [builder.input() for _ in delays]
    output = builder.output()
    for number, delay in enumerate(delays):
        builder.join(inputs[number], output, 10.0**number, delay=delay)
    network = builder.build()
    simulator = Simulator(network, SimulationConfig(), interface or NetworkIO(hold=hold))
    currents = []
    for amplitude in shown:
        simulator.step(np.full(len(delays), float(amplitude)), HOLD)
        currents.append(float(simulator.cells("graded_current")[0]))
    return currents, simulator


@pytest.mark.parametrize(
    ("delay", "lag"), [(1, 0), (HOLD, 0), (HOLD + 1, 1), (3 * HOLD, 2), (3 * HOLD + 1, 3)]
)
def test_a_graded_input_is_heard_whole_steps_of_the_task_later(delay, lag):
    shown = [0.5, 0.25, 0.0, 1.0, 0.75, 0.125, 0.5, 0.25]
    expected = [0.0] * lag + shown[: len(shown) - lag]
    assert heard([delay], shown)[0] == expected


def test_each_synapse_has_a_delay_of_its_own():
    currents, _ = heard([1, HOLD + 1, 2 * HOLD + 1], [1, 2, 3, 4])
    assert currents == [1.0, 12.0, 123.0, 234.0]


def test_without_steps_of_the_task_all_are_heard_at_once():
    assert heard([25], [1, 2, 3], hold=0)[0] == [1.0, 2.0, 3.0]


def test_a_network_that_hears_at_once_keeps_nothing():
    _, simulator = heard([1, HOLD], [1, 2])
    assert "transmitted" not in simulator.used
    _, late = heard([1, 3 * HOLD], [1, 2])
    assert late.section("transmitted").shape == (3, 2)


def test_delays_of_graded_inputs_lengthen_no_ring():
    _, simulator = heard([20 * HOLD], [1])
    assert simulator.section("ring").shape[0] == 2


def test_after_a_reset_nothing_is_under_way():
    currents, simulator = heard([HOLD + 1], [1, 2])
    assert currents == [0.0, 1.0]
    simulator.reset()
    simulator.step(np.zeros(1), HOLD)
    assert simulator.cells("graded_current").tolist() == [0.0]


def test_a_current_that_is_injected_within_a_step_changes_nothing_that_is_heard():
    _, simulator = heard([HOLD + 1], [1, 2])
    simulator.advance(3)
    simulator.inject(np.zeros(2))
    simulator.inject(np.zeros(2))
    assert simulator.cells("graded_current").tolist() == [2.0]


def test_what_was_under_way_is_part_of_the_state():
    _, simulator = heard([HOLD + 1], [1, 2])
    state = simulator.state()
    simulator.step(np.full(1, 5.0), HOLD)
    simulator.restore(state)
    simulator.step(np.zeros(1), HOLD)
    assert simulator.cells("graded_current").tolist() == [2.0]


def test_inputs_that_spike_are_as_late_as_the_ring_has_it():
    builder = Builder()
    source, output = builder.input(), builder.output()
    network = builder.join(source, output, 1.0, delay=3 * HOLD).build()
    simulator = Simulator(
        network, SimulationConfig(), NetworkIO(rate_inputs=True, max_rate=1.0, hold=HOLD)
    )
    assert "transmitted" not in simulator.used
    simulator.step(np.ones(1), 3 * HOLD)
    assert simulator.cells("excitation").tolist() == [0.0]
    simulator.advance(1)
    assert simulator.cells("excitation")[0] > 0.0
