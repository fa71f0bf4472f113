"""Runs that are what they say they are, and runs that are not."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

import glianeat
from glianeat.errors import CheckpointError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.run.verification import verify
from glianeat.store.checksums import checksum
from glianeat.store.records import Summary
from glianeat.store.rows import summary_checksum
from glianeat.store.run_store import RunStore
from tests.run.runs import SMALL

EXAMPLE = Path(__file__).parents[2] / "runs" / "example"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    glianeat.evolve(SMALL, runs=runs, name="made").close()
    return runs / "made"


@pytest.fixture
def run(made, tmp_path):
    return shutil.copytree(made, tmp_path / "run")


def change(folder, statement, *values):
    with closing(sqlite3.connect(folder / "run.db")) as connection:
        connection.execute(statement, values)
        connection.commit()


def test_a_run_is_what_it_says_and_its_genomes_do_what_they_did(run):
    found = verify(run, replay=10, seed=3)
    assert found.agrees
    assert (found.checked.generations, found.checked.genomes) == (5, 40)
    assert len(found.replayed) >= 9
    assert found.checked.unknown == 0


def test_the_example_is_what_it_says():
    assert verify(EXAMPLE).agrees


def test_which_genomes_are_evaluated_is_a_choice(run):
    assert verify(run, replay=4, seed=1).replayed == verify(run, replay=4, seed=1).replayed
    assert verify(run, replay=4, seed=1).replayed != verify(run, replay=4, seed=2).replayed


def test_abandoned_genomes_are_evaluated_as_far_as_they_were(tmp_path):
    trying = SMALL.replace(evaluation=SMALL.evaluation.replace(episodes=6, racing_episodes=2))
    with glianeat.evolve(trying, runs=tmp_path, name="run") as run:
        abandoned = [
            individual
            for number in range(5)
            for individual in run._store.individuals(number)
            if individual.evaluation.abandoned
        ]
    assert abandoned
    found = verify(tmp_path / "run", replay=40)
    assert found.agrees
    assert {i.key for i in abandoned} & set(found.replayed)


def test_runs_whose_genomes_were_assessed_again_are_checked_as_far_as_they_can_be(tmp_path):
    resampling = SMALL.replace(evaluation=SMALL.evaluation.replace(resample="generation"))
    glianeat.evolve(resampling, runs=tmp_path, name="run").close()
    found = verify(tmp_path / "run", replay=4)
    assert found.agrees
    assert found.checked.unknown > 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE individual SET mean_return = 500, power = 1",
        "UPDATE individual SET status = 'failed'",
        "UPDATE individual SET spikes = 0.5",
        "UPDATE generation SET best_return = 500",
        "UPDATE generation SET mean_return = 500",
        "UPDATE generation SET best_power = 1",
        "UPDATE generation SET front_size = 3",
        "UPDATE generation SET failures = 3",
    ],
)
def test_derived_numbers_that_were_edited_are_refused(run, statement):
    change(run, statement)
    assert not verify(run).agrees
    with pytest.raises(CheckpointError, match="damaged"):
        glianeat.resume(run)
    assert any_is_refused(run)


def any_is_refused(folder):
    with glianeat.Run(folder) as run:
        try:
            return not (run.best, run.summaries)
        except CheckpointError:
            return True


def test_numbers_that_were_edited_and_summed_again_are_found(run):
    with RunStore.open(run) as store:
        summary = store.summaries()[2]
    forged = msgspec.structs.replace(summary, best_return=500.0)
    change(
        run,
        "UPDATE generation SET best_return = 500, summary_checksum = ? WHERE number = 2",
        summary_checksum(forged),
    )
    assert [text for text in verify(run).checked.mismatches if "best_return is 500.0" in text]


def forge(folder, key):
    """Give a genome better returns, and sum it as the store does."""
    with closing(sqlite3.connect(folder / "run.db")) as connection:
        names = "key, generation, parent, mate, operators, evaluation, evaluations, genome"
        row = connection.execute(f"SELECT {names} FROM individual WHERE key = ?", (key,)).fetchone()
        before = msgspec.msgpack.decode(row[5], type=Evaluation)
        after = msgspec.structs.replace(before, returns=tuple(x + 1 for x in before.returns))
        blob = msgspec.msgpack.encode(after)
        values = (after.mean_return, blob, checksum(*row[:5], blob, *row[6:]), key)
        connection.execute(
            "UPDATE individual SET mean_return = ?, evaluation = ?, checksum = ? WHERE key = ?",
            values,
        )
        connection.commit()


def test_a_genome_whose_returns_were_forged_breaks_the_digest_chain(run):
    forge(run, 3)
    assert "generation 0: its digest is" in verify(run).checked.mismatches[0]


def test_a_run_forged_throughout_is_only_found_by_evaluating_again(run):
    with RunStore.open(run) as store:
        fit = [i.key for i in store.individuals(4) if i.evaluation.is_ok]
    with closing(sqlite3.connect(run / "run.db")) as connection:
        query = "SELECT key FROM survivor WHERE generation = 4"
        survivors = {key for (key,) in connection.execute(query)}
    key = next(key for key in fit if key not in survivors)  # no sum over survivors tells of it
    forge(run, key)  # of the last generation, so that one digest is to be forged
    wrong = verify(run).checked.mismatches
    digest = next(text for text in wrong if "its digest is" in text).rpartition(" ")[2]
    with closing(sqlite3.connect(run / "run.db")) as connection:
        sum_again(connection, digest)
    found = verify(run, replay=200)
    assert not found.agrees
    assert any(f"genome {key} of generation 4: returns differ" in text for text in found.mismatches)


def sum_again(connection, digest):
    names = "number, evaluations, next_key, reward_minimum, state, seconds"
    row = connection.execute(f"SELECT {names} FROM generation WHERE number = 4").fetchone()
    survivors = [
        (key, *msgspec.msgpack.decode(values))
        for key, values in connection.execute(
            "SELECT key, standing FROM survivor WHERE generation = 4 ORDER BY place"
        )
    ]
    fields = ", ".join(Summary.__struct_fields__)
    summary = connection.execute(f"SELECT {fields} FROM generation WHERE number = 4").fetchone()
    values = (
        digest,
        checksum(*row[:4], digest, *row[4:], survivors),
        summary_checksum(Summary(**dict(zip(Summary.__struct_fields__, (*summary[:-1], digest))))),
    )
    connection.execute(
        "UPDATE generation SET digest = ?, checksum = ?, summary_checksum = ? WHERE number = 4",
        values,
    )
    connection.commit()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM generation WHERE number = 2", "generations: some are missing"),
        ("DELETE FROM individual WHERE key = 5", "generation 0: its digest|was never born"),
        ("DELETE FROM survivor WHERE generation = 3", "damaged"),
    ],
)
def test_what_is_missing_is_found(run, statement, found):
    change(run, statement)
    text = "; ".join(verify(run).checked.mismatches)
    assert any(part in text for part in found.split("|"))


def test_runs_of_the_schema_before_are_read_and_gone_on_with(tmp_path):
    (tmp_path / "example").mkdir()
    shutil.copy(EXAMPLE / "run.db", tmp_path / "example" / "run.db")
    with RunStore.open(tmp_path / "example", writable=True) as store:
        last = store.last_generation()
        later = msgspec.structs.replace(last, number=last.number + 1)
        assert store.commit(later).number == last.number + 1
        assert len(store.summaries()) == last.number + 2
