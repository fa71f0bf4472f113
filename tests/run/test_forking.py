"""Forks, and what may change when a run goes on."""

import statistics

import pytest

import glianeat
from glianeat.errors import CheckpointError, ConfigError, TrustError
from glianeat.run.start import StartConfig
from glianeat.store.run_store import RunStore
from glianeat.tasks.config import TaskConfig
from tests.run.runs import SMALL, stop_after
from tests.run.test_trust import edited

TINY = SMALL.replace(evolution=SMALL.evolution.replace(generations=2))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a finished run."""
    runs = tmp_path_factory.mktemp("runs")
    glianeat.evolve(TINY, runs=runs, name="old").close()
    return runs / "old"


def with_tournaments_of_four(config):
    return config.replace(selection=config.selection.replace(tournament=4))


def with_population(number):
    return lambda config: config.replace(evolution=config.evolution.replace(population=number))


def with_task(**task):
    return lambda config: config.replace(task=config.task.replace(**task))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def forked(folder, tmp_path, changes=lambda config: config, **options):
    return glianeat.fork(folder, "new", runs=tmp_path, changes=changes, **options)


def test_a_fork_begins_with_the_survivors_of_the_last_generation(folder, tmp_path):
    with glianeat.Run(folder) as old, forked(folder, tmp_path) as new:
        founders = [new.solution(key).genome for key in range(8)]
        pairs = zip(founders, old.population, strict=True)
        assert all(founder.same_genes(one.genome) for founder, one in pairs)
        assert [new.solution(key).evaluation.returns for key in range(8)] == [
            one.evaluation.returns for one in old.population
        ]


def test_a_fork_names_its_origin_and_the_difference(folder, tmp_path):
    with RunStore.open(folder) as old, forked(folder, tmp_path, with_tournaments_of_four) as new:
        origin = {"run": "old", "digest": old.digest, "generation": 1}
        assert new.provenance["fork"] == {
            **origin,
            "genomes": [standing.key for standing in old.last_generation().survivors],
            "changes": {"selection.tournament": {"from": 2, "to": 4}},
        }
        assert new.config.start == StartConfig(**origin, genomes=new.config.start.genomes)
        assert new.config.selection.tournament == 4


def test_a_fork_leaves_the_old_run_as_it_was(folder, tmp_path):
    before = contents(folder)
    forked(folder, tmp_path, with_tournaments_of_four).close()
    assert contents(folder) == before


def digest_of(run):
    with run:
        return run.digest


def test_equal_forks_have_equal_digests_and_others_not(folder, tmp_path):
    one = digest_of(forked(folder, tmp_path / "one"))
    assert digest_of(forked(folder, tmp_path / "again")) == one
    assert digest_of(forked(folder, tmp_path / "other", with_tournaments_of_four)) != one


def test_an_interrupted_fork_goes_on_without_the_old_run(folder, tmp_path):
    whole = digest_of(forked(folder, tmp_path / "whole"))
    with pytest.raises(KeyboardInterrupt):
        forked(folder, tmp_path, listen=stop_after(1))
    assert digest_of(glianeat.resume(tmp_path / "new")) == whole


@pytest.mark.parametrize("number", [5, 12])
def test_a_fork_may_have_another_population(folder, tmp_path, number):
    with glianeat.Run(folder) as old, forked(folder, tmp_path, with_population(number)) as new:
        kept = min(number, 8)
        founders = [new.solution(key) for key in range(number)]
        pairs = zip(founders[:kept], old.population[:kept], strict=True)
        assert all(one.genome.same_genes(other.genome) for one, other in pairs)
        assert [one.parents[0] for one in founders[kept:]] == list(range(number - kept))


def reward_minimum_of(folder):
    with RunStore.open(folder) as store:
        return store.last_generation().reward_minimum


def test_a_fork_counts_the_reward_floor_from_where_the_old_run_did(folder, tmp_path):
    forked(folder, tmp_path).close()
    assert reward_minimum_of(tmp_path / "new") == reward_minimum_of(folder)


def test_the_reward_floor_is_counted_anew_on_another_task(folder, tmp_path):
    with forked(folder, tmp_path, with_task(max_steps=40)) as new:
        returns = [new.solution(key).evaluation.mean_return for key in range(8)]
    assert reward_minimum_of(tmp_path / "new") == statistics.median(returns)


def test_a_fork_into_a_task_of_another_shape_is_refused(folder, tmp_path):
    expected = (
        "task glianeat/TMaze-v0: must keep 8 inputs and 2 outputs, as genome .* has, got 14 and 2"
    )
    with pytest.raises(ConfigError, match=expected):
        forked(folder, tmp_path, with_task(id="glianeat/TMaze-v0"))
    assert not list(tmp_path.iterdir())


def test_a_fork_says_by_itself_what_it_starts_from(folder, tmp_path):
    def of_another(config):
        return config.replace(start=config.start.replace(run="other"))

    with pytest.raises(ConfigError, match="start: cannot be changed; a fork starts from the run"):
        forked(folder, tmp_path, of_another)


def test_a_run_without_a_generation_cannot_be_forked(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(TINY, runs=tmp_path, name="cut", reporters=[Interrupting()])
    with pytest.raises(CheckpointError, match="has no generation to begin from; resume it"):
        glianeat.fork(tmp_path / "cut", "new")


class Interrupting(glianeat.Reporter):
    def start_generation(self, generation):
        raise KeyboardInterrupt


def test_a_fork_of_a_strangers_run_asks_for_trust(tmp_path):
    own = TINY.replace(task=TaskConfig(id="tests.evaluate.badenvs:Odd-v0"))
    own = own.replace(evolution=own.evolution.replace(generations=1))
    glianeat.evolve(own, runs=tmp_path, name="own").close()
    strange = edited(tmp_path / "own", max_steps=5)
    with pytest.raises(TrustError, match="imports tests"):
        glianeat.fork(strange, "new")
    with pytest.raises(TrustError, match="imports tests"):
        glianeat.fork(strange, "new", changes=with_task(max_steps=6))
    with glianeat.fork(strange, "new", trust=True) as run:
        assert run.demands == ()


def test_what_no_generation_depends_on_may_change_when_a_run_goes_on(folder, tmp_path):
    def later(config):
        return config.replace(
            evolution=config.evolution.replace(generations=3),
            evaluation=config.evaluation.replace(timeout=77.0, validation_top=4),
            task=config.task.replace(compiled="off"),
            codec=config.codec.replace(outputs=("left", "right")),
        )

    plan = TINY.evolution.replace(generations=3)
    whole = digest_of(glianeat.evolve(TINY.replace(evolution=plan), runs=tmp_path, name="whole"))
    glianeat.evolve(TINY, runs=tmp_path, name="short").close()
    with glianeat.resume(tmp_path / "short", changes=later) as run:
        assert run.digest == whole
        assert run.config.codec.outputs == ("left", "right")


def test_a_refused_change_is_shown_with_old_and_new_values(folder):
    def otherwise(config):
        return with_tournaments_of_four(with_population(9)(config))

    expected = (
        "run old: cannot go on with evolution.population: 8 -> 9, selection.tournament: 2 -> 4: "
        "that would change what its results mean; .* --fork NAME"
    )
    with pytest.raises(ConfigError, match=expected):
        glianeat.resume(folder, changes=otherwise)


def test_names_of_channels_stay_as_many_as_there_are_channels(folder):
    def nameless(config):
        return config.replace(codec=config.codec.replace(outputs=("left",)))

    with pytest.raises(ConfigError, match=r"codec\.outputs: must be 2 names, got 1"):
        glianeat.resume(folder, changes=nameless)
