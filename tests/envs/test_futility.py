import numpy as np
import pytest
from glianeat_envs.futility import PUSH, REST, Futility

from tests.envs import contract


class Persister:
    """Adds up leakily what its pushes moved; gives up for ten seconds when that was too little."""

    def __init__(self):
        self.evidence, self.rest = 0.05, 0

    def __call__(self, seen):
        if seen[1] == 1.0:
            self.evidence += 0.02 * (seen[0] - 0.5 - self.evidence)
            if self.evidence < -0.2:
                self.evidence, self.rest = 0.05, 200
        self.rest -= 1
        return REST if self.rest > 0 else PUSH


def returned(new_policy, seeds=range(40), **arguments):
    task = Futility(**arguments)
    return np.mean([contract.play(task, new_policy(), seed=seed)[0] for seed in seeds])


def task_of(seed=0, **arguments):
    task = Futility(**arguments)
    task.reset(seed=seed)
    return task


def test_contract():
    task = contract.make("Futility")
    contract.check_gymnasium_contract(task)
    contract.check_seeding(task)
    contract.check_compiled_equals_interpreted(task, episodes=2, max_steps=2000)


def test_picture():
    contract.check_picture(lambda **kwargs: contract.make("Futility", **kwargs))


def test_resting_returns_nothing():
    assert returned(lambda: lambda _: REST, range(3)) == 0.0


def test_pushing_exactly_when_it_moves_returns_the_share_of_time_in_which_it_does():
    task = task_of(seed=4)
    moves = task.moves.copy()
    total = sum(task.step(int(one))[1] for one in moves)
    assert total == pytest.approx(moves.mean())


def test_giving_up_and_trying_again_is_better_than_persisting():
    assert returned(lambda: lambda _: PUSH) < 0.2
    assert returned(Persister) > 0.4


def test_a_push_moves_only_while_pushing_works():
    task = task_of(noise=0.0)
    works = task.moves.copy()
    seen = np.array([task.step(PUSH)[0] for _ in range(1799)])
    assert np.array_equal(seen[:, 0], works[:-1])
    assert (seen[:, 1] == 1.0).all()
    assert 0.0 < works.mean() < 1.0


def test_a_rest_shows_the_drift_alone():
    task = task_of(seconds=500)
    seen = np.array([task.step(REST)[0] for _ in range(9999)])
    assert (seen[:, 1] == 0.0).all()
    assert seen[:, 0].mean() == pytest.approx(0.0, abs=0.07)
    assert seen[:, 0].std() == pytest.approx(2.0, abs=0.05)
    assert abs(np.corrcoef(seen[1:, 0], seen[:-1, 0])[0, 1]) < 0.05


def test_seven_in_ten_blocks_of_10_to_30_seconds_work():
    moves = task_of(seconds=4900).moves
    assert moves.mean() == pytest.approx(0.7, abs=0.06)
    changes = np.flatnonzero(np.diff(moves)) + 1
    assert np.diff(changes).min() >= 200


def test_every_push_costs():
    for works, reward in ((1.0, 1.0 / 200), (0.0, -0.25 / 0.75 / 200)):
        task = task_of(seconds=10, works=works, cost=0.25)
        rewards = [task.step(PUSH)[1] for _ in range(200)]
        assert rewards == pytest.approx([reward] * 200)


def test_a_step_takes_the_simulated_time_that_it_is_said_to():
    assert (Futility().hold, Futility().steps) == (50, 1800)


def test_nothing_happens_after_the_end():
    task = Futility(seconds=1)
    contract.play(task, lambda _: PUSH, seed=0)
    before = task.state.copy()
    observation, reward, terminated, _, _ = task.step(PUSH)
    assert (reward, terminated) == (0.0, True)
    assert not observation.any()
    assert np.array_equal(before, task.state)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cost": 1.0}, "cost: must be >= 0 and < 1, got 1.0"),
        ({"noise": -1.0}, "noise: must be finite and >= 0, got -1.0"),
        ({"works": 1.5}, "works: must be one or more numbers from 0 to 1, got 1.5"),
        ({"block_s": (0, 10)}, "block_s: must be a duration or"),
        ({"seconds": float("inf")}, "seconds: must be finite"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        Futility(**arguments)
