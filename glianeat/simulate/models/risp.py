"""Event-driven integrate-and-fire neurons, RISP of Plank et al. (2022).

Only what arrives touches a cell: without arrivals its potential stays as it is, for there is no
leak, and no steady current moves it. A cell at which something arrives is brought up to the lowest
potential, what arrived is added as it stands, and at its own threshold or above it spikes and is
set to 0. All that arrives in a millisecond is added before thresholds are compared.

References
----------
.. [1] J. S. Plank et al., "The case for RISP: a reduced instruction spiking processor",
   arXiv:2206.14016, 2022.
"""

from typing import NamedTuple

import numpy as np

from glianeat.compile.decorators import fused_loop, kernel
from glianeat.simulate import at
from glianeat.simulate.access import floats, view_of, whole_vectors
from glianeat.simulate.models.model import Cells, NeuronModel
from glianeat.simulate.models.spiking import advance_spiking
from glianeat.simulate.section import Scalar, Section, Values
from glianeat.simulate.views import Arrivals
from glianeat.typing import FloatArray


class Risp(NamedTuple):
    """State of RISP cells, shape (M,)."""

    sum: FloatArray


view_risp = view_of(Risp)


@fused_loop
def step_risp(n_slots: int, cells: Arrivals, own: Risp, scalars: FloatArray) -> None:
    """Advance RISP cells by 1 ms: those at which nothing arrives stay as they are."""
    lowest = scalars[at.LOWEST_SUM]
    for j in range(whole_vectors(n_slots)):
        exciting, inhibiting = cells.excitatory[j], cells.inhibitory[j]
        cells.excitatory[j] = 0.0
        cells.inhibitory[j] = 0.0
        touched = exciting > 0.0 or inhibiting > 0.0
        arrived = (exciting - inhibiting) * cells.efficacy[j]
        v = max(own.sum[j], lowest) + arrived
        z = 1.0 if touched and v >= cells.threshold[j] * cells.gates[j] else 0.0
        after = v if z <= 0.0 else 0.0
        own.sum[j] = after if touched else own.sum[j]
        cells.fired[j] = 1 if z > 0.0 else 0


@kernel
def advance_risp(buffer: FloatArray, n_steps: int) -> None:
    """Advance a packed network of RISP cells by `n_steps` of 1 ms, in place."""
    advance_spiking(buffer, n_steps, step_risp, view_risp(buffer), floats(buffer, at.SUM))


def _pack(cells: Cells) -> Values:
    neuron = cells.config.neuron
    threshold = neuron.threshold * cells.trait("threshold")
    return Values({"threshold": cells.spread(threshold, np.inf)}, {"lowest_sum": neuron.floor})


RISP = NeuronModel(
    name="risp",
    sections=(Section("sum", ("slots",), "threshold", "of what arrived", resets=True),),
    scalars=(Scalar("lowest_sum", "threshold", "to which cells are brought up"),),
    observed="sum",
    advance=advance_risp,
    pack=_pack,
    reference="tests.reference.neurons:step_risp",
    is_event_driven=True,
)
