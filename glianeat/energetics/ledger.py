"""The ledger: what was done, by kind and region, and what it cost.

Amounts are kept, not energies, so that a run can be weighed anew under other costs.
"""

from dataclasses import dataclass

import numpy as np

from glianeat.energetics.cost import DYNAMIC_KINDS, KINDS, EnergyConfig
from glianeat.typing import FloatArray

__all__ = ["COUNTS", "DYNAMIC_KINDS", "KINDS", "Ledger", "costs", "empty_ledger"]

COUNTS = ("spikes", "excitatory_events", "inhibitory_events", "releases")
"""Raw counts beside the weighted amounts."""
_SUMMED_AT_ONCE = 13  # kinds of the first version; NumPy's sums depend on the number of terms


def costs(config: EnergyConfig) -> FloatArray:
    """Return the cost of one unit of each kind [EU], shape (K,), in the order of `KINDS`."""
    return np.array([getattr(config, kind) for kind in KINDS]) * config.housekeeping


@dataclass(frozen=True, eq=False)
class Ledger:
    """What a network did in some time, by kind and region.

    Parameters
    ----------
    amounts : ndarray of float64, shape (K, R)
        Weighted amounts of each kind in `KINDS`: spikes times size, delivered spikes times weight
        over reference weight, seconds of neurons, astrocytes, synapses and wire, ….
    counts : ndarray of float64, shape (4, R)
        Raw numbers of `COUNTS`: spikes, delivered excitatory and inhibitory events, releases.
    seconds : float
        Simulated time [s].
    """

    amounts: FloatArray
    counts: FloatArray
    seconds: float

    def energy(self, config: EnergyConfig) -> FloatArray:
        """Return the energy of each kind in each region [EU], shape (K, R)."""
        return self.amounts * costs(config)[:, None]

    def total(self, config: EnergyConfig) -> float:
        """Return the energy of all kinds in all regions [EU]."""
        energy = self.energy(config)
        total = float(energy[:_SUMMED_AT_ONCE].sum())
        return total + float(energy[_SUMMED_AT_ONCE:].sum())

    def power(self, config: EnergyConfig) -> float:
        """Return the mean power over the simulated time [EU/s]; 0 if none has passed."""
        return self.total(config) / self.seconds if self.seconds > 0.0 else 0.0

    def amount(self, kind: str) -> FloatArray:
        """Return the amount of one kind by region, shape (R,)."""
        amounts: FloatArray = self.amounts[KINDS.index(kind)]
        return amounts

    def count(self, name: str) -> FloatArray:
        """Return one raw count by region, shape (R,)."""
        counts: FloatArray = self.counts[COUNTS.index(name)]
        return counts

    def __add__(self, other: "Ledger") -> "Ledger":
        return Ledger(
            self.amounts + other.amounts,
            self.counts + other.counts,
            self.seconds + other.seconds,
        )

    def __sub__(self, other: "Ledger") -> "Ledger":
        return Ledger(
            self.amounts - other.amounts,
            self.counts - other.counts,
            self.seconds - other.seconds,
        )


def empty_ledger(n_regions: int) -> Ledger:
    """Return the ledger of a network that has not lived yet."""
    return Ledger(np.zeros((len(KINDS), n_regions)), np.zeros((len(COUNTS), n_regions)), 0.0)
