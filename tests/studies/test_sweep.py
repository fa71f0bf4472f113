"""Sweeps: resumable, with cells that are ordinary runs."""

import json
import signal
import subprocess
import sys
import textwrap
import time

import pytest

import glianeat
from glianeat.errors import CheckpointError, ConfigError, EvaluationError, TrustError
from glianeat.run.run import Run
from glianeat.store.run_store import RunStore
from glianeat.studies import cell_work
from glianeat.studies import sweep as module
from glianeat.studies.cell_work import SweepListener
from glianeat.studies.grid import grid_of
from glianeat.studies.jobs import command_of
from glianeat.studies.sweep import Sweep, make_sweep
from glianeat.studies.sweep_file import FILE
from glianeat.tasks.config import TaskConfig
from tests.run.runs import SMALL

TINY = SMALL.replace(evolution=SMALL.evolution.replace(generations=3))
GRID = {"evolution.population": [6, 8]}


class Log(SweepListener):
    """Remembers what it heard."""

    def __init__(self, stop_after=None):
        self.names, self.ends, self.estimates, self.generations = [], [], [], 0
        self._stop_after = stop_after

    def start_cell(self, _place, cell, remaining):
        self.names.append(cell.name)
        self.estimates.append(remaining)

    def on_generation(self, _summary):
        self.generations += 1
        if self.generations == self._stop_after:
            raise KeyboardInterrupt

    def end_cell(self, state, _remaining):
        self.ends.append(state.status)


def digests(sweep):
    found = {}
    for state in sweep.states:
        with Run(sweep.folder / state.name) as run:
            found[state.name] = (run.digest, run.finished, run.best.key)
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a sweep of two populations and two seeds that was never interrupted."""
    runs = tmp_path_factory.mktemp("whole")
    return glianeat.sweep(TINY, seeds="0-1", settings=GRID, name="grid", runs=runs)


def test_each_cell_is_the_run_that_evolve_would_have_made(whole, tmp_path):
    assert [state.status for state in whole.states] == ["finished"] * 4
    cell = whole.states[1]
    plan = TINY.evolution.replace(population=8)
    with glianeat.evolve(TINY.replace(seed=0, evolution=plan), runs=tmp_path) as run:
        assert digests(whole)[cell.name][0] == run.digest


def test_a_finished_sweep_runs_nothing_more(whole):
    log = Log()
    module.resume_sweep(whole.folder, listener=log)
    assert log.names == []


def test_an_interrupted_sweep_goes_on_where_it_was(whole, tmp_path):
    first = Log(stop_after=5)  # in the middle of the second cell
    with pytest.raises(KeyboardInterrupt):
        glianeat.sweep(
            TINY, seeds=[0, 1], settings=GRID, name="grid", runs=tmp_path, listener=first
        )
    second = Log()
    found = glianeat.resume_sweep(tmp_path / "grid", listener=second)
    assert second.names == [state.name for state in found.states][1:]
    assert second.generations == 4 * 3 - 5
    assert digests(found) == digests(whole)


def test_a_killed_sweep_goes_on_to_the_same_digests(whole, tmp_path):
    script = f"""
        from pathlib import Path
        import glianeat
        from tests.studies.test_sweep import GRID, TINY, Log

        class Telling(Log):
            def on_generation(self, summary):
                super().on_generation(summary)
                print(self.generations, flush=True)

        glianeat.sweep(TINY, seeds="0-1", settings=GRID, name="grid", runs=Path({str(tmp_path)!r}),
                       listener=Telling())
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if int(line) == 8:
                process.kill()
    assert process.returncode == -9
    found = Sweep(tmp_path / "grid")
    statuses = [state.status for state in found.states]
    assert statuses[:2] == ["finished", "finished"]
    assert statuses[3] == "missing"
    assert digests(glianeat.resume_sweep(found.folder)) == digests(whole)


def test_cells_that_run_at_the_same_time_give_the_same_runs(whole, tmp_path):
    class Waiting(Log):
        def start_cell(self, place, cell, remaining):
            super().start_cell(place, cell, remaining)
            deadline = time.monotonic() + 60.0
            while place == 1 and not (tmp_path / "grid" / cell.name / "run.db").exists():
                assert time.monotonic() < deadline, "the other process takes no cell"

    log = Waiting()
    found = glianeat.sweep(
        TINY, seeds="0-1", settings=GRID, name="grid", runs=tmp_path, jobs=2, listener=log
    )
    assert found.is_finished
    assert digests(found) == digests(whole)


def test_a_cell_that_another_process_finished_meanwhile_is_not_run_again(tmp_path):
    class Overtaken(Log):
        def start_cell(self, place, cell, remaining):
            super().start_cell(place, cell, remaining)
            if place == 1:
                with glianeat.evolve(TINY.replace(seed=1), name="seed-1", runs=tmp_path / "two"):
                    pass

    log = Overtaken()
    found = glianeat.sweep(TINY, seeds="0-1", name="two", runs=tmp_path, listener=log)
    assert log.names == ["seed-0"]
    assert found.is_finished


def test_a_process_that_works_on_a_sweep_ends_with_the_one_that_started_it(tmp_path):
    endless = TINY.replace(evolution=TINY.evolution.replace(generations=10**6))
    folder = make_sweep(grid_of(endless, [0], {}), name="one", runs=tmp_path).folder
    (tmp_path / "numpy.py").write_text("raise SystemExit('taken from the current folder')")
    command = command_of(folder, 0, "local")
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=tmp_path) as process:
        while not (folder / "seed-0" / "run.db").exists():
            assert process.poll() is None
        process.stdin.close()  # as the system does when the other one ends
        assert process.wait() == 128 + signal.SIGTERM
    with RunStore.open(folder / "seed-0", writable=True):
        pass  # nobody holds it any more


def test_the_same_call_goes_on_and_another_grid_is_refused(whole):
    runs, log = whole.folder.parent, Log()
    glianeat.sweep(TINY, seeds="0-1", settings=GRID, name="grid", runs=runs, listener=log)
    assert log.names == []
    with pytest.raises(CheckpointError, match="exists already, with another grid"):
        glianeat.sweep(TINY, seeds="0-2", settings=GRID, name="grid", runs=runs)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(CheckpointError, match=r"has no sweep\.json"):
        glianeat.sweep(TINY, seeds="0", name="mine", runs=tmp_path)


def test_further_seeds_are_added(tmp_path):
    glianeat.sweep(TINY, seeds="3", name="one", runs=tmp_path)
    log = Log()
    found = glianeat.resume_sweep(tmp_path / "one", seeds="3-4", listener=log)
    assert log.names == ["seed-4"]
    assert [state.seed for state in Sweep(found.folder).states] == [3, 4]


def test_there_is_no_estimate_before_a_cell_is_finished_and_one_afterwards(tmp_path):
    log = Log()
    glianeat.sweep(TINY, seeds="0-1", runs=tmp_path, listener=log)
    assert log.estimates[0] is None
    assert (log.estimates[1].basis, log.estimates[1].runs) == (1, 1)
    assert log.estimates[1].seconds > 0.0


def test_mistakes_are_found_before_anything_is_written(tmp_path):
    settings = {"codec.readout": ["count", "membrane"], "neuron.model": ["galif", "izhikevich"]}
    with pytest.raises(ConfigError, match=r"with codec\.readout=.*membrane.*izhikevich.*galif"):
        glianeat.sweep(TINY, seeds="0", settings=settings, runs=tmp_path)
    with pytest.raises(ConfigError, match="did you mean 'CartPole-v1'"):
        glianeat.sweep(TINY.replace(task=TaskConfig(id="CartPole-v7")), seeds="0", runs=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_cells_that_fail_do_not_end_a_sweep(tmp_path, monkeypatch):
    evolve = cell_work.evolve

    def failing(config, **options):
        if config.seed == 0:
            raise EvaluationError("the cluster is gone")
        return evolve(config, **options)

    monkeypatch.setattr(cell_work, "evolve", failing)
    log = Log()
    found = glianeat.sweep(TINY, seeds="0-1", runs=tmp_path, listener=log)
    assert log.ends == ["failed", "finished"]
    assert [(one.name, one.reason) for one in found.failures] == [("seed-0", "the cluster is gone")]
    monkeypatch.undo()
    again = glianeat.resume_sweep(found.folder)
    assert again.is_finished
    assert again.failures == []


def test_what_another_process_holds_is_left_to_it(tmp_path):
    found = glianeat.sweep(TINY, seeds="0-1", name="two", runs=tmp_path)
    (tmp_path / "two" / "seed-1" / "run.db").unlink()
    (tmp_path / "two" / "seed-1" / "lock").unlink(missing_ok=True)
    (tmp_path / "two" / "seed-1").rmdir()
    with pytest.raises(KeyboardInterrupt):
        glianeat.resume_sweep(found.folder, listener=Log(stop_after=1))
    with RunStore.open(tmp_path / "two" / "seed-1", writable=True):
        log = Log()
        assert not glianeat.resume_sweep(found.folder, listener=log).is_finished
    assert log.ends == ["held"]


def test_a_run_of_another_seed_under_the_name_of_a_cell_is_not_gone_on_with(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        glianeat.sweep(TINY, seeds="0-1", name="two", runs=tmp_path, listener=Log(stop_after=1))
    (tmp_path / "two" / "seed-0").rename(tmp_path / "two" / "seed-1")
    found = glianeat.resume_sweep(tmp_path / "two")
    assert [state.name for state in found.failures] == ["seed-1"]
    assert "must be of CartPole-v1 with seed 1" in found.failures[0].reason


# The file


@pytest.fixture
def file(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        glianeat.sweep(TINY, seeds="0", name="one", runs=tmp_path, listener=Log(stop_after=1))
    return tmp_path / "one" / FILE


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"version": 1', '"version": 9', "of version 9; this glianeat reads version 1"),
        ('"glianeat sweep"', '"other"', "damaged"),
        ('"seeds": [', '"seeds": [1.5,', "damaged"),
        ('"seed": 5', '"seed": -5', "damaged: base: seed: must be"),
        ("{", "", "damaged"),
    ],
)
def test_files_that_are_damaged_foreign_or_newer_are_refused(file, old, new, message):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(CheckpointError, match=message):
        Sweep(file.parent)


def test_a_changed_file_is_a_strangers_and_asks_for_trust(file):
    data = json.loads(file.read_text())
    data["sweep"]["base"]["task"]["imports"] = ["evil"]
    file.write_text(json.dumps(data))
    found = Sweep(file.parent)
    assert found.demands == ("imports evil (task.imports)",)
    with pytest.raises(TrustError, match="imports evil"):
        glianeat.resume_sweep(file.parent)
    with pytest.raises(TrustError, match="imports evil"):
        glianeat.resume_sweep(file.parent, seeds="7")
    assert Sweep(file.parent).demands != ()


def test_a_harmless_task_of_a_stranger_needs_no_trust(file):
    data = json.loads(file.read_text())
    data["mark"] = ""
    file.write_text(json.dumps(data))
    assert Sweep(file.parent).demands == ()
    with pytest.raises(KeyboardInterrupt):
        glianeat.resume_sweep(file.parent, listener=Log(stop_after=1))
