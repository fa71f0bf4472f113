"""Time the simulator's step against the same algorithm in C, and beside peers.

Both sides advance copies of one state in turns, and must end in equal bits. Prints a table, and
with ``--save`` keeps it and the numbers (JSON lines) with the machine they were measured on.

    python scripts/bench_simulator.py --save --peers --brian2-python B --nest-python N
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
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
from bench_networks import Size, make_network, varied
from rich.console import Console
from rich.table import Table

from glianeat.compat.standalone.pieces import pieces
from glianeat.develop.network import Network
from glianeat.elementary import TABLES
from glianeat.genome.schema import Role
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.sections import c_header
from glianeat.simulate.settings import AstrocyteConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator
from glianeat.typing import FloatArray

HERE = Path(__file__).parent
SIZES = ((4, 0, 2, 8), (4, 10, 2, 60), (24, 50, 4, 600), (100, 500, 10, 10_000))
LARGE = (100, 9_890, 10, 1_000_000)
RATES = (0.0, 0.01, 0.05, 0.2)  # spikes per neuron and ms
ALL_ON = SimulationConfig(astrocyte=AstrocyteConfig(slow_current=True))
Step = Callable[[FloatArray, int], None]
Result = dict[str, Any]


def elementary_functions() -> str:
    """Return exp and log in C, with their tables, as the exporter of C agents writes them."""
    tables = (
        f"static const double {name}[] = {{{', '.join(map(float.hex, table.tolist()))}}};"
        for name, table in TABLES.items()
    )
    text = pieces("c", ("elementary.c.in",), {"exp", "log"})
    return "\n".join(("#define HAVE_ELEMENTARY", "#include <string.h>", *tables, text))


def build_reference(folder: Path) -> Step:
    """Compile the C side, and return its `advance`."""
    (folder / "reference_kernel.h").write_text(c_header() + elementary_functions())
    library = folder / "reference.so"
    command = ["cc", "-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC"]
    command += ["-I", str(folder), str(HERE / "reference_kernel.c"), "-lm"]
    subprocess.run([*command, "-o", str(library)], check=True)
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
        simulator.advance(n_steps)
        before, start = simulator.emitted().sum(), simulator.time
        simulator.advance(n_steps)
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
    """Time the sides in turns, each as many steps as take about `span` seconds.

    Processor time, not time on the clock: the machine may do other work beside.
    """
    n_steps, took = 1, 0.0
    while took < span:
        n_steps *= 2
        start = time.process_time()
        for run in sides.values():
            run(n_steps)
        took = (time.process_time() - start) / len(sides)
    times: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(repeats):
        for side, run in sides.items():
            start = time.process_time()
            run(n_steps)
            times[side].append((time.process_time() - start) / n_steps * 1e9)
    return Timing(times)


def measure(size: Size, rates: tuple[float, ...], repeats: int, c_side: Step) -> Iterator[Result]:
    """Time a network at every rate against C."""
    network = varied(make_network(size))
    start = time.perf_counter()
    simulator = Simulator(network, ALL_ON, NetworkIO(rate_inputs=True))
    built = time.perf_counter() - start
    large = network.n_synapses > 100_000
    for rate in rates:
        simulator.reset()
        settle_rate(simulator, rate, 300 if large else 2000)
        compiled = aligned_copy(simulator.buffer)
        sides: dict[str, Callable[[int], None]] = {
            "glianeat": simulator.advance,
            "c": partial(c_side, compiled),
        }
        before, begin = simulator.emitted().sum(), simulator.time
        timing = interleave(sides, repeats, 0.05 if large else 0.004)
        spikes = float(simulator.emitted().sum() - before) / (simulator.time - begin)
        yield {
            "kind": "step",
            "size": size,
            "rate": rate,
            "achieved": spikes / network.n_neurons,
            "events": spikes * network.n_synapses / network.n_neurons,
            "ns": timing.median("glianeat"),
            "ns_min": timing.least("glianeat"),
            "c_ns": timing.median("c"),
            "c_ns_min": timing.least("c"),
            "ratio": timing.ratio("glianeat", "c"),
            "equal": bool(
                np.array_equal(simulator.buffer.view(np.uint64), compiled.view(np.uint64))
            ),
            "bytes_per_synapse": simulator.buffer.nbytes / network.n_synapses,
            "construction_s": built,
        }


def measure_calls(repeats: int) -> Iterator[Result]:
    """Time whole calls from Python: observation in, some ms of (4, 10, 2, 60), action out."""
    from gymnasium.spaces import Box, Discrete

    from glianeat.codec.codec import CodecConfig, resolve_codec
    from glianeat.evaluate.agent import Agent
    from glianeat.tasks.config import TaskConfig
    from glianeat.tasks.spaces import parts_of
    from glianeat.tasks.task import TaskSpec

    seen, acted = Box(-1.0, 1.0, (2,)), Discrete(2)
    ranges = ((-1.0, 1.0), (-1.0, 1.0))
    spec = TaskSpec(parts_of(seen, "seen"), parts_of(acted, "acted"), acted, 500, ranges=ranges)
    observation = np.array([0.3, -0.2], dtype=np.float32)
    for hold in (10, 20):
        codec = resolve_codec(CodecConfig(hold=hold), TaskConfig(), spec)
        agent = Agent(make_network(SIZES[1]), SimulationConfig(), codec, spec)

        def act(n: int, agent: Agent = agent) -> None:
            for _ in range(n):
                agent.act(observation)

        timing = interleave({"act": act}, repeats, 0.02)
        yield {
            "kind": "call",
            "hold": hold,
            "ns": timing.median("act"),
            "ns_min": timing.least("act"),
        }


def save_network(network: Network, file: Path) -> None:
    """Write what peers need of a network."""
    number = np.diff(network.wiring.offsets)
    owner = np.zeros(network.n_neurons, dtype=np.int64)
    owner[network.glia.cover_neuron] = network.glia.cover_astrocyte
    np.savez(
        file,
        n_inputs=network.n_inputs,
        n=network.n_neurons,
        source=np.repeat(np.arange(network.n_neurons), number),
        target=network.wiring.target,
        weight=network.wiring.weight,
        delay=network.wiring.delay,
        sign=network.cells.sign,
        owner=owner,
        outputs=np.flatnonzero(network.cells.role == Role.OUTPUT),
    )


def measure_peers(
    sizes: tuple[Size, ...], pythons: dict[str, str], folder: Path, c_side: Step
) -> Iterator[Result]:
    """Time a step of each peer whose Python is known, and our own right before and after it."""
    for size in sizes:
        file = folder / "network.npz"
        save_network(make_network(size), file)
        for peer, python in pythons.items():
            command = [python, str(HERE / "bench_peers.py"), peer, str(file)]
            own = [next(measure(size, (0.05,), 5, c_side))["ns"] / 1000.0]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                click.echo(f"{peer}: {done.stderr.strip().splitlines()[-1:]}", err=True)
                continue
            found = json.loads(done.stdout.strip().splitlines()[-1])
            own.append(next(measure(size, (0.05,), 5, c_side))["ns"] / 1000.0)
            yield {
                "kind": "peer",
                "own_us": median(own),
                "peer": peer,
                "size": size,
                "us": median(found["times"]),
                "us_min": min(found["times"]),
                "achieved": found.get("rate"),
            }


def machine() -> Result:
    """Return what the numbers depend on."""
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
    compiler = subprocess.run(["cc", "--version"], capture_output=True, text=True, check=False)
    return {
        "kind": "machine",
        "processor": names[0].split(":")[1].strip() if names else platform.processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "compiler": compiler.stdout.splitlines()[0],
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "numba", "llvmlite", "neat-python")},
        "date": time.strftime("%Y-%m-%d %H:%M"),
    }


def step_table(results: list[Result]) -> Table:
    """Return the table against C."""
    table = Table("size", "spikes", "events/ms", "ns/ms", "C ns/ms", "ratio", "ns/event", "equal")
    table.title = "A millisecond of the full model against C, processor time: medians (minima)"
    for r in results:
        per_event = f"{r['ns'] / r['events']:.1f}" if r["events"] >= 1.0 else ""
        table.add_row(
            str(r["size"]),
            f"{100 * r['achieved']:.1f} %",
            f"{r['events']:.0f}",
            f"{r['ns']:.0f} ({r['ns_min']:.0f})",
            f"{r['c_ns']:.0f} ({r['c_ns_min']:.0f})",
            f"{r['ratio']:.2f}",
            per_event,
            "yes" if r["equal"] else "NO",
        )
    return table


def peer_table(peers: list[Result]) -> Table:
    """Return the table of peers, each beside our step at about 5 % of neurons spiking."""
    table = Table("size", "peer", "us/step", "spikes", "glianeat us/ms", "times")
    table.title = "Peers at 5 % of neurons spiking per ms: medians (minima), ratio of medians"
    for r in peers:
        spikes = f"{100 * r['achieved']:.1f} %" if r["achieved"] is not None else ""
        table.add_row(
            str(r["size"]),
            r["peer"],
            f"{r['us']:.3g} ({r['us_min']:.3g})",
            spikes,
            f"{r['own_us']:.3g}",
            f"{r['us'] / r['own_us']:.1f}",
        )
    return table


@click.command(help=__doc__)
@click.option("--size", "sizes", type=int, multiple=True, help="Index of a size, 0 to 4.")
@click.option("--rate", "rates", type=float, multiple=True, help="Spikes per neuron and ms.")
@click.option("--repeats", default=15, show_default=True)
@click.option("--peers", is_flag=True, help="Time neat-python, and peers whose Python is given.")
@click.option("--brian2-python", default="", help="Python that has brian2.")
@click.option("--nest-python", default="", help="Python that has nest.")
@click.option("--save", is_flag=True, help="Keep the results in scripts/results.")
def main(  # noqa: PLR0913 - options of a command
    *,
    sizes: tuple[int, ...],
    rates: tuple[float, ...],
    repeats: int,
    peers: bool,
    brian2_python: str,
    nest_python: str,
    save: bool,
) -> None:
    """Measure, print, and keep."""
    chosen = tuple((*SIZES, LARGE)[k] for k in sizes or range(5))
    results: list[Result] = [machine()]
    with tempfile.TemporaryDirectory() as name:
        c_side = build_reference(Path(name))
        for size in chosen:
            results += measure(size, rates or RATES, repeats, c_side)
        results += measure_calls(repeats)
        if peers:
            pythons = {"iznn": sys.executable, "ff": sys.executable}
            pythons |= {"brian2": brian2_python} if brian2_python else {}
            pythons |= {"nest": nest_python} if nest_python else {}
            results += measure_peers(chosen, pythons, Path(name), c_side)
    console = Console(record=True, width=120)
    report(console, results)
    if save:
        folder = HERE / "results"
        folder.mkdir(exist_ok=True)
        text = "".join(f"{line.rstrip()}\n" for line in console.export_text().splitlines())
        (folder / "bench_simulator.txt").write_text(text)
        lines = "".join(json.dumps(result) + "\n" for result in results)
        (folder / "bench_simulator.jsonl").write_text(lines)


def report(console: Console, results: list[Result]) -> None:
    """Print the machine, the tables, and what belongs to no table."""
    steps = [r for r in results if r["kind"] == "step"]
    console.print(", ".join(f"{k}: {v}" for k, v in results[0].items() if k != "kind"))
    console.print(step_table(steps))
    for r in results:
        if r["kind"] == "call":
            us, least = r["ns"] / 1000.0, r["ns_min"] / 1000.0
            console.print(f"Agent.act, {r['hold']} ms of (4, 10, 2, 60): {us:.2f} us ({least:.2f})")
    for size in dict.fromkeys(r["size"] for r in steps):
        r = next(r for r in steps if r["size"] == size)
        memory, took = r["bytes_per_synapse"], r["construction_s"]
        console.print(f"{size}: {memory:.0f} bytes/synapse, Simulator made in {took:.2g} s")
    peers = [r for r in results if r["kind"] == "peer"]
    if peers:
        console.print(peer_table(peers))


if __name__ == "__main__":
    main()
