"""Readers never hurt the run that they read."""

import shutil

import pytest

from glianeat.errors import CheckpointError
from glianeat.store import columns, database
from glianeat.store.run_store import DATABASE, RunStore
from tests.store.generations import generation, make_store


@pytest.fixture
def folder(tmp_path):
    """Return the folder of a run of two generations."""
    make_store(tmp_path / "run").close()
    return tmp_path / "run"


def files_of(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_run_that_is_read_in_the_moment_of_its_end_is_one_file_after_it(folder, monkeypatch):
    before = files_of(folder)
    writer = RunStore.open(folder, writable=True)
    writer.commit(generation(2))
    reader = RunStore.open(folder)
    assert reader.number_of_generations == 3
    monkeypatch.setattr(database.time, "sleep", lambda _: reader.close())
    writer.close()
    assert files_of(folder) == before


def test_of_a_run_that_stays_open_the_database_alone_holds_everything(
    folder, tmp_path, monkeypatch
):
    monkeypatch.setattr(database.time, "sleep", lambda _: None)
    writer = RunStore.open(folder, writable=True)
    writer.commit(generation(2))
    with RunStore.open(folder) as reader:
        assert reader.number_of_generations == 3
        writer.close()
        (tmp_path / "copy").mkdir()
        shutil.copy(folder / DATABASE, tmp_path / "copy" / DATABASE)
    with RunStore.open(tmp_path / "copy") as copy:
        assert copy.number_of_generations == 3


def test_a_run_that_is_locked_for_long_is_not_called_damaged(folder):
    with RunStore.open(folder) as reader:
        reader._connection.execute("PRAGMA busy_timeout=0")
        other = database.sqlite3.connect(folder / DATABASE, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CheckpointError, match="while another process writes to it; try again"):
            reader.summaries()
        other.close()


def test_a_writer_goes_on_between_readers_that_come_and_go(folder):
    writer = RunStore.open(folder, writable=True)
    for number in range(2, 6):
        with RunStore.open(folder) as reader:
            assert reader.number_of_generations == number
            writer.commit(generation(number))
            assert reader.number_of_generations == number + 1
    writer.close()
    assert files_of(folder) == ["lock", DATABASE]


def test_a_run_that_is_read_while_it_cannot_be_in_wal_is_written_all_the_same(folder):
    reader = database.open_database(folder, writable=False)
    rows = reader.execute("SELECT key FROM individual")
    rows.fetchone()  # it is in the middle of reading
    writer = RunStore.open(folder, writable=True)
    patience = writer._connection.execute("PRAGMA busy_timeout").fetchone()[0]
    assert patience >= 60_000  # [ms]; one query of a page takes less than a second
    writer._connection.set_trace_callback(lambda sql: rows.close() if sql == "COMMIT" else None)
    writer.commit(generation(2))
    writer.close()
    reader.close()
    assert files_of(folder) == ["lock", DATABASE]


def test_columns_read_part_by_part_are_those_read_at_once(folder, monkeypatch):
    with RunStore.open(folder) as reader:
        whole = reader.columns()
        for at_once in (1, 3, 4, 8):
            monkeypatch.setattr(columns, "_AT_ONCE", at_once)
            for one, other in zip(reader.columns(), whole, strict=True):
                assert one.tolist() == other.tolist()
        assert reader.columns(5).key.tolist() == [6, 7]
