"""Make the golden runs of this version: later ones reach the same digests.

    python scripts/golden_runs.py schema4   # tests/golden_runs/schema4

Each run is stopped halfway and copied; then it goes on, and the digest that it reaches is written
down beside it. Make them anew only under a new name: runs of released versions stay as they are.
"""

import json
import shutil
import tempfile
from pathlib import Path

import click

import glianeat
from glianeat.run.config import experiment_from
from glianeat.run.run import Run

FOLDER = Path(__file__).parent.parent / "tests" / "golden_runs"
HALF, FULL = 3, 6
SEEDS = [7, 8, 9]
_SMALL = [
    "evolution.population=16",
    "evaluation.episodes=3",
    "evaluation.validation_episodes=5",
    "evolution.stop_when_solved=false",
    f"evolution.generations={HALF}",
    "seed=5",
]
CASES: dict[str, list[str]] = {
    "pareto": ["evaluation.steps=120", "species.target=3"],
    "neat": [
        "task.id=glianeat/Xor-v0",
        "evolution.algorithm=neat",
        "neuron.model=graded",
        "neuron.activation=sigmoid",
        "genome.dale=false",
        "genome.feed_forward=true",
        "selection.spiking_only=false",
    ],
    "renewed": [
        "task.id=Pendulum-v1",
        "evaluation.resample=generation",
        "evaluation.steps=60",
        "astrocyte.slow_current=true",
        "synapse.short_term_plasticity=true",
        "codec.transmission=spikes",
        "energy.supply=20.0",
    ],
}


def longer(config: glianeat.ExperimentConfig) -> glianeat.ExperimentConfig:
    """Return the configuration with which a golden run goes on to its end."""
    return config.replace(evolution=config.evolution.replace(generations=FULL))


def facts(run: Run) -> dict[str, object]:
    """Return what every later version must find in a run."""
    best = run.best
    return {
        "digest": run.digest,
        "best": best.key,
        "training returns": list(best.evaluation.returns),
        "power": best.evaluation.power,
        "replayed returns": list(best.evaluate(SEEDS).returns),
        "survivors": [one.key for one in run.population],
    }


@click.command(help=__doc__)
@click.argument("name")
def main(name: str) -> None:
    """Make all runs under a name."""
    folder = FOLDER / name
    folder.mkdir(parents=True)
    found: dict[str, dict[str, object]] = {}
    for case, assignments in CASES.items():
        config = experiment_from({}, [*_SMALL, *assignments])
        with tempfile.TemporaryDirectory() as scratch:
            glianeat.evolve(config, runs=Path(scratch), name=case).close()
            (folder / case).mkdir()
            shutil.copy(Path(scratch) / case / "run.db", folder / case)
            with Run(Path(scratch) / case) as run:
                half = facts(run)
            with glianeat.resume(Path(scratch) / case, changes=longer) as run:
                found[case] = {"half": half, "full": facts(run)}
    (folder / "facts.json").write_text(json.dumps(found, indent=1) + "\n")
    click.echo(json.dumps({case: found[case]["full"]["digest"] for case in CASES}))  # type: ignore[index]


if __name__ == "__main__":
    main()
