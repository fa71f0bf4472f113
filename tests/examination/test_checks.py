"""One fault at a time; each examination is a process of its own, and takes seconds."""

import os
import time
from pathlib import Path

import pytest

from glianeat.cli.doctor import doctor
from glianeat.codec.random_actions import SAMPLE_SECONDS
from glianeat.examination import checks, random_policy, speed
from glianeat.examination.separate_process import TIMEOUT, examine
from glianeat.examination.task_under_test import ExaminationConfig
from glianeat.tasks.config import TaskConfig, WrapperConfig
from tests.examination import doctorenvs as envs


def config(kind, **options):
    return ExaminationConfig(task=TaskConfig(id=envs.named(kind), **options))


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    monkeypatch.setattr(speed, "_TIMED", 0.01)
    monkeypatch.setattr(random_policy, "_SAMPLED", 200)


def examined_here(kind, **options):
    """Return the findings of examining an environment that does no harm in this process."""
    heard = []
    checks.examine_here(config(kind, **options), heard.append)
    return [finding for finding in heard if not isinstance(finding, str)]


def levels(findings):
    return {finding.check: finding.level for finding in findings}


def text_of(findings, check):
    return next(finding.text for finding in findings if finding.check == check)


def test_nothing_is_found_where_nothing_is_wrong():
    findings = examined_here(envs.Sound)
    assert {finding.level for finding in findings} == {"ok"}
    assert {f.check for f in findings} >= {"spaces", "codec", "compiled", "determinism", "speed"}


# what is wrong, the check that finds it, how badly, and a word of the finding
FAULTS = [
    (envs.Unseeded, "determinism", "warning", "differs from step 1 on"),
    (envs.DriftsFromEpisodeToEpisode, "determinism", "warning", "from the first observation on"),
    (envs.AlwaysTheSame, "seeds", "warning", "never give another"),
    (envs.OutsideItsSpace, "observations", "warning", "outside the space"),
    (envs.NotFinite, "observations", "refused", "200 are not finite"),
    (envs.WrongSize, "random actions", "refused", "must hold 2 numbers, got 3"),
    (envs.RewardOfWords, "rewards", "refused", "reward: must be a number, got 'good'"),
    (envs.RewardNotFinite, "rewards", "refused", "200 of 200 are not finite"),
    (envs.Endless, "episodes", "warning", "choose task.max_steps"),
    (envs.DrawsFromAll, "random state", "warning", "numpy.random"),
    (envs.SeedsAll, "random state", "warning", "global state of random"),
    (envs.Raises, "random actions", "refused", "ValueError: no more of this"),
    (envs.Exits, "random actions", "refused", "exit(enough)"),
    (envs.PlayedOtherwise, "compiled plays", "warning", "returns 3 in 3 steps"),
    (envs.NotCompiled, "compiled", "refused", "cannot be compiled"),
    (envs.RewardOfWords, "check_env", "warning", "actual type: <class 'str'>"),
]


@pytest.mark.parametrize(("kind", "check", "level", "word"), FAULTS)
def test_a_fault_is_found(kind, check, level, word):
    findings = examined_here(kind)
    assert levels(findings)[check] == level
    assert word in text_of(findings, check)


def test_an_environment_that_cannot_be_made_is_not_examined_further():
    findings = examined_here(envs.Sound, kwargs={"speed": 3})
    assert [(f.check, f.level) for f in findings] == [("spaces", "refused")]


def test_a_limit_of_the_users_is_no_fault():
    assert levels(examined_here(envs.Endless, max_steps=20))["episodes"] == "ok"


def test_several_rewards_are_named():
    findings = examined_here(envs.Several, rewards=("alive", "place"))
    assert "2 at once: alive, place" in text_of(findings, "rewards")
    assert "several rewards" in text_of(findings, "compiled")


def test_each_part_has_its_encoder():
    findings = examined_here(envs.OfParts)
    assert "mood one_hot, place paired: 7 inputs, 2 outputs" in text_of(findings, "codec")
    assert "by bounds (linear)" in text_of(findings, "codec")


def test_it_is_told_why_there_is_no_twin():
    off = examined_here(envs.PlayedOtherwise, compiled="off")
    assert "task.compiled is 'off'" in text_of(off, "compiled")
    wrapper = WrapperConfig("gymnasium.wrappers:RescaleObservation", {"min_obs": 0, "max_obs": 1})
    wrapped = examined_here(envs.PlayedOtherwise, wrappers=(wrapper,))
    assert "a wrapper may change" in text_of(wrapped, "compiled")


def test_a_sound_twin_plays_as_the_environment_does():
    task = TaskConfig(id="CartPole-v1")
    heard = []
    checks.examine_here(ExaminationConfig(task=task), heard.append)
    findings = [finding for finding in heard if not isinstance(finding, str)]
    assert levels(findings)["compiled plays"] == "ok"
    assert "in the compiled task" in text_of(findings, "speed")
    assert "typical ranges (tanh)" in text_of(findings, "codec")


@pytest.mark.parametrize(
    ("kind", "word"),
    [(envs.Dies, "exit status 0"), (envs.DiesLoudly, "SIGABRT): engine: out of oil")],
)
def test_an_environment_may_end_its_process(kind, word):
    findings = list(examine(config(kind)))
    assert levels(findings)["codec"] == "refused"
    assert word in text_of(findings, "codec")
    assert levels(findings)["spaces"] == "ok"  # what was found before is not lost


def test_an_environment_that_hangs_is_killed_in_time():
    before, began = _children(), time.monotonic()
    findings = list(examine(config(envs.Hangs), timeout=8.0))
    assert time.monotonic() - began < 20.0
    assert "no answer within 8 s" in text_of(findings, "codec")
    assert "--timeout" in text_of(findings, "codec")
    assert "task.ranges" in text_of(findings, "codec")
    assert _children() <= before


def test_a_task_may_take_its_time_over_sampling():
    default = next(option.default for option in doctor.params if option.name == "timeout")
    assert default == TIMEOUT >= SAMPLE_SECONDS + 60.0


def test_an_examination_that_is_given_up_leaves_no_process():
    before, findings = _children(), examine(config(envs.Hangs))
    next(findings)
    findings.close()
    assert _children() <= before


def _children():
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def test_what_is_printed_is_noticed_and_does_no_harm():
    findings = list(examine(config(envs.Prints)))
    assert levels(findings)["prints"] == "warning"
    assert "such as 'one more step" in text_of(findings, "prints")
    assert {f.level for f in findings if f.check != "prints"} == {"ok"}
