"""Wrappers that say what they change, and those that do not."""

import gymnasium

from glianeat import compilable
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.run.api import make_algorithm
from glianeat.run.config import experiment_from
from glianeat.streams import Purpose
from glianeat.tasks.compiled import find_compiled
from glianeat.tasks.compiled.dynamics import CompiledDynamics
from glianeat.tasks.config import TaskConfig, WrapperConfig
from glianeat.tasks.task import describe_task

FAULTS = WrapperConfig("glianeat_envs.faults:Faults", {"sensors": 0.5, "copies": 2})
FLATTEN = WrapperConfig("gymnasium.wrappers:FlattenObservation")


def described(*wrappers):
    return describe_task(TaskConfig(id="CartPole-v1", wrappers=wrappers))


def test_around_a_wrapper_that_says_nothing_all_is_unknown():
    for wrappers in ((FLATTEN,), (FAULTS, FLATTEN), (FLATTEN, FAULTS)):
        spec = described(*wrappers)
        assert spec.ranges is None
        assert spec.known.observation_names is None
        assert spec.compiled is None


def test_of_wrappers_that_say_what_they_change_each_changes_what_is_known():
    spec = described(FAULTS, FAULTS)
    assert spec.n_observations == 16
    assert spec.ranges == tuple(r for r in described().ranges for _ in range(4))
    assert spec.known.observation_names[:2] == ("cart position 1 1", "cart position 1 2")
    assert spec.known.action_names == described().known.action_names


class Doubled(gymnasium.Wrapper):
    """Gives twice the reward."""

    def step(self, action):
        observation, reward, *others = self.env.step(action)
        return observation, 2.0 * reward, *others

    def compiled_around(self, compiled):
        inner = compilable(compiled.step)

        def step(state, action):
            reward, ended = inner(state, action)
            return 2.0 * reward, ended

        return CompiledDynamics(compiled.start, step, compiled.observe)


class Reluctant(Doubled):
    """Is not compiled."""

    def compiled_around(self, compiled):
        return None


def test_a_wrapper_of_one_s_own_is_compiled_if_it_says_how():
    found = find_compiled(Doubled(gymnasium.make("CartPole-v1")))
    environment = gymnasium.make("CartPole-v1")
    environment.reset(seed=0)
    assert found.step(found.start(environment), [1.0]) == (2.0, False)
    assert find_compiled(Reluctant(Doubled(gymnasium.make("CartPole-v1")))) is None
    assert find_compiled(Doubled(Reluctant(gymnasium.make("CartPole-v1")))) is None


def test_agents_get_the_same_return_compiled_and_stepped_in_python():
    faults = {"sensors": 0.5, "copies": 2, "noise": 0.1, "onset": [5, 30], "drift": 0.1}
    wrapper = {"entry": FAULTS.entry, "kwargs": faults}
    found = []
    for compiled in ("auto", "off"):
        settings = {
            "task": {"id": "glianeat/Reach-v0", "wrappers": [wrapper], "compiled": compiled}
        }
        config = experiment_from(settings, ["evolution.population=2", "seed=3"])
        worker = RolloutWorker(config.resolve().rollout)
        assert (worker.spec.compiled is not None) == (compiled == "auto")
        plan = EpisodePlan(purpose=Purpose.TEST, episodes=2)
        genomes = make_algorithm(config).ask().genomes
        found.append([worker.evaluate(genome, plan).returns for genome in genomes])
    assert found[0] == found[1]
    assert len({returns for agent in found[0] for returns in agent}) == 4
