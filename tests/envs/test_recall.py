import numpy as np
import pytest
from glianeat_envs.recall import FIRST

from glianeat.codec.codec import CodecConfig
from glianeat.genome.genome import Genome
from glianeat.genome.schema import SYNAPSES
from tests.builders.agents import changed, evaluation_of, founders, rollout
from tests.envs.contract import (
    check_gymnasium_contract,
    check_picture,
    check_seeding,
    make,
    play,
)


def recall(**keywords):
    return make("Recall", **keywords)


def rememberer(back):
    """Return a policy that answers with what it saw some steps ago."""
    seen = []

    def act(observation):
        seen.append(observation)
        return seen[-1 - back] if len(seen) > back else 0

    return act


@pytest.fixture(autouse=True)
def _no_window(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


def test_gymnasium_accepts_it():
    check_gymnasium_contract(recall())


def test_a_seed_determines_the_symbols():
    check_seeding(recall())


@pytest.mark.parametrize("keywords", [{}, {"back": 8, "symbols": 7, "steps": 5}, {"back": 0}])
def test_compiled_it_is_the_same(keywords):
    task = recall(**keywords)
    task.reset(seed=0)
    state, shown = task.unwrapped.compiled.start(task.unwrapped), np.zeros(1)
    for number in range(200):
        task.unwrapped.compiled.observe(state, shown)
        assert shown[0] == task.unwrapped._observation()
        action = number % task.action_space.n
        _, reward, terminated, _, _ = task.step(action)
        assert task.unwrapped.compiled.step(state, np.array([float(action)])) == (
            reward,
            terminated,
        )
        if terminated:
            break
    assert np.array_equal(state, task.unwrapped.state)


def test_its_picture_changes_with_the_state():
    check_picture(recall)


@pytest.mark.parametrize("back", [0, 1, 4, 8])
def test_who_remembers_is_always_right(back):
    total, steps = play(recall(back=back), rememberer(back), seed=3)
    assert total == pytest.approx(1.0)
    assert steps == back + 48


@pytest.mark.parametrize("wrong", [3, 5])
def test_who_remembers_other_steps_does_no_better_than_chance(wrong):
    returns = [play(recall(back=4), rememberer(wrong), seed=seed)[0] for seed in range(60)]
    assert np.mean(returns) == pytest.approx(0.25, abs=0.04)


def test_symbols_come_equally_often():
    task = recall(steps=20_000, symbols=5)
    task.reset(seed=1)
    number = np.bincount(task.unwrapped.state[FIRST:].astype(int), minlength=5)
    assert np.all(np.abs(number / number.sum() - 0.2) < 0.02)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"back": -1}, "back: must be a whole number >= 0, got -1"),
        ({"back": 65}, "back: must be a whole number <= 64, got 65"),
        ({"symbols": 1}, "symbols: must be a whole number >= 2, got 1"),
        ({"symbols": 17}, "symbols: must be a whole number <= 16, got 17"),
        ({"steps": 0}, "steps: must be a whole number >= 1, got 0"),
    ],
)
def test_bad_keywords_are_refused(keywords, message):
    with pytest.raises(ValueError, match=message):
        recall(**keywords)


def late(config, delay):
    """Return a genome that answers with what it saw at some delay, symbol by symbol."""
    genome = changed(founders(config, 1)[0], outputs={"bias": 0.0})
    neurons, synapses = genome.neurons, genome.synapses
    channel = dict(zip(neurons.innovation.tolist(), neurons.field("channel").tolist(), strict=True))
    ends = zip(synapses.field("source").tolist(), synapses.field("target").tolist(), strict=True)
    traits = synapses.traits.copy()
    same = [channel[source] == channel[target] for source, target in ends]
    traits[:, SYNAPSES.column("weight")] = np.where(same, 8.0, 0.0)
    traits[:, SYNAPSES.column("delay")] = delay
    tables = (genome.regions, neurons, genome.astrocytes, synapses.with_traits(traits))
    return Genome(genome.key, *tables)


@pytest.mark.parametrize("back", [1, 4, 8])
def test_spiking_outputs_recall_exactly_what_late_synapses_bring(back):
    config = rollout("glianeat/Recall-v0", kwargs={"back": back})
    found = evaluation_of(late(config, back * 20 + 1), config)
    assert np.allclose(found.returns, 1.0)
    one_late = evaluation_of(late(config, back * 20), config)
    assert max(one_late.returns) < 0.5
    at_once = rollout(
        "glianeat/Recall-v0", kwargs={"back": back}, codec=CodecConfig(receptor_delays=False)
    )
    assert max(evaluation_of(late(at_once, back * 20 + 1), at_once).returns) < 0.5
