"""Fronts of treasure and time: glianeat beside NSGA-II of pymoo, on DeepSeaTreasure.

    python scripts/pareto_board.py --seeds 1000-1009
    python scripts/pareto_board.py --table

Task and policies are deterministic, so there are no fresh episodes. pymoo evolves the weights of 16
tanh units, and, as the same class of policies as glianeat's, all numeric traits of its founders'
network, fully joined, whose structure stays. Counted are the hypervolume of all that was tried,
from (treasure 0, time -50), as a share of that of the true front, and how many of its ten points
were found. Rows that are kept are not made again.
"""

import dataclasses
import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
from control.pages import FRONT_METHODS, share_at
from control.play import Player, cpu_seconds
from control.policies import Network
from control.tasks import BoardTask
from numpy.typing import NDArray
from results_file import kept_rows

import glianeat
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.evolution.hypervolume import hypervolume
from glianeat.evolution.individual import Individual
from glianeat.genome.genome import Genome
from glianeat.genome.schema import NEURONS, SYNAPSES, Family
from glianeat.run.api import algorithm_of
from glianeat.run.config import ExperimentConfig, experiment_from
from glianeat.store.provenance import provenance
from glianeat.streams import Purpose

STEM = Path(__file__).parent / "scoreboard" / "deep_sea_treasure"
SETTINGS = {
    "id": "deep-sea-treasure-v0",
    "imports": ["mo_gymnasium"],
    "rewards": ["treasure", "time"],
    "max_steps": 200,
}
TASK = BoardTask(settings=SETTINGS, steps=0, goal=0.0, group="several objectives")
TREASURES = {1: 0.7, 3: 8.2, 5: 11.5, 7: 14.0, 8: 15.1, 9: 16.1, 13: 19.6, 14: 20.3, 17: 22.4}
TRUE_FRONT = np.array([(t, -s) for s, t in {**TREASURES, 19: 23.7}.items()])
REFERENCE = np.array([0.0, -50.0])
POPULATION, BUDGET = 50, 5000  # evaluations
Matrix = NDArray[np.float64]
Row = dict[str, Any]


class Front:
    """All that was found so far: points, and how soon."""

    def __init__(self) -> None:
        self.points: set[tuple[float, float]] = set()
        self.evaluations = self.complete = self.steps = 0
        self.curve: list[tuple[int, float, int]] = []
        self.begun = cpu_seconds(), time.perf_counter()

    def add(self, rewards: Sequence[Sequence[float]], steps: int) -> None:
        """Take in a generation: treasure and time of each candidate, and steps of all."""
        self.points |= {(round(float(t), 6), round(float(s), 6)) for t, s in rewards}
        self.evaluations += len(rewards)
        self.steps += steps
        self.curve.append((self.evaluations, round(self.share, 6), self.found))
        if self.found == len(TRUE_FRONT) and not self.complete:
            self.complete = self.evaluations

    @property
    def share(self) -> float:
        """Hypervolume, as a share of that of the true front."""
        whole = hypervolume(TRUE_FRONT, REFERENCE)
        return hypervolume(np.array(sorted(self.points)), REFERENCE) / whole

    @property
    def found(self) -> int:
        """Points of the true front that were found."""
        points = np.array(sorted(self.points))
        far = np.abs(points[:, None, :] - TRUE_FRONT[None, :, :]).sum(axis=2).min(axis=0)
        return int((far < 1e-4).sum())


class _Watch(glianeat.Reporter):
    def __init__(self, front: Front) -> None:
        self._front = front

    def post_evaluate(self, _: object, population: Mapping[int, Individual], *__: object) -> None:
        evaluations = [one.evaluation for one in population.values()]
        steps = int(sum(sum(one.lengths) for one in evaluations))
        self._front.add([one.rewards for one in evaluations if one.is_ok], steps)


def ours(seed: int, front: Front) -> None:
    """Evolve with glianeat's defaults."""
    config = _config(seed, [f"evolution.evaluations={BUDGET}", "evolution.generations=1000000"])
    with tempfile.TemporaryDirectory() as folder:
        glianeat.evolve(config, runs=Path(folder), reporters=[_Watch(front)]).close()


def _config(seed: int, settings: Sequence[str]) -> ExperimentConfig:
    fixed = [f"seed={seed}", "evaluation.validation_top=0"]
    return experiment_from({"task": SETTINGS}, [*fixed, *settings])


def tanh_units(seed: int, front: Front) -> None:
    """Evolve the weights of a network of 16 tanh units with pymoo, within ±3 root fan-ins."""
    player = Player(TASK)
    network = Network(player, 16, recurrent=False)

    def tried(vectors: Matrix) -> list[Sequence[float]]:
        return [_episode(player, network.policy(vector)()) for vector in vectors]

    n = network.n_parameters
    first = np.random.default_rng(seed).normal(size=(POPULATION, n))
    _nsga2(seed, front, (first, np.full(n, -3.0), np.full(n, 3.0)), tried)


def _episode(player: Player, act: Callable[[Any], Any]) -> Sequence[float]:
    observation, _ = player.environment.reset(seed=0)
    total, over = np.zeros(2), False
    while not over:
        action = player.action(act(player.normalised(observation)))
        observation, reward, terminated, truncated, _ = player.environment.step(action)
        total += np.asarray(reward)
        over = bool(terminated or truncated)
    return [float(number) for number in total]


def traits(seed: int, front: Front) -> None:
    """Evolve the traits of one network's neurons and synapses with pymoo, from founders'."""
    experiment = _config(
        seed, ["genome.connection=1", f"evolution.population={POPULATION}"]
    ).resolve()
    worker = RolloutWorker(experiment.rollout)
    founders = list(algorithm_of(experiment).ask())
    varied = [
        _Varied(family, names)
        for family, names in ((f, experiment.traits_read[f.name]) for f in (NEURONS, SYNAPSES))
    ]
    plan = EpisodePlan(purpose=Purpose.TRAIN, episodes=1)

    def tried(vectors: Matrix) -> list[Sequence[float]]:
        found = [_with_traits(founders[0], varied, vector) for vector in vectors]
        return [worker.evaluate(genome, plan).rewards for genome in found]

    first = np.array([np.concatenate([v.read(g) for v in varied]) for g in founders])
    low, high = (np.concatenate([v.bounds(founders[0])[end] for v in varied]) for end in (0, 1))
    _nsga2(seed, front, (first, low, high), tried)
    worker.close()


@dataclasses.dataclass(frozen=True)
class _Varied:
    """The numeric traits of a family that vary, as a vector; logarithms where scales are."""

    family: Family
    names: Sequence[str]

    @property
    def columns(self) -> list[int]:
        kept = {"linear", "log"}
        of_name = {trait.name: (i, trait) for i, trait in enumerate(self.family.traits)}
        return [i for i, trait in map(of_name.__getitem__, self.names) if trait.scale in kept]

    def read(self, genome: Genome) -> Matrix:
        values = getattr(genome, self.family.name).traits[:, self.columns]
        return np.where(self._logs, np.log(np.where(self._logs, values, 1.0)), values).ravel()

    def write(self, values: Matrix, rows: int) -> Matrix:
        table = values.reshape(rows, len(self.columns))
        return np.where(self._logs, np.exp(np.where(self._logs, table, 0.0)), table)

    def bounds(self, genome: Genome) -> tuple[Matrix, Matrix]:
        rows = len(getattr(genome, self.family.name))
        traits = [self.family.traits[i] for i in self.columns]
        ends = (np.array([[t.min_value, t.max_value] for t in traits])).T
        low, high = np.where(self._logs, np.log(np.where(self._logs, ends, 1.0)), ends)
        return np.tile(low, rows), np.tile(high, rows)

    @property
    def _logs(self) -> NDArray[np.bool_]:
        traits = [self.family.traits[i] for i in self.columns]
        return np.array([trait.scale == "log" and trait.min_value > 0.0 for trait in traits])


def _with_traits(genome: Genome, varied: Sequence[_Varied], vector: Matrix) -> Genome:
    tables, place = {}, 0
    for one in varied:
        table = getattr(genome, one.family.name)
        size = len(table) * len(one.columns)
        values = table.traits.copy()
        values[:, one.columns] = one.write(vector[place : place + size], len(table))
        tables[one.family.name] = table.with_traits(values)
        place += size
    return dataclasses.replace(
        Genome(genome.key, genome.regions, tables["neurons"], genome.astrocytes, tables["synapses"])
    )


def _nsga2(
    seed: int,
    front: Front,
    space: tuple[Matrix, Matrix, Matrix],
    tried: Callable[[Matrix], list[Sequence[float]]],
) -> None:
    """Run NSGA-II with pymoo's defaults; `space` is the first population, and the bounds."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.optimize import minimize

    first, low, high = space

    class Sea(Problem):  # type: ignore[misc]
        def _evaluate(self, x: Matrix, out: dict[str, Any], *_: object, **__: object) -> None:
            rewards = tried(x)
            front.add(rewards, int(-sum(time for _, time in rewards)))
            out["F"] = -np.array(rewards)

    problem = Sea(n_var=len(low), n_obj=2, xl=low, xu=high)
    algorithm = NSGA2(pop_size=POPULATION, sampling=np.clip(first, low, high))
    minimize(problem, algorithm, ("n_eval", BUDGET), seed=seed)


@click.command(help=__doc__)
@click.option("--methods", default=",".join(FRONT_METHODS), show_default=True)
@click.option("--seeds", default="1000-1009", show_default=True, help="First and last.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=STEM, help="File stem.")
@click.option("--table", "only_table", is_flag=True, help="Only print what is kept.")
def main(methods: str, seeds: str, output: Path, *, only_table: bool) -> None:
    """Make the rows that are missing, and print their table."""
    file = output.with_suffix(".jsonl")
    rows = kept_rows([file]) if file.exists() else []
    first, _, last = seeds.partition("-")
    for seed in () if only_table else range(int(first), int(last or first) + 1):
        for method in methods.split(","):
            if not any((one["method"], one["seed"]) == (method, seed) for one in rows):
                rows.append(row(method, seed))
                with file.open("a") as out:
                    out.write(json.dumps({"provenance": provenance()}) + "\n")
                    out.write(json.dumps(rows[-1]) + "\n")
    output.with_suffix(".txt").write_text(table(rows))
    click.echo(table(rows))


def row(method: str, seed: int) -> Row:
    """Return what one run found."""
    front = Front()
    {"glianeat": ours, "pymoo_traits": traits, "pymoo_tanh16": tanh_units}[method](seed, front)
    cpu, wall = front.begun
    return {
        "method": method,
        "seed": seed,
        "evaluations": front.evaluations,
        "complete": front.complete,
        "found": front.found,
        "hypervolume": front.share,
        "steps": front.steps,
        "cpu_seconds": cpu_seconds() - cpu,
        "wall_seconds": time.perf_counter() - wall,
        "curve": front.curve,
    }


def table(rows: Sequence[Row]) -> str:
    """Return a table of all methods: medians over seeds."""
    lines = [
        f"deep-sea-treasure-v0, {BUDGET:,} evaluations: hypervolume from (0, -50), of the true one",
        f"{'method':44}{'runs':>5}{'200':>8}{'500':>8}{'1,000':>8}{'points':>8}"
        f"{'all ten':>9}{'evaluations':>13}{'CPU s':>7}",
    ]
    for method in dict.fromkeys(row["method"] for row in rows):
        of_one = [row for row in rows if row["method"] == method]
        shares = "".join(
            f"{median(share_at(row, n) for row in of_one):8.3f}" for n in (200, 500, 1000)
        )
        complete = [row["complete"] for row in of_one if row["complete"]]
        needed = f"{median(complete):.0f}" if complete else "-"
        lines.append(
            f"{FRONT_METHODS[method]:44}{len(of_one):5}{shares}"
            f"{median(row['found'] for row in of_one):8g}"
            f"{f'{len(complete)} of {len(of_one)}':>9}{needed:>13}"
            f"{median(r['cpu_seconds'] for r in of_one):7.0f}"
        )
    lines.append("evaluations: median until all ten were found, of the runs that found them\n")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
