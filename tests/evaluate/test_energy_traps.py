"""What evolution would exploit if it were free; one test for each trap."""

import pytest

from glianeat.codec.codec import CodecConfig
from glianeat.energetics.ledger import DYNAMIC_KINDS, KINDS
from glianeat.evolution.selection import Candidate, RunStage, SelectionConfig, rank
from tests.builders.agents import changed, decided, evaluation_of, founders, rollout
from tests.evaluate.badenvs import TYPED

CONFIG = rollout(TYPED)
RATE = rollout(TYPED, codec=CodecConfig(transmission="spikes"))
MEMBRANE = rollout(TYPED, codec=CodecConfig(readout="membrane"))
ENERGY = CONFIG.simulation.energy


def silent(config=CONFIG, weight=0.0):
    return changed(founders(config, 1)[0], weight, outputs={"bias": -2.0})


def biased(bias):
    return changed(founders(MEMBRANE, 1)[0], 0.0, outputs={"bias": bias})


def powers(evaluation):
    """Return the power of each kind of charge."""
    energy = evaluation.ledger.energy(ENERGY).sum(axis=1) / evaluation.seconds
    return dict(zip(KINDS, energy.tolist(), strict=True))


def test_silence_still_pays_upkeep():
    evaluation = evaluation_of(silent(), CONFIG)
    assert evaluation.power > ENERGY.rest * evaluation.neurons


def test_silence_costs_no_spikes():
    charged = powers(evaluation_of(silent(), CONFIG))
    assert {charged[kind] for kind in ("spike", "excitatory", "inhibitory")} == {0.0}


def test_a_silent_agent_does_not_stand_among_those_above_the_floor():
    lives = ((9.0, 30.0), (480.0, 900.0), (500.0, 1500.0))  # an idler, a worker and the best
    candidates = [Candidate(i, mean, (mean, -power)) for i, (mean, power) in enumerate(lives)]
    standings = rank(candidates, SelectionConfig(), RunStage(reward_minimum=9.0))
    ranks = {standing.key: standing.rank for standing in standings}
    assert ranks == {1: 0, 2: 0, 0: 1}


def test_activity_and_not_size_is_most_of_what_a_busy_network_costs():
    charged = powers(evaluation_of(decided(CONFIG, 0), CONFIG))
    dynamic = sum(charged[kind] for kind in DYNAMIC_KINDS)
    assert dynamic > sum(charged.values()) - dynamic


@pytest.mark.parametrize("config", [CONFIG, RATE, MEMBRANE], ids=["graded", "rate", "membrane"])
def test_dying_early_does_not_look_thrifty(config):
    short, long = (config.replace(task=config.task.replace(max_steps=n)) for n in (10, 100))
    genome = founders(config, 1)[0]
    assert evaluation_of(genome, short).power == pytest.approx(
        evaluation_of(genome, long).power, rel=0.1
    )


@pytest.mark.parametrize(("config", "kind"), [(CONFIG, "graded"), (RATE, "excitatory")])
def test_heavier_weights_cost_more_in_proportion(config, kind):
    light, heavy = (
        powers(evaluation_of(silent(config, weight), config))[kind] for weight in (0.1, 0.4)
    )
    assert heavy == pytest.approx(4.0 * light)
    assert light > 0.0


def test_graded_receptors_are_charged():
    assert powers(evaluation_of(silent(weight=0.1), CONFIG))["graded"] > 0.0


def test_subthreshold_potentials_that_are_read_are_charged():
    quiet = changed(founders(MEMBRANE, 1)[0], weight=0.0, outputs={"bias": 0.9})
    assert powers(evaluation_of(quiet, MEMBRANE))["graded"] > 0.0


def test_higher_potentials_that_are_read_cost_more():
    low, high = (
        powers(
            evaluation_of(changed(founders(MEMBRANE, 1)[0], 0.0, outputs={"bias": bias}), MEMBRANE)
        )["graded"]
        for bias in (0.3, 0.9)
    )
    assert high == pytest.approx(3.0 * low)


def test_negative_potentials_that_are_read_are_charged_alike():
    up, down = (
        powers(
            evaluation_of(changed(founders(MEMBRANE, 1)[0], 0.0, outputs={"bias": bias}), MEMBRANE)
        )["graded"]
        for bias in (0.5, -0.5)
    )
    assert up == pytest.approx(down)
