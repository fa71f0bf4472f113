"""An environment in one of many bad moods, which only some genomes bring about.

The mood comes over it at the sixth step of an episode whose first five actions were all 1. Genomes
that act otherwise are to be evaluated as if the environment were calm.
"""

import contextlib
import ctypes
import itertools
import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete

_LONG = 1000.0  # [s]
_LENGTH, _PATIENT = 15, 5  # steps of an episode, and steps before the mood
Step = tuple[Any, ...]


class _MuteError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


class _EndlessError(Exception):
    def __str__(self) -> str:
        _loop()
        return ""


class _HeavyError(Exception):
    def __init__(self) -> None:
        super().__init__(threading.Lock())


class _FinalError(BaseException):
    def __str__(self) -> str:
        raise GeneratorExit


def _throw(error: BaseException) -> NoReturn:
    raise error


def _recurse(depth: int) -> int:
    return _recurse(depth + 1) + 1


def _loop() -> None:
    while True:
        pass


def _stubborn() -> None:
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(0.01)


def _deaf_loop() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    _loop()


def _blocked() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    time.sleep(_LONG)


def _threads(*, daemon: bool) -> None:
    for _ in range(20):
        threading.Thread(target=time.sleep, args=(_LONG,), daemon=daemon).start()


def _fork_sleeper() -> None:
    if os.fork() == 0:
        time.sleep(20.0)
        os._exit(0)


def _close_standard() -> None:
    for descriptor in range(3):
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _seed() -> None:
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - it is the global one


def _print() -> None:
    print("x" * 2_000_000)
    sys.stderr.write("y" * 1_000_000)


def _print_below() -> None:
    os.write(1, b"z\n" * 500_000)
    os.write(2, b"e\n" * 500_000)


def _round_up() -> None:
    ctypes.CDLL(None).fesetround(0x800)


DEEDS: dict[str, Callable[[], object]] = {
    "raises": lambda: _throw(ValueError("bad \x1b[31mred\x1b]0;title\x07 [/x]")),
    "base_exception": lambda: _throw(BaseException("base")),
    "generator_exit": lambda: _throw(GeneratorExit()),
    "keyboard_interrupt": lambda: _throw(KeyboardInterrupt()),
    "stop_iteration": lambda: _throw(StopIteration()),
    "group": lambda: _throw(BaseExceptionGroup("all", [KeyboardInterrupt(), ValueError()])),
    "mute": lambda: _throw(_MuteError()),
    "mute_and_final": lambda: _throw(_FinalError()),
    "endless_words": lambda: _throw(_EndlessError()),
    "unpicklable": lambda: _throw(_HeavyError()),
    "long_words": lambda: _throw(ValueError("x" * 20_000_000)),
    "recursion": lambda: _recurse(0),
    "memory_error": lambda: _throw(MemoryError()),
    "exits": lambda: sys.exit(3),
    "exits_with_words": lambda: sys.exit("enough"),
    "segfault": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "hard_exit": lambda: os._exit(0),
    "hard_exit_3": lambda: os._exit(3),
    "kills_itself": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "terminates_itself": lambda: os.kill(os.getpid(), signal.SIGTERM),
    "interrupts_itself": lambda: os.kill(os.getpid(), signal.SIGINT),
    "bus_error": lambda: os.kill(os.getpid(), signal.SIGBUS),
    "illegal": lambda: os.kill(os.getpid(), signal.SIGILL),
    "floating_point": lambda: os.kill(os.getpid(), signal.SIGFPE),
    "loop": _loop,
    "loop_in_c": lambda: sum(itertools.repeat(0)),
    "stubborn": _stubborn,
    "sleeps": lambda: time.sleep(_LONG),
    "deaf_loop": _deaf_loop,
    "blocks_signals": _blocked,
    "stops_itself": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "changes_folder": lambda: os.chdir("/"),
    "clears_variables": os.environ.clear,
    "numpy_raises": lambda: np.seterr(all="raise"),
    "rounds_up": _round_up,
    "recursion_limit": lambda: sys.setrecursionlimit(120),
    "ignores_alarm": lambda: signal.signal(signal.SIGALRM, signal.SIG_IGN),
    "ignores_interrupts": lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    "ignores_termination": lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN),
    "warnings_are_errors": lambda: warnings.simplefilter("error"),
    "threads": lambda: _threads(daemon=False),
    "daemons": lambda: _threads(daemon=True),
    "forks": os.fork,
    "forks_a_sleeper": _fork_sleeper,
    "closes_standard_files": _close_standard,
    "closes_all_files": lambda: os.closerange(3, 1000),
    "seeds": _seed,
    "prints": _print,
    "prints_below": _print_below,
    "umask": lambda: os.umask(0o777),
}
"""Moods that do something, and then go on as if nothing were."""

_SHOWN = np.zeros(2)
ANSWERS: dict[str, Step] = {
    "observation_nan": (np.full(2, np.nan), 0.0, False, False, {}),
    "observation_infinite": (np.full(2, np.inf), 0.0, False, False, {}),
    "observation_shape": (np.zeros(7), 0.0, False, False, {}),
    "observation_text": (np.array(["a", "b"]), 0.0, False, False, {}),
    "observation_object": ([object(), 3], 0.0, False, False, {}),
    "observation_none": (None, 0.0, False, False, {}),
    "observation_huge": (np.full(2, 1e308), 0.0, False, False, {}),
    "reward_nan": (_SHOWN, np.nan, False, False, {}),
    "reward_infinite": (_SHOWN, np.inf, False, False, {}),
    "reward_none": (_SHOWN, None, False, False, {}),
    "reward_text": (_SHOWN, "12", False, False, {}),
    "reward_bytes": (_SHOWN, b"12", False, False, {}),
    "reward_bool": (_SHOWN, np.True_, False, False, {}),
    "reward_array": (_SHOWN, np.ones(2), False, False, {}),
    "reward_whole_huge": (_SHOWN, 10**400, False, False, {}),
    "reward_complex": (_SHOWN, 1j, False, False, {}),
    "short_tuple": (_SHOWN, 0.0, False),
    "long_tuple": (_SHOWN, 0.0, False, False, {}, 0),
    "ends_none": (_SHOWN, 0.0, None, None, {}),
    "ends_array": (_SHOWN, 0.0, np.array([True, False]), False, {}),
    "info_none": (_SHOWN, 0.0, False, False, None),
}
"""Moods that answer wrongly."""

HARMLESS = (
    *("changes_folder", "clears_variables", "numpy_raises", "recursion_limit", "ignores_alarm"),
    *("ignores_interrupts", "ignores_termination", "warnings_are_errors", "threads", "daemons"),
    *("forks_a_sleeper", "closes_standard_files", "seeds", "prints", "prints_below", "umask"),
)
"""Moods with which all results are those of a calm environment."""

MADE = ("made_raises", "made_segfaults", "made_exits", "made_hard_exits")
"""Moods in which it cannot even be made."""
MOODS = ("calm", *DEEDS, *ANSWERS, "reset_raises", "reset_none", "close_exits", *MADE)


class Hostile(gymnasium.Env[Any, Any]):
    """Rewards actions that alternate, and has a mood."""

    observation_space = Box(-2.0, 2.0, (2,), np.float64)
    action_space = Discrete(2)

    def __init__(self, mood: str = "calm") -> None:
        self._mood, self._actions = mood, [0]
        made: dict[str, Callable[[], object]] = {
            "made_raises": lambda: _throw(ValueError("cannot be made")),
            "made_segfaults": lambda: ctypes.string_at(0),
            "made_exits": lambda: sys.exit(3),
            "made_hard_exits": lambda: os._exit(0),
        }
        made.get(mood, lambda: None)()

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:  # noqa: ARG002
        """Begin an episode."""
        super().reset(seed=seed)
        is_bad = self._actions[:_PATIENT] == [1] * _PATIENT
        self._actions = []
        if is_bad and self._mood == "reset_raises":
            raise ValueError("cannot begin again")
        return None if is_bad and self._mood == "reset_none" else (self._shown(), {})

    def step(self, action: int) -> Any:
        """Act; if the time has come, in the mood that it has."""
        self._actions.append(int(action))
        time_has_come = len(self._actions) == _PATIENT + 1
        if time_has_come and self._actions[:_PATIENT] == [1] * _PATIENT:
            if self._mood in ANSWERS:
                return ANSWERS[self._mood]
            DEEDS.get(self._mood, lambda: None)()
        reward = float(action == len(self._actions) % 2)
        return self._shown(), reward, len(self._actions) >= _LENGTH, False, {}

    def close(self) -> None:
        """Close, or not."""
        if self._mood == "close_exits":
            sys.exit(4)

    def _shown(self) -> Any:
        return np.array([(-1.0) ** len(self._actions), self.np_random.random()])


gymnasium.register("Hostile-v0", entry_point="hostile_tasks:Hostile")
