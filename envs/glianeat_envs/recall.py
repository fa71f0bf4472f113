"""Recall: to say, at every step, which symbol was shown some steps ago."""

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from gymnasium.spaces import Discrete

from glianeat import CompiledDynamics
from glianeat_envs.base import CompiledTask, State, own_state, write
from glianeat_envs.trials import BACKDROP, BLUE, FAINT, INK, ORANGE, check_count

if TYPE_CHECKING:
    import pygame

STEP, STEPS, BACK, ANSWER, FIRST = range(5)
"""Places in the state: step, steps of the episode, how far back, last answer, first symbol."""
MOST_BACK, MOST_SYMBOLS = 64, 16
_NO_ANSWER = -1.0
_WINDOW = 12  # symbols in the picture


def step(state: State, action: State) -> tuple[float, bool]:
    """Judge the answer, if anything was shown so long ago."""
    now, last = int(state[STEP]), int(state[STEPS])
    if now >= last:
        return 0.0, True
    back, reward = int(state[BACK]), 0.0
    if now >= back and action[0] == state[FIRST + now - back]:
        reward = 1.0 / float(last - back)
    state[ANSWER] = action[0]
    state[STEP] += 1.0
    return reward, bool(now + 1 >= last)


def observe(state: State, observation: State) -> None:
    """Show the symbol of this step, and after the last step that of the last."""
    observation[0] = state[FIRST + min(int(state[STEP]), int(state[STEPS]) - 1)]


class Recall(CompiledTask):
    """Say at every step which symbol was shown `back` steps ago.

    ## Description
    At each step one of a few symbols is shown, drawn with equal chances. The answer is the symbol
    that was shown `back` steps before, so that at any time `back` + 1 symbols must be kept in
    order: an n-back task without targets to wait for [1]_, and a relative of POPGym's Repeat
    Previous [2]_, whose *k* is `back` + 1.

    ## Observation Space
    ``Discrete(symbols)``: the symbol of this step.

    ## Action Space
    ``Discrete(symbols)``: the symbol that was shown `back` steps ago.

    ## Rewards
    1 / `steps` for a right answer, so that the return is the share of answers that were right. The
    first `back` answers do not count: nothing was shown so long ago.

    ## Starting State
    All symbols of the episode are drawn at reset.

    ## Episode End
    The episode terminates after `back` + `steps` steps.

    ## Best memoryless policy
    1 / `symbols` on average, 0.25 by default: what is shown tells nothing of what was shown
    before, but with `back` = 0, where it is the answer. With memory: 1.

    ## Arguments
    - `back`: how many steps ago the symbol was shown, 0 to 64 (default 4).
    - `symbols`: number of symbols, 2 to 16 (default 4).
    - `steps`: answers that count (default 48).
    - `render_mode`: ``"human"`` or ``"rgb_array"``.

    ## References
    .. [1] W. K. Kirchner, "Age differences in short-term retention of rapidly changing
       information", Journal of Experimental Psychology 55(4), 1958, pp. 352-358.
    .. [2] S. Morad, R. Kortvelesy, M. Bettini, S. Liwicki and A. Prorok, "POPGym: Benchmarking
       partially observable reinforcement learning", ICLR 2023.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    observation_names: ClassVar[tuple[str, ...]] = ("symbol",)
    observation_space: Discrete  # type: ignore[assignment]

    def __init__(
        self,
        render_mode: str | None = None,
        *,
        back: int = 4,
        symbols: int = 4,
        steps: int = 48,
    ) -> None:
        super().__init__(render_mode)
        check_count("back", back, least=0)
        check_count("symbols", symbols, least=2)
        check_count("steps", steps)
        for name, count, most in (("back", back, MOST_BACK), ("symbols", symbols, MOST_SYMBOLS)):
            if count > most:
                raise ValueError(f"{name}: must be a whole number <= {most}, got {count!r}")
        self.back, self.symbols, self.steps = back, symbols, steps
        self.memory_steps = max(back, 1)
        self.action_names = tuple(f"symbol {number + 1}" for number in range(symbols))
        self.observation_space = Discrete(symbols)
        self.action_space = Discrete(symbols)

    def _begin(self, options: dict[str, Any]) -> State:  # noqa: ARG002 - there are none
        steps = self.back + self.steps
        shown = self.np_random.integers(self.symbols, size=steps)
        return np.concatenate([[0.0, steps, self.back, _NO_ANSWER], shown]).astype(np.float64)

    def _observation(self) -> int:  # type: ignore[override]
        shown = np.zeros(1)
        self.compiled.observe(self.state, shown)
        return int(shown[0])

    def _draw(self, surface: "pygame.Surface") -> None:
        """Draw the symbols up to now as numbers, and mark the one that is asked for."""
        import pygame

        now = int(self.state[STEP])
        write(surface, f"step {now} of {int(self.state[STEPS])}", (20, 18))
        size = (surface.get_width() - 40) // _WINDOW
        top = surface.get_height() // 2 - size // 2
        for place in range(_WINDOW):
            number = now - _WINDOW + 1 + place
            box = (20 + place * size, top, size - 4, size - 4)
            pygame.draw.rect(surface, BACKDROP, box)
            if not 0 <= number < int(self.state[STEPS]):
                continue
            asked = number == now - self.back
            pygame.draw.rect(surface, ORANGE if asked else FAINT, box, 3)
            symbol = int(self.state[FIRST + number])
            write(surface, f"{symbol + 1}", (box[0] + size // 3, box[1] + size // 3))
        answer = self.state[ANSWER]
        y = surface.get_height() - 50
        asked_before = now - 1 - self.back
        if answer == _NO_ANSWER or asked_before < 0:
            return
        right = self.state[FIRST + asked_before] == answer
        pygame.draw.circle(surface, BLUE if right else INK, (30, y + 8), 8)
        write(surface, f"last answer: {int(answer) + 1}, {'right' if right else 'wrong'}", (50, y))
