"""How glia modes show in an evaluation: ages of training episodes, counts, the penalty."""

import gymnasium
import numpy as np
import pytest

from glianeat.develop.decode import develop
from glianeat.develop.ratios import ratio_penalty
from glianeat.develop.settings import DevelopmentConfig
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.objectives import objective_values
from glianeat.evaluate.plan import EpisodePlan, episode_seed
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.streams import Purpose
from tests.builders.agents import changed, founders, rollout

GROWING = DevelopmentConfig(glia="developmental")


def configured(development, compiled="auto"):
    return rollout("CartPole-v1", seed=3, compiled=compiled).replace(development=development)


def hungry():
    """Return a genome whose outputs spike a lot, so that what its glia supply matters."""
    genome = founders(configured(GROWING), 1, seed=2)[0]
    return changed(genome, weight=0.5, outputs={"bias": [2.0, 1.9]})


def evaluate(development, episodes=4, purpose=Purpose.TRAIN, compiled="auto", **plan):
    plan = EpisodePlan(purpose=purpose, episodes=episodes, **plan)
    return SerialEvaluator(configured(development, compiled)).evaluate([hungry()], plan)[0]


def by_hand(ages, purpose=Purpose.TRAIN):
    """Return the returns and ledgers of episodes lived at these ages, stepped in Python."""
    rollout_worker, environment = RolloutWorker(configured(GROWING)), gymnasium.make("CartPole-v1")
    returns, ledgers = [], []
    for episode, age in enumerate(ages):
        agent = rollout_worker.agent(develop(hungry(), GROWING, age))
        observation, _ = environment.reset(seed=episode_seed(3, purpose, episode))
        total, over = 0.0, False
        while not over:
            observation, reward, ended, cut, _ = environment.step(agent.act(observation))
            total, over = total + reward, ended or cut
        returns.append(total)
        ledgers.append(agent.ledger())
    return returns, ledgers


@pytest.mark.parametrize(("compiled", "episodes"), [("auto", 4), ("off", 4), ("auto", 60)])
def test_training_goes_from_birth_to_maturity(compiled, episodes):
    """Of 60 ages, many have the same number of astrocytes."""
    evaluation = evaluate(GROWING, episodes=episodes, compiled=compiled)
    returns, ledgers = by_hand([episode / (episodes - 1) for episode in range(episodes)])
    assert list(evaluation.returns) == returns
    total = sum(ledgers[1:], ledgers[0])
    assert np.allclose(evaluation.ledger.amounts, total.amounts, rtol=1e-12)
    assert np.array_equal(evaluation.ledger.counts, total.counts)
    assert evaluation.seconds == pytest.approx(total.seconds)


def test_ages_differ_in_what_glia_there_are():
    ledgers = by_hand([0.0, 0.5, 1.0])[1]
    cells = [ledger.amount("astrocyte").sum() / ledger.seconds for ledger in ledgers]
    assert cells[0] < cells[1] < cells[2]
    assert cells[0] == pytest.approx(cells[2] / 6.0, rel=0.2)


@pytest.mark.parametrize("purpose", [Purpose.VALIDATE, Purpose.REPLAY, Purpose.TEST])
def test_all_but_training_is_lived_by_adults(purpose):
    assert evaluate(GROWING, purpose=purpose) == evaluate(DevelopmentConfig(), purpose=purpose)


def test_a_single_episode_is_lived_by_the_adult():
    assert evaluate(GROWING, episodes=1) == evaluate(DevelopmentConfig(), episodes=1)


def test_the_young_may_be_abandoned_too():
    whole = evaluate(GROWING)
    given_up = evaluate(GROWING, racing_episodes=2, prune_below=1e9)
    assert given_up.abandoned
    assert given_up.returns == whole.returns[:2]
    assert given_up.power > 0.0
    kept = evaluate(GROWING, racing_episodes=2, prune_below=min(whole.returns) - 1.0)
    assert kept == whole


def test_ages_follow_the_place_of_an_episode_and_not_its_seed():
    seeds = tuple(episode_seed(3, Purpose.TRAIN, episode) for episode in range(4))
    assert evaluate(GROWING, seeds=seeds) == evaluate(GROWING)


def test_an_evaluation_tells_the_glia_of_the_adult():
    adult = develop(hungry(), GROWING)
    for evaluation in (evaluate(GROWING), evaluate(GROWING, racing_episodes=1, prune_below=1e9)):
        assert evaluation.astrocytes == tuple(adult.astrocytes.tolist())
        assert np.allclose(
            evaluation.ratios,
            np.divide(adult.astrocytes, adult.mass, out=np.zeros(3), where=adult.mass > 0),
        )


@pytest.mark.parametrize("glia", ["enforced", "soft", "free", "fixed"])
def test_every_mode_is_developed_as_it_says(glia):
    development = DevelopmentConfig(glia=glia, preset="mouse" if glia == "fixed" else "human")
    network = develop(hungry(), development)
    evaluation = evaluate(development, episodes=2)
    assert evaluation.astrocytes == tuple(network.astrocytes.tolist())
    assert evaluation.penalty == ratio_penalty(hungry(), network, development)
    assert (evaluation.penalty > 0.0) == (glia == "soft")


def test_the_penalty_counts_in_the_objective_and_not_as_power():
    cheap, dear = (
        evaluate(DevelopmentConfig(glia="soft", ratio_penalty=penalty), episodes=2)
        for penalty in (0.0, 5.0)
    )
    assert cheap.power == dear.power
    assert objective_values(dear)[1] == pytest.approx(-dear.power - dear.penalty)
    assert objective_values(dear)[1] < objective_values(cheap)[1]
    assert Evaluation(key=0).penalty == 0.0
