"""What an environment may return is judged once, and alike by roll-outs and by the doctor."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from glianeat.codec.codec import CodecConfig
from glianeat.codec.scaling import ScalingConfig
from glianeat.errors import EvaluationError
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.examination import checks, random_policy, speed
from glianeat.examination.task_under_test import ExaminationConfig
from glianeat.tasks import contract
from glianeat.tasks.config import TaskConfig
from tests.builders.agents import PLAN, founders, rollout
from tests.evaluate import answers

UNIT = ScalingConfig(squash=("linear",), centre=(0.0, 0.0), scale=(1.0, 1.0))


class Unprintable:
    def __repr__(self):
        raise RuntimeError("no words")


class Shy:
    def __float__(self):
        raise ZeroDivisionError


class Tensor:
    """What tensors of other libraries are like."""

    def __init__(self, value):
        self._value = value

    def item(self):
        return self._value

    def __repr__(self):
        return f"Tensor({self._value})"  # tests are named after it


NUMBERS = [
    *(0.5, 1, True, np.True_, np.float16(1), np.float32(0.1), np.float64(2), np.int8(3)),
    *(np.uint64(4), np.longdouble(1.5), np.array(1.0), np.array([2.0]), np.array([[3]])),
    *(np.array([True]), Fraction(1, 3), Decimal("0.1"), Tensor(2.5), -0.0, 10**300),
]
NO_NUMBERS = [
    *(None, "12", b"12", bytearray(b"1"), "much", "", 1j, np.complex128(1j), np.str_("12")),
    *(np.array(["1"]), np.array([1j]), np.array([1.0, 2.0]), np.array([]), np.array([None])),
    *([1.0], (1.0,), {}, {"a": 1}, object(), 10**400, 10**5000, Shy(), Unprintable(), float),
    *(np.datetime64("2020-01-01"), np.timedelta64(1, "ns"), dt.timedelta(1), Tensor("12")),
]
FLAGS = [True, False, np.True_, np.False_, 0, 1, np.int64(1), np.array([True]), np.array(False)]
FLAGS += [None, "", {}]  # whatever is false in Python ends nothing
NO_FLAGS = ["yes", b"no", {"a": 1}, [True], (False,), np.array([True, False]), Shy(), object()]
NO_STEPS = [
    (np.zeros(2), 1.0, False, {}),
    (np.zeros(2), 1.0, False),
    None,
    7,
    np.zeros(2),
    (np.zeros(2), 1.0, False, False, {}, 0),
]
NO_RESETS = [np.zeros(2), (np.zeros(2),), None, [np.zeros(2), {}], (1.0, 2.0), "ab"]
OBSERVATIONS = [np.zeros(2), [0.5, 1], (np.array([0.1]), np.array([0.2])), np.ones(2, "f4")]
OBSERVATIONS += [np.array([1, 0.5], dtype=object), np.array([[0.0, 1.0]]), [True, False]]
NO_OBSERVATIONS = ["ab", ["1", "2"], np.array(["1", "2"]), None, np.zeros(3), [1j, 2j], {}]
NO_OBSERVATIONS += [np.array(["1", 2], dtype=object), [10**400, 1], [[0.0], [1.0, 2.0]], object()]

GOOD = [("reward", value) for value in NUMBERS] + [("truncated", value) for value in FLAGS]
GOOD += [("terminated", value) for value in FLAGS] + [("observation", o) for o in OBSERVATIONS]
GOOD += [("info", None)]
BAD = [("reward", value) for value in NO_NUMBERS] + [("step", value) for value in NO_STEPS]
BAD += [("terminated", value) for value in NO_FLAGS] + [("truncated", v) for v in NO_FLAGS]
BAD += [("reset", value) for value in NO_RESETS] + [("observation", o) for o in NO_OBSERVATIONS]


@pytest.fixture(scope="module")
def config():
    answers.GIVEN.clear()
    given = rollout(answers.ANSWERS, codec=CodecConfig(scaling=UNIT))
    # a child would not hear of what is given here
    return given.replace(evaluation=given.evaluation.replace(isolation="never"))


@pytest.fixture(scope="module")
def evaluator(config):
    evaluator = SerialEvaluator(config)
    yield evaluator
    evaluator.close()


@pytest.fixture
def given(monkeypatch):
    monkeypatch.setattr(speed, "_TIMED", 0.001)
    monkeypatch.setattr(random_policy, "_SAMPLED", 30)
    yield answers.GIVEN
    answers.GIVEN.clear()


def evaluated(config, evaluator):
    return evaluator.evaluate(founders(config, 1), PLAN)[0]


def examined(config):
    """Return whether the doctor refuses what random actions lead to, and its words."""
    heard = []
    wanted = ("random actions", "determinism")
    chosen = {name: checks.CHECKS[name] for name in ("spaces", *wanted)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "CHECKS", chosen)
        task = TaskConfig(id=answers.ANSWERS)
        checks.examine_here(ExaminationConfig(task=task, codec=config.codec), heard.append)
    findings = [one for one in heard if not isinstance(one, str)]
    return [one.text for one in findings if one.level == "refused"]


def named(case):
    return f"{case[0]}-{contract.quoted(case[1])[:20]}"


@pytest.mark.parametrize("case", GOOD, ids=named)
def test_what_may_be_returned_is_taken_by_both(case, config, evaluator, given):
    given.update([case])
    assert evaluated(config, evaluator).is_ok
    assert examined(config) == []


@pytest.mark.parametrize("case", BAD, ids=named)
def test_what_may_not_is_refused_by_both_in_the_same_words(case, config, evaluator, given):
    given.update([case])
    found = evaluated(config, evaluator)
    assert found.status == "malformed"
    assert found.reason.startswith(case[0])
    assert "answers.py:" in found.reason
    assert "\n" not in found.reason
    words = found.reason.partition(" (tests")[0]
    assert any(text.startswith(words) for text in examined(config))


@pytest.mark.parametrize("value", NUMBERS, ids=contract.quoted)
def test_a_reward_counts_as_the_number_it_is(value, config, evaluator, given):
    given["reward"] = value
    assert evaluated(config, evaluator).returns[0] == pytest.approx(
        2.0 + 8 * contract.number(value)
    )


def test_quick_types_are_turned_by_float_as_the_judge_does():
    for kind in contract.QUICK:
        assert float(kind(1)) == contract.number(kind(1)) == 1.0


@pytest.mark.parametrize(
    ("case", "word"),
    [
        (("step", NO_STEPS[0]), "got 4 values"),
        (("reset", NO_RESETS[0]), "must return (observation, info)"),
    ],
)
def test_the_old_interface_is_called_so_with_what_to_do(case, word, config, evaluator, given):
    given.update([case])
    reason = evaluated(config, evaluator).reason
    assert word in reason
    for essential in ("old Gym API", "shimmy", "glianeat doctor TASK", "docs/tasks.md"):
        assert essential in reason


def test_a_reset_without_a_seed_is_of_the_old_interface(monkeypatch, config, evaluator):
    monkeypatch.setattr(answers.Answers, "reset", lambda self: np.zeros(2))
    reason = evaluated(config, evaluator).reason
    assert "lacks seed and options" in reason
    assert "old Gym API" in reason


def test_an_error_within_reset_is_its_own(monkeypatch, config, evaluator):
    def reset(self, *, seed=None, options=None):
        raise TypeError("mine")

    monkeypatch.setattr(answers.Answers, "reset", reset)
    found = evaluated(config, evaluator)
    assert (found.status, found.reason.partition(" (")[0]) == ("failed", "TypeError: mine")


def test_energy_intake_is_a_number_in_a_dict():
    assert contract.energy_intake({}) == 0.0
    assert contract.energy_intake({"energy": np.float32(2)}) == 2.0
    for info in (None, {"energy": "much"}, [("energy", 1)]):
        with pytest.raises(EvaluationError, match="info"):
            contract.energy_intake(info)
