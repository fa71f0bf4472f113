"""What a run took is kept beside it, session by session, and no result depends on it."""

import pytest

from glianeat.errors import CheckpointError
from glianeat.run.api import evolve, resume
from glianeat.run.run import Run
from glianeat.run.sessions import SESSIONS
from glianeat.store.run_store import RunStore
from tests.run.runs import SMALL, stop_after

BRIEF = SMALL.replace(evolution=SMALL.evolution.replace(population=4, generations=3))


def cut_and_resumed(runs):
    """Return a run of three generations that was interrupted after the first."""
    with pytest.raises(KeyboardInterrupt):
        evolve(BRIEF, name="cut", runs=runs, listen=stop_after(1))
    return resume(runs / "cut")


def test_each_session_is_kept_with_its_generations(tmp_path):
    with cut_and_resumed(tmp_path) as run:
        told = [(one.first, one.generations, one.work.workers) for one in run.sessions]
    assert told == [(0, 1, 1), (1, 2, 1)]


def test_the_time_of_a_session_is_that_of_its_generations(tmp_path):
    with cut_and_resumed(tmp_path) as run:
        seconds = run.history.seconds()
        first, second = run.sessions
        assert first.seconds == pytest.approx(seconds[0])
        assert second.seconds == pytest.approx(seconds[2] - seconds[0])
        assert 0.0 < first.work.busy <= first.seconds


def test_sessions_are_no_part_of_the_digest(tmp_path):
    with cut_and_resumed(tmp_path) as cut, evolve(BRIEF, name="whole", runs=tmp_path) as whole:
        assert len(cut.sessions) != len(whole.sessions)
        assert cut.digest == whole.digest


def test_an_earlier_run_tells_nothing(tmp_path):
    evolve(BRIEF, name="earlier", runs=tmp_path).close()
    with RunStore.open(tmp_path / "earlier", writable=True) as store:
        store.drop_meta(SESSIONS)
    with Run(tmp_path / "earlier") as run:
        assert run.sessions == ()


def test_damaged_sessions_are_refused_by_name(tmp_path):
    evolve(BRIEF, name="damaged", runs=tmp_path).close()
    with RunStore.open(tmp_path / "damaged", writable=True) as store:
        store.set_meta(SESSIONS, b"[1]")
    with Run(tmp_path / "damaged") as run, pytest.raises(CheckpointError, match="damaged sessions"):
        _ = run.sessions
