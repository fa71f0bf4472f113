"""Runs in folders that cannot be written, such as those of somebody else."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from glianeat.store.database import DATABASE, make_database
from glianeat.store.migrations import PARETO_STANDING, SCHEMA
from glianeat.store.run_schema import encode_schema, own_schema

READ = """
import sys
from pathlib import Path
from glianeat.errors import CheckpointError
from glianeat.store.run_store import RunStore
try:
    with RunStore.open(Path(sys.argv[1])) as store:
        print(store.meta("word").decode())
except CheckpointError as error:
    print(error)
"""
WITHOUT_POWER = "--bounding-set=-dac_override,-dac_read_search"


def read(folder):
    """Return what is read of a run by a process that may not write to its folder."""
    command = [sys.executable, "-c", READ, str(folder)]
    if os.geteuid() == 0:  # who may write anywhere, unless that is given up
        if shutil.which("setpriv") is None:
            pytest.skip("root may write everywhere")
        command = ["setpriv", WITHOUT_POWER, *command]
    folder.chmod(0o500)
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    finally:
        folder.chmod(0o700)


@pytest.fixture
def folder(tmp_path):
    """Return the folder of a run whose database was left in write-ahead mode."""
    folder = tmp_path / "run"
    folder.mkdir()
    schema = encode_schema(own_schema(PARETO_STANDING))
    make_database(folder, {SCHEMA: schema, "word": b"kept"})
    connection = sqlite3.connect(folder / DATABASE)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    return folder


def test_a_run_without_a_log_is_read(folder):
    assert sorted(path.name for path in folder.iterdir()) == [DATABASE]
    assert read(folder) == "kept\n"


def test_a_run_with_a_log_alone_is_told_from_a_damaged_one(folder):
    Path(folder / f"{DATABASE}-wal").write_bytes(b"")
    connection = sqlite3.connect(folder / DATABASE)
    connection.execute("UPDATE meta SET key = key")
    connection.commit()
    log = (folder / f"{DATABASE}-wal").read_bytes()
    connection.close()
    (folder / f"{DATABASE}-wal").write_bytes(log)
    assert "cannot be read in a folder that cannot be written; copy the whole" in read(folder)
