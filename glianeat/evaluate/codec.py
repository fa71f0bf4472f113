"""Codecs: observations into inputs of a network, outputs into actions.

The defaults are what made spiking networks learn: no dead zone in the encoder, observations scaled
to the range that matters, 20 ms a step, outputs that spike.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from glianeat.config import Settings, within
from glianeat.develop.network import Network
from glianeat.errors import ConfigError, EvaluationError
from glianeat.evaluate import codec_kernels as kernels
from glianeat.evaluate.task import (
    ActionSpec,
    TaskConfig,
    TaskSpec,
    declared_ranges,
    make_environment,
)
from glianeat.genome.schema import NEURONS
from glianeat.simulate.pack import Interface, decay
from glianeat.typing import BoolArray, FloatArray

if TYPE_CHECKING:
    import gymnasium

_SQUASH = {"linear": kernels.LINEAR, "tanh": kernels.TANH, "asinh": kernels.ASINH}
_CONSTANT = 1e-9  # a range so narrow is that of an observation which does not change
_NO_BOUND = 1e30  # beyond it a bound is none, as the largest float32 is often meant
_SAMPLE_EPISODES, _SAMPLE_STEPS, _SAMPLE_SEED = 20, 500, 12345


class ScalingConfig(Settings):
    """How observations are scaled: z = squash((o − centre) / scale)."""

    squash: Literal["linear", "tanh", "asinh"] = "tanh"
    """Linear within ±1, or the tanh or asinh of it."""
    centre: tuple[float, ...] = ()
    """Centre of each observation."""
    scale: tuple[Annotated[float, within(above=0)], ...] = ()
    """Half range of each observation."""


class CodecConfig(Settings):
    """How the network meets the task."""

    encoder: Literal["graded", "rate", "signed"] = "graded"
    """Receptors in pairs that transmit gradedly, pairs of spiking neurons (`rate`), or one graded
    receptor an observation (`signed`)."""
    readout: Literal["auto", "count", "membrane"] = "auto"
    """Outputs that spike and are counted, or membrane read-outs that do not spike. By default
    discrete actions are counted and Box actions read from membranes."""
    hold: Annotated[int, within(at_least=1, at_most=1000, unit="ms")] | None = None
    """Simulated time of one step of the task [ms]; by default 20, with membrane read-outs 10."""
    max_rate: Annotated[float, within(above=0, at_most=1, unit="/ms")] = 0.5
    """Rate of a spiking input at the end of the range [/ms]."""
    tau_count: Annotated[float, within(above=0, unit="ms")] = 20.0
    """Time constant of the leaky spike count of outputs [ms]."""
    tau_readout: Annotated[float, within(above=0, unit="ms")] = 5.0
    """Membrane time constant of membrane read-outs [ms]."""
    box_gain: Annotated[float, within(above=0)] = 2.0
    """Gain k of Box actions, tanh(k · (one output − the other))."""
    scaling: ScalingConfig | None = None
    """Scaling of the observations; by default made from the task and kept in the run."""


def resolve_codec(config: CodecConfig, task: TaskConfig, spec: TaskSpec) -> CodecConfig:
    """Return the codec with every automatic choice made.

    Scaling comes from typical ranges (tanh), else from finite bounds (linear), else from the
    statistics of 20 episodes of random actions (asinh of two standard deviations), whose seed is
    the same for all runs.

    Raises
    ------
    ConfigError
        If the scaling does not fit the observations of the task.
    """
    readout = config.readout
    if readout == "auto":
        readout = "count" if spec.action.is_discrete else "membrane"
    hold = config.hold if config.hold is not None else (20 if readout == "count" else 10)
    scaling = config.scaling if config.scaling is not None else _scaling(task, spec)
    for name in ("centre", "scale"):
        found = len(getattr(scaling, name))
        if found != spec.n_observations:
            raise ConfigError(
                f"codec.scaling.{name}: must have {spec.n_observations} numbers for {task.id}, "
                f"got {found}"
            )
    return config.replace(readout=readout, hold=hold, scaling=scaling)


def _scaling(task: TaskConfig, spec: TaskSpec) -> ScalingConfig:
    ranges = declared_ranges(task, spec)
    if ranges is not None:
        low, high = np.array(ranges).T
        squash: Literal["linear", "tanh", "asinh"] = "tanh"
    elif (_is_bound(spec.low) & _is_bound(spec.high)).all():
        low, high, squash = spec.low, spec.high, "linear"
    else:
        mean, spread = sample_statistics(task, spec)
        low, high, squash = mean - 2.0 * spread, mean + 2.0 * spread, "asinh"
    half = np.where(high - low > _CONSTANT, (high - low) / 2.0, 1.0)
    centre = (high + low) / 2.0
    return ScalingConfig(squash=squash, centre=tuple(centre.tolist()), scale=tuple(half.tolist()))


def sample_statistics(task: TaskConfig, spec: TaskSpec) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of observations under random actions, shape (n,)."""
    environment = make_environment(task)
    try:
        sample = np.array(list(_observations(environment, min(spec.max_steps, _SAMPLE_STEPS))))
    except Exception as error:
        raise EvaluationError(
            f"task {task.id}: failed under random actions: {type(error).__name__}: {error}"
        ) from error
    finally:
        environment.close()
    if not np.isfinite(sample).all():
        raise EvaluationError(f"task {task.id}: observations must be finite under random actions")
    return sample.mean(axis=0), sample.std(axis=0)


def _observations(environment: "gymnasium.Env[Any, Any]", n_steps: int) -> Iterator[FloatArray]:
    """Yield what random actions lead to, always the same."""
    environment.action_space.seed(_SAMPLE_SEED)
    for episode in range(_SAMPLE_EPISODES):
        observation, _ = environment.reset(seed=_SAMPLE_SEED + episode)
        for _ in range(n_steps):
            yield np.array(observation, dtype=np.float64).ravel()
            action = environment.action_space.sample()
            observation, _, terminated, truncated, _ = environment.step(action)
            if terminated or truncated:
                break


def _is_bound(values: FloatArray) -> BoolArray:
    return np.abs(values) < _NO_BOUND


def n_channels(config: CodecConfig, spec: TaskSpec) -> int:
    """Return the number of input channels: two an observation, or one if signed."""
    return spec.n_observations * (1 if config.encoder == "signed" else 2)


def interface(config: CodecConfig) -> Interface:
    """Return what the simulator must know of a resolved codec."""
    graded = config.readout == "membrane"
    return Interface(
        rate_inputs=config.encoder == "rate",
        graded_outputs=graded,
        max_rate=config.max_rate,
        tau_readout=config.tau_readout if graded else config.tau_count,
    )


def pack_codec(config: CodecConfig, network: Network, spec: TaskSpec) -> FloatArray:
    """Return the packed state of the codec of one network (see `codec_kernels`)."""
    scaling, hold = config.scaling, config.hold
    if scaling is None or hold is None:
        raise ConfigError("codec: must be resolved before it is packed")
    channel = network.cells.channel[: network.n_inputs]
    traits = network.cells.traits[: network.n_inputs]
    signed = config.encoder == "signed"
    observed = channel if signed else channel // 2
    polarity = np.zeros(len(channel)) if signed else 1.0 - 2.0 * (channel % 2)
    tau = traits[:, NEURONS.column("tau_phasic")]
    low, half = _action_map(spec.action)
    head = np.zeros(kernels.HEAD)
    head[kernels.N_OBSERVATIONS] = spec.n_observations
    head[kernels.N_INPUTS] = network.n_inputs
    head[kernels.N_DISCRETE] = spec.action.n_discrete
    head[kernels.N_ACTIONS] = len(low)
    head[kernels.N_STEPS] = hold
    head[kernels.SQUASH] = _SQUASH[scaling.squash]
    head[kernels.BOX_GAIN] = config.box_gain
    head[kernels.IS_FIRST] = 1.0
    return np.concatenate(
        [
            head,
            np.zeros(spec.n_observations),
            np.array(scaling.centre),
            1.0 / np.array(scaling.scale),
            observed.astype(np.float64),
            polarity,
            traits[:, NEURONS.column("receptor_gain")],
            traits[:, NEURONS.column("phasic")],
            1.0 - decay(tau, float(hold)),
            np.zeros(network.n_inputs),
            np.zeros(len(low)),
            low,
            half,
        ]
    )


def _action_map(action: ActionSpec) -> tuple[FloatArray, FloatArray]:
    """Return centre and half range of Box actions; without both bounds, the range is 2 wide."""
    has_low, has_high = _is_bound(action.low), _is_bound(action.high)
    low = np.where(has_low, action.low, np.where(has_high, action.high - 2.0, -1.0))
    high = np.where(has_high, action.high, low + 2.0)
    return (low + high) / 2.0, (high - low) / 2.0
