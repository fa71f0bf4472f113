"""Conditions: what is taken from a genome is what the names say, and nothing else."""

import gymnasium
import numpy as np
import pytest

from glianeat.develop.holding import with_current, with_efficacy
from glianeat.develop.lesions import Lesion, lesioned
from glianeat.develop.shuffling import shuffled
from glianeat.errors import ConfigError, SimulationError
from glianeat.evaluate.conditions import CONDITIONS, evaluate_under, joined
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.evaluate.watch import MeanEffects
from glianeat.genome.alteration import TraitChange, altered
from glianeat.simulate.settings import AstrocyteConfig, NeuronConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator
from glianeat.streams import Purpose, stream
from tests.builders.agents import changed, founders, rollout, undevelopable

SEEDS = (11, 12, 13)
SLOW = {"slow_gain": 0.8, "slow_current": -0.3, "tau_slow": 300.0, "slow_reference_rate": 20.0}


@pytest.fixture(scope="module")
def config():
    neuron = NeuronConfig(slow_gain=True, slow_current=True)
    glia = AstrocyteConfig(gain=False)  # so that neurons alone have gains
    simulation = SimulationConfig(neuron=neuron, astrocyte=glia)
    return rollout("MountainCar-v0", simulation=simulation)


@pytest.fixture(scope="module")
def worker(config):
    worker = RolloutWorker(config)
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def genome(config):
    return changed(founders(config, 1, seed=4)[0], outputs=SLOW | {"bias": 0.5})


def wide(config):
    """Return a genome with more neurons than astrocytes in each region."""
    genome = founders(config, 1, seed=4)[0]
    return altered(genome, [TraitChange("regions", "log2_ratio", -0.5)])


def lived(worker, genome, network=None, seeds=SEEDS, watcher=None):
    plan = EpisodePlan(purpose=Purpose.TEST, episodes=len(seeds), seeds=seeds)
    return worker.evaluate(genome, plan, watcher, network)


def under(condition, worker, genome, seeds=SEEDS, **plan):
    plan = EpisodePlan(purpose=Purpose.TEST, episodes=len(seeds), seeds=seeds, **plan)
    return evaluate_under(condition, worker, genome, plan)


def bits(evaluation):
    return evaluation.returns, evaluation.amounts, evaluation.counts, evaluation.lengths


def test_intact_is_the_genome_as_it_is(worker, genome):
    assert bits(under("intact", worker, genome)) == bits(lived(worker, genome))


def test_without_gain_and_current_slow_neurons_have_no_effect(worker, genome):
    by_hand = changed(genome, outputs={"slow_gain": 0.0, "slow_current": 0.0})
    expected = bits(lived(worker, by_hand))
    assert expected != bits(lived(worker, genome))
    assert bits(under("no_effects", worker, genome)) == expected


@pytest.mark.parametrize(
    ("condition", "trait"), [("no_gain", "slow_gain"), ("no_current", "slow_current")]
)
def test_one_of_gain_and_current_may_be_taken_alone(worker, genome, condition, trait):
    by_hand = changed(genome, outputs={trait: 0.0})
    expected = bits(lived(worker, by_hand))
    assert bits(under(condition, worker, genome)) == expected


def test_no_astrocytes_is_the_lesion_of_all(worker, genome):
    network = lesioned(worker.develop(genome), [Lesion("astrocyte")])
    found = under("no_astrocytes", worker, genome)
    assert bits(found) == bits(lived(worker, genome, network))
    assert sum(found.astrocytes) == 0


def test_watching_changes_nothing(worker, genome):
    watcher = MeanEffects()
    watched = lived(worker, genome, seeds=(11,), watcher=watcher)
    assert bits(watched) == bits(lived(worker, genome, seeds=(11,)))
    assert watcher.efficacy.shape == (genome.n_outputs,)
    assert (watcher.efficacy != 1.0).any()
    assert (watcher.current != 0.0).any()


def test_means_are_over_the_steps_of_the_episode(worker, genome):
    watcher = MeanEffects()
    lived(worker, genome, seeds=(11,), watcher=watcher)
    agent, environment = worker.agent(worker.develop(genome)), gymnasium.make("MountainCar-v0")
    agent.reset()
    observation, _ = environment.reset(seed=11)
    seen, over = [], False
    while not over:
        observation, _, terminated, truncated, _ = environment.step(agent.act(observation))
        seen.append([agent.simulator.cells(name) for name in ("efficacy", "slow_inward")])
        over = terminated or truncated
    efficacy, current = np.mean(seen, axis=0)
    assert watcher.efficacy == pytest.approx(efficacy)
    assert watcher.current == pytest.approx(current)


def test_frozen_holds_the_means_of_the_same_episode(worker, genome):
    adult, frozen = worker.develop(genome), under("frozen", worker, genome)
    for number, seed in enumerate(SEEDS):
        watcher = MeanEffects()
        lived(worker, genome, seeds=(seed,), watcher=watcher)
        held = with_current(with_efficacy(adult, watcher.efficacy), watcher.current)
        alone = lived(worker, genome, held, seeds=(seed,))
        assert frozen.returns[number] == alone.returns[0]
        assert frozen.lengths[number] == alone.lengths[0]


def test_frozen_overall_does_not_know_which_episode_it_is(worker, genome):
    means = []
    for seed in SEEDS:
        watcher = MeanEffects()
        lived(worker, genome, seeds=(seed,), watcher=watcher)
        means.append((watcher.efficacy, watcher.current))
    efficacy, current = (np.mean(of, axis=0) for of in zip(*means))
    held = with_current(with_efficacy(worker.develop(genome), efficacy), current)
    assert bits(under("frozen_overall", worker, genome)) == bits(lived(worker, genome, held))
    one = under("frozen_overall", worker, genome, SEEDS[:1])
    assert bits(one)[0] == bits(under("frozen", worker, genome, SEEDS[:1]))[0]


@pytest.mark.parametrize("condition", ["frozen", "frozen_overall", "shuffled", "no_gain"])
def test_damage_strikes_under_every_condition(worker, genome, condition):
    damage = ("sensors=1@1s",)
    hurt = under(condition, worker, genome, SEEDS[:2], damage=damage)
    assert hurt.is_ok
    assert bits(hurt) != bits(under(condition, worker, genome, SEEDS[:2], damage=()))


def test_efficacies_that_are_held_stay(worker, genome):
    network = with_efficacy(worker.develop(genome), np.full(genome.n_outputs, 0.25))
    agent = worker.agent(network)
    for _ in range(20):
        agent.act(np.array([-0.5, 0.01], dtype=np.float32))
    assert set(agent.simulator.cells("efficacy")) == {0.25}
    agent.reset()
    assert set(agent.simulator.cells("efficacy")) == {0.25}


def test_a_network_with_fewer_cells_holds_the_efficacies_of_those_that_are_left():
    from tests.simulate.builders import Builder

    builder = Builder()
    source, lost, output = builder.input(), builder.cell(), builder.output()
    builder.join(source, output, 1.0).join(lost, output, 1.0)
    network = with_efficacy(builder.build(), np.array([0.5, 2.0]))
    left = lesioned(network, [Lesion("neuron", f"{lost:016x}")])
    assert Simulator(left).cells("efficacy").tolist() == [2.0]


def test_episodes_one_by_one_add_up_to_the_same_evaluation(worker, genome):
    alone = [lived(worker, genome, seeds=(seed,)) for seed in SEEDS]
    found, together = joined(alone, worker.energy), lived(worker, genome)
    assert found.returns == together.returns
    assert found.lengths == together.lengths
    assert found.sizes == together.sizes
    for name in ("seconds", "power", "spikes_per_second", "output_spikes_per_second"):
        assert getattr(found, name) == pytest.approx(getattr(together, name))
    assert np.allclose(found.amounts, together.amounts)
    assert np.allclose(found.counts, together.counts)


def test_shuffled_deals_out_the_territories_by_the_seed_of_the_episode(worker, config):
    genome = wide(config)
    found = under("shuffled", worker, genome)
    assert bits(found) == bits(under("shuffled", worker, genome))
    adult = worker.develop(genome)
    for number, seed in enumerate(SEEDS):
        network = shuffled(adult, stream(seed, Purpose.TERRITORIES))
        assert not np.array_equal(network.glia.cover_neuron, adult.glia.cover_neuron)
        assert found.returns[number] == lived(worker, genome, network, (seed,)).returns[0]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_genome_that_does_not_develop_is_an_outcome(worker, config, condition):
    found = under(condition, worker, undevelopable(config))
    assert (found.status, found.is_ok) == ("undeveloped", False)


def test_a_condition_that_is_not_known_is_named(worker, genome):
    with pytest.raises(ConfigError, match=r"condition: .* got 'frozn'; did you mean 'frozen'\?"):
        under("frozn", worker, genome)


def test_efficacies_and_currents_must_be_one_for_each_cell(worker, genome):
    network = worker.develop(genome)
    with pytest.raises(SimulationError, match="efficacy: must be 3 finite numbers >= 0"):
        with_efficacy(network, np.ones(2))
    with pytest.raises(SimulationError, match="efficacy"):
        with_efficacy(network, np.array([1.0, -1.0, 1.0]))
    with pytest.raises(SimulationError, match="current: must be 3 finite numbers"):
        with_current(network, np.full(3, np.nan))
