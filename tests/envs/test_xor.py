from itertools import product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import describe_task
from tests.envs.contract import (
    check_compiled_equals_interpreted,
    check_gymnasium_contract,
    check_picture,
    make,
    play,
)

RIGHT = {(0, 0): 0.0, (0, 1): 1.0, (1, 0): 1.0, (1, 1): 0.0}
ORDER = list(RIGHT)


@pytest.fixture
def task():
    return make("Xor")


def answering(answers):
    """Return a policy that gives these answers to 00, 01, 10 and 11."""
    table = dict(zip(ORDER, answers, strict=True))
    return lambda observation: np.array([table[tuple(int(x) for x in observation)]])


def test_it_keeps_gymnasiums_contract(task):
    check_gymnasium_contract(task)


def test_its_twin_is_equal_to_the_bit(task):
    check_compiled_equals_interpreted(task)


def test_its_picture_follows_the_answers():
    check_picture(lambda **keywords: make("Xor", **keywords))


def test_all_episodes_are_the_same_four_patterns_in_one_order(task):
    for seed in (0, 1):
        shown = [task.reset(seed=seed)[0]]
        shown += [task.step(np.array([0.5]))[0] for _ in range(3)]
        assert [tuple(row.tolist()) for row in shown] == ORDER


def test_only_the_last_of_four_steps_is_rewarded(task):
    task.reset()
    outcomes = [task.step(np.array([1.0])) for _ in range(4)]
    assert [outcome[1] for outcome in outcomes] == [0.0, 0.0, 0.0, 4.0]
    assert [outcome[2] for outcome in outcomes] == [False, False, False, True]


@pytest.mark.parametrize(
    ("answers", "reward"),
    [
        ((0.0, 1.0, 1.0, 0.0), 32.0),
        ((0.25, 0.75, 0.75, 0.25), 9.0 + 16.0),
        ((0.25, 0.75, 0.75, 0.75), (4.0 - 1.5) ** 2),
        ((0.5, 0.5, 0.5, 0.5), 4.0),  # on neither side
        ((0.0, 1.0, 1.0, 1.0), 9.0),
        ((1.0, 0.0, 0.0, 1.0), 0.0),
    ],
)
def test_reward_is_the_square_of_what_is_not_missed_and_a_bonus(task, answers, reward):
    assert play(task, answering(answers), seed=0) == (reward, 4)


@given(st.lists(st.floats(0.0, 1.0, width=32), min_size=4, max_size=4))
@example([0.499, 0.501, 0.501, 0.499])
def test_agents_that_are_right_get_more_than_20_all_others_at_most_12(answers):
    total, _ = play(make("Xor"), answering(answers), seed=0)
    right = all(abs(a - RIGHT[p]) < 0.5 for a, p in zip(answers, ORDER, strict=True))
    assert 20.0 < total <= 32.0 if right else total <= 12.25


def test_no_weighted_sum_gets_more_than_9():
    task = make("Xor")
    grid = (-60.0, -7.0, -1.0, 0.0, 1.0, 7.0, 60.0)
    best = 0.0
    for bias, first, second in product(np.multiply(0.5, grid), grid, grid):
        sums = [bias + first * a + second * b for a, b in ORDER]
        best = max(best, play(task, answering(1.0 / (1.0 + np.exp(-np.array(sums)))), seed=0)[0])
    assert 8.99 < best <= 9.0


def test_nothing_happens_after_the_end(task):
    task = task.unwrapped
    play(task, answering((0.0, 1.0, 1.0, 0.0)), seed=0)
    before = task.state.copy()
    observation, reward, terminated, _, _ = task.step(np.array([1.0]))
    assert (reward, terminated) == (0.0, True)
    assert not observation.any()
    assert (task.state == before).all()


def test_one_episode_says_all():
    spec = describe_task(TaskConfig(id="glianeat/Xor-v0"))
    assert (spec.known.training_episodes, spec.solved_return) == (1, 16.0)
    assert spec.compiled is not None
