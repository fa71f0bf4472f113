"""One digest on every processor: evolve small cases of all kinds, and hash every bit that decides.

    python scripts/portable_digest.py            # a digest of each case, and one of all
    python scripts/portable_digest.py --matrix   # the same under other instruction sets, compilers

The matrix runs the cases in processes whose C library, NumPy, BLAS, or Numba is told to do without
some of the processor's instructions, or to compile in another way, and with other versions of NumPy
whose folders are given (`pip install --target FOLDER numpy==2.1.3`, then ``--numpy FOLDER``).
"""

import hashlib
import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import training_plan
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.genome.genome import Genome
from glianeat.run.api import algorithm_of
from glianeat.run.config import experiment_from

TINY = ["evolution.population=10", "evaluation.episodes=2", "seed=11"]
GENERATIONS = 4
_STEPS = ["evaluation.steps=60"]
_GRADED = ["neuron.model=graded"]
_NEAT = ["evolution.algorithm=neat", "genome.dale=false", "genome.feed_forward=true", *_GRADED]

# task and settings of each case: every neuron model, codec and family of tasks
CASES: dict[str, tuple[str, list[str]]] = {
    "CartPole": ("CartPole-v1", []),
    "CartPole, spikes in": ("CartPole-v1", ["codec.transmission=spikes"]),
    "CartPole, Izhikevich": ("CartPole-v1", ["neuron.model=izhikevich"]),
    "CartPole, graded tanh": ("CartPole-v1", _GRADED),
    "CartPole, receptive fields": ("CartPole-v1", ["codec.encoder=gaussian", *_STEPS]),
    "CartPole, bins, first spikes": (
        "CartPole-v1",
        ["codec.encoder=flip_flop", "codec.readout=first_spike", *_STEPS],
    ),
    "CartPole, short-term plasticity": (
        "CartPole-v1",
        ["synapse.short_term_plasticity=true", "codec.transmission=spikes", *_STEPS],
    ),
    "CartPole, all glial channels": (
        "CartPole-v1",
        ["astrocyte.gain=true", "astrocyte.slow_current=true", "energy.supply=5.0", *_STEPS],
    ),
    "CartPole, soft ratios": ("CartPole-v1", ["development.glia=soft", *_STEPS]),
    "Acrobot": ("Acrobot-v1", _STEPS),
    "MountainCar": ("MountainCar-v0", []),
    "MountainCarContinuous, membranes": (
        "MountainCarContinuous-v0",
        ["codec.readout=membrane", *_STEPS],
    ),
    "Pendulum, twitches": ("Pendulum-v1", ["codec.readout=twitch", *_STEPS]),
    "FrozenLake": ("FrozenLake-v1", _STEPS),
    "Xor, classic NEAT": ("glianeat/Xor-v0", [*_NEAT, "neuron.activation=sigmoid"]),
    "DoublePole": ("glianeat/DoublePole-v0", ["task.kwargs.velocities=false", *_STEPS]),
    "DoublePole, stepped in Python": (
        "glianeat/DoublePole-v0",
        ["task.compiled=off", *_STEPS],
    ),
    "TMaze": ("glianeat/TMaze-v0", _STEPS),
    "DelayedMatch": ("glianeat/DelayedMatch-v0", []),
    "TemporalXor": ("glianeat/TemporalXor-v0", _STEPS),
    "Sequence": ("glianeat/Sequence-v0", []),
    "Forage": ("glianeat/Forage-v0", _STEPS),
    "MultiTask": ("glianeat/MultiTask-v0", _STEPS),
    "Reach": ("glianeat/Reach-v0", _STEPS),
    "CartPole, one-shot releases": (
        "CartPole-v1",
        ["astrocyte.transmission=events", "astrocyte.sensing=counted", *_STEPS],
    ),
    "CueDelay, slow neurons": (
        "glianeat/CueDelay-v0",
        ["neuron.slow_gain=true", "neuron.slow_current=true", *_STEPS],
    ),
    "TwoDemands, scarce supply and stores": (
        "glianeat/TwoDemands-v0",
        ["codec.readout=first_spike", "energy.budget=900", "astrocyte.glycogen=true", *_STEPS],
    ),
    "Reach, damaged": (
        "glianeat/Reach-v0",
        ['evaluation.damage=["sensors=0.5@0.1s"]', "codec.readout=twitch", *_STEPS],
    ),
    "PlankEasy, RISP": (
        "glianeat/PlankEasy-v0",
        [
            "neuron.model=risp",
            "codec.encoder=spike_ff_2",
            "codec.transmission=trains",
            "codec.readout=window_count",
            "codec.hold=24",
            *_STEPS,
        ],
    ),
}
MATRIX: dict[str, dict[str, str]] = {
    "as it is": {},
    "C library without AVX2, FMA, AVX-512": {
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-AVX2_Usable,-FMA_Usable"
    },
    "NumPy without its dispatched code": {"NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F"},
    "BLAS for Prescott": {"OPENBLAS_CORETYPE": "Prescott"},
    "BLAS for Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
    "BLAS for Sandy Bridge": {"OPENBLAS_CORETYPE": "Sandybridge"},
    "Numba for any x86-64": {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
    "Numba optimising at level 2": {"NUMBA_OPT": "2"},
    "Numba optimising at level 1": {"NUMBA_OPT": "1"},
    "Numba without vectorisation": {"NUMBA_LOOP_VECTORIZE": "0", "NUMBA_SLP_VECTORIZE": "0"},
}


def digest_of(name: str) -> str:
    """Return the digest of one case: of all genes and outcomes of its generations."""
    task, settings = CASES[name]
    config = experiment_from({"task": {"id": task}}, [*TINY, *settings])
    experiment = config.resolve()
    evolution = algorithm_of(experiment)
    evaluator = SerialEvaluator(experiment.rollout, experiment.description)
    digest = hashlib.sha256()
    try:
        for generation in range(GENERATIONS):
            genomes = evolution.ask()
            plan = training_plan(experiment.evaluation, generation)
            evaluations = evaluator.evaluate(genomes, plan)
            for genome, evaluation in zip(genomes, evaluations, strict=True):
                digest.update(_bits(_numbers(genome, evaluation)))
            evolution.tell(evaluations)
    finally:
        evaluator.close()
    return digest.hexdigest()[:16]


def _numbers(genome: Genome, evaluation: Evaluation) -> Iterable[float]:
    """Yield what a genome is made of and how it did, whatever the format of its files."""
    yield from genome.regions.trait("log2_ratio").tolist()
    yield from genome.neurons.trait("bias").tolist()
    yield from genome.synapses.trait("weight").tolist()
    yield from evaluation.returns
    yield from evaluation.lengths
    yield from (evaluation.power, evaluation.penalty, evaluation.spikes_per_second)
    yield from (amount for row in evaluation.amounts for amount in row)


def _bits(numbers: Iterable[float]) -> bytes:
    values = tuple(numbers)
    return struct.pack(f"<{len(values)}d", *values)


def digests(names: Iterable[str] = CASES) -> dict[str, str]:
    """Return the digest of every case, by its name."""
    return {name: digest_of(name) for name in names}


def joint(found: dict[str, str]) -> str:
    """Return one digest of all cases."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:16]


@click.command()
@click.option("--matrix", is_flag=True, help="Run under other instruction sets and compilers.")
@click.option("--numpy", "folders", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the digests of all cases as JSON.")
@click.option("--case", "cases", multiple=True, type=click.Choice(list(CASES)))
def main(*, matrix: bool, folders: Sequence[Path], as_json: bool, cases: Sequence[str]) -> None:
    """Print the digest of every case, or one of all cases for each row of the matrix."""
    if matrix or folders:
        sys.exit(_compare(folders, cases))
    found = digests(cases or CASES)
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for name, digest in found.items():
        click.echo(f"{digest}  {name}")
    click.echo(f"{joint(found)}  all of them")


def _compare(folders: Sequence[Path], cases: Sequence[str]) -> int:
    """Print each row's digest; return 1 unless all are equal."""
    rows = dict(MATRIX)
    path = os.environ.get("PYTHONPATH", "")
    for folder in folders:
        rows[f"NumPy of {folder.name}"] = {"PYTHONPATH": f"{folder}{os.pathsep}{path}"}
    seen: dict[str, dict[str, str]] = {}
    for title, changes in rows.items():
        began = time.monotonic()
        command = [sys.executable, __file__, "--json", *(f"--case={case}" for case in cases)]
        environment = {**os.environ, **changes, "GLIANEAT_NUMBA_CACHE": "0"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            click.echo(f"{title}: failed: {done.stderr.strip()[-300:]}")
            return 1
        seen[title] = json.loads(done.stdout)
        took = time.monotonic() - began
        click.echo(f"{joint(seen[title])}  {title} ({took:.0f} s)")
    first = next(iter(seen.values()))
    differing = {name for found in seen.values() for name in found if found[name] != first[name]}
    click.echo(f"{len({joint(found) for found in seen.values()})} digests over {len(seen)} rows")
    for name in sorted(differing):
        click.echo(f"differs: {name}")
    return 1 if differing else 0


if __name__ == "__main__":
    main()
