"""Older schemas: read as they are, brought to the newest by going on, whole or not at all."""

import os
import shutil
import sqlite3
from pathlib import Path

import msgspec
import pytest

from glianeat.errors import CheckpointError
from glianeat.store import migrations
from glianeat.store.checksums import checksum
from glianeat.store.database import DATABASE
from glianeat.store.run_schema import RunSchema, decode_schema, encode_schema
from glianeat.store.run_store import RunStore
from glianeat.store.tables import NAMES_SINCE, READABLE, SCHEMA_VERSION
from tests.store.generations import everything, generation, make_store

ROOT = Path(__file__).parent.parent
OLD = {
    2: ROOT / "run" / "old_runs" / "libm",
    3: ROOT / "golden_runs" / "schema3" / "renewed",
    4: ROOT / "golden_runs" / "schema4" / "renewed",
}
old_schemas = pytest.mark.parametrize("version", OLD)


@pytest.fixture
def old(tmp_path, version):
    """Return the folder of a copy of a run of an old schema."""
    (tmp_path / "old").mkdir()
    shutil.copy(OLD[version] / DATABASE, tmp_path / "old")
    return tmp_path / "old"


def schema_of(folder):
    connection = sqlite3.connect(folder / DATABASE)
    try:
        return connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()


def contents(folder):
    with RunStore.open(folder) as store:
        return everything(store)


def schema_named_in(folder):
    with RunStore.open(folder) as store:
        return store.schema


def go_on(folder):
    """Write something into a run."""
    with RunStore.open(folder, writable=True) as store:
        store.set_meta("finished", b"tested")


def test_every_older_schema_that_can_be_read_has_a_run_here():
    assert tuple(OLD) == READABLE[:-1]


@old_schemas
def test_a_run_of_an_old_schema_is_of_the_schema_that_it_says(old, version):
    assert schema_of(old) == version


@old_schemas
def test_reading_a_run_of_an_old_schema_leaves_every_byte(old, version):
    before = (old / DATABASE).read_bytes()
    assert contents(old)[1]
    assert (old / DATABASE).read_bytes() == before
    assert [path.name for path in old.iterdir()] == [DATABASE]


@old_schemas
def test_opening_a_run_to_go_on_with_it_does_not_migrate_it_yet(old, version):
    with RunStore.open(old, writable=True) as store:
        everything(store)
    assert schema_of(old) == version


@old_schemas
def test_a_run_that_goes_on_has_the_newest_schema_and_all_that_it_had(old, version):
    before, schema = contents(old), schema_named_in(old)
    go_on(old)
    assert schema_of(old) == SCHEMA_VERSION
    assert contents(old) == before
    with RunStore.open(old) as store:
        assert decode_schema(store.meta(migrations.SCHEMA), "run") == store.schema == schema
        assert schema == migrations.UNNAMED or version >= NAMES_SINCE


@old_schemas
def test_an_old_run_has_taken_as_many_steps_as_its_evaluations_tell(old, version):
    with RunStore.open(old) as store:
        for summary in store.summaries():
            born = [one for n in range(summary.number + 1) for one in store.individuals(n)]
            assert summary.steps == sum(sum(one.evaluation.lengths) for one in born) > 0
        assert store.last_generation().steps == summary.steps


@old_schemas
def test_a_migrated_run_refers_to_its_own_tables_only(old, version):
    go_on(old)
    connection = sqlite3.connect(old / DATABASE)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


@old_schemas
def test_a_migration_that_is_killed_at_any_statement_leaves_the_run_as_it_was(old, version):
    before, killed = contents(old), 0
    while not _is_migrated(old, killed):
        killed += 1
        assert schema_of(old) in {version, SCHEMA_VERSION}  # after the commit it is done
        assert contents(old) == before
    assert killed > 10
    assert schema_of(old) == SCHEMA_VERSION
    assert contents(old) == before


def _is_migrated(folder, statements):
    """Have another process migrate a run, but die before a statement; return whether it did.

    Statements that are repeated for many rows count as one.
    """
    child = os.fork()
    if child == 0:
        connection, seen = sqlite3.connect(folder / DATABASE, isolation_level=None), []

        def watch(statement):
            if statement.split("(")[0][:30] not in seen:
                seen.append(statement.split("(")[0][:30])
            if len(seen) > statements:
                os._exit(1)

        connection.set_trace_callback(watch)
        migrations.migrate(connection, schema_of(folder))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def renamed(folder, **changes):
    """Give a run other names, as a later version would."""
    connection = sqlite3.connect(folder / DATABASE)
    query = "SELECT value FROM meta WHERE key = 'schema'"
    data = connection.execute(query).fetchone()[0]
    schema = msgspec.structs.replace(msgspec.json.decode(data, type=RunSchema), **changes)
    value = encode_schema(schema)
    row = (value, checksum("schema", value))
    connection.execute("UPDATE meta SET value = ?, checksum = ? WHERE key = 'schema'", row)
    connection.commit()
    connection.close()


def with_one_more(names, family, name):
    return {**names, family: (*names[family], name)}


TRAITS, VARYING = migrations.UNNAMED.traits, migrations.UNNAMED.varying
FIELDS, ENERGY = migrations.UNNAMED.fields, migrations.UNNAMED.energy


@pytest.fixture
def folder(tmp_path):
    """Return the folder of a run of two generations."""
    make_store(tmp_path / "run").close()
    return tmp_path / "run"


@pytest.mark.parametrize(
    ("changes", "writable", "message"),
    [
        (
            {
                "traits": with_one_more(TRAITS, "neurons", "adaptatoin"),
                "varying": with_one_more(VARYING, "neurons", "adaptatoin"),
            },
            False,
            "trait 'adaptatoin' of neurons is unknown to this version .*; did you mean 'adaptati",
        ),
        (
            {"traits": with_one_more(TRAITS, "neurons", "courage")},
            True,
            "trait 'courage' of neurons is unknown to this version",
        ),
        (
            {"energy": (*ENERGY, "zzz")},
            True,
            r"energy kind 'zzz' is unknown to this version \(.*\); go on with the version",
        ),
        (
            {"measures": ("treves_rolls_sparsenes",)},
            False,
            "measure 'treves_rolls_sparsenes' is unknown to .*; did you mean 'treves_rolls_spars",
        ),
        ({"counts": ("thoughts",)}, True, "count 'thoughts' is unknown to this version"),
        (
            {"fields": with_one_more(FIELDS, "synapses", "colour")},
            False,
            "cannot be read: field 'colour' of synapses is unknown",
        ),
        ({"fields": {**FIELDS, "rules": ()}}, False, "cannot be read: family 'rules' is unknown"),
        ({"energy": (*ENERGY, "spike")}, False, "damaged schema: a name is there twice"),
    ],
)
def test_a_name_that_matters_and_is_unknown_is_refused_and_nothing_is_written(
    folder, changes, writable, message
):
    renamed(folder, **changes)
    before = (folder / DATABASE).read_bytes()
    with pytest.raises(CheckpointError, match=f"run .*run: {message}") as refused:
        RunStore.open(folder, writable=writable)
    assert "\n" not in str(refused.value)
    assert (folder / DATABASE).read_bytes() == before


def test_a_kind_that_is_unknown_and_was_never_spent_does_not_matter(folder):
    expected = contents(folder)[3]
    renamed(folder, energy=(*ENERGY[:-1], "zzz"))
    with pytest.raises(CheckpointError, match="genome 0: energy kind 'zzz' is unknown"):
        contents(folder)  # of which something was spent
    renamed(folder, energy=ENERGY)
    assert contents(folder)[3] == expected


def test_a_standing_that_the_run_does_not_name_is_refused(folder):
    other = msgspec.structs.replace(generation(2).survivors[0], values={"rank": 0})
    with (
        RunStore.open(folder, writable=True) as store,
        pytest.raises(CheckpointError, match="genome 8: must stand by rank, crowding, species"),
    ):
        store.commit(generation(2, survivors=(other,)))


def test_a_run_of_a_newer_schema_is_refused_with_both_and_the_program_named(folder):
    connection = sqlite3.connect(folder / DATABASE)
    connection.execute("PRAGMA user_version=6")
    connection.close()
    before = (folder / DATABASE).read_bytes()
    for writable in (False, True):
        with pytest.raises(CheckpointError) as refused:
            RunStore.open(folder, writable=writable)
        assert str(refused.value) == (
            f"run {folder}: must be of schema 2, 3, 4 or 5 for this version (0.1.0), got 6; open "
            "it with the version that made it"
        )
    assert (folder / DATABASE).read_bytes() == before
