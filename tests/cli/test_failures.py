"""What a run says, and how it exits, if genomes fail."""

import json

import pytest

from tests.cli.test_commands import SMALL, glianeat
from tests.evaluate import answers

RUN = ["run", answers.ANSWERS, *SMALL, "--generations", "2", "--workers", "0", "--name", "bad"]
RUN += ["--set", "task.ranges=[[-1, 1], [-1, 1]]"]


@pytest.fixture
def given():
    yield answers.GIVEN
    answers.GIVEN.clear()


def test_a_run_of_which_every_genome_failed_exits_with_1_and_says_why(given, tmp_path):
    given["reward"] = "12"
    done = glianeat(tmp_path, *RUN)
    assert done.returncode == 1
    assert "every genome failed (12)" in done.stdout
    assert "12 malformed: reward: must be a number, got '12' (" in done.stdout
    assert "answers.py:" in done.stdout
    assert f"glianeat doctor {answers.ANSWERS}" in done.stdout
    assert "inf" not in done.stdout + done.stderr
    assert "every genome failed: malformed: reward" in done.stderr
    again = glianeat(tmp_path, "resume", "bad", "--generations", "3", "--workers", "0")
    assert (again.returncode, "(18)" in again.stdout) == (1, True)
    text = glianeat(tmp_path, "show", "bad").stdout
    assert "18 malformed: reward: must be a number" in " ".join(text.split())
    report = json.loads(glianeat(tmp_path, "show", "bad", "--json").stdout)
    assert (report["failures"], report["all_failed"]) == (18, True)
    assert [(f["status"], f["count"]) for f in report["failed"]] == [("malformed", 18)]
    assert report["failed"][0]["reason"].startswith("reward: must be a number")


def test_a_run_that_went_well_says_nothing_of_failures(tmp_path):
    done = glianeat(tmp_path, *RUN)
    assert done.returncode == 0
    assert "failed" not in done.stdout
    report = json.loads(glianeat(tmp_path, "show", "bad", "--json").stdout)
    assert (report["failed"], report["all_failed"]) == ([], False)


@pytest.mark.parametrize(
    ("settings", "title"),
    [
        ([], "Pareto front: return and energy"),
        (["selection.objectives=['reward', 'size', 'hidden']"], "return, size and hidden"),
        (["selection.objectives=['reward']"], "Best genome by return"),
        (["evolution.algorithm=neat"], "Best genome by return; of equals, by energy"),
    ],
)
def test_the_front_is_headed_by_its_objectives(tmp_path, settings, title):
    chosen = [part for setting in settings for part in ("--set", setting)]
    done = glianeat(tmp_path, *RUN, *chosen)
    assert done.returncode == 0, done.stderr
    text = " ".join(glianeat(tmp_path, "show", "bad").stdout.split())
    assert title in text


def test_one_is_counted_as_one(tmp_path):
    done = glianeat(tmp_path, *RUN, "--generations", "1")
    assert "run bad: 1 generation, 6 evaluations" in done.stdout
    text = glianeat(tmp_path, "config", "check", "MountainCarContinuous-v0").stdout
    assert "2 observations" in text
    graded = ["--set", "neuron.model=graded"]
    text = glianeat(tmp_path, "config", "check", "MountainCarContinuous-v0", *graded).stdout
    assert "1 output (" in text


def test_a_drawing_names_choices_from_where_they_begin_and_outputs(tmp_path):
    odd = "tests.evaluate.badenvs:Typed-v0"
    arguments = ["--generations", "1", "--workers", "0", "--name", "typed"]
    done = glianeat(tmp_path, "run", odd, *SMALL, "--set", "task.kwargs.start=-1", *arguments)
    assert done.returncode == 0, done.stderr
    glianeat(tmp_path, "draw", "typed", "-o", "typed.svg")
    picture = (tmp_path / "typed.svg").read_text()
    for name in ("act=-1", "act=0", "act=1"):
        assert f">{name}<" in picture
