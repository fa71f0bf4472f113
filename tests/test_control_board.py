"""The board of glianeat and peers: equal budgets, fresh episodes, rows that can be read."""

import contextlib
import sys
from pathlib import Path

import numpy as np
import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"


@pytest.fixture(autouse=True)
def _scripts_can_be_imported(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in {"control", "control_board", "pareto_board", "results_file"}:
            del sys.modules[name]


def cart_pole(**changes):
    from control.tasks import BoardTask

    fields = {"settings": {"id": "CartPole-v1"}, "steps": 400, "goal": 475.0, "group": "classic"}
    return BoardTask(**{**fields, "validated": 3, "tested": 2, **changes})


def left():
    return lambda seen: (1.0, 0.0)


def test_a_generation_that_would_exceed_the_budget_is_not_begun():
    from control.play import Course, Finished

    course = Course(cart_pole(), seed=3, steps=100)
    with contextlib.suppress(Finished):
        while course.outcome.evaluations < 100:
            course.evaluate([left, left])
            course.look(left)
    outcome = course.outcome
    of_one = outcome.steps / outcome.evaluations
    assert 100 - 2 * 11 < outcome.steps <= 100
    assert 8 <= of_one <= 11  # steps until a cart that is pushed to the left alone drops its pole
    assert outcome.fresh_steps > 0


def test_training_ends_once_a_champion_passes_the_goal_on_fresh_episodes():
    from control.play import Course, Finished

    course = Course(cart_pole(goal=7.0, stops=True), seed=3, steps=100_000)
    course.evaluate([left])
    with pytest.raises(Finished):
        course.look(left)
    assert course.champion is left
    assert course.outcome.validation_return >= 7.0


def test_episodes_of_different_uses_share_no_seed():
    from control.play import Use, seeds

    of_use = [set(seeds(1000, use, 50)) for use in Use]
    assert len(set.union(*of_use)) == 200
    assert seeds(1000, Use.TEST, 3, first=2)[0] == seeds(1000, Use.TEST, 3)[2]


def test_observations_are_normalised_by_what_random_actions_show():
    from control.play import Player

    player = Player(cart_pole())
    seen = np.array([player.normalised(o) for o in player._random()])
    assert np.abs(seen.mean(axis=0)).max() < 0.02
    assert np.abs(seen.std(axis=0) - 1.0).max() < 0.05


@pytest.mark.parametrize("method", ["glianeat", "neat"])
def test_a_row_says_what_was_spent_and_what_fresh_episodes_gave(method):
    from control_board import row, table

    few = ["evolution.population=4", "evaluation.validation_top=2"]
    few += ["evaluation.episodes=1", "evaluation.racing_episodes=0"]
    task = cart_pole(steps=4000)
    made = row(task, method, 5, 1.0, few)
    assert 1000 < made["steps"] <= 4000
    assert made["fresh_episodes"] == 2
    assert made["fresh_steps"] >= made["validation_return"] * 3
    assert made["curve"][-1][0] <= made["steps"]
    assert f"{made['fresh_return']:.4g}" in table(task, [made])


def test_a_front_counts_what_was_found_and_how_soon():
    from pareto_board import TRUE_FRONT, Front

    front = Front()
    front.add([(0.7, -1.0), (8.2, -3.0), (8.2, -9.0)], steps=13)
    assert (front.found, front.complete, front.steps) == (2, 0, 13)
    assert 0.0 < front.share < 0.5
    front.add([tuple(point) for point in TRUE_FRONT.tolist()], steps=96)
    assert (front.found, front.complete) == (10, 13)
    assert front.share == pytest.approx(1.0)
    assert [found for _, _, found in front.curve] == [2, 10]
