"""Settings of variation, and the random draws that every operator shares."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, TypeVar

import numpy as np

from glianeat.config import Settings, suggestion, within
from glianeat.errors import ConfigError
from glianeat.genome.schema import FAMILY_BY_NAME, NEURONS, Family
from glianeat.typing import BoolArray, FloatArray, IntArray

T = TypeVar("T")
Probability = Annotated[float, within(at_least=0, at_most=1)]
TraitChanges = dict[str, dict[str, dict[str, float]]]
_CHANGEABLE = ("init_mean", "init_stdev", "mutate_rate", "mutate_power", "replace_rate")


class GenomeConfig(Settings):
    """How founders are made and how genomes vary."""

    association_regions: Annotated[int, within(at_least=1, at_most=100)] = 1
    """Number of regions between the sensory and the motor region."""
    connection: Probability = 0.5
    """Probability that a founder joins an input to an output by a synapse."""
    connect_fully_below: Annotated[int, within(at_least=0)] = 12
    """Founders join every input to every output if there are at most so many pairs."""
    hidden_excitatory: Probability = 0.8
    """Probability that a new hidden neuron is excitatory."""
    split_weight: Annotated[float, within(above=0, at_most=12, unit="threshold")] = 4.0
    """Weight of the synapse into a neuron born by a split."""
    add_synapse: Probability = 0.15
    """Probability that a child gains a synapse."""
    split_synapse: Probability = 0.08
    """Probability that a child gains a neuron on one of its synapses, which stays."""
    delete_synapse: Probability = 0.05
    """Probability that a child loses a synapse."""
    delete_neuron: Probability = 0.02
    """Probability that a child loses a hidden neuron with all its synapses."""
    toggle_synapse: Probability = 0.02
    """Probability that a synapse of a child is enabled or disabled."""
    flip_sign: Probability = 0.02
    """Probability that a hidden neuron turns from excitatory to inhibitory or back."""
    add_astrocyte: Probability = 0.05
    """Probability that a region of a child gains an astrocyte gene."""
    delete_astrocyte: Probability = 0.02
    """Probability that a region of a child loses an astrocyte gene, never its last one."""
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
                    _named(f"field of {trait_name}", field, dict.fromkeys(_CHANGEABLE, trait))
                    _check_change(f"traits.{family_name}.{trait_name}.{field}", field, value)


def _named(kind: str, name: str, known: dict[str, T]) -> T:
    if name not in known:
        raise ConfigError(f"traits: unknown {kind} {name!r}{suggestion(name, known)}")
    return known[name]


def _check_change(path: str, field: str, value: float) -> None:
    high = 1.0 if field.endswith("_rate") else np.inf
    low = -np.inf if field == "init_mean" else 0.0
    if not low <= value <= high or not np.isfinite(value):
        raise ConfigError(f"{path}: must be in [{low:g}, {high:g}], got {value}")


@dataclass(frozen=True, eq=False)
class TraitLaw:
    """How the traits of one family are drawn and perturbed; arrays over its columns, shape (F,)."""

    family: Family
    init_mean: FloatArray
    init_stdev: FloatArray
    mutate_rate: FloatArray
    mutate_power: FloatArray
    replace_rate: FloatArray
    is_log: BoolArray
    is_integer: BoolArray
    is_magnitude: BoolArray
    varies: BoolArray  # (roles, F): which roles of neurons express the trait

    def applies(self, keys: IntArray) -> BoolArray:
        """Return which traits of which genes vary, shape (G, F)."""
        if self.family is not NEURONS:
            return np.ones((len(keys), len(self.family.traits)), dtype=np.bool_)
        applies: BoolArray = self.varies[keys[:, self.family.key_column("role")]]
        return applies

    def draw(self, keys: IntArray, rng: np.random.Generator) -> FloatArray:
        """Return fresh traits for genes with these keys, shape (G, F)."""
        noise = rng.standard_normal((len(keys), len(self.init_mean)))
        traits = self.init_mean + self.init_stdev * noise * self.applies(keys)
        return self.repair(traits)

    def perturb(
        self, keys: IntArray, traits: FloatArray, rng: np.random.Generator
    ) -> tuple[FloatArray, int]:
        """Return mutated traits, shape (G, F), and how many were touched."""
        chance = rng.random(traits.shape)
        noise = rng.standard_normal(traits.shape)
        applies = self.applies(keys)
        change = (chance < self.mutate_rate) & applies
        stretched = traits * np.exp(self.mutate_power * noise)
        shifted = traits + np.where(
            self.is_integer,
            np.sign(noise) * _steps(noise, self.mutate_power),
            self.mutate_power * noise,
        )
        mutated = np.where(change, np.where(self.is_log, stretched, shifted), traits)
        anew = (rng.random(traits.shape) < self.replace_rate) & change
        if anew.any():
            mutated = np.where(anew, self.draw(keys, rng), mutated)
        return self.repair(mutated), int(change.sum())

    def repair(self, traits: FloatArray) -> FloatArray:
        """Return traits folded, rounded and clipped into their bounds."""
        traits = np.where(self.is_magnitude, np.abs(traits), traits)
        traits = np.where(self.is_integer, np.round(traits), traits)
        return np.clip(traits, self.family.low, self.family.high)


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
        return self.law(family).draw(np.array([keys]), rng)[0]


def _law(family: Family, changes: dict[str, dict[str, float]]) -> TraitLaw:
    traits = [trait.replace(**changes.get(trait.name, {})) for trait in family.traits]
    return TraitLaw(
        family,
        np.array([trait.init_mean for trait in traits]),
        np.array([trait.init_stdev for trait in traits]),
        np.array([trait.mutate_rate for trait in traits]),
        np.array([trait.mutate_power for trait in traits]),
        np.array([trait.replace_rate for trait in traits]),
        np.array([trait.scale == "log" for trait in traits]),
        np.array([trait.scale == "integer" for trait in traits]),
        np.array([trait.magnitude for trait in traits]),
        _expression(family),
    )


def _steps(noise: FloatArray, power: FloatArray) -> FloatArray:
    """Return whole steps of 1 … power, all about as likely under normal `noise`."""
    return np.minimum(1.0 + np.floor(np.abs(noise) / 0.6745), np.maximum(power, 1.0))


@cache
def _expression(family: Family) -> BoolArray:
    return np.array([[role in trait.roles for trait in family.traits] for role in range(3)])
