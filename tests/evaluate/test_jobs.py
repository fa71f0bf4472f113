"""Single orders and reports; `test_dispatch` is about whole batches."""

from glianeat.evaluate.jobs import Jobs
from glianeat.evaluate.orders import Blamed, Completed, Limits, Loss, Report, TimedOut

FATAL = Loss("SIGSEGV", own=True)
KILLED = Loss("SIGKILL")


def begun(genomes, workers=1, **limits):
    jobs = Jobs(workers, Limits(**limits))
    jobs.begin(genomes, 0.0)
    return jobs


def answer(jobs, worker, order, result="fine", seconds=1.0, now=0.0):
    """Let a worker answer all of an order."""
    answers = [(result, seconds)] * len(order.genomes)
    jobs.reported(worker, Report(order.serial, 0, answers), now)


def wait(jobs, worker, order, age, now):
    """Let a worker report that an evaluation goes on."""
    jobs.reported(worker, Report(order.serial, age=age), now)


def time_out(jobs, worker, order, now):
    jobs.reported(worker, Report(order.serial, timed_out=True), now)


def test_a_lost_control_clears_the_suspect():
    jobs = begun(2, losses=2)
    answer(jobs, 1, jobs.next_order(1, 0.0))
    jobs.next_order(1, 0.0)
    jobs.lost(1, KILLED, 0.0)
    for _ in range(5):  # it is lost alone, then a control is lost, too
        order = jobs.next_order(1, 0.0)
        assert (order.genomes, order.alone) == ((1,), True)
        jobs.lost(1, KILLED, 0.0)
        assert jobs.next_order(1, 0.0).suspect == 1
        jobs.lost(1, KILLED, 0.0)
    assert not jobs.is_done


def test_without_a_control_nobody_is_blamed_for_what_anybody_can_cause():
    jobs = begun(1)
    while not jobs.excess:
        jobs.next_order(1, 0.0)
        jobs.lost(1, KILLED, 0.0)
    assert not jobs.is_done
    assert jobs.excess.startswith("100 of the latest 100 attempts")


def test_who_is_suspected_of_what_anybody_can_cause_waits_for_a_control():
    jobs = begun(2)
    jobs.next_order(1, 0.0)
    jobs.lost(1, KILLED, 0.0)
    other = jobs.next_order(1, 0.0)
    assert other.genomes == (1,)
    assert jobs.next_order(2, 0.0) is None
    answer(jobs, 1, other)
    assert jobs.next_order(1, 0.0).genomes == (0,)


def test_a_suspect_is_not_copied():
    jobs = begun(2, workers=3)
    answer(jobs, 3, jobs.next_order(3, 0.0))
    jobs.next_order(1, 0.0)
    for now in (1.0, 2.0, 2.5):
        jobs.watch(now)
    assert jobs.next_order(2, 2.5).genomes == (1,)  # a copy
    jobs.lost(1, KILLED, 2.5)
    for now in (3.5, 4.5, 5.0):
        jobs.watch(now)
    assert jobs.next_order(3, 5.0) is None


def test_losses_below_the_stated_share_are_no_reason_to_stop():
    jobs = begun(100, tolerated_losses=0.5, attempts=10)
    for _ in range(20):
        order = jobs.next_order(1, 0.0)
        jobs.reported(1, Report(order.serial, 0, [("fine", 1.0)]), 0.0)
        jobs.lost(1, KILLED, 0.0)
    assert not jobs.excess
    jobs.next_order(1, 0.0)
    jobs.lost(1, KILLED, 0.0)
    assert jobs.excess == "6 of the latest 10 attempts to evaluate were lost with their workers"


def test_a_late_evaluation_is_copied_and_the_first_answer_counts():
    jobs = begun(1, workers=2)
    order = jobs.next_order(1, 0.0)
    assert jobs.next_order(2, 0.1) is None
    wait(jobs, 1, order, age=5.1, now=0.5)
    copy = jobs.next_order(2, 0.6)
    assert copy.genomes == (0,)
    answer(jobs, 2, copy, "same", seconds=6.0, now=1.0)
    assert jobs.outcomes == [Completed("same")]
    assert not jobs.is_busy(1)


def test_a_time_out_is_no_outcome_while_a_copy_is_in_progress():
    jobs = begun(1, workers=2)
    order = jobs.next_order(1, 0.0)
    wait(jobs, 1, order, age=5.1, now=0.5)
    copy = jobs.next_order(2, 0.6)
    time_out(jobs, 1, order, 1.0)
    assert not jobs.is_done
    time_out(jobs, 2, copy, 1.5)
    assert jobs.outcomes == [TimedOut()]


def test_the_age_from_which_an_evaluation_is_late_follows_the_longest_one():
    jobs = begun(1)
    assert jobs.late_after == 5.0
    answer(jobs, 1, jobs.next_order(1, 0.0), seconds=30.0, now=0.5)
    assert jobs.late_after == 120.0


def test_a_report_on_an_order_from_before_counts_for_nothing():
    jobs = begun(1)
    old = jobs.next_order(1, 0.0)
    jobs.begin(1, 0.0)
    answer(jobs, 1, old, "old", now=0.5)
    assert not jobs.is_done
    answer(jobs, 1, jobs.next_order(1, 1.0), "new", now=1.5)
    assert jobs.outcomes == [Completed("new")]


def test_a_report_that_comes_twice_counts_once():
    jobs = begun(8)  # in chunks of two
    order = jobs.next_order(1, 0.0)
    report = Report(order.serial, 0, [("first", 1.0)])
    jobs.reported(1, report, 0.5)
    jobs.reported(1, report, 0.5)
    jobs.reported(1, Report(order.serial, 1, [("second", 1.0)]), 1.0)
    while (order := jobs.next_order(1, 1.0)) is not None:
        answer(jobs, 1, order, "later")
    assert [one.result for one in jobs.outcomes[:3]] == ["first", "second", "later"]


def test_after_a_report_that_never_came_the_rest_is_evaluated_anew():
    jobs = begun(8)
    order = jobs.next_order(1, 0.0)
    jobs.reported(1, Report(order.serial, 1, [("second", 1.0)]), 0.5)
    assert not jobs.is_busy(1)
    assert jobs.next_order(1, 0.5).genomes == order.genomes


def test_a_worker_that_asks_for_more_before_it_is_done_blames_nobody():
    jobs = begun(4)
    first = jobs.next_order(1, 0.0)
    second = jobs.next_order(1, 0.0)
    assert second.genomes == first.genomes
    assert not second.alone


def test_time_that_nobody_watched_makes_nobody_late():
    jobs = begun(1)
    jobs.next_order(1, 0.0)
    assert jobs.silent(3600.0) == []


def test_a_death_in_a_process_that_was_used_before_does_not_count():
    jobs = begun(2)
    answer(jobs, 1, jobs.next_order(1, 0.0))
    jobs.next_order(1, 0.0)
    jobs.lost(1, KILLED, 0.0)
    fresh = []
    while not jobs.is_done:
        order = jobs.next_order(1, 0.0)
        if order.alone:
            fresh.append(order.fresh)
            jobs.lost(1, FATAL, 0.0)
        else:
            answer(jobs, 1, order)
    assert fresh == [False, True, True]
    assert jobs.outcomes[1] == Blamed("SIGSEGV")


def test_genomes_that_are_given_out_once_more_count_as_retries():
    jobs = begun(4)
    first = jobs.next_order(1, 0.0)
    assert jobs.retries == 0
    jobs.lost(1, Loss("never began", begun=False), 0.0)
    assert jobs.next_order(1, 0.0).genomes == first.genomes
    assert (jobs.retries, jobs.losses) == (len(first.genomes), 1)


def test_a_new_batch_has_no_retries_of_the_one_before():
    jobs = begun(1)
    answer(jobs, 1, jobs.next_order(1, 0.0))
    jobs.begin(1, 0.0)
    jobs.next_order(1, 0.0)
    assert jobs.retries == 0


def test_the_time_of_all_answers_is_added_up():
    jobs = begun(2, workers=2)
    for worker, seconds in ((1, 2.0), (2, 3.0)):
        answer(jobs, worker, jobs.next_order(worker, 0.0), seconds=seconds)
    assert jobs.busy == 5.0
