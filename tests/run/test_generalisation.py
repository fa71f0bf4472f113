"""The best genome is tried on fresh episodes as a run goes on, and that decides nothing."""

from contextlib import closing
from itertools import pairwise

import msgspec
import pytest

import glianeat
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import EpisodePlan, EvaluationConfig, SettledEvaluation
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.run.generalisation import FreshTrial, describe_gap, make_trial, plan_trial
from glianeat.store.run_store import RunStore
from glianeat.streams import Purpose
from tests.cli.in_process import run_here
from tests.run.runs import SMALL, outcome, stop_after
from tests.run.test_stopping_rules import summary

SHARE = 0.4
TRIED = SMALL.replace(
    evaluation=SMALL.evaluation.replace(progress_share=SHARE, progress_episodes=2)
)
SETTINGS = SettledEvaluation(episodes=8, racing_episodes=0)
FIRST = summary(0)  # of which the mean return is 0


def trial(fresh, training=(100.0,) * 4, generation=1, **changes):
    values = {
        "generation": generation,
        "steps": 1000,
        "training_return": sum(training) / len(training),
        "training_returns": training,
        "evaluation": Evaluation(key=3, returns=fresh, lengths=(10,) * len(fresh)),
    }
    return FreshTrial(**(values | changes))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with glianeat.evolve(TRIED, runs=tmp_path_factory.mktemp("runs"), name="tried") as run:
        yield run


def test_the_best_genome_stands_there_with_its_returns_in_training_and_on_fresh_episodes(run):
    summaries = {one.number: one for one in run.summaries}
    assert len(run.progress) > 1
    for one in run.progress:
        at = summaries[one.generation]
        assert (one.evaluation.key, one.training_return) == (at.best_key, at.best_return)
        assert one.steps == at.steps
        assert 1 <= len(one.evaluation.returns) <= 2
        assert run.tested[at.best_key].is_ok


def test_no_genome_is_tried_again_while_it_stays_the_best(run):
    keys = [one.evaluation.key for one in run.progress]
    assert all(one != other for one, other in pairwise(keys))


def test_trials_decide_nothing(run, tmp_path):
    without = TRIED.replace(evaluation=TRIED.evaluation.replace(progress_share=0.0))
    with glianeat.evolve(without, runs=tmp_path) as other:
        assert other.progress == []
        assert (other.digest, other.best.key) == (run.digest, run.best.key)


def test_a_run_that_was_interrupted_makes_the_same_trials(run, tmp_path):
    for done in (1, 3):
        name = f"cut{done}"
        with pytest.raises(KeyboardInterrupt):
            glianeat.evolve(TRIED, runs=tmp_path, name=name, listen=stop_after(done))
        with glianeat.resume(tmp_path / name) as resumed:
            assert resumed.progress == run.progress


def test_a_trial_that_was_cut_off_is_made_when_the_run_goes_on(run, tmp_path, monkeypatch):
    before = run.progress

    def lost(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(RunStore, "add_progress", lost)
        with pytest.raises(KeyboardInterrupt):
            glianeat.evolve(TRIED, runs=tmp_path, name="cut")
    with closing(RunStore.open(tmp_path / "cut")) as store:
        assert store.progress() == {}
        assert store.number_of_generations == before[0].generation + 1
    with glianeat.resume(tmp_path / "cut") as resumed:
        assert (resumed.progress, outcome(resumed)[0]) == (before, run.digest)


def test_episodes_are_the_same_whoever_lives_through_them(run):
    plan = EpisodePlan(purpose=Purpose.PROGRESS, episodes=3, first=40)
    genome = run.best.genome
    with closing(SerialEvaluator(run.experiment.rollout, run.task_spec)) as evaluator:
        one, other = (
            make_trial(evaluator, genome, plan, together=together) for together in (True, False)
        )
    assert (one.key, one.returns, one.lengths) == (genome.key, other.returns, other.lengths)
    assert (other.key, other.abandoned, len(other.returns)) == (genome.key, False, 3)
    assert other.power == pytest.approx(one.power)


def champion(lengths=(10, 10)):
    return Evaluation(key=0, returns=(1.0,) * len(lengths), lengths=lengths)


@pytest.mark.parametrize(
    ("steps", "earlier", "episodes"),
    [
        (999, 0, 0),
        (1000, 0, 5),  # a share of 0.05 are 50 steps, as five episodes of ten take
        (1200, 0, 6),
        (9000, 0, 20),
        (2999, 10, 0),  # ten episodes of ten were lived through before
        (3000, 10, 5),
    ],
)
def test_trials_take_no_more_than_their_share_of_the_steps(steps, earlier, episodes):
    before = [trial((1.0,) * earlier)] if earlier else []
    at = msgspec.structs.replace(summary(7), steps=steps)
    plan = plan_trial(SETTINGS, at, champion(), before)
    assert (plan.episodes if plan else 0) == episodes
    if plan:
        assert (plan.purpose, plan.first) == (Purpose.PROGRESS, 140)
        assert plan.steps is None  # episodes are whole


def test_nothing_is_tried_that_failed_or_was_tried_before():
    at = summary(100)
    assert plan_trial(SETTINGS, at, champion(), []) is not None
    assert plan_trial(SETTINGS, at, Evaluation(key=0, status="failed"), []) is None
    assert plan_trial(SETTINGS, at, champion(), [trial((1.0,))]) is not None
    known = trial((1.0,), evaluation=champion())
    assert plan_trial(SETTINGS, at, champion(), [known]) is None


NOISY = (0.0, 100.0) * 5


@pytest.mark.parametrize(
    ("trials", "expected"),
    [
        ([trial((40.0, 44.0, 42.0))], "training 100, fresh 42: learnt by heart; try more epi"),
        ([trial((98.0, 100.0, 99.0))], ""),  # it is there, but it is small
        ([trial((120.0, 130.0, 125.0))], ""),
        ([trial((40.0,), (100.0,))], ""),  # nobody knows how much one episode says
        ([trial(NOISY, (0.0, 120.0) * 4)], ""),  # it may be chance
        ([trial(NOISY)] * 3, "training 100, fresh 50"),
        ([trial((40.0, 44.0, 42.0)), trial((99.0, 100.0, 101.0))], ""),  # it has closed
        ([trial((), evaluation=Evaluation(key=3, status="failed"))], ""),
        ([], ""),
    ],
)
def test_a_gap_is_named_once_it_is_more_than_chance_and_matters(trials, expected):
    found = describe_gap(trials, FIRST, EvaluationConfig())
    assert found.startswith(expected)
    assert bool(found) is bool(expected)


def test_where_training_episodes_are_cut_off_that_may_be_why():
    short, long = trial((40.0, 44.0)), trial((40.0, 44.0), training=(100.0,) * 4)
    assert "cut off" not in describe_gap([long], FIRST, EvaluationConfig(steps=10))
    found = describe_gap([short], FIRST, EvaluationConfig(steps=5))
    assert "training 100 (episodes cut off after 5 steps), fresh 42" in found


def test_fresh_returns_are_shown_as_a_run_goes_on_and_afterwards(tmp_path, monkeypatch, capsys):
    settings = ("evolution.population=8", "evaluation.episodes=2", "evaluation.progress_share=1")
    settings = [*settings, "evaluation.progress_episodes=2", "evaluation.validation_top=0"]
    settings = [f"--set={one}" for one in settings]
    options = ["--generations=3", "--workers=0", "--name=one", f"--runs={tmp_path}", "--seed=1"]
    _, _, err = run_here(monkeypatch, capsys, "run", "CartPole-v1", *settings, *options)
    assert all("(fresh " in line for line in err.splitlines()[-2:])
    _, out, _ = run_here(monkeypatch, capsys, "show", "one", "--statistics", f"--runs={tmp_path}")
    with glianeat.Run(tmp_path / "one") as run:
        last = run.progress[-1]
    assert f"genome {last.evaluation.key}, best of generation {last.generation + 1}:" in out
    assert f"fresh {last.fresh_return:.1f} ± {last.evaluation.standard_error:.1f}" in out
    assert any(
        {"generation", "fresh", "hypervolume"} <= set(line.split()) for line in out.splitlines()
    )
