"""What elements of a drawing are called: names beside neurons, ids in an SVG."""

from collections import Counter
from collections.abc import Sequence

from glianeat.develop.network import Network
from glianeat.errors import ConfigError
from glianeat.genome.schema import ACTIVATIONS, NEURONS, Role
from glianeat.text import counted, safe
from glianeat.typing import IntArray

_MAX_NAME = 28  # characters


def channel_names(
    field: str, prefix: str, names: Sequence[str] | None, count: int
) -> Sequence[str]:
    """Return the names of some channels: those given, or numbered ones."""
    if names is None:
        return [f"{prefix} {index}" for index in range(count)]
    if len(names) != count:
        raise ConfigError(
            f"{field}: must be {counted(count, 'name')}, one a channel, got {len(names)}"
        )
    return names


def names_or_numbers(prefix: str, names: Sequence[str], count: int) -> Sequence[str]:
    """Return names that a run keeps of its channels, or numbers where it keeps none."""
    return names if len(names) == count else [f"{prefix} {index}" for index in range(count)]


def neuron_names(network: Network, inputs: Sequence[str], outputs: Sequence[str]) -> list[str]:
    """Return what stands beside each neuron; nothing beside hidden ones and further copies."""
    cells, copies = network.cells, network.output_copies
    at_copies = [name for output in outputs for name in (output, *[""] * (copies - 1))]
    names = {Role.INPUT: inputs, Role.OUTPUT: at_copies, Role.HIDDEN: [""]}
    pairs = zip(cells.role.tolist(), cells.channel.tolist(), strict=True)
    own = network.cells.traits[:, NEURONS.column("activation")].astype(int).tolist()
    return [
        cut(_with_activation(plain(names[role][channel]), number), _MAX_NAME)
        for (role, channel), number in zip(pairs, own, strict=True)
    ]


def _with_activation(name: str, number: int) -> str:
    """Return a name with the activation that a neuron has for itself, if it has one."""
    if number == 0:
        return name
    return f"{name} {ACTIVATIONS[number]}".strip()


def distinct(kind: str, numbers: IntArray) -> list[str]:
    """Return an id for each element; copies of one gene are told apart by a count."""
    seen: Counter[int] = Counter()
    ids = []
    for number in numbers.tolist():
        copy = f"-{seen[number]}" if seen[number] else ""
        ids.append(f"{kind}-{number:016x}{copy}")
        seen[number] += 1
    return ids


def cut(text: str, length: int) -> str:
    """Return text of at most some length, with an ellipsis if something was cut."""
    return text if len(text) <= length else text[: length - 1] + "…"


def plain(text: str) -> str:
    """Return text on one line, without characters that XML and fonts cannot hold, or that hide."""
    return safe(text)
