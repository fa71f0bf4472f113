"""Agents: a network with the codec of its task, acting step by step."""

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from glianeat.codec import kernels
from glianeat.codec.codec import SettledCodec, interface
from glianeat.codec.kernels import NOT_A_VECTOR, NOT_FINITE
from glianeat.codec.packing import CodecPlan, pack_codec, plan_codec
from glianeat.develop.damage import damaged
from glianeat.develop.lesions import Gone
from glianeat.develop.network import Network
from glianeat.energetics.ledger import Ledger
from glianeat.errors import SimulationError
from glianeat.genome.schema import Role
from glianeat.simulate.energy.body import begin_living, end_living
from glianeat.simulate.energy.ledger_of import Activity
from glianeat.simulate.settings import SimulationConfig
from glianeat.simulate.simulator import Simulator
from glianeat.simulate.trace import TraceRecorder
from glianeat.tasks.spaces import Part
from glianeat.tasks.task import TaskSpec
from glianeat.typing import BoolArray, FloatArray, IntArray

_COMMON = tuple(map(np.dtype, ("f4", "f8", "i4", "i8", "u1")))  # types of observations
VectorControl = Callable[[Any, FloatArray, FloatArray], int]
Memory = tuple[FloatArray, FloatArray]


class Agent:
    """What acts on a task.

    Parameters
    ----------
    network : Network
        The developed network.
    simulation : SimulationConfig
        Dynamics and energy budget.
    codec : SettledCodec
        How the network meets the task.
    spec : TaskSpec
        Spaces of the task.
    plan : CodecPlan, optional
        What all agents on the task share; made anew by default.

    Attributes
    ----------
    simulator : Simulator
        The network in motion.
    codec : ndarray of float64
        The packed state of the codec (see `codec_kernels`).
    """

    def __init__(
        self,
        network: Network,
        simulation: SimulationConfig,
        codec: SettledCodec,
        spec: TaskSpec,
        plan: CodecPlan | None = None,
    ) -> None:
        self.simulator = Simulator(network, simulation, interface(codec), spec.reserve)
        plan = plan or plan_codec(codec, spec, simulation)
        self.codec = pack_codec(plan, network)
        self._rest = self.codec.copy()
        outputs = np.flatnonzero(network.cells.role == Role.OUTPUT)
        self._outputs = self.simulator.layout.senders[outputs]
        self._buffer = self.simulator.buffer
        self._seen = self.codec[kernels.HEAD : kernels.HEAD + spec.n_observations]
        start = kernels.actions_at(self.codec)
        n_actions = int(self.codec[kernels.N_ACTIONS])
        self._acted = self.codec[start : start + n_actions]
        self._spec, self._read, self._write = spec, plan.read, plan.write
        self._channels = plan.channels

    @property
    def network(self) -> Network:
        """The network that acts."""
        return self.simulator.network

    def reset(self) -> None:
        """Return to rest, as before the first step of an episode."""
        self.simulator.reset()
        self.codec[:] = self._rest

    @property
    def hold(self) -> int:
        """Simulated time of one step of the task [ms]."""
        return int(self.codec[kernels.N_STEPS])

    @cached_property
    def _sensor_of(self) -> IntArray:
        """Which sensor each channel belongs to, shape (C,).

        That is a number of the observation, but for choices, each of which has its own.
        """
        seen, kind, first = self._channels[:, :3].T
        choice = np.where(kind == kernels.ONE_HOT, first, 0.0)
        _, sensor = np.unique(np.column_stack([seen, choice]), axis=0, return_inverse=True)
        return sensor.reshape(-1).astype(np.int64)

    @property
    def n_sensors(self) -> int:
        """Number of sensors, those that the network does not use among them."""
        return int(self._sensor_of.max(initial=-1)) + 1

    def damage(self, sensors: BoolArray, dead: Gone | None = None) -> None:
        """Let sensors, neurons, synapses and astrocytes die, until the next reset.

        Parameters
        ----------
        sensors : ndarray of bool, shape (n_sensors,)
            Which sensors are dead, those of earlier damage among them: receptors that see them
            transmit nothing.
        dead : Gone, optional
            What is dead in the network, likewise.
        """
        network, channel = self.network, self.network.cells.channel[: self.network.n_inputs]
        silent = sensors[self._sensor_of[channel]]
        if dead is not None:
            silent |= dead.neurons[: network.n_inputs]
            if any(some.any() for some in dead):
                self.simulator.damage(damaged(network, dead))
        start = kernels.inputs_at(self.codec) + kernels.GAIN * network.n_inputs
        self.codec[start : start + network.n_inputs][silent] = 0.0

    def warm_up(self, *, acts: bool) -> None:
        """Have the kernels compiled, `act` among them if it is used, and be quick from then on."""
        kernels.control(self.codec, self._buffer)
        self.reset()
        if acts:
            self._vector_control(self._spec.observed[0].dtype)

    def act(self, observation: Any) -> Any:
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
        return self.act_quickly(observation)

    @cached_property
    def act_quickly(self) -> Callable[[Any], Any]:
        """The same as `act`, as a function that need not look anything up, for tight loops."""
        seen, acted, read, write = self._seen, self._acted, self._read, self._write
        codec, buffer, control = self.codec, self._buffer, kernels.control
        part = self._spec.acted[0]
        is_choice = part.scalar and not part.path
        choices = _choices(int(part.low[0]), int(part.high[0])) if is_choice else None
        control_vector = self._vector_control(self._spec.observed[0].dtype)

        def act(observation: Any) -> Any:
            # one vector seen and one choice taken are the most common, and get a way of their own
            nonlocal control_vector
            try:
                chosen = control_vector(observation, codec, buffer)
            except TypeError:  # it is not as declared, and what is next will be as it is
                chosen = NOT_A_VECTOR
                own = self._vector_control(getattr(observation, "dtype", None))
                control_vector = _never if own is control_vector else own
            if chosen < 0:
                if chosen != NOT_FINITE:  # of another length, or no vector of a common type
                    read(observation, seen)  # or say what is wrong
                    chosen = control(codec, buffer)
                if chosen == NOT_FINITE:
                    raise SimulationError("observation: must be finite")
            return write(acted) if choices is None else choices[chosen]

        return act

    def act_traced(self, observation: Any, recorder: TraceRecorder) -> Any:
        """Do as `act` does, to the last bit, and let a recorder see every millisecond."""
        self._read(observation, self._seen)
        chosen = self.advance_traced(recorder)
        part = self._spec.acted[0]
        if part.scalar and not part.path:
            return _choices(int(part.low[0]), int(part.high[0]))[chosen]
        return self._write(self._acted)

    def advance_traced(self, recorder: TraceRecorder) -> int:
        """Simulate a step for the observation in the codec; return the first choice.

        Raises
        ------
        SimulationError
            If the observation is not finite.
        """
        if kernels.prepare(self.codec, self._buffer) == NOT_FINITE:
            raise SimulationError("observation: must be finite")
        n_steps = int(self.codec[kernels.N_STEPS])
        before = begin_living(self._buffer, n_steps)
        recorder.advance(n_steps)
        end_living(self._buffer, before)
        return kernels.decide(self.codec, self._buffer)

    @property
    def shown(self) -> FloatArray:
        """Room for an observation as numbers, shape (n,)."""
        return self._seen

    @property
    def acted(self) -> FloatArray:
        """The last action as numbers, shape (A,)."""
        return self._acted

    def _vector_control(self, kind: Any) -> VectorControl:
        """Return the control by observations as they are, if they are vectors of a common type."""
        known = isinstance(kind, np.dtype) and kind in _COMMON and _is_vector(self._spec)
        return kernels.vector_control(kind) if known else _never

    def predict(
        self,
        observation: Any,
        state: Memory | None = None,
        episode_start: Any = None,
        deterministic: bool = True,  # noqa: ARG002, FBT001, FBT002 - the signature of others
    ) -> tuple[Any, Memory]:
        """Return the action and the new state, in the manner of Stable-Baselines3.

        Parameters
        ----------
        observation : object
            As the task gives it, or as a vector of one such environment does: with one more
            leading axis, of length 1. Larger batches are not served: each needs its own agent.
        state : tuple of ndarray, optional
            What the previous call returned; by default the agent is at rest.
        episode_start : bool or array of one, optional
            Whether an episode begins: then the agent is at rest, too.
        deterministic : bool
            Takes no part: an agent is always deterministic.

        Returns
        -------
        action : object
            An action of the task's action space, with the leading axis of the observation.
        state : tuple of ndarray
            To be handed to the next call; the agent itself keeps it, too.
        """
        if state is None or (episode_start is not None and np.any(episode_start)):
            self.reset()
        else:
            self.remember(state)
        action = self.act(observation)  # which reads a batch of one as it reads one
        if _is_batch(observation, self._spec.observed):
            action = _as_batch(action)
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
        self.simulator.feed(energy)

    @property
    def reserve(self) -> float | None:
        """Energy in the body [EU], or None if it is without end."""
        return self.simulator.reserve

    @property
    def outside(self) -> int:
        """Observations since the last reset that lay outside their declared space."""
        return int(self.codec[kernels.OUTSIDE])

    def output_spikes(self) -> float:
        """Return the spikes of the outputs since the last reset, not of their whole region."""
        return self.simulator.emitted_by(self._outputs)

    def activity(self) -> Activity:
        """Return what every neuron, read-out and astrocyte did since the last reset."""
        return self.simulator.activity()

    def ledger(self) -> Ledger:
        """Return what was done since the last reset, by kind and region."""
        return self.simulator.ledger()


@lru_cache(maxsize=64)
def _choices(low: int, high: int) -> tuple[np.int64, ...]:
    """Return whole numbers as spaces sample them: Gymnasium checks them sooner than Python's."""
    return tuple(np.int64(value) for value in range(low, high + 1))


def _never(_observation: Any, _codec: FloatArray, _buffer: FloatArray) -> int:
    return NOT_A_VECTOR


def _is_vector(spec: TaskSpec) -> bool:
    part = spec.observed[0]
    return len(spec.observed) == 1 and not part.path and part.shape == (spec.n_observations,)


def _is_batch(observation: Any, parts: tuple[Part, ...]) -> bool:
    """Return whether an observation is a batch of one."""
    for part in parts:
        value = observation
        for key in part.path:
            value = value[key]
        if np.shape(value) != (1, *part.shape):
            return False
    return True


def _as_batch(action: Any) -> Any:
    if isinstance(action, dict):
        return {key: _as_batch(value) for key, value in action.items()}
    if isinstance(action, tuple):
        return tuple(_as_batch(value) for value in action)
    return np.asarray(action)[np.newaxis]
