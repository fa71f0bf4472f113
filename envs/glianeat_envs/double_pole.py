"""Two poles on one cart: the benchmark by which neuroevolution is compared since 1991."""

import math
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from gymnasium.spaces import Box

from glianeat import CompiledDynamics, compilable
from glianeat.elementary import cos, sin
from glianeat_envs.base import CompiledTask, State, own_state, write

if TYPE_CHECKING:
    import pygame

TRACK = 2.4  # [m] to either side
UPRIGHT = math.radians(36.0)  # a pole that leans further has fallen
FORCE_SCALE = 10.0  # [N]
STEP_MS = 20.0
SUB_STEPS = 2
DAMPING_STEPS = 1000  # length of an episode that is judged by its damping
CALM_STEPS = 100  # over how many of the last steps the unrest is summed

GRAVITY = 9.8  # [m/s²]
CART_MASS = 1.0  # [kg]
LONG_MASS, LONG_HALF = 0.1, 0.5  # [kg], [m]: half of the pole's length, as in Wieland's equations
SHORT_MASS, SHORT_HALF = 0.01, 0.05
MU_CART = 0.0005  # [N]
MU_POLE = 0.000002  # [N m s]

X_RANGE, X_DOT_RANGE = 2.16, 1.35  # [m], [m/s]: of the starts that test generalisation
ANGLE_RANGE, ANGLE_DOT_RANGE = math.radians(3.6), math.radians(8.6)
PARTS = (0.05, 0.25, 0.5, 0.75, 0.95)

# What the sensors of velocity can tell: [m/s], [rad/s], [rad/s].
X_DOT_SEEN, LONG_DOT_SEEN, SHORT_DOT_SEEN = 2.5, 2.0, 7.0

# Places in the state. TRIAL, SLOPE and TOTAL are six numbers each, scratch of the integration;
# UNREST begins a ring of the last CALM_STEPS values.
X, X_DOT, LONG, LONG_DOT, SHORT, SHORT_DOT = range(6)
TIME, CART_FRICTION, POLE_FRICTION, BY_DAMPING, VELOCITIES, FORCE = range(6, 12)
TRIAL, SLOPE, TOTAL, UNREST = 12, 18, 24, 30
SIZE = UNREST + CALM_STEPS


@compilable
def _find_slopes(state: State) -> None:
    """Put the time derivatives at the state TRIAL into SLOPE: the equations of `DoublePole`."""
    x_dot = state[TRIAL + X_DOT]
    long_dot = state[TRIAL + LONG_DOT]
    short_dot = state[TRIAL + SHORT_DOT]
    long_cos, short_cos = cos(state[TRIAL + LONG]), cos(state[TRIAL + SHORT])
    long_sin, short_sin = sin(state[TRIAL + LONG]), sin(state[TRIAL + SHORT])
    # what gravity and the hinge's friction do to each pole [N/kg]
    long_fall = GRAVITY * long_sin - state[POLE_FRICTION] * long_dot / (LONG_MASS * LONG_HALF)
    short_fall = GRAVITY * short_sin - state[POLE_FRICTION] * short_dot / (SHORT_MASS * SHORT_HALF)
    force = state[FORCE]
    if x_dot > 0.0:
        force -= state[CART_FRICTION]
    elif x_dot < 0.0:
        force += state[CART_FRICTION]
    force += LONG_MASS * (LONG_HALF * long_dot * long_dot * long_sin - 0.75 * long_cos * long_fall)
    force += SHORT_MASS * (
        SHORT_HALF * short_dot * short_dot * short_sin - 0.75 * short_cos * short_fall
    )
    mass = CART_MASS + LONG_MASS * (1.0 - 0.75 * long_cos * long_cos)
    mass += SHORT_MASS * (1.0 - 0.75 * short_cos * short_cos)
    x_dot_dot = force / mass
    state[SLOPE + X] = x_dot
    state[SLOPE + X_DOT] = x_dot_dot
    state[SLOPE + LONG] = long_dot
    state[SLOPE + LONG_DOT] = 0.75 * (long_fall - x_dot_dot * long_cos) / LONG_HALF
    state[SLOPE + SHORT] = short_dot
    state[SLOPE + SHORT_DOT] = 0.75 * (short_fall - x_dot_dot * short_cos) / SHORT_HALF


@compilable
def _integrate(state: State, duration: float) -> None:
    """Advance by `duration` [s] by one step of the fourth-order method of Runge and Kutta."""
    for i in range(6):
        state[TRIAL + i] = state[i]
        state[TOTAL + i] = 0.0
    for stage in range(4):
        _find_slopes(state)
        weight = 2.0 if stage in (1, 2) else 1.0
        reach = duration if stage == 2 else 0.5 * duration
        for i in range(6):
            state[TOTAL + i] += weight * state[SLOPE + i]
            state[TRIAL + i] = state[i] + reach * state[SLOPE + i]
    for i in range(6):
        state[i] += duration / 6.0 * state[TOTAL + i]


@compilable
def _damping_return(state: State) -> float:
    """Return Gruau's measure of the episode that ends now."""
    calm = 0.0
    if state[TIME] >= CALM_STEPS:
        unrest = 0.0
        for i in range(CALM_STEPS):
            unrest += state[UNREST + i]
        calm = 0.75 / max(unrest, 1e-6)
    return float(0.1 * state[TIME] / DAMPING_STEPS + 0.9 * calm)


def step(state: State, action: State) -> tuple[float, bool]:
    """Push the cart for one step."""
    state[FORCE] = FORCE_SCALE * action[0]
    for _ in range(SUB_STEPS):
        _integrate(state, 0.001 * STEP_MS / SUB_STEPS)
    state[UNREST + int(state[TIME]) % CALM_STEPS] = (
        abs(state[X]) + abs(state[X_DOT]) + abs(state[LONG]) + abs(state[LONG_DOT])
    )
    state[TIME] += 1.0
    failed = abs(state[X]) > TRACK or abs(state[LONG]) > UPRIGHT or abs(state[SHORT]) > UPRIGHT
    if state[BY_DAMPING] == 0.0:
        return 1.0, failed
    ended = failed or state[TIME] >= DAMPING_STEPS
    return _damping_return(state) if ended else 0.0, ended


@compilable
def _seen(value: float, limit: float) -> float:
    return float(np.float32(min(max(value, -limit), limit)))


def observe(state: State, observation: State) -> None:
    """Show the positions, and the velocities if they are asked for."""
    # at the last step of an episode a position may lie beyond what ends it
    if state[VELOCITIES] == 0.0:
        observation[0] = _seen(state[X], TRACK)
        observation[1] = _seen(state[LONG], UPRIGHT)
        observation[2] = _seen(state[SHORT], UPRIGHT)
        return
    observation[X] = _seen(state[X], TRACK)
    observation[X_DOT] = _seen(state[X_DOT], X_DOT_SEEN)
    observation[LONG] = _seen(state[LONG], UPRIGHT)
    observation[LONG_DOT] = _seen(state[LONG_DOT], LONG_DOT_SEEN)
    observation[SHORT] = _seen(state[SHORT], UPRIGHT)
    observation[SHORT_DOT] = _seen(state[SHORT_DOT], SHORT_DOT_SEEN)


def generalisation_starts() -> State:
    """Return the 625 starts from which a solution without velocities must hold 200.

    Returns
    -------
    ndarray of float64, shape (625, 6)
        Cart, its velocity, long pole, its velocity at 0.05, 0.25, 0.5, 0.75 and 0.95 of ±2.16 m,
        ±1.35 m/s, ±3.6° and ±8.6°/s; the short pole stands upright. Each is a ``"start"`` for
        the options of `DoublePole.reset`.
    """
    ranges = (X_RANGE, X_DOT_RANGE, ANGLE_RANGE, ANGLE_DOT_RANGE)
    starts = [
        [(2.0 * part - 1.0) * limit for part, limit in zip(parts, ranges, strict=True)] + [0.0, 0.0]
        for parts in product(PARTS, repeat=4)
    ]
    return np.array(starts)


_NAMES = (
    *("cart position", "cart velocity", "long pole angle", "long pole velocity"),
    *("short pole angle", "short pole velocity"),
)


class DoublePole(CompiledTask):
    r"""Balance two poles of different length on one cart.

    ## Description
    Two poles are hinged to a cart side by side; pushing the cart must keep both upright. With the
    velocities hidden, this is the benchmark by which NEAT and its peers are compared: a pole's
    velocity must be remembered from where it was. The equations are Wieland's [1]_, with the
    numbers of [2]_ and [3]_: a cart of 1 kg on a track of ±2.4 m, uniform poles of 0.1 kg and 1 m,
    and of 0.01 kg and 0.1 m (the equations name half lengths, 0.5 m and 0.05 m; they are exact for
    uniform rods), g = 9.8 m/s², friction of the cart 0.0005 N against its direction and of each
    hinge 0.000002 N m s. A step is 20 ms, integrated by two steps of the fourth-order method of
    Runge and Kutta. (The program of [2]_ leaves out the friction of the cart, a twenty-thousandth
    of the largest force; `friction` turns both kinds off.)

    ## Observation Space
    Positions end at what ends the episode. Sensors of velocity saturate; over 1,000 steps from
    each of the 625 starts, a linear regulator that holds 527 of them stayed within 2.4 m/s,
    1.4 rad/s and 6.1 rad/s.

    | Num | Observation | Min | Max |
    |-----|-------------|-----|-----|
    | 0 | position of the cart [m] | -2.4 | 2.4 |
    | 1 | velocity of the cart [m/s] | -2.5 | 2.5 |
    | 2 | angle of the long pole [rad] | -0.628 (-36°) | 0.628 (36°) |
    | 3 | its angular velocity [rad/s] | -2 | 2 |
    | 4 | angle of the short pole [rad] | -0.628 (-36°) | 0.628 (36°) |
    | 5 | its angular velocity [rad/s] | -7 | 7 |

    With ``velocities=False`` there are three: the position and the two angles.

    ## Action Space
    | Num | Action | Min | Max |
    |-----|--------|-----|-----|
    | 0 | force on the cart [10 N] | -1 | 1 |

    ## Rewards
    ``fitness="steps"``: 1 a step, the last one, too. ``fitness="damping"``: nothing until the
    episode ends, then 0.1 f₁ + 0.9 f₂ [4]_, with f₁ = t / 1,000 after t steps, and f₂ = 0 if
    t < 100, else 0.75 over the sum of \|x\| + \|x'\| + \|θ\| + \|θ'\| of cart and long pole over
    the last 100 steps (which counts as at least 10⁻⁶): it keeps networks from just shaking.

    ## Starting State
    The long pole leans by 4°, all else is 0. ``reset(options={"start": six numbers})`` starts
    elsewhere, in the order of the table. With ``starts="grid"`` the seed of an episode chooses one
    of the 625 starts of the literature (`generalisation_starts`): seeds 0 to 624 are all of them.

    ## Episode End
    A pole leans by more than 36°, or the cart leaves ±2.4 m; with ``fitness="damping"`` also after
    1,000 steps. As registered, episodes are truncated after 100,000 steps: the poles are balanced.
    A solution without velocities must also hold for 1,000 steps from 200 of the 625 starts.

    ## Best memoryless policy
    With velocities none is better than memoryless: linear feedback holds the poles for all 100,000
    steps. Without them, linear feedback cannot hold them. In continuous time, gains on positions
    leave the sum of the eigenvalues as it is, which is friction's -0.06 / s, so that at best the
    poles swing all but undamped; holding the force for 20 ms costs more than that: over three
    gains the smallest spectral radius of the sampled loop is 1.023 (measured), so that deviations
    grow by at least 2.3 % a step. The best of 10,000 random gains lasted for 78 steps, the best
    that climbing found from there for 108 of the 100,000.

    ## Arguments
    | Parameter | Default | Description |
    |-----------|---------|-------------|
    | `velocities` | `True` | whether velocities are observed |
    | `fitness` | `"steps"` | `"steps"` or `"damping"` |
    | `friction` | `True` | whether cart and hinges have friction |
    | `starts` | `"leaning"` | `"leaning"` or `"grid"` |
    | `render_mode` | `None` | `"human"` or `"rgb_array"`: the short pole at four times its length |

    ## References
    .. [1] A. P. Wieland, "Evolving neural network controllers for unstable systems", Proceedings
       of the International Joint Conference on Neural Networks, Seattle, 1991, vol. 2, pp. 667-673.
    .. [2] K. O. Stanley and R. Miikkulainen, "Evolving neural networks through augmenting
       topologies", Evolutionary Computation 10(2), 2002, pp. 99-127.
    .. [3] F. Gomez, J. Schmidhuber and R. Miikkulainen, "Accelerated neural evolution through
       cooperatively coevolved synapses", Journal of Machine Learning Research 9, 2008, pp. 937-965.
    .. [4] F. Gruau, D. Whitley and L. Pyeatt, "A comparison between cellular encoding and direct
       encoding for genetic neural networks", Genetic Programming 1996, pp. 81-89.
    """

    compiled = CompiledDynamics(start=own_state, step=step, observe=observe)
    screen: ClassVar[tuple[int, int]] = (600, 300)
    typical_squash: ClassVar[str] = "linear"  # what lies beyond is cut off anyway

    def __init__(
        self,
        *,
        velocities: bool = True,
        fitness: str = "steps",
        friction: bool = True,
        starts: str = "leaning",
        render_mode: str | None = None,
    ) -> None:
        super().__init__(render_mode)
        if starts not in ("leaning", "grid"):
            raise ValueError(f"DoublePole: starts must be 'leaning' or 'grid', got {starts!r}")
        if fitness not in ("steps", "damping"):
            raise ValueError(f"DoublePole: fitness must be 'steps' or 'damping', got {fitness!r}")
        self.velocities, self.fitness, self.friction = velocities, fitness, friction
        self._grid = generalisation_starts() if starts == "grid" else None
        limits = [TRACK, X_DOT_SEEN, UPRIGHT, LONG_DOT_SEEN, UPRIGHT, SHORT_DOT_SEEN]
        high = np.array(limits if velocities else limits[::2], dtype=np.float32)
        self.observation_space = Box(-high, high, dtype=np.float32)
        self.action_space = Box(-1.0, 1.0, (1,), dtype=np.float32)
        self.observation_names = _NAMES if velocities else _NAMES[::2]
        self.action_names = ("force",)
        self.typical_ranges = tuple((-bound, bound) for bound in high.tolist())
        if not velocities:
            self.receptor_tau = 100.0  # in which the poles come to lean elsewhere

    def _begin(self, options: dict[str, Any]) -> State:
        state = np.zeros(SIZE)
        if self._grid is None:
            state[LONG] = math.radians(4.0)
        else:
            state[: SHORT_DOT + 1] = self._grid[self.np_random_seed % len(self._grid)]
        if "start" in options:
            state[: SHORT_DOT + 1] = self._checked(options["start"])
        if self.friction:
            state[CART_FRICTION], state[POLE_FRICTION] = MU_CART, MU_POLE
        state[BY_DAMPING] = self.fitness == "damping"
        state[VELOCITIES] = self.velocities
        return state

    @staticmethod
    def _checked(start: Any) -> State:
        numbers = np.asarray(start, dtype=np.float64)
        if numbers.shape != (6,) or not np.isfinite(numbers).all():
            raise ValueError(f"DoublePole: start must be six finite numbers, got {start!r}")
        if np.any(np.abs(numbers[::2]) > (TRACK, UPRIGHT, UPRIGHT)):
            raise ValueError(
                f"DoublePole: start must lie within ±{TRACK} m and ±36°, got {numbers.tolist()}"
            )
        return numbers

    def _draw(self, surface: "pygame.Surface") -> None:
        import pygame

        width, height = self.screen
        scale, floor = (width - 60) / (2.0 * TRACK), height - 70
        cart = width / 2 + scale * self.state[X]
        ends = [width / 2 - scale * TRACK, width / 2 + scale * TRACK]
        pygame.draw.line(surface, (120, 120, 120), (ends[0], floor), (ends[1], floor), 2)
        for end in ends:
            pygame.draw.line(surface, (120, 120, 120), (end, floor - 12), (end, floor + 12), 4)
        pygame.draw.rect(surface, (50, 60, 70), (cart - 26, floor - 12, 52, 24), border_radius=4)
        top = floor - 12
        for place, length, color, shift in (
            (LONG, 2.0 * LONG_HALF, (196, 130, 60), -9),
            (SHORT, 8.0 * SHORT_HALF, (60, 120, 180), 9),
        ):
            tip = (
                cart + shift + scale * length * sin(self.state[place]),
                top - scale * length * cos(self.state[place]),
            )
            pygame.draw.line(surface, color, (cart + shift, top), tip, 7)
            pygame.draw.circle(surface, (230, 230, 230), (cart + shift, top), 4)
        push = 0.4 * scale * self.state[FORCE] / FORCE_SCALE
        below = floor + 24
        if abs(push) > 1.0:
            pygame.draw.line(surface, (200, 60, 60), (cart, below), (cart + push, below), 5)
        write(surface, f"{self.state[TIME] * STEP_MS / 1000.0:.2f} s", (12, 10))
