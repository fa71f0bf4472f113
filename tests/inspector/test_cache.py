"""Values are made once, kept within bounds, and not made anew more often than they are worth."""

import threading

import pytest

from glianeat.inspector.serving import cache as module
from glianeat.inspector.serving.cache import Cache


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now

    thread_time = monotonic


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def value(cache, key, version, content=b"x", **options):
    return cache.get(key, version, lambda: content, **options).value


def test_a_value_is_kept_until_its_version_changes():
    cache = Cache(100)
    assert value(cache, "a", "1", b"old") == b"old"
    assert value(cache, "a", "1", b"new") == b"old"
    assert value(cache, "a", "2", b"new") == b"new"


def test_what_was_not_asked_for_longest_goes_first():
    cache = Cache(10)
    for key in "abc":
        value(cache, key, "1", b"1234")
        value(cache, "a", "1", b"other")
    assert cache.n_bytes == 8
    assert value(cache, "a", "1", b"other") == b"1234"
    assert value(cache, "b", "1", b"other") == b"other"


def test_a_value_larger_than_all_is_not_kept():
    cache = Cache(10)
    assert value(cache, "a", "1", b"x" * 11) == b"x" * 11
    assert cache.n_bytes == 0


def test_what_took_long_is_good_for_longer_while_the_run_goes_on(clock):
    def slowly():
        clock.now += 2.0
        return b"old"

    cache = Cache(100, share=0.1)
    assert cache.get("a", "1", slowly).value == b"old"
    clock.now += 19.0
    assert cache.get("a", "2", lambda: b"new", must_be_new=False).version == "1"
    clock.now += 1.0
    assert cache.get("a", "2", lambda: b"new", must_be_new=False).version == "2"


def test_all_values_together_take_no_more_than_their_share(clock):
    def slowly():
        clock.now += 1.0
        made.append(clock.now)
        return b"x"

    cache, made = Cache(100, share=0.1), []
    for key in "abcd":
        cache.get(key, "0", slowly)
    made.clear()
    began = clock.now
    while clock.now < began + 1000.0:
        clock.now += 0.5
        for key in "abcd":
            cache.get(key, f"{clock.now}", slowly, must_be_new=False)
    assert 0.08 * 1000.0 <= len(made) <= 0.1 * 1000.0 + 4


def test_of_a_run_that_is_over_the_latest_is_made_at_once(clock):
    def slowly():
        clock.now += 2.0
        return b"old"

    cache = Cache(100)
    cache.get("a", "1", slowly)
    assert value(cache, "a", "2", b"new") == b"new"


def test_who_waits_for_a_value_that_cannot_be_made_is_told_so_and_it_is_tried_again():
    def fail():
        waiting.wait(30)
        raise ValueError("no")

    def ask():
        try:
            cache.get("a", "1", fail)
        except ValueError as error:
            errors.append(str(error))

    cache, errors, waiting = Cache(100), [], threading.Event()
    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    waiting.set()
    for thread in threads:
        thread.join()
    assert errors == ["no"] * 3
    assert value(cache, "a", "1") == b"x"
