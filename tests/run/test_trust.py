"""Whose code a run's task is, and that a stranger's is not imported or called."""

import json
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

import glianeat
from glianeat.errors import TrustError
from glianeat.run.changes import assigned, replayed
from glianeat.run.starting import genomes_of
from glianeat.run.stored import CONFIG, OWNER
from glianeat.store import owner
from glianeat.store.run_store import RunStore
from glianeat.tasks.config import ForeignTask, TaskConfig, WrapperConfig, foreign
from glianeat.tasks.trust import demands
from tests.run.runs import SMALL

EXAMPLE = Path(__file__).parents[2] / "runs" / "example"
OWN = SMALL.replace(task=TaskConfig(id="tests.evaluate.badenvs:Odd-v0"))
BRIEF = OWN.evolution.replace(generations=1)


@pytest.fixture
def example(tmp_path):
    (tmp_path / "example").mkdir()
    shutil.copy(EXAMPLE / "run.db", tmp_path / "example" / "run.db")
    return tmp_path / "example"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Return a run that was made here, of a task that is in a module."""
    runs = tmp_path_factory.mktemp("runs")
    glianeat.evolve(OWN.replace(evolution=BRIEF), runs=runs, name="own").close()
    return runs / "own"


def edited(folder, **task):
    """Change the task of a run, as its writer would."""
    with RunStore.open(folder, writable=True) as store:
        config = json.loads(store.meta(CONFIG))
        config["task"] |= task
        store.set_meta(CONFIG, json.dumps(config).encode())
    return folder


def all_that_makes(folder):
    """Yield everything that makes the task of a run."""
    yield lambda: glianeat.resume(folder)
    with glianeat.Run(folder) as run:
        yield lambda: run.task_spec
        yield run.best.agent
        yield lambda: run.best.evaluate(1)
        yield lambda: run.best.record(folder / "film.gif")
        yield run.rollout_worker
        yield lambda: glianeat.evolve(run.config, runs=folder)
        yield lambda: glianeat.make_algorithm(run.config)


OURS = "glianeat_envs.faults:Faults"
WRAPPED = {"wrappers": [{"entry": "timeit:timeit", "kwargs": {"number": 1}}]}


@pytest.mark.parametrize(
    ("task", "asked"),
    [
        ({"imports": ["evil"]}, r"imports evil \(task.imports\)"),
        ({"id": "evil.within:X-v0"}, r"imports evil.within \(task.id\)"),
        (WRAPPED, r"calls timeit:timeit \(task.wrappers\)"),
        ({"id": "Ant-v5", "kwargs": {"xml_file": "x.xml"}}, r"hands .*x.xml.* \(task.kwargs\)"),
        ({"id": "GymV21Environment-v0", "kwargs": {"env_id": "evil:X"}}, r"hands .*evil:X"),
    ],
)
def test_a_stranger_s_run_makes_nothing_that_is_not_harmless(example, task, asked):
    edited(example, **task)
    before = set(sys.modules)
    for make in all_that_makes(example):
        with pytest.raises(TrustError, match=rf"not made here.*{asked}.*--trust \(trust=True"):
            make()
    assert not {"evil", "timeit"} & (set(sys.modules) - before)


def test_a_stranger_s_run_can_be_looked_at(example):
    edited(example, imports=["evil"])
    with glianeat.Run(example) as run:
        assert run.best.mean_return > 0
        assert run.best.network().n_neurons > 0
        assert run.demands == ("imports evil (task.imports)",)


@pytest.mark.parametrize("numbers", [{}, {"sutton_barto_reward": True}])
def test_a_harmless_task_needs_no_trust(example, numbers):
    edited(example, kwargs=numbers)
    with glianeat.Run(example) as run:
        assert isinstance(run.config.task, ForeignTask)
        assert run.best.evaluate(1).is_ok
    with glianeat.resume(example) as run:
        assert run.demands == ()


@pytest.mark.parametrize(
    ("task", "number"),
    [
        (TaskConfig(id="FrozenLake-v1", kwargs={"map_name": "8x8"}), 0),
        (TaskConfig(id="glianeat/TMaze-v0", kwargs={"cue": True}), 0),
        (TaskConfig(id="Ant-v5", kwargs={"healthy_z_range": [0.2, 1.0]}), 0),
        (TaskConfig(id="Nowhere-v0", kwargs={"path": {"deep": ["x"]}}), 1),
        (TaskConfig(id="CartPole-v1", reset_options={"low": -0.1}), 0),
        (TaskConfig(wrappers=(WrapperConfig(OURS, {"sensors": 0.5, "mode": "stuck"}),)), 0),
        (TaskConfig(wrappers=(WrapperConfig("glianeat_envs.faults:gymnasium.Wrapper"),)), 1),
        (TaskConfig(imports=("a", "b.c"), wrappers=(WrapperConfig(entry="d:E"),)), 3),
    ],
)
def test_words_are_only_harmless_where_they_only_choose(task, number):
    assert len(demands(task)) == number


def test_trust_lets_a_stranger_s_run_be_made(own, tmp_path, monkeypatch):
    folder = shutil.copytree(own, tmp_path / "own")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another account"))
    with glianeat.Run(folder, trust=True) as run:
        assert run.demands == ("imports tests.evaluate.badenvs (task.id)",)
        assert run.best.evaluate(1).is_ok
    with pytest.raises(TrustError):
        glianeat.resume(folder)


def test_a_run_that_was_resumed_with_trust_counts_as_made_here(own, tmp_path, monkeypatch):
    folder = shutil.copytree(own, tmp_path / "own")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another account"))
    glianeat.resume(folder, trust=True).close()
    with glianeat.resume(folder) as run:
        assert run.demands == ()


def test_a_run_made_here_goes_on_without_a_question_also_elsewhere_on_the_machine(own, tmp_path):
    folder = shutil.copytree(own, tmp_path / "moved")

    def longer(config):
        return config.replace(evolution=config.evolution.replace(generations=2))

    with glianeat.resume(folder, changes=longer) as run:
        assert len(run.summaries) == 2
    with glianeat.resume(folder) as run:
        assert run.best.agent()


def test_a_configuration_that_was_edited_is_no_longer_trusted(own, tmp_path):
    folder = edited(shutil.copytree(own, tmp_path / "own"), kwargs={"speed": 1})
    with pytest.raises(TrustError, match="or was changed since"):
        glianeat.resume(folder)


def test_the_mark_of_another_configuration_is_worth_nothing(own, example):
    with RunStore.open(own) as store:
        mark = store.meta(OWNER)
    with RunStore.open(edited(example, imports=["evil"]), writable=True) as store:
        store.set_meta(OWNER, mark)
    with pytest.raises(TrustError):
        glianeat.resume(example)


@pytest.mark.parametrize("mark", [b"", b"\0" * 32, b"\0" * 33, b"x" * 2**20])
def test_a_mark_that_was_made_up_is_worth_nothing(mark):
    owner.make_mark(b"config")
    assert not owner.is_made_here(b"config", mark)


def test_the_key_is_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    mark = owner.make_mark(b"config")
    assert owner.key_file().stat().st_mode & 0o777 == 0o600
    assert owner.key_file().parent.stat().st_mode & 0o077 == 0
    assert owner.is_made_here(b"config", mark)
    owner.key_file().chmod(0o644)  # others may have read it
    assert not owner.is_made_here(b"config", mark)


def test_a_key_that_somebody_else_put_there_by_a_link_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    owner.key_file().parent.mkdir()
    (tmp_path / "theirs").write_bytes(b"k" * 32)
    (tmp_path / "theirs").chmod(0o600)
    owner.key_file().symlink_to(tmp_path / "theirs")
    assert owner.make_mark(b"config") == b""


def test_without_a_place_for_a_key_runs_are_made_unmarked(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    brief = SMALL.replace(evolution=BRIEF)
    with glianeat.evolve(brief, runs=tmp_path, name="run") as run:
        assert run.best.evaluate(1).is_ok


def test_a_configuration_of_100_mb_is_refused_unread(example):
    with closing(sqlite3.connect(example / "run.db")) as connection:
        size = 100 * 2**20
        connection.execute("UPDATE meta SET value = zeroblob(?) WHERE key = 'config'", (size,))
        connection.commit()
    before = resident()
    with pytest.raises(glianeat.GliaNeatError, match="config must hold <= 2097152 bytes, got"):
        glianeat.Run(example)
    assert resident() - before < 20 * 2**20


def resident():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_a_trusted_task_is_the_same_task():
    task = TaskConfig(id="X-v0", imports=("a",))

    assert foreign(task).trusted() == task
    assert msgspec.json.encode(foreign(task)) == msgspec.json.encode(task)


def test_a_replay_in_a_changed_task_asks_for_the_same_trust(own, tmp_path):
    folder = edited(shutil.copytree(own, tmp_path / "own"), max_steps=5)
    with glianeat.Run(folder) as run:
        changed = assigned(run.config, ["task.max_steps=6"])
        assert isinstance(changed.task, ForeignTask)
        with pytest.raises(TrustError, match="imports tests"):
            replayed(run.config, changed, run.best.genome)


def test_to_start_from_a_stranger_s_genomes_imports_and_calls_nothing(example, tmp_path):
    strange = edited(example, id="evil_module:Evil-v0", imports=["evil_module"])
    with glianeat.Run(strange) as run:
        start = genomes_of(run, "front")
    with glianeat.evolve(SMALL, runs=tmp_path / "runs", start=start) as run:
        assert run.solution(0).genome.same_genes(start[0].genome)
        assert run.demands == ()
