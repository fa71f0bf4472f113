"""Faults of sensors and actuators, and redundant sensors, around any task."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import gymnasium
import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Box, Discrete
from gymnasium.utils import RecordConstructorArgs

from glianeat.elementary import exp_each, log
from glianeat.tasks.known import KnownTask
from glianeat.tasks.names import LONGEST_NAME
from glianeat_envs.base import State
from glianeat_envs.changes import Change, ChangedTask, widened
from glianeat_envs.distortions import (
    ACTUATOR_DRIFT,
    ACTUATOR_JUMP,
    ACTUATORS,
    CHOICES,
    COLUMNS,
    COPIES,
    DRIFT,
    FAILS,
    FAULTS_HEAD,
    HEAD,
    HIGH,
    IDLE,
    JUMP,
    LIMIT,
    LN_GAIN,
    LOW,
    NOISE,
    ONSET,
    REST,
    SENSORS,
    STEP,
    STUCK,
    act_faulty,
    advance_faulty,
    sense_faulty,
)

Shares = float | Sequence[float]
_NO_BOUND = 1e30  # beyond it a bound is none


@dataclass(frozen=True)
class _Gains:
    """How gains change: the standard deviation of a step of ln gain, and steps between jumps."""

    drift: float
    jump_steps: float | None

    @property
    def jump(self) -> float:
        """Probability of a jump in a step."""
        return 0.0 if self.jump_steps is None else 1.0 / self.jump_steps

    @property
    def change(self) -> bool:
        """Whether they do."""
        return self.drift > 0.0 or self.jump > 0.0


class Faults(ChangedTask):
    """Let sensors and actuators of a task fail, drift and jump; show each number several times.

    ## Description
    Each number observed has `copies` sensors, one beside the other. A sensor shows gain · number +
    noise, within the bounds of the task. At step `onset` of the episode a share of all sensors
    fails for the rest of it, and so does a share of the actuators; from then on gains change.

    A sensor that has failed is silent, which is the middle of the typical range of its number (of
    its bounds, if there is none; else 0), or stuck at what it showed last.

    Actuators are the numbers of a Box, and a failed one does what is nearest to 0; or the choices
    of a Discrete action, and in place of a failed one `idle` is done. Of numbers, gains change too.

    Gains begin at 1. By drift, ln gain takes a normal step of standard deviation `drift` in each
    step of the task; by jumps it is drawn anew, uniform within ±ln `limit`, once in `jump_steps`
    steps on the average. Each sensor and each actuator has a gain of its own; all stay within
    1 / `limit` and `limit`. If gains of sensors change, bounds and typical ranges are `limit`
    times as wide, so that receptors do not saturate.

    ## Arguments
    | Parameter | Default | Description |
    |-----------|---------|-------------|
    | `sensors` | 0 | share of the sensors that fails, rounded to whole sensors; of several numbers one is drawn for each episode |
    | `actuators` | 0 | the same of actuators |
    | `onset` | 0 | step of the task at which it happens; of a pair (first, last) one between them is drawn |
    | `copies` | 1 | sensors of each number |
    | `noise` | 0 | standard deviation of the noise of a sensor, in half widths of the typical range |
    | `mode` | `"silent"` | what sensors do that have failed: `"silent"` or `"stuck"` |
    | `idle` | `None` | the choice that does nothing, for Discrete actions |
    | `drift`, `jump_steps` | 0, `None` | how gains of sensors change |
    | `actuator_drift`, `actuator_jump_steps` | 0, `None` | how gains of actuators change |
    | `limit` | 8 | largest gain, and 1 over the smallest |
    | `ranges` | `None` | typical (low, high) of each number inside; `None` for those that are known of the task |

    Which sensors fail, when, and all noise follow from the seed of the episode, which begins as it
    does without the wrapper; of a larger share, the same sensors fail and others too. It is
    compiled around tasks that are.
    """  # noqa: E501 - a table

    change = Change(act_faulty, advance_faulty, sense_faulty)
    tag = 0x6661756C

    def __init__(  # noqa: PLR0913 - wrappers take keywords
        self,
        env: "gymnasium.Env[Any, Any]",
        *,
        sensors: Shares = 0.0,
        actuators: Shares = 0.0,
        onset: int | Sequence[int] = 0,
        copies: int = 1,
        noise: float = 0.0,
        mode: Literal["silent", "stuck"] = "silent",
        idle: int | None = None,
        drift: float = 0.0,
        jump_steps: float | None = None,
        actuator_drift: float = 0.0,
        actuator_jump_steps: float | None = None,
        limit: float = 8.0,
        ranges: Sequence[Sequence[float]] | None = None,
    ) -> None:
        given = {name: value for name, value in locals().items() if name not in {"self", "env"}}
        given.pop("__class__", None)
        RecordConstructorArgs.__init__(self, **given)
        super().__init__(env)
        self.sensors, self.actuators = _shares("sensors", sensors), _shares("actuators", actuators)
        self.onset = _onset(onset)
        _require(_is_whole(copies, 1), "copies", "a whole number >= 1", copies)
        _require(mode in {"silent", "stuck"}, "mode", "'silent' or 'stuck'", mode)
        _require(_is_finite(noise, 0.0), "noise", "finite and >= 0", noise)
        _require(_is_finite(limit, 1.0), "limit", "finite and >= 1", limit)
        self.copies, self.noise, self.mode, self.limit = copies, noise, mode, limit
        self.sensor_gains = _gains("", drift, jump_steps)
        self.actuator_gains = _gains("actuator_", actuator_drift, actuator_jump_steps)
        self.idle = self._checked_idle(idle)
        self.centre, self.half = self._typical(ranges)
        self.observation_space = self.shown = self._shown_space()

    @property
    def sensor_gains_now(self) -> npt.NDArray[np.float64]:
        """Gain of each sensor in the present step, shape (n * copies,)."""
        return exp_each(self._sensors_now[:, LN_GAIN])

    @property
    def failed_now(self) -> npt.NDArray[np.bool_]:
        """Whether each sensor has failed by the present step, shape (n * copies,)."""
        begun = self.head[STEP] >= self.head[ONSET]
        failed: npt.NDArray[np.bool_] = (self._sensors_now[:, FAILS] != 0.0) & begun
        return failed

    @property
    def _sensors_now(self) -> State:
        table, count = int(self.head[SENSORS]), math.prod(self.shown.shape)
        return self.head[table : table + COLUMNS * count].reshape(count, COLUMNS)

    # What is known of the task

    def known_around(self, known: KnownTask) -> KnownTask:
        """Return what is known of the task with this wrapper around it."""
        ranges, names = known.ranges, known.observation_names
        if ranges is not None:
            low, high = np.repeat(np.array(ranges).T, self.copies, axis=1)
            if self.sensor_gains.change:
                low, high = widened(low, high, self.limit)
            ranges = tuple(zip(low.tolist(), high.tolist(), strict=True))
        if names is not None and self.copies > 1:
            names = tuple(f"{name} {k}" for name in names for k in range(1, self.copies + 1))
            if max(map(len, names)) > LONGEST_NAME:
                names = None
        return replace(known, ranges=ranges, observation_names=names)

    def _typical(
        self, ranges: Sequence[Sequence[float]] | None
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return centre and half width of the typical range of each number inside, shape (n,)."""
        n = math.prod(self.inside.shape)
        if ranges is None:
            ranges = self.known_inside().ranges
        if ranges is None:
            low, high = (np.ravel(bound) for bound in (self.inside.low, self.inside.high))
        else:
            pairs = np.array(ranges, dtype=np.float64)
            _require(pairs.shape == (n, 2), "ranges", f"{n} pairs of low < high", ranges)
            low, high = pairs.T
        known = (low > -_NO_BOUND) & (high < _NO_BOUND)
        low, high = (np.where(known, bound, 0.0).astype(np.float64) for bound in (low, high))
        if self.noise > 0.0 and not known.all():
            raise ValueError("Faults: noise needs ranges, since those of the task are not known")
        return (low + high) / 2.0, (high - low) / 2.0

    def _shown_space(self) -> "Box[np.floating[Any]]":
        low, high = self.inside.low, self.inside.high
        if self.copies > 1:
            low, high = np.repeat(low.ravel(), self.copies), np.repeat(high.ravel(), self.copies)
        if self.sensor_gains.change:
            low, high = widened(low, high, self.limit)
        return Box(low, high, dtype=self.inside.dtype.type)

    def _checked_idle(self, idle: int | None) -> int:
        space = self.env.action_space
        fail, change = max(self.actuators) > 0.0, self.actuator_gains.change
        if change and not isinstance(space, Box):
            raise ValueError(f"Faults: gains of actuators need a Box of actions, got {space}")
        if fail and not isinstance(space, Box | Discrete):
            raise ValueError(f"Faults: actuators need a Box or Discrete of actions, got {space}")
        if isinstance(space, Discrete) and (fail or idle is not None):
            wanted = f"the choice of {space} that does nothing"
            _require(_is_whole(idle, 0) and space.contains(idle), "idle", wanted, idle)
            return int(idle or 0)
        _require(idle is None, "idle", "left out where actions are no choices", idle)
        return 0

    # The head

    def _begin(self, rng: np.random.Generator) -> State:
        sensors, actuators = self._sensor_table(rng), self._actuator_table(rng)
        first, last = self.onset
        onset = rng.integers(first, last + 1)
        own = np.zeros(FAULTS_HEAD)
        own[COPIES], own[ONSET], own[STUCK] = self.copies, onset, self.mode == "stuck"
        if isinstance(self.env.action_space, Discrete):
            own[CHOICES], own[IDLE] = self.env.action_space.n, self.idle
        own[LIMIT] = log(self.limit)
        own[DRIFT], own[JUMP] = self.sensor_gains.drift, self.sensor_gains.jump
        own[ACTUATOR_DRIFT] = self.actuator_gains.drift
        own[ACTUATOR_JUMP] = self.actuator_gains.jump
        own[SENSORS], own[ACTUATORS] = FAULTS_HEAD, FAULTS_HEAD + sensors.size
        return self._head(np.concatenate([own[HEAD:], sensors.ravel(), actuators.ravel()]), rng)

    def _sensor_table(self, rng: np.random.Generator) -> State:
        space = self.shown
        table = np.zeros((math.prod(space.shape), COLUMNS))
        table[:, FAILS] = _failing(len(table), self.sensors, rng)
        table[:, LOW], table[:, HIGH] = space.low.ravel(), space.high.ravel()
        silent = np.repeat(self.centre, self.copies)
        if self.inside.dtype == np.float32:
            silent = silent.astype(np.float32)
        table[:, REST] = np.clip(silent, table[:, LOW], table[:, HIGH])
        table[:, NOISE] = self.noise * np.repeat(self.half, self.copies)
        return table

    def _actuator_table(self, rng: np.random.Generator) -> State:
        space = self.env.action_space
        if isinstance(space, Discrete):
            table = np.zeros((int(space.n), COLUMNS))
            able = np.arange(len(table)) != self.idle
            table[able, FAILS] = _failing(int(able.sum()), self.actuators, rng)
            return table
        table = np.zeros((self.n_taken, COLUMNS))
        table[:, FAILS] = _failing(len(table), self.actuators, rng)
        table[:, LOW], table[:, HIGH] = -math.inf, math.inf
        if isinstance(space, Box):
            table[:, LOW], table[:, HIGH] = space.low.ravel(), space.high.ravel()
            table[:, REST] = np.clip(0.0, table[:, LOW], table[:, HIGH])
        return table


def _failing(
    count: int, shares: tuple[float, ...], rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Return which fail; of a larger share the same ones do, and others."""
    order = rng.permutation(count)
    share = shares[int(rng.integers(len(shares)))]
    failing: npt.NDArray[np.bool_] = order < math.floor(share * count + 0.5)
    return failing


def _require(fits: bool, name: str, rule: str, found: object) -> None:  # noqa: FBT001 - a verdict
    if not fits:
        raise ValueError(f"Faults: {name} must be {rule}, got {found!r}")


def _is_finite(value: Any, least: float, most: float = math.inf) -> bool:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return number and math.isfinite(value) and least <= value <= most


def _is_whole(value: Any, least: int) -> bool:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return whole and value >= least


def _shares(name: str, given: Any) -> tuple[float, ...]:
    shares = tuple(given) if isinstance(given, list | tuple) else (given,)
    rule = "a share from 0 to 1, or several"
    _require(bool(shares) and all(_is_finite(s, 0.0, 1.0) for s in shares), name, rule, given)
    return shares


def _onset(given: Any) -> tuple[int, int]:
    first, last = given if isinstance(given, list | tuple) and len(given) == 2 else (given, given)
    fits = _is_whole(first, 0) and _is_whole(last, 0) and first <= last
    _require(fits, "onset", "a step >= 0, or a pair (first, last)", given)
    return first, last


def _gains(prefix: str, drift: float, jump_steps: float | None) -> _Gains:
    _require(_is_finite(drift, 0.0), f"{prefix}drift", "finite and >= 0", drift)
    fits = jump_steps is None or _is_finite(jump_steps, 1.0)
    _require(fits, f"{prefix}jump_steps", "finite and >= 1, or None", jump_steps)
    return _Gains(drift, jump_steps)
