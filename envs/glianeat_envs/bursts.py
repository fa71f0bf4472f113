"""Neurons that are to fire slowly for long, and fast for two seconds when an alarm comes."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from glianeat import CompiledDynamics
from glianeat_envs.base import own_state
from glianeat_envs.demands import Demands, DemandTask, check_rate, check_span, observe, step
from glianeat_envs.trials import check_count


class Bursts(DemandTask):
    """Fire at five hertz while all is quiet, and at eighty for two seconds of alarm.

    ## Description
    The task for questions about a store of energy. Output neurons are to fire slowly for most of
    the time. Once in an episode an alarm comes, and as long as it lasts they are to fire fast, as
    an animal that escapes. A supply that meets the quiet demand, and not much more, cannot meet
    the burst; what was stored while all was quiet can, as the glycogen of astrocytes does [1]_.
    Half of the return is for the quiet, half for the bursts.

    An action says which neurons spiked in this step: set ``codec.readout=first_spike``. Rates up to
    1000 / `step_ms` can be shown.

    ## Observation Space
    ``Box(0, 1, (1,), float32)``: 1 while there is an alarm, else 0.

    ## Action Space
    ``MultiBinary(cells)``: whether each neuron spiked.

    ## Rewards
    0, but at the end of each window f / F if f < F, else F / f, where f is the mean rate of the
    neurons in the window and F the rate that is demanded; times 0.5 over the number of windows of
    its kind. The return is 1 if all rates are right, and 0 for silence.

    ## Starting State
    The first `calm_s` are quiet. The rest of the episode is divided evenly among the bursts; in
    each part the beginning of the burst is drawn uniformly, and its duration from `burst_s`,
    rounded to windows.

    ## Episode End
    The episode terminates after `seconds`.

    ## Floors and ceiling
    Mean returns of 1,000 episodes, and of 32 random networks (``scripts/task_floors.py``).
    Lots have no memory.

    | policy                                      | return |
    |---------------------------------------------|--------|
    | silence                                     |   0.00 |
    | each neuron in every second step, by lot    |   0.43 |
    | one rate for all, by lot, the best          |   0.52 |
    | a number of neurons in every step, the best |   0.67 |
    | the demanded rates by lot                   |   0.93 |
    | the demanded rates                          |   1.00 |
    | random networks at 8.75 Hz                  |   0.40 |

    ## Arguments
    - `quiet_rate`, `burst_rate`: demanded mean rates of the neurons [Hz] (5, 80).
    - `burst_s`: duration of a burst, or (shortest, longest) [s] (2).
    - `bursts`: bursts of an episode (1).
    - `calm_s`: quiet time before the first [s] (10).
    - `excess`: whether too many spikes are wrong, too (True); if not, the share of the demanded
      spikes counts.
    - `cells`: neurons (16).
    - `seconds`: duration of an episode [s] (40).
    - `step_ms`: simulated time of a step [ms] (5).
    - `window_ms`: time over which rates are measured [ms] (500), rounded to steps.
    - `render_mode`: ``"human"`` or ``"rgb_array"``.

    ## References
    .. [1] A. M. Brown and B. R. Ransom, "Astrocyte glycogen and brain energy metabolism", Glia
       55(12), 2007, pp. 1263-1271.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    observation_names: tuple[str, ...] = ("alarm",)
    training_episodes: ClassVar[int] = 2

    def __init__(  # noqa: PLR0913 - gymnasium.make takes keywords
        self,
        render_mode: str | None = None,
        *,
        quiet_rate: float = 5.0,
        burst_rate: float = 80.0,
        burst_s: float | Sequence[float] = 2.0,
        bursts: int = 1,
        calm_s: float = 10.0,
        excess: bool = True,
        cells: int = 16,
        seconds: float = 40.0,
        step_ms: float = 5.0,
        window_ms: float = 500.0,
    ) -> None:
        self.quiet_rate = check_rate("quiet_rate", quiet_rate, step_ms)
        self.burst_rate = check_rate("burst_rate", burst_rate, step_ms)
        self.burst_s = check_span("burst_s", burst_s)
        check_count("bursts", bursts)
        super().__init__(
            render_mode,
            groups=1,
            cells=cells,
            step_ms=step_ms,
            window_ms=window_ms,
            seconds=seconds,
            judge="mean",
            excess=excess,
        )
        self.bursts, self.calm = bursts, self.in_windows(calm_s)
        self.part = (self.windows - self.calm) // bursts
        if self.part <= self.in_windows(self.burst_s[1]):
            raise ValueError(
                f"seconds: must leave {self.burst_s[1]:g} s and a window for each of {bursts} "
                f"bursts after {calm_s:g} s, got {seconds!r}"
            )

    def _demands(self) -> Demands:
        rng, alarm = self.np_random, np.zeros(self.windows, dtype=bool)
        for number in range(self.bursts):
            length = self.in_windows(rng.uniform(*self.burst_s))
            begin = self.calm + number * self.part + int(rng.integers(self.part - length))
            alarm[begin : begin + length] = True
        rates = np.where(alarm, self.burst_rate, self.quiet_rate)[:, None]
        worth = np.where(alarm, 0.5 / alarm.sum(), 0.5 / (~alarm).sum())
        return Demands(rates, worth, alarm[:, None].astype(np.float64))
