"""Wrappers that change what a task shows and takes, compiled around its compiled task as well.

All that a wrapper remembers and draws is in one array of numbers, its head. Its functions of the
head are compiled: the wrapper calls them between the steps of any environment, and around a
compiled task they become one with its functions, on an array that is the head and the task's state.
Both ways give the same bits.
"""

import abc
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import gymnasium
import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.spaces import Box, Discrete
from gymnasium.utils import RecordConstructorArgs

from glianeat import CompiledDynamics, compilable
from glianeat.tasks.known import KNOWN_TASKS, UNKNOWN_TASK, KnownTask, declared
from glianeat.tasks.wrapping import known_around
from glianeat_envs.base import State
from glianeat_envs.distortions import (
    CLEAN,
    HEAD,
    N_CLEAN,
    N_TAKEN,
    SEED,
    SINGLE,
    SIZE,
    STEP,
    TAKEN,
    TAKEN_SINGLE,
)


@dataclass(frozen=True)
class Change:
    """What a wrapper changes, in compiled functions of its head.

    Parameters
    ----------
    act : callable
        ``act(head, action)``: puts what the task inside is to do into the head, at TAKEN.
    advance : callable
        ``advance(head)``: goes on to the next step.
    sense : callable
        ``sense(head, shown)``: shows what becomes of the observation in the head, at CLEAN.
    """

    act: Callable[[State, State], None]
    advance: Callable[[State], None]
    sense: Callable[[State, State], None]


@lru_cache(maxsize=64)  # the same functions give the same code
def around(compiled: CompiledDynamics, change: Change) -> CompiledDynamics:
    """Return a compiled task with a change around it; its state begins with the head."""
    act, advance, sense = change.act, change.advance, change.sense
    inner_step, inner_observe = compilable(compiled.step), compilable(compiled.observe)

    def start(environment: "gymnasium.Env[Any, Any]") -> State:
        wrapper: Any = environment
        while not isinstance(wrapper, ChangedTask):
            wrapper = wrapper.env
        return np.concatenate([wrapper.head, compiled.start(wrapper.env)])

    def step(state: State, action: State) -> tuple[float, bool]:
        size = int(state[SIZE])
        head = state[:size]
        act(head, action)
        first = int(head[TAKEN])
        outcome = inner_step(state[size:], head[first : first + int(head[N_TAKEN])])
        advance(head)
        return outcome

    def observe(state: State, observation: State) -> None:
        size = int(state[SIZE])
        head = state[:size]
        first = int(head[CLEAN])
        inner_observe(state[size:], head[first : first + int(head[N_CLEAN])])
        sense(head, observation)

    return CompiledDynamics(start, step, observe, _intake_around(compiled))


def _intake_around(compiled: CompiledDynamics) -> Callable[[State], float] | None:
    if compiled.energy_intake is None:
        return None
    inner_intake = compilable(compiled.energy_intake)

    def energy_intake(state: State) -> float:
        return inner_intake(state[int(state[SIZE]) :])

    return energy_intake


class ChangedTask(gymnasium.Wrapper[Any, Any, Any, Any], RecordConstructorArgs, abc.ABC):
    """A wrapper around any task whose observation is a Box of floats.

    A wrapper defines its `change`, its `observation_space` and `_begin`.

    Parameters
    ----------
    env : gymnasium.Env
        The task.

    Raises
    ------
    ValueError
        If the observation of the task is no Box of floats.
    """

    change: Change
    tag: int
    """Parts the draws of one kind of wrapper from those of another, and from the task's."""

    def __init__(self, env: "gymnasium.Env[Any, Any]") -> None:
        gymnasium.Wrapper.__init__(self, env)
        space = env.observation_space
        if not isinstance(space, Box) or space.dtype.kind != "f":
            raise ValueError(
                f"{type(self).__name__}: the observation must be a Box of floats, got {space}"
            )
        self.inside = space
        self.head: State = np.zeros(0)
        self._rng = np.random.default_rng()

    @abc.abstractmethod
    def _begin(self, rng: np.random.Generator) -> State:
        """Return the head at the start of an episode (see `_head`), with all that is drawn."""

    def _head(self, own: State, rng: np.random.Generator) -> State:
        """Return a head of the numbers of one kind of wrapper, which stand behind the common ones.

        The observation and the action of the task inside come last.
        """
        n_clean, n_taken = math.prod(self.inside.shape), self.n_taken
        space = self.env.action_space
        head = np.concatenate([np.zeros(HEAD), own, np.zeros(n_clean + n_taken)])
        head[SIZE] = head.size
        head[CLEAN], head[N_CLEAN] = HEAD + own.size, n_clean
        head[TAKEN], head[N_TAKEN] = HEAD + own.size + n_clean, n_taken
        head[SEED], head[STEP] = rng.integers(2**32), 0.0
        head[SINGLE] = self.observation_space.dtype == np.float32
        head[TAKEN_SINGLE] = space.dtype == np.float32
        return head

    @property
    def n_taken(self) -> int:
        """Numbers in an action, as compiled tasks take it."""
        return math.prod(self.env.action_space.shape or (1,))

    def known_inside(self) -> KnownTask:
        """Return what is known of the task without this wrapper."""
        name = "" if self.env.spec is None else self.env.spec.id
        known = declared(self.env, KNOWN_TASKS.get(name, UNKNOWN_TASK))
        return known_around(known, self.env)

    def compiled_around(self, compiled: CompiledDynamics) -> CompiledDynamics | None:
        """Return the compiled task with this wrapper around it; None for classes derived from it.

        They may have changed what it does.
        """
        return around(compiled, self.change) if "change" in vars(type(self)) else None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin an episode; the task inside begins as it does without the wrapper."""
        if seed is not None:
            self._rng = np.random.default_rng((seed, self.tag))
        observation, info = self.env.reset(seed=seed, options=options)
        self.head = self._begin(self._rng)
        return self._shown(observation), info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Advance by one step of the task."""
        if not self.head.size:
            raise ResetNeeded(f"{type(self).__name__}: reset() must come before step()")
        taken = self._taken(action)
        observation, reward, terminated, truncated, info = self.env.step(taken)
        self.change.advance(self.head)
        return self._shown(observation), reward, terminated, truncated, info

    def _taken(self, action: Any) -> Any:
        """Return what becomes of an action, in the form that the task inside takes."""
        space = self.env.action_space
        if isinstance(space, Discrete):
            given = np.array([action], dtype=np.float64)
        elif isinstance(space, Box):
            bounded = np.clip(np.asarray(action, dtype=space.dtype), space.low, space.high)
            given = bounded.astype(np.float64).reshape(-1)
        else:
            return action
        self.change.act(self.head, given)
        first = int(self.head[TAKEN])
        taken = self.head[first : first + given.size]
        if isinstance(space, Discrete):
            return int(taken[0])
        return taken.astype(space.dtype).reshape(space.shape)

    def _shown(self, observation: Any) -> Any:
        """Return what becomes of an observation."""
        first = int(self.head[CLEAN])
        self.head[first : first + int(self.head[N_CLEAN])] = np.asarray(observation).reshape(-1)
        space = self.observation_space
        shown = np.zeros(math.prod(space.shape or ()))
        self.change.sense(self.head, shown)
        return shown.astype(space.dtype).reshape(space.shape)


def widened(low: Any, high: Any, limit: float) -> tuple[Any, Any]:
    """Return bounds within which numbers stay that are multiplied by 1 / limit to limit."""
    with np.errstate(over="ignore"):  # the largest float is often meant as no bound
        return np.minimum(low * limit, low / limit), np.maximum(high * limit, high / limit)
