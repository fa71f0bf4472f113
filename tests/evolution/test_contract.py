"""What every algorithm promises to the runner."""

import pytest

from glianeat.errors import CheckpointError, ProtocolError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.individual import NO_PARENT
from glianeat.genome.serial import pack
from glianeat.store.run_store import RunStore
from tests.builders.algorithms import KINDS, SIZE, advance, evaluation, keys, of_kind


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def algorithm(kind):
    return of_kind(kind)


def told_to(algorithm):
    return [evaluation(genome) for genome in algorithm.ask()]


def test_asking_twice_is_refused(algorithm):
    advance(algorithm)
    algorithm.ask()
    with pytest.raises(ProtocolError, match=r"ask\(\) was called twice without tell\(\)"):
        algorithm.ask()


def test_telling_before_asking_is_refused(algorithm):
    with pytest.raises(ProtocolError, match=r"tell\(\) was called without ask\(\)"):
        algorithm.tell([])


def test_telling_twice_is_refused(algorithm):
    told = told_to(algorithm)
    algorithm.tell(told)
    with pytest.raises(ProtocolError, match="without ask"):
        algorithm.tell(told)


@pytest.mark.parametrize("spoil", [lambda e: e[::-1], lambda e: e[:-1], lambda e: [*e, e[0]]])
def test_telling_evaluations_of_other_genomes_is_refused(algorithm, spoil):
    told = spoil(told_to(algorithm))
    with pytest.raises(ProtocolError, match=r"genomes 0 to 9 in this order"):
        algorithm.tell(told)


def test_after_a_refused_tell_a_correct_one_is_accepted(algorithm):
    advance(algorithm)
    told = told_to(algorithm)
    with pytest.raises(ProtocolError):
        algorithm.tell(told[::-1])
    assert len(algorithm.tell(told).survivors) == SIZE


def test_survivors_share_one_block_that_holds_no_others(algorithm):
    for _ in range(5):
        advance(algorithm)
        assert all(one.genome.words.base is None for one, _ in algorithm.survivors)


def test_keys_count_births(algorithm):
    born = []
    for _ in range(5):
        born += [individual.key for individual in advance(algorithm).offspring]
    assert born == list(range(len(born)))
    assert algorithm.ask().first_new_key == len(born)


def test_genomes_are_asked_for_again_only_if_episodes_are_resampled(kind, algorithm):
    seen, again = set(), set()
    for _ in range(6):
        asked = algorithm.ask()
        known = {genome.key for genome in asked} & seen
        assert known <= set(keys(algorithm))
        again, seen = again | known, seen | {genome.key for genome in asked}
        algorithm.tell([evaluation(genome) for genome in asked])
    assert bool(again) == ("resampled" in kind)


def test_survivors_are_asked_for_before_the_newborn(algorithm):
    for _ in range(6):
        asked = algorithm.ask()
        assert [genome.key for genome in asked] == [genome.key for genome in asked.genomes]
        assert asked.genomes == [*asked.carried_over, *asked.newborn]
        assert all(genome.key < asked.first_new_key for genome in asked.carried_over)
        assert all(genome.key >= asked.first_new_key for genome in asked.newborn)
        algorithm.tell([evaluation(genome) for genome in asked])


def test_evaluations_are_counted_as_they_are_told(algorithm):
    total = 0
    for _ in range(5):
        foreseen = algorithm.next_evaluations
        asked = algorithm.ask()
        total += len(asked)
        last = algorithm.tell([evaluation(genome) for genome in asked])
        assert (foreseen, algorithm.evaluated, last.evaluations) == (len(asked), total, total)


def test_a_generation_records_its_offspring_in_order(algorithm):
    advance(algorithm)
    asked = algorithm.ask()
    last = algorithm.tell([evaluation(genome) for genome in asked])
    assert [individual.genome for individual in last.offspring] == list(asked.newborn)


def test_founders_have_no_parents_and_parents_of_others_are_survivors(algorithm):
    assert {i.parents for i in advance(algorithm).offspring} == {(NO_PARENT, NO_PARENT)}
    possible = {*keys(algorithm), NO_PARENT}
    assert {p for i in advance(algorithm).offspring for p in i.parents} <= possible


def test_survivors_are_as_many_as_the_population(algorithm):
    assert len(advance(algorithm, 4).survivors) == SIZE


def test_survivors_come_from_the_last_survivors_and_their_offspring(algorithm):
    advance(algorithm, 2)
    for _ in range(3):
        before = set(keys(algorithm))
        last = advance(algorithm)
        assert set(keys(algorithm)) <= before | {i.key for i in last.offspring}


def test_equal_seeds_give_equal_generations(kind):
    one, two = of_kind(kind, seed=4), of_kind(kind, seed=4)
    assert advance(one, 4) == advance(two, 4)


def test_other_seeds_give_other_genomes(kind):
    one, two = of_kind(kind, seed=1), of_kind(kind, seed=2)
    assert not any(a.same_genes(b) for a, b in zip(one.ask(), two.ask(), strict=True))


def test_evolution_goes_on_when_all_evaluations_failed(algorithm):
    for _ in range(3):
        algorithm.tell([Evaluation(key=g.key, status="failed") for g in algorithm.ask()])
    assert len(advance(algorithm, 3).survivors) == SIZE


def test_a_restored_algorithm_continues_identically(kind, algorithm):
    last = advance(algorithm, 4)
    restored = of_kind(kind)
    restored.restore(last, [individual for individual, _ in reversed(algorithm.survivors)])
    assert advance(algorithm, 4) == advance(restored, 4)
    assert restored.evaluated == algorithm.evaluated


def test_restoring_discards_what_was_asked(kind, algorithm):
    last = advance(algorithm, 2)
    restored = of_kind(kind)
    restored.ask()
    restored.restore(last, [individual for individual, _ in algorithm.survivors])
    assert list(map(pack, restored.ask())) == list(map(pack, algorithm.ask()))


def test_restoring_without_a_survivor_is_refused(kind, algorithm):
    last = advance(algorithm, 2)
    gone = last.survivors[3].key
    with pytest.raises(CheckpointError, match=f"generation 1: has no genome {gone}"):
        of_kind(kind).restore(last, [i for i, _ in algorithm.survivors if i.key != gone])


def test_reopening_the_store_after_every_generation_changes_nothing(kind, tmp_path):
    digests = []
    for name, anew in (("whole", False), ("cut", True)):
        algorithm = of_kind(kind)
        store = RunStore.create(tmp_path / name, {})
        for _ in range(6):
            store.commit(advance(algorithm))
            if anew:
                store.close()
                store, algorithm = RunStore.open(tmp_path / name, writable=True), of_kind(kind)
                last = store.last_generation()
                algorithm.restore(last, [store.individual(s.key) for s in last.survivors])
        digests.append((store.digest, [s.evaluations for s in store.summaries()]))
        store.close()
    assert digests[0] == digests[1]


def test_what_a_store_gives_back_is_what_was_committed(kind, tmp_path):
    algorithm = of_kind(kind)
    with RunStore.create(tmp_path / "run", {}) as store:
        for _ in range(5):
            last = advance(algorithm)
            store.commit(last)
        found = store.last_generation()
        assert (found.state, found.survivors) == (last.state, last.survivors)
        assert [store.individual(key) for key in keys(algorithm)] == [
            individual for individual, _ in algorithm.survivors
        ]
