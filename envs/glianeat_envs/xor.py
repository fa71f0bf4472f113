"""Exclusive or, the first benchmark of NEAT."""

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from gymnasium.spaces import Box

from glianeat import CompiledDynamics, compilable
from glianeat_envs.base import CompiledTask, State, own_state, write

if TYPE_CHECKING:
    import pygame

# Places in the state
STEP = 0
ANSWERS = 1  # the first of four, for the patterns 00, 01, 10 and 11
N_PATTERNS = 4
BONUS = 16.0

INK, FAINT = (60, 60, 60), (205, 205, 205)
BLUE, ORANGE = (0, 114, 178), (230, 159, 0)


@compilable
def wanted(pattern: int) -> float:
    """Return the exclusive or of the two bits of a pattern, 0 … 3."""
    return 1.0 if pattern in (1, 2) else 0.0


@compilable
def judge(state: State) -> float:
    """Return the reward for all four answers."""
    errors, right = 0.0, 0
    for pattern in range(N_PATTERNS):
        error = abs(state[ANSWERS + pattern] - wanted(pattern))
        errors += error
        right += 1 if error < 0.5 else 0
    missed = N_PATTERNS - errors
    return float(missed * missed + (BONUS if right == N_PATTERNS else 0.0))


def step(state: State, action: State) -> tuple[float, bool]:
    """Take the answer to the present pattern; judge all after the last."""
    pattern = int(state[STEP])
    if pattern >= N_PATTERNS:
        return 0.0, True
    state[ANSWERS + pattern] = action[0]
    state[STEP] += 1.0
    if pattern + 1 < N_PATTERNS:
        return 0.0, False
    return judge(state), True


def observe(state: State, observation: State) -> None:
    """Show the two bits of the present pattern, and after the last nothing."""
    pattern = int(state[STEP])
    shown = pattern if pattern < N_PATTERNS else 0
    observation[0] = float(shown // 2)
    observation[1] = float(shown % 2)


class Xor(CompiledTask):
    """Answer with the exclusive or of two bits.

    ## Description
    The smallest task that needs hidden neurons, and the first on which NEAT was shown to grow them
    [1]_. All four patterns of two bits are shown, one a step, always in the order 00, 01, 10, 11;
    the answers to all four are judged together.

    ## Observation Space
    ``Box(0, 1, (2,), float32)``: the two bits.

    ## Action Space
    ``Box(0, 1, (1,), float32)``: the answer, 1 for bits that differ and 0 for equal ones.

    ## Rewards
    0, but for the last step, which gives (4 − E)², where E is the sum over the four patterns of
    the distance of the answer from the right one, and 16 more if all four answers are on the right
    side of 0.5. NEAT's fitness is (4 − E)²; the 16, which is its maximum, make a solution of
    whatever is right, as there: agents that solve the task get more than 20, and at most 32, all
    others at most 12.25.

    ## Starting State
    Always the same: nothing is drawn.

    ## Episode End
    The episode terminates after the fourth step.

    ## Best policy without hidden neurons
    9, not quite reached. Let the answer be any increasing function f, between 0 and 1, of a
    weighted sum z of the bits. Then z(00) + z(11) = z(01) + z(10), so that one of these pairs lies
    within the span of the other: say z(00) is the least and z(11) the greatest. The answers y keep
    that order, and with it y(01) + y(10) − y(00) − y(11) <= y(01) − y(00) <= 1; in the other cases
    the same holds with the patterns exchanged. So E = 2 + y(00) + y(11) − y(01) − y(10) >= 1, and
    (4 − E)² <= 9: that of a steep or. Nor can all four be right, since the lesser of z(01) and
    z(10) would then be above the greater of z(00) and z(11). The same answer to all gives at most
    4. This holds for agents that remember nothing; since the order of the patterns is fixed,
    ``codec.keep_state = false`` or feed-forward networks make sure of that.

    ## Arguments
    - `render_mode`: ``"human"`` or ``"rgb_array"``.

    ## References
    .. [1] K. O. Stanley and R. Miikkulainen, "Evolving neural networks through augmenting
       topologies", Evolutionary Computation 10(2), 2002, pp. 99-127, section 4.1.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 - declared so by Gymnasium
        "render_modes": ["human", "rgb_array"],
        "render_fps": 2,
    }
    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    training_episodes: ClassVar[int] = 1
    """Episodes of an rollout: all are the same."""
    observation_names: ClassVar[tuple[str, ...]] = ("first bit", "second bit")
    action_names: ClassVar[tuple[str, ...]] = ("answer",)

    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        self.observation_space = Box(0.0, 1.0, (2,), np.float32)
        self.action_space = Box(0.0, 1.0, (1,), np.float32)

    def _begin(self, options: dict[str, Any]) -> State:  # noqa: ARG002 - there are none
        return np.zeros(ANSWERS + N_PATTERNS)

    def _draw(self, surface: "pygame.Surface") -> None:
        """Draw a bar for each answer, from 0 to 1, and where it ought to end."""
        import pygame

        present = int(self.state[STEP])
        left, width, height = 90, surface.get_width() - 130, 40
        over = present >= N_PATTERNS
        heading = f"reward {judge(self.state):.2f}" if over else f"pattern {present + 1} of 4"
        write(surface, heading, (20, 18))
        for pattern in range(N_PATTERNS):
            top = 70 + pattern * 65
            write(surface, f"{pattern // 2} {pattern % 2}", (35, top + 12))
            pygame.draw.rect(surface, FAINT, (left, top, width, height), 1)
            if pattern < present:
                answer = float(self.state[ANSWERS + pattern])
                right = abs(answer - wanted(pattern)) < 0.5
                colour = BLUE if right else ORANGE
                pygame.draw.rect(surface, colour, (left, top, max(2.0, answer * width), height))
            goal = left + wanted(pattern) * width
            pygame.draw.line(surface, INK, (goal, top - 6), (goal, top + height + 6), 3)
            if pattern == present:
                pygame.draw.circle(surface, INK, (20, top + height / 2), 6)
        write(surface, "blue: on the right side, orange: on the wrong one", (20, 332))
