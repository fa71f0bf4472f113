"""Damage in an episode: what dies is drawn from the seed, when it is time, on every path."""

import math

import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete, Tuple

from glianeat.develop.decode import develop
from glianeat.develop.lesions import Lesion, lesioned
from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import ConfigError
from glianeat.evaluate.damage import Damage, damages, parse_damage
from glianeat.evaluate.injury import Injury
from glianeat.evaluate.plan import EpisodePlan, SettledEvaluation
from glianeat.evaluate.probe import Probe
from glianeat.evaluate.robustness import robustness
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.genome.schema import Role
from glianeat.simulate.settings import AstrocyteConfig, SimulationConfig
from glianeat.streams import Purpose
from tests.builders.agents import changed, founders, rollout
from tests.builders.bodies import amplitudes, body
from tests.evaluate.worlds import WORLD

SEEDS = (3, 4, 5, 6)
EVERY_KIND = (
    "sensors=0.5@200ms",
    "synapses=0.5@0.2s",
    "neurons=0.5@200ms",
    "astrocytes=1@200ms",
    "region=motor:0.5@200ms",
)
UNFELT = SimulationConfig(astrocyte=AstrocyteConfig(gain=False, metabolic=False))


def plan(*damage, **more):
    return EpisodePlan(
        purpose=Purpose.TEST, episodes=len(SEEDS), seeds=SEEDS, damage=damage, **more
    )


@pytest.fixture(scope="module")
def config():
    return rollout(WORLD("Walk"), max_steps=30)


@pytest.fixture(scope="module")
def worker(config):
    worker = RolloutWorker(config)
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def genome(config):
    return lively(config)


def lively(config, seed=4):
    """Return a genome whose outputs spike."""
    return changed(founders(config, 1, seed=seed)[0], weight=1.0, outputs={"bias": 1.2})


def died(text, seed=1, agent=None):
    """Return the sensors of an agent and the dead of its network after some damage."""
    agent = agent or body(Box(-1.0, 1.0, (10,), np.float64), weight=1.0)
    injury = Injury(agent, (text,), seed)
    injury.strike(10**6)
    return injury._sensors, injury._dead


# How it is written


def test_a_text_says_what_dies_how_much_and_when():
    assert parse_damage("sensors=0.6@4s") == Damage(kind="sensors", shares=(0.6,), at=4000.0)
    assert parse_damage("synapses = 0,.2 , 1 @ 250ms") == Damage(
        kind="synapses", shares=(0.0, 0.2, 1.0), at=250.0
    )
    assert parse_damage("astrocytes=1").at == 0.0
    assert parse_damage("sensors@4s").shares == (0.2, 0.4, 0.6, 0.8)
    assert parse_damage("region=motor@4s").shares == (1.0,)
    assert parse_damage("region=association 2:0.5@1.5") == Damage(
        kind="region", region="association 2", shares=(0.5,), at=1500.0
    )


@pytest.mark.parametrize(
    "text",
    [
        "sensors=0.6@4s",
        "region=motor:0.25,1@0.125s",
        "neurons=0@0s",
        "region=2:1@3s",
        "sensors=1e-05@1e+14s",
    ],
)
def test_a_damage_writes_itself_as_it_is_read(text):
    assert parse_damage(text).text == text
    assert damages([parse_damage(text), text]) == (text, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sensor=0.6@4s", "did you mean 'sensors'"),
        ("sensors=1.5@4s", "a share must be >= 0 and <= 1"),
        ("sensors=nan@4s", "a share must be"),
        ("sensors=0.6@-4s", "a time must be >= 0 s or ms"),
        ("sensors=0.6@soon", "a time must be"),
        ("sensors=0.6@1e999s", "a time must be"),
        ("sensors=", "must be KIND=SHARE@TIME"),
        ("region@4s", "must be KIND=SHARE@TIME"),
        ("region=moter:0.5@4s", "a region must be .* did you mean 'motor'"),
        ("region=:0.5@4s", "a region must be"),
        ("sensors=@4s", "must be KIND=SHARE@TIME"),
        ("sensors=0.5" + " " * 200, "must be KIND=SHARE@TIME"),
    ],
)
def test_what_is_written_otherwise_is_refused(text, words):
    with pytest.raises(ConfigError, match=words):
        parse_damage(text)


def test_settings_refuse_what_is_no_damage():
    with pytest.raises(ConfigError, match="did you mean 'neurons'"):
        SettledEvaluation(episodes=2, racing_episodes=0, damage=("neuron=1",))


# Who dies


@pytest.mark.parametrize("share", [0.0, 0.25, 0.6, 1.0])
def test_the_share_that_dies_is_rounded_to_whole_ones(share):
    sensors, _ = died(f"sensors={share}")
    assert sensors.sum() == math.floor(share * 10 + 0.5)


def test_what_dies_at_a_share_dies_at_a_higher_one_too():
    few, many = (died(f"synapses={share}")[1].synapses for share in (0.3, 0.7))
    assert few.sum() < many.sum() < len(many)
    assert not (few & ~many).any()


def test_the_seed_of_the_episode_decides_who_dies():
    first, again, other = (died("sensors=0.5", seed)[0].tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_of_several_shares_every_episode_draws_one():
    counts = {int(died("sensors=0,0.3,0.8", seed)[0].sum()) for seed in range(30)}
    assert counts == {0, 3, 8}


def test_a_dead_sensor_takes_all_its_receptors_with_it():
    agent = body(
        Box(-1.0, 1.0, (2,), np.float64), Box(-1.0, 1.0, (1,)), weight=1.0, encoder="paired"
    )
    agent.act(np.array([0.5, -0.5]))
    Injury(agent, ("sensors=0.5",), 1).strike(0)
    for seen in ([0.5, 0.5], [-0.5, -0.5]):
        agent.act(np.array(seen))
        left = [channel // 2 for channel, value in amplitudes(agent).items() if value]
        assert len(left) == 1
    agent.reset()
    agent.act(np.array([0.5, 0.5]))
    assert sum(value != 0.0 for value in amplitudes(agent).values()) == 2


def test_what_has_died_stays_dead_when_more_dies():
    agent = body(Box(-1.0, 1.0, (10,), np.float64), weight=1.0)
    injury = Injury(agent, ("synapses=0.3@1s", "sensors=0.5@2s", "neurons=0.5", "synapses=0.2"), 1)
    injury.strike(0)
    first = injury._dead
    assert first.neurons.any()
    injury.strike(10**6)
    last = injury._dead
    assert (last.neurons == first.neurons).all()
    assert (last.synapses >= first.synapses).all()
    assert last.synapses.sum() > first.synapses.sum()


def test_each_choice_of_a_discrete_observation_is_a_sensor():
    agent = body(Tuple([Discrete(4), Box(-1.0, 1.0, (2,), np.float64)]), weight=1.0)
    assert agent.n_sensors == 4 + 2


def test_of_neurons_receptors_are_left_out_and_of_a_region_they_are_not():
    agent = body(Box(-1.0, 1.0, (4,), np.float64), weight=1.0)
    role = agent.network.cells.role
    assert (died("neurons=1", agent=agent)[1].neurons == (role != Role.INPUT)).all()
    agent.reset()
    assert (died("region=sensory", agent=agent)[1].neurons == (role == Role.INPUT)).all()


# What it does


@pytest.mark.parametrize("damage", EVERY_KIND)
def test_a_compiled_task_and_python_live_the_same_damaged_lives(damage):
    found = []
    for compiled in ("auto", "off"):
        config = rollout(WORLD("Walk"), max_steps=30, compiled=compiled)
        worker = RolloutWorker(config)
        genomes = [lively(config, seed) for seed in range(4)]
        found.append([worker.evaluate(one, plan(damage)) for one in genomes])
        whole = [worker.evaluate(one, plan()) for one in genomes]
        worker.close()
    assert found[0] == found[1]
    assert all(one.is_ok for one in found[0])
    assert found[1] != whole


@pytest.mark.parametrize("damage", EVERY_KIND)
def test_nothing_is_left_of_damage_in_the_next_episode(worker, genome, damage):
    before = worker.evaluate(genome, plan())
    worker.evaluate(genome, plan(damage))
    assert worker.evaluate(genome, plan()) == before


@pytest.mark.parametrize("damage", EVERY_KIND)
def test_before_its_time_damage_changes_nothing(worker, genome, damage):
    late = damage.partition("@")[0] + "@600ms"  # the end: 30 steps of 20 ms
    assert worker.evaluate(genome, plan(late)) == worker.evaluate(genome, plan())


def test_damage_of_a_share_of_nothing_changes_nothing(worker, genome):
    assert worker.evaluate(genome, plan("synapses=0@0s")) == worker.evaluate(genome, plan())


def test_it_strikes_before_the_first_step_from_its_time_on(worker, genome):
    at = {
        time: worker.evaluate(genome, plan(f"synapses=1@{time}")).returns
        for time in ("181ms", "200ms", "201ms")
    }
    assert at["181ms"] == at["200ms"] != at["201ms"]


def test_cut_synapses_act_as_if_they_had_never_been():
    config = rollout(WORLD("Walk"), simulation=UNFELT, max_steps=30)
    worker = RolloutWorker(config)
    for genome in (lively(config, seed) for seed in range(3)):
        network = worker.develop(genome)
        dead = [Lesion("synapse", "*")]
        cut = worker.evaluate(genome, plan("synapses=1@0s"))
        without = worker.evaluate(genome, plan(), network=lesioned(network, dead))
        assert cut.returns == without.returns
        assert cut.power == pytest.approx(without.power, rel=1e-12)
        np.testing.assert_allclose(cut.amounts, without.amounts, atol=1e-9)
    worker.close()


def test_what_the_dead_spent_before_stays_spent(worker, genome):
    powers = [
        worker.evaluate(genome, plan(f"region=motor@{at}ms")).energy(
            worker._config.simulation.energy
        )
        for at in (0, 200, 400, 600)
    ]
    assert powers == sorted(powers)
    assert powers[0] < 0.9 * powers[-1]


@pytest.mark.parametrize("damage", EVERY_KIND)
def test_pools_pay_what_the_ledger_says(worker, genome, damage):
    agent = worker.agent(worker.develop(genome))
    agent.reset()
    injury = Injury(agent, (damage,), 1)
    for step in range(30):
        injury.strike(step)
        agent.act(np.array([0.5, -0.5]))
    energy = agent.ledger().total(worker._config.simulation.energy)
    assert agent.simulator.section("spent_sum").sum() == pytest.approx(energy, rel=1e-9)


def test_a_probe_sees_the_damage_and_changes_no_bit_of_it(config, genome):
    damage = "neurons=1@200ms"
    for compiled in ("auto", "off"):
        worker = RolloutWorker(config.replace(task=config.task.replace(compiled=compiled)))
        probe = Probe(20)
        seen = worker.evaluate(genome, plan(damage), probe)
        assert seen == worker.evaluate(genome, plan(damage))
        times = probe.trace.spike_time
        assert 100 < times.max() < 200
        ledgers = probe.trace.ledgers()
        assert ledgers[1].count("spikes").sum() > ledgers[3].count("spikes").sum() == 0.0
        worker.close()


def test_astrocytes_sense_that_synapses_were_cut():
    traits = {"inputs": {"receptor_gain": 1.0}}
    agent = body(Box(-1.0, 1.0, (6,), np.float64), weight=1.0, traits=traits)
    calcium = []
    for damage in ((), ("synapses=0.5",), ("synapses=1",)):
        agent.reset()
        Injury(agent, damage, 1).strike(0)
        for _ in range(200):
            agent.act(np.full(6, 0.5))
        of_outputs = agent.network.glia.region == 1
        calcium.append(agent.simulator.section("calcium")[of_outputs].mean())
    healthy, half, none = calcium
    assert none < 0.3 * healthy  # it decays from its set point
    assert none < half < 0.9 * healthy


def test_dead_astrocytes_cost_nothing_and_scale_nothing():
    simulation = SimulationConfig(astrocyte=AstrocyteConfig(metabolic=True))
    agent = body(simulation=simulation, weight=1.0)
    Injury(agent, ("astrocytes=1",), 1).strike(0)
    for _ in range(50):
        agent.act(np.full(2, 0.5))
    assert set(agent.simulator.section("efficacy").tolist()) == {1.0}
    assert agent.simulator.section("supply").sum() == 0.0
    assert agent.ledger().amount("astrocyte").sum() == 0.0


# In runs and tables


def test_the_settings_damage_every_episode_unless_the_plan_says_otherwise(config, genome):
    damage = ("sensors=1@100ms",)
    worker = RolloutWorker(config.replace(evaluation=config.evaluation.replace(damage=damage)))
    told = EpisodePlan(purpose=Purpose.TRAIN, episodes=4, seeds=SEEDS)
    assert worker.evaluate(genome, told) == worker.evaluate(genome, plan(*damage))
    assert worker.evaluate(genome, told) != worker.evaluate(genome, plan())
    worker.close()


def test_a_table_has_the_healthy_first_and_a_row_a_share(worker, genome):
    found = robustness(worker, genome, "synapses=0,0.5,1@200ms", plan())
    assert [row.share for row in found.rows] == [0.0, 0.0, 0.5, 1.0]
    assert found.rows[0].damage == ()
    assert found.rows[0].returns == found.rows[1].returns != found.rows[3].returns
    assert found.rows[0].returns == worker.evaluate(genome, plan()).returns
    row = found.rows[3]
    assert row.returns == worker.evaluate(genome, plan("synapses=1@200ms")).returns
    assert row.standard_error == pytest.approx(np.std(row.returns, ddof=1) / 2.0)
    assert "synapses=0.5@0.2s" in found._repr_html_()


def test_of_several_damages_one_varies(worker, genome):
    found = robustness(worker, genome, ["neurons=0.5@1s", "sensors=0.5,1@100ms"], plan())
    assert [len(row.damage) for row in found.rows] == [0, 2, 2]
    with pytest.raises(ConfigError, match="only one may have several shares"):
        robustness(worker, genome, ["neurons=0,1@1s", "sensors=0,1@1s"], plan())


def test_a_region_that_is_not_there_is_refused(worker, genome):
    with pytest.raises(ConfigError, match="region must be one of sensory, motor"):
        robustness(worker, genome, "region=association 2@1s", plan())


def test_training_damage_of_a_region_that_is_not_there_does_nothing(worker, genome):
    damaged = worker.evaluate(genome, plan("region=association 2@0s"))
    assert damaged == worker.evaluate(genome, plan())


def test_a_developed_network_stays_as_it_is(config, genome):
    agent = RolloutWorker(config).agent(develop(genome, config.development))
    weights = agent.network.wiring.weight.copy()
    Injury(agent, ("synapses=1",), 1).strike(0)
    assert (agent.network.wiring.weight == weights).all()


def test_under_a_budget_the_regions_that_are_left_share_what_dead_astrocytes_no_longer_claim():
    simulation = SimulationConfig(
        energy=EnergyConfig(budget=500.0), astrocyte=AstrocyteConfig(glycogen=True)
    )
    agent = body(simulation=simulation, weight=1.0)
    supply, stored = (agent.simulator.section(name) for name in ("supply", "stored"))
    agent.act(np.full(2, 0.5))
    assert (supply[:2] > 0.0).all()
    assert (stored[:2] > 0.0).all()
    Injury(agent, ("region=motor",), 1).strike(0)
    agent.act(np.full(2, 0.5))
    assert supply[1] == stored[1] == 0.0
    assert supply.sum() == pytest.approx(0.5)
