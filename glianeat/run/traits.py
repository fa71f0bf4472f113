"""Which traits a configuration reads: the others neither mutate nor count in distances."""

from glianeat.develop.settings import DevelopmentConfig
from glianeat.genome.schema import ALL_TRAITS, FAMILIES, Names, Reader
from glianeat.simulate.settings import SimulationConfig


def read_traits(simulation: SimulationConfig, development: DevelopmentConfig) -> Names:
    """Return the names of the traits that have an effect, by family.

    Encodings other than `direct` may read any trait.

    Parameters
    ----------
    simulation : SimulationConfig
        Neuron model, and channels of astrocytes.
    development : DevelopmentConfig
        Encoding, and where the number of astrocytes comes from.
    """
    if development.encoding != "direct":
        return ALL_TRAITS
    readers = _readers(simulation, development)
    return {
        family.name: tuple(trait.name for trait in family.traits if readers[trait.read_by])
        for family in FAMILIES
    }


def _readers(simulation: SimulationConfig, development: DevelopmentConfig) -> dict[Reader, bool]:
    """Return which parts of networks there may be."""
    model, glia = simulation.neuron.model, simulation.astrocyte
    has_glia = development.glia != "fixed" or development.preset != "none"
    return {
        "network": True,
        "galif": model == "galif",
        "driven": model != "risp",
        "graded": model == "graded",
        "risp": model == "risp",
        "delays": model != "graded" or not simulation.feed_forward,
        "ratios": development.glia not in {"free", "fixed"},
        "astrocytes": has_glia,
        "supply": has_glia and glia.metabolic,
        "gain": has_glia and glia.gain,
        "slow_current": has_glia and glia.slow_current,
        "sensing": has_glia and glia.sensing == "weighted",
        "nothing": False,
    }
