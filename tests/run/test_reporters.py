"""What reporters are told, when, and what becomes of a run if one of them fails."""

import inspect

import neat.reporting
import pytest

import glianeat
from glianeat.errors import ConfigError, ReporterError
from glianeat.evolution.species import SpeciesConfig
from glianeat.tasks.config import TaskConfig
from tests.run.runs import SMALL
from tests.run.worlds import BROKEN, FRAGILE, RANGES

TINY = SMALL.replace(evolution=SMALL.evolution.replace(generations=2))
NEAT_NAMES = [name for name in vars(neat.reporting.BaseReporter) if not name.startswith("_")]
NAMES = [name for name in vars(glianeat.Reporter) if not name.startswith("_")]


class VideoRecorder(glianeat.Reporter):
    """Writes down every call."""

    def __init__(self):
        self.calls = []

    def __getattribute__(self, name):
        if name in NAMES:
            return lambda *arguments: self.calls.append((name, arguments))
        return super().__getattribute__(name)

    def names(self):
        return [name for name, _ in self.calls if name != "info"]

    def arguments(self, name):
        return [arguments for called, arguments in self.calls if called == name]


class Failing(glianeat.Reporter):
    """Fails in one method, from one call on."""

    def __init__(self, method, calls=1, error=None):
        self.method, self.left = method, calls
        self.error = error or ValueError("no space left")

    def __getattribute__(self, name):
        if name in NAMES and name == self.method:
            return self.fail
        return super().__getattribute__(name)

    def fail(self, *_):
        self.left -= 1
        if self.left <= 0:
            raise self.error


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Return what a recorder was told of a run of two generations, and the run."""
    recorder = VideoRecorder()
    runs = tmp_path_factory.mktemp("runs")
    with glianeat.evolve(TINY, runs=runs, name="told", reporters=[recorder]) as run:
        yield recorder, run


@pytest.fixture(scope="module")
def told_of_failures(tmp_path_factory):
    recorder = VideoRecorder()
    config = TINY.replace(task=TaskConfig(id=FRAGILE, ranges=RANGES))
    runs = tmp_path_factory.mktemp("runs")
    with glianeat.evolve(config, runs=runs, reporters=[recorder]) as run:
        yield recorder, run


@pytest.mark.parametrize("name", NEAT_NAMES)
def test_reporters_have_the_methods_of_neat_python(name):
    ours = inspect.signature(getattr(glianeat.Reporter, name)).parameters
    theirs = inspect.signature(getattr(neat.reporting.BaseReporter, name)).parameters
    assert len(ours) == len(theirs)


def test_reporters_are_told_in_order(told):
    first = ["start_generation", "post_evaluate", "end_generation", "on_generation"]
    later = ["start_generation", "post_reproduction", *first[1:]]
    names = told[0].names()
    assert [name for name in names if name != "on_time_left"] == [*first, *later]
    assert names[-3:] == ["on_time_left", "end_generation", "on_generation"]


def test_generations_begin_with_their_numbers(told):
    assert told[0].arguments("start_generation") == [(0,), (1,)]


def test_evaluated_genomes_are_told_by_key_with_the_best(told):
    recorder, run = told
    for number, (config, population, species, best) in enumerate(
        recorder.arguments("post_evaluate")
    ):
        assert config == run.config
        assert list(population) == list(range(8 * number, 8 * number + 8))
        assert all(population[key].evaluation.key == key for key in population)
        assert best in population.values()
        worths = [one.evaluation.mean_return for one in population.values()]
        assert best.evaluation.mean_return == max(worths)
        assert species == {}


def test_offspring_are_told_before_they_are_evaluated(told):
    ((_, offspring, _),) = told[0].arguments("post_reproduction")
    ((_, evaluated, _, _),) = told[0].arguments("post_evaluate")[1:]
    assert {key: one.genome for key, one in evaluated.items()} == offspring


def test_survivors_that_are_assessed_again_are_told_with_the_offspring(tmp_path):
    recorder = VideoRecorder()
    config = TINY.replace(evaluation=TINY.evaluation.replace(resample="generation"))
    glianeat.evolve(config, runs=tmp_path, reporters=[recorder]).close()
    ((_, offspring, _),) = recorder.arguments("post_reproduction")
    _, survivors, _ = recorder.arguments("end_generation")[0]
    _, evaluated, _, _ = recorder.arguments("post_evaluate")[1]
    assert not survivors.keys() & offspring.keys()
    assert evaluated.keys() == survivors.keys() | offspring.keys()
    assert all(len(evaluated[key].evaluations) == 2 for key in survivors)


def test_survivors_are_told_best_first(told):
    recorder, run = told
    _, population, _ = recorder.arguments("end_generation")[-1]
    assert list(population) == [solution.key for solution in run.population]


def test_the_numbers_of_a_generation_are_those_of_the_run(told):
    recorder, run = told
    expected = list(zip(run.summaries, run.statistics))
    assert recorder.arguments("on_generation") == expected


def test_the_reason_of_the_end_is_told(told):
    assert told[0].calls[-1] == ("info", ("ended by generations: all generations are done",))


def test_resuming_says_from_where(told):
    recorder = VideoRecorder()
    glianeat.resume(told[1].folder, reporters=[recorder]).close()
    assert recorder.calls[0] == ("info", ("goes on after generation 1",))


def test_failures_are_told_with_their_reasons(told_of_failures):
    recorder, run = told_of_failures
    failures = recorder.arguments("on_failure")
    assert len(failures) == sum(summary.failures for summary in run.summaries) > 0
    for key, status, reason in failures:
        evaluation = run.solution(key).evaluation
        assert (status, reason) == (evaluation.status, evaluation.reason)


def test_an_extinction_is_told_if_nobody_went_well(tmp_path):
    recorder = VideoRecorder()
    config = TINY.replace(task=TaskConfig(id=BROKEN, ranges=RANGES))
    glianeat.evolve(config, runs=tmp_path, reporters=[recorder]).close()
    assert len(recorder.arguments("complete_extinction")) == 2


def test_a_solution_is_told_once(tmp_path):
    plan = SMALL.evolution.replace(solved_return=1.0, generations=3)
    recorder = VideoRecorder()
    with glianeat.evolve(SMALL.replace(evolution=plan), runs=tmp_path, reporters=[recorder]) as run:
        ((config, generation, best),) = recorder.arguments("found_solution")
        assert (config, generation) == (run.config, 0)
        assert run.solution(best.key).validation.mean_return >= 1.0


@pytest.fixture(scope="module")
def told_of_species(tmp_path_factory):
    """Return what is told of a run of many species that soon stagnate."""
    recorder = VideoRecorder()
    config = SMALL.replace(
        evolution=SMALL.evolution.replace(algorithm="neat", population=24, generations=6),
        species=SpeciesConfig(target=8, threshold=0.3, stagnation=1),
    )
    glianeat.evolve(config, runs=tmp_path_factory.mktemp("r"), reporters=[recorder]).close()
    return recorder


def test_species_are_told_with_their_members(told_of_species):
    for _, population, species in told_of_species.arguments("end_generation"):
        assert len(species) > 1
        assert sorted(key for keys in species.values() for key in keys) == sorted(population)


def test_stagnant_species_are_told_with_their_members_before_the_others_reproduce(told_of_species):
    species, stagnant = {}, []
    for name, arguments in told_of_species.calls:
        if name == "end_generation":
            species = arguments[2]
        elif name == "species_stagnant":
            assert list(species[arguments[0]]) == list(arguments[1])
            stagnant += arguments[1]
        elif name == "post_evaluate":
            parents = {one.parents[0] for one in arguments[1].values()}
            assert not parents & set(stagnant)
    assert stagnant


@pytest.mark.parametrize(
    ("method", "calls", "kept"),
    [
        ("start_generation", 1, 0),
        ("start_generation", 2, 1),
        ("post_reproduction", 1, 1),
        ("post_evaluate", 1, 1),
        ("end_generation", 2, 2),
        ("on_generation", 1, 1),
    ],
)
def test_a_reporter_that_raises_ends_the_run_by_name_and_loses_nothing(
    tmp_path, told, method, calls, kept
):
    message = rf"^reporter Failing\.{method}: must not raise, got ValueError: no space left"
    with pytest.raises(ReporterError, match=message):
        glianeat.evolve(TINY, runs=tmp_path, name="cut", reporters=[Failing(method, calls)])
    with glianeat.Run(tmp_path / "cut") as run:
        assert (len(run.summaries), run.finished) == (kept, "")
    with glianeat.resume(tmp_path / "cut") as run:
        assert (run.digest, run.statistics) == (told[1].digest, told[1].statistics)


def test_a_listener_that_raises_ends_the_run_in_the_same_way(tmp_path):
    with pytest.raises(ReporterError, match="got ZeroDivisionError"):
        glianeat.evolve(TINY, runs=tmp_path, listen=lambda summary: 1 / summary.number)


def test_an_interruption_passes_through(tmp_path):
    interrupting = Failing("end_generation", error=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(TINY, runs=tmp_path, reporters=[interrupting])


def test_reporters_change_nothing(told, tmp_path):
    with glianeat.evolve(TINY, runs=tmp_path) as run:
        assert run.digest == told[1].digest


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (print, r"reporters: must be of a class derived from glianeat.Reporter, got <built-in"),
        (VideoRecorder, r"got <class .*VideoRecorder'>; make one of that class$"),
    ],
)
def test_what_is_no_reporter_is_refused_with_nothing_written(tmp_path, what, message):
    with pytest.raises(ConfigError, match=message):
        glianeat.evolve(TINY, runs=tmp_path / "runs", reporters=[what])
    assert not (tmp_path / "runs").exists()
