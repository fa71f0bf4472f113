"""How long a run will still take: foreseen from its latest generations."""

import msgspec
import pytest

import glianeat
from glianeat.cli.progress import Progress, why_so_long
from glianeat.evaluate.plan import SettledEvaluation
from glianeat.evolution.settings import EvolutionConfig
from glianeat.run.time_left import Clock, Pace, steps_of_validation, time_left
from tests.run.runs import SMALL
from tests.run.test_stopping_rules import NOTHING, summary

PACE = Pace(seconds=2.0, evaluations=10.0, steps=1000.0)
LIMITS = EvolutionConfig(population=10, generations=100)


def left(pace=PACE, last=9, elapsed=0.0, validation=0.0, **limits):
    return time_left(pace, summary(last), elapsed, LIMITS.replace(**limits), validation)


def clock(*seconds, start=None):
    found = Clock()
    if start is not None:
        found.start(summary(start))
    for number, taken in enumerate(seconds, 0 if start is None else start + 1):
        found.add(summary(number), taken)
    return found


@pytest.mark.parametrize(
    ("limits", "until", "generations"),
    [
        ({}, "generations", 90),
        ({"evaluations": 125}, "evaluations", 2),  # 100 are done, and a third would exceed them
        ({"steps": 12_500}, "steps", 3),  # 10,000 are taken, and the third exceeds them
        ({"hours": 0.01}, "hours", 8),  # 36 s are 18 generations, of which 20 s are over
        ({"steps": 12_500, "evaluations": 125}, "evaluations", 2),
        ({"steps": 1000}, "steps", 0),
    ],
)
def test_a_run_takes_as_long_as_its_first_limit_lets_it(limits, until, generations):
    found = left(elapsed=20.0, **limits)
    assert (found.until, found.generations) == (until, generations)
    assert found.seconds == 2.0 * generations


def test_a_run_whose_every_evaluation_fails_takes_its_time_all_the_same():
    found = Clock()
    for number in range(3):
        found.add(msgspec.structs.replace(summary(number), steps=0), 2.0)
    assert left(pace=found.pace).seconds == 2.0 * 90


def test_validation_at_the_end_counts():
    assert left(generations=10, validation=5000.0).seconds == 10.0  # at 500 steps a second


def test_validation_takes_whole_episodes_of_the_best():
    config = SettledEvaluation(
        episodes=2, racing_episodes=0, validation_top=3, validation_episodes=20
    )
    assert steps_of_validation(config, (10, 30)) == 1200.0
    assert steps_of_validation(config.replace(validation_top=0), (10, 30)) == 0.0


def test_the_first_generation_says_nothing_unless_it_is_long_since_it_had_to_compile():
    assert clock(9.0).pace is None
    assert clock(90.0).pace.seconds == 90.0
    assert clock(90.0, 2.0).pace.seconds == 2.0
    assert clock(90.0, 30.0, 2.0).pace.seconds == 2.0  # breeding compiles in the second
    assert left(pace=None) is None


def test_the_faster_of_the_latest_five_generations_count():
    assert clock(0.1, *([100.0] * 20), 1.0, 5.0, 3.0, 4.0, 2.0).pace.seconds == 2.0


def test_a_session_that_goes_on_counts_its_own_generations():
    pace = clock(9.0, 2.0, start=5).pace
    assert (pace.seconds, pace.evaluations, pace.steps) == (2.0, 10.0, 1000.0)


def test_a_run_says_from_its_second_generation_on_how_long_it_will_take(tmp_path):
    told = []

    class Listening(glianeat.Reporter):
        def on_time_left(self, found):
            told.append(found)

    glianeat.evolve(SMALL, runs=tmp_path, reporters=[Listening()], workers=0).close()
    assert [one.generations for one in told] == [3, 2, 1, 0]
    assert told[-1].validation_steps > 0.0
    assert told[-1].seconds == pytest.approx(
        told[-1].validation_steps / told[-1].pace.steps_per_second
    )


def test_the_time_left_stands_on_the_live_line_and_once_it_is_said_why(capsys):
    progress, long = Progress(100), left(validation=8000.0)
    for number in range(3):
        progress.on_time_left(long)
        progress.on_generation(summary(number), NOTHING)
    lines = capsys.readouterr().err.splitlines()
    assert lines.count(why_so_long(long)) == 1
    assert all(line.endswith("/s  3 min left") for line in lines[2:])
    assert why_so_long(long).startswith(
        "about 3 min left: 90 generations of 10 evaluations and 1,000 environment steps, 500 "
        "steps/s, then 8,000 of validation; shorter with fewer generations, fewer episodes"
    )


def test_of_a_short_run_it_is_not_said_why(capsys):
    Progress(100).on_time_left(msgspec.structs.replace(left(), seconds=5.0))
    assert capsys.readouterr().err == ""
