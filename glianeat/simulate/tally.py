"""The account of a simulation: from what neurons, read-outs and astrocytes did to the ledger.

Sums run in the order of neurons and synapses: a matrix product would leave the last bits to the
linear algebra library of the machine.
"""

from dataclasses import dataclass

import numpy as np

from glianeat.develop.network import Network
from glianeat.energetics.cost import EnergyConfig
from glianeat.energetics.ledger import COUNTS, KINDS, Ledger
from glianeat.genome.schema import NEURONS
from glianeat.simulate.places import upkeep
from glianeat.typing import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Activity:
    """What a network did since the last reset."""

    emitted: FloatArray  # (N,) spikes, or spikes that graded transmission stands for
    delivered: FloatArray  # (N,) spikes weighted by short-term plasticity; 0 if graded
    shown: FloatArray  # (R,) graded transmission by outputs that are not counted
    releases: FloatArray  # (A,) of one of the astrocytes that a territory stands for
    seconds: float

    def __add__(self, other: "Activity") -> "Activity":
        return Activity(
            self.emitted + other.emitted,
            self.delivered + other.delivered,
            self.shown + other.shown,
            self.releases + other.releases,
            self.seconds + other.seconds,
        )


def tally(network: Network, energy: EnergyConfig, activity: Activity, *, n_graded: int) -> Ledger:
    """Return the ledger of what was done, by kind and region.

    The first `n_graded` neurons transmit gradedly: the inputs, or all.
    """
    graded = np.arange(network.n_neurons) < n_graded
    amounts = _amounts(network, energy, activity, graded)
    counts = _counts(network, activity, graded)
    return Ledger(
        np.array([amounts[kind] for kind in KINDS]),
        np.array([counts[name] for name in COUNTS]),
        activity.seconds,
    )


def _amounts(
    network: Network, energy: EnergyConfig, activity: Activity, graded: BoolArray
) -> dict[str, FloatArray]:
    spikes = np.where(graded, 0.0, activity.emitted)
    size = network.cells.traits[:, NEURONS.column("size")]
    weight = np.abs(network.wiring.weight) / energy.reference_weight
    inhibiting = network.inhibits
    delivered = activity.delivered
    amounts = dict.fromkeys(KINDS, np.zeros(network.n_regions))
    amounts |= {
        "spike": _by_region(network, spikes * size),
        "excitatory": _onto_region(network, delivered, np.where(inhibiting, 0.0, weight)),
        "inhibitory": _onto_region(network, delivered, np.where(inhibiting, weight, 0.0)),
        "graded": _onto_region(network, np.where(graded, activity.emitted, 0.0), weight)
        + activity.shown,
        "release": _releases(network, activity),
    }
    for kind, per_second in upkeep(network, energy).items():
        amounts[kind] = per_second * activity.seconds
    return amounts


def _counts(network: Network, activity: Activity, graded: BoolArray) -> dict[str, FloatArray]:
    spikes = np.where(graded, 0.0, activity.emitted)
    inhibiting = network.inhibits
    return {
        "spikes": _by_region(network, spikes),
        "excitatory_events": _onto_region(network, spikes, (~inhibiting).astype(np.float64)),
        "inhibitory_events": _onto_region(network, spikes, inhibiting.astype(np.float64)),
        "releases": _releases(network, activity),
    }


def _by_region(network: Network, values: FloatArray) -> FloatArray:
    """Sum one value a neuron by its region, shape (R,)."""
    return np.bincount(network.cells.region, values, network.n_regions).astype(np.float64)


def _onto_region(network: Network, sent: FloatArray, weight: FloatArray) -> FloatArray:
    """Sum what each neuron sent, times the weight of each of its synapses, by target region."""
    onto = network.cells.region[network.wiring.target]
    per_synapse = sent[network.source] * weight
    return np.bincount(onto, per_synapse, network.n_regions).astype(np.float64)


def _releases(network: Network, activity: Activity) -> FloatArray:
    glia = network.glia
    number = activity.releases * glia.count
    return np.bincount(glia.region, number, network.n_regions).astype(np.float64)
