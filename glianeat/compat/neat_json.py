"""The JSON in which neat-python exports networks; read without neat-python, and never executed."""

from pathlib import Path
from typing import Any

import msgspec

from glianeat.compat.neat_networks import Connection, NeatNetwork, Node
from glianeat.config import shown
from glianeat.errors import CheckpointError, GenomeError
from glianeat.genome.serial import MAX_BYTES

FORMAT_VERSION = "1.0"
_RECURRENT = {"feedforward": False, "recurrent": True}


class _Function(msgspec.Struct):
    name: str
    custom: bool = False


class _Node(msgspec.Struct):
    id: int
    type: str
    activation: _Function
    aggregation: _Function
    bias: float = 0.0
    response: float = 1.0


class _Connection(msgspec.Struct, rename={"source": "from", "target": "to"}):
    source: int
    target: int
    weight: float
    enabled: bool = True


class _Topology(msgspec.Struct):
    input_keys: list[int]
    output_keys: list[int]


class _File(msgspec.Struct):
    format_version: str
    network_type: str
    topology: _Topology
    nodes: list[_Node]
    connections: list[_Connection]
    metadata: dict[str, Any] = {}


def read_network(path: Path) -> tuple[NeatNetwork, int]:
    """Return the network in a JSON file of neat-python's, and the key of its genome, else 0.

    Raises
    ------
    CheckpointError
        If the file cannot be read.
    GenomeError
        Naming the file and what is wrong in it.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        return parse_network(data)
    except GenomeError as error:
        raise GenomeError(f"{path}: {error}") from None


def parse_network(data: bytes) -> tuple[NeatNetwork, int]:
    """Return the network in a JSON document of neat-python's, and the key of its genome, else 0.

    Raises
    ------
    GenomeError
        If it is no such document.
    """
    if len(data) > MAX_BYTES:
        raise GenomeError(f"must be <= {MAX_BYTES} bytes")
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise GenomeError(str(error)) from None
    if file.format_version.partition(".")[0] != "1":
        raise GenomeError(f"format_version must be 1.x, got {shown(file.format_version)}")
    if file.network_type not in _RECURRENT:
        raise GenomeError(
            f"network_type must be 'feedforward' or 'recurrent', got {shown(file.network_type)}"
        )
    network = NeatNetwork(
        recurrent=_RECURRENT[file.network_type],
        inputs=tuple(file.topology.input_keys),
        outputs=tuple(file.topology.output_keys),
        nodes=_nodes(file),
        connections=tuple(
            Connection(one.source, one.target, one.weight, one.enabled) for one in file.connections
        ),
    )
    key = file.metadata.get("genome_id")
    return network, key if type(key) is int and 0 <= key < 2**63 else 0


def _nodes(file: _File) -> dict[int, Node]:
    nodes: dict[int, Node] = {}
    for node in file.nodes:
        if node.type == "input":
            continue
        if node.id in nodes:
            raise GenomeError(f"node {node.id}: is there twice")
        for function in (node.activation, node.aggregation):
            if function.custom:
                raise GenomeError(
                    f"node {node.id}: its functions must be neat-python's own, got "
                    f"{shown(function.name)}"
                )
        nodes[node.id] = Node(node.activation.name, node.aggregation.name, node.bias, node.response)
    return nodes


def format_network(network: NeatNetwork, key: int) -> bytes:
    """Return a network as neat-python exports it: indented JSON in UTF-8.

    It is a function of its arguments: the time that neat-python writes into its files is left out.
    """
    nodes = [_node(name, "input", Node("identity", "none", 0.0)) for name in network.inputs]
    outputs = set(network.outputs)
    nodes += [
        _node(name, "output" if name in outputs else "hidden", node)
        for name, node in network.nodes.items()
    ]
    document = {
        "format_version": FORMAT_VERSION,
        "network_type": "recurrent" if network.recurrent else "feedforward",
        "metadata": {"genome_id": key, "created_by": "glianeat"},
        "topology": {
            "num_inputs": len(network.inputs),
            "num_outputs": len(network.outputs),
            "input_keys": network.inputs,
            "output_keys": network.outputs,
        },
        "nodes": nodes,
        "connections": [
            {"from": one.source, "to": one.target, "weight": one.weight, "enabled": one.enabled}
            for one in network.connections
        ],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _node(key: int, kind: str, node: Node) -> dict[str, Any]:
    return {
        "id": key,
        "type": kind,
        "activation": {"name": node.activation, "custom": False},
        "aggregation": {"name": node.aggregation, "custom": False},
        "bias": node.bias,
        "response": node.response,
    }
