import math

import numpy as np
import pytest
from glianeat_envs import rate_demand
from glianeat_envs.rate_demand import RateDemand
from gymnasium.error import InvalidAction

from glianeat.codec.codec import CodecConfig
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.streams import Purpose
from tests.builders.agents import changed, founders, rollout
from tests.envs import contract

STEPS, WINDOWS = 200, 4


def returned(task, policy):
    """Return the return of an episode; ``policy(step)`` gives the bits."""
    step, total, over = 0, 0.0, False
    task.reset(seed=3)
    while not over:
        _, reward, over, _, _ = task.step(np.array(policy(step), dtype=np.int8))
        step, total = step + 1, total + reward
    return total, step


def regular(*rates, cells=8):
    """Return a policy whose groups fire regularly at these rates [Hz], all cells at once."""

    def policy(step):
        due = [
            math.floor((step + 1) * rate / 200) > math.floor(step * rate / 200) for rate in rates
        ]
        return np.repeat(due, cells)

    return policy


def test_contract():
    task = contract.make("RateDemand", cells=3, second_rate=40.0)
    contract.check_gymnasium_contract(task)
    contract.check_seeding(task)
    contract.check_compiled_equals_interpreted(task)


def test_picture():
    contract.check_picture(lambda **kwargs: contract.make("RateDemand", **kwargs))


def test_the_demanded_rate_returns_one():
    total, steps = returned(RateDemand(), regular(20, 20))
    assert total == pytest.approx(1.0)
    assert steps == STEPS * WINDOWS


def test_each_group_has_its_own_demand():
    task = RateDemand(rate=5.0, second_rate=50.0)
    assert returned(task, regular(5, 50))[0] == pytest.approx(1.0)
    assert returned(task, regular(50, 5))[0] == pytest.approx(0.1)


@pytest.mark.parametrize(("shown", "value"), [(10, 0.5), (40, 0.5), (200, 0.1), (5, 0.25), (0, 0)])
def test_too_much_is_as_bad_as_too_little(shown, value):
    assert returned(RateDemand(), regular(shown, shown))[0] == pytest.approx(value)


def test_the_mean_of_the_cells_of_a_group_counts():
    one_for_all = np.tile([1, 0, 0, 0, 0, 0, 0, 0], 2)
    busy = regular(160, 160)
    assert returned(RateDemand(), lambda step: busy(step) * one_for_all)[0] == pytest.approx(1.0)


def test_every_window_counts_alone():
    """Twice the rate in one half and silence in the other is right on average, but in no window."""
    fast, silent = regular(40, 40), np.zeros(16)
    half = STEPS * WINDOWS // 2
    total, _ = returned(RateDemand(), lambda step: fast(step) if step < half else silent)
    assert total == pytest.approx(0.25)


def test_rewards_come_at_the_ends_of_windows():
    task, policy = RateDemand(), regular(20, 10)
    task.reset(seed=1)
    rewards = [task.step(policy(n).astype(np.int8))[1] for n in range(STEPS * WINDOWS)]
    assert np.flatnonzero(rewards).tolist() == [199, 399, 599, 799]
    assert rewards[199] == pytest.approx((1.0 + 0.5) / 2 / WINDOWS)


def test_without_memory_nothing_is_better_than_said():
    """What depends on the stimuli alone is the same in all steps of a window."""
    best = max(
        returned(RateDemand(), lambda _, k=k: np.tile(np.arange(8) < k, 2))[0] for k in range(9)
    )
    assert best == pytest.approx(0.8)


def test_stimuli_are_uniform_and_steady_for_a_window():
    task = RateDemand(windows=500, window_ms=10.0)
    first = task.reset(seed=2)[0]
    later = [task.step(task.action_space.sample())[0] for _ in range(999)]
    seen = np.array([first, *later])
    assert np.array_equal(seen[::2], seen[1::2])
    assert len(np.unique(seen)) == 1000
    assert seen.mean() == pytest.approx(0.5, abs=0.03)
    assert seen.std() == pytest.approx(12**-0.5, abs=0.02)
    assert abs(np.corrcoef(seen[::2].T)[0, 1]) < 0.1


@pytest.mark.parametrize("step_ms", [2.0, 4.0, 5.0, 10.0])
def test_rates_do_not_depend_on_the_length_of_a_step(step_ms):
    task = RateDemand(step_ms=step_ms, rate=25.0, cells=2)
    assert task.steps == round(1000 / step_ms)
    every = round(40 / step_ms)
    assert returned(task, lambda step: [step % every == 0] * 4)[0] == pytest.approx(1.0, abs=0.05)


def test_rates_are_those_of_windows_as_rounded_to_steps():
    task = RateDemand(step_ms=30.0, window_ms=100.0, rate=1000 / 90, cells=1)
    assert returned(task, lambda step: [step % 3 == 0] * 2)[0] == pytest.approx(1.0)


def test_the_environment_sees_the_rates_of_spiking_outputs():
    """With the read-out of the docstring every spike is one bit: returns follow from the ledger."""
    codec = CodecConfig(readout="first_spike", hold=5)
    config = rollout("glianeat/RateDemand-v0", codec=codec, kwargs={"cells": 3})
    genome = founders(config, 1)[0]
    # a bias of 1.3 and a time constant of 10 ms: ISI = 2 + 10 ln(1.3 / 0.3) = 16.7 → 17 ms
    genome = changed(genome, weight=0.0, outputs={"bias": 1.3, "tau_membrane": 10.0})
    evaluation = RolloutWorker(config).evaluate(
        genome, EpisodePlan(purpose=Purpose.TRAIN, episodes=1)
    )
    rate = evaluation.output_spikes_per_second / 6
    assert rate == pytest.approx(1000 / 17, rel=0.01)
    assert evaluation.returns[0] == pytest.approx(20.0 / rate, rel=0.01)


@pytest.mark.parametrize("action", [np.ones(15), np.full(16, 2), np.full(16, 0.5), "no"])
def test_actions_of_another_kind_are_refused(action):
    task = RateDemand()
    task.reset(seed=1)
    with pytest.raises(InvalidAction, match=r"RateDemand: action must be in MultiBinary\(16\)"):
        task.step(action)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": 0.0}, r"rate must be > 0 and <= 200 Hz, one spike a step, got 0.0"),
        ({"rate": 201.0}, "rate must be"),
        ({"rate": math.nan}, "rate must be"),
        ({"second_rate": -1.0}, "second_rate must be"),
        ({"cells": 0}, r"cells must be a whole number in 1\.\.500, got 0"),
        ({"cells": 2.0}, "cells must be"),
        ({"cells": 10**9}, "cells must be"),
        ({"windows": True}, "windows must be"),
        ({"step_ms": 0.0}, "step_ms must be finite and > 0 ms"),
        ({"step_ms": math.inf}, "step_ms must be"),
        ({"window_ms": 4.0}, "window_ms must be finite and >= 5 ms, a step, got 4.0"),
        ({"window_ms": math.nan}, "window_ms must be"),
        ({"render_mode": "ansi"}, "render_mode must be"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=f"RateDemand: {message}"):
        RateDemand(**arguments)


def test_closeness_is_symmetric_in_the_logarithm():
    assert rate_demand.closeness(3.0, 6.0) == rate_demand.closeness(12.0, 6.0) == 0.5
