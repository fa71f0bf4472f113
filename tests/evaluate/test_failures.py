"""Why evaluations failed: counted by status and reason, with the place that is to be mended."""

import sys

import pytest

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.failures import Failure, count_failures
from glianeat.tasks.blame import described, exited, place_of


def failed(key, reason, status="failed"):
    return Evaluation(key=key, status=status, reason=reason)


def caught(call):
    try:
        call()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever is raised
        return error
    raise AssertionError


class SpeechlessError(Exception):
    def __str__(self):
        raise RuntimeError


def test_equal_reasons_are_counted_together_the_commonest_first():
    found = count_failures(
        [
            failed(0, "ValueError: no (a.py:1)"),
            Evaluation(key=1, returns=(1.0,)),
            failed(2, "no result within 1 s", "timeout"),
            failed(3, "no result within 1 s", "timeout"),
        ]
    )
    assert found == [
        Failure(status="timeout", count=2, reason="no result within 1 s"),
        Failure(status="failed", count=1, reason="ValueError: no (a.py:1)"),
    ]


def test_reasons_that_differ_in_numbers_alone_are_one():
    found = count_failures([failed(k, f"ValueError: {k}.5 is too much (a.py:7)") for k in range(3)])
    assert [(one.count, one.reason) for one in found] == [
        (3, "ValueError: 0.5 is too much (a.py:7)")
    ]


def test_reasons_from_other_lines_are_others():
    assert len(count_failures([failed(k, f"ValueError: no (a.py:{k})") for k in range(2)])) == 2


def test_an_error_is_told_with_its_type_and_line_on_one_line():
    def environment():
        raise ValueError("two\nlines \x1b[31m")

    text = described(caught(environment))
    line = environment.__code__.co_firstlineno + 1
    assert text == rf"ValueError: two lines \u001b[31m (tests/evaluate/test_failures.py:{line})"


@pytest.mark.parametrize("call", [lambda: int("x" * 3), lambda: sys.exit(3)])
def test_the_line_is_that_of_the_environment_not_of_the_library(call):
    line = call.__code__.co_firstlineno
    assert place_of(caught(call)).endswith(f"test_failures.py:{line}")


def test_what_is_too_long_is_cut_but_not_its_place():
    def environment():
        raise ValueError("x" * 10_000_000)

    text = described(caught(environment))
    assert len(text) <= 500
    assert text.endswith(f"test_failures.py:{environment.__code__.co_firstlineno + 1})")


def test_an_error_without_words_is_told_all_the_same():
    def environment():
        raise SpeechlessError

    assert described(caught(environment)).startswith("SpeechlessError: (its message cannot")
    assert exited(SystemExit(SpeechlessError())).startswith("the environment called exit((its")
