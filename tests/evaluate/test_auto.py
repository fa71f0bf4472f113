import pytest

from glianeat.evaluate.auto import AutoEvaluator
from tests.builders.agents import PLAN, founders
from tests.evaluate.contract import CONFIG, MOODY_CONFIG, EvaluatorContract, serial_results


class TestAutoEvaluatorInProcess(EvaluatorContract):
    @pytest.fixture(scope="class")
    @classmethod
    def evaluator(cls):
        return AutoEvaluator(CONFIG, 2, "local")

    @pytest.fixture(scope="class")
    @classmethod
    def moody(cls):
        return AutoEvaluator(MOODY_CONFIG, 1, "local", worth=0.0)


@pytest.mark.ray
def test_results_are_the_same_before_and_after_moving_to_ray(cluster):
    genomes = founders(CONFIG, 11)
    evaluator = AutoEvaluator(CONFIG, 2, "local", worth=0.0)
    before, after = evaluator.evaluate(genomes, PLAN), evaluator.evaluate(genomes, PLAN)
    evaluator.close()
    assert before == after == serial_results()


@pytest.mark.ray
def test_it_moves_to_ray_once_a_call_was_long(cluster):
    from glianeat.evaluate.ray import RayEvaluator

    evaluator = AutoEvaluator(CONFIG, 1 + 1, "local", worth=0.0)
    evaluator.evaluate(founders(CONFIG, 1), PLAN)
    moved = isinstance(evaluator._evaluator, RayEvaluator)
    evaluator.close()
    assert moved
