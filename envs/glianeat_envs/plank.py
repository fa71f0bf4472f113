"""Four levels of cart-pole for spiking networks: the ladder of Plank et al. (2025)."""

from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from gymnasium.spaces import Box, Discrete

from glianeat import CompiledDynamics, compilable
from glianeat.elementary import cos, sin
from glianeat_envs.base import CompiledTask, State, own_state, write

if TYPE_CHECKING:
    import pygame

EPISODE_STEPS = 15_000
TRACK, LEAN = 2.4, 0.2095  # [m], [rad]: beyond which an episode ends
X_START, THETA_START, SPEED_START = 1.2, 0.10475, 0.05  # [m], [rad], [m/s] and [rad/s]
X_SEEN, THETA_SEEN, SPEED_SEEN = 2.4, 0.209, 2.0  # what encoders span
SPEED_MOST = 10.0  # that is shown, far beyond what encoders span
IDLE_SHARE = 0.75  # of the steps that agents must let pass at the medium level

GRAVITY, CART_MASS, POLE_MASS, HALF_LENGTH = 9.8, 1.0, 0.1, 0.5  # [m/s²], [kg], [kg], [m]
FORCE, TAU = 10.0, 0.02  # [N], [s]

# places in the state
X, X_DOT, THETA, THETA_DOT, TIME, IDLE, LEVEL = range(7)


class Level(IntEnum):
    """How hard it is."""

    EASY = 0
    MEDIUM = 1
    HARD = 2
    HARDEST = 3


@compilable
def _force(level: int, action: float) -> float:
    """Return the force [N]: two levels let agents do nothing, which is their first choice."""
    if level == 0 or level == 3:  # noqa: PLR1714 - compiled
        return -FORCE if action == 0.0 else FORCE
    return (2.0 * action - 3.0) * FORCE if action > 0.0 else 0.0


@compilable
def _fitness(level: int, steps: float, idle: float) -> float:
    """Return what an episode of so many steps is worth."""
    return min(steps, idle / IDLE_SHARE) if level == 1 else steps


def step(state: State, action: State) -> tuple[float, bool]:
    """Push the cart, or do nothing, for 20 ms: Euler's method, as in Gymnasium's CartPole."""
    level = int(state[LEVEL])
    force = _force(level, action[0])
    x_dot, theta, theta_dot = state[X_DOT], state[THETA], state[THETA_DOT]
    cosine, sine = cos(theta), sin(theta)
    mass, moment = CART_MASS + POLE_MASS, POLE_MASS * HALF_LENGTH
    push = (force + moment * (theta_dot * theta_dot) * sine) / mass
    lever = HALF_LENGTH * (4.0 / 3.0 - POLE_MASS * (cosine * cosine) / mass)
    turn = (GRAVITY * sine - cosine * push) / lever
    state[X] += TAU * x_dot
    state[X_DOT] = x_dot + TAU * (push - moment * turn * cosine / mass)
    state[THETA] = theta + TAU * theta_dot
    state[THETA_DOT] = theta_dot + TAU * turn
    before = _fitness(level, state[TIME], state[IDLE])
    state[TIME] += 1.0
    state[IDLE] += 1.0 if force == 0.0 else 0.0
    fallen = abs(state[X]) > TRACK or abs(state[THETA]) > LEAN
    return _fitness(level, state[TIME], state[IDLE]) - before, fallen


def observe(state: State, observation: State) -> None:
    """Show place and angle, and on the two easier levels their velocities."""
    if state[LEVEL] >= 2.0:
        observation[0], observation[1] = np.float32(state[X]), np.float32(state[THETA])
        return
    for i in range(4):
        seen = state[i]
        if i in (X_DOT, THETA_DOT):
            seen = min(max(seen, -SPEED_MOST), SPEED_MOST)
        observation[i] = np.float32(seen)


_NAMES = ("cart position", "cart velocity", "pole angle", "pole velocity")
_SEEN: tuple[tuple[int, float], ...] = (
    (X, X_SEEN),
    (X_DOT, SPEED_SEEN),
    (THETA, THETA_SEEN),
    (THETA_DOT, SPEED_SEEN),
)
_PUSHES = ("push left", "push right")


class PlankCartPole(CompiledTask):
    """Balance a pole on a cart for five minutes: a ladder of four levels for spiking networks.

    ## Description
    The physics are those of Gymnasium's CartPole: 20 ms a step by Euler's method, ±10 N, and an
    episode ends when |x| > 2.4 m or |θ| > 0.2095 rad, or after 15,000 steps. An episode starts with
    x uniform in ±1.2 m, θ in ±0.10475 rad and both velocities in ±0.05 [1]_. The levels are

    | level | observations | actions | return | target |
    |---|---|---|---|---|
    | `PlankEasy` | x, ẋ, θ, θ̇ | left, right | steps | 14,250 |
    | `PlankMedium` | x, ẋ, θ, θ̇ | nothing, left, right | min(steps, idle steps / 0.75) | 12,000 |
    | `PlankHard` | x, θ | nothing, left, right | steps | 9,000 |
    | `PlankHardest` | x, θ | left, right | steps | 6,000 |

    On the two harder levels velocities have to be remembered. The published networks see x and θ
    through Spike-FF-2, on the hardest through Argyle-4, have 24 network steps a decision, and keep
    their state from one decision to the next; targets are means over 1,000 episodes.

    ## Floor and ceiling
    The ceiling is 15,000. Means over 1,000 episodes of the eight published networks, two a level,
    are 15,000 and 15,000; 14,986 and 15,000; 14,094 and 14,678; 14,202 and 14,768.
    Measured over 64 episodes (`scripts/plank_floors.py`), by level: random actions 22, 11, 26, 22;
    the best linear policy found without memory 15,000, 11,660, 74, 35; of 50 networks at random the
    median 11, 21, 19, 10 and the best 916, 52, 34, 32.

    References
    ----------
    .. [1] J. S. Plank, C. P. Rizzo, C. A. White and C. D. Schuman, "The cart-pole application as a
       benchmark for neuromorphic computing", J. Low Power Electron. Appl. 15(1), 2025, 5.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    screen: ClassVar[tuple[int, int]] = (600, 300)
    typical_squash: ClassVar[str] = "linear"

    def __init__(self, level: str = "easy", render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        names = [one.name.lower() for one in Level]
        if level not in names:
            raise ValueError(f"PlankCartPole: level must be of {', '.join(names)}, got {level!r}")
        self.level = Level(names.index(level))
        blind, idles = self.level >= Level.HARD, self.level in {Level.MEDIUM, Level.HARD}
        seen = _SEEN[::2] if blind else _SEEN
        self.observation_names = tuple(_NAMES[place] for place, _ in seen)
        self.action_names = ("do nothing", *_PUSHES) if idles else _PUSHES
        self.typical_ranges = tuple((-limit, limit) for _, limit in seen)
        # a last step may end beyond what ends an episode
        high = np.array([2.0 * TRACK, SPEED_MOST, 2.0 * LEAN, SPEED_MOST], dtype=np.float32)
        high = high[[place for place, _ in seen]]
        self.observation_space = Box(-high, high, dtype=np.float32)
        self.action_space = Discrete(len(self.action_names))

    def _begin(self, options: dict[str, Any]) -> State:
        del options
        spans = np.array([X_START, SPEED_START, THETA_START, SPEED_START])
        start = self.np_random.uniform(-spans, spans)
        return np.array([*start, 0.0, 0.0, float(self.level)])

    def _draw(self, surface: "pygame.Surface") -> None:
        import pygame

        width, height = self.screen
        scale, floor = width / (2.4 * TRACK), height - 80
        x = width / 2.0 + scale * self.state[X]
        pygame.draw.line(surface, (0, 0, 0), (0, floor), (width, floor))
        pygame.draw.rect(surface, (60, 60, 60), pygame.Rect(int(x) - 25, floor - 15, 50, 30))
        angle, length = float(self.state[THETA]), 2.0 * HALF_LENGTH * scale
        tip = (x + length * sin(angle), floor - length * cos(angle))
        pygame.draw.line(surface, (202, 152, 101), (x, floor), tip, 8)
        write(surface, f"step {int(self.state[TIME])}", (10, 10))
