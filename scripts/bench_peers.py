"""Time one peer on one network; called by bench_simulator.py, in an environment that has the peer.

    python bench_peers.py PEER NETWORK.npz

prints a JSON line: microseconds of processor time per step (Brian2: as it reports itself), by
repeats, and spikes per neuron and step. The network's cells are driven by a steady current that
makes each spike about every 20 ms; its inputs, too.
"""

import json
import math
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Arrays = dict[str, Any]
TAU = 20.0  # [ms]
CURRENT = 1.0 / (1.0 - math.exp(-18.0 / TAU))  # threshold is reached 18 ms after 2 ms of rest
GLIAL_STEP = 10  # [ms]


def timed(run: Callable[[int], object], n_steps: int, repeats: int) -> list[float]:
    """Return microseconds of processor time per step of several runs."""
    run(n_steps)
    times = []
    for _ in range(repeats):
        start = time.process_time()
        run(n_steps)
        times.append((time.process_time() - start) / n_steps * 1e6)
    return times


def steps_for(net: Arrays, per_synapse: float, seconds: float) -> int:
    """Return how many steps take about `seconds`."""
    guess = 1e-6 + per_synapse * len(net["source"])
    return int(max(2, min(100_000, seconds / guess)))


def neat_iznn(net: Arrays) -> Arrays:
    """One substep of neat-python's Izhikevich network (0.05 ms of its own time)."""
    from neat.iznn import IZNN, IZNeuron

    n_inputs = int(net["n_inputs"])
    incoming: dict[int, list[tuple[int, float]]] = {j: [] for j in range(n_inputs, int(net["n"]))}
    for source, target, weight in zip(net["source"], net["target"], net["weight"], strict=True):
        incoming[int(target)].append((int(source), float(weight)))
    neurons = {j: IZNeuron(4.0, 0.02, 0.2, -65.0, 8.0, inputs) for j, inputs in incoming.items()}
    network = IZNN(neurons, list(range(n_inputs)), [int(j) for j in net["outputs"]])
    network.set_inputs([0.05] * n_inputs)

    def run(n_steps: int) -> None:
        for _ in range(n_steps):
            network.advance(0.05)

    return {"times": timed(run, steps_for(net, 1.2e-7, 0.1), 9)}


def neat_feed_forward(net: Arrays) -> Arrays:
    """One activation of neat-python's feed-forward network of as many connections."""
    from neat.activations import tanh_activation
    from neat.aggregations import sum_aggregation
    from neat.nn import FeedForwardNetwork

    n_inputs, n = int(net["n_inputs"]), int(net["n"])
    links: dict[int, list[tuple[int, float]]] = {j: [] for j in range(n_inputs, n)}
    for source, target, weight in zip(net["source"], net["target"], net["weight"], strict=True):
        first = int(source) if source < target else int(source) % n_inputs  # no cycles
        links[int(target)].append((first, float(weight)))
    nodes = [(j, tanh_activation, sum_aggregation, 0.1, 1.0, links[j]) for j in range(n_inputs, n)]
    network = FeedForwardNetwork(list(range(n_inputs)), [int(j) for j in net["outputs"]], nodes)
    shown = [0.05] * n_inputs

    def run(n_steps: int) -> None:
        for _ in range(n_steps):
            network.activate(shown)

    return {"times": timed(run, steps_for(net, 1.2e-7, 0.1), 9)}


def nest(net: Arrays) -> Arrays:
    """NEST with leaky integrate-and-fire neurons and exponential currents, without glia."""
    import nest as simulator

    simulator.set_verbosity("M_ERROR")
    simulator.ResetKernel()
    simulator.SetKernelStatus({"resolution": 1.0, "local_num_threads": 1, "print_time": False})
    n = int(net["n"])
    cells = simulator.Create(
        "iaf_psc_exp",
        n,
        {"E_L": 0.0, "V_th": 1.0, "V_reset": 0.0, "tau_m": TAU, "C_m": TAU, "t_ref": 2.0,
         "tau_syn_ex": 5.0, "tau_syn_in": 10.0},
    )  # fmt: skip
    cells.I_e = CURRENT * np.random.default_rng(0).uniform(0.98, 1.02, n)
    cells.V_m = np.random.default_rng(1).uniform(0.0, 1.0, n)
    weight = net["weight"] * net["sign"][net["source"]]
    simulator.Connect(
        net["source"] + 1,
        net["target"] + 1,
        "one_to_one",
        {"synapse_model": "static_synapse", "weight": weight, "delay": net["delay"].astype(float)},
    )
    n_steps = steps_for(net, 3e-8, 0.1)
    simulator.Prepare()
    times = timed(lambda steps: simulator.Run(float(steps)), n_steps, 9)
    spikes = simulator.GetKernelStatus("local_spike_counter")  # of the last run
    return {"times": times, "rate": spikes / n / n_steps}


_CELLS = """
dv/dt = (current + i_exc - i_inh + fast - slow - v) / tau : 1 (unless refractory)
di_exc/dt = -i_exc / (5*ms) : 1
di_inh/dt = -i_inh / (10*ms) : 1
dslow/dt = -slow / (150*ms) : 1
dfast/dt = -fast / (5*ms) : 1
drise/dt = -rise / (200*ms) : 1
efficacy : 1
current : 1
"""
_GLIA = """
transmitter : 1
calcium : 1
sensed : 1
store : 1
"""
_GLIAL_STEP = """
calcium = 0.98 * calcium + 0.02 * sensed
sensed = 0
store = 1 - (1 - store) * 0.994
transmitter = 0.99 * transmitter + int(calcium > 1) * (1 - transmitter) * 0.6 * store
"""


def brian2(net: Arrays) -> Arrays:
    """Brian2, C++ standalone, with adaptation and with astrocytes that scale synapses."""
    import brian2 as b  # type: ignore[import-not-found]

    repeats = []
    n, n_steps = int(net["n"]), steps_for(net, 5e-8, 1.0)
    with tempfile.TemporaryDirectory() as folder:
        b.set_device("cpp_standalone", directory=folder, build_on_run=False)
        b.defaultclock.dt = 1 * b.ms
        cells = b.NeuronGroup(
            n, _CELLS, threshold="v > 1 + 0.005 * rise", method="exact", refractory=2 * b.ms,
            reset="v = 0\nslow += 0.01\nfast += 0.01\nrise += 1", namespace={"tau": TAU * b.ms},
        )  # fmt: skip
        cells.current = CURRENT * np.random.default_rng(0).uniform(1.0, 1.05, n)
        cells.v = np.random.default_rng(1).uniform(0.0, 1.0, n)
        cells.efficacy = 1.0
        parts = [cells]
        for sign, name in ((1, "i_exc"), (-1, "i_inh")):
            chosen = np.flatnonzero(net["sign"][net["source"]] == sign)
            if len(chosen):
                arrives = f"{name}_post += w * efficacy_post"
                wired = b.Synapses(cells, cells, "w : 1", on_pre=arrives)
                wired.connect(i=net["source"][chosen], j=net["target"][chosen])
                wired.w = net["weight"][chosen]
                wired.delay = net["delay"][chosen] * b.ms
                parts.append(wired)
        parts += _brian2_glia(b, net, cells)
        spikes = b.SpikeMonitor(cells, record=False)
        network = b.Network(*parts, spikes)
        network.run(n_steps * b.ms)
        b.device.build(directory=folder, compile=True, run=False, debug=False)
        for _ in range(5):
            b.device.run(folder, with_output=False, run_args=[])
            repeats.append(b.device._last_run_time / n_steps * 1e6)  # noqa: SLF001
        rate = float(np.asarray(spikes.count[:]).sum()) / n / n_steps
    return {"times": repeats, "rate": rate}


def _brian2_glia(b: Any, net: Arrays, cells: Any) -> list[Any]:
    """Return astrocytes that sense the synapses of their cells, and modulate them every 10 ms."""
    owner = net["owner"]
    clock = b.Clock(GLIAL_STEP * b.ms)
    glia = b.NeuronGroup(int(owner.max()) + 1, _GLIA, clock=clock)
    glia.store = 1.0
    glia.run_regularly(_GLIAL_STEP, clock=clock)
    pairs, number = np.unique(
        np.stack([net["source"], owner[net["target"]]]), axis=1, return_counts=True
    )
    sensing = b.Synapses(cells, glia, "number : 1", on_pre="sensed_post += number")
    sensing.connect(i=pairs[0], j=pairs[1])
    sensing.number = number / 100.0
    acting = b.Synapses(
        glia, cells, "efficacy_post = 1 + 0.25 * transmitter_pre : 1 (summed)", clock=clock
    )
    acting.connect(i=owner, j=np.arange(len(owner)))
    return [glia, sensing, acting]


PEERS = {"iznn": neat_iznn, "ff": neat_feed_forward, "nest": nest, "brian2": brian2}

if __name__ == "__main__":
    peer, file = sys.argv[1:]
    with np.load(file) as stored:
        arrays = {name: stored[name] for name in stored.files}
    print(json.dumps(PEERS[peer](arrays)))
