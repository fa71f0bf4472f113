import numpy as np
import pytest
from glianeat_envs.cue_delay import GO, CueDelay

from tests.envs import contract


class Rememberer:
    """Keeps the side of the last strong cue."""

    def __init__(self):
        self.side = 0

    def __call__(self, seen):
        if seen[:GO].max() > 0.9:
            self.side = int(seen[:GO].argmax())
        return self.side


def returned(new_policy, seeds=range(20), **arguments):
    task = CueDelay(**arguments)
    return np.mean([contract.play(task, new_policy(), seed=seed)[0] for seed in seeds])


def test_contract():
    task = contract.make("CueDelay", delays_s=(0.1, 0.5))
    contract.check_gymnasium_contract(task)
    contract.check_seeding(task)
    contract.check_compiled_equals_interpreted(task)


def test_picture():
    contract.check_picture(lambda **kwargs: contract.make("CueDelay", **kwargs))


def test_memory_of_the_cue_is_always_right():
    assert returned(Rememberer) == pytest.approx(1.0)


def test_one_answer_is_right_in_half_of_the_trials():
    assert returned(lambda: lambda _: 1, range(200)) == pytest.approx(0.5, abs=0.03)


def test_at_the_go_signal_nothing_shows_the_side():
    """The larger of two noises is as good as drawing lots."""

    def larger(seen):
        return int(seen[:GO].argmax())

    assert returned(lambda: larger, range(200)) == pytest.approx(0.5, abs=0.05)


def test_a_trial_is_cue_delay_go():
    task = CueDelay(delays_s=2.0, trials=1, noise=0.0)
    task.reset(seed=0)
    shown, right, worth = task.script
    side = int(right[0])
    expected = np.zeros((25 + 100 + 10, 3))
    expected[:25, side] = 1.0
    expected[125:, GO] = 1.0
    assert np.array_equal(shown, expected)
    assert np.flatnonzero(worth).tolist() == [134]


def test_all_delays_come_equally_often_in_any_order():
    task, orders = CueDelay(trials=8), set()
    for seed in range(20):
        task.reset(seed=seed)
        go = np.flatnonzero(np.diff(task.script.shown[:, GO], prepend=0.0) == 1.0)
        ends = np.concatenate([[0], np.flatnonzero(task.script.worth) + 1])
        delays = go - ends[:-1] - 25
        assert sorted(delays) == [25, 25, 100, 100, 200, 200, 400, 400]
        orders.add(tuple(delays))
    assert len(orders) > 10


def test_the_noise_never_stops():
    task = CueDelay()
    task.reset(seed=1)
    noise = task.script.shown[:, :GO].ravel()
    noise = noise[noise < 1.0]
    assert (noise > 0.0).all()
    assert np.sqrt(np.mean(noise**2)) == pytest.approx(0.1, abs=0.01)


def test_a_step_takes_the_simulated_time_that_it_is_said_to():
    assert CueDelay(step_ms=10).hold == 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"trials": 6}, "trials: must be a whole number >= 4 and a multiple of 4, got 6"),
        ({"delays_s": ()}, "delays_s: must be one or more durations"),
        ({"delays_s": (1.0, -2.0, 1.0, 1.0)}, "delays_s: must be finite and > 0 s, got -2.0"),
        ({"go_ms": 0.0}, "go_ms: must be finite and > 0 ms"),
        ({"noise": -1.0}, "noise: must be finite and >= 0, got -1.0"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        CueDelay(**arguments)
