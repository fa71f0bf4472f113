"""Cells: one millisecond of every neuron of a network, in full vectors."""

from glianeat.compile.decorators import fused_loop
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.sections import whole_vectors
from glianeat.simulate.kernels.views import Cells
from glianeat.typing import FloatArray

# Loops here keep no sums and run over a multiple of LANES: else the compiler adds loops for four
# vectors at a time and for the remainder, and small networks run in the latter only.

# Half-steps of the quadratic diverge below -112.5 mV: inhibition would set off spikes. The presets
# by themselves reach -97 mV.
_LOWEST_MV = -100.0


@fused_loop
def step_galif(
    n_lanes: int, cells: Cells, excitatory: FloatArray, inhibitory: FloatArray, scalars: FloatArray
) -> None:
    """Advance GALIF cells by 1 ms (models: A1, A2, zero-order hold).

    `excitatory` and `inhibitory`, shape (M,), are what arrives in this step; both are emptied.
    """
    keep_excitation, keep_inhibition = scalars[at.KEEP_EXCITATION], scalars[at.KEEP_INHIBITION]
    floor, refractory_steps = scalars[at.FLOOR], scalars[at.REFRACTORY_STEPS]
    for j in range(whole_vectors(n_lanes)):
        # arrivals, scaled by gliotransmission
        arriving = cells.efficacy[j]
        i_exc = cells.excitation[j] * keep_excitation + excitatory[j] * arriving
        i_inh = cells.inhibition[j] * keep_inhibition + inhibitory[j] * arriving
        excitatory[j] = 0.0
        inhibitory[j] = 0.0
        cells.excitation[j] = i_exc
        cells.inhibition[j] = i_inh
        # drive moves v; u and a as they stood at the end of the last step (A2)
        current = cells.drive[j] + (i_exc - i_inh) + (cells.fast[j] - cells.slow[j])
        keep = cells.keep_potential[j]
        v = keep * cells.potential[j] + (1.0 - keep) * current
        v = max(v, floor)  # in this order NaN passes, to be noticed
        left = cells.refractory[j]
        v = v if left <= 0.0 else 0.0
        # decay, then the threshold with the energy gate (A2, B8)
        h = cells.rise[j] * cells.keep_rise[j]
        bar = cells.threshold[j] * (1.0 + cells.rise_gain[j] * h) * cells.gates[j]
        z = 1.0 if v >= bar else 0.0
        cells.potential[j] = v if z <= 0.0 else 0.0
        cells.slow[j] = cells.slow[j] * cells.keep_slow[j] + cells.jump_slow[j] * z
        cells.fast[j] = cells.fast[j] * cells.keep_fast[j] + cells.jump_fast[j] * z
        cells.rise[j] = h + z
        waiting = left - 1.0 if left > 0.0 else 0.0
        cells.refractory[j] = refractory_steps if z > 0.0 else waiting
        cells.fired[j] = 1 if z > 0.0 else 0


@fused_loop
def step_izhikevich(
    n_lanes: int, cells: Cells, excitatory: FloatArray, inhibitory: FloatArray, scalars: FloatArray
) -> None:
    """Advance Izhikevich cells by two half-steps of 0.5 ms (models: A4).

    One step of 1 ms would change spike counts by up to 78 %. The energy gate divides the current:
    the cut at 30 mV is no threshold that could rise. ``slow`` holds u [mV]; ``keep_potential``,
    ``keep_slow``, ``keep_fast`` and ``keep_rise`` hold a, b, c and d.
    """
    keep_excitation, keep_inhibition = scalars[at.KEEP_EXCITATION], scalars[at.KEEP_INHIBITION]
    scale = scalars[at.CURRENT_SCALE]
    for j in range(whole_vectors(n_lanes)):
        arriving = cells.efficacy[j]
        i_exc = cells.excitation[j] * keep_excitation + excitatory[j] * arriving
        i_inh = cells.inhibition[j] * keep_inhibition + inhibitory[j] * arriving
        excitatory[j] = 0.0
        inhibitory[j] = 0.0
        cells.excitation[j] = i_exc
        cells.inhibition[j] = i_inh
        current = scale * (cells.drive[j] + (i_exc - i_inh)) / cells.gates[j]
        v, u = cells.potential[j], cells.slow[j]
        v += (0.04 * v * v + 5.0 * v + 140.0 - u + current) / 2.0
        v = max(v, _LOWEST_MV)
        v += (0.04 * v * v + 5.0 * v + 140.0 - u + current) / 2.0
        v = max(v, _LOWEST_MV)
        u += cells.keep_potential[j] * (cells.keep_slow[j] * v - u)
        z = 1.0 if v >= 30.0 * cells.threshold[j] else 0.0
        cells.potential[j] = cells.keep_fast[j] if z > 0.0 else v
        cells.slow[j] = u + cells.keep_rise[j] * z
        cells.fired[j] = 1 if z > 0.0 else 0
