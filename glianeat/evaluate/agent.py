"""Agents: a network with the codec of its task, acting step by step."""

from typing import Any

import numpy as np

from glianeat.develop.network import Network
from glianeat.energetics.ledger import Ledger
from glianeat.errors import SimulationError
from glianeat.evaluate import codec_kernels as kernels
from glianeat.evaluate.codec import CodecConfig, interface, pack_codec
from glianeat.evaluate.task import TaskSpec
from glianeat.genome.schema import Role
from glianeat.simulate.settings import SimulationConfig
from glianeat.simulate.simulator import Simulator


class Agent:
    """What acts on a task.

    Parameters
    ----------
    network : Network
        The developed network.
    simulation : SimulationConfig
        Dynamics and energy budget.
    codec : CodecConfig
        A resolved codec.
    spec : TaskSpec
        Spaces of the task.
    """

    def __init__(
        self, network: Network, simulation: SimulationConfig, codec: CodecConfig, spec: TaskSpec
    ) -> None:
        self.simulator = Simulator(network, simulation, interface(codec))
        self._codec = pack_codec(codec, network, spec)
        self._rest = self._codec.copy()
        self._buffer = self.simulator.buffer
        self._seen = self._codec[kernels.HEAD : kernels.HEAD + spec.n_observations]
        self._shape = self._seen.shape
        self._action = spec.action
        self._first_action = spec.action.start if spec.action.is_discrete else None
        size = len(spec.action.low)
        end = len(self._codec) - 2 * size
        self._vector = self._codec[end - size : end]

    @property
    def network(self) -> Network:
        """The network that acts."""
        return self.simulator.network

    def reset(self) -> None:
        """Return to rest, as before the first step of an episode."""
        self.simulator.reset()
        self._codec[:] = self._rest

    def act(self, observation: Any) -> Any:  # noqa: ANN401 - as Gymnasium types them
        """Return the action for an observation, after simulating one step of the task.

        Parameters
        ----------
        observation : array_like
            As the task gives it.

        Returns
        -------
        int or ndarray
            An action of the task's action space.

        Raises
        ------
        SimulationError
            If the observation is not finite or has the wrong size.
        """
        shown = np.asarray(observation)
        if shown.shape != self._shape:
            if shown.size != self._seen.size:
                raise SimulationError(
                    f"observation: must hold {self._seen.size} numbers, got {shown.size}"
                )
            shown = shown.ravel()
        self._seen[...] = shown  # one type for the kernel, whatever the task's
        chosen = kernels.control(self._codec, self._buffer)
        if chosen < 0:  # NOT_FINITE
            raise SimulationError("observation: must be finite")
        if self._first_action is not None:
            return chosen + self._first_action
        action = self._action  # rounding can take it beyond a bound
        inside = np.minimum(np.maximum(self._vector, action.low), action.high)
        return inside.astype(action.dtype).reshape(action.shape)

    def output_spikes(self) -> float:
        """Return the spikes of the outputs since the last reset, not of their whole region."""
        is_output = self.network.cells.role == Role.OUTPUT
        return float(self.simulator.emitted()[is_output].sum())

    def ledger(self) -> Ledger:
        """Return what was done since the last reset, by kind and region."""
        return self.simulator.ledger()
