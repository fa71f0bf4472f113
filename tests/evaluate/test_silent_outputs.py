"""Silent outputs remember nothing: below a thousandth of a spike a read-out is none."""

import numpy as np
import pytest

from glianeat.codec.codec import CodecConfig
from glianeat.develop.decode import develop
from glianeat.evaluate.rollout import RolloutWorker
from tests.builders.agents import changed, founders, rollout

CUES = np.float32([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
NOTHING, GO = np.zeros(3, np.float32), np.float32([0.0, 0.0, 1.0])
CUE_STEPS = 10  # of 20 ms


def answer(agent, cue, delay):
    """Return the choice after a cue and a delay [s], and the output spikes in the delay."""
    agent.reset()
    for _ in range(CUE_STEPS):
        agent.act(cue)
    before = agent.output_spikes()
    choices = [int(agent.act(NOTHING)) for _ in range(int(delay * 50))]
    return choices[-1], agent.output_spikes() - before, before


def told_apart(readout, delay):
    """Return how many silent agents spiked at the cues, and how many then tell them apart."""
    config = rollout("glianeat/DelayedMatch-v0", codec=CodecConfig(readout=readout))
    rollout_worker = RolloutWorker(config)
    silent = told = 0
    for genome in founders(config, 60):
        quiet = changed(genome, inputs={"receptor_gain": [2.0, 0.02] * 3}, outputs={"bias": 0.0})
        agent = rollout_worker.agent(develop(quiet))
        (first, late, early), (second, later, earlier) = (answer(agent, cue, delay) for cue in CUES)
        if late == later == 0.0 and early != earlier:
            silent += 1
            told += first != second
    rollout_worker.close()
    return silent, told


@pytest.mark.parametrize("readout", ["count", "twitch"])
@pytest.mark.parametrize("delay", [1.0, 8.0])
def test_silent_agents_are_at_chance_on_a_cue_that_is_gone(readout, delay):
    silent, told = told_apart(readout, delay)
    assert silent >= 5
    assert told == 0


def test_agents_tell_cues_apart_while_their_spikes_are_felt():
    silent, told = told_apart("count", 0.06)
    assert silent >= 5
    assert told >= 3
