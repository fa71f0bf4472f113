from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glianeat.energetics.cost import EnergyConfig
from glianeat.energetics.ledger import KINDS
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import AstrocyteConfig, SimulationConfig, SynapseConfig
from glianeat.simulate.simulator import Simulator
from tests.simulate.builders import Builder, raster
from tests.simulate.test_reference import configs, interfaces, networks

FREE = SimulationConfig(energy=EnergyConfig(gate="none"))
NOTHING = np.zeros(0)


@settings(max_examples=100)
@given(networks(), configs, interfaces, st.integers(0, 2**32 - 1))
def test_ledger_and_pools_close(network, config, interface, seed):
    """What pools paid is the ledger's energy; what is left is what came in less what went out."""
    if config.neuron.model != "galif":  # others show no potential
        interface = replace(interface, readout="count")
    if config.neuron.model == "risp":
        interface = replace(interface, rate_inputs=True)
    rng = np.random.default_rng(seed)
    simulator = Simulator(network, config, interface)
    before = held(simulator)
    for _ in range(4):
        simulator.step(rng.normal(0.5, 1.0, network.n_inputs), 60)
    energy = simulator.ledger().energy(config.energy)
    supplied, spent, unmet = (
        simulator.section(name) for name in ("supplied_sum", "spent_sum", "unmet_sum")
    )
    assert np.allclose(energy.sum(axis=0), spent, rtol=1e-9, atol=1e-9)
    after = simulator.section("energy")
    assert np.allclose(held(simulator), before + supplied - spent + unmet, rtol=1e-9, atol=1e-9)
    assert (after >= 0.0).all()
    assert (after <= simulator.section("capacity")).all()
    assert (energy >= 0.0).all()
    assert (unmet >= 0.0).all()


def held(simulator):
    """Return what pools and the stores of astrocytes hold together, by region [EU]."""
    stored = simulator.section("stored") if "stored" in simulator.used else 0.0
    return simulator.section("energy") + stored


def busy_network():
    """Return a network that does everything: two regions, both signs, an astrocyte."""
    builder = Builder(n_regions=2)
    source = builder.input()
    middle = builder.cell(size=2.0)
    brake = builder.cell(sign=-1)
    output = builder.output(region=1)
    builder.join(source, middle, 8.0).join(middle, output, 6.0).join(middle, brake, 4.0)
    builder.join(brake, output, 1.0)
    builder.astrocyte([middle, brake], count=3, calcium_threshold=0.5, tau_calcium=500.0)
    return builder.build()


EVENTS = FREE.replace(astrocyte=AstrocyteConfig(transmission="events"))


def busy_ledger(interface=None, n_steps=2000, amplitude=0.6):
    simulator = Simulator(busy_network(), EVENTS, interface)
    simulator.step(np.array([amplitude]), n_steps)
    return simulator, simulator.ledger()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "plasticity"])
def test_every_kind_of_charge_appears(kind):
    _, ledger = busy_ledger()
    assert ledger.amount(kind).sum() > 0.0


def test_nothing_is_paid_for_learning_before_there_is_any():
    assert busy_ledger()[1].amount("plasticity").sum() == 0.0


def test_amounts_are_counts_times_what_each_one_is():
    simulator, ledger = busy_ledger(NetworkIO(rate_inputs=True))
    source, middle, brake, output = simulator.emitted().tolist()
    assert min(source, middle, brake, output) > 10
    assert ledger.count("spikes").tolist() == [source + middle + brake, output]
    assert ledger.amount("spike").tolist() == [source + 2.0 * middle + brake, output]
    assert ledger.count("excitatory_events").tolist() == [source + middle, middle]
    assert ledger.amount("excitatory").tolist() == [4.0 * source + 2.0 * middle, 3.0 * middle]
    assert ledger.count("inhibitory_events").tolist() == [0.0, brake]
    assert ledger.amount("inhibitory").tolist() == [0.0, 0.5 * brake]
    assert ledger.amount("graded").tolist() == [0.0, 0.0]
    assert ledger.amount("release").tolist() == ledger.count("releases").tolist()
    assert ledger.amount("release")[0] == 3 * simulator.section("releases")[0]


def test_upkeep_grows_with_time_and_size_alone():
    simulator, ledger = busy_ledger(n_steps=3000, amplitude=0.0)
    wiring = simulator.network.wiring
    assert ledger.seconds == 3.0
    assert ledger.amount("rest").tolist() == [12.0, 3.0]
    assert ledger.amount("astrocyte").tolist() == [9.0, 0.0]
    assert ledger.amount("connection").tolist() == [6.0, 6.0]
    assert ledger.amount("wire").sum() == pytest.approx(3.0 * wiring.length.sum())
    assert ledger.amount("build_neuron").tolist() == pytest.approx([0.012, 0.003])
    assert ledger.amount("build_synapse").tolist() == pytest.approx([0.006, 0.006])
    assert ledger.amount("build_astrocyte").tolist() == pytest.approx([0.009, 0.0])


def test_graded_transmission_is_charged_by_its_strength():
    _, weak = busy_ledger(n_steps=1000, amplitude=0.1)
    _, strong = busy_ledger(n_steps=1000, amplitude=0.3)
    _, signed = busy_ledger(n_steps=1000, amplitude=-0.3)
    rate = EnergyConfig().graded_rate
    assert weak.amount("graded")[0] == pytest.approx(1000 * rate * 0.1 * 8.0 / 2.0)
    assert strong.amount("graded")[0] == pytest.approx(3.0 * weak.amount("graded")[0])
    assert signed.amount("graded")[0] == strong.amount("graded")[0]


def test_graded_inputs_are_no_spikes():
    simulator, ledger = busy_ledger()
    assert ledger.count("spikes").sum() == simulator.emitted()[1:].sum()
    assert simulator.emitted()[0] == pytest.approx(2000 * 0.6 * EnergyConfig().graded_rate)


def test_membrane_readouts_are_charged_by_their_potential():
    simulator = Simulator(busy_network(), FREE, NetworkIO(readout="membrane"))
    shown = 0.0
    for _ in range(300):
        shown += abs(simulator.step(np.array([0.6]), 1)[0])
    assert shown > 1.0
    assert simulator.ledger().amount("graded")[1] == pytest.approx(0.2 * shown)
    assert simulator.ledger().count("spikes")[1] == 0.0


def test_depressed_synapses_deliver_and_cost_less():
    depressing = FREE.replace(synapse=SynapseConfig(short_term_plasticity=True))
    current = np.array([0.0, 4.0, 0.0, 0.0])
    ledgers = []
    for config in (FREE, depressing):
        simulator = Simulator(busy_network(), config)
        raster(simulator, 1000, current)
        ledgers.append(simulator.ledger())
    per_event = [
        ledger.amount("excitatory").sum() / ledger.count("excitatory_events").sum()
        for ledger in ledgers
    ]
    assert per_event[1] < 0.5 * per_event[0]
    assert ledgers[1].count("spikes")[0] > 0


def test_reading_the_ledger_changes_nothing():
    simulator, first = busy_ledger(n_steps=17)
    again = simulator.ledger()
    assert np.array_equal(first.amounts, again.amounts)
    assert np.array_equal(first.counts, again.counts)
