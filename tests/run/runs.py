"""Small experiments, and ways to be interrupted."""

import subprocess
import sys
import textwrap

from glianeat.evaluate.plan import EvaluationConfig
from glianeat.evolution.reproduction import ReproductionConfig
from glianeat.evolution.settings import EvolutionConfig
from glianeat.run.config import ExperimentConfig
from glianeat.tasks.config import TaskConfig

SMALL = ExperimentConfig(
    seed=5,
    evolution=EvolutionConfig(population=8, generations=5),
    evaluation=EvaluationConfig(episodes=2, validation_episodes=4, validation_top=3),
)
# With room for trials: hopeless genomes are given up after two of six episodes.
TRYING = SMALL.replace(
    evaluation=EvaluationConfig(episodes=6, validation_episodes=4, validation_top=3)
)
PENDULUM = ExperimentConfig(
    seed=1,
    task=TaskConfig(id="Pendulum-v1", max_steps=40),
    evolution=EvolutionConfig(population=6, generations=2),
    evaluation=EvaluationConfig(episodes=1, validation_episodes=2, validation_top=2),
)


SAMPLING = PENDULUM.replace(
    evolution=EvolutionConfig(population=8, generations=4),
    reproduction=ReproductionConfig(sampled=0.6),
)


def stop_after(generations):
    """Return a listener that interrupts like Ctrl-C, once so many generations are committed."""

    def listen(summary):
        if summary.number + 1 == generations:
            raise KeyboardInterrupt

    return listen


def kill_after(folder, generations):
    """Evolve `SMALL` in another process, and kill that with SIGKILL after some generations."""
    script = f"""
        from pathlib import Path
        import glianeat
        from tests.run.runs import SMALL

        runs, name = Path({str(folder.parent)!r}), {folder.name!r}
        glianeat.evolve(SMALL, runs=runs, name=name, listen=lambda s: print(s.number, flush=True))
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if int(line) + 1 >= generations:
                process.kill()
    return process.returncode


def outcome(run):
    """Return all of a run that must not depend on how it was carried out."""
    with run:
        best = run.best
        return run.digest, run.summaries, best.key, best.validation, run.finished
