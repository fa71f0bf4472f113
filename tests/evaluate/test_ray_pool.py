import os
import signal
import subprocess
import sys

import pytest

from glianeat.errors import EvaluationError
from glianeat.evaluate.protocol import EvaluationConfig
from glianeat.evaluate.ray_pool import RayEvaluator
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.evaluate.task import TaskConfig
from tests.evaluate.agents import PLAN, founders
from tests.evaluate.contract import (
    CONFIG,
    MOODY_CONFIG,
    EvaluatorContract,
    kind_result,
    moody_genome,
    serial_results,
)

pytestmark = pytest.mark.ray


@pytest.fixture(scope="module")
def evaluator(cluster):
    evaluator = RayEvaluator(CONFIG, 1)
    yield evaluator
    evaluator.close()


class TestRayEvaluatorOfOneWorker(EvaluatorContract):
    @pytest.fixture(scope="class")
    @classmethod
    def moody(cls, cluster):
        evaluator = RayEvaluator(MOODY_CONFIG, 1)
        yield evaluator
        evaluator.close()


class TestRayEvaluatorOfTwoWorkers(EvaluatorContract):
    @pytest.fixture(scope="class")
    @classmethod
    def evaluator(cls, cluster):
        evaluator = RayEvaluator(CONFIG, 2)
        yield evaluator
        evaluator.close()

    @pytest.fixture(scope="class")
    @classmethod
    def moody(cls, cluster):
        evaluator = RayEvaluator(MOODY_CONFIG, 2)
        yield evaluator
        evaluator.close()


class TestWorkersThatAreLost:
    @pytest.fixture(scope="class")
    @classmethod
    def outcomes(cls, cluster):
        """Return what becomes of kind genomes about one that kills and one that hangs workers."""
        evaluator = RayEvaluator(MOODY_CONFIG, 2, grace=0.5)
        moods = ["kind"] * 4 + ["dies"] + ["kind"] * 3 + ["hangs"] + ["kind"] * 3
        genomes = [moody_genome(mood, key) for key, mood in enumerate(moods)]
        yield dict(enumerate(evaluator.evaluate(genomes, PLAN)))
        evaluator.close()

    def test_a_genome_that_brings_down_two_workers_fails(self, outcomes):
        assert outcomes[4].status == "failed"

    def test_its_reason_says_that_the_worker_was_lost(self, outcomes):
        assert outcomes[4].reason.startswith("worker was lost: ")

    def test_a_genome_that_hangs_beyond_any_alarm_fails(self, outcomes):
        assert outcomes[8].status == "failed"

    def test_its_reason_says_that_there_was_no_answer(self, outcomes):
        assert outcomes[8].reason == "worker did not answer in time"

    def test_no_other_result_is_lost_or_changed(self, outcomes):
        others = [e for key, e in outcomes.items() if key not in {4, 8}]
        assert {e.returns for e in others} == {kind_result().returns}

    def test_results_keep_their_order(self, outcomes):
        assert [e.key for e in outcomes.values()] == list(range(12))


@pytest.mark.parametrize("number", [1, 11])
def test_a_worker_killed_from_outside_changes_nothing(evaluator, number):
    pid = evaluator._actors[0].__ray_call__.remote(lambda _: os.getpid())
    from glianeat.evaluate import ray_pool

    os.kill(ray_pool.ray.get(pid), signal.SIGKILL)
    genomes = founders(CONFIG, 11)[:number]
    assert evaluator.evaluate(genomes, PLAN) == serial_results()[:number]


def test_a_task_that_workers_cannot_make_is_an_error_and_no_outcome(cluster):
    nowhere = CONFIG.replace(task=TaskConfig(id="Nowhere-v0"))
    evaluator = RayEvaluator(nowhere, 1)
    with pytest.raises(EvaluationError, match=r"workers cannot start: .*Nowhere-v0"):
        evaluator.evaluate(founders(CONFIG, 1), PLAN)
    evaluator.close()


def test_workers_beyond_the_cluster_are_waited_for_by_nobody(cluster):
    hasty = CONFIG.replace(evaluation=EvaluationConfig(timeout=2.0))
    evaluator = RayEvaluator(hasty, 6, grace=0.0)
    results = evaluator.evaluate(founders(CONFIG, 11), PLAN)
    evaluator.close()
    assert results == serial_results()


def test_an_evaluator_can_go_on_after_an_interruption(evaluator):
    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    with pytest.raises(KeyboardInterrupt):
        evaluator.evaluate(founders(CONFIG, 300), PLAN)
    signal.signal(signal.SIGALRM, before)
    assert evaluator.evaluate(founders(CONFIG, 11), PLAN) == serial_results()


def test_a_cluster_that_was_found_running_is_left_running(cluster):
    from glianeat.evaluate import ray_pool

    RayEvaluator(CONFIG, 1).close()
    assert ray_pool.ray.is_initialized()


def test_a_cluster_that_was_started_is_ended_on_closing():
    script = """if True:
        from glianeat.evaluate.ray_pool import RayEvaluator, ray
        from tests.evaluate.agents import PLAN, founders
        from tests.evaluate.contract import CONFIG, serial_results
        evaluator = RayEvaluator(CONFIG, 1)
        same = evaluator.evaluate(founders(CONFIG, 11), PLAN) == serial_results()
        evaluator.close()
        print(same, ray.is_initialized())
    """
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("True False", "")


def test_an_address_at_which_nobody_listens_is_refused_at_once():
    from glianeat.evaluate.ray_pool import _connect

    with pytest.raises(EvaluationError, match=r"no cluster answers at '127.0.0.1:1': .*refused"):
        _connect("127.0.0.1:1", 1)


def test_serial_and_ray_results_are_of_one_kind(evaluator):
    genomes = founders(CONFIG, 2)
    serial = SerialEvaluator(CONFIG).evaluate(genomes, PLAN)
    assert [type(e.amounts) for e in evaluator.evaluate(genomes, PLAN)] == [
        type(e.amounts) for e in serial
    ]
