"""An algorithm's state, species, and individuals that were evaluated again."""

import sqlite3

import msgspec
import pytest

from glianeat.errors import CheckpointError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.store.run_store import DATABASE, RunStore
from tests.builders.standings import standing
from tests.store.generations import generation, individual, make_store

AGAIN = Evaluation(key=2, returns=(7.0,), power=3.0)
REEVALUATED = msgspec.structs.replace(
    individual(2),
    evaluation=Evaluation(key=2, returns=(2.0, 1.0, 7.0), power=90.0, spikes_per_second=4.0),
    evaluations=(individual(2).evaluation, AGAIN),
)
SURVIVORS = (standing(2, 0, 1.0, 5), standing(4, 1, 0.0, 8))
LATER = {"reevaluated": (REEVALUATED,), "state": b"state", "survivors": SURVIVORS}


def later(folder, **changes):
    store = make_store(folder, 1)
    store.commit(generation(1, **(LATER | changes)))
    return store


def test_state_and_species_come_back(tmp_path):
    with later(tmp_path / "run") as store:
        last = store.last_generation()
    assert (last.state, last.survivors, last.evaluations) == (b"state", SURVIVORS, 8)


def test_whoever_was_assessed_again_is_as_it_was_last(tmp_path):
    with later(tmp_path / "run") as store:
        assert store.individual(2) == REEVALUATED
        assert store.individuals(0)[2] == REEVALUATED
        assert store.individual(3) == individual(3)


def test_a_generation_is_summarised_by_what_its_survivors_are_worth_now(tmp_path):
    with later(tmp_path / "run") as store:
        summary = store.summaries()[1]
    assert (summary.best_key, summary.best_return, summary.best_power) == (2, 10 / 3, 90.0)


@pytest.mark.parametrize(
    "change",
    [
        {"state": b"other"},
        {"reevaluated": ()},
        {"survivors": (SURVIVORS[0], standing(4, 1, 0.0, 9))},
        {"reevaluated": (msgspec.structs.replace(REEVALUATED, evaluation=AGAIN),)},
    ],
)
def test_the_digest_knows_of_all_that_the_next_generation_follows_from(tmp_path, change):
    with later(tmp_path / "one") as one, later(tmp_path / "two", **change) as two:
        assert one.digest != two.digest


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE generation SET state = x'00' WHERE number = 1",
        "UPDATE generation SET evaluations = 3 WHERE number = 1",
        "UPDATE survivor SET standing = x'9300cb000000000000000000' WHERE generation = 1",
        "UPDATE individual SET evaluations = x'90' WHERE key = 2",
    ],
)
def test_damage_is_noticed(tmp_path, damage):
    later(tmp_path / "run").close()
    connection = sqlite3.connect(tmp_path / "run" / DATABASE)
    with connection:
        connection.execute(damage)
    connection.close()
    with RunStore.open(tmp_path / "run") as store, pytest.raises(CheckpointError, match="damaged"):
        (store.last_generation(), store.individual(2))
