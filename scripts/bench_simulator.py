"""Time the simulator's step against the same algorithm in C, and beside peers.

Both sides advance copies of one state in turns, and must end in equal bits. Prints a table, and
with ``--save`` keeps it and the numbers (JSON lines) with the machine they were measured on.

    python scripts/bench_simulator.py
    python scripts/bench_simulator.py --peers --brian2-python E1/bin/python --nest-python E2/bin/python
"""

import ctypes
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from glianeat.develop.network import Cells, Glia, Network, Wiring
from glianeat.genome.schema import ASTROCYTES, NEURONS, Role
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.step import advance
from glianeat.simulate.pack import Interface
from glianeat.simulate.simulator import Simulator
from glianeat.typing import FloatArray, IntArray

HERE = Path(__file__).parent
SIZES = ((4, 0, 2, 8), (4, 10, 2, 60), (24, 50, 4, 600), (100, 500, 10, 10_000))
LARGE = (100, 9_890, 10, 1_000_000)
RATES = (0.0, 0.01, 0.05, 0.2)  # spikes per neuron and ms
N_REGIONS = 3
Size = tuple[int, int, int, int]  # inputs, hidden, outputs, synapses


def make_network(size: Size, seed: int = 0) -> Network:
    """Return a random network in three regions with every mechanism in use, half as many glia."""
    n_inputs, n_hidden, n_outputs, n_synapses = size
    rng = np.random.default_rng(seed)
    n_cells = n_hidden + n_outputs
    n = n_inputs + n_cells
    cells = _make_cells(rng, n_inputs, n_cells, n_outputs)
    mean = 0.2 * n_cells / n_synapses  # weak: rates follow the injected current
    source = np.sort(rng.integers(0, n, n_synapses))
    target = rng.integers(n_inputs, n, n_synapses)
    order = np.lexsort((target, source))
    wiring = Wiring(
        offsets=np.searchsorted(source, np.arange(n + 1)),
        target=target[order],
        weight=rng.uniform(0.0, 2.0 * mean, n_synapses),
        delay=rng.integers(1, 11, n_synapses),
        length=rng.uniform(0.0, 2.0, n_synapses),
        innovation=np.arange(n_synapses),
    )
    size_of = cells.traits[:, NEURONS.column("size")]
    return Network(
        n_inputs=n_inputs,
        n_channels=n_inputs,
        n_outputs=n_outputs,
        cells=cells,
        wiring=wiring,
        glia=_make_glia(rng, cells.region),
        region_innovation=np.arange(N_REGIONS),
        energy_reserve=np.full(N_REGIONS, 10.0),
        mass=np.bincount(cells.region, size_of, N_REGIONS),
    )


def _make_cells(rng: np.random.Generator, n_inputs: int, n_cells: int, n_outputs: int) -> Cells:
    n = n_inputs + n_cells
    traits = np.array([[trait.init_mean for trait in NEURONS.traits]]).repeat(n, axis=0)
    for name, high in (("adaptation", 0.02), ("afterdepolarisation", 0.02), ("threshold_jump", 0.01)):
        traits[:, NEURONS.column(name)] = rng.uniform(0.0, high, n)
    traits[:, NEURONS.column("tau_membrane")] = rng.uniform(10.0, 30.0, n)
    region = np.concatenate(
        [np.arange(n_inputs) % N_REGIONS, np.sort(np.arange(n_cells) % N_REGIONS)]
    )
    role = np.full(n, int(Role.HIDDEN))
    role[:n_inputs] = Role.INPUT
    outputs = rng.choice(np.arange(n_inputs, n), n_outputs, replace=False)
    role[outputs] = Role.OUTPUT
    channel = np.zeros(n, dtype=np.int64)
    channel[:n_inputs] = np.arange(n_inputs)
    channel[outputs] = np.arange(n_outputs)
    return Cells(
        node_id=np.arange(n),
        role=role,
        channel=channel,
        region=region,
        sign=np.where(rng.random(n) < 0.2, -1, 1),
        traits=traits,
        position=rng.uniform(-1.0, 1.0, (n, 2)),
    )


def _make_glia(rng: np.random.Generator, region: IntArray) -> Glia:
    """Let every two neurons that follow each other in a region share an astrocyte."""
    order = np.argsort(region, kind="stable")
    number = np.bincount(region, minlength=N_REGIONS)
    rank = np.arange(len(region)) - np.repeat(np.cumsum(number) - number, number)
    code = region[order] * len(region) + rank // 2
    kinds, owner = np.unique(code, return_inverse=True)
    n = len(kinds)
    traits = np.array([[trait.init_mean for trait in ASTROCYTES.traits]]).repeat(n, axis=0)
    return Glia(
        gene=np.arange(n),
        region=kinds // len(region),
        count=np.ones(n, dtype=np.int64),
        traits=traits,
        position=rng.uniform(-1.0, 1.0, (n, 2)),
        cover_astrocyte=owner,
        cover_neuron=order,
        cover_share=np.ones(len(region)),
    )


def build_reference(folder: Path) -> Callable[[FloatArray, int], None]:
    """Compile the C side, and return its `advance`."""
    names = {name: value for name, value in vars(at).items() if name.isupper()}
    header = folder / "layout.h"
    header.write_text("".join(f"#define AT_{name} {value}\n" for name, value in names.items()))
    library = folder / "reference.so"
    command = ["cc", "-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC"]
    command += ["-include", str(header), str(HERE / "reference_kernel.c"), "-lm", "-o", str(library)]
    subprocess.run(command, check=True)  # noqa: S603
    step = ctypes.CDLL(str(library)).advance
    step.argtypes = [ctypes.c_void_p, ctypes.c_int64]
    step.restype = None
    return lambda buffer, n_steps: step(buffer.ctypes.data, n_steps)


def aligned_copy(buffer: FloatArray) -> FloatArray:
    """Return a copy that begins at a multiple of 64 bytes, as the original does."""
    raw = np.empty(len(buffer) + 8)
    first = (-raw.ctypes.data // 8) % 8
    raw[first : first + len(buffer)] = buffer
    return raw[first : first + len(buffer)]


def settle_rate(simulator: Simulator, rate: float, n_steps: int) -> float:
    """Hold the spikes per neuron and ms by current, and return what came out."""
    n = simulator.network.n_neurons
    rng = np.random.default_rng(1)
    spread = rng.uniform(0.9, 1.1, n)
    simulator.amplitude[:] = rate / simulator.interface.max_rate
    low, high = (-5.0, 40.0) if rate > 0.0 else (-5.0, -5.0)
    achieved = 0.0
    for _ in range(24 if rate > 0.0 else 1):
        level = (low + high) / 2.0
        simulator.inject(level * spread)
        advance(simulator.buffer, n_steps)
        before, start = simulator.emitted().sum(), simulator.time
        advance(simulator.buffer, n_steps)
        achieved = (simulator.emitted().sum() - before) / (simulator.time - start) / n
        if abs(achieved - rate) < 0.01 * rate:
            break
        low, high = (level, high) if achieved < rate else (low, level)
    return float(achieved)


@dataclass
class Timing:
    """Times of several sides of one task [ns/ms], by repeats."""

    times: dict[str, list[float]]

    def median(self, side: str) -> float:
        """Return the median of a side."""
        return median(self.times[side])

    def least(self, side: str) -> float:
        """Return the minimum of a side."""
        return min(self.times[side])

    def ratio(self, side: str, other: str) -> float:
        """Return the median ratio of the repeats, each against its neighbour in time."""
        pairs = zip(self.times[side], self.times[other], strict=True)
        return median(a / b for a, b in pairs)


def interleave(sides: dict[str, Callable[[int], None]], repeats: int, span: float) -> Timing:
    """Time the sides in turns, each as many steps as take `span` seconds."""
    first = next(iter(sides.values()))
    n_steps = 1
    while True:
        start = time.perf_counter()
        for run in sides.values():
            run(n_steps)
        if time.perf_counter() - start > span or n_steps > 10**7:
            break
        n_steps *= 2
    del first
    times: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(repeats):
        for side, run in sides.items():
            start = time.perf_counter()
            run(n_steps)
            times[side].append((time.perf_counter() - start) / n_steps * 1e9)
    return Timing(times)


def measure(size: Size, rates: tuple[float, ...], repeats: int, c_side: Any) -> Iterator[dict]:  # noqa: ANN401
    """Time a network at every rate against C."""
    start = time.perf_counter()
    network = make_network(size)
    made = time.perf_counter()
    simulator = Simulator(network, None, Interface(rate_inputs=True))
    built = time.perf_counter() - made
    large = network.n_synapses > 100_000
    for rate in rates:
        simulator.reset()
        achieved = settle_rate(simulator, rate, 300 if large else 2000)
        twin = aligned_copy(simulator.buffer)
        sides = {
            "glianeat": lambda n: advance(simulator.buffer, n),
            "c": lambda n, twin=twin: c_side(twin, n),
        }
        before, begin = simulator.emitted().sum(), simulator.time
        timing = interleave(sides, repeats, 0.05 if large else 0.004)
        spikes = (simulator.emitted().sum() - before) / (simulator.time - begin)
        yield {
            "size": size,
            "rate": rate,
            "achieved": spikes / network.n_neurons,
            "events": spikes * network.n_synapses / network.n_neurons,
            "ns": timing.median("glianeat"),
            "ns_min": timing.least("glianeat"),
            "c_ns": timing.median("c"),
            "c_ns_min": timing.least("c"),
            "ratio": timing.ratio("glianeat", "c"),
            "ratio_min": timing.least("glianeat") / timing.least("c"),
            "equal": bool(np.array_equal(simulator.buffer.view(np.uint64), twin.view(np.uint64))),
            "bytes_per_synapse": simulator.buffer.nbytes / network.n_synapses,
            "construction_s": built,
            "settled": achieved,
            "wall_s": time.perf_counter() - start,
        }
