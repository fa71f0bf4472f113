"""Episodes in compiled tasks and in Python: the same lives."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from gymnasium.envs.classic_control import cartpole

import glianeat
from glianeat import elementary
from glianeat.codec.codec import CodecConfig
from glianeat.codec.scaling import ScalingConfig
from glianeat.develop.decode import develop
from glianeat.errors import ConfigError
from glianeat.evaluate.agent import Agent
from glianeat.evaluate.episodes import CompiledPlayer, live
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.genome.schema import ASTROCYTES
from glianeat.run.config import experiment_from
from glianeat.streams import Purpose
from glianeat.tasks.task import describe_task, make_environment
from tests.builders.agents import decided, founders, rollout
from tests.evaluate.worlds import WORLD
from tests.run.runs import SMALL, outcome

PLAN = EpisodePlan(purpose=Purpose.TRAIN, episodes=3)
CLASSIC = {
    "CartPole-v1": (),
    "Acrobot-v1": (),
    "MountainCar-v0": (),
    "MountainCarContinuous-v0": (),
    "Pendulum-v1": (),
}


def both(task, number=4, max_steps=100, genomes=None, **options):
    """Return the evaluations of the same genomes in the compiled task and in Python."""
    found = []
    for compiled in ("auto", "off"):
        config = rollout(task, seed=5, max_steps=max_steps, compiled=compiled, **options)
        assert (RolloutWorker(config)._compiled is not None) == (compiled == "auto")
        living = genomes(config) if genomes else founders(config, number)
        found.append(SerialEvaluator(config).evaluate(living, PLAN))
    return found


@pytest.mark.parametrize("task", CLASSIC)
def test_a_twin_lives_the_same_lives(task):
    compiled, stepped = both(task)
    assert all(one.is_ok for one in compiled)
    for one, other in zip(compiled, stepped, strict=True):  # Gymnasium's sines are the processor's
        assert one.lengths == other.lengths
        assert one.returns == pytest.approx(other.returns, rel=1e-6)
        assert one.power == pytest.approx(other.power, rel=1e-6)
    assert {len(one.lengths) for one in compiled} == {3}


def test_a_twin_of_ones_own_is_found_and_agrees():
    compiled, stepped = both(WORLD("Walk"), 6)
    assert compiled == stepped
    assert len({one.returns for one in compiled}) > 1


def test_a_task_without_a_twin_is_stepped():
    assert RolloutWorker(rollout(WORLD("Walk"), kwargs={"compiled": False}))._compiled is None


def test_a_limit_of_ones_own_cuts_both_off():
    for found in both(WORLD("Walk"), 2, max_steps=7):
        assert {length for one in found for length in one.lengths} == {7}


def test_a_wrapper_turns_the_twin_off():
    wrappers = [{"entry": "gymnasium.wrappers:FlattenObservation"}]
    config = experiment_from({"task": {"id": "CartPole-v1", "wrappers": wrappers}}, [])
    assert describe_task(config.task).compiled is None


def test_a_twin_that_cannot_be_compiled_is_one_line():
    with pytest.raises(
        ConfigError, match=r"its dynamics cannot be compiled: .* task.compiled"
    ) as found:
        RolloutWorker(rollout(WORLD("Uncompilable")))
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        ("NanShown", "observation: must be finite"),
        ("NanPaid", "reward: must be finite, got a return of nan"),
    ],
)
def test_a_twin_that_gives_nan_is_an_outcome(task, reason):
    unit = ScalingConfig(squash=("linear",), centre=(0.0, 0.0), scale=(1.0, 1.0))
    compiled, stepped = both(WORLD(task), 2, codec=CodecConfig(scaling=unit))
    assert {one.status for one in compiled} == {"not_finite"}
    assert all(one.reason.startswith(f"{reason} (") for one in compiled)
    assert compiled == stepped


def busy(config):
    return [decided(config, choice, key=choice) for choice in range(3)]


def test_a_reserve_is_the_same_in_both_paths():
    for reserve, crumbs in ((0.0, 0.0), (2.0, 0.0), (2.0, 60.0), (1e6, 0.0)):
        kwargs = {"reserve": reserve, "crumbs": crumbs}
        compiled, stepped = both(WORLD("Walk"), kwargs=kwargs, genomes=busy)
        assert compiled == stepped


def hungry(reserve, crumbs=0.0, steps=400):
    """Return an evaluation of an agent that always stays, and lives on a reserve."""
    kwargs = {"reserve": reserve, "crumbs": crumbs}
    config = rollout(WORLD("Walk"), max_steps=steps, kwargs=kwargs)
    plan = EpisodePlan(purpose=Purpose.TRAIN, episodes=1)
    return SerialEvaluator(config).evaluate([decided(config, 1)], plan)[0]


def test_an_agent_without_a_reserve_falls_silent():
    assert hungry(0.0).spikes_per_second < 0.5 * hungry(1e6).spikes_per_second


def test_food_revives():
    assert hungry(0.0, crumbs=50.0).spikes_per_second > 1.5 * hungry(0.0).spikes_per_second


def agent_of(reserve, supply_gain=None, **codec):
    """Return an agent on a reserve, whose astrocytes may supply more while they are excited."""
    codec = CodecConfig(**codec)
    config = rollout(WORLD("Walk"), kwargs={"reserve": reserve}, codec=codec)
    genome = decided(config, 1)
    if supply_gain is not None:
        traits = genome.astrocytes.traits.copy()
        traits[:, ASTROCYTES.column("supply_gain")] = supply_gain
        genome = replace(genome, astrocytes=genome.astrocytes.with_traits(traits))
    return RolloutWorker(config).agent(develop(genome))


def pool(agent, name):
    """Return the sum of a quantity of the energy pools over the regions."""
    return float(agent.simulator.section(name).sum())


@pytest.mark.parametrize("reserve", [0.0, 0.01, 0.5, 50.0])
@pytest.mark.parametrize("supply_gain", [0.0, 2.0])
def test_the_energy_balance_closes(reserve, supply_gain):
    agent = agent_of(reserve, supply_gain)
    before, given = pool(agent, "energy"), reserve
    for step in range(60):
        if step == 40:
            agent.feed(3.0)
            given += 3.0
        agent.act(np.zeros(2))
        supplied, spent, unmet = (
            pool(agent, name) for name in ("supplied_sum", "spent_sum", "unmet_sum")
        )
        left = before + supplied - spent + unmet
        assert pool(agent, "energy") == pytest.approx(left, abs=1e-6)
        assert agent.reserve >= 0.0
        assert supplied == pytest.approx(given - agent.reserve, rel=0.0, abs=1e-9)


def test_a_reserve_gives_what_the_pools_are_supplied_with():
    agent = agent_of(50.0)
    for _ in range(20):
        agent.act(np.zeros(2))
    assert 0.0 < agent.reserve < 50.0
    assert 50.0 - agent.reserve == pytest.approx(pool(agent, "supplied_sum"))


def test_an_empty_reserve_supplies_nothing_and_pools_drain():
    agent = agent_of(0.0)
    fills = []
    for _ in range(100):
        agent.act(np.zeros(2))
        fills.append(pool(agent, "energy"))
    assert agent.reserve == 0.0
    assert fills[-1] < 0.2 * fills[0]
    agent.feed(500.0)
    for _ in range(20):
        agent.act(np.zeros(2))
    assert pool(agent, "energy") > fills[-1]
    assert agent.reserve < 500.0


@pytest.mark.parametrize("hold", [7, 20])
def test_an_agent_that_keeps_nothing_lives_on_what_it_is_fed(hold):
    agent, full = (agent_of(reserve, keep_state=False, hold=hold) for reserve in (0.1, 1e6))
    for _ in range(20):
        agent.act(np.zeros(2))
    assert agent.reserve < 1e-3
    agent.feed(1e6)
    before = pool(agent, "supplied_sum")
    for one in (agent, full):
        for _ in range(20):
            one.act(np.zeros(2))
    found = pool(agent, "supplied_sum") - before
    assert found >= 0.99 * pool(full, "supplied_sum") > 0.0


def test_a_reset_fills_the_reserve_again():
    agent = agent_of(50.0)
    agent.act(np.zeros(2))
    assert agent.reserve < 50.0
    agent.reset()
    assert agent.reserve == 50.0


def test_an_agent_without_a_body_has_no_reserve():
    config = rollout(WORLD("Walk"), kwargs={"compiled": False})
    agent = RolloutWorker(config).agent(develop(founders(config, 1)[0]))
    agent.feed(5.0)
    assert agent.reserve is None


def test_a_whole_run_is_the_same_in_both_paths(tmp_path, monkeypatch):
    sines = {"cos": elementary.cos, "sin": elementary.sin}  # Gymnasium's are the processor's
    monkeypatch.setattr(cartpole, "np", SimpleNamespace(**{**vars(np), **sines}))
    small = SMALL.replace(evolution=SMALL.evolution.replace(generations=3))
    found = []
    for compiled in ("auto", "off"):
        config = small.replace(task=small.task.replace(compiled=compiled))
        found.append(outcome(glianeat.evolve(config, runs=tmp_path, name=compiled)))
    assert found[0] == found[1]


@pytest.mark.parametrize("compiled", [True, False])
def test_all_that_is_eaten_reaches_the_reserve(compiled):
    config = rollout(WORLD("Walk"), kwargs={"reserve": 1e6, "crumbs": 50.0})
    spec, environment = describe_task(config.task), make_environment(config.task)
    agent = Agent(develop(decided(config, 1)), config.simulation, config.codec, spec)
    observation, _ = environment.reset(seed=0)
    if compiled:
        CompiledPlayer(spec.compiled).live(agent, environment, spec.max_steps)
    else:
        live(agent, environment, observation, spec)
    eaten = agent.reserve - 1e6 + pool(agent, "supplied_sum")
    assert eaten == pytest.approx(4 * 50.0, rel=1e-6)
