"""Compatibility distances in compiled code; `glianeat.genome.distance` says what they are."""

import math
from typing import NamedTuple

from glianeat.compile.decorators import kernel, routine
from glianeat.genome.operators import layout as at
from glianeat.genome.operators.layout import PackedGenomes
from glianeat.typing import FloatArray, IntArray

FIRST_KIND = at.N_FAMILIES  # of neurons
N_KINDS = FIRST_KIND + 3


class Terms(NamedTuple):
    """What differences are worth.

    A *kind* is a family, but for neurons, of which each role is one: `FIRST_KIND` plus the role.
    """

    width: IntArray  # (4,) words of a row of each family
    n_columns: IntArray  # (kinds,) traits that may differ in genes of a kind
    column: IntArray  # (kinds, most traits) their places in a row
    share: FloatArray  # (kinds, most traits), of a unit of the mean difference of matching genes
    option: IntArray  # (kinds,) place in a row of the option of a kind, or 0 if it has none
    per_option: float  # of the share of matching genes of which it differs
    per_gene: float  # of the share of neurons and synapses that only one genome has …
    small: int  # … or of each, in genomes of fewer than these
    per_region: float  # of each region that only one genome has


@kernel
def fill_distances(
    first: PackedGenomes, second: PackedGenomes, terms: Terms, distances: FloatArray
) -> None:
    """Fill in the distance of each genome of the first from each of the second."""
    for i in range(distances.shape[0]):
        for j in range(distances.shape[1]):
            distances[i, j] = _distance(first, i, second, j, terms)


@kernel
def fill_species(
    genomes: PackedGenomes,
    representatives: PackedGenomes,
    terms: Terms,
    threshold: float,
    places: IntArray,
    founders: IntArray,
) -> int:
    """Fill in the place of each genome's species, and who founded the new ones; return how many.

    There is room for as many founders as there may be new species. See
    `glianeat.genome.distance.join_species`.
    """
    n_old, n_new = representatives.counts.shape[0], 0
    for i in range(places.shape[0]):
        places[i], nearest, least = -1, -1, math.inf
        for j in range(n_old + n_new):
            if j < n_old:
                apart = _distance(genomes, i, representatives, j, terms)
            else:
                apart = _distance(genomes, i, genomes, founders[j - n_old], terms)
            if apart < least:
                nearest, least = j, apart
            if apart < threshold:
                places[i] = j
                break
        if places[i] < 0 and n_new < founders.shape[0]:
            founders[n_new] = i
            places[i] = n_old + n_new
            n_new += 1
        elif places[i] < 0:
            places[i] = nearest
    return n_new


@routine
def _distance(first: PackedGenomes, i: int, second: PackedGenomes, j: int, terms: Terms) -> float:
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
                kind = family
                if family == at.NEURONS:
                    kind = FIRST_KIND + first.words[a + at.ROLE]
                gap += _gap(first.reals, a, second.reals, b, terms, kind)
            a, b = a + width * (number <= other), b + width * (other <= number)
        mine, theirs = last_a, last_b
        total += gap / max(matched, 1)
        if family == at.REGIONS:
            regions = n + m - 2 * matched
        elif family != at.ASTROCYTES:
            unmatched += n + m - 2 * matched
            genes += max(n, m)
    share = unmatched / max(genes, 1) if genes >= terms.small else float(unmatched)
    return total + terms.per_gene * share + terms.per_region * regions


@routine
def _match(first: IntArray, a: int, second: IntArray, b: int, family: int) -> bool:
    """Return whether two genes are equal in structure; else their numbers collide."""
    same = True
    for field in range(1, 1 + at.STRUCTURE[family]):
        same = same and first[a + field] == second[b + field]
    return same


@routine
def _gap(first: FloatArray, a: int, second: FloatArray, b: int, terms: Terms, kind: int) -> float:
    """Return the sum of the differences of the traits of two genes, each by its share."""
    gap = 0.0
    for i in range(terms.n_columns[kind]):
        column = terms.column[kind, i]
        gap += terms.share[kind, i] * abs(first[a + column] - second[b + column])
    option = terms.option[kind]
    if option > 0 and first[a + option] != second[b + option]:
        gap += terms.per_option
    return gap
