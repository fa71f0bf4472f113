import math

import gymnasium
import numpy as np
import pytest
from glianeat_envs import plank

from tests.envs import contract

LEVELS = ("Easy", "Medium", "Hard", "Hardest")
TARGETS = (14_250.0, 12_000.0, 9_000.0, 6_000.0)
each_level = pytest.mark.parametrize("level", LEVELS)
IDLE = 0
advance = contract.compiled(plank.step)


def make(level, **kwargs):
    return contract.make(f"Plank{level}", **kwargs)


@each_level
def test_it_keeps_gymnasiums_contract(level):
    contract.check_gymnasium_contract(make(level))


@each_level
def test_seeds_decide_the_start(level):
    contract.check_seeding(make(level))


@each_level
def test_the_compiled_task_equals_the_interpreted_one(level):
    contract.check_compiled_equals_interpreted(make(level))


def test_it_draws_a_picture_that_changes():
    contract.check_picture(lambda **kwargs: make("Hard", **kwargs))


@pytest.mark.parametrize(("level", "target"), list(zip(LEVELS, TARGETS)))
def test_a_level_lasts_fifteen_thousand_steps_and_has_its_target(level, target):
    spec = make(level).spec
    assert (spec.max_episode_steps, spec.reward_threshold) == (15_000, target)


@pytest.mark.parametrize(
    ("level", "seen", "choices"),
    [("Easy", 4, 2), ("Medium", 4, 3), ("Hard", 2, 3), ("Hardest", 2, 2)],
)
def test_levels_differ_in_what_is_seen_and_done(level, seen, choices):
    task = make(level).unwrapped
    assert task.observation_space.shape == (seen,)
    assert task.action_space.n == choices
    assert len(task.observation_names) == len(task.typical_ranges) == seen
    assert len(task.action_names) == choices


def test_it_moves_as_gymnasiums_cart_pole():
    ours, theirs = make("Easy").unwrapped, gymnasium.make("CartPole-v1").unwrapped
    rng = np.random.default_rng(3)
    ours.reset(seed=4)
    theirs.reset(seed=4)
    for _ in range(300):
        start = rng.uniform(-0.05, 0.05, 4)
        ours.state[:4] = start
        theirs.state = tuple(start.tolist())
        action = int(rng.integers(2))
        ours.step(action)
        theirs.step(action)
        theirs.steps_beyond_terminated = None
        assert ours.state[:4] == pytest.approx(theirs.state, rel=1e-12, abs=1e-15)


def test_starts_fill_their_ranges():
    task = make("Hardest").unwrapped
    starts = np.array([task.reset(seed=seed) and task.state[:4] for seed in range(400)])
    limits = np.array([1.2, 0.05, 0.10475, 0.05])
    assert (np.abs(starts) <= limits).all()
    assert (starts.max(axis=0) > 0.97 * limits).all()
    assert (starts.min(axis=0) < -0.97 * limits).all()


def test_idle_steps_push_nothing():
    task = make("Hard").unwrapped
    task.reset(seed=1)
    task.state[:4] = 0.0
    task.step(IDLE)
    assert task.state[:4].tolist() == [0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(("action", "side"), [(1, -1.0), (2, 1.0)])
def test_the_other_choices_push_left_and_right(action, side):
    task = make("Medium").unwrapped
    task.reset(seed=1)
    task.state[:4] = 0.0
    task.step(action)
    assert math.copysign(1.0, task.state[1]) == side


@pytest.mark.parametrize("busy", [0, 1, 2, 5, 10])
def test_the_return_of_the_medium_level_asks_for_three_idle_steps_of_four(busy):
    state = np.zeros(7)
    state[plank.LEVEL] = 1.0
    total, steps, actions = 0.0, 20, [1.0, 2.0] * 10
    for k in range(steps):
        state[:4] = 0.0  # where nothing falls
        total += advance(state, np.array([actions[k] if k < busy else 0.0]))[0]
    idle = steps - busy
    expected = float(steps) if idle / steps > 0.75 else idle / 0.75
    assert total == pytest.approx(expected)


@pytest.mark.parametrize(("place", "limit"), [(plank.X, 2.4), (plank.THETA, 0.2095)])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_an_episode_ends_beyond_track_and_lean(place, limit, side):
    for beyond, ends in ((0.999, False), (1.001, True)):
        state = np.zeros(7)
        state[place] = side * limit * beyond
        assert advance(state, np.array([1.0]))[1] == ends


def test_a_level_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="level must be of easy, medium, hard, hardest, got 'odd'"):
        plank.PlankCartPole("odd")
