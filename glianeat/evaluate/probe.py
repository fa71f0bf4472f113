"""A probe: the first steps of an episode, millisecond by millisecond, to the same last bit."""

from collections.abc import Callable
from typing import Any

import numpy as np

from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import SimulationError
from glianeat.evaluate.agent import Agent
from glianeat.simulate.trace import Trace, TraceRecorder, TraceSpec
from glianeat.typing import FloatArray


class Probe:
    """Records the first steps of one episode.

    Parameters
    ----------
    steps : int
        How many.
    spec : TraceSpec, optional
        What is kept beside spikes and ledgers.
    """

    def __init__(self, steps: int, spec: TraceSpec | None = None) -> None:
        self.steps, self._spec = steps, spec
        self._recorder: TraceRecorder | None = None
        self._inputs: list[FloatArray] = []

    def acting(self, agent: Agent) -> Callable[[Any], Any]:
        """Return how an agent at rest acts on observations: as ever, and recorded at first."""
        recorder, quickly, left = self._record(agent), agent.act_quickly, self.steps

        def act(observation: Any) -> Any:
            nonlocal left
            if left <= 0:
                return quickly(observation)
            left -= 1
            action = agent.act_traced(observation, recorder)
            self._inputs.append(agent.simulator.amplitude.copy())
            return action

        return act

    def stepping(self, agent: Agent) -> Callable[[], int]:
        """Return how an agent at rest acts on the observation in its codec, recorded."""
        recorder = self._record(agent)

        def step() -> int:
            chosen = agent.advance_traced(recorder)
            self._inputs.append(agent.simulator.amplitude.copy())
            return chosen

        return step

    def _record(self, agent: Agent) -> TraceRecorder:
        self._inputs = []
        self._recorder = TraceRecorder(agent.simulator, self._spec)
        return self._recorder

    @property
    def inputs(self) -> FloatArray:
        """What each input transmitted in each step recorded, shape (S, I)."""
        return np.array(self._inputs).reshape(len(self._inputs), -1)

    @property
    def trace(self) -> Trace:
        """What was recorded.

        Raises
        ------
        SimulationError
            If no episode was lived yet.
        """
        if self._recorder is None:
            raise SimulationError("probe: no episode was lived")
        return self._recorder.trace()

    def energy(self, config: EnergyConfig) -> float:
        """Return the energy spent meanwhile [EU]."""
        return sum(ledger.total(config) for ledger in self.trace.ledgers())
