import math

import numpy as np
import pytest

from glianeat.errors import ProtocolError
from glianeat.evaluate.protocol import Evaluation
from glianeat.evolution.algorithm import EvolutionConfig, GliaNeat
from glianeat.evolution.reproduction import Matings, ReproductionConfig, breed, tournaments
from glianeat.evolution.selection import SelectionConfig
from glianeat.genome.schema import FAMILIES
from glianeat.genome.serial import pack
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.store.records import NO_PARENT

SIZE = 10
VARIATION = Variation(GenomeConfig())


def new_algorithm(seed=0, crossover=0.5, variation=VARIATION, solved=None, **selection):
    return GliaNeat(
        3,
        2,
        seed=seed,
        variation=variation,
        evolution=EvolutionConfig(population=SIZE),
        selection=SelectionConfig(**selection),
        reproduction=ReproductionConfig(crossover=crossover),
        solved_return=solved,
    )


def evaluation(genome, **changes):
    """Return a made-up outcome that depends on the genes alone."""
    weights = genome.synapses.trait("weight")
    values = {
        "returns": (float(weights.sum()),),
        "power": sum(float(genes.traits.sum()) for genes in genome.tables),
        "output_spikes_per_second": 1.0,
    }
    return Evaluation(key=genome.key, **(values | changes))


def advance(algorithm, generations=1):
    for _ in range(generations):
        last = algorithm.tell([evaluation(genome) for genome in algorithm.ask()])
    return last


def advanced(generations=1, **options):
    algorithm = new_algorithm(**options)
    advance(algorithm, generations)
    return algorithm


def keys(algorithm):
    return [individual.key for individual, _ in algorithm.survivors]


def test_asking_twice_is_refused():
    algorithm = new_algorithm()
    algorithm.ask()
    with pytest.raises(ProtocolError, match=r"ask\(\) was called twice without tell\(\)"):
        algorithm.ask()


def test_telling_before_asking_is_refused():
    with pytest.raises(ProtocolError, match=r"tell\(\) was called without ask\(\)"):
        new_algorithm().tell([])


def test_telling_twice_is_refused():
    algorithm = new_algorithm()
    told = [evaluation(genome) for genome in algorithm.ask()]
    algorithm.tell(told)
    with pytest.raises(ProtocolError, match="without ask"):
        algorithm.tell(told)


@pytest.mark.parametrize("spoil", [lambda e: e[::-1], lambda e: e[:-1], lambda e: [*e, e[0]]])
def test_telling_of_others_than_asked_is_refused(spoil):
    algorithm = new_algorithm()
    told = spoil([evaluation(genome) for genome in algorithm.ask()])
    with pytest.raises(ProtocolError, match=r"genomes 0 to 9 in this order"):
        algorithm.tell(told)


def test_a_refused_tell_can_be_told_right():
    algorithm = new_algorithm()
    told = [evaluation(genome) for genome in algorithm.ask()]
    with pytest.raises(ProtocolError):
        algorithm.tell(told[::-1])
    assert len(algorithm.tell(told).survivors) == SIZE


def test_keys_count_births():
    algorithm = advanced(3)
    assert [genome.key for genome in algorithm.ask()] == list(range(3 * SIZE, 4 * SIZE))


def test_a_generation_records_its_offspring_in_order():
    algorithm = new_algorithm()
    asked = algorithm.ask()
    last = algorithm.tell([evaluation(genome) for genome in asked])
    assert [individual.genome for individual in last.offspring] == asked


def test_founders_have_no_parents():
    last = advance(new_algorithm())
    assert {individual.parents for individual in last.offspring} == {(NO_PARENT, NO_PARENT)}


def test_survivors_are_as_many_as_the_population():
    assert len(advanced(4).survivors) == SIZE


def test_parents_and_offspring_compete():
    last = advance(new_algorithm(), 6)
    births = {standing.key // SIZE for standing in last.survivors}
    assert len(births) > 1


def test_nobody_that_survived_is_evaluated_again():
    algorithm = advanced(3)
    assert not set(keys(algorithm)) & {genome.key for genome in algorithm.ask()}


def test_the_best_return_never_falls():
    algorithm, best = new_algorithm(), []
    for _ in range(8):
        advance(algorithm)
        best.append(max(i.evaluation.mean_return for i, _ in algorithm.survivors))
    assert best == sorted(best)


def test_by_reward_alone_the_best_returns_survive():
    algorithm = new_algorithm(method="reward")
    seen = []
    for _ in range(3):
        seen += advance(algorithm).offspring
    best = sorted(seen, key=lambda i: (-i.evaluation.mean_return, i.key))[:SIZE]
    assert keys(algorithm) == [individual.key for individual in best]


@pytest.mark.parametrize(("solved", "cheapest_is_kept"), [(None, True), (9.0, True), (9.5, False)])
def test_energy_counts_once_the_task_is_solved(solved, cheapest_is_kept):
    algorithm = new_algorithm(solved=solved, reward_floor=0.0)
    algorithm.tell([evaluation(g, returns=(g.key % 10.0,), power=99.0) for g in algorithm.ask()])
    asked = algorithm.ask()
    told = [evaluation(g, returns=(g.key % 10.0 - 0.5,), power=100.0) for g in asked]
    algorithm.tell([evaluation(asked[0], returns=(-9.0,), power=1.0), *told[1:]])
    assert (10 in keys(algorithm)) == cheapest_is_kept


def test_equal_seeds_give_equal_genomes():
    one, two = advanced(3, seed=4), advanced(3, seed=4)
    assert list(map(pack, one.ask())) == list(map(pack, two.ask()))


def test_other_seeds_give_other_founders():
    one, two = new_algorithm(seed=1).ask(), new_algorithm(seed=2).ask()
    assert not any(a.same_genes(b) for a, b in zip(one, two, strict=True))


def test_restoring_goes_on_exactly():
    algorithm, restored = new_algorithm(), new_algorithm()
    last = advance(algorithm, 3)
    restored.restore(last, [individual for individual, _ in reversed(algorithm.survivors)])
    assert advance(algorithm, 3) == advance(restored, 3)


def test_restoring_forgets_what_was_asked():
    algorithm, restored = new_algorithm(), new_algorithm()
    last = advance(algorithm, 2)
    restored.ask()
    restored.restore(last, [individual for individual, _ in algorithm.survivors])
    assert restored.ask() == algorithm.ask()


def test_the_reward_minimum_is_the_median_of_the_founders():
    algorithm = new_algorithm()
    returns = [-50.0, 7.0, 1.0, -50.0, 3.0, 2.0, -50.0, 900.0, 4.0, 5.0]
    told = [evaluation(g, returns=(returns[g.key],)) for g in algorithm.ask()]
    assert algorithm.tell(told).reward_minimum == 2.5


def test_the_reward_minimum_stays_when_lower_returns_come():
    algorithm = new_algorithm()
    algorithm.tell([evaluation(g, returns=(float(g.key),)) for g in algorithm.ask()])
    last = algorithm.tell([evaluation(g, returns=(-99.0 - g.key,)) for g in algorithm.ask()])
    assert last.reward_minimum == 4.5


def test_a_configured_reward_minimum_holds():
    assert advance(new_algorithm(reward_minimum=-7.0)).reward_minimum == -7.0


def test_a_reward_minimum_of_zero_holds():
    assert advance(new_algorithm(reward_minimum=0.0)).reward_minimum == 0.0


def test_failures_do_not_count_for_the_reward_minimum():
    algorithm = new_algorithm()
    told = [evaluation(g, returns=(5.0 + g.key,)) for g in algorithm.ask()]
    told[0] = Evaluation(key=0, status="failed")
    assert algorithm.tell(told).reward_minimum == 10.0


def test_the_reward_minimum_waits_for_the_first_that_did_not_fail():
    algorithm = new_algorithm()
    first = algorithm.tell([Evaluation(key=g.key, status="failed") for g in algorithm.ask()])
    told = [evaluation(g, returns=(-300.0 + g.key,)) for g in algorithm.ask()]
    assert (first.reward_minimum, algorithm.tell(told).reward_minimum) == (math.inf, -285.5)


def test_evolution_goes_on_when_all_evaluations_failed():
    algorithm = new_algorithm()
    algorithm.tell([Evaluation(key=g.key, status="failed") for g in algorithm.ask()])
    assert len(algorithm.ask()) == SIZE


def test_silent_agents_stand_behind_those_that_spike_if_spikes_are_asked_for():
    algorithm = new_algorithm(spiking_only=True)
    told = [
        evaluation(g, returns=(100.0 - g.key,), output_spikes_per_second=float(g.key % 2))
        for g in algorithm.ask()
    ]
    algorithm.tell(told)
    assert [key % 2 for key in keys(algorithm)] == [1] * 5 + [0] * 5


def test_silent_agents_stand_where_they_stand_otherwise():
    algorithm = new_algorithm(method="reward")
    told = [
        evaluation(g, returns=(100.0 - g.key,), output_spikes_per_second=0.0)
        for g in algorithm.ask()
    ]
    algorithm.tell(told)
    assert keys(algorithm) == list(range(SIZE))


def test_founders_are_never_below_the_worst():
    assert new_algorithm().worst_return == -math.inf


def test_the_worst_return_is_the_lowest_of_the_survivors():
    algorithm = new_algorithm()
    algorithm.tell([evaluation(g, returns=(float(g.key), 3.0)) for g in algorithm.ask()])
    assert algorithm.worst_return == 1.5


def test_a_survivor_that_failed_leaves_room_for_anybody():
    algorithm = new_algorithm()
    told = [evaluation(g) for g in algorithm.ask()]
    algorithm.tell([*told[:-1], Evaluation(key=SIZE - 1, status="failed")])
    assert algorithm.worst_return == -math.inf


def test_of_several_rewards_there_is_no_worst():
    algorithm = new_algorithm()
    algorithm.tell([evaluation(g, rewards=(1.0, float(g.key))) for g in algorithm.ask()])
    assert algorithm.worst_return == -math.inf


@pytest.mark.parametrize("method", ["nsga2", "reward"])
def test_abandoned_genomes_stand_behind_all_others(method):
    algorithm = new_algorithm(method=method)
    told = [
        evaluation(g, returns=(100.0 - g.key,), power=1.0, abandoned=g.key % 2 == 0)
        for g in algorithm.ask()
    ]
    algorithm.tell(told)
    assert [key % 2 for key in keys(algorithm)] == [1] * 5 + [0] * 5


def breed_keys(algorithm, chosen, crossover=0.5, tournament=2, variation=VARIATION):
    config = ReproductionConfig(crossover=crossover)
    genomes = [individual.genome for individual, _ in algorithm.survivors]
    return breed(genomes, tournaments(chosen, len(genomes), config, tournament, 3), variation, 3)


def timid(rate):
    """Return a variation that changes nothing but weights, each with some probability."""
    structure = ("add_synapse", "split_synapse", "delete_synapse", "delete_neuron")
    structure += ("toggle_synapse", "flip_sign", "add_astrocyte", "delete_astrocyte")
    still = {"mutate_rate": 0.0, "replace_rate": 0.0}
    traits = {f.name: {trait.name: still for trait in f.traits} for f in FAMILIES}
    traits["synapses"]["weight"] = {"mutate_rate": rate, "replace_rate": 0.0}
    return Variation(GenomeConfig(**dict.fromkeys(structure, 0.0), traits=traits))


def test_a_child_depends_on_its_key_and_parents_and_not_on_its_siblings():
    genomes = [individual.genome for individual, _ in advanced(2).survivors]
    matings = tournaments(range(20, 40), len(genomes), ReproductionConfig(), 2, 3)
    together = [pack(child) for child, _ in breed(genomes, matings, VARIATION, 3)]
    columns = (matings.key, matings.fitter, matings.other, matings.mutated)
    for i in range(19, -1, -1):
        [(alone, _)] = breed(genomes, Matings(*(c[i : i + 1] for c in columns)), VARIATION, 3)
        assert pack(alone) == together[i]


def test_no_two_children_have_equal_genes():
    births = breed_keys(advanced(2), range(20, 220), variation=timid(0.25))
    assert len({pack(child.with_key(0)) for child, _ in births}) == 200


def test_no_child_has_the_genes_of_a_survivor():
    algorithm = advanced(2)
    known = {pack(individual.genome.with_key(0)) for individual, _ in algorithm.survivors}
    births = breed_keys(algorithm, range(20, 220), variation=timid(0.25))
    assert not known & {pack(child.with_key(0)) for child, _ in births}


def test_a_child_that_cannot_differ_is_born_nevertheless():
    assert len(advanced(1, variation=timid(0.0)).ask()) == SIZE


def test_the_fitter_parent_is_recorded_first():
    algorithm = advanced(3)
    place = {key: i for i, key in enumerate(keys(algorithm))}
    parents = [parents for _, parents in breed_keys(algorithm, range(30, 130), crossover=1.0)]
    assert all(place[one] <= place[other] for one, other in parents)


def test_parents_are_survivors():
    algorithm = advanced(3)
    parents = {p for _, two in breed_keys(algorithm, range(30, 130)) for p in two}
    assert parents <= {*keys(algorithm), NO_PARENT}


def test_without_crossover_a_child_has_one_parent():
    births = breed_keys(advanced(2), range(20, 60), crossover=0.0)
    assert {other for _, (_, other) in births} == {NO_PARENT}


def test_crossover_has_its_share_of_children():
    births = breed_keys(advanced(2), range(20, 420), crossover=0.25)
    share = np.mean([other != NO_PARENT for _, (_, other) in births])
    assert 0.18 < share < 0.32


def test_larger_tournaments_prefer_the_fitter():
    algorithm = advanced(2)
    place = {key: i for i, key in enumerate(keys(algorithm))}

    def mean_place(tournament):
        births = breed_keys(algorithm, range(20, 220), crossover=0.0, tournament=tournament)
        return np.mean([place[parent] for _, (parent, _) in births])

    assert mean_place(8) < mean_place(2) < mean_place(1)
