"""Runs of earlier versions: shown, replayed and resumed, with a notice where bits will differ."""

import logging
import shutil
from pathlib import Path

import pytest

import glianeat
from glianeat.elementary import NUMERICS
from glianeat.run.numerics import Since, history_of, numerics_at
from glianeat.run.verification import verify
from glianeat.store.run_store import RunStore

OLD = Path(__file__).parent / "old_runs"
LAST = 5  # generation of the run that the C library's functions computed


@pytest.fixture
def libm_run(tmp_path):
    return Path(shutil.copytree(OLD / "libm", tmp_path / "libm"))


def extended(config):
    evolution = config.evolution.replace(
        generations=LAST + 3, stop_when_solved=False, evaluations=None
    )
    return config.replace(evolution=evolution)


def test_a_run_that_does_not_name_its_numerics_was_computed_by_the_c_library(libm_run):
    with RunStore.open(libm_run) as store:
        assert history_of(store) == (Since(0, 0),)


def test_a_run_of_other_numerics_is_shown_and_replayed(libm_run):
    with glianeat.Run(libm_run) as run:
        assert run.best.key == 264
        assert run.best.validation.mean_return == 496.7
        assert run.best.evaluate(20).mean_return > 475.0


def test_to_resume_a_run_of_other_numerics_says_that_bits_will_differ(libm_run, caplog):
    with caplog.at_level(logging.WARNING, "glianeat"):
        with glianeat.resume(libm_run, changes=extended) as run:
            assert len(run.summaries) == LAST + 3
        assert "up to 5 were computed by other numerics (0, now 1)" in caplog.text
        caplog.clear()
        glianeat.resume(libm_run, changes=extended).close()
        assert "numerics" not in caplog.text
    with RunStore.open(libm_run) as store:
        history = history_of(store)
    assert history == (Since(0, 0), Since(LAST + 1, NUMERICS))
    assert [numerics_at(history, n) for n in (0, LAST, LAST + 1, 99)] == [0, 0, 1, 1]


def test_generations_of_other_numerics_are_not_evaluated_again(libm_run):
    glianeat.resume(libm_run, changes=extended).close()
    found = verify(libm_run, replay=6)
    assert found.agrees
    assert found.other_numerics == LAST + 1
    assert len(found.replayed) == 6


def test_a_new_run_names_its_numerics(tmp_path):
    config = glianeat.ExperimentConfig()
    config = config.replace(evolution=config.evolution.replace(population=4, generations=1))
    glianeat.evolve(config, runs=tmp_path, name="new").close()
    with RunStore.open(tmp_path / "new") as store:
        assert history_of(store) == (Since(0, NUMERICS),)
