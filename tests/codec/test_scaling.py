"""Scaling: what it follows from, and that it follows from nothing else."""

import subprocess
import sys

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary

from glianeat.codec.codec import CodecConfig, resolve_codec
from glianeat.codec.scaling import resolve_scaling
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import describe_task

SHOWN = "tests.codec.test_scaling:Shown-v0"


class Shown(gymnasium.Env):
    """Shows random numbers of a spread of their own within given bounds, a choice and bits."""

    action_space = Discrete(2)

    def __init__(self, low=-10.0, high=10.0, spread=5.0, centre=0.0, typical=None, step=0.0):
        box = Box(low, high, (2,), np.float64)
        self.observation_space = Dict({"a": box, "b": Discrete(3, start=1), "c": MultiBinary(2)})
        self._spread, self._centre, self._slope = spread, centre, step
        if typical is not None:
            self.typical_ranges = typical

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self._observation(), {}

    def step(self, action):
        return self._observation(action), 0.0, False, False, {}

    def _observation(self, action=0):
        a = self._centre + self._spread * self.np_random.uniform(-1.0, 1.0, 2)
        return {"a": a + self._slope * action, "b": 2, "c": np.array([0, 1])}


gymnasium.register("Shown-v0", entry_point=Shown, max_episode_steps=30)


def scaling(task=SHOWN, ranges=None, **kwargs):
    config = TaskConfig(id=task, kwargs=kwargs, ranges=ranges)
    return resolve_scaling(None, config, describe_task(config)).scaling


def of_numbers(found):
    return found.squash[:2], found.centre[:2], found.scale[:2]


def test_configured_ranges_come_before_all_else():
    found = scaling(ranges=((0.0, 2.0), (-4.0, 4.0)), typical=((-7.0, 7.0),) * 2)
    assert of_numbers(found) == (("tanh",) * 2, (1.0, 0.0), (1.0, 4.0))


def test_declared_ranges_come_before_bounds():
    found = scaling(typical=((-7.0, 7.0), (0.0, 2.0)))
    assert of_numbers(found) == (("tanh",) * 2, (0.0, 1.0), (7.0, 1.0))


def test_bounds_that_are_visited_come_before_statistics():
    assert of_numbers(scaling()) == (("linear",) * 2, (0.0, 0.0), (10.0, 10.0))


@pytest.mark.parametrize(
    "bounds", [{}, {"low": -1e30}, {"low": -3.4e38}, {"low": -10.0, "high": np.inf}]
)
def test_without_both_bounds_statistics_decide(bounds):
    squash, centre, scale = of_numbers(
        scaling(**({"low": -np.inf, "high": 200.0, "centre": 100.0} | bounds))
    )
    assert squash == ("asinh",) * 2
    assert centre == pytest.approx((100.0, 100.0), rel=0.05)
    assert scale == pytest.approx((2.0 * 5.0 / 3.0**0.5,) * 2, rel=0.1)


@pytest.mark.parametrize(
    ("spread", "squash"),
    # four deviations of an even spread are 2.31 of it; a twentieth of 20 is 1
    [(0.46, "linear"), (0.42, "asinh")],
)
def test_bounds_that_are_hardly_visited_do_not_count(spread, squash):
    assert of_numbers(scaling(spread=spread))[0] == (squash, squash)


def test_a_constant_keeps_its_bounds():
    assert of_numbers(scaling(spread=0.0)) == (("linear",) * 2, (0.0, 0.0), (10.0, 10.0))


def test_a_constant_without_bounds_is_its_own_centre():
    found = of_numbers(scaling(spread=0.0, centre=3.0, low=-np.inf))
    assert found == (("asinh",) * 2, (3.0, 3.0), (1.0, 1.0))


def test_choices_and_bits_are_left_as_they_are():
    assert scaling().squash[2:] == ("none",) * 3
    assert min(scaling().scale[2:]) > 0.0


def test_scaling_does_not_depend_on_what_was_stepped_before():
    before = scaling(low=-np.inf, step=3.0)
    other = gymnasium.make("CartPole-v1")
    other.reset(seed=1)
    other.action_space.seed(3)
    for _ in range(5):
        other.step(other.action_space.sample())
    np.random.seed(1)  # noqa: NPY002 - whatever state others leave
    scaling(low=-np.inf, centre=7.0)
    assert scaling(low=-np.inf, step=3.0) == before


def test_scaling_is_the_same_in_another_process():
    script = """if True:
        from tests.codec.test_scaling import scaling
        print(scaling(low=float("-inf"), step=3.0))
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == str(scaling(low=-np.inf, step=3.0))


def test_what_is_resolved_is_kept():
    config = TaskConfig(id=SHOWN, kwargs={"low": -np.inf})
    spec = describe_task(config)
    once = resolve_codec(CodecConfig(), config, spec)
    shifted = config.replace(kwargs={"low": -np.inf, "centre": 50.0})
    assert resolve_codec(once, shifted, spec).scaling == once.scaling
