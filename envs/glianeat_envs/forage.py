"""An animal smells its way to food and lives on what it eats."""

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from gymnasium.spaces import Box, Discrete

from glianeat import CompiledDynamics, compilable
from glianeat.elementary import cos, cos_each, exp, sin, sin_each
from glianeat_envs.base import CompiledTask, State, own_state, write

if TYPE_CHECKING:
    import pygame

ROAM = 0.95  # how far the centre of the body gets from that of the arena, whose radius is 1
FOOD_ROAM = 0.9  # how far food lies from it
MOUTH = 0.06  # distance from the centre of the body at which food is eaten
SPEED, TURN_SPEED = 0.5, math.pi  # [radii of the arena / s], [rad/s]
ANTENNA, SPREAD = 0.08, math.pi / 4.0  # length of an antenna; its angle from the heading
SMELL_LENGTH = 0.2  # distance over which a smell falls to 1/e
SPARE_PLACES = 200  # of food to come; then the list begins anew
STAY, AHEAD, LEFT, RIGHT = range(4)

# Places in the state: from PLACES on, x and y of the food there is, then of the food to come.
X, Y, HEADING, TOUCH, EATEN, ENERGY, FOOD_ENERGY, FOOD, STRIDE, TURN = range(10)
PLACES = 10


@compilable
def _eat(state: State) -> int:
    """Eat what is in reach, put new food at the next places; return how many items it was."""
    items = 0
    n_food = int(state[FOOD])
    for i in range(n_food):
        at = PLACES + 2 * i
        away_x, away_y = state[at] - state[X], state[at + 1] - state[Y]
        if away_x * away_x + away_y * away_y < MOUTH * MOUTH:
            spare = PLACES + 2 * (n_food + int(state[EATEN]) % SPARE_PLACES)
            state[at], state[at + 1] = state[spare], state[spare + 1]
            state[EATEN] += 1.0
            items += 1
    return items


def step(state: State, action: State) -> tuple[float, bool]:
    """Move, then eat."""
    if action[0] == LEFT:
        state[HEADING] += state[TURN]
    elif action[0] == RIGHT:
        state[HEADING] -= state[TURN]
    elif action[0] == AHEAD:
        state[X] += state[STRIDE] * cos(state[HEADING])
        state[Y] += state[STRIDE] * sin(state[HEADING])
    distance = math.sqrt(state[X] * state[X] + state[Y] * state[Y])
    state[TOUCH] = 1.0 if distance > ROAM - 1e-9 else 0.0
    if distance > ROAM:  # it slides along the wall
        state[X] *= ROAM / distance
        state[Y] *= ROAM / distance
    items = _eat(state)
    state[ENERGY] = items * state[FOOD_ENERGY]
    return float(items), False


@compilable
def _smell(state: State, angle: float) -> float:
    """Return the odour that binds at the antenna in direction `angle` from the heading, in 0..1."""
    x = state[X] + ANTENNA * cos(state[HEADING] + angle)
    y = state[Y] + ANTENNA * sin(state[HEADING] + angle)
    odour = 0.0
    for i in range(int(state[FOOD])):
        away_x, away_y = state[PLACES + 2 * i] - x, state[PLACES + 2 * i + 1] - y
        odour += exp(-math.sqrt(away_x * away_x + away_y * away_y) / SMELL_LENGTH)
    return odour / (1.0 + odour)


def observe(state: State, observation: State) -> None:
    """Smell with the left and the right antenna, and feel the wall."""
    observation[0] = np.float32(_smell(state, SPREAD))
    observation[1] = np.float32(_smell(state, -SPREAD))
    observation[2] = state[TOUCH]


def energy_intake(state: State) -> float:
    """Return the energy eaten in the last step [EU]."""
    return float(state[ENERGY])


class Forage(CompiledTask):
    """Smell the way to food, and starve if there is none.

    ## Description
    An animal in a round arena of radius 1 smells food with two antennae and eats what it touches
    with its mouth; what is eaten grows again elsewhere. Its body holds a reserve of energy, from
    which glianeat draws all that the network's glia supply to its neurons, and which food
    refills. An animal that spends more than it finds falls silent, and silence is action 0: it
    stays and starves. The animal moves at 0.5 / s and turns on the spot at 180°/s. (One that turns
    to the side that senses more, and needs no more to find food, is in Braitenberg's [1]_ manner.)

    ## Observation Space
    An antenna reaches 0.08 from the centre of the body, 45° left or right of the heading. The
    odour there is c, the sum over all food of exp(-distance / 0.2), of which c / (1 + c) binds.

    | Num | Observation | Min | Max |
    |-----|-------------|-----|-----|
    | 0 | smell at the left antenna | 0 | 1 |
    | 1 | smell at the right antenna | 0 | 1 |
    | 2 | touch: 1 at the wall, which stops the body 0.95 from the centre | 0 | 1 |

    ## Action Space
    | Num | Action |
    |-----|--------|
    | 0 | stay |
    | 1 | go ahead; along the wall, slide |
    | 2 | turn left |
    | 3 | turn right |

    ## Rewards
    1 for each item eaten. ``info["energy"]`` says how much energy the step put into the reserve
    [EU].

    ## Starting State
    The animal is in the centre with a random heading; the places of the food and of the next 200
    items are uniform within 0.9 of the centre.

    ## Episode End
    The task does not end by itself; as registered, episodes are truncated after 1,000 steps (20 s).

    ## Best memoryless policy
    Mean items of 2,000 episodes by scripted policies, whose energy costs nothing: random actions
    0.4; always ahead, turning left at the wall, 0.4; a memoryless one, turning towards the
    antenna that smells more if they differ by 1 % of their sum, else ahead, 16.5. One that knows
    where all food is, and always goes to what it reaches first, eats 20.0. Memory may help, then,
    by a fifth; what the task needs is to eat more than thinking costs: 16.5 items and the reserve
    last 20 s at 320 EU/s.

    ## Arguments
    | Parameter | Default | Description |
    |-----------|---------|-------------|
    | `food` | 8 | items there are at any time |
    | `food_energy` | 300 | what an item adds to the reserve [EU] |
    | `metabolic_reserve` | 1500 | what the body holds at birth [EU] |
    | `step_ms` | 20 | simulated time of a step [ms] |
    | `render_mode` | `None` | `"human"` or `"rgb_array"` |

    ## References
    .. [1] V. Braitenberg, "Vehicles: experiments in synthetic psychology", MIT Press, 1984.
    """

    compiled = CompiledDynamics(
        start=own_state, step=step, observe=observe, energy_intake=energy_intake
    )
    screen: ClassVar[tuple[int, int]] = (400, 420)

    def __init__(
        self,
        *,
        food: int = 8,
        food_energy: float = 300.0,
        metabolic_reserve: float = 1500.0,
        step_ms: float = 20.0,
        render_mode: str | None = None,
    ) -> None:
        super().__init__(render_mode)
        if not (isinstance(food, int) and 1 <= food <= 100):
            raise ValueError(f"Forage: food must be a whole number in 1..100, got {food}")
        for name, energy in (
            ("food_energy", food_energy),
            ("metabolic_reserve", metabolic_reserve),
        ):
            if not (math.isfinite(energy) and energy >= 0.0):
                raise ValueError(f"Forage: {name} must be finite and >= 0 EU, got {energy}")
        if not 0.0 < step_ms <= 100.0:  # in a longer one the mouth would leap over food
            raise ValueError(f"Forage: step_ms must be in (0, 100] ms, got {step_ms}")
        self.food, self.food_energy = food, food_energy
        self.metabolic_reserve, self.step_ms = metabolic_reserve, step_ms
        self.observation_space = Box(0.0, 1.0, (3,), dtype=np.float32)
        self.action_space = Discrete(4)
        self.observation_names = ("smell left", "smell right", "wall")
        self.action_names = ("stay", "go ahead", "turn left", "turn right")

    def _begin(self, options: dict[str, Any]) -> State:  # noqa: ARG002 - it has none
        places = self.food + SPARE_PLACES
        state = np.zeros(PLACES + 2 * places)
        state[HEADING] = self.np_random.uniform(-math.pi, math.pi)
        state[FOOD], state[FOOD_ENERGY] = self.food, self.food_energy
        state[STRIDE] = 0.001 * self.step_ms * SPEED
        state[TURN] = 0.001 * self.step_ms * TURN_SPEED
        # equal areas are equally likely
        distance = FOOD_ROAM * np.sqrt(self.np_random.random(places))
        direction = self.np_random.uniform(-math.pi, math.pi, places)
        state[PLACES::2] = distance * cos_each(direction)
        state[PLACES + 1 :: 2] = distance * sin_each(direction)
        return state

    def _draw(self, surface: "pygame.Surface") -> None:
        import pygame

        width, height = self.screen
        scale = width / 2 - 10

        def pixel(x: float, y: float) -> tuple[float, float]:
            return width / 2 + scale * x, height - width / 2 - scale * y

        state = self.state
        pygame.draw.circle(surface, (240, 236, 226), pixel(0.0, 0.0), scale)
        wall = (200, 60, 60) if state[TOUCH] else (120, 120, 120)
        pygame.draw.circle(surface, wall, pixel(0.0, 0.0), scale, 3)
        for at in range(PLACES, PLACES + 2 * self.food, 2):
            pygame.draw.circle(surface, (90, 150, 70), pixel(state[at], state[at + 1]), 6)
        body = pixel(state[X], state[Y])
        for angle in (SPREAD, -SPREAD):
            toward = state[HEADING] + angle
            end = pixel(state[X] + ANTENNA * cos(toward), state[Y] + ANTENNA * sin(toward))
            pygame.draw.line(surface, (50, 60, 70), body, end, 2)
            pygame.draw.circle(surface, (50, 60, 70), end, 3)
        pygame.draw.circle(surface, (196, 130, 60), body, 0.05 * scale)
        write(surface, f"eaten: {int(state[EATEN])}", (10, 6))
