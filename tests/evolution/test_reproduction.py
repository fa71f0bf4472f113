import numpy as np

from glianeat.evolution.individual import NO_PARENT
from glianeat.evolution.reproduction import Pairings, ReproductionConfig, breed, tournaments
from glianeat.genome.schema import FAMILIES
from glianeat.genome.serial import pack
from glianeat.genome.variation import GenomeConfig, Variation
from tests.builders.algorithms import SIZE, VARIATION, advanced, keys


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
    pairings = tournaments(range(20, 40), len(genomes), ReproductionConfig(), 2, 3)
    together = [pack(child) for child, _, _ in breed(genomes, pairings, VARIATION, 3)]
    columns = (pairings.key, pairings.parent, pairings.mate, pairings.mutated)
    for i in range(19, -1, -1):
        [(alone, _, _)] = breed(genomes, Pairings(*(c[i : i + 1] for c in columns)), VARIATION, 3)
        assert pack(alone) == together[i]


def test_no_two_children_have_equal_genes():
    births = breed_keys(advanced(2), range(20, 220), variation=timid(0.25))
    assert len({pack(child.with_key(0)) for child, _, _ in births}) == 200


def test_no_child_has_the_genes_of_a_survivor():
    algorithm = advanced(2)
    known = {pack(individual.genome.with_key(0)) for individual, _ in algorithm.survivors}
    births = breed_keys(algorithm, range(20, 220), variation=timid(0.25))
    assert not known & {pack(child.with_key(0)) for child, _, _ in births}


def test_children_equal_to_their_parents_are_accepted_if_nothing_mutates():
    assert len(advanced(1, variation=timid(0.0)).ask()) == SIZE


def test_the_fitter_parent_is_recorded_first():
    algorithm = advanced(3)
    place = {key: i for i, key in enumerate(keys(algorithm))}
    parents = [parents for _, parents, _ in breed_keys(algorithm, range(30, 130), crossover=1.0)]
    assert all(place[one] <= place[other] for one, other in parents)


def test_parents_are_survivors():
    algorithm = advanced(3)
    parents = {p for _, two, _ in breed_keys(algorithm, range(30, 130)) for p in two}
    assert parents <= {*keys(algorithm), NO_PARENT}


def test_without_crossover_a_child_has_one_parent():
    births = breed_keys(advanced(2), range(20, 60), crossover=0.0)
    assert {other for _, (_, other), _ in births} == {NO_PARENT}


def test_crossover_has_its_share_of_children():
    births = breed_keys(advanced(2), range(20, 420), crossover=0.25)
    share = np.mean([other != NO_PARENT for _, (_, other), _ in births])
    assert 0.18 < share < 0.32


def test_larger_tournaments_prefer_the_fitter():
    algorithm = advanced(2)
    place = {key: i for i, key in enumerate(keys(algorithm))}

    def mean_place(tournament):
        births = breed_keys(algorithm, range(20, 220), crossover=0.0, tournament=tournament)
        return np.mean([place[parent] for _, (parent, _), _ in births])

    assert mean_place(8) < mean_place(2) < mean_place(1)
