"""The same network in neat-python and here: equal outputs, whatever is shown."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neat.export import export_network_json
from neat.export.json_format import validate_json
from neat.nn import FeedForwardNetwork, RecurrentNetwork

from glianeat.compat.neat_python import (
    export_genome,
    import_genome,
    read_genome_json,
    simulation_of,
)
from glianeat.develop.decode import develop
from glianeat.errors import CheckpointError, ConfigError, GenomeError
from glianeat.genome.mutation import apply_operator
from glianeat.genome.schema import NEURONS, SYNAPSES, Role
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.simulate.settings import AstrocyteConfig, NeuronConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator
from tests.compat.ini import neat_config
from tests.compat.nets import connection, genome, genomes, node, ours, simulator, theirs


@pytest.fixture(scope="module")
def configs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ini")
    return {
        (activation, feed_forward): neat_config(
            folder,
            activation_default=activation,
            activation_options=activation,
            feed_forward=str(feed_forward),
        )
        for activation in ("tanh", "sigmoid")
        for feed_forward in (True, False)
    }


KINDS = st.tuples(st.sampled_from(["tanh", "sigmoid"]), st.booleans())
SHOWN = st.lists(st.lists(st.floats(-3.0, 3.0), min_size=3, max_size=3), min_size=1, max_size=8)


@given(KINDS, st.data(), SHOWN)
def test_outputs_are_equal_over_whole_sequences(configs, kind, data, shown):
    made = data.draw(genomes(configs[kind]))
    difference = ours(simulator(made, configs[kind]), shown) - theirs(made, configs[kind], shown)
    assert np.abs(difference).max() <= 1e-12


@pytest.mark.filterwarnings("ignore:datetime:DeprecationWarning")  # neat-python's, from 3.12 on
@given(KINDS, st.data(), SHOWN)
def test_what_neat_python_exports_comes_back_as_the_same_network(
    configs, tmp_path_factory, kind, data, shown
):
    config = configs[kind]
    made = data.draw(genomes(config))
    network = (FeedForwardNetwork if kind[1] else RecurrentNetwork).create(made, config)
    path = tmp_path_factory.getbasetemp() / "network.json"
    export_network_json(network, str(path), {"genome_id": 17})
    read, simulation = read_genome_json(path)
    assert read.key == 17
    difference = ours(Simulator(develop(read), simulation), shown) - theirs(made, config, shown)
    assert np.abs(difference).max() <= 1e-12


@given(KINDS, st.data())
def test_exports_are_valid_and_come_back(configs, tmp_path_factory, kind, data):
    config = configs[kind]
    imported = import_genome(data.draw(genomes(config)), config)
    document = export_genome(imported, simulation_of(config))
    assert validate_json(json.loads(document))
    path = tmp_path_factory.getbasetemp() / "genome.json"
    path.write_bytes(document)
    back, simulation = read_genome_json(path)
    assert simulation == simulation_of(config)
    for one, other in zip(back.tables, imported.tables, strict=True):
        assert np.array_equal(one.fields, other.fields)
        assert np.allclose(one.traits, other.traits, rtol=1e-15, atol=0.0)


SINGLE = ["relu", "clamped", "gauss", "softplus", "elu", "abs", "identity", "hat"]
SEVERAL = ["tanh sigmoid", "sigmoid relu sin", "clamped tanh gauss inv log", "relu identity"]


@pytest.mark.parametrize("options", SINGLE + SEVERAL)
@settings(max_examples=20)
@given(data=st.data(), shown=SHOWN)
def test_other_activations_and_mixtures_of_them_show_the_same(
    tmp_path_factory, options, data, shown
):
    config = neat_config(
        tmp_path_factory.getbasetemp(),
        activation_default=options.split()[-1],
        activation_options=options,
        activation_mutate_rate="0.2",
        feed_forward="True",
    )
    made = data.draw(genomes(config))
    expected = theirs(made, config, shown)
    assert ours(simulator(made, config), shown) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    imported = import_genome(made, config)
    path = tmp_path_factory.getbasetemp() / "mixed.json"
    path.write_bytes(export_genome(imported, simulation_of(config)))
    back, simulation = read_genome_json(path, clip=True)
    again = ours(Simulator(develop(back), simulation), shown)
    assert again == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_activations_of_ones_own_are_refused_by_name(configs):
    config = configs["tanh", True]
    config.genome_config.add_activation("spam", lambda z: z)
    made = genome([node(0), node(1, activation="spam")], [connection((-1, 0), 1.0)], key=8)
    with pytest.raises(GenomeError, match=r"node 1: activation must be of tanh, .*'spam'"):
        import_genome(made, config)


def test_a_node_that_hears_nothing_shows_its_bias(configs):
    nodes = [node(0), node(1, bias=0.3), node(10, bias=0.4)]
    made = genome(nodes, [connection((-1, 0), 1.0), connection((10, 0), 0.5)])
    shown = np.full((3, 3), 0.2)
    for feed_forward in (True, False):
        config = configs["tanh", feed_forward]
        settled = ours(simulator(made, config), shown)[-1]
        hidden = np.tanh(2.5 * 0.4)
        assert settled == pytest.approx([np.tanh(2.5 * (0.2 + 0.5 * hidden)), np.tanh(0.75)])
        heard = theirs(made, config, shown)[-1]
        silent = [np.tanh(0.5), 0.0]  # neat-python's recurrent networks leave it at 0
        assert heard == pytest.approx(settled if feed_forward else silent)


def test_recurrent_connections_take_one_update(configs):
    nodes = [node(0), node(1), node(10)]
    made = genome(nodes, [connection((-1, 10), 1.0), connection((10, 0), 1.0)])
    shown = [[0.4, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    first = ours(simulator(made, configs["tanh", False]), shown)[:, 0]
    assert first == pytest.approx([0.0, np.tanh(2.5 * np.tanh(1.0)), 0.0], abs=1e-15)
    at_once = ours(simulator(made, configs["tanh", True]), shown)[:, 0]
    assert at_once == pytest.approx([np.tanh(2.5 * np.tanh(1.0)), 0.0, 0.0], abs=1e-15)


def test_hidden_nodes_keep_their_numbers_across_genomes(configs):
    config = configs["tanh", True]
    few = genome([node(0), node(1), node(12)], [connection((12, 0), 1.0)], key=3)
    many = genome([node(0), node(1), node(12), node(40)], [connection((12, 0), 0.5)], key=4)
    one, other = import_genome(few, config), import_genome(many, config)
    assert (one.key, other.key) == (3, 4)
    assert set(one.neurons.innovation.tolist()) < set(other.neurons.innovation.tolist())
    assert one.synapses.innovation.tolist() == other.synapses.innovation.tolist()
    document = json.loads(export_genome(other, simulation_of(config)))
    assert [row["id"] for row in document["nodes"]] == [-1, -2, -3, 0, 1, 12, 40]


def test_splits_of_imported_genomes_are_new_nodes(configs):
    config = configs["tanh", True]
    nodes = [node(0), node(1), node(2)]  # as neat-python numbers a first hidden node
    imported = import_genome(genome(nodes, [connection((-1, 0), 1.0)]), config)
    variation = Variation(GenomeConfig(dale=False, split_disables=True))
    split = apply_operator("split_synapse", imported, variation, np.random.default_rng(1))
    document = json.loads(export_genome(split, simulation_of(config)))
    ids = [row["id"] for row in document["nodes"]]
    assert ids == [-1, -2, -3, 0, 1, 2, 3]
    flags = {(row["from"], row["to"]): row["enabled"] for row in document["connections"]}
    assert flags == {(-1, 0): False, (-1, 3): True, (3, 0): True}


def test_no_two_nodes_are_exported_under_one_key(configs):
    config, rng = configs["tanh", True], np.random.default_rng(2)
    nodes = [node(0), node(1), node(2)]
    grown = import_genome(genome(nodes, [connection((-1, 0), 1.0)]), config)
    variation = Variation(GenomeConfig(dale=False, split_disables=False))
    hidden = [0]
    while hidden.count(2) < 2:  # until a synapse is split for the third time
        grown = apply_operator("split_synapse", grown, variation, rng)
        neurons = grown.neurons
        hidden = neurons.field("channel")[neurons.field("role") == Role.HIDDEN].tolist()
    ids = [row["id"] for row in json.loads(export_genome(grown, simulation_of(config)))["nodes"]]
    assert len(set(ids)) == len(ids) == len(grown.neurons)


# What cannot be represented


def refused_genome(config, **changes):
    options = {"bias": 0.1, **changes}
    weight, enabled = options.pop("weight", 0.5), True
    nodes = [node(0), node(1), node(10, **options)]
    return genome(nodes, [connection((-1, 10), weight, enabled), connection((10, 0), 1.0)], key=8)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"activation": "relu", "aggregation": "max"}, "node 10: aggregation must be 'sum'"),
        ({"aggregation": "max"}, "node 10: aggregation must be 'sum', got 'max'"),
        ({"bias": 3.3}, r"node 10: bias must be within ±3\.2, .* got 3\.3; or have it clipped"),
        ({"weight": -5.0}, r"connection \(-1, 10\): weight times response must be within ±4\.8"),
        ({"weight": 2.0, "response": 3.0}, r"connection \(-1, 10\): .* got 6\.0"),
        ({"bias": float("nan")}, "node 10: bias must be .* got nan"),
        ({"weight": float("inf")}, "got inf"),
    ],
)
def test_what_cannot_be_represented_is_refused_by_name(configs, changes, message):
    config = configs["tanh", True]
    with pytest.raises(GenomeError, match=message):
        import_genome(refused_genome(config, **changes), config)


def test_beyond_the_bounds_one_may_clip(configs):
    config = configs["tanh", True]
    clipped = import_genome(refused_genome(config, bias=30.0, weight=-30.0), config, clip=True)
    assert clipped.neurons.trait("bias").max() == 8.0
    assert clipped.synapses.trait("weight").min() == -12.0
    with pytest.raises(GenomeError, match="got nan"):
        import_genome(refused_genome(config, bias=float("nan")), config, clip=True)


def test_functions_that_merely_bear_the_name_are_refused(tmp_path):
    config = neat_config(tmp_path)
    config.genome_config.add_activation("tanh", lambda z: z)
    with pytest.raises(GenomeError, match="its tanh is not neat-python's own"):
        import_genome(refused_genome(config), config)


def test_a_connection_from_nowhere_is_refused(configs):
    config = configs["tanh", True]
    made = genome([node(0), node(1)], [connection((7, 0), 1.0)])
    with pytest.raises(GenomeError, match=r"connection \(7, 0\): there is no node 7"):
        import_genome(made, config)
    with pytest.raises(GenomeError, match="node 1: is an output, but there is no such node"):
        import_genome(genome([node(0)], []), config)


def test_other_things_than_genomes_are_refused(configs):
    with pytest.raises(GenomeError, match=r"must be a neat\.DefaultGenome, got str"):
        import_genome("genome", configs["tanh", True])


# Files


def document(**changes):
    function = {"name": "tanh", "custom": False}
    total = {"name": "sum", "custom": False}
    nodes = [
        {"id": 0, "type": "output", "activation": function, "aggregation": total, "bias": 0.5},
    ]
    return {
        "format_version": "1.0",
        "network_type": "feedforward",
        "topology": {"input_keys": [-1], "output_keys": [0]},
        "nodes": nodes,
        "connections": [{"from": -1, "to": 0, "weight": 1.5}],
        **changes,
    }


def written(folder, content):
    path = folder / "net.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_what_a_file_leaves_out_is_what_neat_python_has(tmp_path):
    read, simulation = read_genome_json(written(tmp_path, document()))
    assert (read.key, read.synapses.trait("weight").tolist()) == (0, [3.75])
    assert simulation.feed_forward


OUTPUT = document()["nodes"][0]
CUSTOM = {**OUTPUT, "activation": {"name": "spam", "custom": True}}
LINK = document()["connections"][0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "net.json: "),
        (b"[" * 100_000, "net.json: "),
        (b"\xff{}", "net.json: "),
        ({}, "net.json: .*missing required field"),
        (document(format_version="2.0"), "format_version must be 1.x, got '2.0'"),
        (document(network_type="ctrnn"), "network_type must be 'feedforward' or 'recurrent'"),
        (document(nodes=[OUTPUT, OUTPUT]), "node 0: is there twice"),
        (document(nodes=[CUSTOM]), "node 0: its functions must be neat-python's own, got 'spam'"),
        (document(nodes=[]), "node 0: is an output, but there is no such node"),
        (document(nodes=[{**OUTPUT, "bias": "1"}]), r"Expected `float`"),
        (document(nodes=[OUTPUT, {**OUTPUT, "id": -4}]), "node -4: keys must be >= 0"),
        (document(nodes=[OUTPUT, {**OUTPUT, "id": 2**31}]), f"node {2**31}: keys must be"),
        (document(connections=[LINK, LINK]), r"connection \(-1, 0\): is there twice"),
        (document(connections=[{**LINK, "to": -1}]), "must end in a node, got -1"),
        (document(connections=[{**LINK, "weight": 1e300}]), "weight times response must be"),
        (document(topology={"input_keys": [], "output_keys": [0]}), "must have inputs"),
        (document(topology={"input_keys": [-1, -1], "output_keys": [0]}), "each once"),
        (document(topology={"input_keys": [0], "output_keys": [0]}), "each once"),
    ],
)
def test_bad_files_are_refused_in_one_line(tmp_path, content, message):
    with pytest.raises(GenomeError, match=message) as refused:
        read_genome_json(written(tmp_path, content))
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CheckpointError, match=r"none\.json: cannot be read: No such file"):
        read_genome_json(tmp_path / "none.json")


# What neat-python does not know


def imported_pair(configs):
    config = configs["tanh", False]
    made = genome([node(0), node(1)], [connection((0, 1), 1.0), connection((-1, 0), 1.0)])
    return import_genome(made, config), simulation_of(config)


def with_trait(imported, family, name, value):
    table = getattr(imported, family.name)
    traits = table.traits.copy()
    traits[:, family.column(name)] = value
    tables = {t.family.name: t for t in imported.tables}
    tables[family.name] = table.with_traits(traits)
    return type(imported)(imported.key, **tables)


@pytest.mark.parametrize("name", ["phasic", "receptor_bias"])
def test_receptors_that_adapt_are_not_exported(configs, name):
    imported, simulation = imported_pair(configs)
    with pytest.raises(GenomeError, match=f"{name} must be 0 for neat-python, got 0.5"):
        export_genome(with_trait(imported, NEURONS, name, 0.5), simulation)


def test_slow_synapses_are_not_exported_from_recurrent_networks(configs):
    imported, simulation = imported_pair(configs)
    slow = with_trait(imported, SYNAPSES, "delay", 3.0)
    with pytest.raises(GenomeError, match="delay must be 1 ms for neat-python, got 3"):
        export_genome(slow, simulation)
    export_genome(slow, simulation.replace(feed_forward=True))


def test_gains_of_receptors_become_part_of_weights(configs):
    imported, simulation = imported_pair(configs)
    keen = with_trait(imported, NEURONS, "receptor_gain", 2.0)
    rows = json.loads(export_genome(keen, simulation))["connections"]
    assert {(r["from"], r["to"]): r["weight"] for r in rows} == {(-1, 0): 2.0, (0, 1): 1.0}


def test_neither_spikes_nor_glia_are_exported(configs):
    imported, _ = imported_pair(configs)
    with pytest.raises(ConfigError, match=r"neuron\.model: must be 'graded' for neat-python"):
        export_genome(imported, SimulationConfig())
    graded = SimulationConfig(neuron=NeuronConfig(model="graded"))
    with pytest.raises(ConfigError, match=r"astrocyte\.gain: must be false for neat-python"):
        export_genome(imported, graded)
    export_genome(imported, graded.replace(astrocyte=AstrocyteConfig(gain=False)))
