"""Agents: a network with the codec of its task, acting step by step."""

from typing import Any

import numpy as np

from glianeat.develop.network import Network
from glianeat.energetics.ledger import Ledger
from glianeat.errors import SimulationError
from glianeat.evaluate import codec_kernels as kernels
from glianeat.evaluate.codec import CodecConfig, interface, pack_codec
from glianeat.evaluate.spaces import reader, writer
from glianeat.evaluate.task import TaskSpec
from glianeat.genome.schema import Role
from glianeat.simulate.settings import SimulationConfig
from glianeat.simulate.simulator import Simulator
from glianeat.typing import FloatArray

Memory = tuple[FloatArray, FloatArray]


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

    Attributes
    ----------
    simulator : Simulator
        The network in motion.
    codec : ndarray of float64
        The packed state of the codec (see `codec_kernels`).
    """

    def __init__(
        self, network: Network, simulation: SimulationConfig, codec: CodecConfig, spec: TaskSpec
    ) -> None:
        self.simulator = Simulator(network, simulation, interface(codec))
        self.codec = pack_codec(codec, network, spec, simulation)
        self._rest = self.codec.copy()
        self._buffer = self.simulator.buffer
        self._seen = self.codec[kernels.HEAD : kernels.HEAD + spec.n_observations]
        start = kernels.actions_at(self.codec)
        n_actions = int(self.codec[kernels.N_ACTIONS])
        self._acted = self.codec[start : start + n_actions]
        self._read, self._write = reader(spec.observed), writer(spec.action_space)
        # one Box seen and one choice taken are the most common, and get a way of their own
        self._vector = self._seen.shape if _is_vector(spec) else None
        whole = len(spec.acted) == 1 and spec.acted[0].scalar
        self._first_action = int(spec.acted[0].low[0]) if whole else None

    @property
    def network(self) -> Network:
        """The network that acts."""
        return self.simulator.network

    def reset(self) -> None:
        """Return to rest, as before the first step of an episode."""
        self.simulator.reset()
        self.codec[:] = self._rest

    def warm_up(self) -> None:
        """Have the kernels compiled, which then are quick from the first step on."""
        kernels.control(self.codec, self._buffer)
        self.reset()

    def act(self, observation: Any) -> Any:  # noqa: ANN401 - as Gymnasium types them
        """Return the action for an observation, after simulating one step of the task.

        Parameters
        ----------
        observation : object
            As the task gives it.

        Returns
        -------
        object
            An action of the task's action space.

        Raises
        ------
        EvaluationError
            If the observation is not made as the task's observation space says.
        SimulationError
            If it is not finite.
        """
        if self._vector is not None and getattr(observation, "shape", None) == self._vector:
            self._seen[...] = observation  # one type for the kernel, whatever the task's
        else:
            self._read(observation, self._seen)
        chosen = kernels.control(self.codec, self._buffer)
        if chosen < 0:  # NOT_FINITE
            raise SimulationError("observation: must be finite")
        if self._first_action is not None:
            return chosen + self._first_action
        return self._write(self._acted)

    def predict(
        self,
        observation: Any,  # noqa: ANN401 - as Gymnasium types them
        state: Memory | None = None,
        episode_start: Any = None,  # noqa: ANN401 - a flag, or an array of one
        deterministic: bool = True,  # noqa: ARG002, FBT001, FBT002 - the signature of others
    ) -> tuple[Any, Memory]:
        """Return the action and the new state, in the manner of Stable-Baselines3.

        Parameters
        ----------
        observation : object
            As the task gives it: of one environment, not a batch.
        state : tuple of ndarray, optional
            What the previous call returned; by default the agent is at rest.
        episode_start : bool or array of one, optional
            Whether an episode begins: then the agent is at rest, too.
        deterministic : bool
            Takes no part: an agent is always deterministic.

        Returns
        -------
        action : object
            An action of the task's action space.
        state : tuple of ndarray
            To be handed to the next call; the agent itself keeps it, too.
        """
        if state is None or (episode_start is not None and np.any(episode_start)):
            self.reset()
        else:
            self.remember(state)
        action = self.act(observation)
        return action, self.memory()

    def memory(self) -> Memory:
        """Return a copy of all that the agent carries from step to step."""
        return self.simulator.state(), self.codec.copy()

    def remember(self, memory: Memory) -> None:
        """Go on from what `memory` returned; raise `SimulationError` if it is of another agent."""
        state, codec = memory
        if codec.shape != self.codec.shape:
            raise SimulationError("state: must be what predict() of the same agent returned")
        self.simulator.restore(state)
        self.codec[:] = codec

    def feed(self, energy: float) -> None:
        """Add to the body's reserve [EU], if it has one."""
        if self.codec[kernels.RESERVE] >= 0.0:
            self.codec[kernels.RESERVE] += energy

    @property
    def reserve(self) -> float | None:
        """Energy in the body [EU], or None if it is without end."""
        left = float(self.codec[kernels.RESERVE])
        return None if left < 0.0 else left

    @property
    def outside(self) -> int:
        """Observations since the last reset that lay outside their declared space."""
        return int(self.codec[kernels.OUTSIDE])

    def output_spikes(self) -> float:
        """Return the spikes of the outputs since the last reset, not of their whole region."""
        is_output = self.network.cells.role == Role.OUTPUT
        return float(self.simulator.emitted()[is_output].sum())

    def ledger(self) -> Ledger:
        """Return what was done since the last reset, by kind and region."""
        return self.simulator.ledger()


def _is_vector(spec: TaskSpec) -> bool:
    return len(spec.observed) == 1 and spec.observed[0].shape == (spec.n_observations,)
