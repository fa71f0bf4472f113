import math

import numba
import numpy as np
import pytest
from glianeat_envs import reach
from glianeat_envs.reach import FORE, UPPER, Reach

from tests.envs import contract

advance = contract.compiled(reach.step)
MASS = 0.1


def tip(angles):
    first, both = angles[0], angles[0] + angles[1]
    return np.array(
        [
            UPPER * math.cos(first) + FORE * math.cos(both),
            UPPER * math.sin(first) + FORE * math.sin(both),
        ]
    )


def energy(state):
    """Kinetic energy of two rods, cut into a thousand pieces each."""
    first, second = state[2], state[2] + state[3]
    total = 0.0
    for part in (np.arange(1000) + 0.5) / 1000:
        upper = UPPER * part * first * np.array([-math.sin(state[0]), math.cos(state[0])])
        joint = UPPER * first * np.array([-math.sin(state[0]), math.cos(state[0])])
        both = state[0] + state[1]
        fore = joint + FORE * part * second * np.array([-math.sin(both), math.cos(both)])
        total += 0.5 * MASS / 1000 * (upper @ upper + fore @ fore)
    return total


@numba.njit
def returned(state, stiffness, friction, noise):
    """Return and last distance of an episode; `noise` has the random torques, or none."""
    action, total = np.zeros(2), 0.0
    for t in range(50):
        both = state[0] + state[1]
        x, y = FORE * math.cos(both), FORE * math.sin(both)
        away_x = state[4] - UPPER * math.cos(state[0]) - x
        away_y = state[5] - UPPER * math.sin(state[0]) - y
        elbow = x * away_y - y * away_x
        shoulder = (state[4] - away_x) * away_y - (state[5] - away_y) * away_x
        action[0] = stiffness * shoulder - friction * state[2] + noise[t, 0]
        action[1] = stiffness * elbow - friction * state[3] + noise[t, 1]
        for i in range(2):
            action[i] = min(max(action[i], -1.0), 1.0)
        total += advance(state, action)[0]
    both = state[0] + state[1]
    away_x = state[4] - UPPER * math.cos(state[0]) - FORE * math.cos(both)
    away_y = state[5] - UPPER * math.sin(state[0]) - FORE * math.sin(both)
    return total, math.sqrt(away_x * away_x + away_y * away_y)


def measured(stiffness, friction, *, torques=0.0, episodes=2000):
    """Mean return, and the part of the episodes that end within 2 cm of the target."""
    task, rng = Reach(), np.random.default_rng(1)
    results = []
    for seed in range(episodes):
        task.reset(seed=seed)
        noise = torques * rng.uniform(-1, 1, (50, 2))
        results.append(returned(task.state, stiffness, friction, noise))
    returns, distances = np.array(results).T
    return returns.mean(), (distances < 0.02).mean()


def test_contract():
    task = contract.make("Reach")
    contract.check_gymnasium_contract(task)
    contract.check_seeding(task)
    contract.check_compiled_equals_interpreted(task)


def test_picture():
    contract.check_picture(lambda **kwargs: contract.make("Reach", **kwargs))


def test_an_episode_has_50_steps():
    task = contract.make("Reach")
    assert contract.play(task, lambda _: task.action_space.sample(), seed=1)[1] == 50


def test_starts_are_spread_as_said():
    task = Reach()
    states = np.array([task.reset(seed=seed) and task.state.copy() for seed in range(4000)])
    assert np.abs(states[:, :2]).max() <= 0.1
    assert np.abs(states[:, :2]).max() > 0.099
    assert not states[:, 2:4].any()
    distances = np.hypot(states[:, 4], states[:, 5])
    assert distances.min() >= FORE - UPPER
    assert distances.max() <= FORE + UPPER
    # uniform over a disc: the squares of the distances are uniform, and all directions alike
    assert np.mean(distances**2) == pytest.approx((0.01**2 + 0.21**2) / 2, rel=0.03)
    assert np.abs(states[:, 4:6].mean(axis=0)).max() < 0.01


def test_observations_are_those_of_the_table():
    task = Reach()
    task.reset(seed=1)
    task.state[:6] = [0.7, -1.9, 3.0, -9.0, 0.05, -0.1]
    seen = task.step(np.zeros(2))[0]
    angles, rates, target = task.state[:2], task.state[2:4], task.state[4:6]
    assert seen[:4] == pytest.approx(np.concatenate([np.cos(angles), np.sin(angles)]), abs=1e-6)
    assert seen[4:6] == pytest.approx(rates, abs=1e-6)
    assert seen[6:] == pytest.approx(target - tip(angles), abs=1e-6)


def test_the_reward_is_that_of_the_table():
    task = Reach(control_cost=0.3)
    task.reset(seed=1)
    _, reward, terminated, _, _ = task.step(np.array([0.5, -2.0]))
    distance = np.linalg.norm(task.state[4:6] - tip(task.state[:2]))
    assert reward == pytest.approx(-distance - 0.3 * (0.25 + 1.0))
    assert not terminated


def test_sensors_of_velocity_saturate():
    task = Reach()
    task.reset(seed=1)
    task.state[2:4] = [70.0, -90.0]
    shown = np.zeros(8)
    task.compiled.observe(task.state, shown)
    assert shown[4:6].tolist() == [15.0, -15.0]


def test_energy_is_that_of_torques_less_that_of_damping():
    task = Reach()
    task.reset(seed=1)
    state = task.state
    state[:4] = [0.3, 1.2, 4.0, -7.0]
    state[reach.SHOULDER_ACTION], state[reach.ELBOW_ACTION] = 0.5, -0.3
    before, work = energy(state), 0.0
    for _ in range(4000):
        last = state[2:4].copy()
        reach._advance(state, 2e-5)
        rates = (state[2:4] + last) / 2
        work += 2e-5 * (np.array([0.05, -0.03]) - 0.01 * rates) @ rates
    assert energy(state) - before == pytest.approx(work, rel=1e-3)
    assert abs(work) > 0.2 * before


def test_energy_is_kept_without_torques_and_damping(monkeypatch):
    monkeypatch.setattr(reach, "DAMPING", 0.0)
    monkeypatch.setattr(reach, "SUB_STEPS", 2000)
    task = Reach()
    task.reset(seed=1)
    task.state[:4] = [0.3, 1.2, 4.0, -7.0]
    before = energy(task.state)
    bent = set()
    for _ in range(10):
        task.step(np.zeros(2))
        bent.add(round(float(task.state[3]), 1))
    assert len(bent) > 3  # the rates change, so that energy is exchanged between the links
    assert energy(task.state) == pytest.approx(before, rel=1e-3)


def test_sub_steps_are_short_enough(monkeypatch):
    torques = np.float32(np.random.default_rng(2).uniform(-1, 1, (50, 2)))
    ends = []
    for sub_steps in (4, 400):
        monkeypatch.setattr(reach, "SUB_STEPS", sub_steps)
        task = Reach()
        task.reset(seed=3)
        for torque in torques:
            task.step(torque)
        ends.append(tip(task.state[:2]))
    assert np.linalg.norm(ends[0] - ends[1]) < 0.01


def test_no_torque_earns_the_mean_distance():
    mean, near = measured(0.0, 0.0)
    # the mean distance of a disc's point from one on its rim is 32 / 9π of the radius
    assert -50 * 0.21 * 32 / (9 * math.pi) == pytest.approx(-11.9, abs=0.05)
    assert mean == pytest.approx(-11.9, abs=0.3)
    assert near < 0.02


def test_random_torques_earn_less():
    mean, near = measured(0.0, 0.0, torques=1.0)
    assert mean == pytest.approx(-14.9, abs=0.3)
    assert near < 0.03


def test_a_controller_by_the_jacobian_reaches():
    mean, near = measured(120.0, 0.1)
    assert mean == pytest.approx(-6.4, abs=0.2)
    assert near > 0.7
    assert measured(200.0, 0.05, episodes=500)[1] > 0.9


@pytest.mark.parametrize("cost", [-0.1, math.nan, math.inf])
def test_bad_arguments_are_named(cost):
    with pytest.raises(ValueError, match="Reach: control_cost must be finite and >= 0, got"):
        Reach(control_cost=cost)
