"""Settings of the simulator: neurons, synapses, astrocytes, energy."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from glianeat.config import Settings, suggestion, within
from glianeat.config_keys import ChangedKeys
from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import ConfigError
from glianeat.genome.schema import Activation
from glianeat.simulate.glia.budget import BUDGET
from glianeat.simulate.glia.channel import Channel
from glianeat.simulate.glia.channels import CHANNELS
from glianeat.simulate.glia.glycogen import GLYCOGEN
from glianeat.simulate.glia.metabolic import METABOLIC
from glianeat.simulate.models import MODELS
from glianeat.simulate.models.izhikevich import PRESETS

if TYPE_CHECKING:
    ModelName = str
    Preset = str
else:
    ModelName = Literal[tuple(model.name for model in MODELS)]
    Preset = Literal[tuple(PRESETS)]

TimeConstant = Annotated[float, within(above=0, unit="ms")]
NOT_NEGATIVE = frozenset[str](
    {
        "sigmoid",
        "neat_sigmoid",
        "gauss",
        "relu",
        "softplus",
        "exp",
        "abs",
        "hat",
        "square",
    }
)
"""Activations that are never negative."""


class NeuronConfig(Settings):
    """What all neurons share; the rest is in their genes."""

    model: ModelName = "galif"
    """Neuron model: generalised adaptive leaky integrate-and-fire, or Izhikevich 2003; or `graded`
    neurons without spikes, as in classic NEAT, which show f(bias + inputs) every millisecond. They
    pay for what they transmit as graded receptors do, and low energy pools do not stop them. Or
    `risp`, event-driven neurons without leak that add up weights as they stand, each with a
    threshold of its own; steady currents do not move them, so that their inputs must spike."""
    activation: Activation = "tanh"
    """What graded neurons make of their input x, those without an activation of their own
    (`genome.activations`): tanh x, or sigmoid, 1 / (1 + exp(-4.9 x)) as of Stanley & Miikkulainen
    2002, or an activation of neat-python's, of which its tanh(2.5 x) and 1 / (1 + exp(-5 x)) are
    called neat_tanh and neat_sigmoid."""
    refractory: Annotated[int, within(at_least=0, at_most=100, unit="ms")] = 2
    """Absolute refractory period [ms]."""
    threshold: Annotated[float, within(above=0)] = 1.0
    """Spike threshold; the unit of potentials, currents and weights."""
    floor: Annotated[float, within(at_most=0, unit="threshold")] = -2.0
    """Lowest membrane potential [threshold], where inhibition reverses."""
    excitatory_preset: Preset = "RS"
    """Izhikevich preset of excitatory neurons."""
    inhibitory_preset: Preset = "FS"
    """Izhikevich preset of inhibitory neurons."""
    current_scale: Annotated[float, within(above=0)] = 10.0
    """Izhikevich input current that stands for one threshold of drive."""
    slow_gain: bool = False
    """Whether every neuron scales what arrives at it by a slow variable of its own: as astrocytes
    do for their territories by tonic gain, with the same equation, ranges and time constants, but
    by itself and at no cost. The control of what is claimed for glia."""
    slow_current: bool = False
    """Whether the slow variable of a neuron drives it by a current, as slow calcium does; with
    `slow_gain` both have the same variable."""
    slow_adaptation: bool = False
    """Whether the adaptation of neurons may be as slow as astrocytes, up to 30 s: founders have
    4 s, and jumps that are as much smaller. Of GALIF neurons; a run keeps it as changes of the
    traits `adaptation` and `tau_adaptation`."""
    slow_receptors: bool = False
    """Whether the adaptation of receptors may be as slow as astrocytes, up to 30 s: founders have
    4 s. A run keeps it as changes of the traits `phasic` and `tau_phasic`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.slow_adaptation and self.model != "galif":
            raise ConfigError(
                "slow_adaptation: must be false for neurons other than 'galif', which do not "
                f"adapt by a gene, got true with neuron.model = {self.model!r}"
            )


class SynapseConfig(Settings):
    """Synaptic currents and short-term plasticity."""

    tau_excitatory: TimeConstant = 5.0
    """Decay time constant of excitatory current [ms]."""
    tau_inhibitory: TimeConstant = 10.0
    """Decay time constant of inhibitory current [ms]."""
    short_term_plasticity: bool = False
    """Whether synapses facilitate and depress (Tsodyks–Markram)."""
    utilisation: Annotated[float, within(above=0, at_most=1)] = 0.6
    """Share of the resources that a rested synapse releases, U₀."""
    facilitation_rate: Annotated[float, within(at_least=0, unit="Hz")] = 3.33
    """Rate at which facilitation decays, Ω_f [Hz]."""
    recovery_rate: Annotated[float, within(at_least=0, unit="Hz")] = 2.0
    """Rate at which resources recover, Ω_d [Hz]."""


class AstrocyteConfig(Settings):
    """What all astrocytes share, and which of their channels are switched on."""

    changed_keys: ClassVar[ChangedKeys] = ChangedKeys(removed=("plasticity", "plasticity_baseline"))
    transmission: Literal["tonic", "events"] = "tonic"
    """How astrocytes act through `gain` and `slow_current`: in a `tonic` way, by how far their
    calcium is from its set point, at which they begin; or by `events`, short-lived transmitter that
    is released when calcium crosses the threshold upwards."""
    sensing: Literal["weighted", "counted"] = "weighted"
    """What calcium follows: activity at the synapses of the territory, by their weights, and of its
    neurons, in units of each astrocyte's own reference rate (`weighted`); or spikes alone, each
    synapse as much as any other, in units of `reference_rate` (`counted`)."""
    metabolic: bool = True
    """Astrocytes supply their region's energy pool; off, pools stay full."""
    glycogen: bool = False
    """Astrocytes have stores of glycogen, and pools are small: what pools cannot take fills the
    stores, and low pools are filled from them."""
    gain: bool = True
    """Astrocytes scale the efficacy of ensheathed synapses."""
    slow_current: bool = False
    """Astrocytes drive a slow current into ensheathed neurons."""
    channels: tuple[str, ...] = ()
    """Further glial channels that are switched on, by name: those without a setting of their
    own."""
    gap_junction: Annotated[float, within(at_least=0, at_most=1)] = 0.0
    """Share of the difference to its neighbours' mean that calcium moves in a glial step."""
    uptake: Annotated[float, within(at_least=0, at_most=1)] = 0.6
    """Share of the store that a release takes, U_A (Stimberg et al. 2019), by events."""
    tau_store: TimeConstant = 1670.0
    """Time constant at which the gliotransmitter store refills, τ_x, by events [ms]."""
    tau_transmitter: TimeConstant = 1000.0
    """Time constant at which gliotransmitter is cleared, τ_G, by events [ms]."""
    reference_rate: Annotated[float, within(above=0, unit="Hz")] = 10.0
    """Mean presynaptic rate at which calcium settles at 1, f_ref, where spikes are counted [Hz]."""
    time_scale: Annotated[float, within(above=0)] = 1.0
    """Factor on all glial time constants; 1 is compressed for episodes of up to 10 s."""

    def __post_init__(self) -> None:
        super().__post_init__()
        own = self.__struct_fields__
        others = [c.name for c in CHANNELS if c.name not in own and not c.setting]
        for name in self.channels:
            if name not in others:
                known = ", ".join(others) or "of which there is none"
                raise ConfigError(
                    f"astrocyte.channels: must name channels without a setting of their own, "
                    f"{known}, got {name!r}{suggestion(name, others)}"
                )

    def is_on(self, channel: str) -> bool:
        """Return whether a glial channel is switched on."""
        known = next((c for c in CHANNELS if c.name == channel), None)
        if known is not None and known.transmission not in {"", self.transmission}:
            return False
        setting = channel if known is None else known.setting or channel
        if setting in self.__struct_fields__:
            return bool(getattr(self, setting))
        return setting in self.channels


class SimulationConfig(Settings):
    """Everything the simulator needs to know beside the network."""

    neuron: NeuronConfig = NeuronConfig()
    synapse: SynapseConfig = SynapseConfig()
    astrocyte: AstrocyteConfig = AstrocyteConfig()
    energy: EnergyConfig = EnergyConfig()
    feed_forward: bool = False
    """Whether graded networks are evaluated in topological order, from inputs to outputs within
    one millisecond, delays ignored; then they must have no cycles. Spiking networks are simulated
    as ever."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.neuron.model == "graded" and self.synapse.short_term_plasticity:
            raise ConfigError(
                "synapse.short_term_plasticity: must be false for graded neurons, which do not "
                "spike, got true"
            )

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The glial channels that act, in the order of their steps."""
        return tuple(channel for channel in CHANNELS if self._acts(channel))

    def _acts(self, channel: Channel) -> bool:
        glia, is_scarce = self.astrocyte, self.energy.budget is not None
        if channel in {METABOLIC, BUDGET}:
            return glia.metabolic and is_scarce == (channel is BUDGET)
        if channel is GLYCOGEN:
            return glia.metabolic and glia.glycogen
        return glia.is_on(channel.name)
