"""Episodes that are new in every generation, on which survivors are not abandoned."""

import pytest

from glianeat.evaluate.plan import EvaluationConfig, training_plan
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.streams import Purpose
from tests.builders.agents import founders, rollout

CONFIG = EvaluationConfig(episodes=5, racing_episodes=2)
RESAMPLED = CONFIG.replace(resample="generation")
NEWBORN = CONFIG.replace(resample="newborn")
SEED = 11


def test_episodes_stay_the_same_by_default():
    assert training_plan(CONFIG, 7) == training_plan(CONFIG)


def test_the_first_episodes_are_the_same_with_and_without_resampling():
    resampled = training_plan(RESAMPLED, 0).episode_seeds(SEED)
    assert resampled == training_plan(CONFIG).episode_seeds(SEED)


def test_no_two_generations_share_an_episode():
    seeds = [s for n in range(50) for s in training_plan(RESAMPLED, n).episode_seeds(SEED)]
    assert len(set(seeds)) == 250


def test_resampled_episodes_depend_on_seed_and_generation_alone():
    plans = [
        training_plan(RESAMPLED, 9, prune_below=worst, protected_below=3) for worst in (0.0, 5.0)
    ]
    assert len({plan.episode_seeds(SEED) for plan in plans}) == 1
    assert plans[0].episode_seeds(SEED) != plans[0].episode_seeds(SEED + 1)
    assert plans[0].purpose == Purpose.TRAIN


@pytest.mark.parametrize(("key", "lived"), [(6, 5), (7, 2)])
def test_survivors_are_never_given_up(key, lived):
    config = rollout()
    genome = founders(config, 1)[0].with_key(key)
    plan = training_plan(RESAMPLED, 3, prune_below=1e9, protected_below=7)
    found = SerialEvaluator(config).evaluate([genome], plan)[0]
    assert (len(found.returns), found.abandoned) == (lived, lived == 2)


def test_the_newborn_of_each_generation_can_have_episodes_of_their_own():
    plans = [
        [training_plan(c, g).episode_seeds(SEED) for g in range(3)] for c in (NEWBORN, RESAMPLED)
    ]
    assert plans[0] == plans[1]
    assert len(set(plans[0])) == 3
