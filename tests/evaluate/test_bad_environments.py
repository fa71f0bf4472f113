"""What goes wrong in an environment is an outcome with its name and reason, and no more."""

import pytest

from glianeat.codec.codec import CodecConfig
from glianeat.codec.scaling import ScalingConfig
from glianeat.evaluate.serial import SerialEvaluator
from tests.builders.agents import PLAN, founders, rollout
from tests.evaluate.worlds import WORLD

UNIT = ScalingConfig(squash=("linear",), centre=(0.0, 0.0), scale=(1.0, 1.0))
NESTED = ScalingConfig(squash=("linear", "linear", "none"), centre=(0.0,) * 3, scale=(1.0,) * 3)
FAULTS = {  # fault: status, reason
    "raises in reset": ("failed", "RuntimeError: no beginning"),
    "raises in step": ("failed", "RuntimeError: out of order"),
    "exits": ("exited", "the environment called exit(3)"),
    "sleeps": ("timeout", "no result within 1 s"),
    "NaN observation": ("not_finite", "observation: must be finite"),
    "infinite observation": ("not_finite", "observation: must be finite"),
    "NaN reward": ("not_finite", "reward: must be finite, got a return of nan"),
    "infinite reward": ("not_finite", "reward: must be finite, got a return of -inf"),
    "wrong shape": ("malformed", "observation: must hold 2 numbers, got 4"),
    "strings": ("malformed", "observation: must be numbers, got array(['left', 'right']"),
    "objects": ("malformed", "observation: must be numbers, got array([{}, None]"),
    "None observed": ("malformed", "observation: must be numbers, got None"),
    "None reward": ("malformed", "reward: must be a number, got None"),
    "text reward": ("malformed", "reward: must be a number, got 'much'"),
    "array reward": ("malformed", "reward: must be a number, got array([0., 0., 0.])"),
}


def faulty(fault, nested=False, **options):
    codec = CodecConfig(scaling=NESTED if nested else UNIT)
    kwargs = {"fault": fault, "nested": nested}
    return rollout(WORLD("Faulty"), codec=codec, timeout=1.0, kwargs=kwargs, **options)


def evaluate(config, number=1):
    evaluator = SerialEvaluator(config)
    found = evaluator.evaluate(founders(config, number), PLAN)
    evaluator.close()
    return found


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_has_its_status_and_its_reason(fault):
    status, reason = FAULTS[fault]
    for found in evaluate(faulty(fault), 2):  # the second after the first has failed
        assert found.status == status
        assert found.reason.startswith(reason)
        assert "\n" not in found.reason
        assert (found.mean_return, found.returns) == (float("-inf"), ())


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("missing key", "observation: has no part 'a'"),
        ("None observed", "observation: has no part 'a'"),
        ("wrong shape", "observation: has no part 'a'"),
    ],
)
def test_a_part_that_is_missing_is_named(fault, reason):
    found = evaluate(faulty(fault, nested=True))[0]
    assert found.status == "malformed"
    assert found.reason.startswith(f"{reason} (")


def test_an_environment_that_never_ends_is_cut_off():
    assert evaluate(faulty("never ends", max_steps=17))[0].lengths == (17, 17)


def test_what_an_environment_prints_reaches_nobody(capfd):
    assert evaluate(faulty("prints"))[0].is_ok
    assert capfd.readouterr() == ("", "")


def test_observations_outside_their_space_are_counted():
    found = evaluate(faulty("outside"))[0]
    assert (found.is_ok, found.lengths, found.outside) == (True, (6, 6), 6)


def test_an_environment_that_does_nothing_wrong_is_ok():
    found = evaluate(faulty("none"))[0]
    assert (found.returns, found.outside) == ((6.0, 6.0), 0)


@pytest.mark.ray
@pytest.mark.parametrize("fault", ["raises in step", "strings", "NaN reward", "exits", "sleeps"])
def test_ray_gives_the_same_outcome(cluster, fault):
    from glianeat.evaluate.ray import RayEvaluator

    config = faulty(fault)
    evaluator = RayEvaluator(config, 1)
    found = evaluator.evaluate(founders(config, 2), PLAN)
    evaluator.close()
    assert found == evaluate(config, 2)
    assert found[0].status == FAULTS[fault][0]
