"""Read exported NIR files with nirtorch, and compare the spikes with the simulator's.

nirtorch executes the graph of a file: it reads the nodes, orders them, adds up what arrives along
the edges, and closes circles. What LIF, LI and Delay nodes do it asks for; here they solve NIR's
equations over steps of 1 ms. nirtorch closes each circle with a step of its own, so that delays are
given one step less. nirtorch needs PyTorch, and lives in an environment of its own:

    python -m venv torch-env
    torch-env/bin/pip install torch nirtorch
    python scripts/compare_nirtorch.py torch-env/bin/python
"""

import argparse
import importlib
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEP = 1e-3  # [s]
N_STEPS, HOLD = 500, 20  # [ms]
NETWORKS = 10
Arrays = dict[str, NDArray[Any]]


def main() -> int:
    """Run both simulators and print how far they agree; return the exit status."""
    parser = argparse.ArgumentParser(description="Compare glianeat with nirtorch.")
    parser.add_argument("python", nargs="?", default=sys.executable, help="Python with nirtorch")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside is not None:
        _run_nirtorch(chosen.inside)
        return 0
    versions = _versions(chosen.python)
    if not versions:
        print(f"skipped: {chosen.python} has no nirtorch; see the top of this script")
        return 0
    print(f"{NETWORKS} networks of graded and of spiking inputs, {N_STEPS} ms each; {versions}")
    agree = [
        _compare(chosen.python, transmission, seed)
        for transmission in ("graded", "spikes")
        for seed in range(NETWORKS)
    ]
    print(f"all output spikes at the same times in {sum(agree)} of {len(agree)} networks")
    return 0 if all(agree) else 1


def _versions(python: str) -> str:
    code = (
        "import nir, nirtorch, torch; from importlib.metadata import version as of; "
        "print(f\"nir {of('nir')}, nirtorch {of('nirtorch')}, torch {torch.__version__}\")"
    )
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def _compare(python: str, transmission: str, seed: int) -> bool:
    """Compare the output spikes of one network; return whether they are equal."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shown = _run_glianeat(folder, transmission, seed)
        command = [python, __file__, "--inside", str(folder)]
        subprocess.run(command, check=True)
        found = np.load(folder / "found.npy")
    equal = bool(np.array_equal(found, shown))
    spikes = int(shown.sum())
    print(f"{transmission}, seed {seed}: {spikes} output spikes, {'equal' if equal else 'OTHER'}")
    return equal


def _run_glianeat(folder: Path, transmission: str, seed: int) -> NDArray[Any]:
    """Write a network and its inputs into a folder; return its output spikes, shape (T, O)."""
    from glianeat.codec.codec import interface
    from glianeat.compat.nir_exporter import NIR
    from glianeat.develop.decode import develop
    from glianeat.genome.schema import Role
    from glianeat.simulate.simulator import Simulator

    experiment = _experiment(transmission)
    config = experiment.config
    genome = _genome(experiment, seed)
    network = develop(genome, config.development)
    simulator = Simulator(network, config.simulation, interface(experiment.codec))
    (folder / "network.nir").write_bytes(NIR.write(genome, config))
    rng = np.random.default_rng(seed)
    amplitude = rng.uniform(0.0, 2.0, (N_STEPS // HOLD, network.n_inputs)).repeat(HOLD, axis=0)
    inputs, spikes = [], []
    for row in amplitude:
        simulator.step(row, 1)
        fired = simulator.section("input_fired")[: network.n_inputs].astype(np.float64)
        inputs.append(fired if transmission == "spikes" else row)
        spikes.append(simulator.fired[network.cells.role == Role.OUTPUT].astype(np.float64))
    np.save(folder / "inputs.npy", np.array(inputs))
    return np.array(spikes)


def _experiment(transmission: str) -> Any:
    """Return an experiment whose networks NIR holds completely."""
    from glianeat.run.config import ExperimentConfig

    none = {"init_mean": 0.0, "init_stdev": 0.0, "mutate_rate": 0.0}
    traits = dict.fromkeys(("adaptation", "afterdepolarisation", "threshold_jump"), none)
    config = ExperimentConfig()
    return config.replace(
        codec=config.codec.replace(transmission=transmission),
        neuron=config.neuron.replace(refractory=0, floor=-1e6),
        astrocyte=config.astrocyte.replace(metabolic=False, gain=False),
        energy=config.energy.replace(gate="none"),
        genome=config.genome.replace(
            split_synapse=0.5, add_synapse=0.8, traits={"neurons": traits}
        ),
    ).resolve()


def _genome(experiment: Any, seed: int) -> Any:
    from glianeat.genome.founders import found_genome
    from glianeat.genome.mutation import mutate
    from glianeat.genome.variation import Variation

    rng, variation = np.random.default_rng(seed), Variation(experiment.config.genome)
    genome = found_genome(0, experiment.n_inputs, experiment.n_outputs, variation, rng)
    for _ in range(40):
        genome = mutate(genome, variation, rng)
    return genome


def _run_nirtorch(folder: Path) -> None:
    """Run the network of a folder with nirtorch, which this interpreter has."""
    nir, nirtorch, torch = map(importlib.import_module, ("nir", "nirtorch", "torch"))
    torch.set_default_dtype(torch.float64)
    leaky, delay = _modules(torch)
    kinds = {nir.LIF: leaky, nir.LI: leaky, nir.Delay: delay}
    module = nirtorch.nir_to_torch(nir.read(folder / "network.nir"), kinds, dtype=torch.float64)
    state, shown = None, []
    for row in np.load(folder / "inputs.npy"):
        given = (torch.tensor(row),) if state is None else (torch.tensor(row), state)
        found, state = module(*given)
        shown.append(found.detach().numpy().copy())
    np.save(folder / "found.npy", np.array(shown))


def _modules(torch: Any) -> tuple[Any, Any]:
    """Return modules of leaky nodes and of delays."""

    class Leaky(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, node: Any) -> None:
            super().__init__()
            self.keep = torch.exp(-STEP / torch.tensor(node.tau))
            self.r, self.leak = torch.tensor(node.r), torch.tensor(node.v_leak)
            threshold = getattr(node, "v_threshold", None)
            self.threshold = None if threshold is None else torch.tensor(threshold)

        def forward(self, arriving: Any, state: Any = None) -> tuple[Any, Any]:
            v = torch.zeros_like(self.keep) if state is None else state
            v = self.keep * v + (1.0 - self.keep) * (self.leak + self.r * arriving)
            if self.threshold is None:
                return v, v
            spikes = v > self.threshold
            return spikes.to(v.dtype), torch.where(spikes, torch.zeros_like(v), v)

    class Delay(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, node: Any) -> None:
            super().__init__()
            self.steps = round(float(node.delay[0]) / STEP) - 1

        def forward(self, arriving: Any, state: Any = None) -> tuple[Any, Any]:
            seen = [*(state or ()), arriving]
            ago = seen[-1 - self.steps] if len(seen) > self.steps else torch.zeros_like(arriving)
            return ago, seen

    return Leaky, Delay


if __name__ == "__main__":
    raise SystemExit(main())
