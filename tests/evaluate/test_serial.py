import pytest

from glianeat.evaluate.serial import SerialEvaluator
from tests.evaluate.contract import CONFIG, MOODY_CONFIG, EvaluatorContract


class TestSerialEvaluator(EvaluatorContract):
    @pytest.fixture(scope="class")
    @classmethod
    def evaluator(cls):
        evaluator = SerialEvaluator(CONFIG)
        yield evaluator
        evaluator.close()

    @pytest.fixture(scope="class")
    @classmethod
    def moody(cls):
        evaluator = SerialEvaluator(MOODY_CONFIG)
        yield evaluator
        evaluator.close()
