import numpy as np
import pytest
from glianeat_envs.context_bandit import GO, RICH, ContextBandit

from tests.envs import contract


class WinStay:
    """Remembers the last outcome: stays where it paid, else shifts."""

    def __init__(self):
        self.arm = 0

    def __call__(self, seen):
        _, left, right, paid = seen
        if left or right:
            self.arm = int(right == paid)
        return self.arm


class Counter(WinStay):
    """Adds up leakily for which arm the outcomes speak."""

    def __init__(self):
        self.favour, self.shown = 0.0, False

    def __call__(self, seen):
        _, left, right, paid = seen
        if (left or right) and not self.shown:
            self.favour += 0.4 * ((1.0 if right == paid else -1.0) - self.favour)
        self.shown = bool(left or right)
        return int(self.favour > 0.0)


def returned(new_policy, seeds=range(40), **arguments):
    task = ContextBandit(**arguments)
    return np.mean([contract.play(task, new_policy(), seed=seed)[0] for seed in seeds])


def table_of(seed=0, **arguments):
    task = ContextBandit(**arguments)
    task.reset(seed=seed)
    return task.table


def test_contract():
    task = contract.make("ContextBandit", trials=40)
    contract.check_gymnasium_contract(task)
    contract.check_seeding(task)
    contract.check_compiled_equals_interpreted(task, episodes=3)


def test_picture():
    contract.check_picture(lambda **kwargs: contract.make("ContextBandit", **kwargs))


def test_one_arm_pays_half_of_the_time():
    assert returned(lambda: lambda _: 1) == pytest.approx(0.5, abs=0.05)


def test_what_memory_is_worth():
    """Of the last outcome .9² + .1² = .82, less a loss at each change; of several, more."""
    assert returned(WinStay) == pytest.approx(0.81, abs=0.015)
    assert returned(Counter) > returned(WinStay) + 0.02


def test_knowing_the_context_pays_nine_in_ten():
    task, total = ContextBandit(), 0.0
    for seed in range(20):
        task.reset(seed=seed)
        arms, over, step = np.repeat(task.table[:, RICH].astype(int), 12), False, 0
        while not over:
            _, reward, over, _, _ = task.step(arms[step])
            total, step = total + reward / 20, step + 1
    assert total == pytest.approx(0.9, abs=0.01)


def test_contexts_last_15_to_60_seconds():
    rich = table_of(trials=20_000)[:, RICH]
    lasting = 0.6 * np.diff(np.flatnonzero(np.diff(rich)))
    assert lasting.min() >= 14.7
    assert lasting.max() <= 60.3
    assert lasting.mean() == pytest.approx(37.5, abs=2.0)


def test_the_first_context_is_drawn():
    assert {table_of(seed)[0, RICH] for seed in range(20)} == {0.0, 1.0}


def test_an_outcome_is_shown_for_200_ms_and_then_nothing():
    task = ContextBandit()
    first, _ = task.reset(seed=0)
    seen = np.array([first, *(task.step(1)[0] for _ in range(11))])
    assert seen[:2].tolist() == [[1.0, 0.0, 0.0, 0.0]] * 2
    assert (seen[2:6] == (0.0, 0.0, 1.0, task.table[0, 3])).all()
    assert not seen[6:].any()
    assert task.step(1)[0][GO] == 1.0


def test_a_step_takes_the_simulated_time_that_it_is_said_to():
    assert ContextBandit().hold == 50


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"trials": 0}, "trials: must be a whole number >= 1, got 0"),
        ({"chances": (0.9,)}, r"chances: must be two, got \(0.9,\)"),
        ({"chances": (0.9, -0.1)}, "chances: must be one or more numbers from 0 to 1"),
        ({"context_s": (60, 15)}, "context_s: must be a duration or"),
        ({"go_ms": 0.0}, "go_ms: must be finite and > 0 ms"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        ContextBandit(**arguments)
