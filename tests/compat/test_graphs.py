"""Networks as GraphML, GEXF and DOT: every number and name comes back."""

import re

import numpy as np
import pytest

from glianeat.compat.dot_exporter import DOT
from glianeat.compat.graph import graph_of
from glianeat.compat.graph_exporter import GEXF, GRAPHML
from glianeat.develop.decode import develop
from glianeat.simulate.settings import NeuronConfig
from tests.compat import sources

HOSTILE = 'pole</node>" ]; \\ & \u001b[2J'


@pytest.fixture(scope="module", params=["spiking", "graded"])
def case(request):
    model = "graded" if request.param == "graded" else "galif"
    config = sources.settled(neuron=NeuronConfig(model=model))
    names = (HOSTILE, *config.codec.channels[1:])
    return sources.grown(config, 1), config.replace(codec=config.codec.replace(channels=names))


@pytest.mark.parametrize(
    ("exporter", "reader"),
    [(GRAPHML, "read_graphml"), (GEXF, "read_gexf")],
    ids=["graphml", "gexf"],
)
def test_a_graph_is_read_back_as_it_was(exporter, reader, case, tmp_path):
    networkx = pytest.importorskip("networkx")
    path, graph = tmp_path / f"graph{exporter.suffix}", graph_of(*case)
    path.write_bytes(exporter.write(*case))
    found = getattr(networkx, reader)(path)
    assert {name: dict(found.nodes[name]) for name in found} == graph.nodes
    written = {(edge.source, edge.target): edge.attributes for edge in graph.edges}
    assert len(written) == len(graph.edges) == found.number_of_edges()
    for source, target, attributes in found.edges(data=True):
        expected = written[source, target]
        assert {key: attributes[key] for key in expected} == expected


def test_a_graph_holds_the_whole_network(case):
    graph, network = graph_of(*case), develop(case[0], case[1].development)
    kinds = [attributes["kind"] for attributes in graph.nodes.values()]
    assert kinds.count("neuron") == network.n_neurons
    assert kinds.count("region") == network.n_regions
    astrocytes = [a for a in graph.nodes.values() if a["kind"] == "astrocyte"]
    assert sum(a["count"] for a in astrocytes) == network.n_astrocytes
    synapses = [edge.attributes for edge in graph.edges if edge.attributes["kind"] == "synapse"]
    assert [s["delay"] for s in synapses] == network.wiring.delay.tolist()
    assert [abs(s["weight"]) for s in synapses] == np.abs(network.wiring.weight).tolist()
    assert [s["weight"] < 0 for s in synapses] == network.inhibits.tolist()
    territories = [e for e in graph.edges if e.attributes["kind"] == "territory"]
    assert len(territories) == len(network.glia.cover_neuron)


@pytest.mark.parametrize("exporter", [GRAPHML, GEXF, DOT], ids=lambda exporter: exporter.name)
def test_equal_genomes_give_equal_files_without_a_date(exporter, case):
    if exporter is not DOT:
        pytest.importorskip("networkx")
    text = exporter.write(*case)
    assert text == exporter.write(*case)
    assert not re.search(rb"20\d\d-\d\d-\d\d", text)


def test_dot_names_every_node_and_edge_once_and_quotes_what_is_foreign(case):
    graph, text = graph_of(*case), DOT.write(*case).decode()
    lines = text.splitlines()
    assert sum(" -> " in line for line in lines) == sum(
        edge.attributes["kind"] != "contains" for edge in graph.edges
    )
    for name, attributes in graph.nodes.items():
        start = f"subgraph cluster_{name} {{" if attributes["kind"] == "region" else f"{name} ["
        assert sum(line.strip().startswith(start) for line in lines) == 1
    (line,) = [line for line in lines if "</node>" in line]
    assert 'label="pole</node>\\" ]; \\\\ & \\\\u001b[2J"' in line
    assert (
        text.count("{")
        == text.count("}")
        == 1 + sum(attributes["kind"] == "region" for attributes in graph.nodes.values())
    )


def test_what_a_graph_leaves_out_is_said(case):
    lines = GRAPHML.losses(*case)
    assert any("energy budget" in line for line in lines)
