import math

import pytest

from glianeat.errors import ConfigError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.objectives import NAMES, OBJECTIVES, find_objectives, objective_values

EVALUATION = Evaluation(
    key=1,
    returns=(2.0, 4.0),
    rewards=(1.0, 2.0),
    power=50.0,
    penalty=5.0,
    spikes_per_second=7.0,
    lengths=(3, 5),
    counts=((9.0, 0.0), (24.0, 2.0), (4.0, 2.0), (1.0, 0.0)),
    amounts=((0.0, 0.0),),
    neurons=11,
    hidden=5,
    synapses=23,
    astrocytes=(2, 1),
)
WORTH = {
    "reward": 3.0,
    "energy": -55.0,
    "spikes": -7.0,
    "events": -4.0,
    "neurons": -11.0,
    "hidden": -5.0,
    "synapses": -23.0,
    "astrocytes": -3.0,
    "size": -37.0,
}


@pytest.mark.parametrize("name", NAMES)
def test_every_objective_has_its_value_turned_to_be_maximised(name):
    chosen = find_objectives(("reward", name) if name != "reward" else ("reward",))
    assert objective_values(EVALUATION, chosen)[-1] == WORTH[name]


@pytest.mark.parametrize("objective", OBJECTIVES, ids=NAMES)
def test_values_stand_in_their_own_direction_and_say_what_they_mean(objective):
    assert objective.value(EVALUATION) == objective.direction * WORTH[objective.name]
    assert objective.meaning
    assert objective.is_reward == (objective.direction == 1)


def test_objectives_keep_the_order_they_are_named_in():
    chosen = find_objectives(("size", "reward", "spikes"))
    assert objective_values(EVALUATION, chosen) == (-37.0, 3.0, -7.0)


def test_reward_stands_for_all_rewards_of_a_task():
    chosen = find_objectives(("reward", "energy"), ("food", "water"))
    assert [one.name for one in chosen] == ["food", "water", "energy"]
    assert objective_values(EVALUATION, chosen) == (1.0, 2.0, -55.0)


def test_one_of_several_rewards_can_be_chosen():
    chosen = find_objectives(("water", "size"), ("food", "water"))
    assert objective_values(EVALUATION, chosen) == (2.0, -37.0)


def test_several_rewards_can_be_summed_up():
    chosen = find_objectives(("reward",), ("food", "water"), summed=True)
    assert objective_values(EVALUATION, chosen) == (3.0,)


def test_rewards_that_bear_the_name_of_an_objective_are_reached_together():
    chosen = find_objectives(("reward", "energy"), ("food", "size"))
    assert objective_values(EVALUATION, chosen) == (1.0, 2.0, -55.0)
    assert objective_values(EVALUATION, find_objectives(("food", "size"), ("food", "size"))) == (
        1.0,
        -37.0,
    )


@pytest.mark.parametrize("rewards", [(), ("food", "water")])
def test_a_failed_evaluation_has_the_worst_rewards(rewards):
    failed = Evaluation(key=0, status="failed")
    chosen = find_objectives(("reward",), rewards)
    assert set(objective_values(failed, chosen)) == {-math.inf}


@pytest.mark.parametrize(
    ("names", "rewards", "message"),
    [
        (("reward", "enrgy"), (), r"must be of reward, energy, .*, got 'enrgy'; did you mean 'en"),
        (("food",), (), "got 'food'"),
        (("fod",), ("food", "water"), "got 'fod'; did you mean 'food'"),
        (("reward", "size", "reward"), (), "must be different ones, got reward, size, reward"),
        (("reward", "food"), ("food", "water"), "must be different ones, got reward, food"),
        (("energy", "size"), (), "must contain 'reward', or a reward's name, got energy, size"),
        ((), (), "must contain 'reward', or a reward's name, got none"),
    ],
)
def test_objectives_that_cannot_be_are_refused(names, rewards, message):
    with pytest.raises(ConfigError, match=f"selection.objectives: .*{message}"):
        find_objectives(names, rewards)
