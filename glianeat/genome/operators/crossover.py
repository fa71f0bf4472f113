"""Crossover: a child begins with the genes of its parent, and takes some of its mate's."""

from glianeat.compile.decorators import routine
from glianeat.genome.operators import layout as at
from glianeat.genome.operators.draft import Draft, address, copy_words, find
from glianeat.genome.operators.layout import PackedGenomes
from glianeat.genome.operators.stream import uniform
from glianeat.typing import IntArray


@routine
def inherit(draft: Draft, parents: PackedGenomes, i: int) -> None:
    """Begin a draft with all genes of a genome."""
    place = parents.start[i]
    for family in range(at.N_FAMILIES):
        draft.head[at.N_GENES + family] = parents.counts[i, family]
        first = draft.head[at.BASE + family]
        n_words = draft.head[at.N_GENES + family] * draft.head[at.WIDTH + family]
        copy_words(draft.words[first : first + n_words], parents.words[place : place + n_words])
        place += n_words


@routine
def recombine(draft: Draft, parents: PackedGenomes, i: int) -> None:
    """Take about half of the matching genes from another genome, whole genes at a time.

    Two genes of equal number but different structure (a hash collision) do not match; a neuron
    gene is not taken if it lies in a region that the draft has not.
    """
    place = parents.start[i]
    for family in range(at.N_FAMILIES):
        width, n_rows = draft.head[at.WIDTH + family], parents.counts[i, family]
        row = 0
        for other in range(n_rows):
            theirs = place + other * width
            number = parents.words[theirs]
            while (
                row < draft.head[at.N_GENES + family]
                and draft.words[address(draft, family, row)] < number
            ):
                row += 1
            if (
                row < draft.head[at.N_GENES + family]
                and draft.words[address(draft, family, row)] == number
            ):
                _mix_genes(draft, family, address(draft, family, row), parents.words, theirs)
        place += n_rows * width


@routine
def _mix_genes(draft: Draft, family: int, mine: int, donor: IntArray, theirs: int) -> None:
    for field in range(1, 1 + at.STRUCTURE[family]):
        if draft.words[mine + field] != donor[theirs + field]:
            return
    enabled = draft.words[mine + at.ENABLED]
    if family == at.SYNAPSES and enabled != donor[theirs + at.ENABLED]:
        enabled = 1 if uniform(draft.head) >= draft.rates[at.INHERIT_DISABLED] else 0
    fits = family != at.NEURONS or find(draft, at.REGIONS, donor[theirs + at.REGION]) >= 0
    if uniform(draft.head) < 0.5 and fits:
        for w in range(1, draft.head[at.WIDTH + family]):
            draft.words[mine + w] = donor[theirs + w]
    if family == at.SYNAPSES:
        draft.words[mine + at.ENABLED] = enabled
