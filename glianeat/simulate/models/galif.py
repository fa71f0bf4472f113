"""Generalised adaptive leaky integrate-and-fire neurons, exact under steady drive (A1, A2)."""

from typing import NamedTuple

import numpy as np

from glianeat.compile.decorators import fused_loop, kernel
from glianeat.genome.schema import Role
from glianeat.simulate import at
from glianeat.simulate.access import floats, view_of, whole_vectors
from glianeat.simulate.decay import decay
from glianeat.simulate.models.model import Cells, NeuronModel
from glianeat.simulate.models.spiking import advance_spiking
from glianeat.simulate.section import Scalar, Section, Values, parameter
from glianeat.simulate.views import Arrivals
from glianeat.typing import FloatArray

_CELLS = ("slots",)


class Galif(NamedTuple):
    """State and parameters of GALIF cells, shape (M,)."""

    potential: FloatArray
    slow: FloatArray
    fast: FloatArray
    rise: FloatArray
    refractory: FloatArray
    keep_potential: FloatArray
    keep_slow: FloatArray
    keep_fast: FloatArray
    keep_rise: FloatArray
    jump_slow: FloatArray
    jump_fast: FloatArray
    rise_gain: FloatArray


view_galif = view_of(Galif)


@fused_loop
def step_galif(n_slots: int, cells: Arrivals, own: Galif, scalars: FloatArray) -> None:
    """Advance GALIF cells by 1 ms, zero-order hold."""
    keep_excitation, keep_inhibition = scalars[at.KEEP_EXCITATION], scalars[at.KEEP_INHIBITION]
    floor, refractory_steps = scalars[at.FLOOR], scalars[at.REFRACTORY_STEPS]
    for j in range(whole_vectors(n_slots)):
        # arrivals, scaled by gliotransmission
        arriving = cells.efficacy[j]
        i_exc = cells.excitation[j] * keep_excitation + cells.excitatory[j] * arriving
        i_inh = cells.inhibition[j] * keep_inhibition + cells.inhibitory[j] * arriving
        cells.excitatory[j] = 0.0
        cells.inhibitory[j] = 0.0
        cells.excitation[j] = i_exc
        cells.inhibition[j] = i_inh
        # drive moves v; u and a as they stood at the end of the last step (A2)
        current = cells.drive[j] + (i_exc - i_inh) + (own.fast[j] - own.slow[j])
        keep = own.keep_potential[j]
        v = keep * own.potential[j] + (1.0 - keep) * current
        v = max(v, floor)  # in this order NaN passes, to be noticed
        left = own.refractory[j]
        v = v if left <= 0.0 else 0.0
        # decay, then the threshold with the energy gate (A2, B8)
        h = own.rise[j] * own.keep_rise[j]
        bar = cells.threshold[j] * (1.0 + own.rise_gain[j] * h) * cells.gates[j]
        z = 1.0 if v >= bar else 0.0
        own.potential[j] = v if z <= 0.0 else 0.0
        own.slow[j] = own.slow[j] * own.keep_slow[j] + own.jump_slow[j] * z
        own.fast[j] = own.fast[j] * own.keep_fast[j] + own.jump_fast[j] * z
        own.rise[j] = h + z
        waiting = left - 1.0 if left > 0.0 else 0.0
        own.refractory[j] = refractory_steps if z > 0.0 else waiting
        cells.fired[j] = 1 if z > 0.0 else 0


@kernel
def advance_galif(buffer: FloatArray, n_steps: int) -> None:
    """Advance a packed network of GALIF cells by `n_steps` of 1 ms, in place."""
    potential = floats(buffer, at.POTENTIAL)
    advance_spiking(buffer, n_steps, step_galif, view_galif(buffer), potential)


def _pack(cells: Cells) -> Values:
    interface = cells.interface
    is_output = cells.network.cells.role[cells.network.n_inputs :] == Role.OUTPUT
    silent = is_output & (interface.readout == "membrane")
    tau = np.where(silent, interface.tau_readout, cells.trait("tau_membrane"))
    sections = {
        "keep_potential": decay(tau, 1.0),
        "keep_slow": decay(cells.trait("tau_adaptation"), 1.0),
        "keep_fast": decay(cells.trait("tau_afterdepolarisation"), 1.0),
        "keep_rise": decay(cells.trait("tau_threshold"), 1.0),
        "jump_slow": cells.trait("adaptation"),
        "jump_fast": cells.trait("afterdepolarisation"),
        "rise_gain": cells.trait("threshold_jump"),
    }
    neuron = cells.config.neuron
    return Values(
        {name: cells.spread(values) for name, values in sections.items()},
        {"floor": neuron.floor, "refractory_steps": neuron.refractory},
    )


GALIF = NeuronModel(
    name="galif",
    sections=(
        Section("potential", _CELLS, "threshold", "v", resets=True, decays=True),
        Section("slow", _CELLS, "threshold", "adaptation a", resets=True, decays=True),
        Section("fast", _CELLS, "threshold", "after-depolarisation u", resets=True, decays=True),
        Section("rise", _CELLS, "1", "relative rise of the threshold h", resets=True, decays=True),
        Section("refractory", _CELLS, "ms", "steps of silence left", resets=True),
        parameter("keep_potential", _CELLS, "1", "exp(-dt / τ_m)"),
        parameter("keep_slow", _CELLS, "1", "exp(-dt / τ_a)"),
        parameter("keep_fast", _CELLS, "1", "exp(-dt / τ_u)"),
        parameter("keep_rise", _CELLS, "1", "exp(-dt / τ_h)"),
        parameter("jump_slow", _CELLS, "threshold", "J_a"),
        parameter("jump_fast", _CELLS, "threshold", "J_u"),
        parameter("rise_gain", _CELLS, "1", "β"),
    ),
    scalars=(
        Scalar("floor", "threshold", "lowest membrane potential"),
        Scalar("refractory_steps", "ms", "length of the refractory period"),
    ),
    observed="potential",
    advance=advance_galif,
    pack=_pack,
    reference="tests.reference.neurons:step_galif",
    can_show_potential=True,
)
