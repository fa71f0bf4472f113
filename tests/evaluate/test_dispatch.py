"""Every genome gets one outcome, the right one, whatever becomes of the workers."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glianeat.evaluate.dispatch import Dispatcher
from glianeat.evaluate.orders import (
    AskAgain,
    EndWorker,
    GiveOrder,
    Limits,
    Loss,
    Report,
    StartWorker,
)
from tests.evaluate.simulated import (
    CONFUSION,
    CRASHES,
    FREEZES,
    GETS_KILLED,
    HANGS,
    LOSSES,
    SimulatedCluster,
    expected,
    found,
)

HEALTHY = st.lists(st.floats(0.01, 3.0), min_size=1, max_size=30)
ANY = st.lists(
    st.sampled_from([0.1, 0.5, 2.0, CRASHES, HANGS, GETS_KILLED, FREEZES]),
    min_size=1,
    max_size=12,
)
WORKERS = st.integers(1, 4)


def events(names, most):
    return st.lists(st.tuples(st.sampled_from(names), st.integers(0, 7)), max_size=most)


def run(behaviours, workers, schedule):
    """Return a cluster after a batch through which an adversary follows a schedule."""
    cluster = SimulatedCluster(behaviours, workers)
    cluster.begin()
    for event, which in schedule:
        if cluster.jobs.is_done:
            break
        if event != "step":
            getattr(cluster, event)(which)
        cluster.step()
    return cluster


@given(HEALTHY, WORKERS, events(LOSSES + CONFUSION, 60))
@settings(max_examples=150, deadline=None)
def test_healthy_genomes_are_answered_in_order_whatever_becomes_of_workers(
    behaviours, workers, schedule
):
    assert found(run(behaviours, workers, schedule).finish()) == expected(behaviours)


# A genome is blamed after ten losses in a row, so that nine chosen ones cannot blame an innocent.
@given(ANY, WORKERS, events(LOSSES, 9), events(CONFUSION, 20), st.randoms())
@settings(max_examples=200, deadline=None)
def test_nobody_but_the_culprits_is_blamed_and_all_of_them_are(
    behaviours, workers, losses, confusion, rng
):
    schedule = losses + confusion
    rng.shuffle(schedule)
    outcomes = run(behaviours, workers, schedule).finish()
    if outcomes is None:  # without any control nobody can be blamed for what anybody can cause
        assert not any(isinstance(one, float) for one in behaviours)
    else:
        assert found(outcomes) == expected(behaviours)


@given(ANY.filter(lambda some: any(isinstance(one, float) for one in some)), st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_outcomes_depend_neither_on_the_number_of_workers_nor_on_what_is_lost(behaviours, seed):
    rng = random.Random(seed)
    schedule = [(rng.choice(LOSSES), rng.randrange(8)) for _ in range(9)]
    clusters = [run(behaviours, 1, []), run(behaviours, 3, []), run(behaviours, 3, schedule)]
    first, *others = [found(cluster.finish()) for cluster in clusters]
    assert others == [first, first]


@given(st.integers(0, 2**32 - 1), WORKERS)
@settings(max_examples=40, deadline=None)
def test_random_kills_of_any_density_blame_nobody(seed, workers):
    rng = random.Random(seed)
    behaviours = [rng.uniform(0.2, 2.0) for _ in range(20)]
    cluster = SimulatedCluster(behaviours, workers)
    cluster.begin()
    following = 0.0
    while not cluster.jobs.is_done and cluster.now < 200.0:
        cluster.step(delta=0.1)
        if cluster.now > following:
            rng.choice([cluster.kill, cluster.kill_process])(rng.randrange(workers))
            following = cluster.now + rng.uniform(0.3, 1.5)
    assert found(cluster.finish()) == expected(behaviours)


@given(ANY, WORKERS, events(LOSSES, 9))
@settings(max_examples=50, deadline=None)
def test_an_interrupted_batch_leaves_nothing_to_the_next_one(behaviours, workers, schedule):
    cluster = run(behaviours, workers, schedule)
    cluster.behaviours = [0.3] * 7
    cluster.begin()
    assert found(cluster.finish()) == expected(cluster.behaviours)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_a_genome_that_gets_its_process_killed_is_blamed_after_ten_rounds(workers):
    cluster = SimulatedCluster([0.1, 0.2, GETS_KILLED, 0.1], workers)
    cluster.begin()
    assert found(cluster.finish()) == expected(cluster.behaviours)
    controls = [order for order in cluster.orders if order.suspect is not None]
    assert [order.suspect for order in controls] == [2] * 10


def test_a_genome_that_crashes_is_blamed_after_two_rounds_alone_in_new_processes():
    cluster = SimulatedCluster([0.1, CRASHES, 0.1], 1)
    cluster.begin()
    assert found(cluster.finish()) == expected(cluster.behaviours)
    assert [order.fresh for order in cluster.orders if order.alone] == [True, True]


def test_controls_take_at_least_twice_the_time_after_which_the_suspect_was_lost():
    cluster = SimulatedCluster([0.1, GETS_KILLED], 1)
    cluster.begin()
    cluster.finish()
    controls = [order for order in cluster.orders if order.suspect is not None]
    assert all(len(order.genomes) * 0.1 >= 2 * 0.3 for order in controls)


def test_a_frozen_worker_costs_no_more_than_the_time_until_copies_while_another_one_lives():
    cluster = SimulatedCluster([0.1] * 50, 2)
    cluster.begin()
    for _ in range(4):
        cluster.step()
    cluster.freeze(0)
    began = cluster.now
    cluster.finish()
    assert cluster.now - began <= Limits().copy_after + 50 * 0.1 + 1.5


def test_a_frozen_worker_is_replaced_where_it_is_the_only_one():
    cluster = SimulatedCluster([0.4] * 10, 1)
    cluster.begin()
    for _ in range(4):
        cluster.step()
    cluster.freeze(0)
    began = cluster.now
    cluster.finish()
    assert cluster.now - began <= Limits().report_timeout + cluster.restart + 10 * 0.5 + 1.5


# Single commands


def ready(workers=1, limits=None):
    """Return a dispatcher whose workers are ready for a batch of four."""
    dispatcher = Dispatcher(workers, limits or Limits())
    started = dispatcher.commands(0.0)
    assert started == [StartWorker(n + 1) for n in range(workers)]
    dispatcher.begin(4, 0.0)
    for command in started:
        dispatcher.started(command.worker, 0.0)
    return dispatcher


def test_each_command_is_given_once():
    dispatcher = ready()
    assert [type(command) for command in dispatcher.commands(0.0)] == [GiveOrder]
    assert dispatcher.commands(0.1) == []


def test_a_worker_with_work_left_is_asked_again():
    dispatcher = Dispatcher(1, Limits())
    dispatcher.commands(0.0)
    dispatcher.begin(8, 0.0)
    dispatcher.started(1, 0.0)
    (given,) = dispatcher.commands(0.0)
    dispatcher.reported(1, Report(given.order.serial, 0, [(b"one", 0.1)]), 0.5)
    assert dispatcher.commands(0.5) == [AskAgain(1)]


def test_a_lost_worker_is_ended_and_replaced():
    dispatcher = ready()
    dispatcher.commands(0.0)
    dispatcher.lost(1, 0.5)
    assert dispatcher.commands(0.5) == [EndWorker(1), StartWorker(2)]
    assert dispatcher.awaited == {2}


def test_a_worker_that_says_nothing_is_ended_and_replaced():
    dispatcher = ready()
    dispatcher.commands(0.0)
    commands = [one for now in range(1, 8) for one in dispatcher.commands(float(now))]
    assert commands == [EndWorker(1), StartWorker(2)]


def test_three_refusals_in_a_row_are_the_end():
    dispatcher = ready(workers=3)
    for worker in (1, 2):
        dispatcher.refused(worker, "no such task", 0.0)
        assert dispatcher.start_failure(0.0) == ""
    dispatcher.refused(3, "no such task", 0.0)
    assert dispatcher.start_failure(0.0) == "workers cannot start: no such task"


def test_processes_that_end_before_they_are_ready_count_as_refusals():
    dispatcher = ready()
    for _ in range(3):
        (given,) = dispatcher.commands(0.0)
        loss = Loss("exit status 1", own=True, begun=False)
        dispatcher.reported(1, Report(given.order.serial, loss=loss), 0.0)
    assert dispatcher.start_failure(0.0) == "workers cannot start: exit status 1"


def test_an_answer_makes_refusals_begin_anew():
    dispatcher = ready(workers=3)
    dispatcher.refused(1, "no", 0.0)
    dispatcher.refused(2, "no", 0.0)
    given = dispatcher.commands(0.0)[-1]
    dispatcher.reported(3, Report(given.order.serial, 0, [(b"", 0.1)]), 0.0)
    dispatcher.refused(4, "no", 0.0)
    assert dispatcher.start_failure(0.0) == ""


def test_workers_that_never_start_are_waited_for_no_longer_than_the_limit():
    dispatcher = Dispatcher(2, Limits(start_timeout=10.0))
    dispatcher.begin(1, 0.0)
    dispatcher.commands(0.0)
    waits = [dispatcher.start_failure(float(now)) for now in range(1, 12)]
    assert waits[:10] == [""] * 10
    assert waits[10] == "no worker could be started within 10 s"


def test_a_driver_that_slept_has_not_waited_for_workers():
    dispatcher = Dispatcher(2, Limits(start_timeout=10.0))
    dispatcher.begin(1, 0.0)
    assert dispatcher.start_failure(3600.0) == ""
