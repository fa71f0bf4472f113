"""Codecs: observations into inputs of a network, outputs into actions.

The defaults are what made spiking networks learn: no dead zone in the encoder, observations scaled
to the range that matters, 20 ms a step, outputs that spike.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from glianeat.codec import kernels
from glianeat.codec.decoders import Shown, action_table, output_names
from glianeat.codec.encoders import Encoder, channel_names, channel_table, chosen_encoder
from glianeat.codec.fan_in import channel_squares, input_gain, pair_gain
from glianeat.codec.scaling import ScalingConfig, resolve_scaling
from glianeat.config import Settings, suggestion, within
from glianeat.develop.settings import DevelopmentConfig
from glianeat.errors import ConfigError
from glianeat.genome.variation import GenomeConfig
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import NOT_NEGATIVE, NeuronConfig
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import TaskSpec
from glianeat.text import counted
from glianeat.typing import FloatArray

Readout = Literal["auto", "count", "window_count", "twitch", "first_spike", "membrane"]
SettledReadout = Literal["count", "window_count", "twitch", "first_spike", "membrane"]
_POPULATION = 8  # neurons for each output whose spikes make a number
_TONIC = 1.5  # their bias [threshold]
_MOTOR_POOL, _MOTOR_TONIC = 16, 2.5  # the same where they twitch
_COUNT, _TWITCH = 20.0, 5.0  # [ms]
_MEMBRANE, _QUICK = 5.0, 2.0  # [ms]
_GAINS = {"count": 0.5, "window_count": 0.5, "first_spike": 0.5, "twitch": 2.0, "membrane": 2.0}


class CodecConfig(Settings):
    """How the network meets the task."""

    encoder: Encoder = "auto"
    """Receptors of numbers: in pairs for what is above and below the centre (`paired`), one for
    both signs (`signed`), receptive fields (`gaussian`), or bins of which one transmits at a time
    (`flip_flop`); or as in TENNLab's encoders, in pairs of which the first is for what is not above
    the centre (`spike_ff_2`), or four triangles (`argyle_4`), with `transmission = "trains"`.
    Choices and bits have a receptor for each (`one_hot`). By default numbers have pairs, and one
    for both signs where actions are numbers, too, since then what is right on one side is right on
    the other, turned round."""
    encoders: dict[str, Encoder] = msgspec.field(default_factory=dict)
    """Encoders of parts of the observation, by their names, such as ``position`` or ``0``."""
    fields: Annotated[int, within(at_least=2, at_most=1000)] = 5
    """Receptive fields or bins of each number, for `gaussian` and `flip_flop`."""
    transmission: Literal["graded", "spikes", "trains"] = "graded"
    """Whether receptors transmit gradedly, or are perfect integrators that spike, or begin a train
    of spikes with every step of the task: ⌈amplitude · `train_spikes`⌉ of them, the first at once,
    the others one every `train_interval`."""
    train_spikes: Annotated[int, within(at_least=1, at_most=1000)] = 8
    """Spikes of the longest train."""
    train_interval: Annotated[int, within(at_least=1, at_most=1000, unit="ms")] = 3
    """Time between two spikes of a train [ms]."""
    readout: Readout = "auto"
    """Outputs that spike: their leaky counts (`count`), how often they spike within a step of the
    task (`window_count`), the twitches that their spikes cause, as motor neurons' do in muscle
    (`twitch`), or which spikes first (`first_spike`); or membrane read-outs that do not spike
    (`membrane`), which lets agents win that are silent. By default discrete actions are counted and
    Box actions read from membranes; graded neurons, which never spike, are always read as
    membranes."""
    box: Literal["auto", "pair", "single"] = "auto"
    """Outputs of each number of a Box: two that push it up and down (`pair`), or one read from a
    membrane, whose range, -1 to 1 or that of a sigmoid, 0 to 1, is spread over the number's
    (`single`). By default graded neurons have a single one, all others a pair."""
    hold: Annotated[int, within(at_least=1, at_most=1000, unit="ms")] | None = None
    """Simulated time of one step of the task [ms]; by default what the task declares, else 20, with
    membrane read-outs 10; and 1 with graded neurons, which is one update of the network."""
    receptor_delays: bool = True
    """Whether graded receptors are heard after the delays of their synapses, counted in whole steps
    of the task: ⌊(delay − 1 ms) / `hold`⌋ of them; else at once, as they are by graded neurons."""
    keep_state: bool = True
    """Whether the network keeps its state from step to step; else it returns to rest before each,
    its energy pools excepted, and remembers nothing."""
    max_rate: Annotated[float, within(above=0, at_most=1, unit="/ms")] = 0.5
    """Rate of a spiking receptor at the end of the range [/ms]."""
    tau_count: Annotated[float, within(above=0, unit="ms")] | None = None
    """Time constant of the leaky spike count of outputs, or contraction time of a twitch [ms]; by
    default 20 and 5."""
    tau_readout: Annotated[float, within(above=0, unit="ms")] | None = None
    """Membrane time constant of membrane read-outs [ms]; by default 5, and 2 where pairs of outputs
    are joined to many receptors, more pairs than `genome.connect_fully_below`."""
    box_gain: Annotated[float, within(above=0)] | None = None
    """Gain k of Box actions made by pairs of outputs, tanh(k · (one output − the other)). With
    membrane read-outs by default as much as spreads founders' actions over their range, 2 with
    twitches and graded neurons, else 0.5."""
    own_gains: bool = True
    """Whether each number of a Box that a pair of outputs moves has a gain of its own, which is
    inherited (`output_gain`) and multiplies `box_gain`."""
    input_gain: Annotated[float, within(above=0)] | None = None
    """Gain of all receptors. By default 1, unless outputs that spike would be silent in founders
    with it, or would all fire as fast as they can."""
    scaling: ScalingConfig | None = None
    """Scaling of the observations; by default made from the task and kept in the run."""
    channels: tuple[str, ...] = ()
    """Names of the input channels, for pictures; made from the task and kept in the run."""
    outputs: tuple[str, ...] = ()
    """Names of the outputs, likewise."""


class SettledCodec(CodecConfig, kw_only=True):
    """How the networks of one experiment meet its task: nothing is left open."""

    readout: SettledReadout
    """How outputs are read."""
    box: Literal["pair", "single"]
    """Outputs of each number of a Box."""
    hold: Annotated[int, within(at_least=1, at_most=1000, unit="ms")]
    """Simulated time of one step of the task [ms]."""
    tau_count: Annotated[float, within(above=0, unit="ms")]
    """Time constant of the leaky spike count of outputs, or contraction time of a twitch [ms]."""
    tau_readout: Annotated[float, within(above=0, unit="ms")] = _MEMBRANE
    """Membrane time constant of membrane read-outs [ms]."""
    box_gain: Annotated[float, within(above=0)]
    """Gain of Box actions made by pairs of outputs."""
    input_gain: Annotated[float, within(above=0)]
    """Gain of all receptors."""
    scaling: ScalingConfig
    """Scaling of every number observed."""
    channels: tuple[str, ...]
    """Name of each input channel."""
    outputs: tuple[str, ...]
    """Name of each output."""


def resolve_codec(
    config: CodecConfig,
    task: TaskConfig,
    spec: TaskSpec,
    neuron: NeuronConfig | None = None,
    genome: GenomeConfig | None = None,
) -> SettledCodec:
    """Return the codec with every automatic choice made, by default for spiking neurons.

    Parameters
    ----------
    config : CodecConfig
        Settings, of which some may be left open.
    task : TaskConfig
        The task, whose environment may be tried.
    spec : TaskSpec
        What is known of it.
    neuron : NeuronConfig, optional
        The model of neurons.
    genome : GenomeConfig, optional
        How founders are made.

    Raises
    ------
    ConfigError
        If it does not fit the observations or actions of the task, or the neurons.
    """
    graded = neuron is not None and neuron.model == "graded"
    _check_transmission(config, neuron)
    readout = config.readout
    if readout == "auto":
        numbers = all(part.kind == "box" for part in spec.acted)
        readout = "membrane" if graded or numbers else "count"
    membrane = readout == "membrane"
    box = _natural_box(graded=graded) if config.box == "auto" else config.box
    _check_outputs(readout, box, config.transmission, graded=graded)
    encoders = _chosen_encoders(config, spec)
    channels = channel_table(spec.observed, encoders, config.fields)
    known, fields = spec.known, config.fields
    names = tuple(channel_names(spec.observed, encoders, fields, known.observation_names))
    _check_number("channels", config.channels, names, task)
    acts = tuple(output_names(spec.acted, single=box == "single", known=known.action_names))
    _check_number("outputs", config.outputs, acts, task)
    scaled = resolve_scaling(config.scaling, task, spec)
    seen = channels, scaled.squares, len(acts)
    gains = _gains(config, readout, seen, genome, smooth=membrane and not graded)
    return config.recast(
        SettledCodec,
        readout=readout,
        box=box,
        hold=config.hold or _natural_hold(known.hold, membrane=membrane, graded=graded),
        tau_count=config.tau_count or (_TWITCH if readout == "twitch" else _COUNT),
        tau_readout=config.tau_readout or _readout_time(len(channels) * len(acts), genome, box),
        box_gain=gains[0],
        input_gain=gains[1],
        scaling=scaled.scaling,
        encoders=encoders,
        channels=config.channels or names,
        outputs=config.outputs or acts,
    )


def _natural_box(*, graded: bool) -> Literal["pair", "single"]:
    return "single" if graded else "pair"


def _readout_time(n_pairs: int, genome: GenomeConfig | None, box: str) -> float:
    """Return the time constant of membrane read-outs [ms]: little where weights are many."""
    many = n_pairs > (genome or GenomeConfig()).connect_fully_below
    return _QUICK if box == "pair" and many else _MEMBRANE


def resolve_outputs(
    development: DevelopmentConfig, codec: SettledCodec, spec: TaskSpec
) -> DevelopmentConfig:
    """Let populations of tonic neurons make numbers of spikes, unless the settings say otherwise.

    A single neuron fires a few spikes in a step of the task, or none: on the double pole forces
    made so are too coarse, and solved it in 1 run of 6. Membranes show any shade by themselves.
    Twitches have little ripple, so that their neurons may fire faster and span a wider range.

    Parameters
    ----------
    development : DevelopmentConfig
        Settings, of which those of outputs may be left open.
    codec : SettledCodec
        Says how outputs are read.
    spec : TaskSpec
        What is known of the task.
    """
    numbers = all(part.kind == "box" for part in spec.acted)
    pool = (_MOTOR_POOL, _MOTOR_TONIC) if codec.readout == "twitch" else (_POPULATION, _TONIC)
    copies, bias = pool if numbers else (1, 0.0)
    copies, bias = spec.known.output_copies or copies, spec.known.output_bias or bias
    if codec.readout == "membrane":
        copies, bias = 1, 0.0
    return development.replace(
        output_copies=copies if development.output_copies is None else development.output_copies,
        output_bias=bias if development.output_bias is None else development.output_bias,
    )


def _gains(
    config: CodecConfig,
    readout: SettledReadout,
    shown: tuple[FloatArray, FloatArray, int],
    genome: GenomeConfig | None,
    *,
    smooth: bool,
) -> tuple[float, float]:
    """Return the gains of pairs and of receptors, by default those that founders need.

    Graded neurons, which are read as membranes too, keep within their range by themselves. Trains
    have the number of spikes that their encoder says.
    """
    channels, squares, n_outputs = shown
    pairs, receptors = _GAINS[readout], 1.0
    if smooth:
        pairs = pair_gain(channel_squares(channels, squares), n_outputs, genome)
    elif readout != "membrane" and config.transmission != "trains":
        receptors = input_gain(channels, squares, n_outputs, genome)
    return config.box_gain or pairs, config.input_gain or receptors


def _natural_hold(declared: int | None, *, membrane: bool, graded: bool) -> int:
    if graded:
        return 1
    return declared or (10 if membrane else 20)


def _check_outputs(readout: str, box: str, transmission: str, *, graded: bool) -> None:
    """Refuse what neurons cannot show."""
    if graded and readout != "membrane":
        raise ConfigError(
            "codec.readout: must be 'membrane' for graded neurons, which do not spike, "
            f"got {readout!r}"
        )
    if graded and transmission != "graded":
        raise ConfigError(
            f"codec.transmission: must be 'graded' for graded neurons, got {transmission!r}"
        )
    if box == "single" and readout != "membrane":
        raise ConfigError(
            "codec.box: must be 'pair' unless outputs are read as membranes, "
            f"got 'single' with codec.readout = {readout!r}"
        )


def _check_number(name: str, told: Sequence[str], own: Sequence[str], task: TaskConfig) -> None:
    """Refuse names of channels or outputs that are not as many as there are."""
    if told and len(told) != len(own):
        raise ConfigError(
            f"codec.{name}: must have {counted(len(own), 'name')} for {task.id}, got {len(told)}"
        )


def _check_transmission(config: CodecConfig, neuron: NeuronConfig | None) -> None:
    """Refuse receptors that neurons cannot hear."""
    if neuron is not None and neuron.model == "risp" and config.transmission == "graded":
        raise ConfigError(
            "codec.transmission: must be 'spikes' or 'trains' for risp neurons, which no current "
            "moves, got 'graded'"
        )


def _chosen_encoders(config: CodecConfig, spec: TaskSpec) -> dict[str, Encoder]:
    names = [part.name for part in spec.observed]
    for name in config.encoders:
        if name not in names:
            raise ConfigError(
                f"codec.encoders: the observation has no part {name!r}{suggestion(name, names)}"
            )
    pushes = all(part.kind == "box" for part in spec.acted)
    chosen: dict[str, Encoder] = {}
    for part in spec.observed:
        natural = config.encoder if part.kind == "box" else "auto"
        if natural == "auto" and part.kind == "box" and pushes:
            natural = "signed"
        chosen[part.name] = chosen_encoder(part, config.encoders.get(part.name, natural))
    return chosen


def n_channels(config: SettledCodec, spec: TaskSpec) -> int:
    """Return the number of input channels of a codec."""
    return len(channel_table(spec.observed, config.encoders, config.fields))


def n_outputs(config: SettledCodec, spec: TaskSpec) -> int:
    """Return the number of outputs: one each choice or bit, one or two each number of a Box."""
    return action_table(spec.acted, _shown(config))[1]


def reads_gains(config: SettledCodec, spec: TaskSpec) -> bool:
    """Return whether pairs of outputs have gains of their own."""
    boxes = any(part.kind == "box" for part in spec.acted)
    return config.own_gains and boxes and config.box == "pair"


def action_columns(
    config: SettledCodec, spec: TaskSpec, neuron: NeuronConfig | None = None
) -> FloatArray:
    """Return how each number of an action is made, by default by spiking neurons, shape (10, A)."""
    return action_table(spec.acted, _shown(config, neuron))[0]


def opposite_outputs(config: SettledCodec, spec: TaskSpec) -> tuple[int, ...]:
    """Return the output that pushes the other way, for each output; -1 where there is none."""
    columns, number = action_table(spec.acted, _shown(config))
    opposite = [-1] * number
    for kind, output in zip(columns[kernels.CHOICE], columns[kernels.OUTPUT], strict=True):
        if kind == kernels.PAIR:
            first = int(output)
            opposite[first], opposite[first + 1] = first + 1, first
    return tuple(opposite)


def _shown(config: SettledCodec, neuron: NeuronConfig | None = None) -> Shown:
    """Return how outputs are read: of a sigmoid's range, the middle is 0.5, not 0."""
    single, gain = config.box == "single", config.box_gain
    if neuron is None or neuron.model != "graded":
        return Shown(single, bit=0.0 if config.readout == "first_spike" else 0.5, gain=gain)
    low = 0.0 if neuron.activation in NOT_NEGATIVE else -1.0
    return Shown(single, low=low, bit=(low + 1.0) / 2.0, gain=gain)


def interface(config: SettledCodec) -> NetworkIO:
    """Return what the simulator must know of a codec."""
    in_window = config.readout == "window_count"
    tau = config.tau_readout if config.readout == "membrane" else config.tau_count
    return NetworkIO(
        rate_inputs=config.transmission != "graded",
        readout="count" if config.readout == "window_count" else config.readout,
        max_rate=config.max_rate,
        tau_readout=math.inf if in_window else tau,
        trains=config.transmission == "trains",
        train_spikes=config.train_spikes,
        train_interval=config.train_interval,
        hold=config.hold if config.receptor_delays else 0,
    )
