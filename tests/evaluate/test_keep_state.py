"""What agents keep from step to step, what they can be brought back to, and nothing else."""

import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Discrete
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import SimulationError
from glianeat.simulate.settings import (
    AstrocyteConfig,
    NeuronConfig,
    SimulationConfig,
    SynapseConfig,
)
from tests.builders.bodies import SEEN, body

PAIR = Box(-1.0, 1.0, (2,), np.float64)
# pools go on through every rest, so they must not be felt here
FREE = EnergyConfig(gate="none")


def dynamics(model="galif", plastic=True, glia=True):
    return SimulationConfig(
        neuron=NeuronConfig(model=model),
        synapse=SynapseConfig(short_term_plasticity=plastic),
        astrocyte=AstrocyteConfig(gain=glia, slow_current=glia, gap_junction=0.3 if glia else 0.0),
        energy=FREE,
    )


def lively(simulation=None, action=PAIR, **codec):
    traits = {"inputs": {"phasic": 0.5, "receptor_gain": 8.0}, "outputs": {"bias": 3.0}}
    return body(
        action=action, simulation=simulation or dynamics(), weight=1.0, traits=traits, **codec
    )


def answers(agent, observations):
    found = []
    for observation in observations:
        action = np.asarray(agent.act(np.array(observation)))
        found.append((action.tolist(), agent.simulator.readout.tolist()))
    return found


histories = st.lists(st.tuples(*[st.floats(-1.0, 1.0)] * 2), min_size=1, max_size=12)


@pytest.mark.parametrize("model", ["galif", "izhikevich"])
@pytest.mark.parametrize("plastic", [True, False], ids=["plastic", "fixed"])
@pytest.mark.parametrize("glia", [True, False], ids=["glia", "no glia"])
@pytest.mark.parametrize("hold", [20, 13, 7])
@pytest.mark.parametrize("transmission", ["graded", "spikes"])
def test_without_state_an_action_depends_on_the_present_alone(
    model, plastic, glia, hold, transmission
):
    options = {"hold": hold, "transmission": transmission, "readout": "count"}
    agent = lively(dynamics(model, plastic, glia), keep_state=False, **options)
    history = np.random.default_rng(0).uniform(-1.0, 1.0, (15, 2))
    probe = [(0.7, -0.4)]
    expected = answers(agent, probe)
    answers(agent, history)
    assert answers(agent, probe) == expected
    assert any(expected[0][1])


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    history=histories,
    probe=st.tuples(*[st.floats(-1.0, 1.0)] * 2),
    readout=st.sampled_from(["count", "twitch", "first_spike", "membrane"]),
)
def test_without_state_no_history_matters(history, probe, readout):
    agent = lively(keep_state=False, readout=readout, hold=20)
    expected = answers(agent, [probe])
    answers(agent, history)
    assert answers(agent, [probe]) == expected


def test_with_state_history_matters():
    agent = lively(keep_state=True, readout="count")
    probe = [(0.7, -0.4)]
    first = answers(agent, probe)
    answers(agent, [(0.9, 0.9)] * 10)
    assert answers(agent, probe) != first


def test_what_was_counted_before_a_rest_is_not_sensed_after_it():
    agent = lively(readout="count", hold=7, keep_state=False)
    agent.act(np.array((0.7, -0.4)))
    once = agent.simulator.emitted().copy()
    recent = agent.simulator.section("recent")
    expected = recent.copy()
    assert expected.any()
    for n in range(2, 9):
        agent.act(np.array((0.7, -0.4)))
        assert np.array_equal(recent, expected)
        assert agent.simulator.emitted() == pytest.approx(n * once, rel=1e-12)


def test_what_was_spent_stays_spent_without_state():
    agent = lively(keep_state=False)
    answers(agent, [(0.5, 0.5)] * 10)
    assert agent.ledger().seconds == pytest.approx(0.001 * agent.config.hold * 10)
    spent = agent.ledger().total(EnergyConfig())
    answers(agent, [(0.5, 0.5)])
    assert agent.ledger().total(EnergyConfig()) > spent > 0.0


def path(seed, n=30):
    return np.random.default_rng(seed).uniform(-1.0, 1.0, (n, 2))


@pytest.mark.parametrize("transmission", ["graded", "spikes"])
@pytest.mark.parametrize("readout", ["count", "twitch", "first_spike", "membrane"])
def test_going_back_to_a_memory_repeats_the_same_actions(readout, transmission):
    agent = lively(readout=readout, transmission=transmission, hold=7)
    answers(agent, path(0, 11))
    memory = agent.memory()
    once = answers(agent, path(1))
    answers(agent, path(2))
    agent.remember(memory)
    assert answers(agent, path(1)) == once


def test_another_agent_of_the_same_genome_goes_on_mid_episode():
    one, other = lively(readout="count"), lively(readout="count")
    answers(other, path(5, 9))
    answers(one, path(0, 11))
    other.remember(one.memory())
    assert answers(other, path(1)) == answers(one, path(1))
    assert other.simulator.state().tobytes() == one.simulator.state().tobytes()
    assert other.codec.tobytes() == one.codec.tobytes()


def test_a_memory_is_a_copy():
    agent = lively()
    memory = agent.memory()
    before = [part.copy() for part in memory]
    answers(agent, path(0, 5))
    assert all(np.array_equal(*pair) for pair in zip(memory, before, strict=True))


def test_a_memory_of_another_agent_is_refused():
    with pytest.raises(SimulationError, match="state: must be"):
        lively().remember(body(Box(-1.0, 1.0, (3,), np.float64)).memory())


def test_predict_is_act_with_the_state_in_hand():
    agent, plain = lively(readout="count"), lively(readout="count")
    state, found = None, []
    for observation in path(3, 10):
        action, state = agent.predict(observation, state)
        found.append(np.asarray(action).tolist())
    assert found == [action for action, _ in answers(plain, path(3, 10))]


def test_predict_of_two_worlds_in_turn_keeps_them_apart():
    agent = lively(readout="count")
    alone = [action for action, _ in answers(lively(readout="count"), path(3, 10))]
    mine, theirs, found = None, None, []
    for observation, other in zip(path(3, 10), path(4, 10), strict=True):
        action, mine = agent.predict(observation, mine)
        _, theirs = agent.predict(other, theirs)
        found.append(np.asarray(action).tolist())
    assert found == alone


@pytest.mark.parametrize("start", [True, np.array([True])])
def test_predict_begins_at_rest_when_an_episode_starts(start):
    agent = lively(readout="count")
    _, state = agent.predict(path(0)[0])
    answers(agent, path(0))
    fresh, _ = agent.predict(path(1)[0], state, episode_start=start)
    assert np.array_equal(fresh, lively(readout="count").act(path(1)[0]))


def test_predict_of_a_batch_of_one_gives_a_batch_of_one():
    space = Dict({"x": SEEN})
    action = Dict({"a": PAIR, "b": Discrete(3)})
    agent = body(space, action)
    found, _ = agent.predict({"x": np.zeros((1, 2))})
    assert (found["a"].shape, found["b"].shape) == ((1, 2), (1,))
