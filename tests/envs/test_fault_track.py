import numpy as np
import pytest
from glianeat_envs.fault_track import FaultTrack

from tests.envs import contract

LATE = slice(200, None)  # steps after the fault


def script_of(seed=0, **arguments):
    task = FaultTrack(**arguments)
    task.reset(seed=seed)
    return task.script


def returned(policy, seeds=range(20), **arguments):
    """Return the mean return of ``policy(observation)``."""
    task = FaultTrack(**arguments)
    return np.mean(
        [contract.play(task, lambda seen: np.array([policy(seen)]), seed=s)[0] for s in seeds]
    )


def test_contract():
    task = contract.make("FaultTrack")
    contract.check_gymnasium_contract(task)
    contract.check_seeding(task)
    contract.check_compiled_equals_interpreted(task, episodes=2)


def test_picture():
    contract.check_picture(lambda **kwargs: contract.make("FaultTrack", **kwargs))


def test_levels_last_half_a_second_and_lie_within_their_range():
    right = script_of().right.reshape(-1, 25)
    assert (right == right[:, :1]).all()
    assert len(np.unique(right)) == 40
    assert np.abs(right).max() <= 0.8


def test_sensors_show_the_level_with_noise_of_their_own():
    script = script_of(faults=0.0, channels=40, seconds=100)
    level = 0.5 * script.right + 0.6
    away = (script.shown - level[:, None])[np.abs(script.right) < 0.2]  # where nothing is clipped
    assert away.mean() == pytest.approx(0.0, abs=0.002)
    assert away.std() == pytest.approx(0.1, abs=0.002)
    assert np.abs(np.corrcoef(away.T) - np.eye(40)).max() < 0.15


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6, 1.0])
def test_a_share_of_the_sensors_dies_for_good(share):
    shown = script_of(faults=share).shown
    assert (shown[:200] > 0.0).any(axis=0).all()
    assert (shown[LATE] == 0.0).all(axis=0).sum() == round(10 * share)


def test_the_share_and_the_dead_are_drawn():
    dead = [(script_of(seed).shown[LATE] == 0.0).all(axis=0) for seed in range(60)]
    assert {int(one.sum()) for one in dead} == {0, 3, 6, 8}
    assert np.sum(dead, axis=0).min() > 10


def test_doing_nothing_returns_three_fifths():
    assert returned(lambda _: 0.0, seeds=range(100)) == pytest.approx(0.6, abs=0.02)


def test_whoever_adds_up_sensors_is_hurt_and_whoever_knows_the_living_is_not():
    late = {"faults": 0.6, "score_s": (12, 20)}

    def blind(seen):
        return 2.0 * (seen.mean() - 0.6)

    def knowing(seen):
        return 2.0 * (seen[seen > 0.0].mean() - 0.6)

    assert returned(blind, faults=0.0) > 0.93
    assert returned(blind, **late) < 0.5
    assert returned(knowing, **late) > 0.9


def test_only_the_time_that_counts_counts():
    task = FaultTrack(score_s=(12, 20))
    task.reset(seed=0)
    rewards = np.array([task.step(np.zeros(1))[1] for _ in range(1000)])
    assert np.flatnonzero(rewards).tolist() == list(range(600, 1000))
    assert task.script.worth.sum() == pytest.approx(1.0)


def test_a_step_takes_the_simulated_time_that_it_is_said_to():
    assert (FaultTrack().hold, FaultTrack(step_ms=50).hold) == (20, 50)
    assert FaultTrack(step_ms=50).steps == 400


def test_nothing_happens_after_the_end():
    task = FaultTrack(seconds=0.1)
    contract.play(task, lambda _: np.zeros(1), seed=0)
    before = task.state.copy()
    observation, reward, terminated, _, _ = task.step(np.ones(1))
    assert (reward, terminated) == (0.0, True)
    assert not observation.any()
    assert np.array_equal(before, task.state)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"channels": 0}, "channels: must be a whole number >= 1, got 0"),
        ({"faults": 1.5}, "faults: must be one or more numbers from 0 to 1, got 1.5"),
        ({"faults": ()}, "faults: .* got \\(\\)"),
        ({"noise": -0.1}, "noise: must be finite and >= 0, got -0.1"),
        ({"seconds": 0.0}, "seconds: must be finite and > 0 s, got 0.0"),
        ({"fault_s": float("nan")}, "fault_s: .* got nan"),
        ({"step_ms": 0.0}, "step_ms: must be finite and > 0 ms, got 0.0"),
        ({"score_s": (30, 40)}, "score_s: must hold a step of the 20 s, got"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        FaultTrack(**arguments)
