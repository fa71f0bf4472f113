"""Every genome gets one verdict, the right one, whatever becomes of the workers."""

import math
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glianeat.evaluate.jobs import Jobs
from glianeat.evaluate.orders import KEPT, Answered, Blamed, Hung, Limits, Loss

FATAL = Loss("SIGSEGV", own=True)
KILLED = Loss("SIGKILL")


class World:
    """Workers with a clock of their own, which an adversary may kill, freeze and slow down."""

    def __init__(self, moods, workers, restart=1.0):
        self.moods, self.jobs = moods, Jobs(workers, Limits())
        self.restart = restart
        self.names = count()
        self.now = 0.0
        self.running = {}  # worker: [order, genomes left, seconds left of the first, its age]
        self.starting, self.frozen, self.tasks = {}, set(), 0
        self.controls = []
        for _ in range(workers):
            self.join(0.0)

    def join(self, delay):
        self.starting[next(self.names)] = self.now + delay

    def evaluate(self):
        self.jobs.begin(len(self.moods), self.now)
        self.controls = []

    def seconds(self, genome):
        mood = self.moods[genome] if genome != KEPT else 0.1
        return {"dies": 0.05, "killed": 0.3, "hangs": math.inf}.get(mood, mood)

    def dispatch(self):
        for worker, ready in list(self.starting.items()):
            if ready <= self.now and worker not in self.frozen:
                if self.running.get(worker) and self.jobs.is_busy(worker):
                    continue
                self.running.pop(worker, None)
                order = self.jobs.order(worker, self.now)
                if order is not None:
                    if order.suspect is not None:
                        self.controls.append(order)
                    first = self.seconds(order.genomes[0])
                    self.running[worker] = [order, list(order.genomes), first, 0.0]

    def step(self, delta=0.5, limit=20.0):
        """Let some time pass, and tell of what happened in it."""
        self.dispatch()
        self.now += delta
        for worker in list(self.running):
            if worker not in self.frozen:
                self.advance(worker, delta, limit)
        for worker in self.jobs.silent(self.now):
            self.end(worker, Loss("silent"))

    def advance(self, worker, delta, limit):
        order, left, rest, age = self.running[worker]
        answers, end = [], None
        while left and end is None and delta >= rest:
            delta -= rest
            genome = left.pop(0)
            mood = self.moods[genome] if genome != KEPT else 0.1
            if mood in {"dies", "killed"}:
                loss = FATAL if mood == "dies" else KILLED
                end = Loss(loss.cause, own=loss.own, lived=self.seconds(genome))
                break
            answers.append((f"result {genome}", self.seconds(genome)))
            rest, age = (self.seconds(left[0]) if left else 0.0), 0.0
        age += delta
        self.running[worker] = [order, left, rest - delta, age]
        self.jobs.heard(worker, order.serial, answers, self.now, age)
        if end is not None:
            self.jobs.lost(worker, end, self.now)
        elif left and age > limit:
            self.jobs.hung(worker, order.serial, self.now)
        if end is not None or not left or age > limit:
            self.running.pop(worker)
            self.starting[worker] = self.now + (self.restart if left or end else 0.0)

    def end(self, worker, loss):
        self.running.pop(worker, None)
        self.frozen.discard(worker)
        del self.starting[worker]
        self.jobs.lost(worker, loss, self.now)
        self.join(self.restart)

    def kill(self, number):
        worker = sorted(self.starting)[number % len(self.starting)]
        age = self.running[worker][3] if worker in self.running else 0.0
        self.end(worker, Loss("SIGKILL", begun=worker in self.running, lived=age))

    def finish(self, most=4000):
        for _ in range(most):
            if self.jobs.is_done:
                return self.jobs.verdicts
            self.step()
        raise AssertionError("never done")


def right(moods):
    """Return the verdicts that genomes deserve; of a cause, only that there is one."""
    kinds = {"dies": Blamed, "killed": Blamed, "hangs": Hung}
    return [kinds.get(mood, Answered(f"result {i}")) for i, mood in enumerate(moods)]


def found(verdicts):
    return [v if isinstance(v, Answered) else type(v) for v in verdicts]


healthy = st.lists(st.floats(0.01, 3.0), min_size=1, max_size=30)
events = st.lists(
    st.tuples(st.sampled_from(["kill", "freeze", "sleep", "step"]), st.integers(0, 7)),
    max_size=60,
)


@given(healthy, st.integers(1, 4), events)
@settings(max_examples=150, deadline=None)
def test_healthy_genomes_are_answered_in_order_whatever_is_killed_or_frozen(
    moods, number, schedule
):
    world = World(moods, number)
    world.evaluate()
    for event, which in schedule:
        world.step()
        if event == "kill":
            world.kill(which)
        elif event == "freeze" and world.running:
            world.frozen.add(sorted(world.running)[which % len(world.running)])
        elif event == "sleep":
            world.now += 100.0 * which
        if world.jobs.is_done:
            break
    assert found(world.finish()) == right(moods)


@given(
    st.lists(st.sampled_from([0.1, 0.5, 2.0, "dies", "hangs"]), min_size=1, max_size=15),
    st.integers(1, 4),
    st.lists(st.integers(0, 7), max_size=25),
)
@settings(max_examples=150, deadline=None)
def test_the_guilty_get_their_verdict_and_the_others_theirs_among_kills(moods, number, kills):
    world = World(moods, number)
    world.evaluate()
    for which in kills:
        world.step()
        world.kill(which)
        if world.jobs.is_done:
            break
    assert found(world.finish()) == right(moods)


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_random_kills_of_any_density_blame_nobody(seed, number):
    import random

    rng = random.Random(seed)
    moods = [rng.uniform(0.2, 2.0) for _ in range(20)]
    world = World(moods, number)
    world.evaluate()
    following = 0.0
    for _ in range(2000):
        if world.jobs.is_done:
            break
        world.step(delta=0.1)
        if world.now > following:
            world.kill(rng.randrange(number))
            following = world.now + rng.uniform(0.3, 1.5)
    assert found(world.finish()) == right(moods)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_genome_that_is_killed_by_what_it_does_is_blamed_after_ten_rounds(number):
    world = World([0.1, 0.2, "killed", 0.1], number)
    world.evaluate()
    assert found(world.finish()) == right(world.moods)
    assert len(world.controls) == 10
    assert all(order.suspect == 2 for order in world.controls)


def test_a_genome_that_crashes_is_blamed_after_two_rounds_alone_in_new_processes():
    world = World([0.1, "dies", 0.1], 1)
    world.evaluate()
    orders = []
    give = world.jobs.order
    world.jobs.order = lambda *args: orders.append(give(*args)) or orders[-1]
    assert found(world.finish()) == right(world.moods)
    assert [o.fresh for o in orders if o is not None and o.alone] == [True, True]


def test_controls_live_at_least_twice_as_long_as_the_suspect_did():
    world = World([0.1, "killed"], 1)
    world.evaluate()
    world.finish()
    longest = 0.1
    assert all(len(order.genomes) * longest >= 2 * 0.3 for order in world.controls)


def test_a_lost_control_acquits_the_suspect():
    jobs = Jobs(1, Limits(strikes=2))
    jobs.begin(2, 0.0)
    jobs.heard(1, jobs.order(1, 0.0).serial, [("fine", 1.0)], 0.0)
    jobs.order(1, 0.0)
    jobs.lost(1, KILLED, 0.0)
    for _ in range(5):  # its trial, then a control that is lost, too
        trial = jobs.order(1, 0.0)
        assert (trial.genomes, trial.alone) == ((1,), True)
        jobs.lost(1, KILLED, 0.0)
        assert jobs.order(1, 0.0).suspect == 1
        jobs.lost(1, KILLED, 0.0)
    assert not jobs.is_done


def test_without_a_control_nobody_is_blamed_for_what_anybody_can_cause():
    jobs = Jobs(1, Limits())
    jobs.begin(1, 0.0)
    while not jobs.excess:
        jobs.order(1, 0.0)
        jobs.lost(1, KILLED, 0.0)
    assert not jobs.is_done
    assert jobs.excess.startswith("100 of the latest 100 attempts")


def test_losses_below_the_stated_share_are_no_reason_to_stop():
    jobs = Jobs(1, Limits(share=0.5, attempts=10))
    jobs.begin(100, 0.0)
    for _ in range(20):
        order = jobs.order(1, 0.0)
        jobs.heard(1, order.serial, [("fine", 1.0)], 0.0)
        jobs.lost(1, KILLED, 0.0)
    assert not jobs.excess
    jobs.order(1, 0.0)
    jobs.lost(1, KILLED, 0.0)
    assert jobs.excess == "6 of the latest 10 attempts to evaluate were lost with their workers"


def test_a_frozen_worker_costs_no_more_than_the_hush_while_another_one_lives():
    world = World([0.1] * 50, 2)
    world.evaluate()
    world.step()
    world.frozen.add(0)
    began = world.now
    world.finish()
    assert world.now - began <= Limits().hush + 50 * 0.1 + 1.0


def test_a_frozen_worker_is_replaced_where_it_is_the_only_one():
    world = World([0.4] * 10, 1)
    world.evaluate()
    world.step()
    world.frozen.add(0)
    began = world.now
    world.finish()
    assert world.now - began <= Limits().silence + world.restart + 10 * 0.5 + 1.5


def test_a_late_evaluation_is_copied_and_the_first_answer_counts():
    jobs = Jobs(2, Limits())
    jobs.begin(1, 0.0)
    order = jobs.order(1, 0.0)
    assert jobs.order(2, 0.1) is None
    jobs.heard(1, order.serial, [], 0.5, age=5.1)
    copy = jobs.order(2, 0.6)
    assert copy.genomes == (0,)
    jobs.heard(2, copy.serial, [("same", 6.0)], 1.0)
    assert jobs.verdicts == [Answered("same")]
    assert not jobs.is_busy(1)


def test_a_hang_is_no_verdict_while_a_copy_is_in_progress():
    jobs = Jobs(2, Limits())
    jobs.begin(1, 0.0)
    order = jobs.order(1, 0.0)
    jobs.heard(1, order.serial, [], 0.5, age=5.1)
    copy = jobs.order(2, 0.6)
    jobs.hung(1, order.serial, 1.0)
    assert not jobs.is_done
    jobs.hung(2, copy.serial, 1.5)
    assert jobs.verdicts == [Hung()]


def test_the_age_from_which_an_evaluation_is_late_follows_the_longest_one():
    jobs = Jobs(1, Limits())
    jobs.begin(1, 0.0)
    assert jobs.deadline == 5.0
    jobs.heard(1, jobs.order(1, 0.0).serial, [("fine", 30.0)], 0.5)
    assert jobs.deadline == 120.0


def test_what_a_worker_says_of_an_order_from_before_is_not_believed():
    jobs = Jobs(1, Limits())
    jobs.begin(1, 0.0)
    old = jobs.order(1, 0.0)
    jobs.begin(1, 0.0)
    jobs.heard(1, old.serial, [("old", 1.0)], 0.5)
    assert not jobs.is_done
    jobs.heard(1, jobs.order(1, 1.0).serial, [("new", 1.0)], 1.5)
    assert jobs.verdicts == [Answered("new")]


def test_time_that_nobody_watched_makes_nobody_late():
    jobs = Jobs(1, Limits())
    jobs.begin(1, 0.0)
    jobs.order(1, 0.0)
    assert jobs.silent(3600.0) == []


def test_a_death_in_a_process_that_was_used_before_does_not_count():
    jobs = Jobs(1, Limits())
    jobs.begin(2, 0.0)
    jobs.heard(1, jobs.order(1, 0.0).serial, [("fine", 1.0)], 0.0)
    jobs.order(1, 0.0)
    jobs.lost(1, KILLED, 0.0)
    fresh = []
    while not jobs.is_done:
        order = jobs.order(1, 0.0)
        if order.alone:
            fresh.append(order.fresh)
            jobs.lost(1, FATAL, 0.0)
        else:
            jobs.heard(1, order.serial, [("fine", 1.0)] * len(order.genomes), 0.0)
    assert fresh == [False, True, True]
