import gymnasium
import numpy as np
import pytest
from glianeat_envs.gain_shift import GainShift

from glianeat.tasks.compiled import find_compiled
from tests.envs import contract
from tests.envs.test_faults import check_compiled, watched


def gains(seed=0, steps=49, **kwargs):
    """Return what the gain of two numbers seems to be in each step, shape (T, 2)."""
    plain = watched(contract.make("Reach"), steps, seed=seed)
    shown = watched(GainShift(contract.make("Reach"), **kwargs), steps, seed=seed)
    return shown[:, [0, 6]] / plain[:, [0, 6]]


@pytest.mark.parametrize("task", ["glianeat/Reach-v0", "CartPole-v1"])
def test_compiled_and_stepped_in_python_it_is_equal(task):
    check_compiled(GainShift(gymnasium.make(task), block=20), exact=task.startswith("glianeat"))


def test_all_sensors_have_one_gain_in_a_block_and_another_one_in_the_next():
    found = gains(block=10)
    assert np.allclose(found, found[:, :1], rtol=1e-6)
    blocks = found[:50, 0].reshape(5, 10)
    assert np.allclose(blocks, blocks[:, :1], rtol=1e-6)
    assert len(set(blocks[:, 0])) == 5


def test_gains_are_log_uniform_within_the_limit():
    logs = np.log2(np.concatenate([gains(seed, block=2)[::2, 0] for seed in range(20)]))
    assert np.abs(logs).max() < 3.0001
    assert logs.mean() == pytest.approx(0.0, abs=0.25)
    assert logs.std() == pytest.approx(3.0 / np.sqrt(3.0), rel=0.1)


def test_bounds_are_as_much_wider():
    environment = GainShift(gymnasium.make("Pendulum-v1"), limit=4.0)
    assert np.allclose(environment.observation_space.high, [4.0, 4.0, 32.0])
    assert find_compiled(environment) is not None


@pytest.mark.parametrize(
    "kwargs", [{"limit": 0.5}, {"limit": np.inf}, {"block": 0}, {"block": 2.5}]
)
def test_what_is_refused(kwargs):
    with pytest.raises(ValueError, match=f"GainShift: {next(iter(kwargs))} must be"):
        GainShift(contract.make("Reach"), **kwargs)
