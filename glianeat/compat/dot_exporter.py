"""Networks as text for Graphviz, which is not needed to write it."""

from glianeat.compat.exporter import Exporter
from glianeat.compat.graph import Attributes, Edge, Graph, graph_of, left_out
from glianeat.genome.genome import Genome
from glianeat.run.config import ExperimentConfig

_SHAPES = {"input": "triangle", "hidden": "circle", "output": "doublecircle"}
# Okabe and Ito, "Color universal design", 2008
_COLOURS = {"excitatory": "#D55E00", "inhibitory": "#0072B2"}
_GLIA = "#009E73"
_THICKEST, _MOST = 4.0, 12.0  # points of a line, and the weight that it stands for


def _write(genome: Genome, config: ExperimentConfig) -> bytes:
    graph = graph_of(genome, config)
    lines = [f"digraph genome_{genome.key} {{", "  rankdir=LR;", '  node [fontname="sans-serif"];']
    lines += [f"  {name}={_quoted(value)};" for name, value in graph.attributes.items()]
    for name, attributes in graph.nodes.items():
        if attributes["kind"] == "region":
            lines += _region(graph, name, attributes)
    lines += [_edge(edge) for edge in graph.edges if edge.attributes["kind"] != "contains"]
    return "\n".join([*lines, "}", ""]).encode()


def _region(graph: Graph, name: str, attributes: Attributes) -> list[str]:
    """Return a region as a cluster of its neurons and astrocytes."""
    members = [edge.target for edge in graph.edges if edge.source == name]
    inside = [f"    {member} [{_node(graph.nodes[member])}];" for member in members]
    return [f"  subgraph cluster_{name} {{", f"    {_listed(attributes, ';')};", *inside, "  }"]


def _node(attributes: Attributes) -> str:
    look: Attributes = {"shape": "hexagon", "color": _GLIA}
    if attributes["kind"] == "neuron":
        look = {
            "shape": _SHAPES[str(attributes["role"])],
            "color": _COLOURS[str(attributes["sign"])],
        }
    return _listed(look | attributes, ",")


def _edge(edge: Edge) -> str:
    look: Attributes = {"style": "dashed", "arrowhead": "none", "color": _GLIA}
    if edge.attributes["kind"] == "synapse":
        weight = float(edge.attributes["weight"])
        look = {
            "color": _COLOURS["inhibitory" if weight < 0.0 else "excitatory"],
            "arrowhead": "tee" if weight < 0.0 else "normal",
            "penwidth": 0.5 + _THICKEST * min(abs(weight), _MOST) / _MOST,
        }
    # Graphviz's own weight must be whole: it is about layout
    known = {"w" if key == "weight" else key: value for key, value in edge.attributes.items()}
    return f"  {edge.source} -> {edge.target} [{_listed(look | known, ',')}];"


def _listed(attributes: Attributes, mark: str) -> str:
    return f"{mark} ".join(f"{key}={_quoted(value)}" for key, value in attributes.items())


def _quoted(value: str | float) -> str:
    if not isinstance(value, str):
        return f'"{str(value).lower() if isinstance(value, bool) else repr(value)}"'
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


DOT = Exporter("dot", ".dot", _write, left_out)
