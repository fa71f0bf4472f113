import subprocess
import sys
from dataclasses import replace

import gymnasium
import msgspec
import numpy as np
import pytest

from glianeat.codec.codec import CodecConfig
from glianeat.develop.decode import develop
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.objectives import objective_values
from glianeat.evaluate.plan import EpisodePlan, episode_seed
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.genome.mutation import apply_operator
from glianeat.genome.schema import NEURONS, SYNAPSES, Role
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.simulate.settings import NeuronConfig, SimulationConfig
from glianeat.streams import Purpose
from tests.builders.agents import PLAN, decided, evaluation_of, founders, rollout
from tests.evaluate.badenvs import TYPED

CONFIG = rollout(seed=3)


def test_an_episode_depends_on_the_seed_of_its_number_alone():
    genome = founders(CONFIG, 1)[0]
    assert (
        evaluation_of(genome, CONFIG, episodes=4).returns[:2]
        == evaluation_of(genome, CONFIG, episodes=2).returns
    )


def test_another_seed_of_the_run_has_other_episodes():
    genome = founders(CONFIG, 1)[0]
    other = evaluation_of(genome, rollout(seed=4), episodes=8)
    assert other.returns != evaluation_of(genome, CONFIG, episodes=8).returns


def test_one_plan_after_another_has_its_own_episodes():
    genome, rollout_worker = founders(CONFIG, 1)[0], RolloutWorker(CONFIG)
    plan = EpisodePlan(purpose=Purpose.TRAIN, episodes=8)
    plans = [
        plan,
        msgspec.structs.replace(plan, purpose=Purpose.TEST),
        msgspec.structs.replace(plan, first=8),
        msgspec.structs.replace(plan, episodes=4),
        msgspec.structs.replace(plan, seeds=tuple(range(8))),
        plan,
    ]
    returns = [rollout_worker.evaluate(genome, one).returns for one in plans]
    assert returns == [RolloutWorker(CONFIG).evaluate(genome, one).returns for one in plans]
    assert len(set(returns)) == len(plans) - 1


def test_seeds_differ_by_run_purpose_and_episode():
    seeds = {
        episode_seed(run, purpose, episode)
        for run in range(5)
        for purpose in Purpose
        for episode in range(50)
    }
    assert len(seeds) == 5 * len(Purpose) * 50


def test_seeds_are_the_same_for_ever():
    assert episode_seed(0, Purpose.TRAIN, 0) == 2505708410


def test_an_evaluation_equals_a_loop_written_by_hand():
    genome = founders(CONFIG, 3)[2]
    agent, environment = RolloutWorker(CONFIG).agent(develop(genome)), gymnasium.make("CartPole-v1")
    observation, _ = environment.reset(seed=episode_seed(3, Purpose.TRAIN, 0))
    total, over = 0.0, False
    while not over:
        observation, reward, terminated, truncated, _ = environment.step(agent.act(observation))
        total, over = total + reward, terminated or truncated
    assert evaluation_of(genome, CONFIG).returns[0] == total


def test_lengths_count_steps():
    evaluation = evaluation_of(founders(CONFIG, 1)[0], CONFIG)
    assert evaluation.lengths == tuple(map(int, evaluation.returns))


def test_the_simulated_time_is_the_hold_times_the_steps():
    evaluation = evaluation_of(founders(CONFIG, 1)[0], CONFIG)
    assert evaluation.seconds == pytest.approx(0.020 * sum(evaluation.lengths))


def test_power_is_energy_over_time():
    evaluation = evaluation_of(founders(CONFIG, 1)[0], CONFIG)
    energy = evaluation.energy(CONFIG.simulation.energy)
    assert evaluation.power == pytest.approx(energy / evaluation.seconds)


def test_the_ledger_adds_up_the_episodes():
    genome = founders(CONFIG, 1)[0]
    one, both = evaluation_of(genome, CONFIG, episodes=1), evaluation_of(genome, CONFIG, episodes=2)
    assert np.all(both.ledger.counts >= one.ledger.counts)
    assert both.seconds > one.seconds


def test_an_evaluation_says_what_the_network_is_made_of():
    genome = founders(CONFIG, 1)[0]
    network, evaluation = develop(genome), evaluation_of(genome, CONFIG)
    assert (evaluation.neurons, evaluation.synapses, sum(evaluation.astrocytes)) == (
        network.n_neurons,
        network.n_synapses,
        network.n_astrocytes,
    )


def test_spikes_of_outputs_are_counted():
    config = rollout(TYPED)
    evaluation = evaluation_of(decided(config, 1), config)
    assert evaluation.output_spikes_per_second > 20.0


def test_a_membrane_readout_has_no_output_spikes():
    config = rollout(TYPED, codec=CodecConfig(readout="membrane"))
    evaluation = evaluation_of(decided(config, 1), config)
    assert evaluation.output_spikes_per_second == 0.0


def test_an_episode_is_cut_off_at_the_configured_limit():
    config = rollout(TYPED, max_steps=3)
    assert evaluation_of(decided(config, 0), config).lengths == (3, 3)


@pytest.mark.parametrize("start", [-3, 0, 7])
def test_every_action_lies_in_the_action_space(start):
    config = rollout(TYPED, kwargs={"start": start})
    expected = 5 * (1.0 + 10.0 * (start + 2))
    assert evaluation_of(decided(config, 2), config).returns == (expected, expected)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "int8"])
def test_whole_rollouts_do_not_depend_on_the_type_of_observations(dtype):
    config, plain = rollout(TYPED, kwargs={"dtype": dtype}), rollout(TYPED)
    genome = founders(plain, 1)[0]
    assert evaluation_of(genome, config) == evaluation_of(genome, plain)


def test_failed_evaluations_are_worth_less_than_any_other():
    failed = Evaluation(key=0, status="failed")
    assert (
        objective_values(failed)[0]
        < objective_values(evaluation_of(founders(CONFIG, 1)[0], CONFIG))[0]
    )


def test_objectives_are_both_to_be_maximised():
    evaluation = Evaluation(key=0, returns=(3.0, 5.0), power=7.0, penalty=0.5)
    assert objective_values(evaluation) == (4.0, -7.5)


def test_the_kernels_are_compiled_before_any_clock_runs():
    script = """if True:
        from glianeat.codec import kernels
        from glianeat.evaluate.rollout import RolloutWorker
        from tests.builders.agents import rollout
        RolloutWorker(rollout())
        print(len(getattr(kernels.control, "signatures", [0])))
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "1"


def test_one_kernel_serves_all_types_of_observation():
    from glianeat.codec import kernels

    config = rollout(TYPED, kwargs={"dtype": "float32"})
    evaluation_of(decided(config, 0), config)
    assert len(getattr(kernels.control, "signatures", [0])) == 1


def test_an_evaluator_that_was_closed_has_closed_its_environment():
    rollout_worker = RolloutWorker(CONFIG)
    rollout_worker.evaluate(founders(CONFIG, 1)[0], PLAN)
    rollout_worker.close()
    assert rollout_worker._environment is None


def with_a_spiking_neighbour(genome):
    """Return a genome whose outputs are silent, with a tonic hidden neuron in their region."""
    variation, rng = Variation(GenomeConfig()), np.random.default_rng(0)
    genome = apply_operator("split_synapse", genome, variation, rng)
    neurons, traits = genome.neurons, genome.neurons.traits.copy()
    role, bias = neurons.field("role"), NEURONS.column("bias")
    traits[role == Role.OUTPUT, bias] = -2.0
    traits[role == Role.HIDDEN, bias] = 2.0
    motor = int(neurons.field("region")[role == Role.OUTPUT][0])
    hidden = int(np.flatnonzero(role == Role.HIDDEN)[0])
    silent = genome.synapses.traits.copy()
    silent[:, SYNAPSES.column("weight")] = 0.0
    return replace(
        genome,
        neurons=neurons.with_traits(traits).with_field("region", hidden, motor),
        synapses=genome.synapses.with_traits(silent),
    )


def test_only_spikes_of_outputs_themselves_count_as_theirs():
    evaluation = evaluation_of(with_a_spiking_neighbour(founders(CONFIG, 1)[0]), CONFIG)
    assert evaluation.spikes_per_second > 0.0
    assert evaluation.output_spikes_per_second == 0.0


def test_a_cycle_in_what_is_to_be_feed_forward_cannot_develop():
    graded = SimulationConfig(neuron=NeuronConfig(model="graded"), feed_forward=True)
    config = rollout("Pendulum-v1", simulation=graded)
    variation, rng = Variation(GenomeConfig()), np.random.default_rng(0)
    genome = founders(config, 1)[0]
    assert evaluation_of(genome, config).is_ok
    while set(genome.synapses.field("source")) <= set(genome.neurons.innovation[:3]):  # inputs
        genome = apply_operator("add_synapse", genome, variation, rng)
    outcome = evaluation_of(genome, config)
    assert outcome.status == "undeveloped"
    assert "must have no cycles" in outcome.reason
