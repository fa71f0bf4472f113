"""The promise of one seed and one result, for every algorithm and for resampled episodes."""

import signal
import subprocess
import sys
import textwrap

import pytest

import glianeat
from glianeat.errors import CheckpointError, ConfigError
from tests.run.runs import SMALL, outcome, stop_after

NEAT = SMALL.replace(
    evolution=SMALL.evolution.replace(algorithm="neat"), neat=SMALL.neat.replace(elite_size=2)
)
SPECIES = SMALL.replace(species=SMALL.species.replace(target=3, threshold=0.8))
RESAMPLED = SMALL.replace(evaluation=SMALL.evaluation.replace(resample="generation", window=2))
NEAT_RESAMPLED = NEAT.replace(evaluation=RESAMPLED.evaluation)
CONFIGS = {
    "neat": NEAT,
    "species": SPECIES,
    "resampled": RESAMPLED,
    "neat_resampled": NEAT_RESAMPLED,
}


@pytest.fixture(scope="module", params=CONFIGS)
def case(request):
    return request.param


@pytest.fixture(scope="module")
def uninterrupted(case, tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    return outcome(glianeat.evolve(CONFIGS[case], runs=runs, name="serial"))


def in_another_process(case, runs, stop=99):
    """Evolve in a fresh process, and kill it with SIGKILL after some generations."""
    script = f"""
        import glianeat
        from pathlib import Path
        from tests.run.test_algorithms import CONFIGS

        def listen(summary):
            print(summary.number, flush=True)

        glianeat.evolve(CONFIGS[{case!r}], runs=Path({str(runs)!r}), name="other", listen=listen)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if int(line) + 1 >= stop:
                process.kill()
    return process.returncode


def test_a_fresh_process_changes_nothing(case, uninterrupted, tmp_path):
    assert in_another_process(case, tmp_path) == 0
    assert outcome(glianeat.resume(tmp_path / "other")) == uninterrupted


def test_a_killed_process_and_going_on_change_nothing(case, uninterrupted, tmp_path):
    assert in_another_process(case, tmp_path, stop=2) == -signal.SIGKILL
    assert outcome(glianeat.resume(tmp_path / "other")) == uninterrupted


def test_interruptions_after_every_generation_change_nothing(case, uninterrupted, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(CONFIGS[case], runs=tmp_path, name="cut", listen=stop_after(1))
    for generations in range(2, 6):
        with pytest.raises(KeyboardInterrupt):
            glianeat.resume(tmp_path / "cut", listen=stop_after(generations))
    assert outcome(glianeat.resume(tmp_path / "cut")) == uninterrupted


@pytest.mark.ray
def test_ray_workers_change_nothing(case, uninterrupted, tmp_path, cluster):
    run = glianeat.evolve(CONFIGS[case], runs=tmp_path, workers=2)
    assert outcome(run) == uninterrupted


def test_every_algorithm_gives_results_of_its_own(tmp_path):
    digests = {glianeat.evolve(c, runs=tmp_path).digest for c in (SMALL, *CONFIGS.values())}
    assert len(digests) == 1 + len(CONFIGS)


def test_evaluations_are_counted_honestly(tmp_path):
    size, generations = SMALL.evolution.population, SMALL.evolution.generations
    with glianeat.evolve(RESAMPLED, runs=tmp_path) as run:
        assert run.summaries[-1].evaluations == size + (generations - 1) * 2 * size
    with glianeat.evolve(NEAT, runs=tmp_path) as run:
        assert run.summaries[-1].evaluations == run.solution(0).key + 1 + max_key(run)


def max_key(run):
    """Return the key of the newest genome: with champions carried over, keys count births."""
    key = 0
    while True:
        try:
            run.solution(key + 1)
        except CheckpointError:
            return key
        key += 1


def test_a_budget_of_evaluations_holds_with_resampling(tmp_path):
    config = RESAMPLED.replace(evolution=RESAMPLED.evolution.replace(evaluations=50))
    with glianeat.evolve(config, runs=tmp_path) as run:
        assert run.finished == "evaluations"
        assert run.summaries[-1].evaluations == 40


def test_a_survivor_shows_all_of_its_assessments(tmp_path):
    with glianeat.evolve(RESAMPLED, runs=tmp_path) as run:
        episodes = {len(solution.evaluation.returns) for solution in run.population}
    assert episodes <= {2, 4}
    assert 4 in episodes


def test_unknown_objectives_are_refused_before_anything_runs(tmp_path):
    config = SMALL.replace(selection=SMALL.selection.replace(objectives=("reward", "sice")))
    with pytest.raises(ConfigError, match="got 'sice'; did you mean 'size'"):
        glianeat.evolve(config, runs=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("objectives", [("reward",), ("reward", "spikes", "size", "energy")])
def test_any_number_of_objectives_can_be_evolved_for(tmp_path, objectives):
    config = SMALL.replace(
        selection=SMALL.selection.replace(objectives=objectives, energy_onset="start")
    )
    with glianeat.evolve(config, runs=tmp_path) as run:
        assert len(run.population) == SMALL.evolution.population


@pytest.mark.parametrize(("algorithm", "target"), [("neat", 10), ("nsga2", 0)])
def test_the_target_of_species_follows_from_the_algorithm(tmp_path, algorithm, target):
    config = SMALL.replace(evolution=SMALL.evolution.replace(algorithm=algorithm, generations=1))
    with glianeat.evolve(config, runs=tmp_path) as run:
        assert run.config.species.target == target
