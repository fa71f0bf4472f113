"""Agents outside evolution: `Solution.evaluate`, `Solution.record`, and `Agent.predict`."""

import gymnasium
import numpy as np
import pytest

import glianeat
from glianeat.errors import ConfigError, EvaluationError
from glianeat.evaluate.plan import EpisodePlan, episode_seed
from glianeat.streams import Purpose
from glianeat.tasks.config import TaskConfig
from tests.run.runs import PENDULUM, SMALL

TINY = SMALL.replace(evolution=SMALL.evolution.replace(generations=1))
PARTS = TINY.replace(task=TaskConfig(id="tests.examination.doctorenvs:OfParts-v0"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with glianeat.evolve(TINY, runs=tmp_path_factory.mktemp("runs")) as run:
        yield run


@pytest.fixture(scope="module")
def swing(tmp_path_factory):
    with glianeat.evolve(PENDULUM, runs=tmp_path_factory.mktemp("runs")) as run:
        yield run


@pytest.fixture(scope="module")
def of_parts(tmp_path_factory):
    with glianeat.evolve(PARTS, runs=tmp_path_factory.mktemp("runs")) as run:
        yield run


def lived(solution, task, seed):
    """Return what the agent gains if one steps the environment oneself."""
    environment, agent = gymnasium.make(task.id, max_episode_steps=task.max_steps), solution.agent()
    agent.reset()
    observation, _ = environment.reset(seed=seed)
    total = 0.0
    while True:
        observation, reward, terminated, truncated, _ = environment.step(agent.act(observation))
        total += reward
        if terminated or truncated:
            return total


SEEDS = [3, 2**40, 0, 3]


def test_returns_are_those_of_the_seeds_in_their_order(run):
    evaluation = run.best.evaluate(SEEDS)
    assert list(evaluation.returns) == [lived(run.best, TINY.task, seed) for seed in SEEDS]
    assert evaluation.lengths == evaluation.returns
    assert evaluation.is_ok


def test_a_condition_takes_something_from_the_champion(run):
    intact = run.best.evaluate(SEEDS)
    assert run.best.evaluate(SEEDS, condition="intact") == intact
    without = run.best.evaluate(SEEDS, condition="no_astrocytes")
    assert sum(without.astrocytes) == 0 < sum(intact.astrocytes)
    with pytest.raises(ConfigError, match="condition: must be one of"):
        run.best.evaluate(SEEDS, condition="none")


def test_a_twin_returns_what_the_environment_does(swing):
    expected = [lived(swing.best, PENDULUM.task, seed) for seed in SEEDS]
    assert swing.best.evaluate(SEEDS).returns == pytest.approx(expected)


@pytest.mark.parametrize("kind", [tuple, np.array, lambda seeds: [np.int64(s) for s in seeds]])
def test_seeds_come_in_any_sequence(run, kind):
    assert run.best.evaluate(kind(SEEDS)) == run.best.evaluate(SEEDS)


def test_a_number_of_episodes_is_of_fresh_ones(run):
    seeds = [episode_seed(TINY.seed, Purpose.TEST, number) for number in range(4)]
    assert run.best.evaluate(4) == run.best.evaluate(seeds)


def test_evaluating_does_not_depend_on_what_came_before(run):
    first, other = run.best, run.population[-1]
    before = first.evaluate([5])
    other.evaluate([1, 2])
    assert first.evaluate([5]) == before


@pytest.mark.parametrize("seeds", [[], [-1], [1.5], ["1"], [True], "12", None, {1, 2}, 2.0])
def test_seeds_that_are_none_are_refused(run, seeds):
    with pytest.raises(ConfigError, match="seeds: must be whole numbers >= 0"):
        run.best.evaluate(seeds)


@pytest.mark.parametrize("episodes", [0, -3, True])
def test_a_number_that_is_none_is_refused(run, episodes):
    with pytest.raises(ConfigError, match="episodes: must be a whole number >= 1"):
        run.best.evaluate(episodes)


def test_a_plan_without_seeds_derives_them():
    plan = EpisodePlan(purpose=Purpose.TEST, episodes=2)
    assert plan.episode_seeds(9) == tuple(episode_seed(9, Purpose.TEST, n) for n in range(2))


def test_a_solution_is_recorded(run, tmp_path):
    made = run.best.record(tmp_path / "film.gif", episodes=2)
    replayed = EpisodePlan(purpose=Purpose.REPLAY, episodes=2)
    seeds = replayed.episode_seeds(TINY.seed)
    assert made.frames == sum(run.best.evaluate(seeds).lengths) + 2
    assert made.path.is_file()


@pytest.mark.parametrize("episodes", [0, 1.5])
def test_a_number_of_episodes_to_record_is_checked(run, tmp_path, episodes):
    with pytest.raises(ConfigError, match="episodes: must be a whole number >= 1"):
        run.best.record(tmp_path / "film.gif", episodes=episodes)


class Vector:
    """One environment in the manner of Stable-Baselines3's DummyVecEnv, which resets by itself."""

    def __init__(self, task, seeds):
        self._environment = gymnasium.make(task.id, max_episode_steps=task.max_steps)
        self._seeds = iter(seeds)

    def reset(self):
        return self._batch(self._environment.reset(seed=next(self._seeds))[0])

    def step(self, actions):
        assert len(actions) == 1
        assert self._environment.action_space.contains(actions[0])
        observation, reward, terminated, truncated, _ = self._environment.step(actions[0])
        done = terminated or truncated
        shown = self.reset() if done else self._batch(observation)
        return shown, np.array([reward], np.float32), np.array([done])

    def _batch(self, observation):
        if isinstance(observation, dict):
            return {key: np.array([value]) for key, value in observation.items()}
        return np.array([observation])


def policy_evaluated(agent, vector, episodes):
    """Evaluate as `stable_baselines3.common.evaluation.evaluate_policy` does."""
    returns, current = [], np.zeros(1)
    observations, states, starts = vector.reset(), None, np.ones(1, dtype=bool)
    while len(returns) < episodes:
        actions, states = agent.predict(
            observations, state=states, episode_start=starts, deterministic=True
        )
        observations, rewards, dones = vector.step(actions)
        current += rewards
        starts = dones
        if dones[0]:
            returns.append(float(current[0]))
            current[:] = 0.0
    return returns


@pytest.mark.parametrize("name", ["run", "swing", "of_parts"])
def test_agents_are_evaluated_as_policies_are(name, request):
    run = request.getfixturevalue(name)
    seeds = [4, 5, 6]
    vector = Vector(run.config.task, [*seeds, 0])
    found = policy_evaluated(run.best.agent(), vector, 3)
    assert found == pytest.approx(run.best.evaluate(seeds).returns, rel=1e-4)


def test_a_batch_of_one_is_answered_by_a_batch_of_one(run, swing):
    action, _ = run.best.agent().predict(np.zeros((1, 4), np.float32))
    assert action.shape == (1,)
    assert action[0] == run.best.agent().predict(np.zeros(4, np.float32))[0]
    action, _ = swing.best.agent().predict(np.zeros((1, 3)))
    assert (action.shape, action.dtype) == ((1, 1), np.float32)
    assert swing.best.agent().predict(np.zeros(3))[0].shape == (1,)


def test_larger_batches_are_refused(run):
    with pytest.raises(EvaluationError, match="must hold 4 numbers, got 8"):
        run.best.agent().predict(np.zeros((2, 4)))
