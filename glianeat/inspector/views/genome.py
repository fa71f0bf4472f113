"""A genome, and the network that it develops into."""

from collections.abc import Sequence

import msgspec
import numpy as np

from glianeat.develop.identity import neuron_ids, synapse_ids
from glianeat.develop.network import Network
from glianeat.energetics.ledger import KINDS
from glianeat.errors import DevelopmentError
from glianeat.genome.mutation import operator_names
from glianeat.genome.schema import NEURONS
from glianeat.history.history import evaluation_values
from glianeat.inspector.views.dormant import DormantView, dormant
from glianeat.inspector.views.numbers import FIRST_GENERATION, named, one, rounded
from glianeat.inspector.views.text import without_paths
from glianeat.run.run import Run, Solution, gene_ratios
from glianeat.typing import BoolArray, FloatArray, IntArray


class RegionView(msgspec.Struct, frozen=True, kw_only=True):
    """A region."""

    name: str
    innovation: str
    neurons: int
    astrocytes: int
    ratio: float
    ratio_gene: float
    traits: list[float]


class NeuronColumns(msgspec.Struct, frozen=True, kw_only=True):
    """Neurons of the network."""

    id: list[str] = []
    name: list[str] = []
    role: list[int] = []
    region: list[int] = []
    sign: list[int] = []
    x: list[float] = []
    y: list[float] = []
    traits: list[list[float]] = []


class SynapseColumns(msgspec.Struct, frozen=True, kw_only=True):
    """Synapses of the network."""

    id: list[str] = []
    source: list[int] = []
    target: list[int] = []
    weight: list[float] = []
    inhibits: list[int] = []
    delay: list[int] = []
    traits: list[list[float]] | None = None


class AstrocyteColumns(msgspec.Struct, frozen=True, kw_only=True):
    """Astrocytes of the network."""

    gene: list[str] = []
    region: list[int] = []
    count: list[int] = []
    x: list[float] = []
    y: list[float] = []
    traits: list[list[float]] = []


class Covers(msgspec.Struct, frozen=True, kw_only=True):
    """Which astrocyte ensheathes which neuron, and how much of it."""

    astrocyte: list[int] = []
    neuron: list[int] = []
    share: list[float] = []


class EnergyTable(msgspec.Struct, frozen=True, kw_only=True):
    """Power by kind and region [EU/s]."""

    kinds: list[str]
    regions: list[str]
    power: list[list[float]]


class GenomeView(msgspec.Struct, frozen=True, kw_only=True):
    """A genome with how it did, and its network."""

    key: int
    generation: int
    parents: tuple[int, int]
    operators: list[str]
    status: str
    values: dict[str, float]
    validation: dict[str, float] | None
    regions: list[RegionView]
    neurons: NeuronColumns
    synapses: SynapseColumns
    astrocytes: AstrocyteColumns
    covers: Covers
    dormant: DormantView
    energy: EnergyTable | None


def genome_view(run: Run, key: int) -> GenomeView:
    """Return a genome of a run; raise `CheckpointError` if the run has none of that key."""
    solution = run.solution(key)
    genome, evaluation, tried = solution.genome, solution.evaluation, solution.validation
    try:
        network, why = solution.network(), ""
    except DevelopmentError as error:
        network, why = None, without_paths(str(error))
    channels = run.channels.inputs, run.channels.outputs
    told = f"{evaluation.status.replace('_', ' ')}: {without_paths(evaluation.reason)}"
    names = run.history.region_names_of(genome)
    return GenomeView(
        key=key,
        generation=solution.generation + FIRST_GENERATION,
        parents=solution.parents,
        operators=list(operator_names(solution.operators)),
        status="ok" if evaluation.is_ok else told,
        values=named(dict(evaluation_values(evaluation, run.objectives, names))),
        validation=named({"return": tried.mean_return, "power": tried.power})
        if tried and tried.is_ok
        else None,
        regions=_regions(solution, network, names),
        neurons=_neurons(network, *channels) if network else NeuronColumns(),
        synapses=_synapses(network) if network else SynapseColumns(),
        astrocytes=_astrocytes(network, solution) if network else AstrocyteColumns(),
        covers=_covers(network) if network else Covers(),
        dormant=dormant(genome, network, channels, why),
        energy=_energy(run, solution, names),
    )


def _regions(solution: Solution, network: Network | None, names: Sequence[str]) -> list[RegionView]:
    genes = solution.genome.regions
    rows = np.argsort(genes.field("index"), kind="stable")
    n = len(rows)
    neurons = np.bincount(network.cells.region, minlength=n) if network else np.zeros(n, int)
    astrocytes = network.astrocytes if network else np.zeros(n, int)
    mass = network.mass if network else np.zeros(n)
    ratios = list(gene_ratios(solution.genome).values())
    return [
        RegionView(
            name=names[i],
            innovation=f"{int(genes.innovation[row]):016x}",
            neurons=int(neurons[i]),
            astrocytes=int(astrocytes[i]),
            ratio=one(float(astrocytes[i] / mass[i])) if mass[i] > 0.0 else float("nan"),
            ratio_gene=one(ratios[i]),
            traits=rounded(genes.traits[row]),
        )
        for i, row in enumerate(rows.tolist())
    ]


def _neurons(network: Network, inputs: Sequence[str], outputs: Sequence[str]) -> NeuronColumns:
    cells, place = network.cells, _in_regions(network, network.cells.position, network.cells.region)
    names = channel_names(network, inputs, outputs)
    return NeuronColumns(
        id=neuron_ids(network),
        name=names,
        role=cells.role.tolist(),
        region=cells.region.tolist(),
        sign=cells.sign.tolist(),
        x=rounded(place[:, 0], 4),
        y=rounded(place[:, 1], 4),
        traits=rounded(np.where(_has_traits(cells.role), cells.traits, np.nan)),
    )


def _has_traits(role: IntArray) -> BoolArray:
    """Return which traits neurons of these roles have, shape (N, F)."""
    roles = [trait.roles for trait in NEURONS.traits]
    has: BoolArray = np.array([[one in some for some in roles] for one in role.tolist()])
    return has.reshape(len(role), len(roles))


def channel_names(network: Network, inputs: Sequence[str], outputs: Sequence[str]) -> list[str]:
    """Return the names of inputs and outputs, and nothing for hidden neurons."""
    names: list[str] = []
    for role, channel in zip(
        network.cells.role.tolist(), network.cells.channel.tolist(), strict=True
    ):
        known, place = ((inputs, channel), (outputs, channel // network.output_copies), ((), 0))[
            role
        ]
        kind = ("in", "out", "")[role]
        unnamed = f"{kind} {place}" if kind else ""
        names.append(without_paths(known[place]) if place < len(known) else unnamed)
    return names


def _synapses(network: Network) -> SynapseColumns:
    wiring = network.wiring
    return SynapseColumns(
        id=synapse_ids(network),
        source=network.source.tolist(),
        target=wiring.target.tolist(),
        weight=rounded(np.abs(wiring.weight)),
        inhibits=network.inhibits.astype(int).tolist(),
        delay=wiring.delay.tolist(),
    )


def _astrocytes(network: Network, solution: Solution) -> AstrocyteColumns:
    glia = network.glia
    place = _in_regions(network, glia.position, glia.region)
    numbers = solution.genome.astrocytes.innovation[glia.gene]
    return AstrocyteColumns(
        gene=[f"{number:016x}" for number in numbers.tolist()],
        region=glia.region.tolist(),
        count=glia.count.tolist(),
        x=rounded(place[:, 0], 4),
        y=rounded(place[:, 1], 4),
        traits=rounded(glia.traits),
    )


def _covers(network: Network) -> Covers:
    glia = network.glia
    return Covers(
        astrocyte=glia.cover_astrocyte.tolist(),
        neuron=glia.cover_neuron.tolist(),
        share=rounded(glia.cover_share, 4),
    )


def _in_regions(network: Network, position: FloatArray, region: IntArray) -> FloatArray:
    """Return positions from the centre of each region, which is that of its neurons."""
    number = np.maximum(np.bincount(network.cells.region, minlength=network.n_regions), 1)
    sums = np.zeros((network.n_regions, 2))
    np.add.at(sums, network.cells.region, network.cells.position)
    moved: FloatArray = position - (sums / number[:, np.newaxis])[region]
    return moved


def _energy(run: Run, solution: Solution, names: Sequence[str]) -> EnergyTable | None:
    evaluation = solution.evaluation
    if not evaluation.is_ok or not evaluation.amounts or evaluation.seconds <= 0.0:
        return None
    power = evaluation.ledger.energy(run.config.energy) / evaluation.seconds
    return EnergyTable(kinds=list(KINDS), regions=list(names), power=rounded(power))
