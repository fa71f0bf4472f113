"""The ledger of a simulation: the amounts of all charges over what was counted."""

from dataclasses import dataclass

import numpy as np

from glianeat.energetics.ledger import COUNTS, KINDS, Ledger
from glianeat.simulate.energy.charges import CHARGES, Charge, Payer
from glianeat.typing import FloatArray


@dataclass(frozen=True, eq=False)
class Activity:
    """What a network did since the last reset."""

    emitted: FloatArray  # (N,) spikes, or spikes that graded transmission stands for
    delivered: FloatArray  # (N,) spikes weighted by short-term plasticity; 0 if graded
    graded_output: FloatArray  # (R,) graded transmission by outputs that are not counted
    releases: FloatArray  # (A,) of one of the astrocytes that a territory stands for
    seconds: float

    def __add__(self, other: "Activity") -> "Activity":
        return Activity(
            self.emitted + other.emitted,
            self.delivered + other.delivered,
            self.graded_output + other.graded_output,
            self.releases + other.releases,
            self.seconds + other.seconds,
        )

    def __sub__(self, other: "Activity") -> "Activity":
        return Activity(
            self.emitted - other.emitted,
            self.delivered - other.delivered,
            self.graded_output - other.graded_output,
            self.releases - other.releases,
            self.seconds - other.seconds,
        )


def ledger_of(payer: Payer, activity: Activity) -> Ledger:
    """Return the ledger of what was done, by kind and region."""
    amounts: dict[str, FloatArray] = {}
    for charge in CHARGES:
        found, before = _amount(payer, charge, activity), amounts.get(charge.kind)
        amounts[charge.kind] = found if before is None else before + found
    counts, nothing = _counts(payer, activity), np.zeros(payer.network.n_regions)
    return Ledger(
        np.array([amounts.get(kind, nothing) for kind in KINDS]),
        np.array([counts[name] for name in COUNTS]),
        activity.seconds,
    )


def _amount(payer: Payer, charge: Charge, activity: Activity) -> FloatArray:
    """Return the amount of a charge in each region, shape (R,)."""
    each, source = charge.amount(payer), payer.network.source
    if charge.event == "spike":
        return payer.by_region(activity.emitted * each)
    if charge.event == "delivery":
        return payer.onto_region(activity.delivered[source] * each)
    if charge.event == "transmission":
        return payer.onto_region(activity.emitted[source] * each)
    if charge.event == "release":
        return _releases(payer, activity) * each
    if charge.event == "output":
        return activity.graded_output
    return np.asarray(each * activity.seconds)


def _counts(payer: Payer, activity: Activity) -> dict[str, FloatArray]:
    network = payer.network
    spikes = np.where(payer.is_graded, 0.0, activity.emitted)
    sent = spikes[network.source]
    return {
        "spikes": payer.by_region(spikes),
        "excitatory_events": payer.onto_region(sent * ~network.inhibits),
        "inhibitory_events": payer.onto_region(sent * network.inhibits),
        "releases": _releases(payer, activity),
    }


def _releases(payer: Payer, activity: Activity) -> FloatArray:
    return payer.of_astrocytes(activity.releases * payer.network.glia.count)
