import numpy as np
import pytest
from gymnasium.spaces import Discrete

from glianeat.codec.codec import CodecConfig
from glianeat.develop.decode import develop
from glianeat.errors import EvaluationError, SimulationError
from glianeat.evaluate.agent import Agent
from glianeat.tasks.task import describe_task
from tests.builders.agents import changed, founders, rollout

CONFIG = rollout()
RATE = rollout(codec=CodecConfig(transmission="spikes"))
BOX = rollout("Pendulum-v1")


def new_agent(config=CONFIG, seed=0):
    genome = changed(founders(config, 1, seed)[0], inputs={"phasic": 0.5})
    return Agent(develop(genome), config.simulation, config.codec, describe_task(config.task))


def observations(config, number=12):
    n = 3 if config is BOX else 4
    return np.random.default_rng(1).uniform(-1.5, 1.5, (number, n))


def acted(agent, config=CONFIG):
    """Return everything an agent did and is, after some observations."""
    actions = [np.array(agent.act(o)).tolist() for o in observations(config)]
    return actions, agent.simulator.buffer.tobytes(), agent.codec.tobytes()


@pytest.mark.parametrize("config", [CONFIG, RATE, BOX], ids=["graded", "rate", "box"])
def test_a_reset_agent_acts_as_a_new_one(config):
    used = new_agent(config)
    acted(used, config)
    used.reset()
    assert acted(used, config) == acted(new_agent(config), config)


@pytest.mark.parametrize("config", [CONFIG, RATE, BOX], ids=["graded", "rate", "box"])
def test_agents_that_take_turns_do_not_disturb_each_other(config):
    one, other = new_agent(config), new_agent(config, seed=5)
    alone = acted(new_agent(config), config)[0]
    together = []
    for observation in observations(config):
        together.append(np.array(one.act(observation)).tolist())
        other.act(-observation)
    assert together == alone


def test_two_agents_of_one_genome_do_the_same():
    assert acted(new_agent()) == acted(new_agent())


def test_observations_matter():
    one, other = new_agent(), new_agent()
    one.act(np.array([0.0, 0.0, 0.1, 0.0]))
    other.act(np.array([0.0, 0.0, -0.1, 0.0]))
    assert one.simulator.buffer.tobytes() != other.simulator.buffer.tobytes()


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "int64", ">f8", "object"])
def test_the_type_of_an_observation_does_not_matter(dtype):
    whole = np.array([1.0, -2.0, 0.0, 3.0])
    one, other = new_agent(), new_agent()
    one.act(whole)
    other.act(whole.astype(dtype))
    assert one.simulator.buffer.tobytes() == other.simulator.buffer.tobytes()


def read_only(values):
    values = values.copy()
    values.flags.writeable = False
    return values


@pytest.mark.parametrize(
    "shown",
    [np.ndarray.tolist, read_only, lambda v: np.repeat(v, 2)[::2], lambda v: v.reshape(2, 2)],
    ids=["list", "read-only", "strided", "matrix"],
)
def test_the_form_of_an_observation_does_not_matter(shown):
    values = np.array([0.1, -0.2, 0.05, 0.3])
    one, other = new_agent(), new_agent()
    one.act(values)
    other.act(shown(values))
    assert one.simulator.buffer.tobytes() == other.simulator.buffer.tobytes()


def test_an_agent_may_be_shown_one_type_after_the_other():
    values = np.array([0.5, -0.25, 0.125, 0.5])
    kinds = [np.float64, np.float32, list, read_only, np.float32, np.int64, object, np.float64]
    one, other = new_agent(), new_agent()
    for kind in kinds * 2:
        if kind is np.int64:
            values = np.array([1, -2, 0, 3])
        is_type = isinstance(kind, type) and kind is not list
        one.act(values.astype(np.float64))
        other.act(values.astype(kind) if is_type else kind(values))
    assert one.simulator.buffer.tobytes() == other.simulator.buffer.tobytes()


@pytest.mark.parametrize("size", [0, 1, 3, 5])
@pytest.mark.parametrize("kind", [np.float32, np.float64])  # the task's own, and another
def test_an_observation_of_another_size_is_refused(size, kind):
    with pytest.raises(EvaluationError, match=f"must hold 4 numbers, got {size}"):
        new_agent().act(np.zeros(size, kind))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 3])
def test_an_observation_that_is_not_finite_is_refused(value, place):
    observation = np.zeros(4)
    observation[place] = value
    with pytest.raises(SimulationError, match="observation: must be finite"):
        new_agent().act(observation)


def test_a_refused_observation_takes_no_time():
    agent = new_agent()
    with pytest.raises(SimulationError):
        agent.act(np.full(4, np.nan))
    assert agent.simulator.time == 0


def test_the_ledger_begins_anew_with_a_reset():
    agent = new_agent()
    acted(agent)
    agent.reset()
    assert agent.ledger().seconds == 0.0


def test_the_environment_is_shown_a_discrete_action_as_spaces_sample_it():
    action = new_agent().act(np.zeros(4))
    assert type(action) is type(Discrete(2).sample())
    assert action in range(2)
