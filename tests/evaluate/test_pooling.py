import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.pooling import pooled
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.streams import Purpose
from tests.builders.agents import founders, rollout

CONFIG = rollout()
SHORT = Evaluation(
    key=4,
    returns=(3.0,),
    rewards=(1.0, 2.0),
    lengths=(10,),
    power=100.0,
    penalty=8.0,
    spikes_per_second=5.0,
    output_spikes_per_second=1.0,
    seconds=1.0,
    amounts=((1.0, 2.0), (3.0, 4.0)),
    counts=((1.0, 1.0),),
    outside=2,
    neurons=7,
    astrocytes=(1, 2),
)
LONG = Evaluation(
    key=4,
    returns=(6.0, 9.0, 0.0),
    rewards=(5.0, 0.0),
    lengths=(20, 30, 40),
    power=200.0,
    penalty=4.0,
    spikes_per_second=9.0,
    output_spikes_per_second=5.0,
    seconds=4.0,
    amounts=((10.0, 20.0), (30.0, 40.0)),
    counts=((2.0, 3.0),),
    outside=1,
    neurons=7,
    astrocytes=(1, 2),
)


def test_episodes_and_seconds_count_alike():
    assert pooled([SHORT, LONG]) == Evaluation(
        key=4,
        returns=(3.0, 6.0, 9.0, 0.0),
        rewards=(4.0, 0.5),
        lengths=(10, 20, 30, 40),
        power=180.0,
        penalty=5.0,
        spikes_per_second=8.2,
        output_spikes_per_second=4.2,
        seconds=5.0,
        amounts=((11.0, 22.0), (33.0, 44.0)),
        counts=((3.0, 4.0),),
        outside=3,
        neurons=7,
        astrocytes=(1, 2),
    )


def test_one_assessment_stays_as_it_is():
    assert pooled([LONG]) is LONG


def test_one_that_failed_spoils_all():
    failed = Evaluation(key=4, status="timeout", reason="no result within 1 s")
    assert pooled([SHORT, failed, LONG]) is failed


def test_an_abandoned_one_counts_no_longer_once_it_was_assessed_in_full():
    given_up = Evaluation(key=4, abandoned=True, returns=(1.0,), seconds=1.0)
    full = Evaluation(key=4, returns=(2.0, 3.0), seconds=1.0)
    assert not pooled([given_up, full]).abandoned


@given(st.lists(st.lists(st.floats(-100, 100), min_size=1, max_size=4), min_size=1, max_size=5))
def test_the_mean_return_is_that_of_all_episodes(returns):
    evaluations = [Evaluation(key=0, returns=tuple(some), seconds=1.0) for some in returns]
    everything = [value for some in returns for value in some]
    assert pooled(evaluations).mean_return == pytest.approx(np.mean(everything))


def test_episodes_lived_through_in_parts_give_what_they_give_together():
    """The ledger, power and rates of two halves taken together are those of the whole."""
    genome, rollout_worker = founders(CONFIG, 1)[0], RolloutWorker(CONFIG)
    whole, one, two = (
        rollout_worker.evaluate(genome, EpisodePlan(purpose=Purpose.TRAIN, episodes=n, first=first))
        for n, first in ((4, 0), (1, 0), (3, 1))
    )
    found = pooled([one, two])
    assert (found.returns, found.lengths) == (whole.returns, whole.lengths)
    for name in ("power", "spikes_per_second", "output_spikes_per_second", "seconds"):
        assert getattr(found, name) == pytest.approx(getattr(whole, name))
    assert np.array(found.amounts) == pytest.approx(np.array(whole.amounts))
