"""Networks of TENNLab's RISP neuroprocessor, and the genomes that do the same here.

There an input is a neuron as any other: spikes from outside raise it, and synapses may end at it.
Here it is a receptor and a cell: the receptor's spikes reach the cell within the same millisecond
(see `NetworkIO.trains`) with the weight that spikes from outside have, the highest of the
processor, and all synapses lead from and to the cell. A network step is 1 ms. Weights, thresholds
and the lowest potential are divided by a power of two where they are beyond our bounds, which
changes no sum of whole numbers and no comparison.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
import numpy as np

from glianeat.compat.neat_networks import ORIGIN, plain_genomes
from glianeat.errors import GenomeError
from glianeat.genome.founders import FIRST_ASSOCIATION, MOTOR, SENSORY, found_genome
from glianeat.genome.genome import Genome, check_genome
from glianeat.genome.innovation import (
    input_node_id,
    output_node_id,
    region_id,
    split_node_id,
    synapse_innovation,
)
from glianeat.genome.schema import NEURONS, SYNAPSES, Family, Role
from glianeat.genome.tables import table
from glianeat.genome.variation import Variation
from glianeat.typing import FloatArray

_LONGEST_DELAY = 127.0  # steps
Row: TypeAlias = tuple[int, tuple[int, ...], FloatArray]  # innovation number, keys, traits


@dataclass(frozen=True)
class Processor:
    """A setting of the neuroprocessor: the weight of spikes from outside, the lowest potential."""

    max_weight: float
    min_potential: float


PROCESSORS: Mapping[str, Processor] = {
    "RISP-1": Processor(1.0, -1.0),
    "RISP-1+": Processor(1.0, 0.0),
    "RISP-7": Processor(7.0, -7.0),
    "RISP-15+": Processor(15.0, 0.0),
    "RISP-127": Processor(127.0, -127.0),
}
"""Settings by the names of Plank et al. (2025); those with a plus have no negative weights."""


class RispNetwork(msgspec.Struct, frozen=True, kw_only=True):
    """A network of RISP neurons.

    Parameters
    ----------
    processor : str
        Its setting, of `PROCESSORS`.
    neurons : tuple of int
        Numbers of the neurons.
    thresholds : tuple of float
        Threshold of each.
    inputs, outputs : tuple of int
        Numbers of those that are inputs and outputs, in order.
    synapses : tuple of (int, int, float, float)
        Source, target, weight, and delay in network steps.
    level : str
        The task that it was made for.
    """

    processor: str
    neurons: tuple[int, ...]
    thresholds: tuple[float, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    synapses: tuple[tuple[int, int, float, float], ...]
    level: str = ""

    @property
    def unit(self) -> float:
        """What is one threshold here: a power of two that brings weights within our bounds."""
        bound, unit = SYNAPSES.high[SYNAPSES.column("weight")], 1.0
        while self.setting.max_weight / unit > bound:
            unit *= 2.0
        return unit

    @property
    def setting(self) -> Processor:
        """The numbers of its processor.

        Raises
        ------
        GenomeError
            If there is no processor of the name.
        """
        if self.processor not in PROCESSORS:
            known = ", ".join(PROCESSORS)
            raise GenomeError(f"processor: must be of {known}, got {self.processor!r}")
        return PROCESSORS[self.processor]

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of an experiment in which its genome does what it did, but for the task's."""
        floor = self.setting.min_potential / self.unit
        return {
            "neuron": {"model": "risp", "floor": floor},
            "astrocyte": {"metabolic": False, "gain": False},
            "codec": {"transmission": "trains", "readout": "window_count", "hold": 24},
            "genome": {
                "dale": False,
                "traits": {"synapses": {"delay": {"max_value": _LONGEST_DELAY}}},
            },
        }


def to_genome(network: RispNetwork, key: int) -> Genome:
    """Return the genome that develops into a network.

    Raises
    ------
    GenomeError
        Naming what cannot be represented.
    """
    _check(network)
    body = found_genome(0, 1, 1, Variation(plain_genomes()), np.random.default_rng(0))
    neurons, synapses = list(_neurons(network)), list(_synapses(network))
    genome = Genome(
        key, body.regions, table(NEURONS, neurons), body.astrocytes, table(SYNAPSES, synapses)
    )
    check_genome(genome)
    return genome


def _check(network: RispNetwork) -> None:
    known = set(network.neurons)
    if len(known) != len(network.neurons) or len(network.thresholds) != len(network.neurons):
        raise GenomeError(
            f"network: must have each neuron once and a threshold for each, got "
            f"{len(network.neurons)} neurons and {len(network.thresholds)} thresholds"
        )
    pins = (*network.inputs, *network.outputs)
    if not network.inputs or not network.outputs or len(set(pins)) < len(pins):
        raise GenomeError("network: must have inputs and outputs, and none may be both")
    for number in (*pins, *(end for one in network.synapses for end in one[:2])):
        if number not in known:
            raise GenomeError(f"network: there is no neuron {number}")
    for source, target, _, delay in network.synapses:
        if not 1 <= delay <= _LONGEST_DELAY or delay != int(delay):
            raise GenomeError(
                f"synapse {(source, target)}: delay must be whole, >= 1 and <= {_LONGEST_DELAY:g} "
                f"steps, got {delay:g}"
            )


def _numbers(network: RispNetwork) -> dict[int, int]:
    """Return the innovation number of each neuron."""
    numbers = {name: split_node_id(ORIGIN, name) for name in network.neurons}
    return numbers | {name: output_node_id(i) for i, name in enumerate(network.outputs)}


def _initial(family: Family) -> FloatArray:
    return np.array([trait.init_mean for trait in family.traits])


def _neurons(network: RispNetwork) -> Iterator[Row]:
    for i in range(len(network.inputs)):
        keys = Role.INPUT, i, 0, region_id(SENSORY), 1
        yield input_node_id(i), keys, _initial(NEURONS)
    numbers, outputs = _numbers(network), {name: i for i, name in enumerate(network.outputs)}
    for name, threshold in zip(network.neurons, network.thresholds, strict=True):
        keys = Role.HIDDEN, name, ORIGIN, region_id(FIRST_ASSOCIATION), 1
        if name in outputs:
            keys = Role.OUTPUT, outputs[name], 0, region_id(MOTOR), 1
        traits = _initial(NEURONS)
        traits[NEURONS.column("threshold")] = threshold / network.unit
        yield numbers[name], keys, traits


def _synapses(network: RispNetwork) -> Iterator[Row]:
    numbers, unit = _numbers(network), network.unit
    for i, name in enumerate(network.inputs):
        ends = input_node_id(i), numbers[name]
        yield _synapse(ends, network.setting.max_weight / unit, 1.0)
    for source, target, weight, delay in network.synapses:
        yield _synapse((numbers[source], numbers[target]), weight / unit, delay)


def _synapse(ends: tuple[int, int], weight: float, delay: float) -> Row:
    traits = _initial(SYNAPSES)
    traits[SYNAPSES.column("weight")], traits[SYNAPSES.column("delay")] = weight, delay
    return synapse_innovation(*ends), (*ends, 1), traits
