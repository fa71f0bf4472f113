"""A bandit with two arms, of which now the one, now the other pays, for tens of seconds."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Box, Discrete

from glianeat import CompiledDynamics
from glianeat_envs.base import State, own_state
from glianeat_envs.demands import check_span
from glianeat_envs.scripted import check_shares, hold_of
from glianeat_envs.trials import (
    TRIALS,
    TrialTask,
    advance,
    check_count,
    in_steps,
    is_last_step_of,
    judge,
    phase_of,
    place_of,
)

GO, ARM, _, REWARD = range(4)  # channels; ARM: left, right
CHOICE_PHASE, OUTCOME_PHASE, REST_PHASE = range(3)
RICH, PAYS_LEFT, PAYS_RIGHT, TAKEN = 1, 2, 3, 4  # columns
NEITHER = -1.0


def step(state: State, action: State) -> tuple[float, bool]:
    """Pull an arm at the last step of the go signal."""
    reward = 0.0
    if is_last_step_of(state, CHOICE_PHASE):
        state[place_of(state, TAKEN)] = action[0]
        judge(state, action[0] == state[place_of(state, RICH)])
        reward = state[place_of(state, PAYS_LEFT + int(action[0]))] / float(state[TRIALS])
    return float(reward), advance(state)


def observe(state: State, observation: State) -> None:
    """Show when to choose, then which arm was pulled, and whether it paid."""
    observation[:] = 0.0
    phase = phase_of(state)
    if phase == CHOICE_PHASE:
        observation[GO] = 1.0
    elif phase == OUTCOME_PHASE:
        taken = int(state[place_of(state, TAKEN)])
        observation[ARM + taken] = 1.0
        observation[REWARD] = state[place_of(state, PAYS_LEFT + taken)]


class ContextBandit(TrialTask):
    """Pull the arm that pays now; nothing says when it becomes the other one.

    ## Description
    In each trial one of two arms is pulled at a go signal. It is then shown which one that was and
    whether it paid; after that nothing is shown, so that the outcome must be remembered to choose
    by it. One arm pays with chance 0.9, the other one with chance 0.1. Which is which is the
    context; it changes every 15 to 60 s without a sign. Networks whose astrocytes are slow learn
    such contexts in a model [1]_: what one trial tells is uncertain, what ten trials tell is not.

    ## Observation Space
    ``Box(0, 1, (4,), float32)``

    | number | channel         | 1 while                                        |
    |--------|-----------------|------------------------------------------------|
    | 0      | go              | it is time to choose                           |
    | 1, 2   | left, right     | the outcome is shown: that arm was pulled      |
    | 3      | reward          | the outcome is shown, and the arm paid         |

    ## Action Space
    ``Discrete(2)``: 0 for left, 1 for right. Only the choice at the last step of the go signal
    counts.

    ## Rewards
    1 / `trials` if the arm pays, so that the return is the share of trials that paid.

    ## Starting State
    The first context, the durations of contexts (uniformly from `context_s`, rounded to trials)
    and whether each arm would pay in each trial are drawn.

    ## Episode End
    The episode terminates after the last trial.

    ## Floors and ceiling
    Mean returns of 1,000 episodes, and of 32 random networks (``scripts/task_floors.py``).
    Columns are `chances`. At the go signal nothing tells the arms apart, so that 0.5 is the best
    without memory. Knowing the context would return the higher chance.

    | policy                   | 0.9, 0.1 | 0.8, 0.2 |
    |--------------------------|----------|----------|
    | random choices           |     0.50 |     0.50 |
    | win-stay, lose-shift     |     0.81 |     0.67 |
    | a leaky count, the best  |     0.86 |     0.75 |
    | random networks at 20 Hz |     0.52 |     0.51 |

    ## Arguments
    - `chances`: with which the rich arm and the other one pay (0.9, 0.1).
    - `context_s`: (shortest, longest) duration of a context [s] (15, 60).
    - `trials`: trials of an episode (150).
    - `go_ms`, `outcome_ms`, `rest_ms`: durations of the phases [ms] (100, 200, 300), rounded to
      steps, at least one.
    - `step_ms`: simulated time of a step [ms] (50).
    - `render_mode`: ``"human"`` or ``"rgb_array"``.

    ## References
    .. [1] L. Gong, F. Pasqualetti, T. Papouin and S. Ching, "Astrocytes as a mechanism for
       contextually-guided network dynamics and function", PLoS Computational Biology 20(5), 2024,
       e1012186.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    channels: tuple[str, ...] = ("go", "left", "right", "reward")
    action_names: tuple[str, ...] = ("left", "right")
    verdicts: ClassVar[tuple[str, str]] = ("rich arm", "other arm")
    training_episodes: ClassVar[int] = 6

    def __init__(  # noqa: PLR0913 - gymnasium.make takes keywords
        self,
        render_mode: str | None = None,
        *,
        chances: Sequence[float] = (0.9, 0.1),
        context_s: float | Sequence[float] = (15.0, 60.0),
        trials: int = 150,
        go_ms: float = 100.0,
        outcome_ms: float = 200.0,
        rest_ms: float = 300.0,
        step_ms: float = 50.0,
    ) -> None:
        check_count("trials", trials)
        self.chances = check_shares("chances", chances)
        if len(self.chances) != 2:
            raise ValueError(f"chances: must be two, got {chances!r}")
        self.context = check_span("context_s", context_s)
        phases = in_steps(step_ms, go_ms=go_ms, outcome_ms=outcome_ms, rest_ms=rest_ms)
        super().__init__(render_mode, trials, phases)
        self.trial_s = 0.001 * step_ms * sum(phases.values())
        self.hold = hold_of(step_ms)
        self.receptor_tau = 500.0  # about as long as an outcome must be kept
        self.observation_space = Box(0.0, 1.0, (len(self.channels),), np.float32)
        self.action_space = Discrete(2)

    def _trials(self) -> npt.NDArray[np.float64]:
        rng, rich = self.np_random, np.zeros(self.trials, dtype=np.int64)
        arm, begin = int(rng.integers(2)), 0
        while begin < self.trials:
            end = begin + max(1, int(rng.uniform(*self.context) / self.trial_s + 0.5))
            rich[begin:end] = arm
            arm, begin = 1 - arm, end
        of_arm = np.where(np.arange(2) == rich[:, None], *self.chances)
        pays = rng.random((self.trials, 2)) < of_arm
        taken = np.full((self.trials, 1), NEITHER)
        return np.hstack([rich[:, None], pays, taken]).astype(np.float64)
