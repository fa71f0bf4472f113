"""Compatibility distances in compiled code; `glianeat.genome.distance` says what they are."""

from typing import NamedTuple

from glianeat.genome.kernels import layout as at
from glianeat.genome.kernels.breeding import Packed
from glianeat.jit import kernel, routine
from glianeat.typing import FloatArray, IntArray


class Terms(NamedTuple):
    """What differences are worth."""

    width: IntArray  # (4,) words of a row of each family
    n_keys: IntArray  # (4,)
    n_traits: IntArray  # (4,)
    share: FloatArray  # (4, most traits), of a unit of the mean difference of matching genes
    per_gene: float  # of the share of neurons and synapses that only one genome has
    per_region: float  # of each region that only one genome has


@kernel
def fill_distances(first: Packed, second: Packed, terms: Terms, distances: FloatArray) -> None:
    """Fill in the distance of each genome of the first from each of the second."""
    for i in range(distances.shape[0]):
        for j in range(distances.shape[1]):
            distances[i, j] = _distance(first, i, second, j, terms)


@routine
def _distance(first: Packed, i: int, second: Packed, j: int, terms: Terms) -> float:
    mine, theirs = first.start[i], second.start[j]
    total, unmatched, regions, genes = 0.0, 0, 0, 0
    for family in range(at.N_FAMILIES):
        n, m, width = first.counts[i, family], second.counts[j, family], terms.width[family]
        matched, gap = 0, 0.0
        a, b = mine, theirs
        last_a, last_b = mine + n * width, theirs + m * width
        while a < last_a and b < last_b:
            number, other = first.words[a], second.words[b]
            if number == other and _match(first.words, a, second.words, b, family):
                matched += 1
                gap += _gap(first.reals, a, second.reals, b, terms, family)
            a, b = a + width * (number <= other), b + width * (other <= number)
        mine, theirs = last_a, last_b
        total += gap / max(matched, 1)
        if family == at.REGIONS:
            regions = n + m - 2 * matched
        elif family != at.ASTROCYTES:
            unmatched += n + m - 2 * matched
            genes += max(n, m)
    return total + terms.per_gene * unmatched / max(genes, 1) + terms.per_region * regions


@routine
def _match(first: IntArray, a: int, second: IntArray, b: int, family: int) -> bool:
    """Return whether two genes are equal in structure; else their numbers collide."""
    same = True
    for key in range(1, 1 + at.STRUCTURE[family]):
        same = same and first[a + key] == second[b + key]
    return same


@routine
def _gap(first: FloatArray, a: int, second: FloatArray, b: int, terms: Terms, family: int) -> float:
    """Return the sum of the differences of the traits of two genes, each by its share."""
    gap, place = 0.0, 1 + terms.n_keys[family]
    for trait in range(terms.n_traits[family]):
        difference = first[a + place + trait] - second[b + place + trait]
        gap += terms.share[family, trait] * abs(difference)
    return gap
