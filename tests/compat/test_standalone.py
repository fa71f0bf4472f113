"""Agents as Python and C files act as the agents themselves, to the last bit."""

import gymnasium
import numpy as np
import pytest

import glianeat
from glianeat import elementary
from glianeat.codec.codec import CodecConfig
from glianeat.compat.standalone.packed import PackedAgent
from glianeat.compat.standalone.pieces import chosen
from glianeat.compat.standalone.python_agent import PYTHON
from glianeat.compat.standalone.source import plain
from glianeat.develop.settings import DevelopmentConfig
from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import ConfigError, TrustError
from glianeat.genome.genome import Genome
from glianeat.genome.schema import ACTIVATIONS, ASTROCYTES
from glianeat.genome.tables import table
from glianeat.simulate.models.activations import activate
from glianeat.simulate.settings import AstrocyteConfig, NeuronConfig, SynapseConfig
from glianeat.tasks.config import TaskConfig, foreign
from tests.builders.agents import changed
from tests.compat import sources

PENDULUM = TaskConfig(id="Pendulum-v1")
SLOW = AstrocyteConfig(slow_current=True, gap_junction=0.4)
EVENTS = SLOW.replace(transmission="events", sensing="counted")
SLOW_CELLS = {"slow_gain": True, "slow_current": True}
CASES = {
    "default": {},
    "numbers": {"task": PENDULUM},
    "late receptors": {"codec": CodecConfig(hold=3)},
    "late receptors that forget": {"codec": CodecConfig(hold=3, keep_state=False)},
    "gaussian rates": {
        "task": PENDULUM,
        "codec": CodecConfig(readout="count", transmission="spikes", encoder="gaussian"),
    },
    "twitches": {
        "task": PENDULUM,
        "codec": CodecConfig(readout="twitch", encoder="flip_flop"),
        "synapse": SynapseConfig(short_term_plasticity=True),
    },
    "first spikes": {
        "codec": CodecConfig(readout="first_spike", keep_state=False),
        "energy": EnergyConfig(gate="hard"),
        "astrocyte": SLOW,
    },
    "izhikevich": {"neuron": NeuronConfig(model="izhikevich"), "astrocyte": SLOW},
    "costs alone": {"astrocyte": AstrocyteConfig(gain=False, metabolic=False)},
    "no gate": {"energy": EnergyConfig(gate="none")},
    "events": {"astrocyte": EVENTS},
    "graded events": {"neuron": NeuronConfig(model="graded"), "astrocyte": EVENTS},
    "slow cells": {"neuron": NeuronConfig(**SLOW_CELLS)},
    "scarce": {"energy": EnergyConfig(budget=60.0, initial_fill=0.5)},
    "stores": {
        "energy": EnergyConfig(budget=60.0, initial_fill=0.4, redistribution=False),
        "astrocyte": AstrocyteConfig(glycogen=True),
    },
    "neurons share": {
        "energy": EnergyConfig(budget=40.0, sharing="uniform", initial_fill=0.3),
        "development": DevelopmentConfig(glia="fixed", preset="none"),
    },
    "scarce body": {
        "task": TaskConfig(
            id="glianeat/Forage-v0",
            imports=("glianeat_envs",),
            kwargs={"metabolic_reserve": 30.0},
        ),
        "energy": EnergyConfig(budget=100.0),
        "astrocyte": AstrocyteConfig(glycogen=True),
    },
    "slow cells alone": {
        "neuron": NeuronConfig(**SLOW_CELLS),
        "astrocyte": AstrocyteConfig(gain=False, metabolic=False),
        "energy": EnergyConfig(gate="none"),
    },
    "slow izhikevich": {
        "neuron": NeuronConfig(model="izhikevich", **SLOW_CELLS),
        "codec": CodecConfig(transmission="spikes"),
        "astrocyte": SLOW,
    },
    "slow graded cells": {"neuron": NeuronConfig(model="graded", slow_gain=True)},
    "graded": {"neuron": NeuronConfig(model="graded"), "astrocyte": SLOW},
    "graded numbers": {
        "task": PENDULUM,
        "neuron": NeuronConfig(model="graded", activation="sigmoid"),
        "codec": CodecConfig(hold=7),
    },
    "body": {
        "task": TaskConfig(
            id="glianeat/Forage-v0",
            imports=("glianeat_envs",),
            kwargs={"metabolic_reserve": 30.0},
        )
    },
    "words": {"task": TaskConfig(id="glianeat/MultiTask-v0", imports=("glianeat_envs",))},
}
USED = {  # what a case is there for
    "gaussian rates": {"rate_inputs", "gaussian", "copies", "pair", "single"},
    "twitches": {"twitch", "flip_flop", "plasticity"},
    "late receptors": {"late"},
    "late receptors that forget": {"late", "forgets"},
    "first spikes": {"first_spike", "forgets", "hard_gate", "gap", "tonic_current"},
    "no gate": {"tonic_gain", "astrocytes", "phasic"},
    "events": {"events", "gain", "slow_current", "gap"},
    "graded events": {"events", "gain", "slow_current", "graded_cells"},
    "slow cells": {"slow_cells", "slow_cell_gain", "slow_cell_current", "tonic_gain"},
    "scarce": {"budget", "offered", "astrocytes"},
    "stores": {"budget", "supplied", "glycogen"},
    "neurons share": {"budget", "offered"},
    "scarce body": {"budget", "glycogen", "reserve"},
    "slow izhikevich": {"slow_cells", "tonic_current", "rate_inputs"},
    "slow graded cells": {"slow_cell_gain", "graded_cells"},
    "costs alone": {"pools", "astrocytes"},
    "graded": {"graded_cells", "tonic_gain", "tonic_current", "argmax"},
    "graded numbers": {"direct", "activation_sigmoid"},
    "body": {"reserve", "metabolic"},
}


def agent_and_files(case, seed, folder, *options):
    config = sources.settled(**CASES[case])
    for first in range(seed, seed + 20):  # what genomes of a seed have differs by the traits
        genome = sources.grown(config, first)
        agent, spec, features = sources.agent_of(genome, config)
        if USED.get(case, set()) <= features:
            break
    assert USED.get(case, set()) <= features
    library = sources.compiled(genome, config, folder, *options)
    return agent, spec, library, sources.written(genome, config)


@pytest.mark.parametrize("case", CASES)
def test_files_act_as_the_agent_does(case, tmp_path):
    seed = 2 if case == "graded numbers" else 1  # whose sigmoids are not saturated
    agent, spec, library, module = agent_and_files(case, seed, tmp_path)
    shown = sources.observations(spec, 50)
    lived = sources.lived(agent, shown)
    assert len(np.unique(lived[:, len(agent.acted) :])) > 1  # outputs show something
    if case == "numbers":
        gain = sources.settled(**CASES[case]).codec.box_gain
        assert PackedAgent(agent, spec).arrays()["PAIR_GAIN"][0] != gain
    if {"scaled", "tonic_gain", "slow_cell_gain"} & USED.get(case, set()):
        assert (agent.simulator.cells("efficacy") != 1.0).any()
    assert sources.lived_in_c(library, shown, agent).tobytes() == lived.tobytes()
    assert sources.lived_in_python(module, shown).tobytes() == lived.tobytes()


@pytest.mark.parametrize("options", [("-O0",), ("-O3", "-march=native")], ids=["O0", "O3"])
def test_no_optimisation_changes_a_bit(options, tmp_path):
    agent, spec, library, _ = agent_and_files("twitches", 2, tmp_path, *options)
    shown = sources.observations(spec, 30)
    lived = sources.lived(agent, shown)
    assert sources.lived_in_c(library, shown, agent).tobytes() == lived.tobytes()


def test_whole_episodes_of_a_run_end_equal(tmp_path):
    config = glianeat.ExperimentConfig(seed=5)
    config = config.replace(evolution=config.evolution.replace(population=8, generations=2))
    with glianeat.evolve(config, runs=tmp_path) as run:
        genome, agent = run.best.genome, run.best.agent()
        file = sources.written(genome, run.config)["Agent"]()
    environment, length = gymnasium.make("CartPole-v1"), 0
    for seed in range(3):
        agent.reset()
        file.reset()
        observation, _ = environment.reset(seed=seed)
        over = False
        while not over:
            action = agent.act(observation)
            assert file.act(observation) == action
            observation, _, terminated, truncated, _ = environment.step(action)
            over, length = terminated or truncated, length + 1
    assert length > 30


def test_a_body_that_is_fed_acts_as_before(tmp_path):
    agent, spec, _, module = agent_and_files("body", 1, tmp_path)
    shown = sources.observations(spec, 40)
    agent.reset()
    file, least = module["Agent"](), np.inf
    for number, row in enumerate(shown):
        if number % 7 == 3:
            agent.feed(25.0)
            file.feed(25.0)
        agent.shown[:] = row
        sources.kernels.control(agent.codec, agent.simulator.buffer)
        assert file.act(row.tolist()) == agent.acted[0]
        assert file.reserve == agent.reserve
        assert file.energy == agent.simulator.section("energy").tolist()
        least = min(least, file.reserve)
    assert least < 5.0


@pytest.mark.parametrize("case", ["scarce", "stores", "neurons share"])
def test_pools_and_stores_of_a_file_are_those_of_the_agent(case):
    config = sources.settled(**CASES[case])
    genome = sources.grown(config, 1)
    agent, spec, features = sources.agent_of(genome, config)
    file, least = sources.written(genome, config)["Agent"](), 1.0
    agent.reset()
    for row in sources.observations(spec, 40):
        agent.shown[:] = row
        sources.kernels.control(agent.codec, agent.simulator.buffer)
        file.act(row.tolist())
        assert file.energy == agent.simulator.section("energy").tolist()
        if "glycogen" in features:
            assert file.stored == agent.simulator.section("stored").tolist()
        least = min(least, float(agent.simulator.fill.min()))
    assert least < 0.1


@pytest.fixture(scope="module")
def functions(tmp_path_factory):
    """Return activations and asinh as files have them, in both languages."""
    return sources.functions_in_c(tmp_path_factory.mktemp("c")), sources.functions_in_python()


def numbers():
    sizes = np.concatenate([np.geomspace(1e-320, 1e308, 700), np.linspace(0.0, 30.0, 700)])
    return np.concatenate([sizes, -sizes, [np.inf, -np.inf, np.nan, 710.0, -745.0, -708.5]])


@pytest.mark.parametrize("number", range(1, len(ACTIVATIONS)))
def test_every_activation_has_the_bits_of_ours(number, functions):
    x = numbers()
    ours = np.array([activate(number, value) for value in x.tolist()])
    for function in functions:
        found = function(number, x)
        assert np.isnan(found).tolist() == np.isnan(ours).tolist()
        assert np.nan_to_num(found, nan=7.0).tobytes() == np.nan_to_num(ours, nan=7.0).tobytes()


def test_asinh_has_the_bits_of_ours(functions):
    x = numbers()[:-6]
    ours = np.array([elementary.asinh(value) for value in x.tolist()])
    assert all(function(-1, x).tobytes() == ours.tobytes() for function in functions)


def test_what_has_decayed_is_nothing_in_files_too(tmp_path):
    config = sources.settled(task=PENDULUM)
    genome = changed(sources.grown(config, 1, steps=0), outputs={"bias": 0.0})
    genome = changed(genome, inputs={"receptor_bias": 0.0, "phasic": 0.0})
    agent, spec, _ = sources.agent_of(genome, config)
    shown = np.zeros((60, spec.n_observations))
    shown[0] = 1.0
    lived = sources.lived(agent, shown)
    readouts = np.abs(lived[:60, len(agent.acted) : len(agent.acted) + 2])
    assert readouts[0].max() > 0.1
    assert readouts[-1].max() == 0.0
    library, module = sources.compiled(genome, config, tmp_path), sources.written(genome, config)
    assert sources.lived_in_c(library, shown, agent).tobytes() == lived.tobytes()
    assert sources.lived_in_python(module, shown).tobytes() == lived.tobytes()


# Bad input


def test_an_observation_that_is_not_finite_changes_nothing(tmp_path):
    agent, spec, library, module = agent_and_files("default", 1, tmp_path)
    shown = np.ascontiguousarray(sources.observations(spec, 10))
    lived, bad = sources.lived(agent, shown, episodes=1), np.array([0.0, np.nan, 0.0, 0.0])
    pointer, row = sources.pointer_to, np.zeros(len(lived[0]))
    file = module["Agent"]()
    library.reset()
    for number, observation in enumerate(shown):
        assert library.act(pointer(bad), pointer(row)) == -1
        library.act(pointer(np.ascontiguousarray(observation)), pointer(row))
        with pytest.raises(ValueError, match="observation: must be finite"):
            file.act(bad)
        assert file.act(observation) == row[0] == lived[number, 0]


def test_an_observation_of_another_length_is_refused():
    config = sources.settled()
    agent = sources.written(sources.grown(config, 1), config)["Agent"]()
    with pytest.raises(ValueError, match="must hold 4 numbers, got 3"):
        agent.act([0.0, 0.0, 0.0])


def test_parts_of_an_observation_are_found_by_their_names():
    config = sources.settled()
    module = sources.written(sources.grown(config, 1), config)
    module["PARTS"] = ((("arm", 0), 1), (("arm", 1), 2), (("leg",), 1))
    shown = {"leg": np.array([4.0]), "arm": (1, np.array([[2.0], [3.0]]))}
    assert module["_numbers"](shown) == [1.0, 2.0, 3.0, 4.0]
    assert module["_numbers"]([1, 2, 3, 4]) == [1.0, 2.0, 3.0, 4.0]
    with pytest.raises(ValueError, match="must hold 4 numbers, got 0"):
        module["_numbers"]("1234")


@pytest.mark.parametrize("steps", [0, 2])
def test_genomes_without_hidden_neurons_or_astrocytes_are_written(steps, tmp_path):
    config = sources.settled(astrocyte=AstrocyteConfig(metabolic=False))
    genome = sources.grown(config, 0, steps)
    empty = table(ASTROCYTES, [])
    genome = Genome(0, genome.regions, genome.neurons, empty, genome.synapses)
    agent, spec, features = sources.agent_of(genome, config)
    assert "astrocytes" not in features
    shown = sources.observations(spec, 10)
    lived = sources.lived(agent, shown)
    library = sources.compiled(genome, config, tmp_path)
    assert sources.lived_in_c(library, shown, agent).tobytes() == lived.tobytes()
    written = sources.written(genome, config)
    assert sources.lived_in_python(written, shown).tobytes() == lived.tobytes()


def test_a_neuron_model_that_is_not_written_is_refused(monkeypatch):
    config = sources.settled()
    agent, spec, _ = sources.agent_of(sources.grown(config, 0), config)
    monkeypatch.setattr("glianeat.compat.standalone.packed.WRITTEN_MODELS", ())
    with pytest.raises(
        ConfigError, match="must be one of  to be written as a source file, got 'galif'"
    ):
        PackedAgent(agent, spec)


def test_a_glial_channel_that_is_not_written_is_refused(monkeypatch):
    config = sources.settled()
    agent, spec, _ = sources.agent_of(sources.grown(config, 0), config)
    monkeypatch.setattr("glianeat.compat.standalone.packed.WRITTEN_CHANNELS", ())
    with pytest.raises(ConfigError, match="'metabolic' cannot be written"):
        PackedAgent(agent, spec)


def test_a_strangers_task_is_not_made():
    config = sources.settled(**CASES["words"])
    genome = sources.grown(config, 1)
    with pytest.raises(TrustError):
        PYTHON.write(genome, config.replace(task=foreign(config.task)))


def test_foreign_text_stays_a_comment():
    assert plain('*/ \n""" \\ ??/ pole\u2212') == "_/ ____ _ __/ pole-"


def test_lines_are_written_where_a_condition_holds():
    text = "a\n#@ if one and not two\nb\n  #@ if three or two\nc\n  #@ end\nd\n#@ end\ne\n"
    assert chosen(text, {"one"}) == "a\nb\nd\ne\n"
    assert chosen(text, {"one", "three"}) == "a\nb\nc\nd\ne\n"
    assert chosen(text, {"one", "two"}) == "a\ne\n"
