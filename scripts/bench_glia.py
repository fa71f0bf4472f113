"""Time a step with every combination of glial channels, in turns with the step of before.

The sides are one network under one input: astrocytes that act by events, as all did once, that do
nothing, and that act in a tonic way; and neurons with slow variables of their own. Ratios are
medians over turns, each against its neighbour in time. ``--save`` keeps the table.

    python scripts/bench_glia.py --save
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from bench_networks import Size, make_network, varied
from bench_simulator import SIZES, Timing, interleave, machine, settle_rate
from rich.console import Console
from rich.table import Table

from glianeat.energetics.cost import EnergyConfig
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import AstrocyteConfig, NeuronConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator

HERE = Path(__file__).parent
RATES = (0.0, 0.01, 0.05)  # spikes per neuron and ms
EVENTS = AstrocyteConfig(transmission="events", sensing="counted")
SIDES = {
    "events": SimulationConfig(astrocyte=EVENTS),
    "none": SimulationConfig(astrocyte=EVENTS.replace(gain=False)),
    "tonic, all off": SimulationConfig(astrocyte=AstrocyteConfig(gain=False)),
    "tonic gain": SimulationConfig(),
    "tonic, all on": SimulationConfig(astrocyte=AstrocyteConfig(slow_current=True)),
    "scarce, all on": SimulationConfig(
        astrocyte=AstrocyteConfig(slow_current=True, glycogen=True),
        energy=EnergyConfig(budget=1e6),  # pools stay full: as many spikes on all sides
    ),
    "slow neurons": SimulationConfig(
        astrocyte=AstrocyteConfig(gain=False),
        neuron=NeuronConfig(slow_gain=True, slow_current=True),
    ),
}


def measure(size: Size, rate: float, repeats: int) -> Timing:
    """Time all sides of one network at one rate."""
    network = varied(make_network(size))
    sides: dict[str, Callable[[int], None]] = {}
    for name, config in SIDES.items():
        simulator = Simulator(network, config, NetworkIO(rate_inputs=True))
        settle_rate(simulator, rate, 1000)
        sides[name] = partial(Simulator.advance, simulator)
    return interleave(sides, repeats, 0.004)


@click.command(help=__doc__)
@click.option("--size", "sizes", type=int, multiple=True, help="Index of a size, 0 to 3.")
@click.option("--repeats", default=41, show_default=True)
@click.option("--save", is_flag=True, help="Keep the table in scripts/results.")
def main(*, sizes: tuple[int, ...], repeats: int, save: bool) -> None:
    """Measure, print, and keep."""
    table = Table("size", "spikes", "events ns/ms", *(f"{s} / events" for s in list(SIDES)[1:]))
    table.title = "A millisecond by glial channels, processor time: medians"
    for k in sizes or range(len(SIZES)):
        for rate in RATES:
            timing = measure(SIZES[k], rate, repeats)
            ratios = [f"{timing.ratio(side, 'events'):.2f}" for side in list(SIDES)[1:]]
            spikes, first = f"{100 * rate:.0f} %", f"{timing.median('events'):.0f}"
            table.add_row(str(SIZES[k]), spikes, first, *ratios)
    console = Console(record=True, width=120)
    console.print(", ".join(f"{k}: {v}" for k, v in machine().items() if k != "kind"))
    console.print(table)
    if save:
        text = "".join(f"{line.rstrip()}\n" for line in console.export_text().splitlines())
        (HERE / "results" / "bench_glia.txt").write_text(text)


if __name__ == "__main__":
    main()
