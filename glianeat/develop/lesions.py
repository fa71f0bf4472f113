"""Lesions: a developed network without some of its neurons, synapses or astrocytes.

What is taken away does nothing and costs nothing; everything else stays as it has developed. The
task needs its outputs, so that an output is not taken away but falls silent: it loses its synapses
and its bias.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal, NamedTuple, get_args

import msgspec
import numpy as np

from glianeat.config import shown, suggestion
from glianeat.develop.identity import neuron_ids, synapse_ids
from glianeat.develop.network import Cells, Glia, Network, Wiring
from glianeat.errors import ConfigError
from glianeat.genome.founders import region_name
from glianeat.genome.schema import NEURONS, Role
from glianeat.text import counted
from glianeat.typing import BoolArray, IntArray

LesionKind = Literal["neuron", "synapse", "astrocyte", "territory", "region", "channel"]
_KINDS: tuple[LesionKind, ...] = get_args(LesionKind)
EVERY = "*"


class Lesion(msgspec.Struct, frozen=True):
    """Something that is taken away from a network.

    Parameters
    ----------
    kind : str
        ``neuron``; ``synapse``; ``astrocyte``, with the equal ones that it stands for;
        ``territory``, an astrocyte with the neurons that it ensheaths; ``region``, with all that is
        in it; or ``channel``, a receptor of the observation.
    id : str
        Of a neuron or synapse what it is called, see `glianeat.develop.identity`, and with a ``*``
        behind it all copies of its gene; of an astrocyte or its territory its index in the network;
        of a region its index or name; of a channel its index. ``*`` is all of the kind.
    """

    kind: LesionKind
    id: str = EVERY


def parse_lesion(text: str, option: str = "without") -> Lesion:
    """Return the lesion that a text describes.

    Parameters
    ----------
    text : str
        ``KIND[:ID]``; without ID all of the kind.
    option : str
        What the message calls the text.

    Raises
    ------
    ConfigError
        If there is no such kind.
    """
    kind, _, name = text.partition(":")
    try:
        return msgspec.convert({"kind": kind, "id": name or EVERY}, Lesion)
    except msgspec.ValidationError:
        kinds = ", ".join(_KINDS[:-1])
        raise ConfigError(
            f"{option}: must be {kinds} or {_KINDS[-1]}, and :ID, got {shown(text)}"
            f"{suggestion(kind, _KINDS)}"
        ) from None


class Gone(NamedTuple):
    """What is taken away from a network, or dies in it."""

    neurons: BoolArray  # (N,)
    synapses: BoolArray  # (S,)
    astrocytes: BoolArray  # (A,)


def nothing_gone(network: Network) -> Gone:
    """Return masks of a network from which nothing is taken away, to be filled in."""
    return Gone(
        np.zeros(network.n_neurons, dtype=np.bool_),
        np.zeros(network.n_synapses, dtype=np.bool_),
        np.zeros(len(network.glia.gene), dtype=np.bool_),
    )


def lesioned(network: Network, lesions: Sequence[Lesion]) -> Network:
    """Return a network without what some lesions take away.

    Raises
    ------
    ConfigError
        If a lesion names nothing of the network.
    """
    return _without(network, _Finder(network).find(lesions)) if lesions else network


class _Finder:
    """Finds what lesions take away from a network."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def find(self, lesions: Sequence[Lesion]) -> Gone:
        """Return all that they take away."""
        gone = nothing_gone(self._network)
        for lesion in lesions:
            getattr(self, f"_{lesion.kind}")(lesion, gone)
        return gone

    @cached_property
    def _neurons(self) -> dict[str, list[int]]:
        return _places(neuron_ids(self._network))

    @cached_property
    def _synapses(self) -> dict[str, list[int]]:
        return _places(synapse_ids(self._network))

    def _neuron(self, lesion: Lesion, gone: Gone) -> None:
        gone.neurons[_named(lesion, self._neurons)] = True

    def _synapse(self, lesion: Lesion, gone: Gone) -> None:
        gone.synapses[_named(lesion, self._synapses)] = True

    def _channel(self, lesion: Lesion, gone: Gone) -> None:
        cells = self._network.cells
        channel = np.where(cells.role == Role.INPUT, cells.channel, -1)
        gone.neurons[np.isin(channel, _index(lesion, self._network.n_channels))] = True

    def _region(self, lesion: Lesion, gone: Gone) -> None:
        network = self._network
        regions = _index(lesion, network.n_regions, region_names(network.n_regions))
        gone.neurons[np.isin(network.cells.region, regions)] = True
        gone.astrocytes[np.isin(network.glia.region, regions)] = True

    def _astrocyte(self, lesion: Lesion, gone: Gone) -> None:
        gone.astrocytes[_index(lesion, len(self._network.glia.gene))] = True

    def _territory(self, lesion: Lesion, gone: Gone) -> None:
        glia = self._network.glia
        astrocytes = _index(lesion, len(glia.gene))
        gone.astrocytes[astrocytes] = True
        gone.neurons[glia.cover_neuron[np.isin(glia.cover_astrocyte, astrocytes)]] = True


def _places(ids: Sequence[str]) -> dict[str, list[int]]:
    """Return where everything is by what it is called, and where all copies of a gene are."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(ids):
        for one in (name, name.partition("-")[0] + EVERY, EVERY):
            places.setdefault(one, []).append(place)
    return places


def region_names(number: int) -> list[str]:
    """Return the names of so many regions, in order of their indices."""
    return [region_name(index, number) for index in range(number)]


def _named(lesion: Lesion, places: dict[str, list[int]]) -> IntArray:
    if lesion.id not in places and lesion.id != EVERY:
        raise ConfigError(
            f"lesion: {lesion.kind} {shown(lesion.id)} is not in the network"
            f"{suggestion(lesion.id, places)}; it may be dormant, and would change nothing"
        )
    return np.array(places.get(lesion.id, []), dtype=np.int64)


def _index(lesion: Lesion, number: int, names: Sequence[str] = ()) -> IntArray:
    if lesion.id == EVERY:
        return np.arange(number)
    if lesion.id in names:
        return np.array([names.index(lesion.id)])
    is_whole = lesion.id.isascii() and lesion.id.isdigit() and len(lesion.id) < len("1000000000")
    if not is_whole or int(lesion.id) >= number:
        known = f", or one of {', '.join(names)}" if names else ""
        raise ConfigError(
            f"lesion: {lesion.kind} must be an index below {number}{known}, since there are "
            f"{counted(number, lesion.kind)}, got {shown(lesion.id)}"
        )
    return np.array([int(lesion.id)])


def _without(network: Network, gone: Gone) -> Network:
    is_output = network.cells.role == Role.OUTPUT
    keep = ~gone.neurons | is_output
    cells = _silenced(network.cells, gone.neurons & is_output, keep)
    size = cells.traits[:, NEURONS.column("size")]
    return replace(
        network,
        n_inputs=int((cells.role == Role.INPUT).sum()),
        cells=cells,
        wiring=wiring_left(network, gone, keep),
        glia=_glia(network.glia, ~gone.astrocytes, keep),
        mass=np.bincount(cells.region, size, minlength=network.n_regions).astype(np.float64),
        efficacy=None if network.efficacy is None else network.efficacy[keep[network.n_inputs :]],
    )


def _silenced(cells: Cells, silent: BoolArray, keep: BoolArray) -> Cells:
    traits = cells.traits.copy()
    traits[silent, NEURONS.column("bias")] = 0.0
    return Cells(
        node_id=cells.node_id[keep],
        role=cells.role[keep],
        channel=cells.channel[keep],
        region=cells.region[keep],
        sign=cells.sign[keep],
        traits=traits[keep],
        position=cells.position[keep],
    )


def wiring_left(network: Network, gone: Gone, keep: BoolArray) -> Wiring:
    """Return the synapses that are left between the neurons that are kept."""
    wiring, source, place = network.wiring, network.source, np.cumsum(keep) - 1
    left = ~gone.synapses & ~gone.neurons[source] & ~gone.neurons[wiring.target]
    return Wiring(
        offsets=np.searchsorted(place[source[left]], np.arange(int(keep.sum()) + 1)),
        target=place[wiring.target[left]],
        weight=wiring.weight[left],
        delay=wiring.delay[left],
        length=wiring.length[left],
        innovation=wiring.innovation[left],
    )


def _glia(glia: Glia, left: BoolArray, keep: BoolArray) -> Glia:
    """Return the astrocytes that are left, around the neurons that are left.

    What the others ensheathed is ensheathed by nobody.
    """
    place, neuron = np.cumsum(left) - 1, np.cumsum(keep) - 1
    covers = left[glia.cover_astrocyte] & keep[glia.cover_neuron]
    return Glia(
        gene=glia.gene[left],
        region=glia.region[left],
        count=glia.count[left],
        traits=glia.traits[left],
        position=glia.position[left],
        cover_astrocyte=place[glia.cover_astrocyte[covers]],
        cover_neuron=neuron[glia.cover_neuron[covers]],
        cover_share=glia.cover_share[covers],
    )
