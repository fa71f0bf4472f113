"""The promise: one seed, one result, however a run is carried out."""

import signal

import msgspec
import pytest

import glianeat
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.run.config import encode_experiment
from glianeat.run.counting import CountedEvaluator
from glianeat.run.traits import read_traits
from glianeat.store.migrations import PARETO_STANDING
from glianeat.store.run_schema import own_schema
from glianeat.store.run_store import RunStore
from glianeat.streams import Purpose
from tests.run.runs import SAMPLING, SMALL, kill_after, outcome, stop_after


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    return outcome(glianeat.evolve(SMALL, runs=runs, name="serial"))


@pytest.mark.ray
@pytest.mark.parametrize("workers", [1, 2])
def test_ray_workers_change_nothing(uninterrupted, tmp_path, cluster, workers):
    run = glianeat.evolve(SMALL, runs=tmp_path, workers=workers)
    assert outcome(run) == uninterrupted


def test_automatic_workers_change_nothing(uninterrupted, tmp_path):
    assert outcome(glianeat.evolve(SMALL, runs=tmp_path, workers="auto")) == uninterrupted


@pytest.mark.parametrize("generations", [1, 2, 4, 5])
def test_an_interruption_and_going_on_change_nothing(uninterrupted, tmp_path, generations):
    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(SMALL, runs=tmp_path, name="cut", listen=stop_after(generations))
    assert outcome(glianeat.resume(tmp_path / "cut")) == uninterrupted


def test_interruptions_after_every_generation_change_nothing(uninterrupted, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(SMALL, runs=tmp_path, name="cut", listen=stop_after(1))
    for generations in range(2, 6):
        with pytest.raises(KeyboardInterrupt):
            glianeat.resume(tmp_path / "cut", listen=stop_after(generations))
    assert outcome(glianeat.resume(tmp_path / "cut")) == uninterrupted


def test_a_run_cut_off_in_its_first_generation_changes_nothing(uninterrupted, tmp_path):
    evolve_by_hand(SMALL, tmp_path / "cut", 0)
    assert outcome(glianeat.resume(tmp_path / "cut")) == uninterrupted


def test_a_killed_process_and_going_on_change_nothing(uninterrupted, tmp_path):
    assert kill_after(tmp_path / "killed", 2) == -signal.SIGKILL
    assert outcome(glianeat.resume(tmp_path / "killed")) == uninterrupted


def test_an_interruption_changes_nothing_of_what_is_drawn(tmp_path):
    whole = outcome(glianeat.evolve(SAMPLING, runs=tmp_path, name="whole"))
    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(SAMPLING, runs=tmp_path, name="cut", listen=stop_after(2))
    run = glianeat.resume(tmp_path / "cut")
    assert run.statistics[-1].operators["sampling"].applied == 5
    assert outcome(run) == whole


@pytest.mark.ray
def test_going_on_with_other_workers_changes_nothing(uninterrupted, tmp_path, cluster):
    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(SMALL, runs=tmp_path, name="cut", listen=stop_after(2))
    assert outcome(glianeat.resume(tmp_path / "cut", workers=2)) == uninterrupted


def test_a_run_cut_off_before_its_champion_was_validated_changes_nothing(tmp_path):
    solvable = SMALL.replace(
        evolution=SMALL.evolution.replace(stop_when_solved=True, solved_return=10.0)
    )
    whole = outcome(glianeat.evolve(solvable, runs=tmp_path, name="whole"))
    evolve_by_hand(solvable, tmp_path / "cut", 1)
    assert outcome(glianeat.resume(tmp_path / "cut")) == whole


def test_ask_and_tell_by_hand_give_the_generations_of_evolve(uninterrupted, tmp_path):
    assert evolve_by_hand(SMALL, tmp_path / "hand", 5) == uninterrupted[0]


def evolve_by_hand(config, folder, generations):
    """Commit some generations without the runner, validate nothing, and return the digest."""
    resolved = config.resolve()
    algorithm = glianeat.make_algorithm(config)
    evaluator = CountedEvaluator(SerialEvaluator(resolved.rollout))
    plan = EpisodePlan(purpose=Purpose.TRAIN, episodes=resolved.evaluation.episodes)
    meta = {"config": encode_experiment(resolved.config), "provenance": b"{}"}
    varying = read_traits(resolved.config.simulation, resolved.config.development)
    schema = own_schema(PARETO_STANDING, varying=varying)
    with RunStore.create(folder, meta, schema) as store:
        for _ in range(generations):
            evaluations = evaluator.evaluate(algorithm.ask(), plan)
            generation = algorithm.tell(evaluations, solved=False)  # nobody was validated
            store.commit(msgspec.structs.replace(generation, steps=evaluator.steps))
        return store.digest


def test_another_seed_gives_another_digest(uninterrupted, tmp_path):
    run = glianeat.evolve(SMALL.replace(seed=6), runs=tmp_path)
    assert outcome(run)[0] != uninterrupted[0]


def test_survivors_were_replaced_on_the_way(uninterrupted):
    """A run in which nothing happens would keep any promise."""
    assert len({summary.digest for summary in uninterrupted[1]}) == SMALL.evolution.generations
