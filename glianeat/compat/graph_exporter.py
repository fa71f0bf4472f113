"""Networks as GraphML and GEXF, which Gephi, Cytoscape and igraph read; written by networkx."""

import re
from io import BytesIO
from typing import TYPE_CHECKING

from glianeat.compat.exporter import Exporter, not_installed
from glianeat.compat.graph import graph_of, left_out
from glianeat.genome.genome import Genome
from glianeat.run.config import ExperimentConfig

if TYPE_CHECKING:
    import networkx as nx


def _graph(genome: Genome, config: ExperimentConfig, name: str) -> "nx.MultiDiGraph":
    try:
        from networkx import MultiDiGraph
    except ImportError:
        raise not_installed("networkx", "graph", name) from None
    graph, made = graph_of(genome, config), MultiDiGraph()
    made.graph.update(graph.attributes)
    made.add_nodes_from(graph.nodes.items())
    made.add_edges_from((one.source, one.target, one.name, one.attributes) for one in graph.edges)
    return made


def _write_graphml(genome: Genome, config: ExperimentConfig) -> bytes:
    graph, file = _graph(genome, config, "graphml"), BytesIO()
    from networkx import write_graphml_xml

    write_graphml_xml(graph, file)
    return file.getvalue()


def _write_gexf(genome: Genome, config: ExperimentConfig) -> bytes:
    graph, file = _graph(genome, config, "gexf"), BytesIO()
    from networkx import write_gexf

    write_gexf(graph, file, version="1.2draft")
    # the day of writing is left out: equal genomes give equal files
    return re.sub(rb' lastmodifieddate="[^"]*"', b"", file.getvalue(), count=1)


GRAPHML = Exporter("graphml", ".graphml", _write_graphml, left_out)
GEXF = Exporter("gexf", ".gexf", _write_gexf, left_out)
