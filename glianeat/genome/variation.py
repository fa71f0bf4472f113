"""Settings of variation, and the random draws that every operator shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar

import numpy as np

from glianeat.config import Settings, shown, suggestion, within
from glianeat.errors import ConfigError
from glianeat.genome.schema import FAMILY_BY_NAME, NEURONS, Family, Role, Trait
from glianeat.typing import BoolArray, FloatArray, IntArray

T = TypeVar("T")
Probability = Annotated[float, within(at_least=0, at_most=1)]
TraitChanges = dict[str, dict[str, dict[str, float]]]
MAX_LOG_POWER = 5.0  # stdev of a log-scale mutation: factors up to e^5 are common


class GenomeConfig(Settings):
    """How founders are made and how genomes vary."""

    association_regions: Annotated[int, within(at_least=1, at_most=100)] = 1
    """Number of regions between the sensory and the motor region."""
    connection: Probability = 0.5
    """Probability that a founder joins an input to an output by a synapse."""
    connect_fully_below: Annotated[int, within(at_least=0)] = 12
    """Founders join every input to every output if there are at most so many pairs."""
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
    flip_sign: Probability = 0.02
    """Probability that a hidden neuron turns from excitatory to inhibitory or back."""
    add_astrocyte: Probability = 0.05
    """Probability that a child gains an astrocyte gene in one of its regions."""
    delete_astrocyte: Probability = 0.02
    """Probability that a child loses an astrocyte gene, never the last one of a region."""
    mutation_spread: Annotated[float, within(at_least=0, at_most=20, unit="octaves")] = 3.0
    """A child's rates of trait mutation are 2^-U of those in the schema, U uniform between 0 and
    this; at 0 all children mutate alike."""
    max_neurons: Annotated[int, within(at_least=2, at_most=1_000_000)] = 2000
    """Structural cap on neuron genes."""
    max_synapses: Annotated[int, within(at_least=1, at_most=100_000_000)] = 50_000
    """Structural cap on synapse genes."""
    max_astrocytes: Annotated[int, within(at_least=1, at_most=1_000_000)] = 2000
    """Structural cap on astrocyte genes."""
    traits: TraitChanges = {}  # noqa: RUF012 - msgspec copies it
    """Changes to the schema: family, trait, then init_mean, init_stdev, mutate_rate, …"""

    def __post_init__(self) -> None:
        super().__post_init__()
        for family_name, traits in self.traits.items():
            family = _named("family", family_name, FAMILY_BY_NAME)
            known = {trait.name: trait for trait in family.traits}
            for trait_name, changes in traits.items():
                trait = _named(f"trait of {family_name}", trait_name, known)
                for field, value in changes.items():
                    _check_change(f"traits.{family_name}.{trait_name}.{field}", trait, field, value)


def _check_change(path: str, trait: Trait, field: str, value: float) -> None:
    low, high, unit = _named(f"field of {trait.name}", field, _allowed_changes(trait))
    if not low <= value <= high:
        rule = f">= {low:g} and <= {high:g} {unit}".rstrip()
        raise ConfigError(f"{path}: must be {rule}, got {value}")


def _named(kind: str, name: str, known: Mapping[str, T]) -> T:
    if name not in known:
        raise ConfigError(f"traits: unknown {kind} {shown(name)}{suggestion(name, known)}")
    return known[name]


def _allowed_changes(trait: Trait) -> dict[str, tuple[float, float, str]]:
    """Return lowest and highest value and the unit of each field that settings may change."""
    span = trait.max_value - trait.min_value
    power = (MAX_LOG_POWER, "") if trait.scale == "log" else (span, trait.unit)
    return {
        "init_mean": (trait.min_value, trait.max_value, trait.unit),
        "init_stdev": (0.0, span, trait.unit),
        "mutate_rate": (0.0, 1.0, ""),
        "mutate_power": (0.0, *power),
        "replace_rate": (0.0, 1.0, ""),
    }


@dataclass(frozen=True, eq=False)
class TraitLaw:
    """How the traits of one family are drawn and perturbed; arrays over its columns, shape (F,)."""

    family: Family
    init_mean: FloatArray
    init_stdev: FloatArray
    mutate_rate: FloatArray
    replace_rate: FloatArray
    log_power: FloatArray  # stdev of the logarithm of the factor, zero for other scales
    linear_power: FloatArray  # stdev of the summand, zero for other scales
    max_step: FloatArray  # largest whole step, zero for other scales
    is_magnitude: BoolArray
    varies: BoolArray  # (roles, F): which roles of neurons express the trait

    def applies(self, keys: IntArray) -> BoolArray:
        """Return which traits of which genes vary, shape (G, F)."""
        if self.family is not NEURONS:
            return np.ones((len(keys), len(self.family.traits)), dtype=np.bool_)
        return self.varies[keys[:, self.family.key_column("role")]]

    def draw(self, keys: IntArray, rng: np.random.Generator) -> FloatArray:
        """Return fresh traits for genes with these keys, shape (G, F)."""
        noise = rng.standard_normal((len(keys), len(self.init_mean)))
        return self.repair(self.init_mean + self.init_stdev * noise * self.applies(keys))

    def perturb(
        self, keys: IntArray, traits: FloatArray, rng: np.random.Generator, scale: float = 1.0
    ) -> tuple[FloatArray, int]:
        """Return mutated traits, shape (G, F), and how many were touched, at rates times `scale`.

        One uniform and one normal number are drawn for every trait, whatever becomes of it.
        """
        chance = rng.random(traits.shape) / scale
        noise = rng.standard_normal(traits.shape)
        touched = (chance < self.mutate_rate + self.replace_rate) & self.applies(keys)
        count = int(np.count_nonzero(touched))
        if not count:
            return traits, 0
        changed = traits * np.exp(self.log_power * noise) + self.linear_power * noise
        changed += np.sign(noise) * self._steps(chance)
        drawn = self.init_mean + self.init_stdev * noise
        mutated = np.where(chance < self.mutate_rate, changed, drawn)
        return self.repair(np.where(touched, mutated, traits)), count

    def _steps(self, chance: FloatArray) -> FloatArray:
        """Return whole steps; a chance below `mutate_rate` is uniform there, so steps are, too."""
        share = np.minimum(chance / np.maximum(self.mutate_rate, 1e-300), 1.0)
        return np.ceil(self.max_step * share)

    def repair(self, traits: FloatArray) -> FloatArray:
        """Return traits folded, rounded and clipped into their bounds."""
        traits = np.where(self.is_magnitude, np.abs(traits), traits)
        traits = np.where(self.family.is_integer, np.rint(traits), traits)
        return np.minimum(np.maximum(traits, self.family.low), self.family.high)


class Variation:
    """The law of every family under one configuration."""

    def __init__(self, config: GenomeConfig) -> None:
        self.config = config
        self._laws = {
            name: _law(family, config.traits.get(name, {}))
            for name, family in FAMILY_BY_NAME.items()
        }

    def law(self, family: Family) -> TraitLaw:
        """Return how the traits of `family` vary."""
        return self._laws[family.name]

    def new_traits(
        self, family: Family, keys: tuple[int, ...], rng: np.random.Generator
    ) -> FloatArray:
        """Return the traits of one new gene, shape (F,)."""
        traits: FloatArray = self.law(family).draw(np.array([keys]), rng)[0]
        return traits


def _law(family: Family, changes: dict[str, dict[str, float]]) -> TraitLaw:
    traits = [trait.replace(**changes.get(trait.name, {})) for trait in family.traits]
    power = np.array([trait.mutate_power for trait in traits])
    scale = np.array([trait.scale for trait in traits])
    return TraitLaw(
        family,
        init_mean=np.array([trait.init_mean for trait in traits]),
        init_stdev=np.array([trait.init_stdev for trait in traits]),
        mutate_rate=np.array([trait.mutate_rate for trait in traits]),
        replace_rate=np.array([trait.replace_rate for trait in traits]),
        log_power=np.where(scale == "log", power, 0.0),
        linear_power=np.where(scale == "linear", power, 0.0),
        max_step=np.where(scale == "integer", np.maximum(np.floor(power), 1.0), 0.0),
        is_magnitude=np.array([trait.magnitude for trait in traits]),
        varies=np.array([[role in trait.roles for trait in traits] for role in Role]),
    )
