"""What each receptor responds with."""

import math

import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, MultiDiscrete
from hypothesis import given
from hypothesis import strategies as st

from glianeat.codec.encoders import channel_names, channel_table
from glianeat.errors import ConfigError
from glianeat.simulate.settings import NeuronConfig, SimulationConfig
from glianeat.simulate.trace import TraceRecorder
from glianeat.tasks.spaces import parts_of
from tests.builders.bodies import amplitudes, body

ONE = Box(-1.0, 1.0, (1,), np.float64)
Z = np.linspace(-1.3, 1.3, 261)


def responses(encoder, fields=5, traits=None, shown=Z):
    """Return what each channel transmits for each of some values, shape (values, channels)."""
    agent = body(ONE, encoder=encoder, fields=fields, traits=traits, hold=1)
    rows = []
    for z in shown:
        agent.reset()
        agent.act(np.array([z]))
        found = amplitudes(agent)
        rows.append([found[k] for k in range(len(found))])
    return np.array(rows)


def test_a_pair_has_no_dead_zone():
    tiny = responses("paired", shown=[-1e-12, -1e-3, 0.0, 1e-3, 1e-12])
    assert (tiny.sum(axis=1) > 0.0).tolist() == [True, True, False, True, True]


def test_a_pair_shows_one_side_each():
    found = responses("paired")
    assert np.allclose(found[:, 0] - found[:, 1], np.clip(Z, -1.0, 1.0))
    assert found.min(axis=1).max() == 0.0


def test_a_signed_receptor_shows_both_sides():
    assert np.allclose(responses("signed")[:, 0], np.clip(Z, -1.0, 1.0))


@pytest.mark.parametrize("fields", [2, 3, 5, 9])
def test_gaussian_peaks_tile_the_range(fields):
    peaks = np.linspace(-1.0, 1.0, fields)
    assert np.allclose(np.diag(responses("gaussian", fields, shown=peaks)), 1.0)


@pytest.mark.parametrize("fields", [2, 3, 5, 9])
def test_neighbouring_fields_meet_one_deviation_from_their_peaks(fields):
    found = responses("gaussian", fields, shown=[-1.0 + 1.0 / (fields - 1)])
    assert found[0, :2] == pytest.approx(math.exp(-0.5), rel=1e-12)


def test_fields_leave_no_gap():
    assert responses("gaussian", 7).max(axis=1).min() >= math.exp(-0.5) - 1e-9


@pytest.mark.parametrize("bins", [2, 3, 4, 7])
def test_one_flip_flop_transmits_at_a_time(bins):
    found = responses("flip_flop", bins)
    assert (found > 0.0).sum(axis=1).max() == 1
    assert {int(np.argmax(row)) for row in found if row.any()} == set(range(bins))


@pytest.mark.parametrize("bins", [2, 3, 4, 7])
def test_flip_flops_do_not_jump_from_bin_to_bin(bins):
    z = np.linspace(-1.0, 1.0, 2001)
    total = responses("flip_flop", bins, shown=z).sum(axis=1)
    assert np.abs(np.diff(total)).max() <= 0.5 * bins * 0.001 * 1.01


def test_flip_flops_fall_and_rise_in_turn():
    found = responses("flip_flop", 2, shown=[-1.0, -0.5, 0.5, 1.0])
    assert found.tolist() == [[1.0, 0.0], [0.5, 0.0], [0.0, 0.5], [0.0, 1.0]]


@pytest.mark.parametrize(
    ("space", "value", "expected"),
    [
        (Discrete(3, start=-1), 1, [0, 0, 1]),
        (MultiDiscrete([2, 3], start=[4, -2]), [5, -2], [0, 1, 1, 0, 0]),
        (MultiBinary(2), [1, 0], [0, 1, 1, 0]),
        (Discrete(3), 7, [0, 0, 0]),
    ],
)
def test_each_choice_has_a_receptor(space, value, expected):
    agent = body(space)
    agent.act(value)
    found = amplitudes(agent)
    assert [found[k] for k in range(len(found))] == expected


def test_encoders_are_chosen_part_by_part():
    space = Dict({"a": ONE, "b": ONE, "c": Discrete(2)})
    agent = body(space, encoders={"b": "gaussian"}, fields=3)
    assert agent.config.encoders == {"a": "paired", "b": "gaussian", "c": "one_hot"}
    assert agent.config.channels == (
        *("a 0+", "a 0−", "b 0 [0]", "b 0 [1]", "b 0 [2]", "c=0", "c=1"),
    )


@pytest.mark.parametrize(
    ("encoders", "message"),
    [
        ({"aa": "signed"}, "no part 'aa'; did you mean 'a'"),
        ({"a": "one_hot"}, "'one_hot' cannot show a, which is numbers"),
        ({"c": "gaussian"}, "'gaussian' cannot show c, which is choices"),
    ],
)
def test_an_encoder_that_does_not_fit_is_refused(encoders, message):
    with pytest.raises(ConfigError, match=message):
        body(Dict({"a": ONE, "c": Discrete(2)}), encoders=encoders)


@given(encoder=st.sampled_from(["paired", "signed", "gaussian", "flip_flop"]), n=st.integers(2, 9))
def test_every_channel_has_a_name_of_its_own(encoder, n):
    parts = parts_of(Dict({"a": Box(0, 1, (2,)), "b": MultiDiscrete([2, 3])}), "an observation")
    encoders = {"a": encoder, "b": "one_hot"}
    names = channel_names(parts, encoders, n)
    assert len(set(names)) == len(names) == len(channel_table(parts, encoders, n))


@pytest.mark.parametrize("encoder", ["paired", "signed", "gaussian", "flip_flop"])
def test_gain_multiplies_what_bias_adds_to(encoder):
    plain = responses(encoder)
    traits = {"inputs": {"receptor_gain": 3.0, "receptor_bias": 0.2}}
    z = np.clip(Z, -1.0, 1.0)[:, None] * [1.0, -1.0] if encoder == "paired" else plain
    expected = 3.0 * (z + 0.2)
    if encoder != "signed":
        expected = np.maximum(0.0, expected)
    assert np.allclose(responses(encoder, traits=traits), expected)


@pytest.mark.parametrize("encoder", ["paired", "signed", "gaussian", "flip_flop"])
def test_a_negative_bias_makes_a_dead_zone_of_receptors_that_rectify(encoder):
    found = responses(encoder, traits={"inputs": {"receptor_bias": -1.0}})
    assert (found.min() >= 0.0) == (encoder != "signed")


@pytest.mark.parametrize("encoder", ["gaussian", "flip_flop", "signed"])
def test_phasic_receptors_adapt_to_what_their_field_shows(encoder):
    traits = {"inputs": {"phasic": 1.0, "tau_phasic": 10.0}}
    agent = body(ONE, encoder=encoder, traits=traits)
    for _ in range(40):
        agent.act(np.array([0.3]))
    assert np.abs(agent.simulator.amplitude).max() < 1e-9
    agent.act(np.array([-0.9]))
    assert np.abs(agent.simulator.amplitude).max() > 0.05


@pytest.mark.parametrize("biases", [[1.2, 2.0, -1.0], [2.0, 1.2, -1.0]])
def test_the_first_spike_wins(biases):
    agent = body(readout="first_spike", hold=60, traits={"outputs": {"bias": biases}})
    assert [agent.act(np.zeros(2)) for _ in range(1)] == [int(np.argmax(biases))]


def test_of_equal_first_spikes_the_lowest_index_wins():
    agent = body(readout="first_spike", traits={"outputs": {"bias": [-1.0, 2.0, 2.0]}})
    assert [agent.act(np.zeros(2)) for _ in range(5)] == [1] * 5


def test_without_a_spike_the_lowest_index_wins():
    agent = body(readout="first_spike", traits={"outputs": {"bias": [-1.0, 0.5, 0.9]}})
    assert agent.act(np.zeros(2)) == 0


def test_first_spikes_count_from_the_beginning_of_each_step():
    agent = body(
        readout="first_spike",
        keep_state=False,
        hold=60,
        traits={"outputs": {"bias": [2.0, 1.5, -1.0]}},
    )
    shown = []
    for _ in range(5):
        agent.act(np.zeros(2))
        shown.append(agent.simulator.readout.tolist())
    assert shown == [shown[0]] * 5
    assert shown[0][0] > shown[0][1] > shown[0][2] == 0.0


def test_a_first_spike_sets_a_bit():
    agent = body(
        action=MultiBinary(2), readout="first_spike", traits={"outputs": {"bias": [2.0, -1.0]}}
    )
    assert [agent.act(np.zeros(2)).tolist() for _ in range(4)] == [[1, 0]] * 4


# As TENNLab's encoders have them


def test_spike_ff_2_shows_what_is_not_above_the_centre_first():
    found = responses("spike_ff_2", shown=[-0.25, 0.0, 0.75])
    assert found.tolist() == [[0.25, 0.0], [0.0, 0.0], [0.0, 0.75]]


def test_fields_of_argyle_4_peak_where_their_neighbours_end():
    assert np.allclose(responses("argyle_4", shown=np.linspace(-1.0, 1.0, 4)), np.eye(4))


def test_of_argyle_4_two_neighbours_share_what_is_shown():
    found = responses("argyle_4")
    assert np.allclose(found.sum(axis=1), 1.0)
    assert ((found > 0.0).sum(axis=1) <= 2).all()


def test_channels_of_both_bear_their_names():
    part = parts_of(ONE, "observation")
    assert channel_names(part, {"": "spike_ff_2"}, 5, ("x",)) == ["x −", "x +"]
    assert channel_names(part, {"": "argyle_4"}, 5) == [f"obs 0 [{k}]" for k in range(4)]


@pytest.mark.parametrize(("shown", "spikes"), [(0.0, 0), (1e-9, 1), (0.125, 1), (0.126, 2), (1, 8)])
def test_a_train_has_as_many_spikes_as_eighths_were_begun(shown, spikes):
    agent = body(ONE, encoder="spike_ff_2", transmission="trains", hold=24, weight=0.5)
    agent.act(np.array([shown]))
    assert agent.simulator.emitted()[1] == spikes


def test_a_train_has_a_spike_every_third_millisecond_from_the_first():
    agent = body(ONE, encoder="spike_ff_2", transmission="trains", hold=24, weight=0.5)
    recorder = TraceRecorder(agent.simulator)
    agent.act_traced(np.array([0.5]), recorder)
    assert recorder.trace().spikes_of(1).tolist() == [0, 3, 6, 9]


def test_trains_are_cut_off_by_the_next_observation():
    agent = body(ONE, encoder="spike_ff_2", transmission="trains", hold=7, weight=0.5)
    for number in range(1, 4):
        agent.act(np.array([1.0]))
        assert agent.simulator.emitted()[1] == 3.0 * number


def test_spikes_within_a_window_do_not_count_in_the_next():
    agent = body(ONE, readout="window_count", traits={"outputs": {"bias": [2.0, 0.0, 0.0]}})
    shown = []
    for _ in range(5):
        agent.act(np.array([0.0]))
        shown.append(agent.simulator.readout[0])
    assert agent.output_spikes() == sum(shown) > 5.0
    assert all(count == int(count) for count in shown)


def test_event_driven_neurons_need_receptors_that_spike():
    simulation = SimulationConfig(neuron=NeuronConfig(model="risp"))
    with pytest.raises(ConfigError, match="transmission: must be 'spikes' or 'trains' for risp"):
        body(ONE, simulation=simulation)
