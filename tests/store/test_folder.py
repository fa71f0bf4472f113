"""Folders of runs: whole or not at all, held by one, and noticed when they are gone."""

import os
import shutil
import subprocess
import sys
import threading

import pytest

from glianeat.errors import CheckpointError, FolderTakenError, StorageError
from glianeat.store import folder as folder_module
from glianeat.store.files import replacing, write_new, write_whole
from glianeat.store.folder import FolderLock, make_folder
from glianeat.store.run_store import RunStore
from tests.store.generations import generation, make_store


@pytest.fixture
def folder(tmp_path):
    make_store(tmp_path / "run").close()
    return tmp_path / "run"


def test_a_run_that_cannot_be_made_leaves_nothing(tmp_path, monkeypatch):
    def no_room(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_module, "sync_folder", no_room)
    with pytest.raises(StorageError, match=r"run .*: cannot be written: No space left"):
        RunStore.create(tmp_path / "run", {"config": b"{}"})
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_while_a_run_is_made_leaves_nothing(tmp_path):
    def interrupted(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_folder(tmp_path / "run", interrupted)
    assert list(tmp_path.iterdir()) == []


def test_a_run_appears_with_its_configuration(tmp_path):
    seen = []
    make_folder(tmp_path / "run", lambda making: seen.append((tmp_path / "run").exists())).close()
    assert seen == [False]
    with RunStore.create(tmp_path / "other", {"config": b"{}"}):
        assert (tmp_path / "other" / "run.db").stat().st_size > 0


def test_of_two_that_make_the_same_run_one_succeeds(tmp_path):
    def quicker(making):
        (making / "run.db").touch()
        RunStore.create(tmp_path / "run", {}).close()

    with pytest.raises(FileExistsError):
        make_folder(tmp_path / "run", quicker)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_nameless_runs_started_at_once_all_get_a_name(tmp_path):
    from glianeat.run.api import _new_store

    stores = []
    start = threading.Barrier(4)

    def make(folder):
        return RunStore.create(folder, {})

    def begin():
        start.wait()
        stores.append(_new_store(tmp_path, None, "CartPole-v1", make).folder.name)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stores) == [f"CartPole-v1-{number}" for number in (1, 2, 3, 4)]


def test_a_dead_process_s_unfinished_folder_is_removed_and_a_living_one_s_is_not(tmp_path):
    dead, living, young = (tmp_path / f".run.{digit * 16}.making" for digit in "0ab")
    for path in (dead, living, young):
        path.mkdir()
        (path / "run.db").touch()
    held = FolderLock(living)
    for path in (dead, living):
        os.utime(path, (0, 0))
    RunStore.create(tmp_path / "run", {}).close()
    held.close()
    assert (dead.exists(), living.exists(), young.exists()) == (False, True, True)


def test_a_link_that_looks_unfinished_is_left_alone(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "run.db").touch()
    (tmp_path / f".run.{'0' * 16}.making").symlink_to(tmp_path / "precious")
    os.utime(tmp_path / "precious", (0, 0))
    RunStore.create(tmp_path / "run", {}).close()
    assert (tmp_path / "precious" / "run.db").exists()


@pytest.mark.parametrize("happens", ["deleted", "renamed", "replaced"])
def test_a_folder_that_vanishes_is_noticed_at_the_next_commit(folder, happens):
    with RunStore.open(folder, writable=True) as store:
        folder.rename(folder.with_name("elsewhere"))
        if happens == "deleted":
            shutil.rmtree(folder.with_name("elsewhere"))
        if happens == "replaced":
            make_store(folder).close()
        with pytest.raises(StorageError, match=r"was deleted, renamed or replaced .* resume"):
            store.commit(generation(2))


def test_what_was_committed_before_a_folder_was_renamed_is_in_it(folder):
    with RunStore.open(folder, writable=True) as store:
        folder.rename(folder.with_name("elsewhere"))
        with pytest.raises(StorageError):
            store.commit(generation(2))
    with RunStore.open(folder.with_name("elsewhere"), writable=True) as store:
        assert store.commit(generation(2)).number == 2


def test_a_lock_that_is_a_link_is_not_followed(folder, tmp_path):
    (folder / "lock").unlink(missing_ok=True)
    (folder / "lock").symlink_to(tmp_path / "created")
    with pytest.raises(CheckpointError, match="'lock' must be an ordinary file"):
        RunStore.open(folder, writable=True)
    assert not (tmp_path / "created").exists()


def test_a_lock_that_is_a_pipe_is_not_waited_for(folder):
    (folder / "lock").unlink(missing_ok=True)
    os.mkfifo(folder / "lock")
    with pytest.raises(CheckpointError, match="'lock' must be an ordinary file"):
        RunStore.open(folder, writable=True)


@pytest.mark.parametrize("name", ["run.db", "run.db-wal", "run.db-journal", "run.db-shm"])
def test_no_file_of_a_run_is_written_through_a_link(folder, tmp_path, name):
    target = tmp_path / "target"
    if (folder / name).exists():
        (folder / name).rename(target)
    (folder / name).symlink_to(target)
    with pytest.raises(CheckpointError, match="must be an ordinary file, no link"):
        RunStore.open(folder, writable=True)


def test_a_journal_that_would_remove_another_file_is_refused(folder):
    (folder / "run.db-journal").write_bytes(b"\0" * 512 + bytes.fromhex("d9d505f920a163d7"))
    with pytest.raises(CheckpointError, match=r"run\.db-journal names another file"):
        RunStore.open(folder, writable=True)


def test_a_forked_child_does_not_keep_the_run(folder):
    script = f"""if True:
        import os, signal
        from pathlib import Path
        from glianeat.store.folder import FolderLock
        held = FolderLock(Path({str(folder)!r}))
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os.write(write, b"forked")
            signal.pause()
        os.read(read, 6)
        held.close()
        FolderLock(Path({str(folder)!r})).close()
        os.kill(child, signal.SIGKILL)
    """
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_taken_name_is_an_error_of_its_own(folder):
    with pytest.raises(FolderTakenError, match="exists already"):
        RunStore.create(folder, {})


def test_a_file_that_is_not_finished_leaves_nothing(tmp_path):
    (tmp_path / "old").write_bytes(b"old")
    with pytest.raises(TypeError), replacing(tmp_path / "old") as file:
        file.writelines([b"half", "no bytes"])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"old": b"old"}


@pytest.mark.parametrize("write", [write_new, write_whole])
def test_a_full_disk_costs_the_file_and_leaves_nothing(tmp_path, write):
    script = f"""if True:
        import resource
        from pathlib import Path
        from glianeat.errors import StorageError
        from glianeat.store.files import {write.__name__}
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            {write.__name__}(Path({str(tmp_path / "file")!r}), b"x" * 5000)
        except StorageError as error:
            print(error)
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.endswith("file: cannot be written: File too large\n")
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_replaces_nothing(tmp_path):
    write_new(tmp_path / "file", b"one")
    with pytest.raises(CheckpointError, match="exists already"):
        write_new(tmp_path / "file", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"one")]
