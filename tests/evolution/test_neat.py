import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.individual import NO_PARENT, Individual
from glianeat.evolution.species import Species, SpeciesSet, encode_species_set
from glianeat.evolution.strategies.neat import (
    NeatConfig,
    largest_remainder,
    shared_fitness,
    species_pairings,
)
from glianeat.evolution.strategy import SelectionContext
from glianeat.genome.serial import pack
from tests.builders.algorithms import (
    FOUNDERS,
    VARIATION,
    advance,
    evaluation,
    keys,
    new_algorithm,
    new_neat,
)
from tests.builders.standings import standing

weights = st.lists(st.floats(0.0, 1e300), min_size=1, max_size=20).filter(any).map(np.array)


@given(weights, st.integers(0, 5000))
def test_offspring_sum_up_and_are_within_one_of_their_quotas(shares, total):
    numbers = largest_remainder(shares, total)
    scaled = shares / shares.max()
    quotas = scaled / scaled.sum() * total
    assert numbers.sum() == total
    assert (np.abs(numbers - quotas) < 1.0 + 1e-9 * total).all()


@pytest.mark.parametrize(
    ("shares", "total", "expected"),
    [
        ([1, 1, 1], 10, [4, 3, 3]),
        ([5, 3, 2], 10, [5, 3, 2]),
        ([6, 3, 1], 5, [3, 2, 0]),
        ([0, 2, 0], 7, [0, 7, 0]),
        ([47, 16, 15.8, 12, 6.1, 3.1], 10, [5, 2, 1, 1, 1, 0]),
    ],
)
def test_largest_remainders_get_what_is_left(shares, total, expected):
    assert largest_remainder(np.array(shares, dtype=np.float64), total).tolist() == expected


def test_fitness_is_shared_among_the_members_of_a_species():
    fitness, index = np.array([8.0, 4.0, 9.0, 0.0, 3.0]), np.array([0, 0, 1, 1, 1])
    assert shared_fitness(fitness, index).tolist() == [6.0, 4.0]


def test_negative_fitness_is_counted_from_the_lowest():
    fitness, index = np.array([-10.0, -30.0, 5.0]), np.array([0, 1, 1])
    assert shared_fitness(fitness, index).tolist() == [20.0, 17.5]


def test_failed_members_have_no_fitness_but_count_as_members():
    fitness, index = np.array([6.0, -np.inf, -np.inf]), np.array([0, 0, 1])
    assert shared_fitness(fitness, index).tolist() == [3.0, 0.0]


def test_if_all_failed_every_species_has_a_shared_fitness_of_zero():
    assert shared_fitness(np.full(3, -np.inf), np.array([0, 1, 1])).tolist() == [0.0, 0.0]


def pairings_of(index, offspring, seed=0, **settings):
    index, offspring = np.array(index), np.array(offspring)
    keys = np.arange(100, 100 + offspring.sum())
    rng = np.random.default_rng(seed)
    return species_pairings(keys, index, offspring, NeatConfig(**settings), rng)


SPECIES_INDEX = [0, 1, 0, 1, 1, 0, 1, 1, 0, 1]  # four of one species, six of the other; best first


def test_parents_are_the_best_of_their_species():
    pairings = pairings_of(SPECIES_INDEX, [200, 300], survival=0.5, interspecies=0.0)
    parents = [{0, 2}, {1, 3, 4}]
    for species, rows in enumerate((slice(0, 200), slice(200, 500))):
        assert set(pairings.parent[rows].tolist()) == parents[species]
        assert set(pairings.mate[rows].tolist()) == {-1, *sorted(parents[species])[1:]}


def test_every_parent_is_as_likely_as_the_others():
    pairings = pairings_of([0] * 10, [8000], survival=0.4, mutation_only=1.0)
    share = np.bincount(pairings.parent) / 8000
    assert share == pytest.approx([0.25] * 4, abs=0.03)


def test_the_fitter_parent_comes_first():
    pairings = pairings_of(SPECIES_INDEX, [200, 300], survival=1.0, interspecies=0.5)
    two = pairings.mate >= 0
    assert (pairings.parent[two] < pairings.mate[two]).all()


def test_a_species_has_at_least_one_parent():
    pairings = pairings_of([0, 1, 1], [5, 5], survival=0.01)
    assert set(pairings.parent.tolist()) == {0, 1}


def test_children_of_a_single_parent_are_mutated_clones():
    pairings = pairings_of([0, 1], [50, 50], interspecies=0.0, mutate_crossed=0.0)
    assert (pairings.mate == -1).all()
    assert pairings.mutated.all()


def test_shares_of_mutation_and_crossover_are_as_set():
    pairings = pairings_of([0] * 1000, [20_000], survival=1.0)
    crossed = pairings.mate >= 0
    assert np.mean(~crossed) == pytest.approx(0.25, abs=0.02)
    assert pairings.mutated[~crossed].all()
    assert np.mean(pairings.mutated[crossed]) == pytest.approx(0.8, abs=0.02)


def test_mates_come_from_other_species_at_the_configured_rate():
    index = np.array(SPECIES_INDEX)
    pairings = pairings_of(
        SPECIES_INDEX, [4000, 4000], survival=0.5, mutation_only=0.0, interspecies=0.3
    )
    two = pairings.mate >= 0
    crosses_species = index[pairings.parent[two]] != index[pairings.mate[two]]
    assert crosses_species.sum() / 8000 == pytest.approx(0.3, abs=0.03)
    assert set(pairings.parent.tolist()) | set(pairings.mate.tolist()) == {-1, 0, 1, 2, 3, 4}


def test_with_one_species_all_mates_are_from_it():
    pairings = pairings_of([0] * 10, [200], survival=0.3, interspecies=1.0)
    assert set(pairings.parent.tolist()) <= {0, 1, 2}


def members(rows, generation=30):
    """Return survivors of given species and fitness, best first."""
    ordered = sorted(enumerate(rows), key=lambda row: -row[1][1])
    return [
        (
            Individual(
                genome=FOUNDERS[key],
                evaluation=Evaluation(key=key, returns=(fitness,)),
                generation=generation,
            ),
            standing(key, place, 0.0, species),
        )
        for place, (key, (species, fitness)) in enumerate(ordered)
    ]


def planned(rows, improved, best_improved=30, generation=31, **neat):
    """Return the children of each species, and the keys of the champions that live on."""
    strategy = new_neat(size=len(rows), neat={"interspecies": 0.0} | neat)
    species = tuple(Species(n, 0, 0, 0.0, when) for n, when in improved.items())
    state = encode_species_set(SpeciesSet(1.0, species, 99, best=9.9, improved=best_improved))
    survivors = members(rows)
    context = SelectionContext(generation=generation, reward_minimum=0.0, state=state)
    plan = strategy.plan_breeding(survivors, 100, context)
    index = [survivors[parent][1]["species"] for parent in plan.pairings.parent.tolist()]
    children = {number: index.count(number) for number in improved}
    return children, sorted(survivors[place][0].key for place in plan.carried_over)


def test_offspring_are_in_proportion_to_the_mean_fitness_of_species():
    rows = [(0, 6.0)] * 4 + [(1, 3.0)] * 4 + [(2, 1.0)] * 2
    children, champions = planned(rows, {0: 30, 1: 30, 2: 30})
    assert (children, champions) == ({0: 6, 1: 3, 2: 1}, [])


def test_champions_of_large_species_are_carried_over_in_place_of_a_child():
    rows = [(0, 6.0)] * 4 + [(1, 6.2)] * 4 + [(0, 7.0)]
    children, champions = planned(rows, {0: 30, 1: 30})
    assert (children, champions) == ({0: 4, 1: 4}, [8])


def test_an_elite_size_of_zero_carries_no_champion_over():
    children, champions = planned([(0, 6.0)] * 10, {0: 30}, elite_size=0)
    assert (children, champions) == ({0: 10}, [])


def test_stagnant_species_have_no_offspring():
    rows = [(0, 5.0), (1, 4.0), (2, 3.0), (3, 3.0)]
    children, _ = planned(rows, {0: 30, 1: 30, 2: 15, 3: 16})
    assert children[2] == 0
    assert children[3] > 0


def test_the_two_best_species_have_offspring_even_if_they_stagnate():
    children, _ = planned([(0, 3.0), (1, 5.0), (2, 4.0), (3, 1.0)], dict.fromkeys(range(4), 0))
    assert [number for number, count in children.items() if count] == [1, 2]


def test_refocusing_leaves_offspring_to_the_two_best_species():
    rows = [(0, 5.0), (1, 4.0), (2, 3.0), (3, 3.0)]
    children, _ = planned(rows, dict.fromkeys(range(4), 30), best_improved=10)
    assert [number for number, count in children.items() if count] == [0, 1]
    children, _ = planned(rows, dict.fromkeys(range(4), 30), best_improved=10, refocus=0)
    assert all(children.values())


@pytest.mark.parametrize(("stale", "refocused"), [(19, 0), (20, 1), (21, 0), (39, 0), (40, 1)])
def test_refocusing_lasts_one_generation(stale, refocused):
    rows = [(0, 5.0), (1, 4.0), (2, 3.0), (3, 3.0)]
    born = dict.fromkeys(range(4), 60)
    children, _ = planned(rows, born, best_improved=60 - stale, generation=61)
    assert all(children.values()) is not bool(refocused)


def test_species_of_zero_fitness_have_equal_numbers_of_offspring():
    children, _ = planned([(n % 3, 0.0) for n in range(9)], {0: 30, 1: 30, 2: 30})
    assert children == {0: 3, 1: 3, 2: 3}


def test_all_but_champions_are_replaced():
    algorithm = new_algorithm(new_neat(size=30, species={"target": 3}))
    advance(algorithm)
    for _ in range(6):
        before = {i.key: pack(i.genome) for i, _ in algorithm.survivors}
        born = {individual.key for individual in advance(algorithm).offspring}
        carried = {i.key: i for i, _ in algorithm.survivors if i.key not in born}
        assert len(born) + len(carried) == 30
        assert all(pack(i.genome) == before[key] for key, i in carried.items())
    assert carried


def test_a_champion_keeps_its_evaluation():
    algorithm = new_algorithm(new_neat(size=30, species={"target": 1, "threshold": 50.0}))
    last = advance(algorithm)
    champion = min(last.offspring, key=lambda i: (-i.evaluation.mean_return, i.evaluation.power))
    asked = algorithm.ask()
    assert (len(asked), champion.key in {genome.key for genome in asked}) == (29, False)
    algorithm.tell([evaluation(genome, returns=(-99.0,)) for genome in asked])
    assert algorithm.survivors[0][0] == champion
    assert algorithm.evaluated == 59


def test_survivors_are_sorted_by_fitness_then_other_objectives_then_age():
    algorithm = new_algorithm(new_neat())
    told = [
        evaluation(g, returns=(float(g.key // 4),), power=float(g.key // 2 % 2))
        for g in algorithm.ask()
    ]
    algorithm.tell(told)
    assert keys(algorithm) == [8, 9, 4, 5, 6, 7, 0, 1, 2, 3]


def test_any_reward_or_other_objective_can_be_the_fitness():
    algorithm = new_algorithm(new_neat(objectives=("neurons", "reward")))
    told = [evaluation(g, neurons=50 - g.key) for g in algorithm.ask()]
    algorithm.tell(told)
    assert keys(algorithm) == list(range(9, -1, -1))


def test_neat_prunes_no_genome():
    algorithm = new_algorithm(new_neat())
    advance(algorithm, 2)
    assert algorithm.ask().prune_below == -np.inf


def test_every_member_has_a_species_and_parents_are_of_one():
    strategy = new_neat(size=30, species={"target": 4}, neat={"interspecies": 0.0})
    algorithm = new_algorithm(strategy, variation=VARIATION)
    advance(algorithm)
    for _ in range(5):
        species = {standing.key: standing["species"] for _, standing in algorithm.survivors}
        assert min(species.values()) >= 0
        for individual in advance(algorithm).offspring:
            one, other = individual.parents
            assert other == NO_PARENT or species[one] == species[other]
