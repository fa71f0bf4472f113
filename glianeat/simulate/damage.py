"""What damage changes in the packed state of a network, beside its parameters."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glianeat.develop.lesions import Gone
from glianeat.energetics.ledger import Ledger
from glianeat.simulate.energy.charges import Payer
from glianeat.simulate.energy.ledger_of import Activity, ledger_of
from glianeat.simulate.sections import TABLE
from glianeat.typing import IntArray

if TYPE_CHECKING:
    from glianeat.simulate.simulator import Simulator


@dataclass(frozen=True, eq=False)
class Account:
    """What a network had done when it was damaged, and what is paid for from then on.

    Parameters
    ----------
    before : Ledger
        What was done until then, by kind and region.
    activity : Activity
        The same by neuron and astrocyte.
    payer : Payer
        The network that is left.
    """

    before: Ledger
    activity: Activity
    payer: Payer

    def ledger(self, activity: Activity) -> Ledger:
        """Return the ledger of all that was done since the reset."""
        return self.before + ledger_of(self.payer, activity - self.activity)


def sense_remaining(simulator: "Simulator", remaining: "Simulator") -> None:
    """Let astrocytes sense the synapses that are left, and no others."""
    known, left = _sensed(simulator), _sensed(remaining)
    number = simulator.section("sense_number")
    number[:] = 0.0
    number[np.searchsorted(known, left)] = remaining.section("sense_number")


def _sensed(simulator: "Simulator") -> IntArray:
    """Return the pairs of a sender and an astrocyte that senses it, as rising numbers."""
    start = simulator.section("sense_start").astype(np.int64)
    sender = np.repeat(np.arange(len(start) - 1), start[1:] - start[:-1])
    n_astrocytes = max(len(simulator.network.glia.gene), 1)
    return sender * n_astrocytes + simulator.section("sense_astrocyte").astype(np.int64)


def lose_stores(simulator: "Simulator", silent: "Simulator") -> None:
    """Take away the glycogen of the astrocytes that die; each had as much as the others there."""
    if "stored" in simulator.used:
        had, has = (one.section("stored_capacity") for one in (simulator, silent))
        simulator.section("stored")[:] *= np.where(had > 0.0, has / np.maximum(had, 1e-300), 0.0)


def rest_dead(simulator: "Simulator", silent: "Simulator", dead: Gone) -> None:
    """Bring the cells and astrocytes that are dead to rest, where they stay."""
    n_inputs = simulator.network.n_inputs
    slots = simulator.layout.slots[n_inputs:][dead.neurons[n_inputs:]]
    which = {"slots": slots, "astrocytes": np.flatnonzero(dead.astrocytes)}
    for name in simulator.used:
        row = TABLE.sections[name]
        if row.is_state and row.resets and row.shape[-1] in which:
            where = which[str(row.shape[-1])]
            simulator.section(name)[..., where] = silent.section(name)[..., where]
