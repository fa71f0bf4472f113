"""Processes that are killed, files that are damaged, strangers' databases."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

import glianeat
from glianeat.errors import CheckpointError
from glianeat.store.run_store import RunStore
from tests.store.generations import SIZE, everything, generation, make_store

CHILD = """if True:
    from pathlib import Path
    from tests.store.generations import commit_for_ever
    commit_for_ever(Path({!r}))
"""
LAST_IS_NEWER = 1  # a commit may have happened that was not reported any more


@pytest.fixture
def folder(tmp_path):
    make_store(tmp_path / "run").close()
    return tmp_path / "run"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """Return the bytes of a run's database, and everything that is in it."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    with make_store(folder) as store:
        store.add_validations([generation(0).offspring[0].evaluation])
    with RunStore.open(folder) as store:
        return (folder / "run.db").read_bytes(), everything(store)


@pytest.mark.parametrize("delay", [0.0, 0.004, 0.009, 0.017, 0.03])
def test_a_process_killed_while_it_commits_leaves_whole_generations(tmp_path, delay):
    folder = tmp_path / "run"
    command = [sys.executable, "-c", CHILD.format(str(folder))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        reported = [0, *map(int, process.stdout.read().split())][-1]
    with RunStore.open(folder, writable=True) as store:
        last = store.last_generation().number
        assert reported <= last <= reported + LAST_IS_NEWER
        assert everything(store) == expected_after(tmp_path / "reference", last)


def expected_after(folder, last):
    with make_store(folder, last + 1) as store:
        return everything(store)


def test_reading_while_another_process_writes_sees_whole_generations(tmp_path):
    folder = tmp_path / "run"
    command = [sys.executable, "-c", CHILD.format(str(folder))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        for _ in range(20):
            with RunStore.open(folder) as store:
                last = store.summaries()[-1].number
                born = [individual.key for individual in store.individuals(last)]
                assert born == list(range(last * SIZE, (last + 1) * SIZE))
        process.kill()
    assert last > 0


def read_all(folder):
    with RunStore.open(folder) as store:
        return everything(store)


def test_flipped_bytes_are_found_or_do_not_matter(tmp_path, pristine):
    data, contents = pristine
    (tmp_path / "run").mkdir()
    rng, refused = random.Random(1), 0
    for _ in range(800):
        changed = bytearray(data)
        place = rng.randrange(len(data))
        changed[place] ^= 1 << rng.randrange(8)
        (tmp_path / "run" / "run.db").write_bytes(changed)
        try:
            found = read_all(tmp_path / "run")
        except CheckpointError:
            refused += 1
        else:
            assert without_summaries(found) == without_summaries(contents), place
    assert refused > 50


def without_summaries(contents):
    """Leave out what is only shown: nothing follows from the summaries of a run."""
    meta, _, last, individuals, validations, progress, statistics, _ = contents
    return meta, last, individuals, validations, progress, statistics


def test_a_damaged_genome_is_refused_in_the_name_of_run_and_genome(folder):
    change(folder, "UPDATE individual SET genome = x'00' WHERE key = 3")
    with (
        RunStore.open(folder) as store,
        pytest.raises(CheckpointError, match=r"run .*run: damaged: number 3 is not as it was"),
    ):
        store.individual(3)


@pytest.mark.parametrize(
    ("statement", "read"),
    [
        ("UPDATE individual SET parent = 1 WHERE key = 3", lambda s: s.individual(3)),
        ("UPDATE individual SET evaluation = x'80' WHERE key = 3", lambda s: s.individual(3)),
        ("UPDATE survivor SET place = 9 - place", lambda s: s.last_generation()),
        (
            "UPDATE survivor SET standing = x'9300cb000000000000000000'",
            lambda s: s.last_generation(),
        ),
        ("DELETE FROM survivor WHERE key = 5", lambda s: s.last_generation()),
        ("UPDATE generation SET next_key = 0", lambda s: s.last_generation()),
        ("UPDATE generation SET reward_minimum = 0.5", lambda s: s.last_generation()),
        ("UPDATE meta SET value = x'7b7d20' WHERE key = 'config'", lambda s: s.meta("config")),
        ("UPDATE generation SET seconds = 1.5", lambda s: s.last_generation()),
        ("UPDATE individual SET operators = 1 WHERE key = 3", lambda s: s.individual(3)),
        ("UPDATE statistics SET value = x'80'", lambda s: s.statistics()),
        ("UPDATE statistics SET generation = 7 WHERE generation = 1", lambda s: s.statistics()),
        ("UPDATE meta SET checksum = 0 WHERE key = 'config'", lambda s: s.meta("config")),
    ],
)
def test_what_a_run_follows_from_cannot_be_changed_unnoticed(folder, statement, read):
    change(folder, statement)
    with RunStore.open(folder) as store, pytest.raises(CheckpointError, match=r"run .*damaged"):
        read(store)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON individual BEGIN DELETE FROM meta; END",
        "CREATE TABLE extra(x)",
        "CREATE VIEW v AS SELECT * FROM meta",
        "CREATE INDEX i ON meta(value)",
        "DROP TABLE survivor",
    ],
)
def test_a_database_of_other_tables_is_refused(folder, statement):
    change(folder, statement)
    with pytest.raises(CheckpointError, match="does not have the tables of a run"):
        RunStore.open(folder)


def change(folder, *statements):
    connection = sqlite3.connect(folder / "run.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_another_schema_version_is_refused_by_its_number(folder):
    change(folder, "PRAGMA user_version=7")
    with pytest.raises(
        CheckpointError, match=r"schema 2, 3, 4 or 5 for this version .*, got 7; open"
    ):
        RunStore.open(folder)


def test_the_database_of_another_program_is_refused(folder):
    change(folder, "PRAGMA application_id=1")
    with pytest.raises(CheckpointError, match=r"run.db is not a run of glianeat"):
        RunStore.open(folder)


@pytest.mark.parametrize("data", [b"", b"not a database at all" * 99, b"\0" * 8192])
def test_a_file_that_is_no_database_is_refused(folder, data):
    (folder / "run.db").write_bytes(data)
    with pytest.raises(CheckpointError, match=r"run .*: (damaged|run.db is not a run)"):
        RunStore.open(folder)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_database_cut_short_is_refused(folder, pristine, share):
    data, _ = pristine
    (folder / "run.db").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(CheckpointError, match=r"run .*run"):
        read_all(folder)


def test_a_refused_run_is_not_kept_locked(folder):
    change(folder, "PRAGMA user_version=7")
    with pytest.raises(CheckpointError):
        RunStore.open(folder, writable=True)
    change(folder, "PRAGMA user_version=5")
    RunStore.open(folder, writable=True).close()


def test_a_run_whose_configuration_is_no_longer_one_is_damaged(folder):
    with RunStore.open(folder, writable=True) as store:
        store.set_meta("config", b'{"sed": 1}')
    with pytest.raises(CheckpointError, match="damaged: config: unknown key 'sed'"):
        glianeat.Run(folder)


def test_the_package_never_pickles():
    sources = Path(glianeat.__file__).parent.rglob("*.py")
    words = ("import pickle", "cloudpickle", "import shelve", "import marshal", "import dill")
    assert [p.name for p in sources if any(word in p.read_text() for word in words)] == []


def test_reading_a_run_runs_nothing(folder):
    script = f"""if True:
        import sys
        import urllib.parse  # which pathlib needs; since Python 3.13 it imports it late
        from pathlib import Path
        from tests.store.generations import everything
        from glianeat.store.run_store import RunStore
        seen = []
        watched = ("pickle.find_class", "exec", "compile", "subprocess.Popen", "os.system")
        sys.addaudithook(lambda event, _: seen.append(event) if event in watched else None)
        with RunStore.open(Path({str(folder)!r})) as store:
            everything(store)
        print(sorted(set(seen)))
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_a_folder_without_room_to_write_is_refused_by_name(folder):
    (folder / "lock").rename(folder / "old")
    (folder / "lock").mkdir()
    with pytest.raises(CheckpointError, match="cannot be written"):
        RunStore.open(folder, writable=True)
