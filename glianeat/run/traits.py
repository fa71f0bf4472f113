"""Which traits a configuration reads: the others neither mutate nor count in distances."""

from glianeat.develop.settings import DevelopmentConfig
from glianeat.genome.schema import FAMILIES, Names, Reader
from glianeat.simulate.settings import SimulationConfig


def read_traits(
    simulation: SimulationConfig, development: DevelopmentConfig, *, own_gains: bool = False
) -> Names:
    """Return the names of the traits that have an effect, by family.

    Encodings other than `direct` may read any trait, gains of outputs where the codec does.

    Parameters
    ----------
    simulation : SimulationConfig
        Neuron model, and channels of astrocytes.
    development : DevelopmentConfig
        Encoding, and where the number of astrocytes comes from.
    own_gains : bool
        Whether pairs of outputs have gains of their own.
    """
    readers = _readers(simulation, development) | {"output_gains": own_gains}
    if development.encoding != "direct":
        readers = dict.fromkeys(readers, True) | {"output_gains": own_gains}
    return {
        family.name: tuple(trait.name for trait in family.traits if readers[trait.read_by])
        for family in FAMILIES
    }


def _readers(simulation: SimulationConfig, development: DevelopmentConfig) -> dict[Reader, bool]:
    """Return which parts of networks there may be."""
    neuron, glia, energy = simulation.neuron, simulation.astrocyte, simulation.energy
    has_glia = development.glia != "fixed" or development.preset != "none"
    has_glia = has_glia and not development.neurons_for_glia
    follows, is_scarce = has_glia and glia.metabolic, energy.budget is not None
    return {
        "network": True,
        "galif": neuron.model == "galif",
        "driven": neuron.model != "risp",
        "graded": neuron.model == "graded",
        "risp": neuron.model == "risp",
        "delays": neuron.model != "graded" or not simulation.feed_forward,
        "ratios": has_glia and development.glia not in {"free", "fixed"},
        "astrocytes": has_glia,
        "supply": follows and (not is_scarce or energy.sharing == "glia"),
        "budget": follows and is_scarce and energy.sharing == "glia",
        "reserve": not glia.glycogen,
        "gain": has_glia and glia.gain,
        "slow_current": has_glia and glia.slow_current,
        "sensing": has_glia and glia.sensing == "weighted",
        "slow_neurons": neuron.slow_gain or neuron.slow_current,
        "slow_neuron_gain": neuron.slow_gain,
        "slow_neuron_current": neuron.slow_current and neuron.model != "risp",
        "output_gains": False,
        "nothing": False,
    }
