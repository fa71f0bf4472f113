"""What of an agent is watched while it lives an episode, step by step."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from glianeat.codec import kernels
from glianeat.errors import SimulationError
from glianeat.evaluate.agent import Agent
from glianeat.typing import FloatArray


class Watcher(Protocol):
    """Sees an agent act in the first steps of an episode."""

    @property
    def steps(self) -> int:
        """How many."""
        ...

    def acting(self, agent: Agent) -> Callable[[Any], Any]:
        """Return how an agent at rest acts on observations: as ever, and watched."""
        ...

    def stepping(self, agent: Agent) -> Callable[[], int]:
        """Return how an agent at rest acts on the observation in its codec, watched."""
        ...


class MeanEffects:
    """Means over an episode of what slow variables do to the cells, at the end of each step.

    Attributes
    ----------
    steps : int
        All that there may be.
    """

    def __init__(self) -> None:
        self.steps = 2**62
        self._efficacy = self._current = np.zeros(0)
        self._seen = 0

    @property
    def efficacy(self) -> FloatArray:
        """Mean factor on what arrives at each cell, shape (N − inputs,)."""
        return self._mean(self._efficacy)

    @property
    def current(self) -> FloatArray:
        """Mean slow current into each cell [threshold], shape (N − inputs,)."""
        return self._mean(self._current)

    def _mean(self, total: FloatArray) -> FloatArray:
        if not self._seen:
            raise SimulationError("no episode was lived that could be watched")
        return total / self._seen

    def acting(self, agent: Agent) -> Callable[[Any], Any]:
        """Return how an agent at rest acts on observations: as ever, and watched."""
        act, see = agent.act_quickly, self._seeing(agent)

        def watched(observation: Any) -> Any:
            action = act(observation)
            see()
            return action

        return watched

    def stepping(self, agent: Agent) -> Callable[[], int]:
        """Return how an agent at rest acts on the observation in its codec, watched."""
        codec, buffer, see = agent.codec, agent.simulator.buffer, self._seeing(agent)

        def watched() -> int:
            chosen = kernels.control(codec, buffer)
            if chosen == kernels.NOT_FINITE:
                raise SimulationError("observation: must be finite")
            see()
            return chosen

        return watched

    def _seeing(self, agent: Agent) -> Callable[[], None]:
        simulator, self._seen = agent.simulator, 0
        cells = simulator.layout.slots[agent.network.n_inputs :]
        efficacy, current = simulator.section("efficacy"), simulator.section("slow_inward")
        self._efficacy, self._current = np.zeros(len(cells)), np.zeros(len(cells))

        def see() -> None:
            self._efficacy += efficacy[cells]
            self._current += current[cells]
            self._seen += 1

        return see
