"""Candidates for the best genome are compared on fresh episodes, until it is clear who it is."""

from types import SimpleNamespace

import numpy as np
import pytest

from glianeat.evaluate.evaluation import Evaluation
from glianeat.run.validation import finalists, validate

NOISE = np.random.default_rng(0).standard_normal(100)  # of the episodes, which all share


class Fixed:
    """Evaluates genomes whose returns are known, and counts episodes."""

    def __init__(self, returns):
        self.returns, self.lived = returns, dict.fromkeys(returns, 0)

    def evaluate(self, genomes, plan):
        found = []
        for genome in genomes:
            own = self.returns[genome.key]
            self.lived[genome.key] += plan.number
            place = slice(plan.first, plan.first + plan.number)
            if own is None:
                found.append(Evaluation(key=genome.key, status="failed", reason="told to"))
            else:
                found.append(Evaluation(key=genome.key, returns=tuple(own[place].tolist())))
        return found

    def validated(self, known=None, racing=True, episodes=100):
        genomes = [SimpleNamespace(key=key) for key in self.returns]
        found = validate(self, genomes, episodes, known or {}, racing=racing)
        assert [one.key for one in found] == list(self.returns)
        return {one.key: one for one in found}


def test_who_is_clearly_worse_is_given_up_and_who_may_be_the_best_has_all_episodes():
    luck = np.random.default_rng(1).standard_normal((2, 100))
    fixed = Fixed({0: NOISE, 1: NOISE - 50.0 + luck[0], 2: NOISE + 0.01 * luck[1], 3: None})
    found = fixed.validated()
    assert fixed.lived == {0: 100, 1: 10, 2: 100, 3: 10}
    assert found[0].returns == tuple(NOISE.tolist())
    assert len(found[1].returns) == 10
    assert not found[3].is_ok
    assert finalists(found).keys() == {0, 2}


def test_who_is_worse_by_little_is_given_up_later():
    luck = np.random.default_rng(2).standard_normal(100)
    fixed = Fixed({0: NOISE, 1: NOISE - 0.5 + luck})
    fixed.validated()
    assert fixed.lived[1] in {20, 40}
    assert fixed.lived[0] == 100


def test_champions_that_were_validated_before_are_rivals():
    before = {9: Evaluation(key=9, returns=tuple((NOISE + 5.0).tolist()))}
    fixed = Fixed({0: NOISE, 1: NOISE - 50.0})
    found = fixed.validated(before)
    assert fixed.lived == {0: 10, 1: 10}
    assert finalists({**before, **found}).keys() == {9}


@pytest.mark.parametrize(("racing", "episodes"), [(False, 100), (True, 19)])
def test_without_a_race_or_with_few_episodes_all_candidates_have_all(racing, episodes):
    fixed = Fixed({0: NOISE, 1: NOISE - 50.0})
    assert len(finalists(fixed.validated(racing=racing, episodes=episodes))) == 2
    assert set(fixed.lived.values()) == {episodes}


def test_where_all_fail_all_have_failed():
    found = Fixed({0: None, 1: None}).validated()
    assert finalists(found).keys() == {0, 1}
    assert finalists({}) == {}
