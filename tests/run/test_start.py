"""Populations that start from genomes of another run, or of a file."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import numpy as np
import pytest

import glianeat
from glianeat.errors import CheckpointError, ConfigError, GenomeError
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.genome.genome import Genome
from glianeat.genome.mutation import apply_operator
from glianeat.genome.serial import genome_to_json
from glianeat.run.start import StartConfig, StartGenome
from glianeat.run.starting import genome_in, genomes_of
from glianeat.run.verification import verify
from glianeat.store.checksums import checksum
from glianeat.tasks.config import TaskConfig
from tests.run.runs import SMALL, stop_after

EXAMPLE = Path(__file__).parents[2] / "runs" / "example"
TINY = SMALL.replace(evolution=SMALL.evolution.replace(generations=2))
HERITAGE = TINY.evolution.population


def begun(folder, name, config=TINY, **options):
    """Evolve from the example's best genome; return the finished run."""
    with glianeat.Run(EXAMPLE) as example:
        return glianeat.evolve(config, runs=folder, name=name, start=[example.best], **options)


@pytest.fixture(scope="module")
def best():
    with glianeat.Run(EXAMPLE) as example:
        return example.best.genome


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    with begun(tmp_path_factory.mktemp("runs"), "started") as run:
        yield run


def test_the_first_founder_is_the_given_genome_and_the_rest_are_mutated_copies(started, best):
    founders = [started.solution(key) for key in range(HERITAGE)]
    assert founders[0].genome.same_genes(best)
    assert founders[0].parents == (-1, -1)
    assert all(one.parents == (0, -1) for one in founders[1:])
    assert not any(one.genome.same_genes(best) for one in founders[1:])


def test_copies_of_several_genomes_take_turns(tmp_path, best):
    with glianeat.Run(EXAMPLE) as example:
        other = example.solution(0)
    with glianeat.evolve(TINY, runs=tmp_path, start=[best, other.genome]) as run:
        assert [run.solution(key).parents[0] for key in range(2, 6)] == [0, 1, 0, 1]


def test_a_run_says_where_its_founders_came_from(started):
    with glianeat.Run(EXAMPLE) as example:
        origin = {"run": "example", "digest": example.digest, "genome": example.best.key}
    (record,) = started.provenance["start"]
    assert origin.items() <= record.items()
    assert started.config.start == StartConfig(genomes=record["hash"])


def test_equal_starts_give_equal_digests_whatever_they_are_called(started, tmp_path, best):
    (tmp_path / "mine.json").write_bytes(genome_to_json(best))
    from_file = genome_in(tmp_path / "mine.json")
    with glianeat.evolve(TINY, runs=tmp_path, start=[from_file, best]) as run:  # equal: once
        assert run.digest == started.digest
        assert run.config.start == started.config.start


def test_another_start_gives_another_digest(started, tmp_path):
    with glianeat.Run(EXAMPLE) as example:
        other = example.solution(0)
        with glianeat.evolve(TINY, runs=tmp_path, name="other", start=[other]) as run:
            assert run.digest != started.digest
    with glianeat.evolve(TINY, runs=tmp_path, name="anew") as run:
        assert run.digest != started.digest


@pytest.mark.parametrize("strategy", ["nsga2", "neat"])
def test_every_strategy_can_start_from_genomes(tmp_path, strategy):
    config = TINY.replace(evolution=TINY.evolution.replace(algorithm=strategy))
    with begun(tmp_path, strategy, config) as run:
        assert run.summaries[0].best_return == 500.0
        assert verify(run.folder, replay=2).agrees


@pytest.fixture
def cut(tmp_path, monkeypatch):
    """Return the folder of a run that was interrupted before its first generation."""

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(SerialEvaluator, "evaluate", interrupt)
    with pytest.raises(KeyboardInterrupt):
        begun(tmp_path, "cut")
    monkeypatch.undo()
    return tmp_path / "cut"


def test_an_interrupted_run_goes_on_from_the_genomes_that_it_keeps(started, cut):
    with glianeat.resume(cut) as run:
        assert run.digest == started.digest


def test_a_run_that_was_cut_off_later_goes_on_to_the_same_digest(started, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        begun(tmp_path, "cut", listen=stop_after(1))
    with glianeat.resume(tmp_path / "cut") as run:
        assert run.digest == started.digest


def test_genomes_that_were_changed_in_a_run_are_noticed(cut):
    with closing(sqlite3.connect(cut / "run.db")) as database, database:
        none = msgspec.msgpack.encode({"genomes": []})
        row = (none, checksum("start", none))
        database.execute("UPDATE meta SET value = ?, checksum = ? WHERE key = 'start'", row)
    with pytest.raises(CheckpointError, match="names other genomes to start from than it has"):
        glianeat.resume(cut)


def test_an_algorithm_can_start_from_genomes(best):
    asked = glianeat.make_algorithm(TINY, start=[best]).ask()
    assert [one.key for one in asked] == list(range(HERITAGE))
    assert asked[0].same_genes(best)


def test_the_statistics_count_copies_that_do_better(tmp_path):
    with glianeat.Run(EXAMPLE) as example:
        weak = min(example.population, key=lambda one: one.mean_return)
        with glianeat.evolve(TINY, runs=tmp_path, start=[weak]) as run:
            first = run.solution(0).evaluation.mean_return
            better = sum(run.solution(key).evaluation.mean_return > first for key in range(8))
            assert run.statistics[0].operators["traits"].improved >= better


def test_which_genomes_of_a_run_is_said_by_a_word_or_a_key():
    with glianeat.Run(EXAMPLE) as example:
        assert [one.genome.key for one in genomes_of(example, "best")] == [example.best.key]
        assert [one.genome.key for one in genomes_of(example, "front")] == [
            one.key for one in example.front
        ]
        assert [one.genome.key for one in genomes_of(example, "7")] == [7]
        with pytest.raises(ConfigError, match="must be best, front or a key, got 'worst'"):
            genomes_of(example, "worst")


def test_a_genome_of_another_shape_is_refused_with_both_shapes(tmp_path, best):
    config = TINY.replace(task=TaskConfig(id="glianeat/TMaze-v0"))
    expected = r"start\[0\]: must have 14 inputs and 2 outputs for glianeat/TMaze-v0, got 8 and 2"
    with pytest.raises(ConfigError, match=expected):
        glianeat.evolve(config, runs=tmp_path, start=[best])
    assert not list(tmp_path.iterdir())


def test_other_names_of_channels_are_refused(tmp_path, best):
    names = tuple(f"sense {number}" for number in range(8))
    config = TINY.replace(codec=TINY.codec.replace(channels=names))
    given = StartGenome(best, "genome 5 of run x", channels=("smell", *names[1:]))
    expected = "genome 5 of run x: its input 0 must be 'sense 0' for CartPole-v1, got 'smell'"
    with pytest.raises(ConfigError, match=expected):
        glianeat.evolve(config, runs=tmp_path, start=[given])


def test_channels_that_only_one_side_names_may_be_the_same(tmp_path, best):
    names = tuple(f"sense {number}" for number in range(8))
    config = TINY.replace(codec=TINY.codec.replace(channels=names))
    with begun(tmp_path, "named", config) as run:
        assert run.solution(0).genome.same_genes(best)


def test_a_population_must_have_room_for_its_start(tmp_path):
    with glianeat.Run(EXAMPLE) as example:
        start = example.population[:9]
        with pytest.raises(ConfigError, match="population: must be >= 9, the genomes to start"):
            glianeat.evolve(TINY, runs=tmp_path, start=start)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"max_synapses": 3}, "genome.max_synapses: must be >= "),
        ({"feed_forward": True}, "genome.feed_forward: must be false for .*, which has cycles"),
        ({}, "genome.dale: must be false for .*, whose synapses have signs of their own"),
    ],
)
def test_a_genome_that_breaks_a_rule_of_the_run_is_refused(tmp_path, best, changes, rule):
    config = TINY.replace(genome=TINY.genome.replace(**changes))
    with pytest.raises(ConfigError, match=rule):
        glianeat.evolve(config, runs=tmp_path, start=[of_its_own_signs_and_cyclic(best, rule)])


def of_its_own_signs_and_cyclic(genome, rule):
    """Return a genome with the trouble that a rule is about."""
    if "dale" in rule:
        traits = -genome.synapses.traits
        traits[:, 1:] = genome.synapses.traits[:, 1:]
        synapses = genome.synapses.with_traits(traits)
        return Genome(genome.key, genome.regions, genome.neurons, genome.astrocytes, synapses)
    if "cycles" in rule:
        variation = glianeat.make_algorithm(SMALL)._variation.only("add_synapse")
        rng = np.random.default_rng(0)
        for _ in range(20):
            genome = apply_operator("add_synapse", genome, variation, rng)
    return genome


def test_a_configuration_that_names_other_genomes_is_refused(started, tmp_path, best):
    config = TINY.replace(start=started.config.start)
    with pytest.raises(ConfigError, match="names genomes that were not given; give them with"):
        glianeat.evolve(config, runs=tmp_path)
    with (
        glianeat.Run(EXAMPLE) as example,
        pytest.raises(ConfigError, match=r"must be [0-9a-f]{64}, "),
    ):
        glianeat.evolve(config, runs=tmp_path, start=[example.solution(0)])
    with glianeat.evolve(config, runs=tmp_path, start=[best]) as run:
        assert run.digest == started.digest


@pytest.mark.parametrize("start", ["example", [3], {"best": 1}])
def test_what_is_no_genome_is_no_start(tmp_path, start):
    with pytest.raises(ConfigError, match=r"^start.*: must be a "):
        glianeat.evolve(TINY, runs=tmp_path, start=start)


def test_a_file_that_is_no_genome_is_refused_by_its_name(tmp_path):
    with pytest.raises(CheckpointError, match=r"missing\.json: cannot be read"):
        genome_in(tmp_path / "missing.json")
    (tmp_path / "odd.json").write_text("{}")
    with pytest.raises(GenomeError, match=r"odd\.json: "):
        genome_in(tmp_path / "odd.json")
