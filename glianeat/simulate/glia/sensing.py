"""What astrocytes sense: which senders, and how much each counts."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glianeat.genome.schema import ASTROCYTES
from glianeat.simulate.glia.channel import GLIAL_STEP
from glianeat.simulate.layout import sensed_pairs
from glianeat.typing import AnyArray, BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from glianeat.develop.network import Network
    from glianeat.simulate.layout import Layout
    from glianeat.simulate.settings import AstrocyteConfig


class Sensing(NamedTuple):
    """Pairs of a sender and an astrocyte that senses it, by sender, then by astrocyte."""

    sender: IntArray  # (K,)
    astrocyte: IntArray  # (K,)
    number: AnyArray  # (K,) how much one spike counts
    scale: FloatArray  # (A,) calcium that one of them is


def sensing(network: "Network", layout: "Layout", config: "AstrocyteConfig") -> Sensing:
    """Return what each astrocyte senses, as the settings say."""
    if config.sensing == "counted":
        return _counted(network, layout, config.reference_rate)
    return weighted(network, layout, np.zeros(network.n_synapses, dtype=np.bool_))


def _counted(network: "Network", layout: "Layout", rate: float) -> Sensing:
    """Count synapses, each like any other; an input of the territory is one afferent."""
    pairs = sensed_pairs(network, layout)
    n_astrocytes = len(network.glia.gene)
    code, number = np.unique(
        pairs.sender * max(n_astrocytes, 1) + pairs.astrocyte, return_counts=True
    )
    total = np.bincount(pairs.astrocyte, minlength=n_astrocytes)
    window = GLIAL_STEP / 1000.0 * rate
    scale = np.where(total > 0, 1.0 / (np.maximum(total, 1) * window), 0.0)
    return Sensing(code // max(n_astrocytes, 1), code % max(n_astrocytes, 1), number, scale)


def weighted(network: "Network", layout: "Layout", dead: BoolArray) -> Sensing:
    """Weigh synapses by what they carry, and add the neurons of the territory.

    n_g = ((1 − p) Σ_j |w_j| s_j / Σ_j |w_j| + p Σ_i share_i s_i / Σ_i share_i) / (f_ref dt_g)

    over the synapses j onto the territory and its neurons i. An input of the territory is an
    afferent of weight one. Synapses that have died are silent, but count in the denominator.
    """
    glia = network.glia
    n_astrocytes = len(glia.gene)
    pairs = sensed_pairs(network, layout)
    weight = np.concatenate([np.abs(network.wiring.weight), [1.0]])[pairs.synapse]
    share = glia.traits[:, ASTROCYTES.column("postsynaptic_share")]
    before = _normalised(pairs.astrocyte, weight, 1.0 - share)
    before[np.append(dead, False)[pairs.synapse]] = 0.0
    onto = np.flatnonzero(share[glia.cover_astrocyte] > 0.0)
    own = glia.cover_astrocyte[onto]
    after = _normalised(own, glia.cover_share[onto], share)
    sender = np.concatenate([pairs.sender, layout.senders[glia.cover_neuron[onto]]])
    astrocyte = np.concatenate([pairs.astrocyte, own])
    code, place = np.unique(sender * max(n_astrocytes, 1) + astrocyte, return_inverse=True)
    number = np.bincount(place, np.concatenate([before, after]), minlength=len(code))
    rate = glia.traits[:, ASTROCYTES.column("reference_rate")]
    scale = 1.0 / (GLIAL_STEP / 1000.0 * rate)
    return Sensing(code // max(n_astrocytes, 1), code % max(n_astrocytes, 1), number, scale)


def _normalised(astrocyte: IntArray, weight: FloatArray, share: FloatArray) -> FloatArray:
    """Return weights such that those of each astrocyte add up to its share, shape (K,)."""
    total = np.bincount(astrocyte, weight, minlength=len(share))
    per_weight = np.divide(share, total, out=np.zeros(len(share)), where=total > 0.0)
    each: FloatArray = weight * per_weight[astrocyte]
    return each
