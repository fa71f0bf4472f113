"""NSGA-II with species: young species are protected, and mates are of one species."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.individual import NO_PARENT, Individual
from glianeat.evolution.species import Species, SpeciesSet, decode_species_set, encode_species_set
from glianeat.evolution.standing import NO_SPECIES
from glianeat.evolution.strategies.nsga2 import species_tournaments
from glianeat.evolution.strategy import SelectionContext
from tests.builders.algorithms import FOUNDERS, advance, new_algorithm, new_nsga2

SIZE = 8
OLD, NEW = FOUNDERS[0], FOUNDERS[1]  # representatives of two species: equal genes, one species


def selected(returns, generation=3, born=3, **settings):
    """Select from genomes of one old species and, from key 100 on, of one that is younger."""
    species = {"target": 2, "threshold": 1e-6, "threshold_step": 0.0} | settings
    strategy = new_nsga2(size=SIZE, species=species, method="reward")
    species_set = SpeciesSet(1e-6, (Species(0, 0, 0), Species(1, 100, born)), 2)
    context = SelectionContext(
        generation=generation, reward_minimum=0.0, state=encode_species_set(species_set)
    )
    previous = [individual(0, 0.0), individual(100, 0.0)]
    standings, state = strategy.select(
        [individual(key, value) for key, value in returns.items()], previous, context
    )
    return [s.key for s in standings], decode_species_set(state, strategy.species), standings


def individual(key, value):
    genome = (OLD if key < 100 else NEW).with_key(key)
    failed = value is None
    evaluation = Evaluation(
        key=key, returns=() if failed else (value,), status="failed" if failed else "ok"
    )
    return Individual(genome=genome, evaluation=evaluation, generation=0)


OLD_SPECIES = {key: 50.0 + key for key in range(8)}
YOUNG_SPECIES = {100: 3.0, 101: 1.0, 102: 2.0}


def test_a_young_species_keeps_its_best_members():
    survivors, species_set, _ = selected(OLD_SPECIES | YOUNG_SPECIES)
    assert survivors == [7, 6, 5, 4, 3, 2, 100, 102]
    assert [one.number for one in species_set.species] == [0, 1]


def test_standings_name_the_species_of_survivors():
    _, _, standings = selected(OLD_SPECIES | YOUNG_SPECIES)
    assert [standing["species"] for standing in standings] == [0] * 6 + [1] * 2


@pytest.mark.parametrize(("age", "protected"), [(0, True), (4, True), (5, False)])
def test_a_species_is_young_for_some_generations(age, protected):
    survivors, species_set, _ = selected(OLD_SPECIES | YOUNG_SPECIES, generation=3 + age)
    assert (100 in survivors) == protected
    assert len(species_set.species) == 1 + protected


def test_with_young_set_to_zero_no_species_is_protected():
    assert max(selected(OLD_SPECIES | YOUNG_SPECIES, young=0)[0]) < 100


def test_the_species_of_the_founders_are_not_young():
    assert max(selected(OLD_SPECIES | YOUNG_SPECIES, generation=1, born=0)[0]) < 100


def test_the_number_of_protected_members_can_be_set():
    assert [
        key for key in selected(OLD_SPECIES | YOUNG_SPECIES, young_members=1)[0] if key >= 100
    ] == [100]


def test_at_most_half_of_the_population_is_protected():
    young = {100 + n: float(n) for n in range(8)}
    survivors, _, _ = selected(OLD_SPECIES | young, young_members=99)
    assert survivors == [7, 6, 5, 4, 107, 106, 105, 104]


def test_members_that_survive_by_rank_count_as_protected():
    young = {100: 90.0, 101: 80.0, 102: 1.0}
    assert selected(OLD_SPECIES | young)[0] == [100, 101, 7, 6, 5, 4, 3, 2]


def test_failed_members_are_not_protected():
    survivors, _, _ = selected(OLD_SPECIES | {100: None, 101: 1.0})
    assert (100 in survivors, 101 in survivors) == (False, True)


def test_without_species_standings_name_none():
    algorithm = new_algorithm()
    last = advance(algorithm, 2)
    assert {standing["species"] for standing in last.survivors} == {NO_SPECIES}
    assert last.state == b""


def test_parent_and_mate_are_of_one_species():
    strategy = new_nsga2(size=20, crossover=1.0, species={"target": 4, "threshold": 0.8})
    algorithm = new_algorithm(strategy)
    advance(algorithm)
    for _ in range(5):
        species = {standing.key: standing["species"] for _, standing in algorithm.survivors}
        for one, other in (i.parents for i in advance(algorithm).offspring):
            assert other == NO_PARENT or species[one] == species[other]
        assert len(set(species.values())) > 1


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.integers(1, 5), st.integers(0, 9))
def test_winners_are_of_one_species_with_the_fitter_as_parent(species, size, seed):
    numbers, rng = np.array(species), np.random.default_rng(seed)
    pairings = species_tournaments(range(50), numbers, 0.5, size, rng)
    two = pairings.mate >= 0
    assert (numbers[pairings.parent[two]] == numbers[pairings.mate[two]]).all()
    assert (pairings.parent[two] <= pairings.mate[two]).all()
    assert set(pairings.parent.tolist()) <= set(range(len(species)))


def test_offspring_are_in_proportion_to_species_size_and_favour_the_best():
    numbers, rng = np.array([5, 2] * 5 + [5] * 10), np.random.default_rng(0)
    pairings = species_tournaments(range(20_000), numbers, 0.0, 2, rng)
    share = np.bincount(pairings.parent, minlength=20) / 20_000
    assert share[numbers == 2].sum() == pytest.approx(0.25, abs=0.02)
    assert share[numbers == 2] == pytest.approx([0.09, 0.07, 0.05, 0.03, 0.01], abs=0.01)
