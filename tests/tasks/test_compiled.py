"""Compiled compiled tasks against the environments of Gymnasium, step for step."""

from types import SimpleNamespace

import gymnasium
import numba
import numpy as np
import pytest
from gymnasium.envs.classic_control import AcrobotEnv, CartPoleEnv, PendulumEnv
from gymnasium.wrappers import ClipAction, RescaleObservation, TimeLimit, TransformReward

from glianeat.errors import ConfigError
from glianeat.tasks.compiled import find_compiled
from glianeat.tasks.compiled.dynamics import CompiledDynamics

N_SEEDS = 8
N_STEPS = 500

VARIANTS = {  # name: (id, arguments, changed attributes)
    "CartPole": ("CartPole-v1", {}, {}),
    "CartPole Sutton and Barto": ("CartPole-v1", {"sutton_barto_reward": True}, {}),
    "CartPole semi-implicit": ("CartPole-v1", {}, {"kinematics_integrator": "semi-implicit"}),
    "CartPole falls late": ("CartPole-v1", {}, {"theta_threshold_radians": 9.0, "x_threshold": 50}),
    "CartPole changed": (
        "CartPole-v1",
        {},
        {
            "gravity": 3.7,
            "masspole": 0.3,
            "total_mass": 1.7,
            "length": 0.8,
            "polemass_length": 0.21,
            "force_mag": 4.0,
            "tau": 0.015,
            "x_threshold": 0.3,
            "theta_threshold_radians": 0.4,
        },
    ),
    "Acrobot": ("Acrobot-v1", {}, {}),
    "Acrobot NIPS": ("Acrobot-v1", {}, {"book_or_nips": "nips"}),
    "Acrobot changed": (
        "Acrobot-v1",
        {},
        {
            "dt": 0.07,
            "LINK_LENGTH_1": 1.3,
            "LINK_MASS_1": 0.9,
            "LINK_MASS_2": 1.2,
            "LINK_COM_POS_1": 0.61,
            "LINK_COM_POS_2": 0.43,
            "LINK_MOI": 0.7,
            "MAX_VEL_1": 3.1,
            "MAX_VEL_2": 4.3,
            "AVAIL_TORQUE": [-3.1, 0.4, 2.0],
        },
    ),
    "MountainCar": ("MountainCar-v0", {}, {}),
    "MountainCar fast": ("MountainCar-v0", {"goal_velocity": 0.02}, {}),
    "MountainCar changed": (
        "MountainCar-v0",
        {},
        {
            "force": 0.004,
            "gravity": 0.0021,
            "max_speed": 0.05,
            "min_position": -1.0,
            "max_position": 0.55,
            "goal_position": 0.52,
        },
    ),
    "MountainCarContinuous": ("MountainCarContinuous-v0", {}, {}),
    "MountainCarContinuous fast": ("MountainCarContinuous-v0", {"goal_velocity": 0.06}, {}),
    "MountainCarContinuous changed": (
        "MountainCarContinuous-v0",
        {},
        {
            "power": 0.0041,
            "max_speed": 0.049,
            "min_position": -1.03,
            "max_position": 0.57,
            "goal_position": 0.53,
            "min_action": -0.73,
            "max_action": 0.61,
        },
    ),
    "Pendulum": ("Pendulum-v1", {}, {}),
    "Pendulum on Earth": ("Pendulum-v1", {"g": 9.81}, {}),
    "Pendulum changed": (
        "Pendulum-v1",
        {},
        {"g": 7, "m": 0.9, "l": 1.1, "dt": 0.04, "max_speed": 5.5, "max_torque": 1.3},
    ),
}


def made(variant):
    name, kwargs, changes = VARIANTS[variant]
    environment = gymnasium.make(name, max_episode_steps=N_STEPS, **kwargs)
    for attribute, value in changes.items():
        setattr(environment.unwrapped, attribute, value)
    return environment


def chooser(environment, kind, seed):
    """Return a function from the observation to an action."""
    space, rng = environment.action_space, np.random.default_rng(seed)
    last = space.n - 1 if hasattr(space, "n") else None

    def random(_):
        if last is not None:
            return rng.integers(last + 1)
        return rng.uniform(space.low, space.high).astype(space.dtype)

    def extreme(_):
        high = rng.random() < 0.5
        return (last if high else 0) if last is not None else (space.high if high else space.low)

    def pumping(observation):  # along with the last speed: reaches goals, walls and bounds
        high = observation[-1] > 0.0
        return (last if high else 0) if last is not None else (space.high if high else space.low)

    return {"random": random, "extreme": extreme, "pumping": pumping}[kind]


class Player:
    """An episode of a dynamics."""

    def __init__(self, dynamics, environment, compiled):
        compiler = numba.njit(error_model="numpy") if compiled else lambda function: function
        self.step, self.observe = compiler(dynamics.step), compiler(dynamics.observe)
        self.start = dynamics.start
        self.shown = np.zeros(environment.observation_space.shape)
        self.type = environment.observation_space.dtype

    def begin(self, environment):
        self.state = self.start(environment)
        assert self.state.dtype == np.float64
        return self.look()

    def look(self):
        self.observe(self.state, self.shown)
        assert np.array_equal(self.shown, self.shown.astype(self.type), equal_nan=True)  # rounded
        return self.shown.copy()

    def act(self, action):
        reward, terminated = self.step(self.state, np.array(action, dtype=np.float64).reshape(-1))
        return reward, terminated, self.look()


def is_close(found, expected, single):
    """Return whether numbers agree but for the last bits of their sines and powers."""
    return np.allclose(found, expected, rtol=3e-7 if single else 1e-12, atol=1e-7 * single + 1e-13)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_step_of_a_twin_is_that_of_gymnasium(variant):
    environment = made(variant)
    single = "Continuous" in variant
    plain, compiled = (
        Player(find_compiled(environment), environment, way) for way in (False, True)
    )
    for kind in ("random", "extreme", "pumping"):
        for seed in range(N_SEEDS):
            observation, _ = environment.reset(seed=seed)
            for player in (plain, compiled):
                assert is_close(player.begin(environment), observation, single=True)
            choose, over = chooser(environment, kind, seed), False
            while not over:
                action = choose(observation)
                observation, reward, terminated, truncated, _ = environment.step(action)
                task_state = np.array(environment.unwrapped.state, dtype=np.float64)
                for player in (plain, compiled):
                    own_reward, own_terminated, shown = player.act(action)
                    assert is_close(player.state[: len(task_state)], task_state, single)
                    assert is_close(shown, observation, single=True)
                    assert is_close(own_reward, reward, single or "Pendulum" in variant)
                    assert own_terminated == terminated
                assert plain.state.tobytes() == compiled.state.tobytes()
                for player in (plain, compiled):  # chaos would make much of the last bit
                    player.state[: len(task_state)] = task_state
                over = terminated or truncated


@pytest.mark.parametrize("variant", VARIANTS)
def test_start_leaves_the_environment_alone(variant):
    environment = made(variant)
    environment.reset(seed=1)
    before = np.array(environment.unwrapped.state)
    player = Player(find_compiled(environment), environment, compiled=False)
    player.begin(environment)
    player.act(environment.action_space.sample())
    assert np.array_equal(before, environment.unwrapped.state)


@pytest.mark.parametrize(
    ("variant", "outcome"),
    [
        ("CartPole", True),
        ("Acrobot", True),
        ("Acrobot NIPS", True),
        ("MountainCar", True),
        ("MountainCar fast", True),
        ("MountainCarContinuous", True),
        ("MountainCarContinuous fast", True),
        ("Pendulum", False),
    ],
)
def test_pumping_ends_the_episode(variant, outcome):
    """Without this the comparisons above would miss how episodes end."""
    environment = made(variant)
    observation, _ = environment.reset(seed=0)
    choose, over = chooser(environment, "pumping", 0), False
    while not over:
        observation, _, terminated, truncated, _ = environment.step(choose(observation))
        over = terminated or truncated
    assert terminated == outcome


def test_an_environment_s_own_dynamics_come_first():
    own = CompiledDynamics(start=len, step=len, observe=len)
    environment = gymnasium.make("CartPole-v1")
    environment.unwrapped.compiled = own
    assert find_compiled(environment) is own
    assert find_compiled(ClipAction(gymnasium.make("Pendulum-v1"))) is None


def test_attribute_of_another_kind_is_ignored():
    environment = gymnasium.make("CartPole-v1")
    known = find_compiled(environment)
    environment.unwrapped.compiled = "brother"
    assert known is not None
    assert find_compiled(environment) is known


def test_dynamics_under_their_old_name_are_refused_with_the_new_one():
    environment = gymnasium.make("CartPole-v1")
    environment.unwrapped.twin = CompiledDynamics(start=len, step=len, observe=len)
    with pytest.raises(ConfigError, match=r"CartPoleEnv.twin: is called `compiled` now"):
        find_compiled(environment)


def test_bare_environment_has_a_compiled_task():
    assert find_compiled(CartPoleEnv()) is find_compiled(gymnasium.make("CartPole-v1"))
    assert find_compiled(TimeLimit(CartPoleEnv(), 7)) is not None


class HeavyCartPole(CartPoleEnv):
    pass


class UnknownTask(gymnasium.Env):
    pass


class StrictTimeLimit(TimeLimit):
    pass


def changed(environment, **changes):
    for name, value in changes.items():
        setattr(environment.unwrapped, name, value)
    return environment


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(HeavyCartPole, id="subclass"),
        pytest.param(lambda: TimeLimit(HeavyCartPole(), 9), id="wrapped subclass"),
        pytest.param(lambda: StrictTimeLimit(CartPoleEnv(), 9), id="subclass of a wrapper"),
        pytest.param(
            lambda: TransformReward(gymnasium.make("CartPole-v1"), lambda reward: 2 * reward),
            id="changed reward",
        ),
        pytest.param(
            lambda: TimeLimit(RescaleObservation(PendulumEnv(), np.float32(-1), np.float32(1)), 9),
            id="changed observation below a harmless wrapper",
        ),
        pytest.param(lambda: changed(AcrobotEnv(), torque_noise_max=0.1), id="noise"),
        pytest.param(lambda: changed(AcrobotEnv(), AVAIL_TORQUE=[0.0, 1.0]), id="too few torques"),
        pytest.param(lambda: changed(CartPoleEnv(), gravity=np.float32(9.8)), id="NumPy scalar"),
        pytest.param(lambda: changed(PendulumEnv(), g=np.ones(2)), id="array"),
        pytest.param(UnknownTask, id="unknown"),
    ],
)
def test_no_compiled_task(make):
    assert find_compiled(make()) is None


@pytest.mark.parametrize("name", ["Acrobot", "CartPole", "MountainCar", "MountainCarContinuous"])
def test_missing_attribute_means_no_compiled_task(name):
    environment = made(name)
    assert find_compiled(environment) is not None
    missing = {"Acrobot": "dt", "CartPole": "tau"}.get(name, "max_speed")
    setattr(environment.unwrapped, missing, None)
    assert find_compiled(environment) is None


def test_class_is_known_by_its_module_too():
    namesake = type("CartPoleEnv", (SimpleNamespace,), {})()
    namesake.unwrapped = namesake
    assert find_compiled(namesake) is None
