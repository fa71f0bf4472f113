import math

import numba
import numpy as np
import pytest
from glianeat_envs import forage
from glianeat_envs.forage import AHEAD, LEFT, PLACES, RIGHT, STAY, Forage

from tests.envs import contract

advance = contract.compiled(forage.step)
sense = contract.compiled(forage.observe)
RANDOM, BLIND, SMELLING, KNOWING = range(4)


@numba.njit
def nearest(state):
    """The angle to the food that is reached first, turning included."""
    least, angle = math.inf, 0.0
    for i in range(int(state[forage.FOOD])):
        x, y = state[PLACES + 2 * i] - state[0], state[PLACES + 2 * i + 1] - state[1]
        turn = (math.atan2(y, x) - state[2] + math.pi) % (2.0 * math.pi) - math.pi
        steps = math.sqrt(x * x + y * y) / 0.01 + abs(turn) / (0.02 * math.pi)
        if steps < least:
            least, angle = steps, turn
    return angle


@numba.njit
def choice(state, seen, policy, noise):
    if policy == RANDOM:
        return noise
    if policy == BLIND:
        return LEFT if seen[2] > 0.0 else AHEAD
    if policy == SMELLING:
        turn, least = seen[0] - seen[1], 0.01 * (seen[0] + seen[1])
    else:
        turn, least = nearest(state), 0.011 * math.pi
    if turn > least:
        return LEFT
    return RIGHT if turn < -least else AHEAD


@numba.njit
def eaten(state, policy, noise):
    seen, action, total = np.zeros(3), np.zeros(1), 0.0
    for t in range(1000):
        sense(state, seen)
        action[0] = choice(state, seen, policy, noise[t])
        total += advance(state, action)[0]
    return total


def measured(policy, episodes=2000):
    task, rng = Forage(), np.random.default_rng(1)
    items = []
    for seed in range(episodes):
        task.reset(seed=seed)
        items.append(eaten(task.state, policy, rng.integers(0, 4, 1000)))
    return np.mean(items)


def placed(*food, heading=0.0, **kwargs):
    """A task whose animal is in the centre and whose food lies at known places."""
    task = Forage(food=len(food), **kwargs)
    task.reset(seed=1)
    task.state[forage.HEADING] = heading
    task.state[PLACES : PLACES + 2 * len(food)] = np.ravel(food)
    return task


def test_contract():
    task = contract.make("Forage")
    contract.check_gymnasium_contract(task)
    contract.check_seeding(task)
    contract.check_compiled_equals_interpreted(task, episodes=3)


def test_picture():
    contract.check_picture(lambda **kwargs: contract.make("Forage", **kwargs))


def test_an_episode_has_1000_steps():
    task = contract.make("Forage")
    assert contract.play(task, lambda _: STAY, seed=1)[1] == 1000


def test_the_body_holds_a_reserve():
    assert contract.make("Forage").unwrapped.metabolic_reserve == 1500.0
    assert contract.make("Forage", metabolic_reserve=7.0).unwrapped.metabolic_reserve == 7.0


def test_food_is_spread_evenly():
    task = Forage()
    places = []
    for seed in range(50):
        task.reset(seed=seed)
        assert task.state[:2].tolist() == [0.0, 0.0]
        places.append(task.state[PLACES:].reshape(-1, 2))
    places = np.concatenate(places)
    assert len(places) == 50 * 208
    squares = (places**2).sum(axis=1)
    assert squares.max() <= 0.9**2
    assert squares.mean() == pytest.approx(0.9**2 / 2, rel=0.02)
    assert np.abs(places.mean(axis=0)).max() < 0.02


def test_staying_changes_nothing_and_is_what_silence_does():
    assert (STAY, AHEAD, LEFT, RIGHT) == (0, 1, 2, 3)
    task = placed((0.5, 0.5))
    before = task.state.copy()
    for _ in range(5):
        task.step(STAY)
    assert np.array_equal(task.state, before)


def test_going_ahead_and_turning():
    task = placed((0.5, -0.5), heading=0.0)
    for _ in range(50):  # a second
        task.step(AHEAD)
    assert task.state[:2] == pytest.approx([0.5, 0.0])
    for _ in range(25):
        task.step(LEFT)
    assert task.state[forage.HEADING] == pytest.approx(math.pi / 2)
    for _ in range(50):
        task.step(RIGHT)
    assert task.state[forage.HEADING] == pytest.approx(-math.pi / 2)
    assert task.state[:2] == pytest.approx([0.5, 0.0])


def test_a_longer_step_does_more():
    task = placed((0.5, -0.5), step_ms=100.0)
    task.step(AHEAD)
    task.step(LEFT)
    assert task.state[:3] == pytest.approx([0.05, 0.0, 0.1 * math.pi])


def test_the_wall_is_felt_and_slid_along():
    task = placed((-0.5, -0.5), heading=math.pi / 4)
    touches = [task.step(AHEAD)[0][2] for _ in range(120)]
    assert touches == [0.0] * 94 + [1.0] * 26
    assert np.hypot(*task.state[:2]) == pytest.approx(0.95)
    task.state[forage.HEADING] = 0.9  # at a small angle to the wall's normal
    before = task.state[:2].copy()
    seen, *_ = task.step(AHEAD)
    assert seen[2] == 1.0
    assert np.hypot(*task.state[:2]) == pytest.approx(0.95)
    assert not np.array_equal(task.state[:2], before)
    assert task.step(STAY)[0][2] == 1.0
    task.state[forage.HEADING] += math.pi
    assert task.step(AHEAD)[0][2] == 0.0


def test_smell_is_that_of_the_table():
    food = [(0.3, 0.2), (-0.4, 0.1)]
    seen, *_ = placed(*food, heading=0.7).step(STAY)
    for i, angle in enumerate((0.7 + math.pi / 4, 0.7 - math.pi / 4)):
        end = 0.08 * np.array([math.cos(angle), math.sin(angle)])
        odour = sum(math.exp(-np.linalg.norm(np.array(place) - end) / 0.2) for place in food)
        assert seen[i] == pytest.approx(odour / (1.0 + odour), abs=1e-6)


def test_food_on_the_left_smells_more_on_the_left():
    left, right, _ = placed((0.0, 0.3)).step(STAY)[0]
    assert left > right + 0.05
    left, right, _ = placed((0.0, -0.3)).step(STAY)[0]
    assert right > left + 0.05


def test_eating_pays_once_and_food_grows_again():
    task = placed((0.2, 0.0), (0.0, 0.5), food_energy=120.0)
    to_come = task.state[PLACES + 4 : PLACES + 6].copy()
    results = [task.step(AHEAD) for _ in range(30)]
    rewards = [result[1] for result in results]
    assert rewards == [0.0] * 14 + [1.0] + [0.0] * 15  # 0.06 before the food
    assert [result[4]["energy"] for result in results] == [120.0 * reward for reward in rewards]
    assert task.state[PLACES : PLACES + 2].tolist() == to_come.tolist()
    assert task.state[PLACES + 2 : PLACES + 4].tolist() == [0.0, 0.5]


def test_two_items_at_once_are_two():
    task = placed((0.02, 0.0), (0.0, 0.02), (0.5, 0.5))
    to_come = task.state[PLACES + 6 : PLACES + 10].copy()
    _, reward, _, _, info = task.step(STAY)
    assert (reward, info["energy"]) == (2.0, 600.0)
    assert task.state[PLACES : PLACES + 4].tolist() == to_come.tolist()


def test_the_list_of_food_to_come_begins_anew():
    task = placed((0.5, 0.0))
    spare = task.state[PLACES + 2 :].copy()
    for i in range(201):
        task.state[:2] = task.state[PLACES : PLACES + 2]
        assert task.step(STAY)[1] == 1.0
        assert task.state[PLACES : PLACES + 2].tolist() == spare[2 * (i % 200) :][:2].tolist()
    assert np.array_equal(task.state[PLACES + 2 :], spare)


@pytest.mark.parametrize(
    ("policy", "items", "tolerance"),
    [(RANDOM, 0.4, 0.06), (BLIND, 0.4, 0.06), (SMELLING, 16.5, 0.3), (KNOWING, 20.0, 0.2)],
)
def test_scripted_policies_eat_what_the_docstring_says(policy, items, tolerance):
    assert measured(policy) == pytest.approx(items, abs=tolerance)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"food": 0}, "food must be a whole number in 1..100, got 0"),
        ({"food": 2.5}, "food must be a whole number in 1..100, got 2.5"),
        ({"food_energy": -1.0}, "food_energy must be finite and >= 0 EU, got -1.0"),
        ({"metabolic_reserve": math.nan}, "metabolic_reserve must be finite and >= 0 EU, got nan"),
        ({"step_ms": 0.0}, "step_ms must be in .* ms, got 0.0"),
        ({"step_ms": 101.0}, "step_ms must be in .* ms, got 101.0"),
    ],
)
def test_bad_arguments_are_named(kwargs, message):
    with pytest.raises(ValueError, match=f"Forage: {message}"):
        Forage(**kwargs)
