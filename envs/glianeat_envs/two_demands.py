"""Two groups of neurons that share one budget, of which now the one, now the other must fire."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from glianeat import CompiledDynamics
from glianeat_envs.base import own_state
from glianeat_envs.demands import (
    Demands,
    DemandTask,
    check_rate,
    check_span,
    observe,
    step,
)


class TwoDemands(DemandTask):
    """Fire at the rates that are shown, which differ between two groups or change places.

    ## Description
    The task for questions about scarce supply. Each of two groups of output neurons is to fire at
    the mean rate that is shown for it. Either one demand is high and the other low, and they
    change places every few seconds, or they differ for good. With plentiful energy that is easy.
    With one budget for the whole network it is a question of who gets it [1]_: what is given to the
    group that needs less is lacking in the other.

    The worse group decides, so that with demands D₁ and D₂ of the two groups [EU/s] and a
    budget of at most D₁ + D₂ the best that can be done is to meet the same share of both: s₁ / s₂ =
    D₁ / D₂. Where demands change places, a supply that stays as it is must be 2 · max(D₁, D₂) to
    meet all, one that follows them D₁ + D₂. (With ``judge="mean"`` scarce energy is best given to
    whoever needs less.)

    An action says which neurons spiked in this step: set ``codec.readout=first_spike``. Rates up to
    1000 / `step_ms` can be shown.

    ## Observation Space
    ``Box(0, 1, (2,), float32)``: the rate that is demanded of each group, as a share of the higher
    one of `rates`.

    ## Action Space
    ``MultiBinary(2 * cells)``: whether each neuron spiked, first those of the one group.

    ## Rewards
    0, but at the end of each window the smaller one of both groups' (f / F if f < F, else F / f),
    divided by the number of windows, where f is the mean rate of the neurons of a group in the
    window and F the rate that is demanded. The return is 1 if all rates are right, and 0 for
    silence.

    ## Starting State
    If demands change places, the first group that has the high one is drawn, and how long each
    state lasts, uniformly from `alternate_s`, rounded to windows. Else nothing is drawn.

    ## Episode End
    The episode terminates after `seconds`.

    ## Floors and ceiling
    Mean returns of 1,000 episodes, and of 32 random networks (``scripts/task_floors.py``).
    Columns are the defaults and ``alternate_s=None``. Lots have no memory.

    | policy                                      | alternating | for good |
    |---------------------------------------------|-------------|----------|
    | silence                                     |        0.00 |     0.00 |
    | each neuron in every second step, by lot    |        0.06 |     0.06 |
    | one rate for all, by lot, the best          |        0.30 |     0.30 |
    | a number of neurons in every step, the best |        0.24 |     0.24 |
    | the demanded rates by lot                   |        0.85 |     0.85 |
    | the demanded rates                          |        1.00 |     1.00 |
    | random networks at 33 Hz                    |        0.18 |     0.17 |

    ## Arguments
    - `rates`: demanded mean rates of the neurons of both groups [Hz] (60, 6).
    - `alternate_s`: (shortest, longest) time after which the demands change places [s] (2, 6);
      `None` for never: the first group then has the first rate.
    - `judge`: which group decides, ``"worst"`` (default) or the ``"mean"`` of both.
    - `excess`: whether too many spikes are wrong, too (True); if not, the return is the share of
      the demanded spikes that are shown.
    - `cells`: neurons of a group (8).
    - `seconds`: duration of an episode [s] (20).
    - `step_ms`: simulated time of a step [ms] (5).
    - `window_ms`: time over which rates are measured [ms] (500), rounded to steps.
    - `render_mode`: ``"human"`` or ``"rgb_array"``.

    ## References
    .. [1] M. Frasch, "Brain development dictates energy constraints on neural architecture
       search", arXiv:2310.03042, 2023: the theory; the task is this project's.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    observation_names: tuple[str, ...] = ("demand 1", "demand 2")
    training_episodes: ClassVar[int] = 2

    def __init__(  # noqa: PLR0913 - gymnasium.make takes keywords
        self,
        render_mode: str | None = None,
        *,
        rates: Sequence[float] = (60.0, 6.0),
        alternate_s: float | Sequence[float] | None = (2.0, 6.0),
        judge: str = "worst",
        excess: bool = True,
        cells: int = 8,
        seconds: float = 20.0,
        step_ms: float = 5.0,
        window_ms: float = 500.0,
    ) -> None:
        self.rates = tuple(check_rate("rates", rate, step_ms) for rate in rates)
        if len(self.rates) != 2:
            raise ValueError(f"rates: must be two rates, got {rates!r}")
        self.alternate = None if alternate_s is None else check_span("alternate_s", alternate_s)
        super().__init__(
            render_mode,
            groups=2,
            cells=cells,
            step_ms=step_ms,
            window_ms=window_ms,
            seconds=seconds,
            judge=judge,
            excess=excess,
        )

    def _demands(self) -> Demands:
        turned = np.zeros(self.windows, dtype=bool)
        if self.alternate is not None:
            is_turned, begin = bool(self.np_random.integers(2)), 0
            while begin < self.windows:
                end = begin + self.in_windows(self.np_random.uniform(*self.alternate))
                turned[begin:end] = is_turned
                is_turned, begin = not is_turned, end
        rates = np.where(turned[:, None], self.rates[::-1], self.rates)
        worth = np.full(self.windows, 1.0 / self.windows)
        return Demands(rates, worth, rates / max(self.rates))
