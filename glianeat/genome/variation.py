"""Settings of variation, and the random draws that every operator shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Literal, TypeVar

import msgspec
import numpy as np

from glianeat.config import Settings, shown, suggestion, within
from glianeat.errors import ConfigError
from glianeat.genome.operators import layout as at
from glianeat.genome.schema import (
    ACTIVATIONS,
    ALL_ROLES,
    ALL_TRAITS,
    FAMILIES,
    FAMILY_BY_NAME,
    NEURONS,
    REGIONS,
    SYNAPSES,
    Family,
    Names,
    Option,
    Trait,
)
from glianeat.streams import standard_normal
from glianeat.typing import BoolArray, FloatArray, IntArray

T = TypeVar("T")
Probability = Annotated[float, within(at_least=0, at_most=1)]
TraitChanges = dict[str, dict[str, dict[str, float]]]
_BOUNDS = ("min_value", "max_value")
MAX_LOG_POWER = 5.0  # stdev of a log-scale mutation: factors up to e^5 are common


class GenomeConfig(Settings):
    """How founders are made and how genomes vary."""

    association_regions: Annotated[int, within(at_least=1, at_most=100)] = 1
    """Number of regions between the sensory and the motor region."""
    output_regions: Annotated[int, within(at_least=1, at_most=101)] = 1
    """Number of regions that the outputs of a founder are shared out among, in their order: the
    motor region, then association regions, of which there must be enough."""
    connection: Probability = 0.5
    """Probability that a founder joins an input to an output by a synapse."""
    connect_fully_below: Annotated[int, within(at_least=0)] = 12
    """Founders join every input to every output if there are at most so many pairs."""
    founder_neurons: Annotated[int, within(at_least=0, at_most=10_000)] = 0
    """Hidden neurons that a founder has, as if each had been born by a split."""
    hidden_excitatory: Probability = 0.5
    """Probability that a new hidden neuron is excitatory."""
    split_weight: Annotated[float, within(above=0, at_most=12, unit="threshold")] = 4.0
    """Weight of the synapse into a neuron born by a split."""
    add_synapse: Probability = 0.3
    """Probability that a child gains a synapse."""
    split_synapse: Probability = 0.15
    """Probability that a child gains a neuron on one of its synapses, which stays."""
    delete_synapse: Probability = 0.05
    """Probability that a child loses a synapse."""
    delete_neuron: Probability = 0.02
    """Probability that a child loses a hidden neuron with all its synapses."""
    toggle_synapse: Probability = 0.02
    """Probability that a child has one of its synapses enabled or disabled."""
    rewire_synapse: Probability = 0.05
    """Probability that one of a child's synapses comes to end at another neuron."""
    inherit_disabled: Probability = 0.5
    """Probability that a synapse which is disabled in one parent alone is disabled in the child."""
    split_disables: bool = False
    """Whether the synapse on which a neuron is born is disabled, as in NEAT, or stays."""
    feed_forward: bool = False
    """Whether synapses may not close cycles."""
    dale: bool = True
    """Whether all synapses of a neuron share its sign (Dale's law); else each weight has a sign of
    its own, as in NEAT, and varies by addition."""
    flip_sign: Probability = 0.02
    """Probability that a hidden neuron turns from excitatory to inhibitory or back."""
    add_astrocyte: Probability = 0.05
    """Probability that a child gains an astrocyte gene in one of its regions."""
    delete_astrocyte: Probability = 0.02
    """Probability that a child loses an astrocyte gene, never the last one of a region."""
    add_region: Probability = 0.005
    """Probability that a child gains an association region."""
    split_region: Probability = 0.01
    """Probability that one of a child's regions is parted in two."""
    remove_region: Probability = 0.01
    """Probability that a child loses an association region, whose neurons join the nearest one."""
    mutate_traits: Probability = 1.0
    """Probability that a child's traits are perturbed, each at its own rate."""
    mutation_spread: Annotated[float, within(at_least=0, at_most=20, unit="octaves")] = 0.0
    """A child's rates of trait mutation are 2^-U of those in the schema, U uniform between 0 and
    this; at 0 all children mutate alike."""
    power_spread: Annotated[float, within(at_least=0, at_most=20, unit="octaves")] = 0.0
    """A child's mutation powers are 2^-V of those in the schema, V uniform between 0 and this, so
    that some children are tried near their parents; whole steps, as of delays, stay whole."""
    activations: tuple[Option, ...] = ()
    """Activations that outputs and hidden neurons may have, each of its own, where neurons are
    graded; `shared` is `neuron.activation`. They mutate at `traits.neurons.activation.mutate_rate`,
    any of these being as likely. By default all neurons share one for good."""
    birth_activation: Literal["shared", "any"] = "shared"
    """Whether new neurons share one activation, or have any of `activations`."""
    max_neurons: Annotated[int, within(at_least=2, at_most=1_000_000)] = 2000
    """Structural cap on neuron genes."""
    max_synapses: Annotated[int, within(at_least=1, at_most=100_000_000)] = 50_000
    """Structural cap on synapse genes."""
    max_astrocytes: Annotated[int, within(at_least=1, at_most=1_000_000)] = 2000
    """Structural cap on astrocyte genes."""
    max_regions: Annotated[int, within(at_least=3, at_most=102)] = 8
    """Structural cap on regions, the sensory and the motor region among them."""
    traits: TraitChanges = msgspec.field(default_factory=dict)
    """Changes to the schema: family, trait, then init_mean, init_stdev, mutate_rate, mutate_power,
    replace_rate, min_value or max_value; some time constants may be allowed to reach 30 s."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.output_regions > 1 + self.association_regions:
            raise ConfigError(
                f"output_regions: must be <= {1 + self.association_regions}, the motor region and "
                f"the association regions, got {self.output_regions}"
            )
        if len(set(self.activations)) < len(self.activations):
            given = ", ".join(self.activations)
            raise ConfigError(f"activations: must be different ones, got {given}")
        if self.birth_activation == "any" and not self.activations:
            raise ConfigError("birth_activation: 'any' needs activations to choose from, got none")
        for family_name, traits in self.traits.items():
            family = _named("family", family_name, FAMILY_BY_NAME)
            known = {trait.name: trait for trait in family.traits}
            for trait_name, changes in traits.items():
                trait = _named(f"trait of {family_name}", trait_name, known)
                path = f"traits.{family_name}.{trait_name}"
                _check_changes(path, trait, changes)


def _check_changes(path: str, trait: Trait, changes: Mapping[str, float]) -> None:
    """Raise `ConfigError` if a trait may not vary as it is to; its bounds come first."""
    bounds = {field: changes[field] for field in _BOUNDS if field in changes}
    for field, value in bounds.items():
        _check_change(f"{path}.{field}", trait, field, value)
    bounded = trait.replace(**bounds)
    if bounded.min_value > bounded.max_value:
        raise ConfigError(
            f"{path}: min_value must be <= max_value, got {bounded.min_value:g} and "
            f"{bounded.max_value:g} {trait.unit}"
        )
    for field, value in changes.items():
        if field not in bounds:
            _check_change(f"{path}.{field}", bounded, field, value)
    _check_rates(path, trait.replace(**changes))


def _check_change(path: str, trait: Trait, field: str, value: float) -> None:
    low, high, unit = _named(f"field of {trait.name}", field, _allowed_changes(trait))
    if not low <= value <= high:
        rule = f">= {low:g} and <= {high:g} {unit}".rstrip()
        raise ConfigError(f"{path}: must be {rule}, got {value}")


def _check_rates(path: str, trait: Trait) -> None:
    """Raise `ConfigError` if a trait is to be perturbed and drawn anew more often than always."""
    total = trait.mutate_rate + trait.replace_rate
    if total > 1.0 + 1e-9:
        raise ConfigError(
            f"{path}: mutate_rate and replace_rate must add up to <= 1, got "
            f"{trait.mutate_rate:g} + {trait.replace_rate:g}"
        )


def _named(kind: str, name: str, known: Mapping[str, T]) -> T:
    if name not in known:
        raise ConfigError(f"traits: unknown {kind} {shown(name)}{suggestion(name, known)}")
    return known[name]


def _allowed_changes(trait: Trait) -> dict[str, tuple[float, float, str]]:
    """Return lowest and highest value and the unit of each field that settings may change."""
    span = trait.max_value - trait.min_value
    if trait.scale == "option":  # of which only rates may be set: `activations` says the rest
        span = 0.0
        nothing = (0.0, 0.0, "")
        return dict.fromkeys(("init_mean", "init_stdev", "mutate_power"), nothing) | dict.fromkeys(
            ("mutate_rate", "replace_rate"), (0.0, 1.0, "")
        )
    power = (MAX_LOG_POWER, "") if trait.scale == "log" else (span, trait.unit)
    bounds = dict.fromkeys(_BOUNDS, (*trait.limits, trait.unit))
    return bounds | {
        "init_mean": (trait.min_value, trait.max_value, trait.unit),
        "init_stdev": (0.0, span, trait.unit),
        "mutate_rate": (0.0, 1.0, ""),
        "mutate_power": (0.0, *power),
        "replace_rate": (0.0, 1.0, ""),
    }


@dataclass(frozen=True, eq=False)
class TraitDistribution:
    """How the traits of one family are born and perturbed; arrays over its columns, shape (F,)."""

    family: Family
    init_mean: FloatArray
    init_stdev: FloatArray
    mutate_rate: FloatArray
    replace_rate: FloatArray
    log_power: FloatArray  # stdev of the logarithm of the factor, zero for other scales
    linear_power: FloatArray  # stdev of the summand, zero for other scales
    max_step: FloatArray  # largest whole step, -1 for options, zero for other scales
    low: FloatArray  # bounds
    high: FloatArray
    is_magnitude: BoolArray
    varies: BoolArray  # (roles, F): which roles of neurons express the trait
    born: IntArray  # options that genes are born with, any as likely; the first if there are none

    def applies(self, fields: IntArray) -> BoolArray:
        """Return which traits of which genes vary, shape (G, F)."""
        if self.family is not NEURONS:
            return np.ones((len(fields), len(self.family.traits)), dtype=np.bool_)
        return self.varies[fields[:, self.family.field_column("role")]]

    def draw(self, fields: IntArray, rng: np.random.Generator) -> FloatArray:
        """Return fresh traits for genes with these fields, shape (G, F)."""
        # nothing is drawn for traits that all begin alike: to add one leaves founders as they were
        noise, spread = np.zeros((len(fields), len(self.init_mean))), self.init_stdev > 0.0
        noise[:, spread] = standard_normal(rng, (len(fields), int(spread.sum())))
        applies = self.applies(fields)
        traits = self.repair(self.init_mean + self.init_stdev * noise * applies)
        if len(self.born):
            drawn = self.born[rng.integers(len(self.born), size=traits.shape)]
            traits = np.where(self.family.is_option & applies, drawn, traits)
        return traits

    def repair(self, traits: FloatArray) -> FloatArray:
        """Return traits folded, rounded and clipped into their bounds."""
        traits = np.where(self.is_magnitude, np.abs(traits), traits)
        traits = np.where(self.family.is_integer, np.rint(traits), traits)
        return np.minimum(np.maximum(traits, self.low), self.high)


class Variation:
    """How the traits of every family vary under one configuration.

    Parameters
    ----------
    config : GenomeConfig
        How founders are made and how genomes vary.
    varying : mapping of str to sequence of str
        Names of the traits of each family that vary; the others keep their initial means.
    """

    def __init__(self, config: GenomeConfig, varying: Names = ALL_TRAITS) -> None:
        self.config, self._varying = config, varying
        self._distributions = {
            family.name: _fixed(
                _distribution(family, config, config.traits.get(family.name, {})),
                varying[family.name],
            )
            for family in FAMILIES
        }

    def distribution(self, family: Family) -> TraitDistribution:
        """Return how the traits of `family` vary."""
        return self._distributions[family.name]

    def only(self, operator: str) -> "Variation":
        """Return a variation of which only one operator is left; see `apply_operator`."""
        if operator not in at.OPERATORS:
            raise ConfigError(f"operator: unknown {operator!r}{suggestion(operator, at.OPERATORS)}")
        alone, rates = Variation(self.config, self._varying), self.options[at.RATES :].copy()
        by_gene = operator in {"flip_sign", "traits"}
        place = at.OPERATORS.index(operator)
        alone.options[at.RATES :] = 0.0
        alone.options[at.RATES + place] = rates[place] if by_gene else 1.0
        return alone

    @cached_property
    def packed_distributions(self) -> FloatArray:
        """Distributions for the kernels, shape (4, N_ROWS, F), F the most traits of a family."""
        most = max(len(family.traits) for family in FAMILIES)
        packed = np.zeros((len(FAMILIES), at.N_ROWS, most))
        for i, family in enumerate(FAMILIES):
            distribution = self._distributions[family.name]
            rows = packed[i, :, : len(family.traits)]
            rows[at.INIT_MEAN], rows[at.INIT_STDEV] = (
                distribution.init_mean,
                distribution.init_stdev,
            )
            rows[at.MUTATE_RATE], rows[at.REPLACE_RATE] = (
                distribution.mutate_rate,
                distribution.replace_rate,
            )
            rows[at.LOG_POWER], rows[at.LINEAR_POWER] = (
                distribution.log_power,
                distribution.linear_power,
            )
            rows[at.MAX_STEP], rows[at.MAGNITUDE] = distribution.max_step, distribution.is_magnitude
            rows[at.INTEGER] = family.is_integer
            rows[at.LOW], rows[at.HIGH] = distribution.low, distribution.high
            rows[at.VARIES :] = distribution.varies if family is NEURONS else 1.0
        return packed

    @cached_property
    def options(self) -> FloatArray:
        """Rates and switches for the kernels, shape (N_OPTIONS,)."""
        config, options = self.config, np.zeros(at.N_OPTIONS)
        for place, name in ((at.WEIGHT, "weight"), (at.DELAY, "delay")):
            options[place] = SYNAPSES.column(name)
        options[at.X], options[at.Y] = REGIONS.column("x"), REGIONS.column("y")
        options[at.SPLIT_WEIGHT] = config.split_weight
        options[at.SPLIT_DISABLES] = config.split_disables
        options[at.HIDDEN_EXCITATORY] = config.hidden_excitatory if config.dale else 1.0
        options[at.FEED_FORWARD] = config.feed_forward
        options[at.MUTATION_SPREAD] = config.mutation_spread
        options[at.POWER_SPREAD] = config.power_spread
        options[at.INHERIT_DISABLED] = config.inherit_disabled
        options[at.ACTIVATION] = NEURONS.column("activation")
        numbers = _numbers(config)
        options[at.N_ACTIVATIONS] = len(numbers)
        options[at.ANY_AT_BIRTH] = config.birth_activation == "any"
        options[at.ACTIVATIONS : at.ACTIVATIONS + len(numbers)] = numbers
        structural = [getattr(config, name) for name in at.OPERATORS[: at.FLIP_SIGN]]
        flips = config.flip_sign if config.dale else 0.0
        options[at.RATES :] = [*structural, flips, config.mutate_traits]
        return options


def _numbers(config: GenomeConfig) -> IntArray:
    """Return the numbers of the activations that neurons may have."""
    return np.array([ACTIVATIONS.index(name) for name in config.activations], dtype=np.int64)


def _distribution(
    family: Family, config: GenomeConfig, changes: dict[str, dict[str, float]]
) -> TraitDistribution:
    traits = [
        (trait if config.dale else _signed(trait)).replace(**changes.get(trait.name, {}))
        for trait in family.traits
    ]
    power = np.array([trait.mutate_power for trait in traits])
    scale = np.array([trait.scale for trait in traits])
    free = (scale != "option") | (len(config.activations) > 0)  # others have nothing to choose from
    any_born = family is NEURONS and config.birth_activation == "any"
    steps = np.where(scale == "integer", np.maximum(np.floor(power), 1.0), 0.0)
    return TraitDistribution(
        family,
        init_mean=np.array([trait.init_mean for trait in traits]),
        init_stdev=np.array([trait.init_stdev for trait in traits]),
        mutate_rate=np.array([trait.mutate_rate for trait in traits]) * free,
        replace_rate=np.array([trait.replace_rate for trait in traits]) * free,
        log_power=np.where(scale == "log", power, 0.0),
        linear_power=np.where(scale == "linear", power, 0.0),
        max_step=np.where(scale == "option", -1.0, steps),
        low=np.array([trait.min_value for trait in traits]),
        high=np.array([trait.max_value for trait in traits]),
        is_magnitude=np.array([trait.magnitude for trait in traits]) | _loses_sign(family, traits),
        varies=np.array([[role in trait.roles for trait in traits] for role in ALL_ROLES]),
        born=_numbers(config) if any_born else _numbers(GenomeConfig()),
    )


def _loses_sign(family: Family, traits: Sequence[Trait]) -> BoolArray:
    """Return of which traits settings leave no negative values; these are folded, shape (F,)."""
    unsigned: BoolArray = np.array([trait.min_value == 0.0 for trait in traits])
    return unsigned & (family.low < 0.0)


def _fixed(distribution: TraitDistribution, varying: Sequence[str]) -> TraitDistribution:
    """Return a distribution by which only some traits vary."""
    traits = distribution.family.traits
    if all(trait.name in varying for trait in traits):
        return distribution
    varies = np.array([trait.name in varying for trait in traits])
    return replace(
        distribution,
        init_stdev=distribution.init_stdev * varies,
        mutate_rate=distribution.mutate_rate * varies,
        replace_rate=distribution.replace_rate * varies,
        varies=distribution.varies & varies,
    )


def _signed(trait: Trait) -> Trait:
    """Return the weight as it varies where each has a sign of its own; other traits as they are."""
    if trait.name != "weight":
        return trait
    return trait.replace(scale="linear", magnitude=False, init_stdev=1.0, mutate_power=0.5)
