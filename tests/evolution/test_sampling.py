"""Offspring drawn from a distribution: what it learns, when it moves, and how runs keep it."""

import msgspec
import numpy as np
import pytest

from glianeat.errors import CheckpointError
from glianeat.evolution.individual import Individual
from glianeat.evolution.sampling import PATIENCE, SamplingState, decode_sampling
from glianeat.genome.coordinates import coordinates_of
from glianeat.genome.innovation import output_node_id
from glianeat.genome.mutation import SAMPLING
from tests.builders.algorithms import (
    FOUNDERS,
    SIZE,
    advance,
    evaluation,
    new_algorithm,
    new_nsga2,
    new_sampler,
)

PAIR = (1, 0)
TARGET = np.array([2.0, -1.0, 0.5])


def net_weights(genome):
    """Return what the three inputs do to the pair of outputs."""
    coordinates = coordinates_of(genome, new_sampler(opposite=PAIR, traits=()).space)
    return coordinates.value


def sampling(number=6, **options):
    sampler = new_sampler(number=number, **options)
    return new_algorithm(new_nsga2(sampler=sampler))


def run(algorithm, generations, score):
    for _ in range(generations):
        told = [evaluation(g, returns=(score(g),)) for g in algorithm.ask()]
        last = algorithm.tell(told)
    return last


def near_target(genome):
    weights = net_weights(genome)
    return -float(((weights - np.resize(TARGET, len(weights))) ** 2).sum())


def search_of(algorithm):
    return decode_sampling(algorithm._state).search


def drawn(generation):
    return [i for i in generation.offspring if i.operators == SAMPLING]


def test_founders_are_not_drawn_and_a_share_of_their_offspring_is():
    algorithm = sampling()
    assert drawn(advance(algorithm)) == []
    last = advance(algorithm)
    assert [i.key for i in drawn(last)] == list(range(SIZE, SIZE + 6))
    assert len(last.offspring) == SIZE


def test_the_last_one_that_is_drawn_is_the_mean():
    algorithm = sampling(opposite=PAIR, traits=())
    advance(algorithm)
    mean = np.frombuffer(search_of(algorithm).mean)
    *others, last = drawn(advance(algorithm))
    assert net_weights(last.genome) == pytest.approx(mean)
    assert all(net_weights(one.genome) != pytest.approx(mean) for one in others)


@pytest.mark.parametrize("traits", [(), ("bias",), ("bias", "phasic")])
def test_the_first_step_is_as_long_whatever_the_number_of_coordinates(traits):
    algorithm = sampling(opposite=PAIR, traits=traits)
    advance(algorithm)
    search = search_of(algorithm)
    n = len(np.frombuffer(search.mean))
    assert search.step * n**0.5 == pytest.approx(new_sampler().step)


def test_a_distribution_finds_weights_sooner_than_mutation():
    best = {}
    for share in (0, 9):
        sampler = new_sampler(number=share, opposite=PAIR, traits=()) if share else None
        algorithm = new_algorithm(new_nsga2(sampler=sampler))
        run(algorithm, 30, near_target)
        best[share] = max(i.evaluation.mean_return for i, _ in algorithm.survivors)
    assert best[9] > 0.1 * best[0]  # both are negative
    assert best[9] > -0.01


def led_by_the_last_bred(algorithm):
    """Let the last one that was bred do best of all; return its genome."""
    asked = algorithm.ask()
    bred = asked.genomes[-1]
    algorithm.tell([evaluation(g, returns=(1e3 * (g.key == bred.key) - g.key,)) for g in asked])
    return bred


def test_a_bred_genome_that_leads_takes_over_where_samples_have_not_led_for_long():
    algorithm = sampling()
    run(algorithm, PATIENCE, lambda genome: -genome.key)  # the first founder leads
    bred = led_by_the_last_bred(algorithm)
    state = search_of(algorithm)
    assert state.leader == bred.key
    own = coordinates_of(bred, new_sampler().space)
    assert np.array_equal(np.frombuffer(state.mean), own.value)


def test_while_samples_lead_no_bred_genome_takes_over():
    algorithm = sampling()
    run(algorithm, PATIENCE - 1, lambda genome: -genome.key)
    led_by_the_last_bred(algorithm)
    assert search_of(algorithm).leader == 0
    run(algorithm, 1, lambda genome: 1e6 - genome.key)  # the first sample leads
    assert search_of(algorithm).led == algorithm.generation - 1


def test_coordinates_of_both_topologies_keep_what_was_learnt():
    sampler = new_sampler(traits=("bias",))
    parent, other = FOUNDERS[0], FOUNDERS[1]
    lost = other.synapses.take(np.arange(1, len(other.synapses)))
    smaller = type(other)(50, *other.tables[:3], lost)
    first = Individual(genome=parent, evaluation=evaluation(parent, returns=(1.0,)), generation=0)
    better = Individual(
        genome=smaller, evaluation=evaluation(smaller, returns=(2.0,)), generation=PATIENCE
    )
    begun = sampler.next_state(None, [first], 0)
    spread = np.arange(1.0, 1.0 + len(begun.spread) // 8)
    learnt = msgspec.structs.replace(begun, spread=spread.tobytes())
    after = sampler.next_state(learnt, [first, better], PATIENCE)
    own, before = (coordinates_of(g, sampler.space) for g in (smaller, parent))
    assert np.array_equal(np.frombuffer(after.spread), spread[own.places_in(before)])


def test_a_lucky_survivor_does_not_move_the_mean():
    sampler = new_sampler()
    founders = [
        Individual(genome=g, evaluation=evaluation(g, returns=(float(-g.key),)), generation=0)
        for g in FOUNDERS[:4]
    ]
    begun = sampler.next_state(None, founders, 0)
    assert begun.leader == FOUNDERS[0].key
    assert sampler.next_state(begun, founders[1:], 1) == begun


def test_once_the_task_is_solved_all_offspring_are_bred():
    algorithm = new_algorithm(new_nsga2(sampler=new_sampler(), solved=1e6))
    advance(algorithm)
    assert search_of(algorithm) is not None
    told = [evaluation(g, returns=(2e6,)) for g in algorithm.ask()]
    algorithm.tell(told, solved=True)
    assert search_of(algorithm) is None
    assert drawn(advance(algorithm)) == []


def test_several_rewards_are_not_searched():
    algorithm = sampling()
    algorithm.tell([evaluation(g, rewards=((1.0, 2.0),)) for g in algorithm.ask()])
    assert search_of(algorithm) is None


def test_failed_samples_teach_to_go_elsewhere():
    algorithm = sampling(opposite=PAIR, traits=())
    run(algorithm, 1, near_target)
    before = np.frombuffer(search_of(algorithm).mean)
    asked = algorithm.ask()
    algorithm.tell(
        [
            evaluation(g, status="failed", returns=())
            if net_weights(g)[0] > before[0]
            else evaluation(g, returns=(-1e6,))
            for g in asked
        ]
    )
    assert np.frombuffer(search_of(algorithm).mean)[0] < before[0]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("skeleton", b"GNOM", "search: damaged: packed genome"),
        ("mean", b"12345678", r"search: damaged: must have \d+ coordinates, got 1"),
        ("step", -1.0, "search: damaged: a spread or step is not positive"),
        ("spread", None, "search: damaged: a coordinate is not finite"),
    ],
)
def test_a_damaged_state_is_refused(field, value, message):
    algorithm = sampling()
    advance(algorithm)
    search = search_of(algorithm)
    if value is None:
        value = np.full(len(search.spread) // 8, np.nan).tobytes()
    broken = SamplingState(search=msgspec.structs.replace(search, **{field: value}))
    algorithm._state = msgspec.msgpack.encode(broken)
    with pytest.raises(CheckpointError, match=message):
        algorithm.ask()


@pytest.mark.parametrize("state", [b"\x01", b"\xc1", msgspec.msgpack.encode({"search": 3})])
def test_a_state_that_is_none_is_refused(state):
    with pytest.raises(CheckpointError, match="search: damaged"):
        decode_sampling(state)


def test_outputs_of_a_pair_are_not_both_joined():
    algorithm = sampling(opposite=PAIR)
    advance(algorithm)
    for individual in drawn(advance(algorithm)):
        synapses = individual.genome.synapses
        ends = [
            (source, target)
            for source, target in synapses.fields[:, :2].tolist()
            if target in (output_node_id(0), output_node_id(1))
        ]
        assert len({source for source, _ in ends}) == len(ends)
