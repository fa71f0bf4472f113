"""The schema of the genome: which gene families exist, and which traits their genes carry.

Everything that touches traits (initialisation, mutation, crossover, distance, files, the
inspector) reads this table; a new trait is one line here and nowhere else. The vocabulary is
neat-python's and means the same: a trait is perturbed with probability ``mutate_rate``, else drawn
anew from N(``init_mean``, ``init_stdev``) with probability ``replace_rate``.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from glianeat.config import Settings
from glianeat.typing import BoolArray, FloatArray


class Role:
    """What a neuron gene stands for.

    Plain whole numbers: arrays are compared with them, and NumPy looks at the class of an enum in
    a way that loses what a signal handler raises meanwhile.
    """

    INPUT = 0
    OUTPUT = 1
    HIDDEN = 2


ALL_ROLES = (Role.INPUT, Role.OUTPUT, Role.HIDDEN)
CELLS = (Role.OUTPUT, Role.HIDDEN)
RECEPTORS = (Role.INPUT,)
MAX_DELAY = 20  # [ms], the range of the delay gene (models: A6)
LONGEST_DELAY = 2000.0  # [ms], the longest that settings may allow
SLOWEST = 30_000.0  # [ms], the longest time constant that settings may allow
Activation = Literal[
    "tanh",
    "sigmoid",
    "neat_tanh",
    "neat_sigmoid",
    "sin",
    "gauss",
    "relu",
    "elu",
    "lelu",
    "selu",
    "softplus",
    "identity",
    "clamped",
    "inv",
    "log",
    "exp",
    "abs",
    "hat",
    "square",
    "cube",
]
"""What a graded neuron makes of its input; `glianeat.simulate.models.activations` has them all."""
SHARED = "shared"
Option = Literal["shared", Activation]
"""… of its own, or the one that all share."""
ACTIVATIONS: tuple[str, ...] = (SHARED, *get_args(Activation))
"""By the number that stands in genomes; new ones go to the end."""


Reader = Literal[
    "network",  # every network
    "driven",  # cells that steady currents drive
    "galif",
    "graded",
    "risp",
    "delays",
    "ratios",
    "astrocytes",
    "supply",
    "budget",
    "reserve",
    "gain",
    "slow_current",
    "sensing",
    "slow_neurons",
    "slow_neuron_gain",
    "slow_neuron_current",
    "output_gains",
    "nothing",
]
"""Parts of networks; `glianeat.run.traits` says which of them settings switch on."""


class Trait(Settings):
    """One heritable number of a gene, and how it varies.

    ``scale`` says how: ``linear`` adds N(0, mutate_power), ``log`` multiplies by
    exp(N(0, mutate_power)), ``integer`` adds a whole number between one and ``mutate_power``, all
    as likely, up or down; ``option`` draws anew from the options that the settings allow.
    ``magnitude`` folds the sign away, at birth and after every mutation.
    """

    name: str = ""
    unit: str = "1"
    init_mean: float = 0.0
    init_stdev: float = 0.0
    mutate_rate: float = 0.0
    mutate_power: float = 0.0
    replace_rate: float = 0.0
    min_value: float = 0.0
    max_value: float = 0.0
    widest: tuple[float, float] | None = None
    """Bounds that the settings of a run may widen its own to; by default they are the same."""
    scale: str = "linear"
    magnitude: bool = False
    roles: tuple[int, ...] = ALL_ROLES
    """Neurons of other roles keep the initial mean, and do not mutate."""
    options: tuple[str, ...] = ()
    """Names of the values of an option, by number."""
    read_by: Reader = "network"
    """What reads it: where settings leave that out, it neither mutates nor counts in distances."""
    meaning: str = ""
    """What it is, in a few words, for people."""

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest value in any genome."""
        return self.widest or (self.min_value, self.max_value)


class Family:
    """A kind of gene: its integer fields and its traits, in column order."""

    def __init__(self, name: str, fields: tuple[str, ...], traits: tuple[Trait, ...]) -> None:
        self.name, self.fields, self.traits = name, fields, traits
        self._columns = {trait.name: i for i, trait in enumerate(traits)}
        self._field_columns = {field: i for i, field in enumerate(fields)}

    def __repr__(self) -> str:
        return f"Family({self.name!r})"

    def __reduce__(self) -> tuple[Callable[[str], "Family"], tuple[str]]:
        # a copy is the family itself: tables compare families by identity
        return _family, (self.name,)

    def column(self, trait: str) -> int:
        """Return the column of `trait` in the trait matrix; `KeyError` if there is none."""
        return self._columns[trait]

    def field_column(self, field: str) -> int:
        """Return the column of `field` in the matrix of fields; `KeyError` if there is none."""
        return self._field_columns[field]

    @cached_property
    def width(self) -> int:
        """Words of a packed gene: its innovation number, its fields, its traits."""
        return 1 + len(self.fields) + len(self.traits)

    @cached_property
    def low(self) -> FloatArray:
        """Lowest value of each trait in any genome, shape (F,)."""
        return np.array([trait.limits[0] for trait in self.traits])

    @cached_property
    def high(self) -> FloatArray:
        """Highest value of each trait in any genome, shape (F,)."""
        return np.array([trait.limits[1] for trait in self.traits])

    @cached_property
    def is_integer(self) -> BoolArray:
        """Whether each trait takes whole numbers only, shape (F,)."""
        return np.array([trait.scale in {"integer", "option"} for trait in self.traits])

    @cached_property
    def is_option(self) -> BoolArray:
        """Whether each trait is one of several options, shape (F,)."""
        return np.array([trait.scale == "option" for trait in self.traits])


def _trait(  # noqa: PLR0913 - one line a trait, in the order of the columns of the table below
    name: str,
    unit: str,
    init: tuple[float, float],
    mutate: tuple[float, float],
    bounds: tuple[float, float],
    *,
    widest: tuple[float, float] | None = None,
    replace: float = 0.0,
    scale: str = "linear",
    magnitude: bool = False,
    roles: tuple[int, ...] = ALL_ROLES,
    read_by: Reader = "network",
    meaning: str = "",
) -> Trait:
    return Trait(
        name=name,
        unit=unit,
        init_mean=init[0],
        init_stdev=init[1],
        mutate_rate=mutate[0],
        mutate_power=mutate[1],
        replace_rate=replace,
        min_value=bounds[0],
        max_value=bounds[1],
        widest=widest,
        scale=scale,
        magnitude=magnitude,
        roles=roles,
        read_by=read_by,
        meaning=meaning,
    )


def _option(
    name: str, options: tuple[str, ...], roles: tuple[int, ...], read_by: Reader, meaning: str
) -> Trait:
    """Return a trait that is the number of an option; all begin with the first."""
    return Trait(
        name=name,
        unit="option",
        max_value=float(len(options) - 1),
        scale="option",
        roles=roles,
        options=options,
        read_by=read_by,
        meaning=meaning,
    )


HIDDEN = (Role.HIDDEN,)

# The columns: name, unit, birth (mean, stdev), mutation (rate, power), bounds (low, high).
# fmt: off
REGIONS = Family("regions", fields=("index",), traits=(
    _trait("log2_ratio", "log2(glia/neuron)", (2.0, 0.5), (0.2, 0.5), (-5.0, 5.0),
           read_by="ratios",
           meaning="logarithm of the glia-to-neuron ratio"),
    _trait("x", "region radii", (0.0, 0.0), (0.05, 0.5), (-1000.0, 1000.0),
           meaning="place of the region"),
    _trait("y", "region radii", (0.0, 0.0), (0.05, 0.5), (-1000.0, 1000.0),
           meaning="place of the region"),
    _trait("energy_reserve", "EU/neuron", (50.0, 0.0), (0.0, 0.2), (1.0, 100.0), scale="log",
           read_by="reserve",
           meaning="size of the energy pool"),
))
NEURONS = Family("neurons", fields=("role", "channel", "origin", "region", "sign"), traits=(
    _trait("bias", "threshold", (0.0, 0.3), (0.15, 0.2), (-8.0, 8.0), roles=CELLS, read_by="driven",
           meaning="steady current"),
    _trait("tau_membrane", "ms", (20.0, 0.0), (0.075, 0.3), (3.0, 100.0),
           scale="log", roles=CELLS, read_by="galif",
           meaning="time constant of the membrane"),
    _trait("adaptation", "threshold", (0.0, 0.1), (0.075, 0.2), (0.0, 2.0),
           magnitude=True, roles=HIDDEN, read_by="galif",
           meaning="current that a spike turns on against further ones"),
    _trait("tau_adaptation", "ms", (150.0, 0.0), (0.045, 0.3), (50.0, 1000.0),
           widest=(50.0, SLOWEST), scale="log", roles=HIDDEN, read_by="galif",
           meaning="time constant of adaptation"),
    _trait("afterdepolarisation", "threshold", (0.0, 0.0), (0.03, 1.0), (0.0, 10.0),
           magnitude=True, roles=HIDDEN, read_by="galif",
           meaning="current that a spike turns on towards further ones"),
    _trait("tau_afterdepolarisation", "ms", (5.0, 0.0), (0.03, 0.2), (2.0, 10.0),
           scale="log", roles=HIDDEN, read_by="galif",
           meaning="time constant of after-depolarisation"),
    _trait("threshold_jump", "threshold", (0.0, 0.0), (0.03, 0.1), (0.0, 1.0),
           magnitude=True, roles=HIDDEN, read_by="galif",
           meaning="rise of the threshold at a spike"),
    _trait("tau_threshold", "ms", (200.0, 0.0), (0.03, 0.3), (50.0, 1000.0),
           scale="log", roles=HIDDEN, read_by="galif",
           meaning="time constant with which the threshold falls back"),
    _trait("size", "1", (1.0, 0.0), (0.0, 0.2), (0.5, 4.0), scale="log", roles=CELLS,
           meaning="factor on upkeep and cost of spikes, divisor of excitatory weights"),
    _trait("receptor_gain", "1", (1.0, 0.0), (0.15, 0.4), (0.02, 50.0),
           scale="log", roles=RECEPTORS,
           meaning="gain of the receptor"),
    _trait("receptor_bias", "1", (0.0, 0.0), (0.0, 0.1), (-1.0, 1.0), roles=RECEPTORS,
           meaning="what the receptor transmits at the centre of the range"),
    _trait("phasic", "1", (0.0, 0.0), (0.15, 0.15), (0.0, 1.0),
           magnitude=True, roles=RECEPTORS,
           meaning="share of the running mean that is subtracted: adaptation of the receptor"),
    _trait("tau_phasic", "ms", (40.0, 20.0), (0.1, 0.3), (10.0, 1000.0),
           widest=(10.0, SLOWEST), scale="log", roles=RECEPTORS,
           meaning="time constant of the running mean"),
    _option("activation", ACTIVATIONS, roles=CELLS, read_by="graded",
            meaning="what a graded neuron makes of its input"),
    _trait("threshold", "threshold", (1.0, 0.0), (0.1, 0.5), (0.0, 12.0), roles=CELLS,
           read_by="risp",
           meaning="factor on the threshold of an event-driven neuron"),
    _trait("slow_gain", "1", (0.0, 0.0), (0.4, 0.3), (-1.0, 1.0), roles=CELLS,
           read_by="slow_neuron_gain",
           meaning="exponent of the gain by its own slow variable"),
    _trait("slow_current", "threshold", (0.0, 0.0), (0.3, 0.3), (-2.0, 2.0), roles=CELLS,
           read_by="slow_neuron_current",
           meaning="current where its own slow variable is e times its set point"),
    _trait("tau_slow", "ms", (4000.0, 0.0), (0.3, 0.5), (50.0, SLOWEST),
           scale="log", roles=CELLS, read_by="slow_neurons",
           meaning="time constant of its own slow variable"),
    _trait("slow_set_point", "f/f_ref", (1.0, 0.0), (0.3, 0.3), (0.2, 3.0), roles=CELLS,
           read_by="slow_neurons",
           meaning="set point of its own slow variable"),
    _trait("slow_reference_rate", "Hz", (50.0, 20.0), (0.3, 0.5), (5.0, 200.0),
           scale="log", roles=CELLS, read_by="slow_neurons",
           meaning="mean rate at which its own slow variable settles at 1"),
    _trait("slow_postsynaptic_share", "1", (0.0, 0.0), (0.2, 0.2), (0.0, 1.0),
           magnitude=True, roles=CELLS, read_by="slow_neurons",
           meaning="share of its own spikes in what its slow variable follows"),
    _trait("output_gain", "1", (1.0, 0.0), (0.3, 0.5), (0.02, 50.0), scale="log",
           roles=(Role.OUTPUT,), read_by="output_gains",
           meaning="factor on the gain of the number of a Box that it moves"),
))
ASTROCYTES = Family("astrocytes", fields=("region", "occurrence"), traits=(
    _trait("tau_calcium", "ms", (4000.0, 0.0), (0.3, 0.5), (50.0, SLOWEST),
           scale="log", read_by="astrocytes",
           meaning="time constant of calcium"),
    _trait("calcium_threshold", "f/f_ref", (1.0, 0.0), (0.3, 0.3), (0.2, 3.0),
           read_by="astrocytes",
           meaning="set point of calcium; by events, where gliotransmitter is released"),
    _trait("gain", "1", (0.0, 0.0), (0.4, 0.3), (-1.0, 1.0), read_by="gain",
           meaning="exponent of the tonic gain; by events, what releases do to synapses"),
    _trait("supply_gain", "1", (0.5, 0.0), (0.1, 0.1), (0.0, 2.0),
           magnitude=True, read_by="supply",
           meaning="how much more is supplied where calcium is high"),
    _trait("plasticity_gain", "1", (0.5, 0.0), (0.1, 0.1), (-1.0, 1.0), read_by="nothing",
           meaning="nothing reads it so far"),
    _trait("slow_current", "threshold", (0.0, 0.0), (0.3, 0.3), (-2.0, 2.0),
           read_by="slow_current",
           meaning="slow current into the territory, where calcium is e times its set point"),
    _trait("reach", "region radii", (1.0, 0.0), (0.1, 0.2), (0.25, 4.0),
           scale="log", read_by="astrocytes",
           meaning="weight in the tiling of territories"),
    _trait("reference_rate", "Hz", (50.0, 20.0), (0.3, 0.5), (5.0, 200.0),
           scale="log", read_by="sensing",
           meaning="mean rate at which calcium settles at 1"),
    _trait("postsynaptic_share", "1", (0.0, 0.0), (0.2, 0.2), (0.0, 1.0),
           magnitude=True, read_by="sensing",
           meaning="share of the territory's own spikes in what is sensed"),
    _trait("tau_supply", "ms", (300.0, 0.0), (0.1, 0.3), (50.0, 5000.0),
           scale="log", read_by="budget",
           meaning="time constant of the calcium by which a budget is shared"),
))
SYNAPSES = Family("synapses", fields=("source", "target", "enabled"), traits=(
    _trait("weight", "threshold", (0.0, 3.0), (0.38, 0.4), (-12.0, 12.0),
           replace=0.02, scale="log", magnitude=True,
           meaning="strength"),
    _trait("delay", "ms", (2.0, 1.0), (0.03, 2.0), (1.0, float(MAX_DELAY)),
           widest=(1.0, LONGEST_DELAY), scale="integer", read_by="delays",
           meaning="time from spike to arrival"),
))
# fmt: on
FAMILIES = (REGIONS, NEURONS, ASTROCYTES, SYNAPSES)
INNOVATION_FIELDS = (
    "origin",
    "region",
    "source",
    "target",
)  # fields that are themselves innovation numbers
FAMILY_BY_NAME = {family.name: family for family in FAMILIES}
Names = Mapping[str, Sequence[str]]
"""Names by family."""
ALL_TRAITS: Names = {
    family.name: tuple(trait.name for trait in family.traits) for family in FAMILIES
}


def _family(name: str) -> Family:
    return FAMILY_BY_NAME[name]
