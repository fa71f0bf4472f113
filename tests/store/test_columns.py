"""Individuals as columns: what is not as it was written is found, and not shown."""

import sqlite3

import pytest

from glianeat.errors import CheckpointError
from glianeat.store.run_store import DATABASE, RunStore
from tests.store.generations import make_store


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ("status = 'strange'", "the status of an individual must be one of ok,"),
        ("parent = key", "the parents of an individual must be born before it"),
        ("mate = key + 1", "the parents of an individual must be born before it"),
    ],
)
def test_columns_that_were_changed_are_damaged(tmp_path, change, finding):
    make_store(tmp_path / "run").close()
    connection = sqlite3.connect(tmp_path / "run" / DATABASE)
    with connection:
        connection.execute(f"UPDATE individual SET {change} WHERE key = 1")
    connection.close()
    with RunStore.open(tmp_path / "run") as store, pytest.raises(CheckpointError, match=finding):
        store.columns()
