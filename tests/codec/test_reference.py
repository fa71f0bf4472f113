"""The compiled codec against its plain reference, for any spaces."""

import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glianeat.codec.scaling import ScalingConfig
from glianeat.genome.schema import NEURONS, Role
from glianeat.simulate.settings import NeuronConfig, SimulationConfig
from tests.builders.bodies import (
    amplitudes,
    any_spaces,
    body,
    observation_of,
    receptor_traits,
    spec_of,
)
from tests.reference.codec import Receptors, acted, numbers

SLOW = settings(max_examples=150, suppress_health_check=list(HealthCheck))


RANGES = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}


def scaling_of(space, action, rng):
    squashes = []
    for part in spec_of(space, action).observed:
        kinds = ["linear", "tanh", "asinh", "none"] if part.kind == "box" else ["none"]
        squashes += [str(rng.choice(kinds)) for _ in range(part.n_numbers)]
    n = len(squashes)
    return ScalingConfig(
        squash=tuple(squashes),
        centre=tuple(rng.uniform(-5.0, 5.0, n).tolist()),
        scale=tuple(rng.uniform(0.1, 20.0, n).tolist()),
    )


def random_body(space, action, rng, simulation=None, copies=1, **codec):
    codec["scaling"] = scaling_of(space, action, rng)
    agent = body(space, action, simulation, **codec)
    n, outputs = agent.network.n_inputs, len(agent.simulator.readout)
    traits = {
        "inputs": {
            "receptor_gain": rng.uniform(0.1, 3.0, n),
            "receptor_bias": rng.uniform(-0.5, 0.5, n),
            "phasic": rng.choice([0.0, 0.4, 1.0], n),
            "tau_phasic": rng.uniform(10.0, 200.0, n),
        },
        "outputs": {
            "bias": rng.uniform(-1.0, 2.0, outputs),
            "output_gain": rng.uniform(0.2, 5.0, outputs),
        },
    }
    return body(space, action, simulation, traits=traits, copies=copies, **codec)


def own_gains(agent):
    """Return the gains of the outputs, in the order of their channels."""
    cells = agent.network.cells
    outputs = np.flatnonzero(cells.role == Role.OUTPUT)
    return cells.traits[outputs[np.argsort(cells.channel[outputs])], NEURONS.column("output_gain")]


@SLOW
@given(
    space=any_spaces,
    encoder=st.sampled_from(["auto", "paired", "signed", "gaussian", "flip_flop"]),
    fields=st.integers(2, 7),
    seed=st.integers(0, 2**31),
    spread=st.sampled_from([0.0, 3.0, 1e6]),
)
def test_receptors_do_as_their_plain_twin(space, encoder, fields, seed, spread):
    rng = np.random.default_rng(seed)
    agent = random_body(space, Discrete(2), rng, encoder=encoder, fields=fields, hold=3)
    reference = Receptors(space, agent.config, receptor_traits(agent))
    for _ in range(4):
        observation = observation_of(space, rng, spread)
        agent.act(observation)
        expected = reference.show(observation)
        found = amplitudes(agent)
        assert sorted(found) == list(range(len(expected)))
        assert [found[k] for k in range(len(expected))] == pytest.approx(
            expected, rel=1e-9, abs=1e-9
        )


@SLOW
@given(
    action=any_spaces,
    readout=st.sampled_from(["count", "twitch", "first_spike", "membrane"]),
    box_gain=st.sampled_from([0.5, 2.0, 50.0]),
    copies=st.sampled_from([1, 2, 5]),
    seed=st.integers(0, 2**31),
)
def test_actions_are_those_of_the_plain_twin(action, readout, box_gain, copies, seed):
    rng = np.random.default_rng(seed)
    space = Box(-1.0, 1.0, (2,), np.float64)
    agent = random_body(space, action, rng, copies=copies, readout=readout, box_gain=box_gain)
    for _ in range(3):
        found = agent.act(rng.uniform(-1.0, 1.0, 2))
        assert action.contains(found)
        bit = 0.0 if readout == "first_spike" else 0.5
        shown = np.mean(agent.simulator.readout.reshape(-1, copies), axis=1)
        expected = acted(action, shown, box_gain, bit=bit, own_gains=own_gains(agent)[::copies])
        assert numbers(action, found) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@SLOW
@given(
    action=any_spaces,
    activation=st.sampled_from(["tanh", "sigmoid"]),
    box=st.sampled_from(["auto", "pair"]),
    seed=st.integers(0, 2**31),
)
def test_actions_of_graded_neurons_are_those_of_the_plain_twin(action, activation, box, seed):
    rng = np.random.default_rng(seed)
    space = Box(-1.0, 1.0, (2,), np.float64)
    simulation = SimulationConfig(neuron=NeuronConfig(model="graded", activation=activation))
    agent = random_body(space, action, rng, simulation, box=box)
    low, high = RANGES[activation]
    for _ in range(3):
        found = agent.act(rng.uniform(-1.0, 1.0, 2))
        assert action.contains(found)
        readout, single = agent.simulator.readout, (low, high) if box == "auto" else None
        gains, bit = own_gains(agent), (low + high) / 2.0
        expected = acted(action, readout, 2.0, bit=bit, single=single, own_gains=gains)
        assert numbers(action, found) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@SLOW
@given(action=any_spaces, seed=st.integers(0, 2**31))
def test_single_membranes_are_clipped_to_the_range_of_their_number(action, seed):
    rng = np.random.default_rng(seed)
    space = Box(-1.0, 1.0, (2,), np.float64)
    agent = random_body(space, action, rng, readout="membrane", box="single")
    found = agent.act(rng.uniform(-1.0, 1.0, 2))
    assert action.contains(found)
    expected = acted(action, agent.simulator.readout, 2.0, single=(-1.0, 1.0))
    assert numbers(action, found) == pytest.approx(expected, rel=1e-12, abs=1e-12)
