import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from glianeat.codec.codec import CodecConfig
from glianeat.errors import EvaluationError, WorkersLostError
from glianeat.evaluate.jobs import Jobs
from glianeat.evaluate.orders import Limits
from glianeat.evaluate.ray import RayEvaluator
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.tasks.config import TaskConfig
from tests.builders.agents import PLAN, founders, rollout
from tests.evaluate.contract import (
    CONFIG,
    MOODY_CONFIG,
    UNIT,
    EvaluatorContract,
    kind_result,
    moody_genome,
    serial_results,
)

pytestmark = pytest.mark.ray
SLOW = rollout("tests.evaluate.badenvs:Slow-v0", codec=CodecConfig(scaling=UNIT))


@pytest.fixture(scope="module")
def evaluator(cluster):
    evaluator = RayEvaluator(CONFIG, 1)
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

    def test_a_genome_that_ends_its_process_fails(self, outcomes):
        assert outcomes[4].status == "failed"

    def test_its_reason_says_how_the_process_ended(self, outcomes):
        assert outcomes[4].reason == "the environment has ended the process (exit status 1)"

    def test_a_genome_that_hangs_beyond_any_alarm_has_taken_too_long(self, outcomes):
        assert outcomes[8].status == "timeout"

    def test_its_reason_names_the_limit(self, outcomes):
        assert outcomes[8].reason == "no result within 1 s"

    def test_no_other_result_is_lost_or_changed(self, outcomes):
        others = [e for key, e in outcomes.items() if key not in {4, 8}]
        assert {e.returns for e in others} == {kind_result().returns}

    def test_results_keep_their_order(self, outcomes):
        assert [e.key for e in outcomes.values()] == list(range(12))


def shoot(evaluator, number, signals):
    """Send signals to the process of a worker, half a second after one another."""

    def run():
        for which in signals:
            time.sleep(0.5)
            for actor in list(evaluator._actors.values())[:number]:
                if actor.process:
                    os.kill(actor.process, which)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("number", [1, 11])
def test_a_worker_killed_from_outside_changes_nothing(evaluator, number):
    evaluator.evaluate(founders(CONFIG, 1), PLAN)
    os.kill(next(iter(evaluator._actors.values())).process, signal.SIGKILL)
    genomes = founders(CONFIG, 11)[:number]
    assert evaluator.evaluate(genomes, PLAN) == serial_results()[:number]


class TestSlowEvaluations:
    @pytest.fixture(scope="class")
    @classmethod
    def slow(cls, cluster):
        evaluator = RayEvaluator(SLOW, 2)
        evaluator.evaluate(founders(SLOW, 2), PLAN)
        yield evaluator
        evaluator.close()

    @pytest.fixture(scope="class")
    @classmethod
    def right(cls):
        return SerialEvaluator(SLOW).evaluate(founders(SLOW, 6), PLAN)

    def test_a_genome_whose_workers_are_killed_time_and_again_is_not_blamed(self, slow, right):
        thread = shoot(slow, 2, [signal.SIGKILL] * 3)
        found = slow.evaluate(founders(SLOW, 1), PLAN)
        thread.join()
        assert found == right[:1]
        assert slow._dispatcher.jobs.losses >= 2

    def test_a_frozen_worker_is_not_waited_for(self, slow, right):
        slow.evaluate(founders(SLOW, 2), PLAN)
        thread = shoot(slow, 1, [signal.SIGSTOP])
        before = set(slow._actors)
        found = slow.evaluate(founders(SLOW, 6), PLAN) + slow.evaluate(founders(SLOW, 6), PLAN)
        thread.join()
        assert found == right * 2
        while set(slow._actors) == before:
            slow.evaluate(founders(SLOW, 1), PLAN)


def test_more_losses_than_are_tolerated_end_the_evaluation(cluster):
    evaluator = RayEvaluator(MOODY_CONFIG, 1)
    limits = Limits(tolerated_losses=0.0, attempts=2)
    evaluator._dispatcher.jobs = Jobs(1, limits)
    with pytest.raises(WorkersLostError, match=r"3 of the latest 3 attempts .* were lost"):
        evaluator.evaluate([moody_genome("kills", 0)], PLAN)
    evaluator.close()


def test_a_task_that_workers_cannot_make_is_an_error_and_no_outcome(cluster):
    nowhere = CONFIG.replace(task=TaskConfig(id="Nowhere-v0"))
    evaluator = RayEvaluator(nowhere, 1)
    with pytest.raises(EvaluationError, match=r"workers cannot start: .*Nowhere-v0"):
        evaluator.evaluate(founders(CONFIG, 1), PLAN)
    evaluator.close()


def test_workers_beyond_the_cluster_are_waited_for_by_nobody(cluster):
    hasty = CONFIG.replace(evaluation=CONFIG.evaluation.replace(timeout=2.0))
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
    from glianeat.evaluate import ray as ray_pool

    RayEvaluator(CONFIG, 1).close()
    assert ray_pool.ray.is_initialized()


STARTED = """if True:
    import os, signal, sys
    from glianeat.errors import WorkersLostError
    def handle(*_): pass
    signal.signal(signal.SIGTERM, handle)
    from glianeat.evaluate.ray import RayEvaluator, ray
    from tests.builders.agents import PLAN, founders
    from tests.evaluate.contract import CONFIG, serial_results
    from tests.evaluate.cluster import child_named, listening
    evaluator = RayEvaluator(CONFIG, 1)
    print(evaluator.evaluate(founders(CONFIG, 11), PLAN) == serial_results())
    print(sorted(listening()))
    print(signal.getsignal(signal.SIGTERM) is handle)
    os.kill(next(iter(evaluator._actors.values())).process, signal.SIGKILL)
    print(evaluator.evaluate(founders(CONFIG, 11), PLAN) == serial_results())
    if sys.argv[1:] == ["raylet"]:
        os.kill(child_named("raylet/raylet"), signal.SIGKILL)
        try:
            while True:
                evaluator.evaluate(founders(CONFIG, 11), PLAN)
        except WorkersLostError as error:
            print(error)
    evaluator.close()
    print(ray.is_initialized())
"""


@pytest.fixture(scope="module")
def started():
    """Return what is printed by a program that starts a cluster, and loses it."""
    command = [sys.executable, "-W", "error", "-c", STARTED, "raylet"]
    return subprocess.run(command, capture_output=True, text=True)


class TestAClusterThatWasStarted:
    def test_it_evaluates_also_after_a_loss(self, started):
        lines = started.stdout.splitlines()
        assert (lines[0], lines[3]) == ("True", "True")

    def test_it_listens_on_loopback_alone(self, started):
        assert started.stdout.splitlines()[1] == "['127.0.0.1']"

    def test_it_leaves_signals_to_whoever_handled_them(self, started):
        assert started.stdout.splitlines()[2] == "True"

    def test_its_loss_is_said_in_one_line(self, started):
        line = started.stdout.splitlines()[4]
        assert line.startswith("ray: the cluster was lost: its node (raylet) at 127.0.0.1:")

    def test_it_is_ended_on_closing(self, started):
        assert started.stdout.splitlines()[5:] == ["False"]

    def test_nothing_of_ray_is_printed(self, started):
        assert started.stderr == ""


def test_an_address_at_which_nobody_listens_is_refused_at_once():
    from glianeat.evaluate.cluster import check_address

    with pytest.raises(EvaluationError, match=r"no cluster answers at '127.0.0.1:1': .*refused"):
        check_address("127.0.0.1:1")


def test_serial_and_ray_results_are_of_one_kind(evaluator):
    genomes = founders(CONFIG, 2)
    serial = SerialEvaluator(CONFIG).evaluate(genomes, PLAN)
    assert [type(e.amounts) for e in evaluator.evaluate(genomes, PLAN)] == [
        type(e.amounts) for e in serial
    ]
