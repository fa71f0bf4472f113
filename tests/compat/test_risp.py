import math

import gymnasium
import msgspec
import numpy as np
import pytest

from glianeat.compat.risp import PROCESSORS, to_genome
from glianeat.errors import GenomeError
from glianeat.evaluate.objectives import find_objectives, objective_values
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.genome.serial import genome_from_json, genome_to_json, pack, unpack
from glianeat.streams import Purpose
from tests.compat.risp import PUBLISHED, evaluated, experiment_of, network_of
from tests.reference.risp import WEIGHTS, RispProcessor

EPISODES = 24
published = pytest.mark.parametrize("name", PUBLISHED)


@published
def test_a_published_network_decides_as_its_processor_does(name):
    network = network_of(name)
    experiment = experiment_of(network)
    worker = RolloutWorker(experiment.rollout, experiment.description)
    agent, processor = worker.agent(worker.develop(to_genome(network, 0))), RispProcessor(network)
    task = gymnasium.make(experiment.config.task.id)
    scales = experiment.codec.scaling.scale
    for seed in (1, 2):
        observation, _ = task.reset(seed=seed)
        agent.reset()
        processor = RispProcessor(network)
        for _ in range(150):
            action = agent.act(observation)
            fired = processor.decide(observation.astype(np.float64).tolist(), scales)
            assert agent.simulator.readout.tolist() == fired
            assert action == fired.index(max(fired))
            observation, _, terminated, _, _ = task.step(action)
            if terminated:
                break


@published
def test_a_published_network_lasts_as_long_as_published(name):
    found = evaluated(network_of(name), EpisodePlan(purpose=Purpose.VALIDATE, episodes=EPISODES))
    told = PUBLISHED[name]
    spread = told["standard_error"] * math.sqrt(1000)  # of the 1,000 episodes that were published
    error = math.hypot(told["standard_error"], spread / math.sqrt(EPISODES))
    assert found.is_ok
    assert abs(found.mean_return - told["mean"]) <= 2.0 * error


@pytest.mark.parametrize("name", ["46", "47", "48", "49"])  # of which all inputs lead to an output
def test_events_are_those_of_the_processor(name):
    found = evaluated(network_of(name), EpisodePlan(purpose=Purpose.VALIDATE, episodes=EPISODES))
    reward_and_events = objective_values(found, find_objectives(("reward", "events")))
    assert -reward_and_events[1] == pytest.approx(PUBLISHED[name]["events"], rel=0.06)


@published
def test_an_imported_genome_survives_its_files(name):
    genome = to_genome(network_of(name), 5)
    assert genome_from_json(genome_to_json(genome)) == genome
    assert unpack(pack(genome)) == genome


@published
def test_weights_keep_their_ratios_within_our_bounds(name):
    network = network_of(name)
    weights = to_genome(network, 0).synapses.trait("weight") * network.unit
    assert sorted(weights[weights != PROCESSORS[network.processor].max_weight]) == sorted(
        w for _, _, w, _ in network.synapses if w != WEIGHTS[network.processor]
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"processor": "RISP-2"}, "processor: must be of RISP-1, .* got 'RISP-2'"),
        ({"thresholds": (1.0,)}, "a threshold for each, got 7 neurons and 1 thresholds"),
        ({"outputs": (0,)}, "none may be both"),
        ({"outputs": (99,)}, "no neuron 99"),
        ({"synapses": ((0, 4, 1.0, 0.0),)}, r"synapse \(0, 4\): delay must be whole, >= 1"),
        ({"synapses": ((0, 4, 1.0, 128.0),)}, "<= 127 steps, got 128"),
        ({"synapses": ((0, 4, 1.0, 1.5),)}, "got 1.5"),
    ],
)
def test_what_is_no_network_is_refused(change, message):
    network = msgspec.structs.replace(network_of("46"), **change)
    with pytest.raises(GenomeError, match=message):
        to_genome(network, 0)
