import math

import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete, MultiBinary
from hypothesis import example, given
from hypothesis import strategies as st

from glianeat.codec.codec import CodecConfig, n_channels, n_outputs, resolve_codec
from glianeat.codec.scaling import ScalingConfig
from glianeat.develop.decode import develop
from glianeat.errors import ConfigError, EvaluationError
from glianeat.evaluate.agent import Agent
from glianeat.genome.founders import found_genome
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.simulate.settings import NeuronConfig, SimulationConfig
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.spaces import parts_of
from glianeat.tasks.task import TaskSpec, describe_task
from tests.builders.agents import changed
from tests.evaluate.badenvs import ODD, TYPED

FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
SEEN = Box(-1.0, 1.0, (2,), np.float64)
UNIT = ScalingConfig(squash=("linear", "linear"), centre=(0.0, 0.0), scale=(1.0, 1.0))


def resolved(task, codec=None, **options):
    config = TaskConfig(id=task, **options)
    return resolve_codec(codec or CodecConfig(), config, describe_task(config))


def discrete(n, start=0):
    return Discrete(n, start=start)


def box(low, high, dtype=FLOAT64, shape=(1,)):
    low, high = (np.broadcast_to(bound, shape).astype(dtype) for bound in (low, high))
    return Box(low, high, shape, dtype)


def agent(action=None, inputs=None, outputs=None, weight=0.0, simulation=None, **codec):
    """Return an agent of two observations that lie within ±1, by default without weights."""
    action = action or discrete(3)
    spec = TaskSpec(parts_of(SEEN, "observation"), parts_of(action, "action"), action, 100)
    simulation, codec = simulation or SimulationConfig(), {"scaling": UNIT} | codec
    config = resolve_codec(CodecConfig(**codec), TaskConfig(), spec, simulation.neuron)
    variation = Variation(GenomeConfig(connect_fully_below=1000))
    shape = n_channels(config, spec), n_outputs(config, spec)
    genome = found_genome(0, *shape, variation, np.random.default_rng(0))
    genome = changed(genome, weight, {"phasic": 0.0} | (inputs or {}), outputs)
    return Agent(develop(genome), simulation, config, spec)


def amplitudes(agent, *observations):
    for observation in observations:
        agent.act(np.array(observation, dtype=float))
    return agent.simulator.amplitude.tolist()


def test_known_tasks_are_scaled_from_typical_ranges():
    scaling = resolved("MountainCar-v0").scaling
    assert (scaling.squash, scaling.centre, scaling.scale) == (
        ("tanh", "tanh"),
        pytest.approx((-0.3, 0.0)),
        pytest.approx((0.9, 0.07)),
    )


def test_configured_ranges_replace_typical_ones():
    ranges = ((0.0, 2.0), (-4.0, 4.0))
    scaling = resolved("MountainCar-v0", ranges=ranges).scaling
    assert (scaling.centre, scaling.scale) == ((1.0, 0.0), (1.0, 4.0))


def test_bounded_tasks_are_scaled_from_their_bounds():
    assert resolved(TYPED).scaling == ScalingConfig(
        squash=("linear", "linear"), centre=(0.0, 0.0), scale=(5.0, 5.0)
    )


@pytest.mark.parametrize("space", ["endless", "float max"])
def test_unbounded_tasks_are_scaled_from_statistics(space):
    scaling = resolved(ODD, kwargs={"observation": space}).scaling
    assert (scaling.squash[0], scaling.centre[0], scaling.scale[0]) == ("asinh", 2.0, 4.0)


def test_an_observation_that_never_changes_is_not_blown_up():
    assert resolved(ODD, kwargs={"observation": "endless"}).scaling.scale[1] == 1.0


def test_an_observation_of_one_possible_value_is_not_blown_up():
    assert resolved(ODD, kwargs={"observation": "constant"}).scaling.scale == (1.0, 1.0)


def test_statistics_are_the_same_each_time():
    echoing = {"observation": "endless", "echoes": True}
    one = resolved(ODD, kwargs=echoing)
    np.random.seed(7)  # noqa: NPY002 - whatever state others leave
    assert one == resolved(ODD, kwargs=echoing)


def test_a_task_that_fails_under_random_actions_is_an_error():
    with pytest.raises(EvaluationError, match="failed under random actions: RuntimeError: out of"):
        resolved(ODD, kwargs={"observation": "endless", "fails": True})


def test_scaling_that_is_given_is_kept():
    given_scaling = UNIT.replace(squash=("asinh", "linear"))
    assert resolved(TYPED, CodecConfig(scaling=given_scaling)).scaling == given_scaling


def test_scaling_of_another_number_than_observations_is_refused():
    with pytest.raises(ConfigError, match=r"codec.scaling.squash: must have 4 items .* got 2"):
        resolved("CartPole-v1", CodecConfig(scaling=UNIT))


@pytest.mark.parametrize(
    ("task", "readout", "hold"),
    [
        ("CartPole-v1", "count", 20),
        ("Pendulum-v1", "membrane", 10),
        ("glianeat/Futility-v0", "count", 50),
        ("glianeat/FaultTrack-v0", "membrane", 20),
    ],
)
def test_readout_and_hold_follow_the_action_space_and_what_the_task_declares(task, readout, hold):
    codec = resolved(task)
    assert (codec.readout, codec.hold) == (readout, hold)


def test_a_membrane_readout_of_discrete_actions_holds_10_ms():
    assert resolved("CartPole-v1", CodecConfig(readout="membrane")).hold == 10


def test_a_given_hold_is_kept():
    assert resolved("CartPole-v1", CodecConfig(hold=7)).hold == 7


def test_a_step_of_the_task_takes_the_hold():
    held = agent(hold=13)
    held.act(np.zeros(2))
    assert held.simulator.time == 13


def test_resolving_twice_changes_nothing():
    config = TaskConfig(id="CartPole-v1")
    spec = describe_task(config)
    once = resolve_codec(CodecConfig(), config, spec)
    assert resolve_codec(once, config, spec) == once


def test_receptors_come_in_rectified_pairs():
    assert amplitudes(agent(), (0.25, -0.5)) == [0.25, 0.0, 0.0, 0.5]


def test_signed_receptors_see_both_signs():
    assert amplitudes(agent(encoder="signed"), (0.25, -0.5)) == [0.25, -0.5]


def test_linear_scaling_ends_at_one():
    assert amplitudes(agent(), (3.0, -7.0)) == [1.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize("squash", ["tanh", "asinh"])
def test_squashing_is_that_of_its_name(squash):
    scaling = ScalingConfig(squash=(squash,), centre=(1.0, 0.0), scale=(2.0, 1.0))
    expected = getattr(math, squash)((4.0 - 1.0) / 2.0)
    assert amplitudes(agent(scaling=scaling), (4.0, 0.0))[0] == pytest.approx(expected, rel=1e-12)


def test_receptor_gains_scale_amplitudes():
    gained = agent(inputs={"receptor_gain": [2.0, 1.0, 1.0, 3.0]})
    assert amplitudes(gained, (0.25, -0.5)) == [0.5, 0.0, 0.0, 1.5]


def test_a_phasic_receptor_begins_adapted():
    assert amplitudes(agent(inputs={"phasic": 0.5}), (0.8, 0.0))[0] == pytest.approx(0.4)


def test_a_phasic_receptor_follows_with_its_time_constant():
    phasic = agent(inputs={"phasic": 1.0, "tau_phasic": 40.0}, hold=20)
    slow = 0.2 + (1.0 - math.exp(-20.0 / 40.0)) * (0.8 - 0.2)
    found = amplitudes(phasic, (0.2, 0.0), (0.8, 0.0))[0]
    assert found == pytest.approx(0.8 - slow, rel=1e-12)


def test_a_phasic_receptor_falls_silent_under_a_steady_observation():
    phasic = agent(inputs={"phasic": 1.0, "tau_phasic": 10.0})
    found = amplitudes(phasic, (0.0, 0.0), *[(0.9, 0.0)] * 20)
    assert max(found) < 1e-6


def test_a_tonic_receptor_keeps_transmitting():
    assert amplitudes(agent(), *[(0.9, 0.0)] * 20)[0] == 0.9


def test_rate_inputs_fire_in_proportion():
    rate = agent(transmission="spikes", max_rate=0.5)
    amplitudes(rate, *[(0.25, 1.0)] * 10)  # 200 ms
    assert rate.simulator.emitted()[:4].tolist() == [25.0, 0.0, 100.0, 0.0]


def test_graded_inputs_count_no_spikes():
    graded = agent(outputs={"bias": -2.0})
    amplitudes(graded, *[(0.25, 1.0)] * 10)
    assert graded.ledger().count("spikes").sum() == 0.0


def test_a_matrix_is_read_row_by_row():
    flat, square = agent(), agent()
    flat.act(np.array([0.3, -0.2]))
    square.act(np.array([[0.3], [-0.2]]))
    assert np.array_equal(flat.simulator.amplitude, square.simulator.amplitude)


@pytest.mark.parametrize("choice", [0, 1, 2])
def test_the_output_of_most_spikes_is_chosen(choice):
    bias = np.where(np.arange(3) == choice, 2.0, -2.0)
    assert agent(outputs={"bias": bias}).act(np.zeros(2)) == choice


def test_of_equal_counts_the_lowest_index_is_chosen():
    assert agent(outputs={"bias": [-2.0, 2.0, 2.0]}).act(np.zeros(2)) == 1


def test_subthreshold_potential_never_breaks_a_tie():
    assert agent(outputs={"bias": [-2.0, 0.0, 0.9]}).act(np.zeros(2)) == 0


def test_a_membrane_readout_chooses_by_potential():
    assert agent(outputs={"bias": [-2.0, 0.0, 0.9]}, readout="membrane").act(np.zeros(2)) == 2


def test_discrete_actions_begin_where_the_task_says():
    bias = {"bias": [-2.0, -2.0, 2.0]}
    assert agent(discrete(3, start=-4), outputs=bias).act(np.zeros(2)) == -2


@pytest.mark.parametrize(
    ("low", "high", "at_zero"),
    [
        (-2.0, 2.0, 0.0),
        (0.0, 4.0, 2.0),
        (-np.inf, np.inf, 0.0),
        (1.0, np.inf, 2.0),
        (-np.inf, 5.0, 4.0),
        (-3.4e38, 3.4e38, 0.0),
    ],
)
def test_equal_outputs_give_the_middle_of_a_box(low, high, at_zero):
    balanced = agent(box(low, high), outputs={"bias": 0.5})
    assert balanced.act(np.zeros(2)).tolist() == [at_zero]


def test_a_box_action_is_the_tanh_of_the_difference_of_a_pair():
    pair = agent(box(-2.0, 4.0), outputs={"bias": [0.5, 0.2]}, tau_readout=5.0, box_gain=1.5)
    risen = 1.0 - math.exp(-10.0 / 5.0)
    expected = 1.0 + 3.0 * math.tanh(1.5 * 0.3 * risen)
    assert pair.act(np.zeros(2))[0] == pytest.approx(expected, rel=1e-9)


def test_a_box_action_of_counts_is_pushed_by_spikes():
    pushed = agent(box(-1.0, 1.0), outputs={"bias": [2.0, -2.0]}, readout="count")
    assert pushed.act(np.zeros(2))[0] == pytest.approx(math.tanh(0.5 * pushed.simulator.readout[0]))
    assert pushed.simulator.readout[0] > 0.5


@pytest.mark.parametrize("dtype", [FLOAT32, FLOAT64])
def test_a_box_action_has_the_shape_and_type_of_the_task(dtype):
    action = agent(box(-1.0, 1.0, dtype, (2, 2))).act(np.zeros(2))
    assert (action.shape, action.dtype) == ((2, 2), dtype)


@example(low=3.574245811254499e-21, width=1.0, bias=(0.0, 1.0))  # centre - half is 0
@given(
    low=st.floats(-1e4, 1e4, width=32),
    width=st.floats(0, 1e4, width=32),
    bias=st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
)
def test_box_actions_stay_within_their_bounds(low, width, bias):
    high = float(np.float32(low + width))
    action = agent(box(low, high, FLOAT32), outputs={"bias": bias}, box_gain=50.0)
    assert np.float32(low) <= action.act(np.zeros(2))[0] <= np.float32(high)


def test_an_action_is_not_changed_by_the_next():
    steered = agent(box(-1.0, 1.0), weight=1.0)
    first = steered.act(np.array([1.0, 1.0]))
    before = first.copy()
    steered.act(np.array([-1.0, -1.0]))
    assert np.array_equal(first, before)


# Graded neurons


def graded(task="Pendulum-v1", activation="tanh", **codec):
    config, neuron = TaskConfig(id=task), NeuronConfig(model="graded", activation=activation)
    return resolve_codec(CodecConfig(**codec), config, describe_task(config), neuron)


@pytest.mark.parametrize("task", ["CartPole-v1", "Pendulum-v1"])
def test_graded_neurons_are_read_as_they_are_once_a_step(task):
    codec = graded(task)
    assert (codec.readout, codec.box, codec.hold) == ("membrane", "single", 1)
    assert graded(task, hold=5).hold == 5


@pytest.mark.parametrize(
    ("readout", "tau", "gain"),
    [("count", 20.0, 0.5), ("first_spike", 20.0, 0.5), ("twitch", 5.0, 2.0)],
)
def test_each_way_to_read_spikes_has_its_time_constant_and_gain(readout, tau, gain):
    codec = resolved("Pendulum-v1", CodecConfig(readout=readout))
    assert (codec.tau_count, codec.box_gain) == (tau, gain)
    chosen = resolved("Pendulum-v1", CodecConfig(readout=readout, tau_count=7.0, box_gain=3.0))
    assert (chosen.tau_count, chosen.box_gain) == (7.0, 3.0)


def test_spiking_neurons_have_pairs_for_numbers_of_a_box():
    assert resolved("Pendulum-v1").box == "pair"
    assert graded(box="pair").box == "pair"


@pytest.mark.parametrize(
    ("codec", "message"),
    [
        ({"readout": "count"}, "codec.readout: must be 'membrane' for graded .* got 'count'"),
        ({"readout": "first_spike"}, "codec.readout: must be 'membrane' .* got 'first_spike'"),
        ({"transmission": "spikes"}, "codec.transmission: must be 'graded' .* got 'spikes'"),
    ],
)
def test_what_graded_neurons_cannot_do_is_refused(codec, message):
    with pytest.raises(ConfigError, match=message):
        graded(**codec)


@pytest.mark.parametrize("readout", ["count", "twitch", "first_spike"])
def test_single_outputs_that_spike_are_refused(readout):
    with pytest.raises(ConfigError, match=r"codec\.box: must be 'pair' unless .* got 'single'"):
        resolved("Pendulum-v1", CodecConfig(readout=readout, box="single"))


@pytest.mark.parametrize(
    ("activation", "bias", "expected"),
    [
        ("tanh", 0.0, 1.0),
        ("tanh", 0.5, 1.0 + 3.0 * math.tanh(0.5)),
        ("sigmoid", 0.0, 1.0),
        ("sigmoid", 0.5, -2.0 + 6.0 / (1.0 + math.exp(-4.9 * 0.5))),
        ("sigmoid", -2.0, -2.0 + 6.0 / (1.0 + math.exp(4.9 * 2.0))),
    ],
)
def test_a_single_graded_output_spans_the_range_of_its_number(activation, bias, expected):
    simulation = SimulationConfig(neuron=NeuronConfig(model="graded", activation=activation))
    one = agent(box(-2.0, 4.0), outputs={"bias": bias}, simulation=simulation)
    assert len(one.simulator.readout) == 1
    assert one.act(np.zeros(2))[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("choice", range(3))
def test_of_graded_outputs_the_one_that_shows_most_is_chosen(choice):
    bias = np.where(np.arange(3) == choice, 0.01, 0.0)
    simulation = SimulationConfig(neuron=NeuronConfig(model="graded"))
    assert agent(discrete(3), outputs={"bias": bias}, simulation=simulation).act(np.zeros(2)) == (
        choice
    )


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_a_graded_output_above_its_middle_sets_a_bit(activation):
    simulation = SimulationConfig(neuron=NeuronConfig(model="graded", activation=activation))
    bias = np.array([0.01, 0.0, -0.01])
    found = agent(MultiBinary(3), outputs={"bias": bias}, simulation=simulation).act(np.zeros(2))
    assert found.tolist() == [1, 0, 0]


def test_agents_of_graded_neurons_are_not_called_spiking():
    simulation = SimulationConfig(neuron=NeuronConfig(model="graded"))
    one = agent(outputs={"bias": 1.0}, weight=1.0, simulation=simulation)
    for _ in range(20):
        one.act(np.ones(2))
    assert one.output_spikes() == 0.0
    assert one.ledger().count("spikes").sum() == 0.0
    assert one.ledger().amount("graded").sum() > 0.0
