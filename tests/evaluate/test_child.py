"""Environments that are the death of their process are the outcome of a genome, without workers."""

import importlib.util
import os
import signal
import sys
from functools import cache
from pathlib import Path

import gymnasium
import pytest

from glianeat.codec.codec import CodecConfig
from glianeat.codec.scaling import ScalingConfig
from glianeat.errors import ConfigError
from glianeat.evaluate.auto import AutoEvaluator
from glianeat.evaluate.isolation.child import ChildEvaluator, try_first
from glianeat.evaluate.isolation.process import describe_exit, is_own_doing
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.tasks.config import TaskConfig, WrapperConfig
from glianeat.tasks.task import describe_task, runs_foreign_code
from tests.builders.agents import PLAN, decided, rollout

CHAOS = Path(__file__).parent.parent.parent / "scripts" / "chaos"
SPEC = importlib.util.spec_from_file_location("hostile_tasks", CHAOS / "hostile_tasks.py")
hostile = sys.modules["hostile_tasks"] = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(hostile)
TASK = "Hostile-v0"
UNIT = ScalingConfig(squash=("linear",), centre=(0.0, 0.0), scale=(1.0, 1.0))
FINE, BAD = 0, 1
FAILED = {  # mood → what the reason begins with
    "raises": "ValueError: bad",
    "base_exception": "BaseException: base",
    "generator_exit": "GeneratorExit",
    "keyboard_interrupt": "KeyboardInterrupt",
    "group": "BaseExceptionGroup: all",
    "mute": "_MuteError: (its message cannot be read: RuntimeError)",
    "mute_and_final": "_FinalError: (its message cannot be read: GeneratorExit)",
    "segfault": "the environment has ended the process (signal SIGSEGV)",
    "abort": "the environment has ended the process (signal SIGABRT)",
    "hard_exit": "the environment has ended the process (exit status 0)",
    "hard_exit_3": "the environment has ended the process (exit status 3)",
    "kills_itself": "the environment has ended the process (signal SIGKILL; perhaps",
    "terminates_itself": "the environment has ended the process (signal SIGTERM)",
    "closes_all_files": "the environment has closed files of the process",
}


def configured(mood="calm", timeout=20.0):
    codec = CodecConfig(scaling=UNIT)
    return rollout(TASK, codec=codec, timeout=timeout, kwargs={"mood": mood})


@cache
def genomes():
    """Return one that brings the mood about between two that do not."""
    config = configured()
    return [decided(config, FINE, 0), decided(config, BAD, 1), decided(config, FINE, 2)]


def lived(mood, timeout=20.0, grace=10.0):
    """Return the evaluations of all three in a mood."""
    evaluator = ChildEvaluator(RolloutWorker(configured(mood, timeout)), timeout, grace)
    try:
        return evaluator.evaluate(genomes(), PLAN)
    finally:
        evaluator.close()


@cache
def calm():
    config = configured()
    return [RolloutWorker(config).evaluate(genome, PLAN) for genome in genomes()]


def test_a_child_gives_what_this_process_does():
    assert lived("calm") == calm()


@pytest.mark.parametrize("mood", FAILED)
def test_a_death_or_an_exception_is_the_outcome_of_one_genome(mood):
    first, bad, last = lived(mood)
    assert [first, last] == calm()[::2]
    assert bad.status == "failed"
    assert bad.reason.startswith(FAILED[mood])


@pytest.mark.parametrize("mood", ["loop_in_c", "stubborn", "blocks_signals", "stops_itself"])
def test_a_hang_is_the_outcome_of_one_genome(mood):
    first, bad, last = lived(mood, timeout=0.5, grace=0.2)
    assert [first, last] == calm()[::2]
    assert (bad.status, bad.reason) == ("timeout", "no result within 0.5 s")


@pytest.mark.parametrize("mood", hostile.HARMLESS)
def test_what_a_genome_does_to_the_process_is_nothing_to_the_next(mood):
    assert lived(mood)[::2] == calm()[::2]


def test_rounding_is_reset():
    assert lived("rounds_up")[2] == calm()[2]


def test_a_forked_environment_answers_once():
    assert lived("forks") == calm()


def test_a_child_killed_from_outside_is_no_verdict():
    evaluator = ChildEvaluator(RolloutWorker(configured()), 20.0)
    first = evaluator.evaluate(genomes()[:1], PLAN)
    os.kill(evaluator._child.number, signal.SIGKILL)
    rest = evaluator.evaluate(genomes()[1:], PLAN)
    evaluator.close()
    assert first + rest == calm()


def test_the_child_ends_with_the_evaluator():
    evaluator = ChildEvaluator(RolloutWorker(configured()), 20.0)
    evaluator.evaluate(genomes()[:1], PLAN)
    process = evaluator._child.number
    evaluator.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.parametrize("make", [SerialEvaluator, lambda c: AutoEvaluator(c, 2, "local")])
def test_a_crash_is_an_outcome_without_workers_and_before_there_are_any(make):
    evaluator = make(configured("segfault"))
    statuses = [evaluation.status for evaluation in evaluator.evaluate(genomes(), PLAN)]
    evaluator.close()
    assert statuses == ["ok", "failed", "ok"]


# Which tasks


class Plain(gymnasium.Env):
    """Is one of the program's own."""


gymnasium.register("Plain-v0", entry_point=Plain)


@pytest.mark.parametrize(
    ("task", "foreign"),
    [
        (TaskConfig(id="CartPole-v1"), False),
        (TaskConfig(id="FrozenLake-v1"), False),
        (TaskConfig(id="glianeat/TMaze-v0"), False),
        (TaskConfig(id=TASK), True),
        (TaskConfig(id="Plain-v0"), True),
        (TaskConfig(id="tests.evaluate.badenvs:Moody-v0"), True),
        (TaskConfig(id="CartPole-v1", imports=("ale_py",)), True),
        (TaskConfig(wrappers=(WrapperConfig(entry="mine:Wrapper"),)), True),
        (TaskConfig(wrappers=(WrapperConfig(entry="gymnasium.wrappers:TimeAware"),)), False),
    ],
)
def test_gymnasiums_tasks_and_ours_need_no_child(task, foreign):
    assert runs_foreign_code(task) is foreign


def describe_first(mood):
    task = TaskConfig(id=TASK, kwargs={"mood": mood})
    try_first(lambda: describe_task(task), task)


@pytest.mark.parametrize(
    ("mood", "how"),
    [("made_segfaults", "signal SIGSEGV"), ("made_hard_exits", "exit status 0")],
)
def test_an_environment_that_dies_as_it_is_made_is_refused(mood, how):
    with pytest.raises(ConfigError, match=f"{how}.*glianeat doctor Hostile-v0"):
        describe_first(mood)


@pytest.mark.parametrize("mood", ["calm", "made_raises", "made_exits", "close_exits"])
def test_what_an_environment_raises_is_left_to_whoever_makes_it_next(mood):
    describe_first(mood)


@pytest.mark.parametrize(
    ("status", "words", "own"),
    [
        (0, "has ended the process (exit status 0)", True),
        (70, "has closed files of the process that it did not open", True),
        (-signal.SIGBUS, "has ended the process (signal SIGBUS)", True),
        (-signal.SIGTERM, "has ended the process (signal SIGTERM)", False),
        (
            -signal.SIGKILL,
            "has ended the process (signal SIGKILL; perhaps memory has run out)",
            False,
        ),
        (-50, "has ended the process (signal number 50)", False),
    ],
)
def test_every_exit_status_is_described_and_attributed(status, words, own):
    assert (describe_exit(status), is_own_doing(status)) == (words, own)
