"""Sequence: to predict the next symbol of a stream."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Box, Discrete

from glianeat import CompiledDynamics
from glianeat_envs.base import State, own_state, write
from glianeat_envs.trials import (
    BACKDROP,
    BLUE,
    INK,
    ORANGE,
    OUTCOME,
    OVER,
    PENDING,
    RIGHT,
    TRIAL,
    TrialTask,
    advance,
    check_count,
    in_steps,
    is_last_step_of,
    judge,
    phase_of,
    place_of,
)

if TYPE_CHECKING:
    import pygame

SYMBOL_PHASE = 0
SYMBOL, NEXT = 1, 2  # columns
_IN_VIEW = 16  # symbols on the picture


def step(state: State, action: State) -> tuple[float, bool]:
    """Judge the prediction at the last step of a symbol."""
    reward = 0.0
    if is_last_step_of(state, SYMBOL_PHASE):
        reward = judge(state, action[0] == state[place_of(state, NEXT)])
    return reward, advance(state)


def observe(state: State, observation: State) -> None:
    """Show the present symbol."""
    observation[:] = 0.0
    if phase_of(state) != OVER:
        observation[int(state[place_of(state, SYMBOL)])] = 1.0


def cycle_of(symbols: int) -> npt.NDArray[np.int64]:
    """Return the cycle of the predictable stream: A B A C B D, then the symbols after D."""
    return np.array([0, 1, 0, 2, 1, *range(3, symbols)])


class Sequence(TrialTask):
    """Predict the next symbol of a stream in which it depends on the last two.

    ## Description
    Symbols are shown one after the other, and at the end of each the action is the prediction of
    the one that follows. The predictable stream repeats one cycle, the same in all episodes, so
    that it can be learnt with fixed weights: A B A C B D (and, with more than 4 symbols, E F …).
    It is second-order conditional, as those of Reed and Johnson [1]_ are: the two last symbols
    determine the next one, the present one alone does not:

    | before | present | next | | before | present | next |
    |--------|---------|------|-|--------|---------|------|
    | D      | A       | B    | | A      | C       | B    |
    | A      | B       | A    | | C      | B       | D    |
    | B      | A       | C    | | B      | D       | A    |

    In the unpredictable stream each symbol is drawn by itself, all with equal chances: the
    control in which nothing can be learnt.

    ## Observation Space
    ``Box(0, 1, (symbols,), float32)``: 1 for the present symbol, 0 for the others.

    ## Action Space
    ``Discrete(symbols)``: the symbol that will follow. Only the action at the last step of a
    symbol counts.

    ## Rewards
    1 / `length` for a right prediction, so that the return is the share of predictions that were
    right.

    ## Starting State
    The predictable stream begins anywhere in its cycle, with equal chances.

    ## Episode End
    The episode terminates after `length` symbols.

    ## Best memoryless policy
    2/3 for the predictable stream, in every episode of whole cycles: C is always followed by B
    and D by A, which makes 2 predictions of 6; A is followed by B as often as by C, and B by A as
    often as by D, so that half of these 4 can be right: 2 more. With `symbols` n it is n of n + 2.
    With memory of the symbol before: 0.994 on average, for nothing foretells what follows the
    first symbol if it is A or B, with chance 4/6, and half of those predictions go wrong:
    1 - 1/3 / 60.

    1 / `symbols` for the unpredictable stream, on average; there, memory does not help.

    ## Arguments
    - `symbols`: number of symbols, at least 4 (default 4).
    - `stream`: ``"predictable"`` (default) or ``"unpredictable"``.
    - `length`: symbols of an episode (60).
    - `symbol_ms`: how long each is shown [ms], rounded to steps, at least one (100).
    - `step_ms`: simulated time of a step [ms] (20).
    - `render_mode`: ``"human"`` or ``"rgb_array"``.

    ## References
    .. [1] J. Reed and P. Johnson, "Assessing implicit learning with indirect tests: determining
       what is learned about sequence structure", Journal of Experimental Psychology: Learning,
       Memory, and Cognition 20(3), 1994, pp. 585-594.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    counted: ClassVar[str] = "symbol"

    def __init__(
        self,
        render_mode: str | None = None,
        *,
        symbols: int = 4,
        stream: Literal["predictable", "unpredictable"] = "predictable",
        length: int = 60,
        symbol_ms: float = 100.0,
        step_ms: float = 20.0,
    ) -> None:
        check_count("symbols", symbols, least=4)
        check_count("length", length)
        if stream not in {"predictable", "unpredictable"}:
            raise ValueError(f"stream: must be predictable or unpredictable, got {stream!r}")
        super().__init__(render_mode, length, in_steps(step_ms, symbol_ms=symbol_ms))
        self.symbols, self.stream = symbols, stream
        self.channels = tuple(_name(symbol) for symbol in range(symbols))
        self.action_names = tuple(f"predict {name}" for name in self.channels)
        self.observation_space = Box(0.0, 1.0, (symbols,), np.float32)
        self.action_space = Discrete(symbols)

    def _trials(self) -> npt.NDArray[np.float64]:
        if self.stream == "predictable":
            cycle = cycle_of(self.symbols)
            places = self.np_random.integers(len(cycle)) + np.arange(self.trials + 1)
            shown = cycle[places % len(cycle)]
        else:
            shown = self.np_random.integers(self.symbols, size=self.trials + 1)
        return np.column_stack([shown[:-1], shown[1:]]).astype(np.float64)

    def _draw_channels(self, surface: "pygame.Surface", shown: State) -> None:
        """Draw the stream up to the present symbol, coloured by how its prediction went."""
        import pygame

        present = int(shown[TRIAL])
        first = max(0, present - _IN_VIEW + 1)
        width = (surface.get_width() - 40) / _IN_VIEW
        height = (surface.get_height() - 150) / self.symbols
        pygame.draw.rect(surface, BACKDROP, (20, 62, width * _IN_VIEW, height * self.symbols))
        for number in range(first, present + 1):
            row = self.table[number]
            # the outcome of a prediction belongs to the symbol that it was about
            outcome = self.table[number - 1, OUTCOME] if number else PENDING
            colour = INK if outcome == PENDING else BLUE if outcome == RIGHT else ORANGE
            x, y = 20 + (number - first) * width, 62 + row[SYMBOL] * height
            pygame.draw.rect(surface, colour, (x + 2, y + 2, width - 4, height - 4))
            write(surface, _name(int(row[SYMBOL])), (int(x + width / 2) - 5, 42))


def _name(symbol: int) -> str:
    return chr(ord("A") + symbol) if symbol < 26 else str(symbol)
