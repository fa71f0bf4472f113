import math

import gymnasium
import numba
import numpy as np
import pytest
from glianeat_envs import double_pole
from glianeat_envs.double_pole import DoublePole, generalisation_starts

from tests.envs import contract

HALF = (0.5, 0.05)
MASS = (0.1, 0.01)
FRICTION = {double_pole.CART_FRICTION: 0.0005, double_pole.POLE_FRICTION: 0.000002}
LIMIT = math.radians(36.0)
WEIGHTS = np.diag([1.0, 0.1, 1.0, 0.1, 1.0, 0.1])
FOUR_DEGREES = [0.0, 0.0, math.radians(4.0), 0.0, 0.0, 0.0]
advance = contract.compiled(double_pole.step)


def slopes(state, force, *, friction=True):
    """The equations of motion from those of Lagrange, solved as a linear system."""
    x_dot, angles, rates = state[1], state[2::2], state[3::2]
    inertia, load = np.diag([1.0, 0.0, 0.0]), np.array([force, 0.0, 0.0])
    if friction:
        load[0] -= 0.0005 * np.sign(x_dot)
    for i, (mass, half) in enumerate(zip(MASS, HALF), start=1):
        angle, rate = angles[i - 1], rates[i - 1]
        inertia[0, 0] += mass
        inertia[0, i] = inertia[i, 0] = mass * half * math.cos(angle)
        inertia[i, i] = mass * (2.0 * half) ** 2 / 3.0  # of a rod about its end
        load[0] += mass * half * rate**2 * math.sin(angle)
        load[i] = mass * 9.8 * half * math.sin(angle) - (0.000002 * rate if friction else 0.0)
    accelerations = np.linalg.solve(inertia, load)
    return np.array(
        [x_dot, accelerations[0], rates[0], accelerations[1], rates[1], accelerations[2]]
    )


def runge_kutta(state, force):
    for _ in range(2):
        h = 0.01
        a = slopes(state, force)
        b = slopes(state + h / 2 * a, force)
        c = slopes(state + h / 2 * b, force)
        d = slopes(state + h * c, force)
        state = state + h / 6 * (a + 2 * b + 2 * c + d)
    return state


def energy(state):
    x_dot, total = state[1], 0.5 * state[1] ** 2
    for mass, half, angle, rate in zip(MASS, HALF, state[2::2], state[3::2]):
        total += 0.5 * mass * x_dot**2 + mass * half * x_dot * rate * math.cos(angle)
        total += 0.5 * mass * (2 * half) ** 2 / 3 * rate**2 + mass * 9.8 * half * math.cos(angle)
    return total


def whole_state(start):
    state = np.zeros(double_pole.SIZE)
    state[:6] = start
    for place, value in FRICTION.items():
        state[place] = value
    return state


def sampled_dynamics():
    """A and B of the linear system by which a step acts near the upright poles."""
    columns = []
    for i in range(7):
        moved = []
        for sign in (1.0, -1.0):
            state = whole_state(np.zeros(6))
            state[double_pole.CART_FRICTION] = 0.0  # it has no slope at rest
            action = np.zeros(1)
            (state if i < 6 else action)[i % 6] = 1e-5 * sign
            advance(state, action)
            moved.append(state[:6].copy())
        columns.append((moved[0] - moved[1]) / 2e-5)
    system = np.array(columns).T
    return system[:, :6], system[:, 6:]


def regulator(a, b):
    """Gains of the linear-quadratic regulator, by iterating Riccati's equation."""
    cost = WEIGHTS
    for _ in range(5000):
        gains = np.linalg.solve(np.eye(1) + b.T @ cost @ b, b.T @ cost @ a)
        cost = WEIGHTS + a.T @ cost @ (a - b @ gains)
    return gains[0]


@numba.njit
def held(state, gains, max_steps):
    """Steps that linear feedback holds the poles, and the sum of the rewards."""
    action, total = np.zeros(1), 0.0
    for t in range(max_steps):
        push = 0.0
        for i in range(6):
            push -= gains[i] * state[i]
        action[0] = min(max(push, -1.0), 1.0)
        reward, ended = advance(state, action)
        total += reward
        if ended:
            return t + 1, total
    return max_steps, total


@pytest.fixture(scope="module")
def gains():
    return regulator(*sampled_dynamics())


@pytest.mark.parametrize("velocities", [True, False])
@pytest.mark.parametrize("fitness", ["steps", "damping"])
def test_contract(velocities, fitness):
    task = contract.make("DoublePole", velocities=velocities, fitness=fitness)
    contract.check_gymnasium_contract(task)
    contract.check_compiled_equals_interpreted(task)


def test_picture():
    contract.check_picture(lambda **kwargs: contract.make("DoublePole", **kwargs))


def test_registration():
    spec = contract.make("DoublePole").spec
    assert (spec.max_episode_steps, spec.reward_threshold) == (100_000, 100_000.0)


def test_every_episode_begins_alike():
    task = DoublePole()
    for seed in (1, 2):
        observation, _ = task.reset(seed=seed)
        assert observation == pytest.approx(FOUR_DEGREES)
        assert task.state[:6].tolist() == FOUR_DEGREES


def test_steps_follow_the_equations_of_lagrange():
    rng = np.random.default_rng(3)
    task = DoublePole()
    for _ in range(50):
        start = rng.uniform(-1, 1, 6) * [2.0, 1.5, 0.4, 1.5, 0.4, 2.0]
        task.reset(options={"start": start})
        expected = start
        for _ in range(3):
            push = np.float32(rng.uniform(-1, 1))
            task.step(np.array([push]))
            expected = runge_kutta(expected, 10.0 * float(push))
            assert task.state[:6] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_energy_is_kept_without_friction_and_force():
    task = DoublePole(friction=False)
    task.reset()
    before = energy(task.state[:6])
    for _ in range(22):  # as long as the poles take to fall
        task.step(np.zeros(1))
    assert abs(task.state[4]) > 0.3
    assert energy(task.state[:6]) == pytest.approx(before, rel=1e-6)


def test_friction_takes_energy():
    rubbing, smooth = DoublePole(), DoublePole(friction=False)
    for task in (rubbing, smooth):
        task.reset(options={"start": [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]})
        task.step(np.zeros(1))
    assert smooth.state[1] == 1.0
    # 0.0005 N upon the cart and what swings with it: 1 kg and a quarter of each pole's mass
    assert rubbing.state[1] == pytest.approx(1.0 - 0.02 * 0.0005 / 1.0275, abs=2e-9)


def test_the_modes_are_those_of_the_linear_equations():
    a, _ = sampled_dynamics()
    jacobian = np.zeros((6, 6))
    for i in range(6):
        h = np.zeros(6)
        h[i] = 1e-6
        jacobian[:, i] = (slopes(h, 0.0) - slopes(-h, 0.0)) / 2e-6
    jacobian[:, 1] = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]  # the cart's friction has no slope at rest
    rates = np.sort(np.linalg.eigvals(jacobian).real)
    found = np.sort(np.log(np.linalg.eigvals(a).real) / 0.02)
    assert found == pytest.approx(rates, abs=2e-2)
    assert np.sum(found > 1.0) == 2  # one unstable mode a pole
    assert jacobian.trace() == pytest.approx(-0.0605, abs=1e-3)


@pytest.mark.parametrize(
    ("start", "push"),
    [
        ([2.39, 1.0, 0.0, 0.0, 0.0, 0.0], 0.0),
        ([-2.39, -1.0, 0.0, 0.0, 0.0, 0.0], 0.0),
        ([0.0, 0.0, LIMIT - 0.01, 1.0, 0.0, 0.0], 0.0),
        ([0.0, 0.0, 0.01 - LIMIT, -1.0, 0.0, 0.0], 0.0),
        ([0.0, 0.0, 0.0, 0.0, LIMIT - 0.01, 0.0], 0.0),
        ([0.0, 0.0, 0.0, 0.0, 0.01 - LIMIT, 0.0], 0.0),
    ],
)
def test_an_episode_ends_when_something_goes_too_far(start, push):
    task = DoublePole()
    task.reset(options={"start": start})
    observation, reward, terminated, _, _ = task.step(np.array([push]))
    assert terminated
    assert reward == 1.0
    assert task.observation_space.contains(observation)
    start[1] = start[3] = 0.0
    start[4] *= 0.9
    task.reset(options={"start": start})
    assert not task.step(np.zeros(1))[2]


def test_a_linear_regulator_balances(gains):
    assert held(whole_state(FOUR_DEGREES), gains, 100_000) == (100_000, 100_000.0)
    task = contract.make("DoublePole", max_episode_steps=1500)
    policy = lambda seen: np.array([-gains @ seen], dtype=np.float32)  # noqa: E731
    assert contract.play(task, policy, seed=1) == (1500.0, 1500)


def test_a_linear_regulator_holds_most_starts_within_what_is_sensed(gains):
    task = DoublePole()
    limits, holds = task.observation_space.high, 0
    for start in generalisation_starts():
        if held(whole_state(start), gains, 1000)[0] < 1000:
            continue
        holds += 1
        state = whole_state(start)
        for _ in range(150):  # the widest swings are the first
            held(state, gains, 1)
            assert (np.abs(state[:6]) <= limits).all()
    assert holds == pytest.approx(527, abs=3)


def test_the_starts_that_test_generalisation():
    starts = generalisation_starts()
    assert starts.shape == (625, 6)
    assert len(np.unique(starts, axis=0)) == 625
    assert starts[:, 4:].tolist() == [[0.0, 0.0]] * 625
    for column, limit in enumerate((2.16, 1.35, math.radians(3.6), math.radians(8.6))):
        values = np.unique(starts[:, column].round(12))
        assert values == pytest.approx(np.array([-0.9, -0.5, 0.0, 0.5, 0.9]) * limit)


def position_gains(rng):
    return rng.uniform(-1, 1, 3) * [3.0, 30.0, 30.0] * 10 ** rng.uniform(-2, 0.5)


def test_no_linear_feedback_of_positions_is_stable():
    a, b = sampled_dynamics()
    rng = np.random.default_rng(0)

    def radius(static):
        return np.abs(
            np.linalg.eigvals(a - b @ np.array([[static[0], 0, static[1], 0, static[2], 0]]))
        ).max()

    best = min((position_gains(rng) for _ in range(3000)), key=radius)
    smallest = radius(best)
    for _ in range(6000):
        near = best * (1.0 + 10 ** rng.uniform(-4, -0.5) * rng.normal(size=3))
        if radius(near) < smallest:
            best, smallest = near, radius(near)
    assert 1.022 < smallest < 1.025


def test_linear_feedback_of_positions_falls_soon():
    rng = np.random.default_rng(0)
    steps = []
    for _ in range(10_000):
        position = position_gains(rng)
        gains = np.array([position[0], 0.0, position[1], 0.0, position[2], 0.0])
        steps.append(held(whole_state(FOUR_DEGREES), gains, 1000)[0])
    assert max(steps) == pytest.approx(78, abs=2)


def test_without_velocities_only_positions_show():
    task = DoublePole(velocities=False)
    start = [0.5, 0.6, 0.1, 0.2, -0.1, 0.3]
    observation, _ = task.reset(options={"start": start})
    assert observation == pytest.approx([0.5, 0.1, -0.1])
    assert task.observation_space.high == pytest.approx([2.4, LIMIT, LIMIT])
    observation, _ = DoublePole().reset(options={"start": start})
    assert observation == pytest.approx(start)


def test_a_fall_within_100_steps_earns_only_its_time():
    task = DoublePole(fitness="damping")
    total, steps = contract.play(task, lambda _: np.zeros(1), seed=1)
    assert steps < 100
    assert total == pytest.approx(0.1 * steps / 1000)


def test_calm_counts_from_100_steps_on():
    state = whole_state(np.zeros(6))
    state[double_pole.UNREST :] = 0.01
    for steps, calm in ((99, 0.0), (100, 0.75)):
        state[double_pole.TIME] = steps
        assert double_pole._damping_return(state) == pytest.approx(1e-4 * steps + 0.9 * calm)


@pytest.mark.parametrize("delay", [0, 230])
def test_damping_weighs_the_unrest_of_the_last_100_steps(gains, delay):
    task = DoublePole(fitness="damping")
    task.reset()
    unrest, rewards, ended = [], [], False
    while not ended:
        push = -gains @ task.state[:6] if not delay or len(rewards) < delay else 1.0
        _, reward, ended, _, _ = task.step(np.array([push]))
        rewards.append(reward)
        unrest.append(np.abs(task.state[:4]).sum())
    assert (len(rewards) == 1000) == (delay == 0)
    assert not any(rewards[:-1])
    expected = 0.1 * len(rewards) / 1000 + 0.9 * 0.75 / sum(unrest[-100:])
    assert rewards[-1] == pytest.approx(expected)


def test_perfect_calm_does_not_divide_by_zero():
    task = DoublePole(fitness="damping")
    task.reset(options={"start": np.zeros(6)})
    rewards = [task.step(np.zeros(1))[1] for _ in range(1000)]
    assert rewards[-1] == pytest.approx(0.1 + 0.9 * 0.75 / 1e-6)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="fitness must be 'steps' or 'damping', got 'time'"):
        DoublePole(fitness="time")
    for start in ([0.0] * 5, [np.nan] * 6):
        with pytest.raises(ValueError, match="start must be six finite numbers"):
            DoublePole().reset(options={"start": start})
    with pytest.raises(ValueError, match="start must lie within"):
        DoublePole().reset(options={"start": [2.5, 0.0, 0.0, 0.0, 0.0, 0.0]})


def test_seeds_choose_the_starts_of_the_grid():
    env = gymnasium.make("glianeat/DoublePole-v0", starts="grid")
    grid = generalisation_starts()
    for seed in (0, 1, 312, 624, 625):
        env.reset(seed=seed)
        np.testing.assert_array_equal(env.unwrapped.state[:6], grid[seed % 625])


def test_unknown_starts_are_refused():
    with pytest.raises(ValueError, match="starts must be 'leaning' or 'grid', got 'grids'"):
        gymnasium.make("glianeat/DoublePole-v0", starts="grids")
