"""A planar arm of two links reaches for a target."""

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from gymnasium.spaces import Box

from glianeat import CompiledDynamics, compilable
from glianeat.elementary import cos, sin
from glianeat_envs.base import CompiledTask, State, own_state

if TYPE_CHECKING:
    import pygame

UPPER, FORE = 0.1, 0.11  # lengths of the links [m], as in Reacher
UPPER_MASS, FORE_MASS = 0.1, 0.1  # [kg]
DAMPING = 0.01  # of each joint [N m s]
TORQUE_SCALE = 0.1  # [N m]
STEP_MS = 20.0
SUB_STEPS = 4
VELOCITY_SEEN = 15.0  # what the sensors of velocity can tell [rad/s]
SPAN = 2.0 * (UPPER + FORE)  # the largest distance between fingertip and target

# Places in the state; the actions are kept for the picture.
SHOULDER, ELBOW, SHOULDER_DOT, ELBOW_DOT, TARGET_X, TARGET_Y = range(6)
SHOULDER_ACTION, ELBOW_ACTION, CONTROL_COST = range(6, 9)
SIZE = 9


@compilable
def _tip_x(state: State) -> float:
    return float(UPPER * cos(state[SHOULDER]) + FORE * cos(state[SHOULDER] + state[ELBOW]))


@compilable
def _tip_y(state: State) -> float:
    return float(UPPER * sin(state[SHOULDER]) + FORE * sin(state[SHOULDER] + state[ELBOW]))


@compilable
def _advance(state: State, duration: float) -> None:
    """Advance by `duration` [s] by the semi-implicit method of Euler: velocities, then angles."""
    coupling = 0.5 * FORE_MASS * UPPER * FORE
    bent, straight = sin(state[ELBOW]) * coupling, cos(state[ELBOW]) * coupling
    # the inertia of uniform rods in a plane
    elbow_inertia = FORE_MASS * FORE * FORE / 3.0
    shared = elbow_inertia + straight
    shoulder_inertia = (
        (UPPER_MASS / 3.0 + FORE_MASS) * UPPER * UPPER + elbow_inertia + 2.0 * straight
    )
    first, second = state[SHOULDER_DOT], state[ELBOW_DOT]
    shoulder = TORQUE_SCALE * state[SHOULDER_ACTION] - DAMPING * first
    shoulder += bent * second * (2.0 * first + second)
    elbow = TORQUE_SCALE * state[ELBOW_ACTION] - DAMPING * second - bent * first * first
    determinant = shoulder_inertia * elbow_inertia - shared * shared
    state[SHOULDER_DOT] += duration * (elbow_inertia * shoulder - shared * elbow) / determinant
    state[ELBOW_DOT] += duration * (shoulder_inertia * elbow - shared * shoulder) / determinant
    state[SHOULDER] += duration * state[SHOULDER_DOT]
    state[ELBOW] += duration * state[ELBOW_DOT]


def step(state: State, action: State) -> tuple[float, bool]:
    """Turn the joints for one step."""
    state[SHOULDER_ACTION], state[ELBOW_ACTION] = action[0], action[1]
    for _ in range(SUB_STEPS):
        _advance(state, 0.001 * STEP_MS / SUB_STEPS)
    away_x, away_y = state[TARGET_X] - _tip_x(state), state[TARGET_Y] - _tip_y(state)
    effort = action[0] * action[0] + action[1] * action[1]
    return -math.sqrt(away_x * away_x + away_y * away_y) - state[CONTROL_COST] * effort, False


@compilable
def _seen(velocity: float) -> float:
    return float(np.float32(min(max(velocity, -VELOCITY_SEEN), VELOCITY_SEEN)))


def observe(state: State, observation: State) -> None:
    """Show the joints, and where the target is from the fingertip."""
    observation[0] = np.float32(cos(state[SHOULDER]))
    observation[1] = np.float32(cos(state[ELBOW]))
    observation[2] = np.float32(sin(state[SHOULDER]))
    observation[3] = np.float32(sin(state[ELBOW]))
    observation[4] = _seen(state[SHOULDER_DOT])
    observation[5] = _seen(state[ELBOW_DOT])
    observation[6] = np.float32(state[TARGET_X] - _tip_x(state))
    observation[7] = np.float32(state[TARGET_Y] - _tip_y(state))


class Reach(CompiledTask):
    """Reach for a target with an arm of two links.

    ## Description
    An arm lies in a horizontal plane; torques at its shoulder and its elbow bring the fingertip to
    a target. It is in the manner of Gymnasium's Reacher [1]_, but needs no other simulator. The
    links are uniform rods of 0.1 m and 0.11 m and 0.1 kg each, both joints turn without end, and
    each has a damping of 0.01 N m s. A step is 20 ms, integrated by four semi-implicit steps.

    ## Observation Space
    | Num | Observation | Min | Max |
    |-----|-------------|-----|-----|
    | 0 | cosine of the shoulder's angle | -1 | 1 |
    | 1 | cosine of the elbow's angle | -1 | 1 |
    | 2 | sine of the shoulder's angle | -1 | 1 |
    | 3 | sine of the elbow's angle | -1 | 1 |
    | 4 | angular velocity of the shoulder [rad/s] (saturates) | -15 | 15 |
    | 5 | angular velocity of the elbow [rad/s] (saturates) | -15 | 15 |
    | 6 | x of the target minus x of the fingertip [m] | -0.42 | 0.42 |
    | 7 | y of the target minus y of the fingertip [m] | -0.42 | 0.42 |

    ## Action Space
    | Num | Action | Min | Max |
    |-----|--------|-----|-----|
    | 0 | torque at the shoulder [0.1 N m] | -1 | 1 |
    | 1 | torque at the elbow [0.1 N m] | -1 | 1 |

    ## Rewards
    After each step, minus the distance of fingertip and target [m], minus `control_cost` times the
    sum of both actions squared.

    ## Starting State
    The arm rests; both angles are uniform in ±0.1 rad (the x axis is 0, and the stretched arm).
    The target is uniform in what the arm can reach, 0.01 m to 0.21 m from the shoulder.

    ## Episode End
    The task does not end by itself; as registered, episodes are truncated after 50 steps.

    ## Best memoryless policy
    The observation tells the whole state, so that none is better than memoryless. Mean returns of
    2,000 episodes: random torques -14.9; none -12.0 (derived: 50 times the mean distance of a
    point of a disc from one on its rim, 32 / 9π of its radius, or -11.9); a proportional and
    derivative controller through the transposed Jacobian -6.4.

    ## Arguments
    | Parameter | Default | Description |
    |-----------|---------|-------------|
    | `control_cost` | 0.1 | what torques cost |
    | `render_mode` | `None` | `"human"` or `"rgb_array"` |

    ## References
    .. [1] Gymnasium, "Reacher", https://gymnasium.farama.org/environments/mujoco/reacher/
    """

    compiled = CompiledDynamics(start=own_state, step=step, observe=observe)
    screen: ClassVar[tuple[int, int]] = (400, 400)

    def __init__(self, *, control_cost: float = 0.1, render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        if not (math.isfinite(control_cost) and control_cost >= 0.0):
            raise ValueError(f"Reach: control_cost must be finite and >= 0, got {control_cost}")
        self.control_cost = control_cost
        high = np.array([1.0] * 4 + [VELOCITY_SEEN] * 2 + [SPAN] * 2, dtype=np.float32)
        self.observation_space = Box(-high, high, dtype=np.float32)
        self.action_space = Box(-1.0, 1.0, (2,), dtype=np.float32)
        self.observation_names = (
            *("cosine of shoulder", "cosine of elbow", "sine of shoulder", "sine of elbow"),
            *("shoulder velocity", "elbow velocity", "target x", "target y"),
        )
        self.action_names = ("shoulder torque", "elbow torque")

    def _begin(self, options: dict[str, Any]) -> State:  # noqa: ARG002 - it has none
        state = np.zeros(SIZE)
        state[[SHOULDER, ELBOW]] = self.np_random.uniform(-0.1, 0.1, 2)
        # equal areas are equally likely
        nearest, farthest = FORE - UPPER, FORE + UPPER
        reach = math.sqrt(self.np_random.uniform(nearest * nearest, farthest * farthest))
        direction = self.np_random.uniform(-math.pi, math.pi)
        state[TARGET_X], state[TARGET_Y] = reach * cos(direction), reach * sin(direction)
        state[CONTROL_COST] = self.control_cost
        return state

    def _draw(self, surface: "pygame.Surface") -> None:
        import pygame

        width, height = self.screen
        scale = 0.45 * width / (UPPER + FORE)

        def pixel(x: float, y: float) -> tuple[float, float]:
            return width / 2 + scale * x, height / 2 - scale * y

        state = self.state
        shoulder = pixel(0.0, 0.0)
        elbow = pixel(UPPER * cos(state[SHOULDER]), UPPER * sin(state[SHOULDER]))
        tip = pixel(_tip_x(state), _tip_y(state))
        pygame.draw.circle(surface, (235, 238, 241), shoulder, scale * (UPPER + FORE))
        pygame.draw.circle(
            surface, (200, 60, 60), pixel(state[TARGET_X], state[TARGET_Y]), 0.012 * scale
        )
        pygame.draw.line(surface, (196, 130, 60), shoulder, elbow, 14)
        pygame.draw.line(surface, (60, 120, 180), elbow, tip, 10)
        for joint, radius in ((shoulder, 11), (elbow, 9), (tip, 5)):
            pygame.draw.circle(surface, (50, 60, 70), joint, radius)
