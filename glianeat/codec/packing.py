"""Packing codecs: what the networks on a task share, and the packed state of the codec of one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from glianeat.codec import kernels
from glianeat.codec.codec import SettledCodec, action_columns, reads_gains
from glianeat.codec.encoders import channel_table
from glianeat.develop.network import Network
from glianeat.genome.schema import NEURONS, Role
from glianeat.simulate.decay import decay
from glianeat.simulate.settings import SimulationConfig
from glianeat.tasks.spaces import reader, writer
from glianeat.tasks.task import TaskSpec
from glianeat.typing import FloatArray

_SQUASH = {
    "linear": kernels.LINEAR,
    "tanh": kernels.TANH,
    "asinh": kernels.ASINH,
    "none": kernels.NONE,
}
_TRAITS = ("receptor_bias", "phasic")


@dataclass(frozen=True, eq=False)
class CodecPlan:
    """What is the same for all networks on a task: see `codec_kernels`.

    Parameters
    ----------
    head : ndarray of float64
        The head, but for the number of inputs.
    observed : ndarray of float64
        Columns of the numbers observed.
    channels : ndarray of float64, shape (C, 4)
        What each channel sees and how it responds.
    acted : ndarray of float64, shape (10, A)
        Columns of the numbers acted.
    own_gains : bool
        Whether networks have gains of their own.
    input_gain : float
        Gain of all receptors.
    read, write : callable
        Writes an observation into a vector, and makes an action of one.
    """

    head: FloatArray
    observed: FloatArray
    channels: FloatArray
    acted: FloatArray
    own_gains: bool
    input_gain: float
    read: Callable[[Any, FloatArray], None]
    write: Callable[[FloatArray], Any]


def plan_codec(config: SettledCodec, spec: TaskSpec, simulation: SimulationConfig) -> CodecPlan:
    """Return what the codecs of all networks on a task share."""
    scaling = config.scaling
    actions = action_columns(config, spec, simulation.neuron)
    head = np.zeros(kernels.HEAD)
    head[kernels.N_OBSERVATIONS] = spec.n_observations
    head[kernels.N_ACTIONS] = actions.shape[1]
    head[kernels.N_STEPS] = config.hold
    head[kernels.IS_FIRST] = 1.0
    head[kernels.KEEPS_STATE] = float(config.keep_state)
    head[kernels.FIRST_SPIKES] = float(config.readout in {"first_spike", "window_count"})
    squash = [_SQUASH[name] for name in scaling.squash]
    observed = [
        np.zeros(spec.n_observations),
        np.array(scaling.centre),
        1.0 / np.array(scaling.scale),
        np.array(squash, dtype=np.float64),
        spec.low,
        spec.high,
    ]
    channels = channel_table(spec.observed, config.encoders, config.fields)
    read, write = reader(spec.observed), writer(spec.action_space)
    return CodecPlan(
        head=head,
        observed=np.concatenate(observed),
        channels=channels,
        acted=actions,
        own_gains=reads_gains(config, spec),
        input_gain=config.input_gain,
        read=read,
        write=write,
    )


def pack_codec(plan: CodecPlan, network: Network) -> FloatArray:
    """Return the packed state of the codec of one network."""
    inputs = _input_columns(plan, network)
    acted = _with_own_gains(plan.acted, network) if plan.own_gains else plan.acted
    packed = np.concatenate([plan.head, plan.observed, *inputs, acted.ravel()])
    packed[kernels.N_INPUTS] = network.n_inputs
    packed[kernels.COPIES] = network.output_copies
    return packed


def _with_own_gains(acted: FloatArray, network: Network) -> FloatArray:
    """Return the columns of the numbers acted, the gain of each pair times what its neurons say.

    That is the geometric mean of their traits, so that rest stays rest whichever of them changes.
    """
    is_output = network.cells.role == Role.OUTPUT
    first = is_output & (network.cells.channel % network.output_copies == 0)
    own = np.ones(network.n_outputs // network.output_copies)
    gains = network.cells.traits[first, NEURONS.column("output_gain")]
    own[network.cells.channel[first] // network.output_copies] = gains
    acted = acted.copy()
    paired = acted[kernels.CHOICE] == kernels.PAIR
    up = acted[kernels.OUTPUT, paired].astype(np.int64)
    acted[kernels.PAIR_GAIN, paired] *= np.sqrt(own[up] * own[up + 1])
    return acted


def _input_columns(plan: CodecPlan, network: Network) -> list[FloatArray]:
    traits = network.cells.traits[: network.n_inputs]
    shown = plan.channels[network.cells.channel[: network.n_inputs]]
    tau = traits[:, NEURONS.column("tau_phasic")]
    hold = float(plan.head[kernels.N_STEPS])
    return [
        *shown.T,
        plan.input_gain * traits[:, NEURONS.column("receptor_gain")],
        *(traits[:, NEURONS.column(name)] for name in _TRAITS),
        1.0 - decay(tau, hold),
        np.zeros(network.n_inputs),
    ]
