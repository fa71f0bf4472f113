"""What if: the numbers are those of the episodes themselves, lived one by one."""

import math

import numpy as np
import pytest

from glianeat.develop.lesions import Lesion, lesioned
from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import ConfigError, EvaluationError
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.evaluate.what_if import Changes, what_if
from glianeat.genome.alteration import TraitChange
from glianeat.streams import Purpose
from tests.builders.agents import changed, founders, rollout

SEEDS = (11, 12, 13, 14)
ENERGY = EnergyConfig()


@pytest.fixture(scope="module")
def config():
    return rollout()


@pytest.fixture(scope="module")
def worker(config):
    worker = RolloutWorker(config)
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def genome(config):
    return founders(config, 1, seed=4)[0]


def asked(worker, genome, seeds=SEEDS, **changes):
    return what_if(worker, genome, Changes(**changes), seeds, ENERGY)


def lived(worker, genome, network=None):
    plan = EpisodePlan(purpose=Purpose.TEST, episodes=len(SEEDS), seeds=SEEDS)
    return worker.evaluate(genome, plan, network=network)


def test_without_changes_there_is_no_difference(worker, genome):
    found = asked(worker, genome)
    assert found.episodes == len(SEEDS)
    assert {row.difference for row in found.rows} == {0.0}
    assert {row.standard_error for row in found.rows} == {0.0}


def test_a_lesion_gives_what_a_network_made_by_hand_without_it_gives(worker, genome):
    lesion = Lesion("channel", "3")
    before = lived(worker, genome)
    after = lived(worker, genome, lesioned(worker.develop(genome), [lesion]))
    found = asked(worker, genome, lesions=(lesion,))
    assert before.returns != after.returns
    row = found["return"]
    assert row.before == pytest.approx(before.mean_return)
    assert row.after == pytest.approx(after.mean_return)
    gaps = np.subtract(after.returns, before.returns)
    assert row.difference == pytest.approx(gaps.mean())
    assert row.standard_error == pytest.approx(gaps.std(ddof=1) / math.sqrt(len(gaps)))


def test_a_difference_that_is_equal_in_all_episodes_has_no_standard_error(worker, genome):
    row = asked(worker, genome, lesions=(Lesion("astrocyte", "*"),))["power of astrocyte"]
    assert row.difference < 0.0
    assert row.standard_error == 0.0


def test_a_changed_trait_gives_what_a_genome_made_by_hand_gives(worker, genome):
    by_hand = lived(worker, changed(genome, outputs={"bias": 1.0}))
    outputs = (TraitChange("neurons", "bias", 1.0),)
    assert asked(worker, genome, traits=outputs)["return"].after == pytest.approx(
        by_hand.mean_return
    )


def test_the_power_by_kind_adds_up_to_the_power(worker, genome):
    found = asked(worker, genome, lesions=(Lesion("astrocyte"),))
    by_kind = [row for row in found.rows if row.name.startswith("power of ")]
    for side in ("before", "after", "difference"):
        total = sum(getattr(row, side) for row in by_kind)
        assert total == pytest.approx(getattr(found["power"], side))
    assert found["power of astrocyte"].before > 0.0
    assert found["power of astrocyte"].after == 0.0


def test_sizes_and_measures_stand_beside(genome, config):
    evaluation = config.evaluation.replace(measures=("active_fraction",))
    worker = RolloutWorker(config.replace(evaluation=evaluation))
    found = asked(worker, genome, lesions=(Lesion("astrocyte"),))
    worker.close()
    assert found["astrocytes"].after == 0.0 < found["astrocytes"].before
    assert found["neurons"].difference == 0.0
    assert (found["active_fraction"].unit, found["power"].unit) == ("1", "EU/s")


def test_one_episode_has_no_standard_error(worker, genome):
    row = asked(worker, genome, seeds=SEEDS[:1], lesions=(Lesion("astrocyte"),))["return"]
    assert math.isnan(row.standard_error)


@pytest.mark.parametrize("kind", ["neuron", "synapse", "channel", "region", "territory"])
def test_an_agent_of_which_nothing_is_left_still_lives(worker, genome, kind):
    found = asked(worker, genome, lesions=(Lesion(kind),))
    assert found["return"].after > 0.0
    assert found["spikes"].after <= found["spikes"].before


def test_a_ratio_that_is_set_decides_how_many_astrocytes_there_are(worker, genome):
    found = asked(worker, genome, traits=(TraitChange("regions", "log2_ratio", -5.0),))
    assert found["astrocytes"].after < found["astrocytes"].before


def test_what_cannot_be_changed_is_refused_before_anything_is_lived(worker, genome):
    with pytest.raises(ConfigError, match="must be an index below"):
        asked(worker, genome, lesions=(Lesion("astrocyte", "999"),))


def test_the_index_of_an_astrocyte_is_refused_where_a_trait_makes_others(worker, genome):
    fewer = (TraitChange("regions", "log2_ratio", -5.0),)
    with pytest.raises(ConfigError, match="other astrocytes"):
        asked(worker, genome, traits=fewer, lesions=(Lesion("territory", "0"),))
    slower = (TraitChange("astrocytes", "tau_calcium", 5000.0),)
    found = asked(worker, genome, traits=slower, lesions=(Lesion("astrocyte", "0"),))
    assert found["astrocytes"].difference < 0.0


def test_an_episode_that_fails_says_which_and_why(config, genome):
    impatient = config.replace(evaluation=config.evaluation.replace(timeout=1e-9))
    worker = RolloutWorker(impatient)
    with pytest.raises(EvaluationError, match="episode 1 before the changes: timeout"):
        asked(worker, genome)
    worker.close()
