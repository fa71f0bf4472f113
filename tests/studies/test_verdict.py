"""The rule of decision: what it says of numbers that are known."""

import numpy as np
import pytest

from glianeat.studies.study.plan import Decision
from glianeat.studies.study.verdict import Pair, compare_arms, judged, verdict_of

RULE = Decision(treatment="glia", controls=["none", "slow"])
WORSE = np.arange(20.0)
BETTER = WORSE + 12.0
EVEN = WORSE + 0.5


def decide(none, slow, treatment=WORSE, rule=RULE):
    pairs = [
        Pair("plain", "none", True, treatment, none),
        Pair("plain", "slow", True, treatment, slow),
        Pair("plain", "other", False, treatment, BETTER + 100.0),
    ]
    tests = [judged(test, rule) if test.is_control else test for test in compare_arms(pairs)]
    return verdict_of(tests), [test.verdict for test in tests]


def test_the_treatment_pays_if_it_does_against_every_control():
    assert decide(WORSE, WORSE, BETTER) == ("pays", ["pays", "pays", ""])


def test_a_control_that_does_as_well_makes_a_tie():
    assert decide(WORSE, EVEN + 12.0, BETTER) == ("tie", ["pays", "tie", ""])


def test_harm_against_one_control_is_harm():
    assert decide(WORSE, BETTER + 12.0, BETTER) == ("harms", ["pays", "harms", ""])


def test_a_difference_that_is_neither_large_nor_small_is_undecided():
    assert decide(WORSE, BETTER - 4.0, BETTER) == ("undecided", ["pays", "undecided", ""])


def test_too_few_runs_are_no_tie():
    few = WORSE[:19]
    assert decide(few, few, few) == ("undecided", ["undecided", "undecided", ""])


def test_p_is_corrected_over_all_other_arms_whether_they_are_controls_or_not():
    tests = compare_arms(
        [
            Pair("plain", "none", True, BETTER, WORSE),
            Pair("plain", "slow", True, BETTER, WORSE),
            Pair("plain", "other", False, BETTER, BETTER),
        ]
    )
    assert tests[0].p_holm == pytest.approx(3.0 * tests[0].p)
    assert tests[2].p_holm == pytest.approx(tests[2].p)


def test_a_large_difference_that_could_be_chance_does_not_pay():
    few = np.array([1.0, 2.0, 3.0])
    assert decide(few, few, few + 3.0)[0] == "undecided"


def test_a_small_difference_that_is_sure_neither_pays_nor_harms():
    many = np.arange(200.0)
    tests = compare_arms(
        [Pair("plain", "none", True, many, many + sign * 40.0) for sign in (1, -1)]
    )
    assert max(test.p_holm for test in tests) < 0.001
    assert [judged(test, RULE).verdict for test in tests] == ["undecided", "undecided"]


def test_champions_that_failed_count_as_the_worst():
    failed = np.full(20, -np.inf)
    assert decide(failed, failed) == ("pays", ["pays", "pays", ""])


def test_the_rule_is_that_of_the_file():
    rule = RULE.replace(pays=0.95, tie=[0.05, 0.93])
    assert decide(WORSE, WORSE, BETTER, rule) == ("tie", ["tie", "tie", ""])
