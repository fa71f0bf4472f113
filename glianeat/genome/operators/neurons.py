"""Mutations of neurons; each returns whether it changed anything."""

from glianeat.compile.decorators import routine
from glianeat.genome.operators import layout as at
from glianeat.genome.operators.draft import (
    Draft,
    address,
    count_equal,
    distribution,
    find,
    has_room,
    insert,
    nth_equal,
    remove,
)
from glianeat.genome.operators.hashes import SPLIT, SYNAPSE, structural_hash
from glianeat.genome.operators.stream import below, uniform
from glianeat.genome.operators.synapses import insert_synapse, trait_place
from glianeat.genome.operators.traits import draw_traits


@routine
def split_synapse(draft: Draft) -> bool:
    """Put a neuron on an enabled synapse."""
    n_enabled = count_equal(draft, at.SYNAPSES, at.ENABLED, 1)
    roomy = has_room(draft, at.NEURONS, 1) and has_room(draft, at.SYNAPSES, 2)
    if n_enabled == 0 or not roomy:
        return False
    row = nth_equal(draft, at.SYNAPSES, at.ENABLED, 1, below(n_enabled, draft.head))
    first = address(draft, at.SYNAPSES, row)
    synapse = draft.words[first + at.NUMBER]
    source, target = draft.words[first + at.SOURCE], draft.words[first + at.TARGET]
    weight = draft.reals[first + trait_place(draft, at.WEIGHT)]
    occurrence = 0  # of the first split that this genome does not have yet
    number = structural_hash(SPLIT, synapse, occurrence)
    while find(draft, at.NEURONS, number) >= 0:
        occurrence += 1
        number = structural_hash(SPLIT, synapse, occurrence)
    into, out = structural_hash(SYNAPSE, source, number), structural_hash(SYNAPSE, number, target)
    if find(draft, at.SYNAPSES, into) >= 0 or find(draft, at.SYNAPSES, out) >= 0:
        return False  # a collision: another structure has this number
    if draft.rates[at.SPLIT_DISABLES] > 0.0:
        draft.words[first + at.ENABLED] = 0
    _insert_neuron(draft, number, synapse, occurrence, _birth_region(draft, source))
    _insert_relay(draft, into, source, number, draft.rates[at.SPLIT_WEIGHT])
    _insert_relay(draft, out, number, target, weight)
    return True


@routine
def delete_neuron(draft: Draft) -> bool:
    """Remove one hidden neuron with all its synapses."""
    n_hidden = count_equal(draft, at.NEURONS, at.ROLE, at.HIDDEN)
    if n_hidden == 0:
        return False
    row = nth_equal(draft, at.NEURONS, at.ROLE, at.HIDDEN, below(n_hidden, draft.head))
    number = draft.words[address(draft, at.NEURONS, row) + at.NUMBER]
    remove(draft, at.NEURONS, row)
    for synapse in range(draft.head[at.N_GENES + at.SYNAPSES] - 1, -1, -1):
        place = address(draft, at.SYNAPSES, synapse)
        if number in (draft.words[place + at.SOURCE], draft.words[place + at.TARGET]):
            remove(draft, at.SYNAPSES, synapse)
    return True


@routine
def flip_signs(draft: Draft, rate: float) -> bool:
    """Turn hidden neurons from excitatory to inhibitory or back, all their synapses with them."""
    flipped = False
    for row in range(draft.head[at.N_GENES + at.NEURONS]):
        place = address(draft, at.NEURONS, row)
        if draft.words[place + at.ROLE] == at.HIDDEN and uniform(draft.head) < rate:
            draft.words[place + at.SIGN] = -draft.words[place + at.SIGN]
            flipped = True
    return flipped


@routine
def _insert_neuron(draft: Draft, number: int, origin: int, occurrence: int, region: int) -> None:
    excites = uniform(draft.head) < draft.rates[at.HIDDEN_EXCITATORY]
    place = insert(draft, at.NEURONS, number)
    draft.words[place + at.ROLE] = at.HIDDEN
    draft.words[place + at.CHANNEL] = occurrence
    draft.words[place + at.ORIGIN] = origin
    draft.words[place + at.REGION] = region
    draft.words[place + at.SIGN] = 1 if excites else -1
    draw_traits(draft, at.NEURONS, place)


@routine
def _insert_relay(draft: Draft, number: int, source: int, target: int, weight: float) -> None:
    """Add a synapse of a neuron born by a split: of a given weight, and as fast as any."""
    place = insert_synapse(draft, number, source, target)
    draft.reals[place + trait_place(draft, at.WEIGHT)] = weight
    fastest = distribution(draft, at.SYNAPSES, at.LOW, int(draft.rates[at.DELAY]))
    draft.reals[place + trait_place(draft, at.DELAY)] = fastest


@routine
def _birth_region(draft: Draft, source: int) -> int:
    """Return a hidden source's region, for other sources one without inputs and outputs if any."""
    row = address(draft, at.NEURONS, find(draft, at.NEURONS, source))
    if draft.words[row + at.ROLE] == at.HIDDEN:
        return int(draft.words[row + at.REGION])
    n_regions, free = draft.head[at.N_GENES + at.REGIONS], 0
    for r in range(n_regions):
        free += not _is_peripheral(draft, r)
    nth = below(free if free > 0 else n_regions, draft.head)
    for r in range(n_regions):
        if free == 0 or not _is_peripheral(draft, r):
            if nth == 0:
                return int(draft.words[address(draft, at.REGIONS, r) + at.NUMBER])
            nth -= 1
    return int(draft.words[row + at.REGION])


@routine
def _is_peripheral(draft: Draft, region_row: int) -> bool:
    """Return whether inputs or outputs lie in a region."""
    number = draft.words[address(draft, at.REGIONS, region_row) + at.NUMBER]
    for row in range(draft.head[at.N_GENES + at.NEURONS]):
        place = address(draft, at.NEURONS, row)
        if draft.words[place + at.ROLE] != at.HIDDEN and draft.words[place + at.REGION] == number:
            return True
    return False
