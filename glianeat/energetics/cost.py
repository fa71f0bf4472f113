"""Metabolic costs in EU: 1 EU is one action potential without its synapses (models: C2).

1 EU = 1.19e8 ATP = 9.9 pJ for a mammalian neuron [1]_; the other costs follow from the ATP budgets
in [2]_ and [1]_ by scaling 8,000 boutons of release probability 0.25 to ten model synapses.

References
----------
.. [1] C. Howarth, P. Gleeson and D. Attwell, "Updated energy budgets for neural computation in
   the neocortex and cerebellum", J. Cereb. Blood Flow Metab. 32, 2012, pp. 1222-1232.
.. [2] D. Attwell and S. B. Laughlin, "An energy budget for signaling in the grey matter of the
   brain", J. Cereb. Blood Flow Metab. 21, 2001, pp. 1133-1145.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, get_type_hints

from glianeat.config import Settings, within

ATP_PER_EU = 1.19e8
JOULE_PER_EU = 9.9e-12


@dataclass(frozen=True)
class Kind:
    """Marks a cost as one of the kinds of energy that ledgers tell apart."""

    grows_with_activity: bool


PerEvent = Annotated[float, within(at_least=0, unit="EU"), Kind(grows_with_activity=True)]
PerSecond = Annotated[float, within(at_least=0, unit="EU/s"), Kind(grows_with_activity=False)]
PerLife = Annotated[float, within(at_least=0, unit="EU"), Kind(grows_with_activity=False)]


class EnergyConfig(Settings):
    """What activity and upkeep cost, what glia supply, and what happens when the pool runs low.

    Every cost that is a `PerEvent`, `PerSecond` or `PerLife` is a kind of energy. New kinds come
    last, so that totals of runs made before keep their bits.
    """

    spike: PerEvent = 1.0
    """Cost of one spike of a neuron of size one [EU]."""
    excitatory: PerEvent = 0.275
    """Cost of one excitatory spike delivered through a synapse of the reference weight [EU]."""
    inhibitory: PerEvent = 0.1
    """Cost of one inhibitory spike delivered through a synapse of the reference weight [EU]."""
    graded: PerEvent = 0.275
    """Cost of one unit of graded transmission, through receptors or membrane read-outs [EU]."""
    reference_weight: Annotated[float, within(above=0, unit="threshold")] = 2.0
    """Weight at which a delivered spike costs the full charge [threshold]; fixed, not a median,
    so that scaling all weights saves nothing."""
    graded_rate: Annotated[float, within(at_least=0, unit="/ms")] = 0.2
    """Spikes that one millisecond of unit graded transmission stands for [/ms]: 200 Hz."""
    rest: PerSecond = 2.87
    """Upkeep of a neuron of size one [EU/s]."""
    astrocyte: PerSecond = 0.86
    """Upkeep of an astrocyte [EU/s]."""
    connection: PerSecond = 0.05
    """Upkeep of an enabled synapse [EU/s]."""
    wire: PerSecond = 0.02
    """Upkeep of axon per region radius of length [EU/s]."""
    release: PerEvent = 0.2
    """Cost of one gliotransmitter release [EU]."""
    plasticity: PerEvent = 0.1
    """Cost of changing weights by the reference weight in total [EU]."""
    build_neuron: PerLife = 50.0
    """Cost of building a neuron of size one, spread over `lifetime` [EU]."""
    build_synapse: PerLife = 1.0
    """Cost of building a synapse, spread over `lifetime` [EU]."""
    build_astrocyte: PerLife = 15.0
    """Cost of building an astrocyte, spread over `lifetime` [EU]."""
    lifetime: Annotated[float, within(above=0, unit="s")] = 1000.0
    """Span over which building costs are spread [s]."""
    housekeeping: Annotated[float, within(at_least=1)] = 1.0
    """Factor on every cost for non-signalling metabolism; 1.33 where it is a quarter of all."""
    supply: Annotated[float, within(at_least=0, unit="EU/s")] = 41.0
    """What one astrocyte supplies to its pool at rest, where supply is plentiful [EU/s]."""
    budget: Annotated[float, within(above=0, unit="EU/s")] | None = None
    """What all regions are supplied with together, however many astrocytes there are [EU/s]; by
    default supply is plentiful: each astrocyte brings `supply` with it."""
    sharing: Literal["glia", "constant", "uniform"] = "glia"
    """How regions share the budget: as the number and the calcium of their astrocytes say
    (`glia`); as their number alone says (`constant`); or by their neurons, whatever glia there are
    (`uniform`)."""
    redistribution: bool = True
    """Whether the share of the budget that filled pools refuse goes to the other regions; else
    nobody has it."""
    glycogen: Annotated[float, within(at_least=0, unit="EU")] = 20.0
    """What the store of one astrocyte holds at most [EU], where astrocytes have stores."""
    glycogen_rate: Annotated[float, within(at_least=0, unit="EU/s")] = 4.1
    """Fastest inflow into the store of one astrocyte [EU/s]: a tenth of `supply`."""
    pool: Annotated[float, within(above=0, unit="EU")] = 10.0
    """What a pool holds per neuron where astrocytes have stores [EU], in place of a gene."""
    gate: Literal["threshold", "hard", "none"] = "threshold"
    """What a low pool does: raise thresholds, silence the region, or nothing."""
    gate_onset: Annotated[float, within(above=0, at_most=1)] = 0.3
    """Pool fill below which thresholds rise."""
    gate_gain: Annotated[float, within(at_least=0)] = 1.5
    """Relative rise of the threshold at an empty pool."""
    initial_fill: Annotated[float, within(at_least=0, at_most=1)] = 1.0
    """Fill of pools, and of the stores of astrocytes, at the start of an episode."""


def _kinds() -> dict[str, Kind]:
    hints = get_type_hints(EnergyConfig, include_extras=True)
    return {
        name: mark
        for name in EnergyConfig.__struct_fields__
        for mark in getattr(hints[name], "__metadata__", ())
        if isinstance(mark, Kind)
    }


_KINDS = _kinds()
KINDS = tuple(_KINDS)
"""Kinds of energy, each the name of its cost, in the order in which they are declared."""
DYNAMIC_KINDS = tuple(name for name, kind in _KINDS.items() if kind.grows_with_activity)
"""Kinds that grow with activity; the others grow with time alone."""
