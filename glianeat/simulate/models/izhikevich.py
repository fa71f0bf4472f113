"""Izhikevich neurons of 2003 (models: A4)."""

from typing import NamedTuple

import numpy as np

from glianeat.compile.decorators import fused_loop, kernel
from glianeat.simulate import at
from glianeat.simulate.access import floats, view_of, whole_vectors
from glianeat.simulate.models.model import Cells, NeuronModel
from glianeat.simulate.models.spiking import advance_spiking
from glianeat.simulate.section import Scalar, Section, Values, parameter
from glianeat.simulate.views import Arrivals
from glianeat.typing import FloatArray

PRESETS = {  # a [/ms], b [/ms], c [mV], d [mV/ms]
    "RS": (0.02, 0.2, -65.0, 8.0),
    "IB": (0.02, 0.2, -55.0, 4.0),
    "CH": (0.02, 0.2, -50.0, 2.0),
    "FS": (0.1, 0.2, -65.0, 2.0),
    "LTS": (0.02, 0.25, -65.0, 2.0),
    "TC": (0.02, 0.25, -65.0, 0.05),
    "RZ": (0.1, 0.26, -65.0, 2.0),
}
_REST_MV = -65.0
# Half-steps of the quadratic diverge below -112.5 mV: inhibition would set off spikes. The presets
# by themselves reach -97 mV.
_LOWEST_MV = -100.0
_CELLS = ("slots",)


class Izhikevich(NamedTuple):
    """State and parameters of Izhikevich cells, shape (M,)."""

    membrane: FloatArray
    recovery: FloatArray
    izhikevich_a: FloatArray
    izhikevich_b: FloatArray
    izhikevich_c: FloatArray
    izhikevich_d: FloatArray


view_izhikevich = view_of(Izhikevich)


@fused_loop
def step_izhikevich(n_slots: int, cells: Arrivals, own: Izhikevich, scalars: FloatArray) -> None:
    """Advance Izhikevich cells by two half-steps of 0.5 ms.

    One step of 1 ms would change spike counts by up to 78 %. The energy gate divides the current:
    the cut at 30 mV is no threshold that could rise.
    """
    keep_excitation, keep_inhibition = scalars[at.KEEP_EXCITATION], scalars[at.KEEP_INHIBITION]
    scale = scalars[at.CURRENT_SCALE]
    for j in range(whole_vectors(n_slots)):
        arriving = cells.efficacy[j]
        i_exc = cells.excitation[j] * keep_excitation + cells.excitatory[j] * arriving
        i_inh = cells.inhibition[j] * keep_inhibition + cells.inhibitory[j] * arriving
        cells.excitatory[j] = 0.0
        cells.inhibitory[j] = 0.0
        cells.excitation[j] = i_exc
        cells.inhibition[j] = i_inh
        current = scale * (cells.drive[j] + (i_exc - i_inh)) / cells.gates[j]
        v, u = own.membrane[j], own.recovery[j]
        v += (0.04 * v * v + 5.0 * v + 140.0 - u + current) / 2.0
        v = max(v, _LOWEST_MV)
        v += (0.04 * v * v + 5.0 * v + 140.0 - u + current) / 2.0
        v = max(v, _LOWEST_MV)
        u += own.izhikevich_a[j] * (own.izhikevich_b[j] * v - u)
        z = 1.0 if v >= 30.0 * cells.threshold[j] else 0.0
        own.membrane[j] = own.izhikevich_c[j] if z > 0.0 else v
        own.recovery[j] = u + own.izhikevich_d[j] * z
        cells.fired[j] = 1 if z > 0.0 else 0


@kernel
def advance_izhikevich(buffer: FloatArray, n_steps: int) -> None:
    """Advance a packed network of Izhikevich cells by `n_steps` of 1 ms, in place."""
    membrane = floats(buffer, at.MEMBRANE)
    advance_spiking(buffer, n_steps, step_izhikevich, view_izhikevich(buffer), membrane)


def _pack(cells: Cells) -> Values:
    neuron, network = cells.config.neuron, cells.network
    sign = network.cells.sign[network.n_inputs :]
    presets = [
        PRESETS[neuron.excitatory_preset if s > 0 else neuron.inhibitory_preset]
        for s in sign.tolist()
    ]
    values = zip("abcd", np.array(presets).reshape(-1, 4).T, strict=True)
    sections = {f"izhikevich_{name}": cells.spread(value) for name, value in values}
    sections["recovery"] = sections["izhikevich_b"] * _REST_MV
    return Values(sections, {"current_scale": neuron.current_scale})


IZHIKEVICH = NeuronModel(
    name="izhikevich",
    sections=(
        Section("membrane", _CELLS, "mV", "v", initial=_REST_MV, resets=True, decays=True),
        Section("recovery", _CELLS, "mV/ms", "u", initial=None, resets=True, decays=True),
        parameter("izhikevich_a", _CELLS, "/ms", "rate of recovery"),
        parameter("izhikevich_b", _CELLS, "/ms", "sensitivity of recovery"),
        parameter("izhikevich_c", _CELLS, "mV", "membrane potential after a spike"),
        parameter("izhikevich_d", _CELLS, "mV/ms", "jump of recovery at a spike"),
    ),
    scalars=(Scalar("current_scale", "1", "current per unit of drive"),),
    observed="membrane",
    advance=advance_izhikevich,
    pack=_pack,
    reference="tests.reference.neurons:step_izhikevich",
)
