import json
import subprocess
import sys

import gymnasium
import numpy as np
import pytest

import glianeat
from glianeat.errors import CheckpointError, ConfigError
from glianeat.evaluate.episodes import live
from glianeat.evaluate.plan import episode_seed
from glianeat.genome.variation import GenomeConfig
from glianeat.run.api import free_folder
from glianeat.simulate.settings import NeuronConfig
from glianeat.streams import Purpose
from glianeat.tasks.config import TaskConfig
from tests.run.runs import PENDULUM, SMALL, stop_after

RESOLVED = ("codec", "development", "evaluation", "genome", "reproduction", "species")
TINY = SMALL.replace(evolution=SMALL.evolution.replace(generations=2))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    with glianeat.evolve(TINY, runs=tmp_path_factory.mktemp("runs"), name="tiny") as run:
        yield run


@pytest.fixture
def resumable(tmp_path):
    """Return the folder of a run that was stopped after its first generation."""
    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(TINY, runs=tmp_path, name="cut", listen=stop_after(1))
    return tmp_path / "cut"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def longer(config):
    return config.replace(evolution=config.evolution.replace(generations=3))


def of_another_seed(config):
    return config.replace(seed=99)


def of_larger_population(config):
    return config.replace(evolution=config.evolution.replace(population=9))


def of_other_costs(config):
    return config.replace(energy=config.energy.replace(spike=2.0))


def test_a_run_says_why_it_ended(finished):
    assert finished.finished == "generations"


def test_a_run_keeps_its_configuration_with_every_choice_made(finished):
    config = finished.config
    assert config.codec.scaling is not None
    assert config.evaluation == TINY.evaluation.replace(racing_episodes=2, window=4)
    assert config.species == TINY.species.replace(target=0)
    assert config.replace(**{name: getattr(TINY, name) for name in RESOLVED}) == TINY


def test_a_run_keeps_its_provenance(finished):
    assert finished.provenance["glianeat"] == glianeat.__version__


def test_a_finished_run_is_a_single_file(finished):
    assert sorted(path.name for path in finished.folder.iterdir()) == ["lock", "run.db"]


def test_the_best_was_tried_on_fresh_episodes(finished):
    assert len(finished.best.validation.returns) == TINY.evaluation.validation_episodes


def test_the_front_is_part_of_the_population(finished):
    front = {solution.key for solution in finished.front}
    assert front <= {solution.key for solution in finished.population}


def test_the_population_has_its_size(finished):
    assert len(finished.population) == TINY.evolution.population


def test_a_generation_of_the_listener_is_a_generation_of_the_run(tmp_path):
    heard = []
    with glianeat.evolve(TINY, runs=tmp_path, listen=heard.append) as run:
        assert heard == run.summaries


def test_an_agent_of_a_run_acts_as_its_genome_did(finished):
    solution = finished.population[0]
    environment, agent = gymnasium.make("CartPole-v1"), solution.agent()
    lived = []
    for n in range(TINY.evaluation.episodes):
        agent.reset()
        observation, _ = environment.reset(seed=episode_seed(TINY.seed, Purpose.TRAIN, n))
        lived.append(live(agent, environment, observation, finished.task_spec).total_return)
    assert tuple(lived) == solution.evaluation.returns


def test_a_box_action_evolves_end_to_end(tmp_path):
    with glianeat.evolve(PENDULUM, runs=tmp_path) as run:
        action = run.best.agent().act(np.zeros(3))
        assert gymnasium.make("Pendulum-v1").action_space.contains(action)


def test_box_actions_are_read_from_membranes_by_default(tmp_path):
    with glianeat.evolve(PENDULUM, runs=tmp_path) as run:
        assert (run.config.codec.readout, run.config.codec.hold) == ("membrane", 10)


def test_runs_without_a_name_are_numbered(tmp_path):
    for _ in range(2):
        glianeat.evolve(TINY, runs=tmp_path).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CartPole-v1-1", "CartPole-v1-2"]


@pytest.mark.parametrize(
    ("task", "name"),
    [("CartPole-v1", "CartPole-v1-1"), ("a.b:C-v0", "a.b-C-v0-1"), ("///", "run-1")],
)
def test_a_free_folder_is_named_after_the_task(tmp_path, task, name):
    assert free_folder(tmp_path, task).name == name


def test_a_free_folder_passes_over_what_exists(tmp_path):
    (tmp_path / "x-1").mkdir()
    assert free_folder(tmp_path, "x").name == "x-2"


def test_a_name_that_exists_is_refused_and_left_as_it_was(finished):
    before = contents(finished.folder)
    with pytest.raises(CheckpointError, match="exists already"):
        glianeat.evolve(TINY, runs=finished.folder.parent, name="tiny")
    assert contents(finished.folder) == before


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (TINY.replace(task=TaskConfig(id="CartPoel-v1")), "did you mean 'CartPole-v1'"),
        (TINY.replace(genome=GenomeConfig(max_neurons=4)), "max_neurons: must be >= 10"),
        (
            PENDULUM.replace(neuron=NeuronConfig(model="izhikevich")),
            "neuron.model: must be 'galif'",
        ),
    ],
)
def test_an_experiment_that_cannot_run_is_refused_with_nothing_written(tmp_path, config, message):
    with pytest.raises(ConfigError, match=message):
        glianeat.evolve(config, runs=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("workers", [-1, 1.5, "many"])
def test_workers_that_are_no_number_are_refused_with_nothing_written(tmp_path, workers):
    with pytest.raises(ConfigError, match=r"workers: must be a whole number >= 0 or 'auto'"):
        glianeat.evolve(TINY, runs=tmp_path / "runs", workers=workers)
    assert not (tmp_path / "runs").exists()


def test_resuming_a_finished_run_changes_nothing_and_says_so(finished):
    before, heard = finished.digest, []
    with glianeat.resume(finished.folder, listen=heard.append) as run:
        assert (run.digest, run.finished, heard) == (before, "generations", [])


def test_going_on_for_longer_gives_the_run_that_was_longer_at_once(resumable, tmp_path):
    glianeat.resume(resumable).close()
    with glianeat.resume(resumable, changes=longer) as extended:
        longer_digest = extended.digest
    with glianeat.evolve(longer(TINY), runs=tmp_path, name="longer") as run:
        assert run.digest == longer_digest


def test_a_run_that_goes_on_for_longer_is_not_finished_meanwhile(resumable):
    glianeat.resume(resumable).close()
    with pytest.raises(KeyboardInterrupt):
        glianeat.resume(resumable, changes=longer, listen=stop_after(3))
    with glianeat.Run(resumable) as run:
        assert run.finished == ""


def test_a_run_keeps_the_stopping_criteria_it_went_on_with(resumable):
    with glianeat.resume(resumable, changes=longer) as run:
        assert run.config.evolution.generations == 3


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (of_another_seed, "seed"),
        (of_larger_population, "evolution.population"),
        (of_other_costs, "energy.spike"),
    ],
)
def test_a_change_of_meaning_is_refused_by_its_path(resumable, change, path):
    with pytest.raises(ConfigError, match=rf"cannot go on with {path}: "):
        glianeat.resume(resumable, changes=change)


def test_a_refused_change_leaves_the_run_as_it_was(resumable):
    before = contents(resumable)
    with pytest.raises(ConfigError):
        glianeat.resume(resumable, changes=of_another_seed)
    assert contents(resumable) == before


def test_a_missing_run_is_named_with_the_nearest(finished):
    with pytest.raises(CheckpointError, match=r"does not exist; did you mean 'tiny'\?"):
        glianeat.resume(finished.folder.parent / "tinny")


def test_evaluations_are_not_exceeded(tmp_path):
    plan = TINY.evolution.replace(evaluations=20, generations=9)
    with glianeat.evolve(TINY.replace(evolution=plan), runs=tmp_path) as run:
        assert (run.summaries[-1].evaluations, run.finished) == (16, "evaluations")


def test_fewer_evaluations_than_founders_are_refused():
    with pytest.raises(ConfigError, match="evaluations: must be >= 8, the population"):
        TINY.evolution.replace(evaluations=7)


def test_a_solved_run_stops(tmp_path):
    plan = TINY.evolution.replace(stop_when_solved=True, solved_return=1.0, generations=9)
    with glianeat.evolve(TINY.replace(evolution=plan), runs=tmp_path) as run:
        assert (run.finished, len(run.summaries)) == ("solved", 1)


def test_a_genome_the_run_does_not_have_is_refused_by_its_key(finished):
    with pytest.raises(CheckpointError, match="has no genome 999"):
        finished.solution(999)


def test_importing_glianeat_imports_nothing_heavy():
    heavy = ["ray", "numba", "deap", "gymnasium", "matplotlib", "numpy"]
    script = (
        f"import sys, json, glianeat; print(json.dumps([m for m in {heavy} if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert json.loads(done.stdout) == []


def test_every_public_name_is_there():
    assert all(hasattr(glianeat, name) for name in glianeat.__all__)
