"""Gains of pairs: what all of a run share goes by fan-in, and each has one of its own."""

import math

import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete

from glianeat.codec.encoders import channel_table
from glianeat.codec.fan_in import channel_squares, input_gain, pair_gain
from glianeat.config import from_mapping
from glianeat.genome.variation import GenomeConfig
from glianeat.tasks.spaces import parts_of
from tests.builders.bodies import amplitudes, body


def gain(n, square=0.25, n_outputs=2, **genome):
    return pair_gain(np.full(n, square), n_outputs, GenomeConfig(**genome))


def test_sixteen_times_as_many_inputs_have_a_quarter_of_the_gain():
    assert gain(100) / gain(1600) == pytest.approx(4.0, rel=0.05)


def test_inputs_of_twice_the_size_have_half_the_gain():
    assert gain(100, 0.1) / gain(100, 0.4) == pytest.approx(2.0, rel=0.05)


def test_founders_that_are_joined_by_fewer_synapses_have_more_gain():
    assert gain(100, connection=0.1) > 1.3 * gain(100, connection=0.5)
    assert gain(6, connection=0.1) == gain(6, connection=1.0)  # few are joined in any case


def test_smaller_weights_have_more_gain():
    weight = {"traits": {"synapses": {"weight": {"init_stdev": 0.3}}}}
    config = from_mapping(GenomeConfig, weight)
    assert pair_gain(np.full(100, 0.25), 2, config) == pytest.approx(10.0 * gain(100), rel=0.1)


def test_the_gain_is_finite_where_inputs_say_nothing():
    assert np.isfinite(gain(3, 0.0))


def seen(n, square, encoder="paired", n_outputs=4):
    channels = channel_table(parts_of(Box(-1.0, 1.0, (n,)), "observation"), {"": encoder}, 5)
    return input_gain(channels, np.full(n, square), n_outputs)


def test_receptors_of_few_typical_numbers_have_a_gain_of_one():
    assert [seen(n, 0.25) for n in (2, 4, 8)] == [1.0, 1.0, 1.0]


def test_faint_inputs_are_amplified_and_many_are_damped():
    assert seen(2, 0.0004) == pytest.approx(2.0 * seen(2, 0.0016), rel=0.05)
    assert seen(2, 0.0016) > 5.0
    assert seen(150, 0.25) == pytest.approx(2.0 * seen(300, 0.25), rel=0.05)
    assert seen(150, 0.25) < 0.2


def test_of_many_choices_one_is_seen_at_a_time():
    channels = channel_table(parts_of(Discrete(500), "observation"), {"": "one_hot"}, 5)
    assert input_gain(channels, np.ones(1), 6) == 1.0


def test_the_gain_of_inputs_multiplies_what_receptors_transmit():
    once, thrice = (body(input_gain=gain, weight=1.0) for gain in (1.0, 3.0))
    for agent in (once, thrice):
        agent.act(np.array([0.3, -0.4]))
    found = {k: 3.0 * x for k, x in amplitudes(once).items()}
    assert amplitudes(thrice) == pytest.approx(found)
    assert set(found.values()) != {0.0}


@pytest.mark.parametrize("encoder", ["paired", "signed", "gaussian", "flip_flop", "argyle_4"])
def test_squares_are_those_of_what_receptors_transmit(encoder):
    space = Box(-1.0, 1.0, (1,), np.float64)
    agent = body(space, Discrete(2), encoder=encoder, hold=1)
    seen = []
    for shown in np.linspace(-1.0, 1.0, 201):
        agent.act(np.array([shown]))
        seen.append(list(amplitudes(agent).values()))
    table = channel_table(parts_of(space, "observation"), {"": encoder}, 5)
    expected = channel_squares(table, np.array([1.0 / 3.0])).sum()
    assert np.square(seen).mean(axis=0).sum() == pytest.approx(expected, rel=0.08)


def two_numbers(gains, **codec):
    traits = {"outputs": {"bias": [0.5, 0.2, 0.1, 0.4], "output_gain": gains}}
    codec = {"tau_readout": 5.0, "box_gain": 1.5, **codec}
    return (
        body(action=Box(-1.0, 1.0, (2,), np.float64), traits=traits, **codec)
        .act(np.zeros(2))
        .tolist()
    )


def test_the_gain_of_a_number_is_multiplied_by_the_mean_gain_of_its_pair():
    risen = 1.0 - math.exp(-10.0 / 5.0)
    found = two_numbers([0.5, 8.0, 3.0, 3.0])
    expected = [math.tanh(1.5 * 2.0 * 0.3 * risen), math.tanh(-1.5 * 3.0 * 0.3 * risen)]
    assert found == pytest.approx(expected, rel=1e-9)
    assert two_numbers([0.5, 8.0, 3.0, 3.0], own_gains=False) == two_numbers([1.0] * 4)


def test_a_gain_of_one_changes_no_bit():
    assert two_numbers([1.0] * 4) == two_numbers([4.0, 0.25, 0.5, 2.0])
    assert two_numbers([1.0] * 4) == two_numbers([7.0] * 4, own_gains=False)
