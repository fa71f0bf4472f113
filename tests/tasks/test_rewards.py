"""Tasks that give several rewards at once."""

import pytest

from glianeat.errors import ConfigError
from glianeat.evaluate.objectives import find_objectives, objective_values
from glianeat.evolution.selection import Candidate, RunStage, SelectionConfig, rank
from glianeat.tasks.config import TaskConfig, WrapperConfig
from glianeat.tasks.task import describe_task
from tests.builders.agents import decided, evaluation_of, rollout
from tests.evaluate.worlds import WORLD

SEVERAL = WORLD("Several")
SUM = (WrapperConfig(entry="tests.evaluate.worlds:Sum"),)


def evaluation_of_choice(choice, **options):
    config = rollout(SEVERAL, **options)
    return evaluation_of(decided(config, choice), config, episodes=3)


def test_rewards_that_are_declared_get_numbers_for_names():
    assert describe_task(TaskConfig(id=SEVERAL)).rewards == ("reward_1", "reward_2")


def test_rewards_bear_the_names_that_are_given():
    assert describe_task(TaskConfig(id=SEVERAL, rewards=("a", "b"))).rewards == ("a", "b")


def test_rewards_that_are_named_need_no_declaration():
    config = TaskConfig(id=SEVERAL, rewards=("a", "b"), kwargs={"declares": False})
    assert describe_task(config).rewards == ("a", "b")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("a",), r"must be 2 different names .* got \['a'\]"),
        (("a", "a"), r"must be 2 different names"),
        (("a", "b", "c"), r"must be 2 different names"),
    ],
)
def test_names_that_do_not_fit_are_refused(names, message):
    with pytest.raises(ConfigError, match=message):
        describe_task(TaskConfig(id=SEVERAL, rewards=names))


def test_names_for_a_task_of_one_reward_are_refused():
    with pytest.raises(ConfigError, match="must be no different names for CartPole-v1"):
        describe_task(TaskConfig(id="CartPole-v1", rewards=("a", "b")))


def test_a_wrapper_that_makes_one_number_makes_one_objective():
    assert describe_task(TaskConfig(id=SEVERAL, wrappers=SUM)).rewards == ()
    found = evaluation_of_choice(1, wrappers=SUM)
    assert (found.returns, found.rewards) == ((20.0,) * 3, ())


@pytest.mark.parametrize(("choice", "rewards"), [(0, (10.0, 0.0)), (1, (0.0, 20.0))])
def test_each_reward_has_its_mean_return(choice, rewards):
    found = evaluation_of_choice(choice)
    assert (found.rewards, found.returns) == (rewards, (sum(rewards),) * 3)


def test_each_reward_is_an_objective_beside_power():
    found = evaluation_of_choice(1)
    chosen = find_objectives(("reward", "energy"), ("food", "water"))
    assert objective_values(found, chosen) == (0.0, 20.0, -found.power)


def test_a_reward_of_another_length_is_malformed():
    found = evaluation_of_choice(0, kwargs={"malformed_at": 4})
    assert found.status == "malformed"
    assert found.reason.startswith("reward: must be 2 numbers, got array([1.])")


def test_fronts_are_made_of_all_rewards_and_know_no_floor():
    rewards = {0: (10.0, 0.0), 1: (0.0, 1.0), 2: (9.0, 0.0), 3: (0.0, 0.0)}
    candidates = [Candidate(k, sum(r), (*r, -5.0)) for k, r in rewards.items()]
    stage = RunStage(reward_minimum=0.0, single_reward=False)
    ranks = {s.key: s.rank for s in rank(candidates, SelectionConfig(reward_floor=0.9), stage)}
    assert ranks == {0: 0, 1: 0, 2: 1, 3: 2}
