import numpy as np
import pytest
from glianeat_envs.bursts import Bursts

from tests.envs import contract


def returned(task, policy, seed=3):
    """Return the return of ``policy(observation)``, a rate [Hz] of all cells alike."""
    observation, _ = task.reset(seed=seed)
    total, over, due = 0.0, False, np.zeros(task.cells)
    due += np.arange(task.cells) / task.cells  # one after the other
    while not over:
        due += 0.001 * task.step_ms * policy(observation)
        spikes = due >= 1.0
        due -= spikes
        observation, reward, over, _, _ = task.step(spikes.astype(np.int8))
        total += reward
    return total


def alarms_of(seed, **arguments):
    task = Bursts(**arguments)
    task.reset(seed=seed)
    return task.demands[:, 0] == 80.0


def test_contract():
    task = contract.make("Bursts", cells=2, seconds=15)
    contract.check_gymnasium_contract(task)
    contract.check_seeding(task)
    contract.check_compiled_equals_interpreted(task, episodes=2, max_steps=3000)


def test_picture():
    contract.check_picture(lambda **kwargs: contract.make("Bursts", seconds=15, **kwargs))


def test_the_demanded_rates_return_nearly_one():
    assert returned(Bursts(), lambda seen: 80.0 if seen[0] else 5.0) > 0.98


@pytest.mark.parametrize(
    ("rate", "value"), [(0.0, 0.0), (5.0, 0.5 + 0.5 / 16), (80.0, 0.5 + 0.5 / 16), (20.0, 0.25)]
)
def test_one_rate_for_all_is_worth_little_more_than_half(rate, value):
    assert returned(Bursts(), lambda _: rate) == pytest.approx(value, abs=0.02)


def test_only_a_burst_that_is_supplied_counts():
    supplied = returned(Bursts(), lambda seen: 20.0 if seen[0] else 5.0)
    assert supplied == pytest.approx(0.5 + 0.5 / 4, abs=0.02)


def test_a_burst_of_two_seconds_comes_at_any_time_after_ten_seconds():
    alarms = np.array([alarms_of(seed) for seed in range(300)])
    assert (alarms.sum(axis=1) == 4).all()
    assert not alarms[:, :20].any()
    assert alarms[:, 20:].any(axis=0).mean() > 0.95
    assert (np.abs(np.diff(alarms.astype(int), axis=1)).sum(axis=1) <= 2).all()


def test_bursts_are_apart_and_as_long_as_asked_for():
    for seed in range(20):
        alarms = alarms_of(seed, bursts=3, burst_s=(1, 2), seconds=60).astype(int)
        begins = np.flatnonzero(np.diff(alarms) == 1)
        ends = np.flatnonzero(np.diff(alarms, append=0) == -1)
        assert len(begins) == 3
        assert set(ends - begins) <= {2, 3, 4}


def test_the_alarm_is_seen_as_long_as_the_burst():
    task = Bursts()
    first, _ = task.reset(seed=0)
    seen = [first[0], *(task.step(np.zeros(16, np.int8))[0][0] for _ in range(7999))]
    assert np.array_equal(seen, np.repeat(alarms_of(0), 100))


def test_a_step_takes_the_simulated_time_that_it_is_said_to():
    assert Bursts().hold == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"burst_rate": 300.0}, "burst_rate: must be > 0 and <= 200 Hz, one spike a step"),
        ({"quiet_rate": 0.0}, "quiet_rate: must be > 0"),
        ({"burst_s": (2, 1)}, "burst_s: must be a duration or"),
        ({"bursts": 0}, "bursts: must be a whole number >= 1, got 0"),
        ({"seconds": 12.0}, "seconds: must leave 2 s and a window for each of 1 bursts after 10 s"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        Bursts(**arguments)
