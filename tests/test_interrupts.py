"""Signals ask for an end until there is one, whatever swallows what their handlers raise."""

import _thread
import ast
import ctypes
import os
import signal
import sys
import threading
from pathlib import Path

import pytest

import glianeat
from glianeat import interrupts
from glianeat.genome.schema import ALL_ROLES, Role
from glianeat.interrupts import Interrupted, check, interruptible, is_from_outside, whole

ENDS = {signal.SIGINT: KeyboardInterrupt, signal.SIGTERM: SystemExit}
both = pytest.mark.parametrize("number", ENDS)


@pytest.fixture(autouse=True)
def defaults(monkeypatch):
    """Set Python's default handlers, which shells take from jobs in the background; be quick."""
    before = {number: signal.getsignal(number) for number in ENDS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    monkeypatch.setattr(interrupts, "_SOON", 0.01)
    monkeypatch.setattr(interrupts, "_AGAIN", 0.04)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def send(number):
    os.kill(os.getpid(), number)


def wait_for_ever():
    while True:
        threading.Event().wait(1.0)


def end_of(block, **options):
    """Return what ends a block that can be interrupted."""
    with pytest.raises((KeyboardInterrupt, SystemExit)) as ended:
        interruptible(**options)(block)()
    return ended.value


@both
def test_a_signal_ends_a_block_that_looks_for_it(number):
    def block():
        send(number)
        with pytest.raises(Interrupted):
            check()

    assert isinstance(end_of(block), ENDS[number])


@both
def test_a_signal_ends_a_block_that_does_not_look(number):
    def block():
        send(number)
        wait_for_ever()

    assert isinstance(end_of(block), ENDS[number])


def test_the_exit_status_of_a_terminated_program_is_143():
    assert end_of(lambda: send(signal.SIGTERM)).code == 143


def test_what_is_swallowed_comes_again():
    swallowed = []

    def block():
        send(signal.SIGINT)
        while len(swallowed) < 3:
            try:
                wait_for_ever()
            except Interrupted as error:
                swallowed.append(error)

    assert isinstance(end_of(block), KeyboardInterrupt)
    assert len(swallowed) == 3


def test_a_second_signal_ends_the_block_at_once(monkeypatch):
    monkeypatch.setattr(interrupts, "_SOON", 60.0)
    done = []

    def block():
        send(signal.SIGINT)
        done.append("after the first")
        send(signal.SIGINT)
        done.append("after the second")

    end_of(block)
    assert done == ["after the first"]


def test_an_interrupt_waits_for_the_end_of_what_is_whole():
    done = []

    @whole
    def commit():
        send(signal.SIGINT)
        send(signal.SIGINT)
        threading.Event().wait(0.05)
        done.append("committed")

    def block():
        commit()
        wait_for_ever()

    end_of(block)
    assert done == ["committed"]


def test_an_interrupt_waits_for_the_end_of_what_frees_memory_of_llvm():
    done = []

    def free():
        send(signal.SIGINT)
        send(signal.SIGINT)
        done.append("freed")

    fragile = {"__name__": "llvmlite.binding.ffi", "free": free}
    exec("def close(): free()", fragile)

    def block():
        fragile["close"]()
        wait_for_ever()

    end_of(block)
    assert done == ["freed"]


class Dying:
    """Is interrupted twice while it is destroyed."""

    def __del__(self):
        send(signal.SIGINT)
        send(signal.SIGINT)


def test_an_interrupt_lost_in_a_destructor_comes_again_without_a_word(monkeypatch):
    said = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)

    def block():
        Dying()
        wait_for_ever()

    assert isinstance(end_of(block), KeyboardInterrupt)
    assert said == []


def test_no_block_ends_without_a_signal():
    with interruptible():
        check()


def test_errors_pass_through():
    with pytest.raises(ValueError, match="own"), interruptible():
        raise ValueError("own")


def test_a_signal_counts_for_more_than_what_was_made_of_it():
    def block():
        send(signal.SIGINT)
        raise ValueError("made of it")

    assert isinstance(end_of(block), KeyboardInterrupt)


@both
def test_handlers_are_put_back(number):
    before, within = signal.getsignal(number), []

    def block():
        within.append(signal.getsignal(number))
        send(number)

    end_of(block)
    assert within != [before]
    assert signal.getsignal(number) is before


@both
def test_a_program_keeps_handlers_of_its_own(number):
    def own(*_):
        raise LookupError

    signal.signal(number, own)
    with pytest.raises(LookupError), interruptible():
        send(number)


@both
def test_what_is_to_be_ignored_is_ignored(number):
    signal.signal(number, signal.SIG_IGN)
    with interruptible():
        send(number)
        check()


def test_other_threads_leave_handlers_alone():
    found = []

    def work():
        with interruptible():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler]


def test_a_block_within_another_leaves_the_end_to_it():
    inner = []

    def block():
        try:
            interruptible()(lambda: (send(signal.SIGINT), check()))()
        except Interrupted as error:
            inner.append(error)
            raise

    assert isinstance(end_of(block), KeyboardInterrupt)
    assert len(inner) == 1


def test_what_will_not_end_is_ended_by_the_last_resort(monkeypatch):
    monkeypatch.setattr(interrupts, "_PATIENCE", 0.05)
    called = threading.Event()

    @whole
    def never():
        assert called.wait(10.0)

    def block():
        send(signal.SIGINT)
        never()

    end_of(block, last_resort=lambda _: called.set())
    assert called.is_set()


def test_foreign_code_replaces_no_handler_where_they_are_kept():
    within = []
    with interrupts.keeping_handlers():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        within.append(signal.getsignal(signal.SIGTERM))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    assert within == [signal.SIG_DFL]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN


def test_handlers_that_code_in_c_replaced_are_put_back():
    def is_handled():
        status = Path("/proc/self/status").read_text()
        caught = int(status.partition("SigCgt:")[2].split()[0], 16)
        return bool(caught >> (signal.SIGTERM - 1) & 1)

    signal.signal(signal.SIGTERM, lambda *_: None)
    with interrupts.keeping_handlers() as put_back:
        ctypes.CDLL(None).signal(signal.SIGTERM, None)  # as Ray does when it shuts down
        replaced = not is_handled()
        put_back()
        assert (replaced, is_handled()) == (True, True)


# Who raised it


def raised(call):
    try:
        call()
    except BaseException as error:  # noqa: BLE001 - which is asked for
        return error
    raise AssertionError


def throw(error):
    raise error


def test_a_keyboard_interrupt_without_a_signal_is_the_environments_own():
    with interruptible():
        assert not is_from_outside(raised(lambda: throw(KeyboardInterrupt())))


def test_a_keyboard_interrupt_of_the_default_handler_is_an_interrupt():
    assert is_from_outside(raised(_thread.interrupt_main))


def test_what_a_handler_of_the_program_raises_is_an_interrupt():
    def own(*_):
        raise LookupError

    signal.signal(signal.SIGTERM, own)
    assert is_from_outside(raised(lambda: send(signal.SIGTERM)))


def test_what_handlers_do_not_raise_is_none():
    assert not is_from_outside(raised(lambda: throw(LookupError())))
    assert not is_from_outside(raised(lambda: throw(GeneratorExit())))


# Numbers of arrays


def test_roles_are_plain_numbers():
    assert {type(role) for role in (*ALL_ROLES, Role.INPUT, Role.OUTPUT, Role.HIDDEN)} == {int}


TREES = [ast.parse(path.read_text()) for path in Path(glianeat.__file__).parent.rglob("*.py")]


def enums():
    """Return the names of all enums of the library."""
    classes = [n for tree in TREES for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    return {c.name for c in classes if any("Enum" in ast.unparse(base) for base in c.bases)}


def test_no_array_is_compared_with_an_enum():
    """NumPy looks `__array_ufunc__` up on the class of an enum, and drops what is raised there."""
    scalar = {"plan.purpose == Purpose.TRAIN"}  # no arrays
    found = set()
    names = enums()
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare | ast.BinOp):
                operands = [n for n in ast.walk(node) if isinstance(n, ast.Attribute)]
                if any(isinstance(n.value, ast.Name) and n.value.id in names for n in operands):
                    found.add(ast.unparse(node))
    assert found == scalar
