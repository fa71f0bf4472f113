"""Expression of astrocytes: how many each region has, of which genes, and what they ensheath."""

from typing import NamedTuple

import numpy as np

from glianeat.develop.network import Cells, Glia
from glianeat.develop.territory import centroids, tile
from glianeat.genome.genome import Genome
from glianeat.typing import FloatArray, IntArray


class _Part(NamedTuple):
    """The astrocytes of one region; the fields of `Glia` that differ between regions."""

    gene: IntArray
    copies: IntArray
    position: FloatArray
    owner: IntArray  # index of the astrocyte within the region …
    neuron: IntArray  # … that ensheaths this neuron …
    share: FloatArray  # … to this part


def express_glia(genome: Genome, region_rows: IntArray, cells: Cells, counts: IntArray) -> Glia:
    """Return the astrocytes of a network: so many in each region that has genes and neurons.

    They are made from the region's astrocyte genes in order of innovation number; if there are
    more astrocytes than genes, the genes repeat; if there are fewer, the last genes stay dormant.

    Parameters
    ----------
    genome : Genome
        Source of the genes.
    region_rows : ndarray of int64, shape (R,)
        Rows of the region genes, in order of the region indices.
    cells : Cells
        The living neurons.
    counts : ndarray of int64, shape (R,)
        Astrocytes of each region.
    """
    home = genome.astrocytes.field("region")
    parts: list[tuple[int, _Part]] = []
    for region, number in enumerate(genome.regions.innovation[region_rows].tolist()):
        genes = np.flatnonzero(home == number)
        neurons = np.flatnonzero(cells.region == region)
        if counts[region] and len(genes) and len(neurons):
            count = int(counts[region])
            parts.append((region, _express_region(count, genes, neurons, cells, genome)))
    return _join(parts, genome)


def _express_region(
    count: int, genes: IntArray, neurons: IntArray, cells: Cells, genome: Genome
) -> _Part:
    places = cells.position[neurons]
    number = np.arange(count)
    if count <= len(neurons):
        gene = genes[number % len(genes)]
        owner = tile(places, genome.astrocytes.trait("reach")[gene])
        centres = centroids(places, owner, count)
        return _Part(gene, np.ones_like(gene), centres, owner, neurons, np.ones(len(neurons)))
    # more astrocytes than neurons: equal ones (same gene, same neuron) are kept once, with a count
    code = (number % len(genes)) * len(neurons) + number % len(neurons)
    code, counts = np.unique(code, return_counts=True)
    gene, neuron = genes[code // len(neurons)], code % len(neurons)
    share = counts / np.bincount(neuron, counts, minlength=len(neurons))[neuron]
    return _Part(gene, counts, places[neuron], np.arange(len(code)), neurons[neuron], share)


def _join(parts: list[tuple[int, _Part]], genome: Genome) -> Glia:
    none = np.zeros(0, dtype=np.int64)
    regions, owners, first = [none], [none], 0
    for region, part in parts:
        regions.append(np.full(len(part.gene), region))
        owners.append(part.owner + first)
        first += len(part.gene)
    only = [part for _, part in parts]
    gene = np.concatenate([none, *(part.gene for part in only)])
    return Glia(
        gene=gene,
        region=np.concatenate(regions),
        count=np.concatenate([none, *(part.copies for part in only)]),
        traits=genome.astrocytes.traits[gene],
        position=np.concatenate([np.zeros((0, 2)), *(part.position for part in only)]),
        cover_astrocyte=np.concatenate(owners),
        cover_neuron=np.concatenate([none, *(part.neuron for part in only)]),
        cover_share=np.concatenate([np.zeros(0), *(part.share for part in only)]),
    )
