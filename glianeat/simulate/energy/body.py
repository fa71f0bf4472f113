"""A body that lives on food: glia supply the pools from its reserve of energy."""

from glianeat.compile.decorators import fused_loop, kernel
from glianeat.simulate import at
from glianeat.simulate.access import floats, number
from glianeat.simulate.energy.pools import AS_SPENT
from glianeat.simulate.glia.metabolic import MAX_BOOST
from glianeat.simulate.section import Owner, Scalar
from glianeat.simulate.step import advance
from glianeat.typing import FloatArray

ENDLESS = -1.0
"""The reserve of a body whose energy has no end."""


@fused_loop
def live(buffer: FloatArray, n_steps: int) -> None:
    """Advance by `n_steps` of 1 ms, at the expense of the body's reserve if it has one."""
    before = _draw(buffer, n_steps)
    advance(buffer, n_steps)
    _pay(buffer, before)


@kernel
def begin_living(buffer: FloatArray, n_steps: int) -> float:
    """Hold what glia may supply in `n_steps` below the reserve, ever less as it empties.

    Returns what they supplied so far [EU], for `end_living`.
    """
    return _draw(buffer, n_steps)


@kernel
def end_living(buffer: FloatArray, before: float) -> None:
    """Take what glia supplied since `begin_living`, which returned `before`, from the reserve."""
    _pay(buffer, before)


@fused_loop
def _draw(buffer: FloatArray, n_steps: int) -> float:
    reserve = floats(buffer, at.SCALARS)[at.RESERVE]
    if reserve < 0.0:
        return 0.0
    if number(buffer, at.INFLOW) != AS_SPENT:
        _limit_supply(buffer, reserve / n_steps)
    return _supplied(buffer)


@fused_loop
def _pay(buffer: FloatArray, before: float) -> None:
    scalars = floats(buffer, at.SCALARS)
    if scalars[at.RESERVE] >= 0.0:
        # what a network that returns to rest begins with
        scalars[at.ASTROCYTE_SUPPLY] = scalars[at.FULL_SUPPLY]
        scalars[at.RESERVE] = max(0.0, scalars[at.RESERVE] - (_supplied(buffer) - before))


@fused_loop
def _supplied(buffer: FloatArray) -> float:
    """Return what all pools have been given since the reset [EU]."""
    supplied, total = floats(buffer, at.SUPPLIED_SUM), 0.0
    for r in range(number(buffer, at.N_REGIONS)):
        total += supplied[r]
    return total


@fused_loop
def _limit_supply(buffer: FloatArray, most_per_step: float) -> None:
    """Hold what all astrocytes supply in a step to `most_per_step` [EU/ms]."""
    scalars, supply = floats(buffer, at.SCALARS), floats(buffer, at.SUPPLY)
    full, n_regions, now = scalars[at.FULL_SUPPLY], number(buffer, at.N_REGIONS), 0.0
    for r in range(n_regions):
        now += supply[r]
    most = full if number(buffer, at.BUDGET_ON) == 1 else _most_supply(buffer)
    for r in range(n_regions):
        supply[r] *= min(1.0, most_per_step / now) if now > 0.0 else 0.0
    share = min(1.0, most_per_step / most) if most > 0.0 else 0.0
    scalars[at.ASTROCYTE_SUPPLY] = full * share


@fused_loop
def _most_supply(buffer: FloatArray) -> float:
    """Return what all astrocytes supply in a step where calcium is high [EU/ms]."""
    full, most = floats(buffer, at.SCALARS)[at.FULL_SUPPLY], 0.0
    copies, boost = floats(buffer, at.COPIES), floats(buffer, at.SUPPLY_GAIN)
    for g in range(number(buffer, at.N_ASTROCYTES)):
        most += full * copies[g] * (1.0 + MAX_BOOST * boost[g])
    return most


@fused_loop
def feed(buffer: FloatArray, energy: float) -> None:
    """Add to the body's reserve [EU], if it has one."""
    scalars = floats(buffer, at.SCALARS)
    if scalars[at.RESERVE] >= 0.0:
        scalars[at.RESERVE] += energy


BODY = Owner(
    name="body",
    scalars=(
        Scalar("reserve", "EU", "energy in the body; negative: without end"),
        Scalar("full_supply", "EU/ms", "of an astrocyte, or the budget, while there is a reserve"),
        Scalar("astrocyte_supply", "EU/ms", "the same now"),
    ),
)
