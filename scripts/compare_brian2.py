"""Compare the compiled simulator with Brian2 on 100 GALIF neurons with delays.

Both get the same wiring and, every millisecond, the same injected current. Brian2 computes the same
zero-order-hold update in a `run_regularly` operation. Its synapses act after the thresholds of a
step, so delays are given to it less one step. Brian2 lives in an environment of its own:

    python -m venv brian-env
    brian-env/bin/pip install "brian2==2.9.*" "numpy==2.2.*"
    python scripts/compare_brian2.py brian-env/bin/python
"""

import argparse
import importlib
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

N, N_EXCITATORY, OUT_DEGREE = 100, 80, 10
N_STEPS = 1000
Arrays = dict[str, NDArray[Any]]

_MODEL = """
v : 1
excitation : 1
inhibition : 1
arriving_excitation : 1
arriving_inhibition : 1
a : 1
u : 1
h : 1
left : 1
keep_v : 1 (constant)
keep_a : 1 (constant)
keep_u : 1 (constant)
keep_h : 1 (constant)
jump_a : 1 (constant)
jump_u : 1 (constant)
beta : 1 (constant)
"""
_UPDATE = """
excitation = excitation * keep_excitation + arriving_excitation
inhibition = inhibition * keep_inhibition + arriving_inhibition
arriving_excitation = 0.0
arriving_inhibition = 0.0
v = keep_v * v + (1.0 - keep_v) * (current(t, i) + (excitation - inhibition) + (u - a))
v = clip(v, lowest, 1e9)
v = v * int(left <= 0.0)
left = clip(left - 1.0, 0.0, 1e9)
a = a * keep_a
u = u * keep_u
h = h * keep_h
"""
_RESET = """
v = 0.0
a += jump_a
u += jump_u
h += 1.0
left = 2.0
"""


def main() -> int:
    """Run both simulators and print how far they agree; return the exit status."""
    parser = argparse.ArgumentParser(description="Compare glianeat with Brian2.")
    parser.add_argument("python", nargs="?", default=sys.executable, help="Python with Brian2")
    parser.add_argument("--seed", type=int, default=1, help="of wiring, traits and noise")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside is not None:
        _run_brian(chosen.inside)
        return 0
    version = _brian_version(chosen.python)
    if not version:
        print(f"skipped: {chosen.python} has no Brian2; see the top of this script")
        return 0
    problem = _problem(np.random.default_rng(chosen.seed))
    ours, theirs = _run_glianeat(problem), _in_other_environment(chosen.python, problem)
    return _report(ours, theirs, version)


def _brian_version(python: str) -> str:
    code = "import brian2; print(brian2.__version__)"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def _problem(rng: np.random.Generator) -> Arrays:
    """Return wiring, traits and the injected current."""
    targets = [rng.choice(N - 1, OUT_DEGREE, replace=False) for _ in range(N)]
    source = np.repeat(np.arange(N), OUT_DEGREE)
    target = np.sort(np.array(targets), axis=1).ravel()
    target += target >= source  # nobody is its own target
    gain = np.where(source < N_EXCITATORY, 1.0, 4.0)
    noise = rng.standard_normal((N_STEPS, N))
    return {
        "source": source,
        "target": target,
        "weight": 0.35 * gain * rng.lognormal(0.0, 0.2, len(source)),
        "delay": rng.integers(1, 21, len(source)),
        "current": 1.2 + 0.6 * noise,
        "tau_membrane": rng.uniform(10.0, 30.0, N),
        "adaptation": rng.uniform(0.0, 0.3, N),
        "tau_adaptation": rng.uniform(100.0, 300.0, N),
        "afterdepolarisation": np.where(rng.random(N) < 0.3, 4.0, 0.0),
        "tau_afterdepolarisation": rng.uniform(3.0, 6.0, N),
        "threshold_jump": rng.uniform(0.0, 0.2, N),
        "tau_threshold": rng.uniform(100.0, 300.0, N),
    }


def _run_glianeat(problem: Arrays) -> NDArray[np.int64]:
    """Return (time, neuron) of every spike, shape (K, 2)."""
    from glianeat.simulate.settings import SimulationConfig
    from glianeat.simulate.simulator import Simulator
    from glianeat.simulate.trace import record

    energy = SimulationConfig().energy.replace(gate="none")
    simulator = Simulator(_network(problem), SimulationConfig(energy=energy))
    trace = record(simulator, np.zeros(0), N_STEPS, current=problem["current"])
    return np.stack([trace.spike_time, trace.spike_neuron], axis=1).astype(np.int64)


def _network(problem: Arrays) -> Any:
    from glianeat.develop.network import Cells, Glia, Network, Wiring
    from glianeat.genome.schema import ASTROCYTES, NEURONS, Role

    traits = np.tile([trait.init_mean for trait in NEURONS.traits], (N, 1))
    for column, trait in enumerate(NEURONS.traits):
        traits[:, column] = problem.get(trait.name, traits[:, column])
    ones = np.ones(N, dtype=np.int64)
    sign = np.where(np.arange(N) < N_EXCITATORY, 1, -1)
    n_synapses = len(problem["source"])
    wiring = Wiring(
        offsets=np.arange(N + 1) * OUT_DEGREE,
        target=problem["target"],
        weight=problem["weight"],
        delay=problem["delay"],
        length=np.zeros(n_synapses),
        innovation=np.arange(n_synapses),
    )
    none, no_traits = ones[:0], np.zeros((0, len(ASTROCYTES.traits)))
    return Network(
        n_inputs=0,
        n_channels=0,
        n_outputs=0,
        cells=Cells(ones, ones * Role.HIDDEN, ones * 0, ones * 0, sign, traits, np.zeros((N, 2))),
        wiring=wiring,
        glia=Glia(none, none, none, no_traits, np.zeros((0, 2)), none, none, np.zeros(0)),
        region_innovation=ones[:1],
        energy_reserve=np.ones(1),
        mass=np.array([float(N)]),
    )


def _in_other_environment(python: str, problem: Arrays) -> NDArray[np.int64]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problem.npz"
        np.savez(path, allow_pickle=False, **problem)
        subprocess.run([python, str(Path(__file__).resolve()), "--inside", str(path)], check=True)
        spikes: NDArray[np.int64] = np.load(path.with_suffix(".npy"))
    return spikes


def _run_brian(path: Path) -> None:
    """Run the problem in Brian2 and write the spikes beside it."""
    brian = importlib.import_module("brian2")
    problem = np.load(path)
    brian.prefs.codegen.target = "numpy"
    ms = brian.ms
    brian.defaultclock.dt = 1.0 * ms
    names = {
        "current": brian.TimedArray(problem["current"], dt=1.0 * ms),
        "keep_excitation": math.exp(-1.0 / 5.0),
        "keep_inhibition": math.exp(-1.0 / 10.0),
        "lowest": -2.0,
    }
    group = brian.NeuronGroup(
        N, _MODEL, threshold="v >= 1.0 + beta * h", reset=_RESET, namespace=names
    )
    group.run_regularly(_UPDATE, when="groups")
    _set_traits(group, problem)
    synapses = [_synapses(brian, group, problem, excites) for excites in (True, False)]
    monitor = brian.SpikeMonitor(group)
    brian.Network(group, *synapses, monitor).run(N_STEPS * ms)
    times = np.rint(np.asarray(monitor.t / ms)).astype(np.int64)
    np.save(path.with_suffix(".npy"), np.stack([times, np.asarray(monitor.i)], axis=1))


def _set_traits(group: Any, problem: Any) -> None:
    def keep(name: str) -> NDArray[np.float64]:
        return np.array([math.exp(-1.0 / tau) for tau in problem[name].tolist()])

    group.keep_v, group.keep_a = keep("tau_membrane"), keep("tau_adaptation")
    group.keep_u, group.keep_h = keep("tau_afterdepolarisation"), keep("tau_threshold")
    group.jump_a, group.jump_u = problem["adaptation"], problem["afterdepolarisation"]
    group.beta = problem["threshold_jump"]


def _synapses(brian: Any, group: Any, problem: Any, excites: bool) -> Any:  # noqa: FBT001
    """Return the synapses of one sign; charge is normalised to a time constant of 5 ms."""
    own = (problem["source"] < N_EXCITATORY) == excites
    onto = "arriving_excitation" if excites else "arriving_inhibition"
    synapses = brian.Synapses(group, group, "w : 1", on_pre=f"{onto}_post += w")
    synapses.connect(i=problem["source"][own], j=problem["target"][own])
    synapses.w = problem["weight"][own] * (5.0 / (5.0 if excites else 10.0))
    synapses.delay = (problem["delay"][own] - 1) * brian.ms
    return synapses


def _report(ours: NDArray[np.int64], theirs: NDArray[np.int64], version: str) -> int:
    """Print spikes in common, rates and intervals; return 0 if the simulators agree."""
    first, second = {tuple(row) for row in ours.tolist()}, {tuple(row) for row in theirs.tolist()}
    seconds = N_STEPS / 1000.0
    print(f"{N} GALIF neurons, {N * OUT_DEGREE} synapses, delays 1-20 ms, {N_STEPS} ms")
    print(f"glianeat: {len(first)} spikes, {len(first) / N / seconds:.2f} Hz")
    print(f"Brian2 {version}: {len(second)} spikes, {len(second) / N / seconds:.2f} Hz")
    if first == second:
        print("all spikes at the same times of the same neurons")
        return 0
    earliest = min(first ^ second)
    print(f"{len(first & second)} spikes in common; the first that differs: {earliest}")
    return _report_statistics(ours, theirs)


def _report_statistics(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> int:
    rates = [len(spikes) / N for spikes in (ours, theirs)]
    gaps = [np.sort(_intervals(spikes)) for spikes in (ours, theirs)]
    at = np.linspace(0.0, 1.0, 201)
    distance = np.abs(np.quantile(gaps[0], at) - np.quantile(gaps[1], at)).mean()
    means = [float(gap.mean()) for gap in gaps]
    print(f"mean intervals {means[0]:.2f} and {means[1]:.2f} ms, mean distance {distance:.2f} ms")
    close = abs(rates[0] - rates[1]) <= 0.01 * rates[1] and distance <= 0.01 * means[1]
    print("rates and intervals within 1 %" if close else "rates or intervals differ by over 1 %")
    return 0 if close else 1


def _intervals(spikes: NDArray[np.int64]) -> NDArray[np.int64]:
    trains = [spikes[spikes[:, 1] == n, 0] for n in range(N)]
    return np.concatenate([np.diff(train) for train in trains])


if __name__ == "__main__":
    raise SystemExit(main())
