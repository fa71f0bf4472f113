"""Episodes made by hand, as if they had been recorded."""

import numpy as np

from glianeat.energetics.ledger import COUNTS, KINDS
from glianeat.run.config import ExperimentConfig
from glianeat.run.traced import TracedEpisode
from glianeat.simulate.trace import LEDGER_STEP, Trace
from tests.simulate.builders import Builder

SPIKING = ExperimentConfig().replace(codec=ExperimentConfig().codec.replace(transmission="spikes"))


def small_network(*, astrocytes=True):
    """Two inputs, an output, and one excitatory and one inhibitory hidden neuron."""
    net = Builder(n_regions=3)
    left, right = net.input(), net.input()
    out = net.output(region=1)
    excites, inhibits = net.cell(region=2), net.cell(region=2, sign=-1)
    for source, target in ((left, excites), (right, inhibits), (excites, out), (inhibits, out)):
        net.join(source, target, 1.0)
    if astrocytes:
        net.astrocyte([left, right], calcium_threshold=1.5)
        net.astrocyte([excites], region=2, count=3)
        net.astrocyte([inhibits], region=2, calcium_threshold=0.5)
    return net.build()


def episode_of(
    network, *, n_steps=1000, spikes=(), releases=(), amounts=None, potentials=(), **changes
):
    """Return an episode with spikes (time, neuron) and releases (time, astrocyte)."""
    n_ledgers, n_astrocytes = -(-n_steps // LEDGER_STEP), len(network.glia.gene)
    shape = (n_ledgers, len(KINDS), network.n_regions)
    spikes, releases = (
        np.array(sorted(e), dtype=np.uint32).reshape(-1, 2) for e in (spikes, releases)
    )
    calcium_time = np.arange(9, n_steps, 10, dtype=np.uint32)
    rows = np.linspace(0.0, 2.0, len(calcium_time))[:, None] * (1.0 + np.arange(n_astrocytes))
    trace = Trace(
        start=0,
        n_steps=n_steps,
        n_neurons=network.n_neurons,
        spike_time=spikes[:, 0],
        spike_neuron=spikes[:, 1],
        potential_neuron=np.array(potentials, dtype=np.uint32),
        potential=np.zeros((n_steps, len(potentials)), dtype=np.float32),
        calcium_time=calcium_time,
        calcium=rows.astype(np.float32),
        release_time=releases[:, 0],
        release_astrocyte=releases[:, 1],
        fill=np.linspace(1.0, 0.2, n_steps * network.n_regions).reshape(n_steps, -1).astype("f4"),
        amounts=np.zeros(shape) if amounts is None else amounts,
        counts=np.zeros((n_ledgers, len(COUNTS), network.n_regions)),
    )
    values = {
        "key": 7,
        "network": network,
        "trace": trace,
        "config": SPIKING,
        "input_names": tuple(f"in {k}" for k in range(network.n_channels)),
        "output_names": ("push",) * network.n_outputs,
        "total_return": 12.5,
        "complete": True,
    }
    return TracedEpisode(**(values | changes))
