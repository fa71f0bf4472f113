"""Mutations of neurons and synapses; each returns whether it changed anything."""

from glianeat.compile.decorators import routine
from glianeat.genome.kernels import layout as at
from glianeat.genome.kernels.hashes import SPLIT, SYNAPSE, structural_hash
from glianeat.genome.kernels.randomness import below, uniform
from glianeat.genome.kernels.rows import (
    address,
    count_equal,
    distribution,
    find,
    has_room,
    insert,
    nth_equal,
    remove,
)
from glianeat.genome.kernels.traits import draw_traits
from glianeat.typing import FloatArray, IntArray

_TRIES = 10  # random pairs looked at before a new synapse is given up


@routine
def split_synapse(words: IntArray, reals: FloatArray) -> bool:
    """Put a neuron on an enabled synapse."""
    n_enabled = count_equal(words, at.SYNAPSES, at.ENABLED, 1)
    roomy = has_room(words, at.NEURONS, 1) and has_room(words, at.SYNAPSES, 2)
    if n_enabled == 0 or not roomy:
        return False
    row = nth_equal(words, at.SYNAPSES, at.ENABLED, 1, below(n_enabled, words))
    first = address(words, at.SYNAPSES, row)
    synapse = words[first + at.NUMBER]
    source, target = words[first + at.SOURCE], words[first + at.TARGET]
    weight = reals[first + _trait_place(words, reals, at.WEIGHT)]
    occurrence = 0  # of the first split that this genome does not have yet
    number = structural_hash(SPLIT, synapse, occurrence)
    while find(words, at.NEURONS, number) >= 0:
        occurrence += 1
        number = structural_hash(SPLIT, synapse, occurrence)
    into, out = structural_hash(SYNAPSE, source, number), structural_hash(SYNAPSE, number, target)
    if find(words, at.SYNAPSES, into) >= 0 or find(words, at.SYNAPSES, out) >= 0:
        return False  # a collision: another structure has this number
    if reals[at.OPTIONS + at.SPLIT_DISABLES] > 0.0:
        words[first + at.ENABLED] = 0
    _bear_neuron(words, reals, number, synapse, occurrence, _birth_region(words, source))
    _relay(words, reals, into, source, number, reals[at.OPTIONS + at.SPLIT_WEIGHT])
    _relay(words, reals, out, number, target, weight)
    return True


@routine
def add_synapse(words: IntArray, reals: FloatArray) -> bool:
    """Join two neurons that are not joined yet; outputs may be sources, inputs never targets."""
    if not has_room(words, at.SYNAPSES, 1):
        return False
    n_targets = words[at.COUNT + at.NEURONS] - count_equal(words, at.NEURONS, at.ROLE, at.INPUT)
    for _ in range(_TRIES):
        row = address(words, at.NEURONS, below(words[at.COUNT + at.NEURONS], words))
        source, target = words[row + at.NUMBER], _some_target(words, n_targets)
        number = structural_hash(SYNAPSE, source, target)
        if find(words, at.SYNAPSES, number) < 0 and may_join(words, reals, source, target):
            _join(words, reals, number, source, target)
            return True
    return False


@routine
def rewire_synapse(words: IntArray, reals: FloatArray) -> bool:
    """Let a synapse end elsewhere; its weight and delay stay."""
    if words[at.COUNT + at.SYNAPSES] == 0:
        return False
    row = below(words[at.COUNT + at.SYNAPSES], words)
    place = address(words, at.SYNAPSES, row)
    source, enabled = words[place + at.SOURCE], words[place + at.ENABLED]
    n_targets = words[at.COUNT + at.NEURONS] - count_equal(words, at.NEURONS, at.ROLE, at.INPUT)
    target = _some_target(words, n_targets)
    number = structural_hash(SYNAPSE, source, target)
    if find(words, at.SYNAPSES, number) >= 0 or not may_join(words, reals, source, target):
        return False
    n_traits, first = words[at.N_TRAITS + at.SYNAPSES], 1 + words[at.N_FIELDS + at.SYNAPSES]
    new = insert(words, at.SYNAPSES, number)
    old = place if place < new else place + words[at.WIDTH + at.SYNAPSES]
    words[new + at.SOURCE], words[new + at.TARGET] = source, target
    words[new + at.ENABLED] = enabled
    for trait in range(n_traits):
        reals[new + first + trait] = reals[old + first + trait]
    remove(
        words, at.SYNAPSES, (old - words[at.BASE + at.SYNAPSES]) // words[at.WIDTH + at.SYNAPSES]
    )
    return True


@routine
def delete_synapse(words: IntArray) -> bool:
    """Remove one synapse gene."""
    if words[at.COUNT + at.SYNAPSES] == 0:
        return False
    remove(words, at.SYNAPSES, below(words[at.COUNT + at.SYNAPSES], words))
    return True


@routine
def toggle_synapse(words: IntArray) -> bool:
    """Enable a disabled synapse or disable an enabled one; its innovation number stays."""
    if words[at.COUNT + at.SYNAPSES] == 0:
        return False
    place = address(words, at.SYNAPSES, below(words[at.COUNT + at.SYNAPSES], words))
    words[place + at.ENABLED] = 1 - words[place + at.ENABLED]
    return True


@routine
def delete_neuron(words: IntArray) -> bool:
    """Remove one hidden neuron with all its synapses."""
    n_hidden = count_equal(words, at.NEURONS, at.ROLE, at.HIDDEN)
    if n_hidden == 0:
        return False
    row = nth_equal(words, at.NEURONS, at.ROLE, at.HIDDEN, below(n_hidden, words))
    number = words[address(words, at.NEURONS, row) + at.NUMBER]
    remove(words, at.NEURONS, row)
    for synapse in range(words[at.COUNT + at.SYNAPSES] - 1, -1, -1):
        place = address(words, at.SYNAPSES, synapse)
        if number in (words[place + at.SOURCE], words[place + at.TARGET]):
            remove(words, at.SYNAPSES, synapse)
    return True


@routine
def flip_signs(words: IntArray, rate: float) -> bool:
    """Turn hidden neurons from excitatory to inhibitory or back, all their synapses with them."""
    flipped = False
    for row in range(words[at.COUNT + at.NEURONS]):
        place = address(words, at.NEURONS, row)
        if words[place + at.ROLE] == at.HIDDEN and uniform(words) < rate:
            words[place + at.SIGN] = -words[place + at.SIGN]
            flipped = True
    return flipped


@routine
def may_join(words: IntArray, reals: FloatArray, source: int, target: int) -> bool:
    """Return whether a synapse keeps a feed-forward network free of cycles.

    Disabled synapses count, so that none of them can close a cycle later.
    """
    if reals[at.OPTIONS + at.FEED_FORWARD] == 0.0:
        return True
    marks = words[at.MARKS]
    for row in range(words[at.COUNT + at.NEURONS]):
        words[marks + row] = 0
    words[marks + find(words, at.NEURONS, target)] = 1
    goal, grows = find(words, at.NEURONS, source), True
    while grows and words[marks + goal] == 0:
        grows = False
        for row in range(words[at.COUNT + at.SYNAPSES]):
            place = address(words, at.SYNAPSES, row)
            reached = find(words, at.NEURONS, words[place + at.TARGET])
            if words[marks + find(words, at.NEURONS, words[place + at.SOURCE])] == 1:
                grows = grows or words[marks + reached] == 0
                words[marks + reached] = 1
    return bool(words[marks + goal] == 0)


@routine
def _some_target(words: IntArray, n_targets: int) -> int:
    """Return the number of a neuron that is no input, all as likely."""
    nth = below(n_targets, words)
    for row in range(words[at.COUNT + at.NEURONS]):
        place = address(words, at.NEURONS, row)
        if words[place + at.ROLE] != at.INPUT:
            if nth == 0:
                return int(words[place + at.NUMBER])
            nth -= 1
    return -1


@routine
def _bear_neuron(
    words: IntArray, reals: FloatArray, number: int, origin: int, occurrence: int, region: int
) -> None:
    excites = uniform(words) < reals[at.OPTIONS + at.HIDDEN_EXCITATORY]
    place = insert(words, at.NEURONS, number)
    words[place + at.ROLE] = at.HIDDEN
    words[place + at.CHANNEL] = occurrence
    words[place + at.ORIGIN] = origin
    words[place + at.REGION] = region
    words[place + at.SIGN] = 1 if excites else -1
    draw_traits(words, reals, at.NEURONS, place)


@routine
def _join(words: IntArray, reals: FloatArray, number: int, source: int, target: int) -> int:
    """Add a synapse with traits of its own; return where its row begins."""
    place = insert(words, at.SYNAPSES, number)
    words[place + at.SOURCE] = source
    words[place + at.TARGET] = target
    words[place + at.ENABLED] = 1
    draw_traits(words, reals, at.SYNAPSES, place)
    return place


@routine
def _relay(
    words: IntArray, reals: FloatArray, number: int, source: int, target: int, weight: float
) -> None:
    """Add a synapse of a neuron born by a split: of a given weight, and as fast as any."""
    place = _join(words, reals, number, source, target)
    reals[place + _trait_place(words, reals, at.WEIGHT)] = weight
    fastest = distribution(words, reals, at.SYNAPSES, at.LOW, int(reals[at.OPTIONS + at.DELAY]))
    reals[place + _trait_place(words, reals, at.DELAY)] = fastest


@routine
def _trait_place(words: IntArray, reals: FloatArray, option: int) -> int:
    """Return where a trait of synapses is in their rows."""
    return 1 + int(words[at.N_FIELDS + at.SYNAPSES]) + int(reals[at.OPTIONS + option])


@routine
def _birth_region(words: IntArray, source: int) -> int:
    """Return a hidden source's region, for other sources one without inputs and outputs if any."""
    row = address(words, at.NEURONS, find(words, at.NEURONS, source))
    if words[row + at.ROLE] == at.HIDDEN:
        return int(words[row + at.REGION])
    n_regions, free = words[at.COUNT + at.REGIONS], 0
    for r in range(n_regions):
        free += not _is_peripheral(words, r)
    nth = below(free if free > 0 else n_regions, words)
    for r in range(n_regions):
        if free == 0 or not _is_peripheral(words, r):
            if nth == 0:
                return int(words[address(words, at.REGIONS, r) + at.NUMBER])
            nth -= 1
    return int(words[row + at.REGION])


@routine
def _is_peripheral(words: IntArray, region_row: int) -> bool:
    """Return whether inputs or outputs lie in a region."""
    number = words[address(words, at.REGIONS, region_row) + at.NUMBER]
    for row in range(words[at.COUNT + at.NEURONS]):
        place = address(words, at.NEURONS, row)
        if words[place + at.ROLE] != at.HIDDEN and words[place + at.REGION] == number:
            return True
    return False
