import contextlib
import signal
import threading
import time

import pytest

from glianeat.tasks.deadline import DeadlineReached, _Alarm, deadline


def spin(seconds=5.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


class Clumsy:
    """Swallows whatever is raised while it is destroyed."""

    def __del__(self):
        spin(0.3)


def test_code_that_takes_too_long_is_stopped():
    with pytest.raises(DeadlineReached), deadline(0.05):
        spin()


def test_code_that_is_quick_is_left_alone():
    with deadline(5.0):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_no_ordinary_handler_swallows_it():
    with pytest.raises(DeadlineReached), deadline(0.05), contextlib.suppress(Exception):
        spin()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_destructor_that_swallows_it_only_delays_it():
    with pytest.raises(DeadlineReached), deadline(0.05):  # noqa: PT012
        Clumsy()
        spin()


@pytest.mark.parametrize("seconds", [0.02, 5.0])
def test_the_handler_before_is_restored(seconds):
    def before(*_):
        pass

    original = signal.signal(signal.SIGALRM, before)
    try:
        with deadline(seconds):
            spin(0.04)
    except DeadlineReached:
        pass
    assert signal.signal(signal.SIGALRM, original) is before


def test_an_inner_deadline_leaves_the_outer_one_running():
    with pytest.raises(DeadlineReached), deadline(0.1):  # noqa: PT012
        with deadline(5.0):
            pass
        spin()


def test_an_outer_deadline_holds_within_a_longer_one():
    began = time.monotonic()
    with pytest.raises(DeadlineReached), deadline(0.05), deadline(5.0):
        spin()
    assert time.monotonic() - began < 1.0


def test_after_an_inner_deadline_was_reached_the_outer_code_goes_on():
    with deadline(5.0):
        with pytest.raises(DeadlineReached), deadline(0.05):
            spin()
        left, _ = signal.getitimer(signal.ITIMER_REAL)
    assert 4.0 < left < 5.0


def test_in_another_thread_there_is_no_limit():
    done = []

    def work():
        with deadline(0.01):
            spin(0.05)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_an_alarm_while_a_deadline_ends_leaves_nothing_armed(monkeypatch):
    disarm = _Alarm.disarm

    def alarming(alarm):
        signal.raise_signal(signal.SIGALRM)
        disarm(alarm)

    monkeypatch.setattr(_Alarm, "disarm", alarming)
    with deadline(60.0):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_limit_that_passes_before_the_block_begins_leaves_no_alarm(monkeypatch):
    set_timer, before = signal.setitimer, signal.getsignal(signal.SIGALRM)

    def late(which, seconds, interval=0.0):
        set_timer(which, seconds, interval)
        if seconds:
            signal.raise_signal(signal.SIGALRM)

    monkeypatch.setattr(signal, "setitimer", late)
    with pytest.raises(DeadlineReached), deadline(60.0):
        pytest.fail("the limit had passed")
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before
