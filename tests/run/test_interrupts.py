"""Runs interrupted from Python, at any place: they are saved, and go on to the same end."""

import os
import signal

import pytest

import glianeat
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.evolution.algorithm import GliaNeat
from glianeat.store.run_store import RunStore
from tests.run.runs import SMALL

ENDS = {signal.SIGINT: KeyboardInterrupt, signal.SIGTERM: SystemExit}
HEARD = [
    ("start_generation", signal.SIGINT, 1),
    ("post_reproduction", signal.SIGTERM, 2),
    ("post_evaluate", signal.SIGINT, 2),
    ("end_generation", signal.SIGTERM, 1),
]
PLACES = {
    "ask": (GliaNeat, "ask"),
    "tell": (GliaNeat, "tell"),
    "evaluate": (SerialEvaluator, "evaluate"),
    "commit": (RunStore, "commit"),
    "validate": (RunStore, "add_validations"),
    "create": (RunStore, "create"),
}


@pytest.fixture(autouse=True)
def defaults():
    before = {number: signal.getsignal(number) for number in ENDS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    left = [signal.getsignal(number) for number in ENDS]
    for number, handler in before.items():
        signal.signal(number, handler)
    assert left == [signal.default_int_handler, signal.SIG_DFL]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    with glianeat.evolve(SMALL, runs=tmp_path_factory.mktemp("runs")) as run:
        return run.digest


def goes_on_to(folder):
    with glianeat.resume(folder) as run:
        return run.digest


class Interrupting(glianeat.Reporter):
    """Sends signals to the program, the second time that it hears of something."""

    def __init__(self, method, number, times):
        self.left = 2
        setattr(self, method, lambda *_: self.send(number, times))

    def send(self, number, times):
        self.left -= 1
        for _ in range(times if self.left == 0 else 0):
            os.kill(os.getpid(), number)


@pytest.mark.parametrize(("method", "number", "times"), HEARD)
def test_a_run_interrupted_in_a_reporter_is_saved(tmp_path, whole, method, number, times):
    reporter = Interrupting(method, number, times)
    with pytest.raises(ENDS[number]):
        glianeat.evolve(SMALL, runs=tmp_path, name="cut", reporters=[reporter])
    assert goes_on_to(tmp_path / "cut") == whole


@pytest.mark.parametrize(
    ("place", "times"), [*((place, 2) for place in PLACES), ("evaluate", 1), ("commit", 1)]
)
def test_a_run_interrupted_anywhere_is_saved(tmp_path, whole, monkeypatch, place, times):
    owner, name = PLACES[place]
    function, calls = getattr(owner, name), []

    def interrupted(*args, **kwargs):
        calls.append(name)
        for _ in range(times if len(calls) == (1 if place in {"create", "validate"} else 2) else 0):
            os.kill(os.getpid(), signal.SIGINT)
        return function(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, interrupted)
        with pytest.raises(KeyboardInterrupt):
            glianeat.evolve(SMALL, runs=tmp_path, name="cut")
    if (tmp_path / "cut").exists():
        assert goes_on_to(tmp_path / "cut") == whole
    else:
        assert place == "create"


def test_a_run_interrupted_at_its_end_is_over_when_it_goes_on(tmp_path, whole):
    class Last(glianeat.Reporter):
        def info(self, msg):
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(SMALL, runs=tmp_path, name="cut", reporters=[Last()])
    with glianeat.Run(tmp_path / "cut") as run:
        assert (run.finished, run.digest) == ("generations", whole)
