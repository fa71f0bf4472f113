"""Coordinates: the numbers of a genome that are searched together, as one vector.

Weights here are magnitudes, and two outputs of a pair push a number up and down: a weight that has
a sign elsewhere is one of two synapses. Both are one coordinate, the weight onto the first output
less that onto the second. Where it crosses zero, the synapse comes to end at the other output. All
other weights stay at zero where their coordinate is below it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from glianeat.elementary import exp_each, log_each
from glianeat.genome.genome import Genome
from glianeat.genome.innovation import output_node_id, synapse_innovation
from glianeat.genome.schema import FAMILY_BY_NAME, NEURONS, SYNAPSES, Role
from glianeat.genome.tables import GeneTable, table
from glianeat.genome.variation import TraitDistribution, Variation
from glianeat.typing import BoolArray, FloatArray, IntArray

MOST_JOINED = 2000  # pairs of an input and a number of the action
WEIGHT = -1  # in place of the number of a trait: a weight with its sign
_ONE, _BIAS = 1.0, "bias"


@dataclass(frozen=True)
class SearchSpace:
    """Which numbers of genomes are searched.

    Parameters
    ----------
    variation : Variation
        Powers and bounds of the traits.
    opposite : tuple of int
        Channel of the output that pushes the other way, for each output; -1 where there is none.
    traits : tuple of str
        Names of the traits of neurons that are searched beside weights.
    room : float
        Least gain of pairs of outputs that are read from membranes; 0 to leave them as they are.
    """

    variation: Variation
    opposite: tuple[int, ...] = ()
    traits: tuple[str, ...] = ("bias",)
    room: float = 0.0


@dataclass(frozen=True, eq=False)
class Coordinates:
    """A genome as a point; arrays of shape (N,), rising by `gene`, then by `trait`.

    Parameters
    ----------
    gene : ndarray of int64
        Innovation number of the gene; of a pair of synapses that of the one onto its first output.
    trait : ndarray of int64
        Column of the trait, or `WEIGHT`.
    value : ndarray of float64
        Where the genome is; logarithms of traits on a log scale.
    scale : ndarray of float64
        What is a step of common size: of a weight the root mean square of those into its target, of
        a bias that of the weights beside it, of any other trait its mutation power.
    low, high : ndarray of float64
        Bounds.
    """

    gene: IntArray
    trait: IntArray
    value: FloatArray
    scale: FloatArray
    low: FloatArray
    high: FloatArray

    def __len__(self) -> int:
        return len(self.gene)

    def shrunk(self, share: float) -> FloatArray:
        """Return the values, those of weights of pairs and of traits on a linear scale reduced."""
        is_linear = np.array([_is_linear(one) for one in self.trait.tolist()], dtype=np.bool_)
        reduced = is_linear | ((self.trait == WEIGHT) & (self.low < 0.0))
        return np.where(reduced, share * self.value, self.value)

    def places_in(self, other: "Coordinates") -> IntArray:
        """Return where the same coordinates are in another genome, -1 where they are not there."""
        known = {pair: i for i, pair in enumerate(other.names())}
        return np.array([known.get(pair, -1) for pair in self.names()], dtype=np.int64)

    def names(self) -> list[tuple[int, int]]:
        """Return gene and trait of each."""
        return list(zip(self.gene.tolist(), self.trait.tolist(), strict=True))


class _Columns(NamedTuple):
    """Some coordinates, see `Coordinates`."""

    gene: IntArray
    trait: IntArray
    value: FloatArray
    scale: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, eq=False)
class _Synapses:
    """The enabled synapses of a genome by coordinate."""

    coordinate: IntArray  # (S,) of each synapse
    sign: FloatArray  # (S,) -1.0 where it is the second of its pair
    row: IntArray  # (S,) in the table
    gene: IntArray  # (N,) innovation number
    target: IntArray  # (N,) node that the coordinate ends at
    paired: BoolArray  # (N,) whether it has two sides


def coordinates_of(genome: Genome, space: SearchSpace) -> Coordinates:
    """Return the genome as a point of the space."""
    held = _by_coordinate(genome, space)
    weights = _weights(genome, held, space)
    into = dict(zip(held.target.tolist(), weights.scale.tolist(), strict=True))
    into |= {
        second: into[first] for second, first in _other_side(genome, space).items() if first in into
    }
    traits = _traits(genome, into, space)
    columns = [np.concatenate(both) for both in zip(weights, traits, strict=True)]
    order = np.lexsort((columns[1], columns[0]))
    return Coordinates(*(column[order] for column in columns))


def completed(genome: Genome, space: SearchSpace) -> Genome:
    """Return a genome in which every input is joined to every pair of outputs.

    The synapses that are added have a weight of zero. Nothing is added where they would be more
    than `MOST_JOINED`, or than the structural cap allows.
    """
    neurons, synapses = genome.neurons, genome.synapses
    inputs = neurons.innovation[neurons.field("role") == Role.INPUT].tolist()
    pairs = [(first, second) for second, first in _other_side(genome, space).items()]
    known = set(synapses.innovation.tolist())
    missing = [
        (source, pair[0])
        for source in inputs
        for pair in pairs
        if not known.intersection(synapse_innovation(source, node) for node in pair)
    ]
    cap = space.variation.config.max_synapses
    if len(inputs) * len(pairs) > MOST_JOINED or len(synapses) + len(missing) > cap:
        return genome
    silent = space.variation.distribution(SYNAPSES).init_mean.copy()
    silent[SYNAPSES.column("weight")] = 0.0
    rows = zip(synapses.innovation.tolist(), synapses.fields.tolist(), synapses.traits, strict=True)
    genes = [(number, tuple(fields), traits) for number, fields, traits in rows]
    genes += [(synapse_innovation(*ends), (*ends, 1), silent) for ends in missing]
    return Genome(genome.key, *genome.tables[:3], table(SYNAPSES, genes))


def with_room(genome: Genome, space: SearchSpace) -> Genome:
    """Return a genome that acts alike with larger gains of pairs and smaller weights.

    Alike unless membranes of outputs were at the floor, from which smaller weights keep them.

    The gain of a pair, which is the geometric mean of those of its outputs, comes up to
    `SearchSpace.room`; what is added up at these outputs is as much less: so bounds of weights are
    further away.
    """
    neurons, traits, weights = genome.neurons, genome.neurons.traits.copy(), {}
    gain, bias = NEURONS.column("output_gain"), NEURONS.column("bias")
    for second, first in _other_side(genome, space).items():
        rows = [neurons.find(first), neurons.find(second)]
        whole = math.sqrt(float(traits[rows[0], gain]) * float(traits[rows[1], gain]))
        share = min(whole / space.room, 1.0) if space.room else 1.0
        for node, row in zip((first, second), rows, strict=True):
            traits[row, gain] /= share
            traits[row, bias] *= share
            weights[node] = share
    factor = [weights.get(node, 1.0) for node in genome.synapses.field("target").tolist()]
    strength = genome.synapses.traits.copy()
    strength[:, SYNAPSES.column("weight")] *= np.array(factor, dtype=np.float64)
    tables = genome.regions, neurons.with_traits(traits), genome.astrocytes
    return Genome(genome.key, *tables, genome.synapses.with_traits(strength))


def moved(
    genome: Genome, coordinates: Coordinates, values: FloatArray, space: SearchSpace, key: int
) -> Genome:
    """Return a genome at another point.

    Parameters
    ----------
    genome : Genome
        What all that is not searched comes from.
    coordinates : Coordinates
        Of this genome.
    values : ndarray of float64, shape (N,)
        The point; what is out of bounds is clipped.
    space : SearchSpace
        The same as of the coordinates.
    key : int
        Key of the new genome.
    """
    values = np.minimum(np.maximum(values, coordinates.low), coordinates.high)
    is_weight = coordinates.trait == WEIGHT
    place = dict(zip(coordinates.gene[is_weight].tolist(), values[is_weight], strict=True))
    synapses = _with_weights(genome, place, space)
    others = ~is_weight
    points = zip(
        coordinates.gene[others].tolist(),
        coordinates.trait[others].tolist(),
        values[others].tolist(),
        strict=True,
    )
    neurons = _with_traits(genome.neurons, list(points))
    changed = {NEURONS.name: neurons, SYNAPSES.name: synapses}
    own = {table.family.name: table for table in genome.tables}
    return Genome(key, *(changed.get(name, own[name]) for name in FAMILY_BY_NAME))


def _is_linear(column: int) -> bool:
    return column != WEIGHT and NEURONS.traits[column].scale == "linear"


def _other_side(genome: Genome, space: SearchSpace) -> dict[int, int]:
    """Return for the second output of each pair the first; for those that hear only."""
    source = set(genome.synapses.field("source").tolist())
    pairs = {}
    for second, first in enumerate(space.opposite if space.variation.config.dale else ()):
        if 0 <= first < second:
            nodes = output_node_id(first), output_node_id(second)
            if not source.intersection(nodes):
                pairs[nodes[1]] = nodes[0]
    return pairs


def _by_coordinate(genome: Genome, space: SearchSpace) -> _Synapses:
    synapses, first_of = genome.synapses, _other_side(genome, space)
    row = np.flatnonzero(synapses.field("enabled") == 1)
    source, target = synapses.field("source")[row].tolist(), synapses.field("target")[row].tolist()
    end = [first_of.get(node, node) for node in target]
    paired = {*first_of, *first_of.values()}
    numbers = [
        number if one == other else synapse_innovation(node, one)
        for number, node, one, other in zip(
            synapses.innovation[row].tolist(), source, end, target, strict=True
        )
    ]
    gene, kept, coordinate = np.unique(
        np.array(numbers, dtype=np.int64), return_index=True, return_inverse=True
    )
    ends = np.array(end, dtype=np.int64)
    return _Synapses(
        coordinate=coordinate,
        sign=np.where(ends == np.array(target, dtype=np.int64), 1.0, -1.0),
        row=row,
        gene=gene,
        target=ends[kept],
        paired=np.array([node in paired for node in end], dtype=np.bool_)[kept],
    )


def _weights(genome: Genome, held: _Synapses, space: SearchSpace) -> _Columns:
    column = SYNAPSES.column("weight")
    distribution = space.variation.distribution(SYNAPSES)
    value = np.zeros(len(held.gene))
    np.add.at(value, held.coordinate, held.sign * genome.synapses.trait("weight")[held.row])
    low = np.where(held.paired, -distribution.high[column], _lowest(distribution, column))
    high = np.full(len(value), distribution.high[column])
    trait = np.full(len(value), WEIGHT)
    return _Columns(held.gene, trait, value, _root_mean_squares(value, held.target), low, high)


def _root_mean_squares(value: FloatArray, target: IntArray) -> FloatArray:
    """Return the root mean square of the values of each target, shape (N,)."""
    _, index, number = np.unique(target, return_inverse=True, return_counts=True)
    total = np.zeros(len(number))
    np.add.at(total, index, value * value)
    whole = math.sqrt(math.fsum(total.tolist()) / max(len(value), 1))
    spread = np.sqrt(total / number)[index]
    return np.where(spread > 0.0, spread, whole or _ONE)


def _traits(genome: Genome, weights: dict[int, float], space: SearchSpace) -> _Columns:
    """Return the traits that are searched; biases have the scale of the weights beside them."""
    distribution, neurons = space.variation.distribution(NEURONS), genome.neurons
    applies = distribution.applies(neurons.fields)
    found: list[_Columns] = []
    for name in space.traits:
        column = NEURONS.column(name)
        power = float(distribution.log_power[column] + distribution.linear_power[column])
        row = np.flatnonzero(applies[:, column] & (distribution.mutate_rate[column] * power > 0.0))
        ends = np.array([_lowest(distribution, column)]), distribution.high[[column]]
        value = neurons.traits[row, column]
        if distribution.log_power[column] > 0.0:
            ends, value = (log_each(ends[0]), log_each(ends[1])), log_each(value)
        gene = neurons.innovation[row]
        beside = weights if name == _BIAS else {}
        scale = np.array([beside.get(one, power) for one in gene.tolist()], dtype=np.float64)
        bounds = (np.full(len(row), end[0]) for end in ends)
        found.append(_Columns(gene, np.full(len(row), column), value, scale, *bounds))
    empty = np.zeros(0, dtype=np.int64)
    start = (empty, empty, *(np.zeros(0) for _ in range(4)))
    columns = [np.concatenate(parts) for parts in zip(start, *found, strict=True)]
    return _Columns(*columns)


def _lowest(distribution: TraitDistribution, column: int) -> float:
    lowest = float(distribution.low[column])
    return max(lowest, 0.0) if distribution.is_magnitude[column] else lowest


def _with_traits(neurons: GeneTable, points: Sequence[tuple[int, int, float]]) -> GeneTable:
    traits = neurons.traits.copy()
    if points:
        gene, column, value = (np.array(part) for part in zip(*points, strict=True))
        log = np.array([NEURONS.traits[one].scale == "log" for one in column.tolist()])
        traits[neurons.rows(gene), column] = np.where(log, exp_each(value * log), value)
    low, high = NEURONS.low, NEURONS.high
    return neurons.with_traits(np.minimum(np.maximum(traits, low), high))


def _with_weights(genome: Genome, values: dict[int, float], space: SearchSpace) -> GeneTable:
    """Return the synapses with other weights, each on the side of its pair that has its sign."""
    synapses, held = genome.synapses, _by_coordinate(genome, space)
    second_of = {first: second for second, first in _other_side(genome, space).items()}
    row_of = {number: row for row, number in enumerate(synapses.innovation.tolist())}
    template = dict(zip(held.coordinate.tolist(), held.row.tolist(), strict=True))
    rows: dict[int, tuple[tuple[int, ...], FloatArray]] = {}
    for row in np.flatnonzero(synapses.field("enabled") != 1).tolist():
        fields = tuple(synapses.fields[row].tolist())
        rows[int(synapses.innovation[row])] = fields, synapses.traits[row]
    column = SYNAPSES.column("weight")
    for place, (gene, end) in enumerate(zip(held.gene.tolist(), held.target.tolist(), strict=True)):
        value, number, source = values[gene], gene, int(synapses.field("source")[template[place]])
        if value < 0.0 and held.paired[place]:
            value = -value
            number = synapse_innovation(source, second_of[end])
        traits = synapses.traits[row_of.get(number, template[place])].copy()
        traits[column] = value
        rows[number] = (source, end if number == gene else second_of[end], 1), traits
    return table(SYNAPSES, [(one, *rows[one]) for one in sorted(rows)])
