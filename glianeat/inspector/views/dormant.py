"""Genes that are not expressed, and why."""

from collections.abc import Sequence

import msgspec
import numpy as np

from glianeat.develop.network import Network
from glianeat.genome.genome import Genome
from glianeat.genome.schema import Role
from glianeat.inspector.views.numbers import one
from glianeat.inspector.views.text import without_paths

_NO_OUTPUT = "leads to no output"
_DISABLED = "disabled"
_AT_DORMANT = "a neuron that it joins leads to no output"
_BEYOND = "more genes than the region's ratio asks for"


class DormantNeuron(msgspec.Struct, frozen=True, kw_only=True):
    """A neuron gene that is not expressed."""

    id: str
    name: str
    role: int
    region: int
    x: float
    y: float
    why: str


class DormantSynapse(msgspec.Struct, frozen=True, kw_only=True):
    """A synapse gene that is not expressed."""

    id: str
    source: str
    target: str
    weight: float
    why: str


class DormantAstrocyte(msgspec.Struct, frozen=True, kw_only=True):
    """An astrocyte gene that is not expressed."""

    gene: str
    region: int
    why: str


class DormantView(msgspec.Struct, frozen=True, kw_only=True):
    """All genes of a genome that are not expressed."""

    neurons: list[DormantNeuron]
    synapses: list[DormantSynapse]
    astrocytes: list[DormantAstrocyte]


def dormant(
    genome: Genome,
    network: Network | None,
    channels: tuple[Sequence[str], Sequence[str]],
    why: str = "",
) -> DormantView:
    """Return the genes that are not expressed.

    Parameters
    ----------
    genome : Genome
        All genes.
    network : Network or None
        What it developed into; None if it could not.
    channels : tuple of two sequences of str
        Names of the inputs, and of the outputs.
    why : str
        Why it could not.
    """
    order = np.argsort(genome.regions.field("index"), kind="stable")
    index = {int(genome.regions.innovation[row]): i for i, row in enumerate(order.tolist())}
    expressed = set(network.cells.node_id.tolist()) if network else set()
    return DormantView(
        neurons=_neurons(genome, expressed, index, channels, why or _NO_OUTPUT),
        synapses=_synapses(genome, network, why),
        astrocytes=_astrocytes(genome, network, index, why or _BEYOND),
    )


def _neurons(
    genome: Genome,
    expressed: set[int],
    index: dict[int, int],
    channels: tuple[Sequence[str], Sequence[str]],
    why: str,
) -> list[DormantNeuron]:
    neurons, found = genome.neurons, []
    columns = [neurons.field(name).tolist() for name in ("role", "channel", "region")]
    for number, role, channel, region in zip(neurons.innovation.tolist(), *columns, strict=True):
        if number in expressed:
            continue
        names = channels[role] if role != Role.HIDDEN else ()
        found.append(
            DormantNeuron(
                id=f"{number:016x}",
                name=without_paths(names[channel]) if channel < len(names) else "",
                role=role,
                region=index[region],
                x=_place(number),
                y=_place(number >> 20),
                why=why,
            )
        )
    return found


def _place(number: int) -> float:
    """Return a coordinate in the region that follows from an innovation number, -1 to 1."""
    return one((number & 0xFFFFF) / 2**19 - 1.0, 3)


def _synapses(genome: Genome, network: Network | None, why: str) -> list[DormantSynapse]:
    synapses = genome.synapses
    live = set(network.wiring.innovation.tolist()) if network else set()
    columns = [synapses.field(name).tolist() for name in ("source", "target", "enabled")]
    weights = np.abs(synapses.trait("weight")).tolist()
    return [
        DormantSynapse(
            id=f"{number:016x}",
            source=f"{source:016x}",
            target=f"{target:016x}",
            weight=one(weight),
            why=(why or _AT_DORMANT) if enabled else _DISABLED,
        )
        for number, source, target, enabled, weight in zip(
            synapses.innovation.tolist(), *columns, weights, strict=True
        )
        if number not in live
    ]


def _astrocytes(
    genome: Genome, network: Network | None, index: dict[int, int], why: str
) -> list[DormantAstrocyte]:
    live = set(network.glia.gene.tolist()) if network else set()
    genes = genome.astrocytes
    rows = zip(genes.innovation.tolist(), genes.field("region").tolist(), strict=True)
    return [
        DormantAstrocyte(gene=f"{number:016x}", region=index[region], why=why)
        for row, (number, region) in enumerate(rows)
        if row not in live
    ]
