"""What any evaluator must do; a test module of each kind of evaluator inherits it."""

from functools import cache

import pytest

from glianeat.codec.codec import CodecConfig
from glianeat.codec.scaling import ScalingConfig
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.streams import Purpose
from tests.builders.agents import PLAN, decided, founders, rollout, undevelopable
from tests.evaluate.badenvs import MOODS, MOODY, UNSPOILT

CONFIG = rollout(seed=3)
UNIT = ScalingConfig(squash=("linear",), centre=(0.0, 0.0), scale=(1.0, 1.0))
# nothing is to be drawn from random actions, which are moods
MOODY_CONFIG = rollout(MOODY, timeout=1.0, codec=CodecConfig(scaling=UNIT))
BAD = {  # mood → status
    "raises": "failed",
    "exits": "exited",
    "nan_reward": "not_finite",
    "nan_observation": "not_finite",
    "wrong_size": "malformed",
    "endless": "timeout",
    "stubborn": "timeout",
}


def moody_genome(mood, key):
    return decided(MOODY_CONFIG, MOODS.index(mood), key)


@cache
def zoo():
    """Return genomes by name: the bad ones, and between them ones that are kind."""
    genomes = {}
    for mood in BAD:
        genomes[mood] = moody_genome(mood, len(genomes))
        genomes[f"kind after {mood}"] = moody_genome("kind", len(genomes))
    genomes["undevelopable"] = undevelopable(MOODY_CONFIG, len(genomes))
    return genomes


@cache
def serial_results():
    return SerialEvaluator(CONFIG).evaluate(founders(CONFIG, 11), PLAN)


@cache
def kind_result():
    return SerialEvaluator(MOODY_CONFIG).evaluate([moody_genome("kind", 0)], PLAN)[0]


class EvaluatorContract:
    """Inherit it and give `evaluator` (on CartPole) and `moody` (on moody environments)."""

    @pytest.fixture(scope="class")
    @classmethod
    def outcomes(cls, moody):
        return dict(zip(zoo(), moody.evaluate(list(zoo().values()), PLAN), strict=True))

    def test_results_stand_in_the_order_of_the_genomes(self, evaluator):
        genomes = founders(CONFIG, 11)
        shuffled = genomes[::-2] + genomes[-2::-2]
        found = [e.key for e in evaluator.evaluate(shuffled, PLAN)]
        assert found == [genome.key for genome in shuffled]

    def test_results_equal_the_serial_ones_bit_for_bit(self, evaluator):
        assert evaluator.evaluate(founders(CONFIG, 11), PLAN) == serial_results()

    def test_a_call_repeated_gives_the_same_results(self, evaluator):
        genomes = founders(CONFIG, 5)
        assert evaluator.evaluate(genomes, PLAN) == evaluator.evaluate(genomes, PLAN)

    def test_a_result_does_not_depend_on_the_company(self, evaluator):
        alone = evaluator.evaluate(founders(CONFIG, 11)[4:5], PLAN)
        assert alone == serial_results()[4:5]

    def test_no_genomes_give_no_results(self, evaluator):
        assert evaluator.evaluate([], PLAN) == []

    def test_equal_genomes_under_two_keys_get_the_same_outcome(self, evaluator):
        genome = founders(CONFIG, 1)[0]
        first, second = evaluator.evaluate([genome, genome.with_key(7)], PLAN)
        assert (first.returns, first.power) == (second.returns, second.power)

    def test_other_purposes_have_other_episodes(self, evaluator):
        plan = EpisodePlan(purpose=Purpose.VALIDATE, episodes=PLAN.episodes)
        fresh = evaluator.evaluate(founders(CONFIG, 11), plan)
        assert [e.returns for e in fresh] != [e.returns for e in serial_results()]

    @pytest.mark.parametrize("mood", BAD)
    def test_misbehaviour_is_an_outcome(self, outcomes, mood):
        assert outcomes[mood].status == BAD[mood]

    @pytest.mark.parametrize("mood", BAD)
    def test_a_failure_has_the_worst_return(self, outcomes, mood):
        assert outcomes[mood].mean_return == float("-inf")

    def test_the_reason_names_the_exception(self, outcomes):
        assert outcomes["raises"].reason.startswith("ValueError: in a bad mood (")
        assert "badenvs.py:" in outcomes["raises"].reason

    def test_the_reason_names_the_limit(self, outcomes):
        assert outcomes["endless"].reason.startswith("no result within 1 s")

    def test_the_reason_names_what_is_not_finite(self, outcomes):
        assert outcomes["nan_observation"].reason.startswith("observation: must be finite")

    def test_the_reason_names_the_size(self, outcomes):
        assert outcomes["wrong_size"].reason.startswith("observation: must hold 2 numbers, got 3")

    def test_a_genome_that_does_not_develop_is_an_outcome(self, outcomes):
        assert outcomes["undevelopable"].status == "undeveloped"

    def test_a_genome_that_does_not_develop_says_why(self, outcomes):
        assert "no path from any input to any output" in outcomes["undevelopable"].reason

    @pytest.mark.parametrize("mood", BAD)
    def test_who_comes_after_a_failure_meets_a_new_environment(self, outcomes, mood):
        assert outcomes[f"kind after {mood}"].returns == kind_result().returns

    def test_kindness_pays(self, outcomes):
        assert outcomes["kind after raises"].mean_return > 5 * UNSPOILT
