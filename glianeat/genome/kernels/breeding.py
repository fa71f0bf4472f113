"""Making children: inherit, recombine, mutate, until they differ from everybody."""

import numpy as np

from glianeat.compile.decorators import kernel, routine
from glianeat.elementary import exp2
from glianeat.genome.kernels import layout as at
from glianeat.genome.kernels.glia import (
    add_astrocyte,
    add_region,
    delete_astrocyte,
    remove_region,
    split_region,
)
from glianeat.genome.kernels.hashes import mix, remember, stirred
from glianeat.genome.kernels.layout import Packed
from glianeat.genome.kernels.randomness import seed_state, uniform
from glianeat.genome.kernels.rows import address, copy_words, find
from glianeat.genome.kernels.traits import perturb
from glianeat.genome.kernels.wiring import (
    add_synapse,
    delete_neuron,
    delete_synapse,
    flip_signs,
    rewire_synapse,
    split_synapse,
    toggle_synapse,
)
from glianeat.typing import FloatArray, IntArray, WordArray

_TRIES = 5  # mutations until a child differs from everybody


@routine
def inherit(words: IntArray, parents: Packed, i: int) -> None:
    """Begin a draft with all genes of a genome."""
    place = parents.start[i]
    for family in range(at.N_FAMILIES):
        words[at.COUNT + family] = parents.counts[i, family]
        first = words[at.BASE + family]
        n_words = words[at.COUNT + family] * words[at.WIDTH + family]
        copy_words(words[first : first + n_words], parents.words[place : place + n_words])
        place += n_words


@routine
def recombine(words: IntArray, reals: FloatArray, parents: Packed, i: int) -> None:
    """Take about half of the matching genes from another genome, whole genes at a time.

    Two genes of equal number but different structure (a hash collision) do not match; a neuron
    gene is not taken if it lies in a region that the draft has not.
    """
    place = parents.start[i]
    for family in range(at.N_FAMILIES):
        width, n_rows = words[at.WIDTH + family], parents.counts[i, family]
        row = 0
        for other in range(n_rows):
            theirs = place + other * width
            number = parents.words[theirs]
            while row < words[at.COUNT + family] and words[address(words, family, row)] < number:
                row += 1
            if row < words[at.COUNT + family] and words[address(words, family, row)] == number:
                _mix_genes(words, reals, family, address(words, family, row), parents.words, theirs)
        place += n_rows * width


@routine
def _mix_genes(
    words: IntArray, reals: FloatArray, family: int, mine: int, donor: IntArray, theirs: int
) -> None:
    for field in range(1, 1 + at.STRUCTURE[family]):
        if words[mine + field] != donor[theirs + field]:
            return
    enabled = words[mine + at.ENABLED]
    if family == at.SYNAPSES and enabled != donor[theirs + at.ENABLED]:
        enabled = 1 if uniform(words) >= reals[at.OPTIONS + at.INHERIT_DISABLED] else 0
    fits = family != at.NEURONS or find(words, at.REGIONS, donor[theirs + at.REGION]) >= 0
    if uniform(words) < 0.5 and fits:
        for w in range(1, words[at.WIDTH + family]):
            words[mine + w] = donor[theirs + w]
    if family == at.SYNAPSES:
        words[mine + at.ENABLED] = enabled


@routine
def mutate(words: IntArray, reals: FloatArray) -> int:
    """Apply each operator at its rate, structure first; return the set of those that changed."""
    done = 0
    for operator in range(at.FLIP_SIGN):
        if uniform(words) < reals[at.OPTIONS + at.RATES + operator] and _apply(
            words, reals, operator
        ):
            done |= 1 << operator
    flips = reals[at.OPTIONS + at.RATES + at.FLIP_SIGN]
    if flips > 0.0 and flip_signs(words, flips):
        done |= 1 << at.FLIP_SIGN
    varies = reals[at.OPTIONS + at.RATES + at.TRAITS]
    if uniform(words) < varies and _mutate_traits(words, reals) > 0:
        done |= 1 << at.TRAITS
    return done


@routine
def _apply(words: IntArray, reals: FloatArray, operator: int) -> bool:  # noqa: C901, PLR0911, PLR0912 - one line each
    if operator == at.SPLIT_SYNAPSE:
        return split_synapse(words, reals)
    if operator == at.ADD_SYNAPSE:
        return add_synapse(words, reals)
    if operator == at.DELETE_SYNAPSE:
        return delete_synapse(words)
    if operator == at.DELETE_NEURON:
        return delete_neuron(words)
    if operator == at.TOGGLE_SYNAPSE:
        return toggle_synapse(words)
    if operator == at.REWIRE_SYNAPSE:
        return rewire_synapse(words, reals)
    if operator == at.ADD_ASTROCYTE:
        return add_astrocyte(words, reals)
    if operator == at.DELETE_ASTROCYTE:
        return delete_astrocyte(words)
    if operator == at.ADD_REGION:
        return add_region(words, reals)
    if operator == at.SPLIT_REGION:
        return split_region(words, reals)
    return remove_region(words, reals)


@routine
def _mutate_traits(words: IntArray, reals: FloatArray) -> int:
    """Perturb traits at rates that are scaled by one factor, drawn anew for every child.

    Some children change little and keep what works, some change much. One that would not change at
    all, whose evaluation would tell nothing new, mutates at full rates.
    """
    scale = exp2(-reals[at.OPTIONS + at.MUTATION_SPREAD] * uniform(words))
    power, octaves = 1.0, reals[at.OPTIONS + at.POWER_SPREAD]
    if octaves > 0.0:
        power = exp2(-octaves * uniform(words))
    touched = perturb(words, reals, scale, power)
    return touched if touched > 0 else perturb(words, reals, 1.0, power)


@routine
def _digest(words: IntArray) -> np.uint64:
    """Return a hash of all genes; equal genomes have equal ones, others hardly ever."""
    digest, place = np.uint64(0), 1
    for family in range(at.N_FAMILIES):
        count = words[at.COUNT + family]
        digest = mix(digest + np.uint64(count))
        first, n_words = words[at.BASE + family], count * words[at.WIDTH + family]
        digest += stirred(words[first : first + n_words], place)
        place += n_words
    return mix(digest)


@kernel
def take_note(words: IntArray, genomes: Packed, known: WordArray) -> None:
    """Remember the genes of some genomes, by the same digest."""
    for i in range(genomes.counts.shape[0]):
        if genomes.digest[i] != 0:
            remember(known, genomes.digest[i])
            continue
        digest, place, first = np.uint64(0), 1, genomes.start[i]
        for family in range(at.N_FAMILIES):
            count = genomes.counts[i, family]
            digest = mix(digest + np.uint64(count))
            n_words = count * words[at.WIDTH + family]
            digest += stirred(genomes.words[first : first + n_words], place)
            place += n_words
            first += n_words
        remember(known, mix(digest))


@routine
def _fits_in(words: IntArray, children: Packed, i: int) -> bool:
    """Return whether as large a child as a draft can hold has room behind those before it."""
    largest = words.shape[0] - words[at.BASE]  # a parent may be beyond the structural caps
    return bool(_place_of_child(children, i) + largest <= children.words.shape[0])


@routine
def _place_of_child(children: Packed, i: int) -> int:
    return int(children.end[i - 1]) if i > 0 else 0


@routine
def _deliver(words: IntArray, children: Packed, i: int) -> None:
    """Write a draft behind the children before it."""
    place = _place_of_child(children, i)
    children.start[i] = place
    for family in range(at.N_FAMILIES):
        first = words[at.BASE + family]
        children.counts[i, family] = words[at.COUNT + family]
        n_words = words[at.COUNT + family] * words[at.WIDTH + family]
        copy_words(children.words[place : place + n_words], words[first : first + n_words])
        place += n_words
    children.end[i] = place


@kernel
def breed_all(
    words: IntArray,
    reals: FloatArray,
    parents: Packed,
    pairings: IntArray,
    children: Packed,
    known: WordArray,
) -> None:
    """Make children until all are made or there is no room for one; the head keeps the count.

    `pairings` has a row for each child: its key, the indices of the parent and of the mate,
    or -1, and whether it is mutated; the fifth place is filled in with the operators that changed
    it.
    """
    while words[at.MADE] < pairings.shape[0] and _fits_in(words, children, words[at.MADE]):
        i = words[at.MADE]
        key, parent, mate = pairings[i, 0], pairings[i, 1], pairings[i, 2]
        seed_state(words, words[at.SEED], key)
        inherit(words, parents, parent)
        if mate >= 0:
            recombine(words, reals, parents, mate)
        for _ in range(_TRIES):
            if pairings[i, 3] != 0:
                pairings[i, 4] |= mutate(words, reals)
            children.digest[i] = _digest(words)
            if remember(known, children.digest[i]) or pairings[i, 3] == 0:
                break
        _deliver(words, children, i)
        words[at.MADE] += 1
