"""How large a budget alternating demand needs, by who shares it out.

Two groups of eight neurons, made by hand, each in a region of its own and driven by an input of its
own; one input is high for 2 to 6 s, then the other. The table gives the budget [EU/s] at which 95 %
of the spikes that are shown with endless energy where demand is high are shown, interpolated; the
median of schedules. Nothing evolves.

    python scripts/experiments/budget_needs.py
"""

from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import click
import numpy as np

from glianeat.develop.network import Cells, Glia, Network, Wiring
from glianeat.energetics.cost import EnergyConfig
from glianeat.genome.schema import ASTROCYTES, NEURONS, Family, Role
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import AstrocyteConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator

RESULTS = Path(__file__).parents[1] / "results" / "budget_needs.txt"
CELLS, STEP, GOAL = 8, 20, 0.95  # neurons of a group, [ms], share
BUDGETS = (500.0, 600.0, 700.0, 775.0, 850.0, 925.0, 1000.0, 1100.0, 1200.0, 1300.0, 1450.0, 1600.0)


class Arm(NamedTuple):
    """Who shares the budget: κ, its time constant [ms], and settings of energy."""

    name: str
    kappa: float
    tau: float
    energy: dict[str, Any]


ALONE = {"redistribution": False}
ARMS = (
    Arm("constant shares, rest lost", 0.0, 300.0, {"sharing": "constant", **ALONE}),
    Arm("activity, κ = 1, rest lost", 1.0, 300.0, ALONE),
    Arm("activity, κ = 2, rest lost", 2.0, 300.0, ALONE),
    Arm("activity, κ = 2, 3 s, rest lost", 2.0, 3000.0, ALONE),
    Arm("by neurons (no glia), rest redistributed", 0.0, 300.0, {"sharing": "uniform"}),
    Arm("constant shares, rest redistributed", 0.0, 300.0, {"sharing": "constant"}),
    Arm("activity, κ = 2, rest redistributed", 2.0, 300.0, {}),
)


def traits(family: Family, number: int, **values: float) -> Any:
    """Return rows of initial means, with some changed, shape (number, F)."""
    rows = np.tile([float(trait.init_mean) for trait in family.traits], (number, 1))
    for name, value in values.items():
        rows[:, family.column(name)] = value
    return rows


def network(kappa: float, tau: float, reserve: float) -> Network:
    """Return two inputs, two groups of outputs, and eight astrocytes for each."""
    n, spread = 2 + 2 * CELLS, np.arange(2 * CELLS)
    region = np.array([0, 0] + [1] * CELLS + [2] * CELLS)
    cells = Cells(
        node_id=np.arange(n),
        role=np.array([Role.INPUT] * 2 + [Role.OUTPUT] * 2 * CELLS),
        channel=np.concatenate([[0, 1], spread]),
        region=region,
        sign=np.ones(n, dtype=np.int64),
        traits=traits(NEURONS, n, bias=0.9),
        position=np.zeros((n, 2)),
    )
    wiring = Wiring(
        offsets=np.array([0, CELLS] + [2 * CELLS] * (n - 1)),
        target=2 + spread,
        weight=np.ones(2 * CELLS),
        delay=np.ones(2 * CELLS, dtype=np.int64),
        length=np.zeros(2 * CELLS),
        innovation=spread,
    )
    genes = traits(ASTROCYTES, 2, supply_gain=kappa, tau_supply=tau, reference_rate=100.0)
    glia = Glia(
        gene=np.arange(2),
        region=np.array([1, 2]),
        count=np.array([8, 8]),
        traits=genes,
        position=np.zeros((2, 2)),
        cover_astrocyte=np.repeat([0, 1], CELLS),
        cover_neuron=2 + spread,
        cover_share=np.ones(2 * CELLS),
    )
    mass = np.array([2.0, CELLS, CELLS])
    reserves = np.full(3, reserve)
    return Network(2, 2, 2 * CELLS, cells, wiring, glia, np.arange(3), reserves, mass)


def schedule(seed: int, seconds: int) -> Any:
    """Return the amplitudes of both inputs in each step, shape (T, 2)."""
    rng, high = np.random.default_rng(seed), 0
    rows: list[list[float]] = []
    while len(rows) * STEP < 1000 * seconds:
        rows += [[1.0, 0.1], [0.1, 1.0]][high : high + 1] * int(rng.uniform(2, 6) * 1000 / STEP)
        high = 1 - high
    return np.array(rows)


def shown(arm: Arm, budget: float | None, demand: Any, reserve: float) -> float:
    """Return the spikes where demand is high; energy is endless without a budget."""
    glia = AstrocyteConfig(gain=False, metabolic=budget is not None)
    config = SimulationConfig(astrocyte=glia, energy=EnergyConfig(budget=budget, **arm.energy))
    simulator, total = Simulator(network(arm.kappa, arm.tau, reserve), config, NetworkIO()), 0.0
    for amplitude in demand:
        before = simulator.emitted()[2:]
        simulator.step(amplitude, STEP)
        spikes = (simulator.emitted()[2:] - before).reshape(2, CELLS).sum(axis=1)
        total += float(spikes[amplitude > 0.5].sum())
    return total


def needed(arm: Arm, demands: list[Any], reserve: float) -> float:
    """Return the budget that shows the share of `GOAL`."""
    free = [shown(arm, None, demand, reserve) for demand in demands]
    shares = [
        median(
            shown(arm, budget, demand, reserve) / most
            for demand, most in zip(demands, free, strict=True)
        )
        for budget in BUDGETS
    ]
    return float(np.interp(GOAL, shares, BUDGETS))


@click.command()
@click.option("--schedules", default=4, show_default=True)
@click.option("--seconds", default=60, show_default=True)
def main(schedules: int, seconds: int) -> None:
    """Measure, print, and keep."""
    demands = [schedule(seed, seconds) for seed in range(schedules)]
    lines = [f"budget [EU/s] for {GOAL:.0%} of alternating demand; pools of 50 and 10 EU a neuron"]
    for arm in ARMS:
        found = [needed(arm, demands, reserve) for reserve in (50.0, 10.0)]
        lines.append(f"{arm.name:42}" + "".join(f"{one:8.0f}" for one in found))
        click.echo(lines[-1])
    RESULTS.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
