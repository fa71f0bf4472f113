import gc
import sqlite3
import subprocess
import sys

import msgspec
import pytest

from glianeat.errors import CheckpointError
from glianeat.evolution.settings import EvolutionConfig
from glianeat.store.run_store import RunStore
from tests.builders.standings import standing
from tests.store.generations import everything, generation, individual, make_store, statistics

BORN_TWICE = generation(
    2, offspring=(individual(8), individual(0)), survivors=(standing(8, 0, 1.0),)
)


@pytest.fixture
def folder(tmp_path):
    """Return the folder of a run of two generations."""
    make_store(tmp_path / "run").close()
    return tmp_path / "run"


def digest_of(tmp_path, name, *generations):
    with RunStore.create(tmp_path / name, {}) as store:
        for one in generations:
            store.commit(one)
        return store.digest


def altered(**changes):
    """Return generation 0 with another first child."""
    original = generation(0)
    first = individual(0, **changes)
    return msgspec.structs.replace(original, offspring=(first, *original.offspring[1:]))


def test_what_is_committed_is_read_back(folder):
    with RunStore.open(folder) as store:
        assert store.individuals(1) == list(generation(1).offspring)


def test_the_last_generation_is_read_back_without_its_offspring(folder):
    with RunStore.open(folder) as store:
        expected = msgspec.structs.replace(generation(1), offspring=())
        assert store.last_generation() == expected


def test_a_new_run_has_no_generation(tmp_path):
    with RunStore.create(tmp_path / "new", {}) as store:
        assert store.last_generation() is None


def test_an_infinite_reward_minimum_is_kept(tmp_path):
    with RunStore.create(tmp_path / "new", {}) as store:
        store.commit(generation(0, reward_minimum=float("inf")))
        assert store.last_generation().reward_minimum == float("inf")


def test_summaries_count_evaluations(folder):
    with RunStore.open(folder) as store:
        assert [summary.evaluations for summary in store.summaries()] == [4, 8]


def test_a_summary_names_the_best_survivor(folder):
    with RunStore.open(folder) as store:
        assert [summary.best_key for summary in store.summaries()] == [3, 7]


def test_a_survivor_of_an_older_generation_can_be_the_best(tmp_path):
    with RunStore.create(tmp_path / "run", {}) as store:
        store.commit(generation(0))
        older = generation(1, survivors=generation(0).survivors)
        assert store.commit(older).best_key == 3


def test_validations_are_kept_by_key(folder):
    with RunStore.open(folder, writable=True) as store:
        store.add_validations([individual(3).evaluation])
        assert store.validations() == {3: individual(3).evaluation}


def test_a_store_that_is_forgotten_is_closed(folder):
    store = RunStore.open(folder)
    connection = store._connection
    del store
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        connection.execute("SELECT 1")


def test_meta_is_kept(folder):
    with RunStore.open(folder, writable=True) as store:
        store.set_meta("finished", b"because")
        assert store.meta("finished") == b"because"


def test_meta_can_be_dropped(folder):
    with RunStore.open(folder, writable=True) as store:
        store.drop_meta("config")
        with pytest.raises(CheckpointError, match="no 'config'"):
            store.meta("config")


def test_a_commit_that_fails_leaves_nothing(folder):
    with RunStore.open(folder, writable=True) as store:
        before = everything(store)
        with pytest.raises(CheckpointError, match="cannot be written"):
            store.commit(BORN_TWICE)
        assert everything(store) == before


def test_a_store_goes_on_after_a_commit_that_failed(folder):
    with RunStore.open(folder, writable=True) as store:
        with pytest.raises(CheckpointError):
            store.commit(BORN_TWICE)
        assert store.commit(generation(2)).number == 2


def test_equal_runs_have_equal_digests(tmp_path):
    one = digest_of(tmp_path, "one", generation(0), generation(1))
    assert one == digest_of(tmp_path, "two", generation(0), generation(1))


@pytest.mark.parametrize(
    "changed",
    [
        altered(genome=individual(9).genome.with_key(0)),
        altered(evaluation=msgspec.structs.replace(individual(0).evaluation, power=1.0)),
        altered(evaluation=msgspec.structs.replace(individual(0).evaluation, returns=(0.0, 1.5))),
        altered(parents=(1, 2)),
        generation(0, survivors=generation(0).survivors[::-1]),
        generation(0, survivors=generation(0).survivors[:-1]),
    ],
    ids=["genome", "power", "returns", "parents", "order of survivors", "number of survivors"],
)
def test_the_digest_changes_with_what_happened(tmp_path, changed):
    before = digest_of(tmp_path, "one", generation(0), generation(1))
    assert digest_of(tmp_path, "two", changed, generation(1)) != before


def test_the_digest_does_not_change_with_the_words_of_a_reason(tmp_path):
    worded = msgspec.structs.replace(individual(0).evaluation, reason="object at 0x7f3a")
    before = digest_of(tmp_path, "one", generation(0))
    assert digest_of(tmp_path, "two", altered(evaluation=worded)) == before


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a b", "-x", "é", "a" * 65, "x\n"])
def test_a_name_that_is_not_fit_for_a_folder_is_refused(tmp_path, name):
    from glianeat.store.run_store import check_name

    with pytest.raises(CheckpointError, match="run name: must be 1 to 64 letters"):
        check_name(name)


@pytest.mark.parametrize("name", ["../x", "a/b", "/tmp/x", "..", "", "a" * 65])
def test_evolve_refuses_a_name_that_leads_elsewhere(tmp_path, name):
    import glianeat

    brief = glianeat.ExperimentConfig(evolution=EvolutionConfig(population=2, generations=1))
    with pytest.raises(CheckpointError, match="run name"):
        glianeat.evolve(brief, name=name, runs=tmp_path / "runs")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_exists_is_refused_and_left_empty(tmp_path):
    (tmp_path / "run").mkdir()
    with pytest.raises(CheckpointError, match="exists already"):
        RunStore.create(tmp_path / "run", {})
    assert list((tmp_path / "run").iterdir()) == []


def test_a_missing_run_is_refused_by_its_name(tmp_path):
    with pytest.raises(CheckpointError, match=r"run .*nowhere: does not exist"):
        RunStore.open(tmp_path / "nowhere")


def test_two_writers_are_refused(folder):
    with (
        RunStore.open(folder, writable=True),
        pytest.raises(CheckpointError, match="another process is going on with it"),
    ):
        RunStore.open(folder, writable=True)


def test_a_writer_in_another_process_is_refused(folder):
    script = f"""if True:
        from pathlib import Path
        from glianeat.store.run_store import RunStore
        RunStore.open(Path({str(folder)!r}), writable=True)
    """
    with RunStore.open(folder, writable=True):
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "another process is going on with it" in done.stderr


def test_the_lock_is_given_back_on_closing(folder):
    RunStore.open(folder, writable=True).close()
    RunStore.open(folder, writable=True).close()


def test_a_reader_sees_what_was_committed_while_another_writes(folder):
    with RunStore.open(folder, writable=True) as writer, RunStore.open(folder) as reader:
        writer.commit(generation(2))
        assert reader.last_generation().number == 2


def test_a_reader_that_stays_does_not_stop_a_writer(folder):
    with RunStore.open(folder) as reader:
        reader.summaries()
        with RunStore.open(folder, writable=True) as writer:
            writer.commit(generation(2))
        assert reader.last_generation().number == 2


def test_a_reader_cannot_write(folder):
    with (
        RunStore.open(folder) as store,
        pytest.raises(CheckpointError, match="cannot be written"),
    ):
        store.commit(generation(2))


def test_reading_writes_nothing(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with RunStore.open(folder) as store:
        everything(store)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_statistics_are_read_back_in_order(folder):
    with RunStore.open(folder) as store:
        assert store.statistics() == [statistics(0), statistics(1)]


def test_a_generation_may_have_no_statistics(tmp_path):
    with RunStore.create(tmp_path / "run", {}) as store:
        store.commit(generation(0))
        store.commit(generation(1), statistics(1))
        assert [one.number for one in store.statistics()] == [1]


def test_statistics_are_no_part_of_the_digest(folder, tmp_path):
    with RunStore.open(folder) as store:
        assert store.digest == digest_of(tmp_path, "bare", generation(0), generation(1))


def test_what_a_run_took_is_kept_and_is_no_part_of_the_digest(tmp_path):
    slow = generation(0, seconds=86400.5)
    assert digest_of(tmp_path, "slow", slow) == digest_of(tmp_path, "fast", generation(0))
    with RunStore.open(tmp_path / "slow") as store:
        assert store.last_generation().seconds == 86400.5


def test_the_operators_that_made_a_child_are_read_back(tmp_path):
    with RunStore.create(tmp_path / "run", {}) as store:
        store.commit(altered(operators=2**40 + 5))
        assert store.individual(0).operators == 2**40 + 5


def test_validations_but_for_some_are_forgotten(folder):
    with RunStore.open(folder, writable=True) as store:
        store.add_validations([individual(key).evaluation for key in (3, 5, 6)])
        store.keep_validations([5])
        assert list(store.validations()) == [5]
