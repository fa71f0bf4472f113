"""What every task of ours must do, whichever it is; a test module calls these with its tasks."""

from functools import cache

import gymnasium
import numba
import numpy as np
from gymnasium.utils.env_checker import check_env


@cache
def compiled(function):
    """Return the compiled form of a compiled task's function."""
    return numba.njit(error_model="numpy")(function)


def check_gymnasium_contract(task):
    """Hold a registered environment against Gymnasium's own checks."""
    check_env(task.unwrapped)


def check_seeding(task):
    """The same seed begins the same episode, another seed another one."""
    task.reset(seed=1)
    first = task.unwrapped.state.copy()
    task.reset(seed=2)
    other = task.unwrapped.state.copy()
    task.reset(seed=1)
    assert np.array_equal(first, task.unwrapped.state)
    assert not np.array_equal(first, other)


def check_compiled_equals_interpreted(task, *, episodes=5, max_steps=1000):
    """Play random actions in both forms; state, observation, reward, end and food are equal."""
    environment, dynamics = task.unwrapped, task.unwrapped.compiled
    environment.action_space.seed(5)
    for seed in range(episodes):
        environment.reset(seed=seed)
        state = dynamics.start(environment)
        shown = np.zeros(environment.observation_space.shape)
        for _ in range(max_steps):
            action = environment.action_space.sample()
            observation, reward, terminated, _, info = environment.step(action)
            number = np.array(action, dtype=np.float64).reshape(-1)
            assert compiled(dynamics.step)(state, number) == (reward, terminated)
            compiled(dynamics.observe)(state, shown)
            assert np.array_equal(state, environment.state)
            assert np.array_equal(shown, observation)  # so the compiled task rounds by itself
            assert environment.observation_space.contains(observation)
            if dynamics.energy_intake is not None:
                assert compiled(dynamics.energy_intake)(state) == info["energy"]
            if terminated:
                break


def check_picture(make):
    """Draw a picture that shows something, and changes with the state."""
    task = make(render_mode="rgb_array")
    task.reset(seed=1)
    before = task.render()
    width, height = task.unwrapped.screen
    assert before.shape == (height, width, 3)
    assert before.dtype == np.uint8
    assert len(np.unique(before.reshape(-1, 3), axis=0)) > 3
    for _ in range(10):
        task.step(task.action_space.sample())
    assert not np.array_equal(before, task.render())
    task.close()


def play(task, policy, *, seed, options=None):
    """Return the return and the number of steps of one episode under ``policy(observation)``."""
    observation, _ = task.reset(seed=seed, options=options)
    total, steps, over = 0.0, 0, False
    while not over:
        observation, reward, terminated, truncated, _ = task.step(policy(observation))
        total, steps, over = total + reward, steps + 1, terminated or truncated
    return total, steps


def make(name, **kwargs):
    """Make a task of ours by its name."""
    import glianeat_envs  # noqa: F401 - registers

    return gymnasium.make(f"glianeat/{name}-v0", **kwargs)
