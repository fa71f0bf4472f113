"""The cart-pole ladder of Plank et al. (2025): how far evolution climbs, and with how few events.

    python scripts/plank_ladder.py --seeds 1000-1019 -o scripts/scoreboard/plank_ladder
    python scripts/plank_ladder.py --published --episodes 1000   # their eight networks, played here

A run first learns on episodes of 3,000 steps; once it has, or its evaluations are spent, its best
genomes go on under reward and events. Candidates of the last population are told apart over fresh
episodes of full length, and two of them are tested over others: the best, and the cheapest of those
that do as well as the better published network of the level. Rows are kept one by one, so that a
board goes on where it was interrupted.

Events of a decision are as published: spikes of the encoder, those to receptors that lead nowhere
among them, and spikes that synapses deliver.
"""

import json
import math
import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import click
import gymnasium
import msgspec
import numpy as np
from results_file import keep, kept_rows

from glianeat.compat.risp import RispNetwork, to_genome
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.objectives import find_objectives, objective_values
from glianeat.evaluate.plan import EpisodePlan, training_plan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.evolution.algorithm import GliaNeat
from glianeat.genome.founders import SENSORY
from glianeat.genome.genome import Genome
from glianeat.run.api import algorithm_of
from glianeat.run.config import experiment_from
from glianeat.run.experiment import Experiment
from glianeat.run.start import Beginning
from glianeat.streams import Purpose

HERE = Path(__file__).parent
PUBLISHED = HERE.parent / "tests" / "compat" / "risp_networks.json"
LEVELS = ("easy", "medium", "hard", "hardest")
TARGET = {"easy": 14_250.0, "medium": 12_000.0, "hard": 9_000.0, "hardest": 6_000.0}
SCORE = {"easy": 15_000.0, "medium": 15_000.0, "hard": 14_678.0, "hardest": 14_768.0}
EVENTS = {"easy": 10.6, "medium": 11.8, "hard": 12.8, "hardest": 65.9}
LEARNT = 2_900.0  # of 3,000 steps, over ten starts
BUDGET, LONGEST = 60_000, 16_000  # evaluations, of all populations and of one
PATIENCE = ((3_000, 400.0), (6_000, 1_200.0))  # after so many, a population must have reached …
SAVING_SEEN = {"easy": (20, 2_000), "medium": (20, 2_000), "hard": (12, 6_000)}  # starts, steps
SAVING_SEEN["hardest"] = SAVING_SEEN["hard"]
SAVING = ["evolution.population=40", "selection.reward_floor=0.99", "genome.delete_synapse=0.2"]
SAVING += ["genome.delete_neuron=0.1", "genome.split_synapse=0.05"]
SAVING_BUDGET, MORE_BUDGET, STARTS = 800, 4_000, 10
REPLAYED, REPLAYED_STEPS = 3, 1_500  # episodes in which the spikes of encoders are counted
Row = dict[str, Any]
_EVENTS = find_objectives(("reward", "events"))


class Candidate(NamedTuple):
    """A genome, and what it does in a step of the task."""

    genome: Genome
    mean_return: float
    events: float


def events_of(evaluation: Evaluation) -> float:
    """Return how many spikes synapses deliver in a decision."""
    return -objective_values(evaluation, _EVENTS)[1]


def evolve(
    experiment: Experiment, ends: Callable[[int, float], bool], beginning: Beginning | None = None
) -> GliaNeat:
    """Evolve until it `ends`, which is asked with the evaluations and the best return so far."""
    algorithm = algorithm_of(experiment, beginning=beginning or Beginning())
    evaluator = SerialEvaluator(experiment.rollout, experiment.description)
    generation, best = 0, -math.inf
    while not ends(algorithm.evaluated, best):
        asked = algorithm.ask()
        plan = training_plan(
            experiment.evaluation,
            generation,
            prune_below=asked.prune_below,
            protected_below=asked.first_new_key,
        )
        algorithm.tell(evaluator.evaluate(asked, plan))
        generation += 1
        best = max(one.evaluation.mean_return for one, _ in algorithm.survivors)
    evaluator.close()
    return algorithm


def learn(data: Row, seed: int, settings: Sequence[str]) -> tuple[GliaNeat, int]:
    """Return a population that has learnt, or the last one; and all evaluations.

    A population that gets nowhere is given up, and another one founded.
    """
    spent, attempt = 0, 0
    while True:
        own = f"seed={seed + attempt * 1_000_000}"
        experiment = experiment_from(data, [own, *settings]).resolve()
        algorithm = evolve(experiment, _given_up)
        spent, attempt = spent + algorithm.evaluated, attempt + 1
        best = max(one.evaluation.mean_return for one, _ in algorithm.survivors)
        if best >= LEARNT or spent >= BUDGET:
            return algorithm, spent


def _given_up(evaluations: int, best: float) -> bool:
    """Whether a population has learnt, or is not worth going on with."""
    poor = any(evaluations >= after and best < least for after, least in PATIENCE)
    return best >= LEARNT or poor or evaluations >= LONGEST


def save(level: str, data: Row, settings: Sequence[str], start: tuple[Genome, ...]) -> GliaNeat:
    """Go on from some genomes: to last longer from more starts first, then to spare events."""
    episodes, steps = SAVING_SEEN[level]
    enough, begun = 0.95 * steps, list[int]()
    own = [f"evaluation.episodes={episodes}", f"evaluation.steps={steps}"]
    own += [f"evolution.solved_return={enough}", *SAVING]
    experiment = experiment_from(data, [*settings, *own]).resolve()

    def ends(evaluations: int, best: float) -> bool:
        if best >= enough and not begun:
            begun.append(evaluations)
        return evaluations >= (begun[0] + SAVING_BUDGET if begun else MORE_BUDGET)

    return evolve(experiment, ends, Beginning(genomes=start, reward_minimum=0.0))


def candidates_of(algorithm: GliaNeat, number: int) -> list[Candidate]:
    """Return the genomes of highest return, then fewest events, of the last population."""
    able = [one for one, _ in algorithm.survivors if one.evaluation.is_ok]
    best = max(one.evaluation.mean_return for one in able)
    found = [
        Candidate(one.genome, one.evaluation.mean_return, events_of(one.evaluation)) for one in able
    ]
    near = [one for one in found if one.mean_return >= 0.97 * best]
    return sorted(near, key=lambda one: one.events)[:number]


def judged(
    worker: RolloutWorker, found: Iterable[Candidate], first: int, n: int
) -> list[Candidate]:
    """Return candidates as they do over fresh episodes of full length, best first."""
    rows = []
    for one in found:
        plan = EpisodePlan(purpose=Purpose.VALIDATE, episodes=n, first=first)
        evaluation = worker.evaluate(one.genome, plan)
        rows.append(Candidate(one.genome, evaluation.mean_return, events_of(evaluation)))
    return sorted(rows, key=lambda one: (-one.mean_return, one.events))


def encoder_spikes(worker: RolloutWorker, genome: Genome, experiment: Experiment) -> float:
    """Return the mean number of spikes that the encoder makes of an observation."""
    agent, count, steps = worker.agent(worker.develop(genome)), 0.0, 0
    task = gymnasium.make(experiment.config.task.id)
    scales = np.array(experiment.codec.scaling.scale)
    argyle = "argyle_4" in experiment.codec.encoders.values()
    for seed in range(REPLAYED):
        observation, _ = task.reset(seed=10_000 + seed)
        agent.reset()
        for _ in range(REPLAYED_STEPS):
            z = np.clip(observation / scales, -1.0, 1.0)
            count += _argyle(z) if argyle else float(np.ceil(8.0 * np.abs(z)).sum())
            steps += 1
            observation, _, terminated, _, _ = task.step(agent.act(observation))
            if terminated:
                break
    return count / steps


def _argyle(z: "np.ndarray[Any, Any]") -> float:
    place = 1.5 * (z + 1.0)
    risen = place - np.minimum(np.floor(place), 2.0)
    return float((np.ceil(8.0 * (1.0 - risen)) + np.ceil(8.0 * risen)).sum())


def tested(worker: RolloutWorker, one: Candidate, experiment: Experiment, episodes: int) -> Row:
    """Return how a genome does over episodes that chose nothing."""
    evaluation = worker.evaluate(one.genome, EpisodePlan(purpose=Purpose.TEST, episodes=episodes))
    delivered, encoded = events_of(evaluation), encoder_spikes(worker, one.genome, experiment)
    return {
        "return": evaluation.mean_return,
        "standard_error": evaluation.standard_error,
        "full": float(np.mean(np.array(evaluation.lengths) >= 15_000)),
        "delivered": delivered,
        "received": evaluation.counts[0][SENSORY] / sum(evaluation.lengths),
        "encoded": encoded,
        "events": delivered + encoded,
        "neurons": evaluation.neurons,
        "hidden": evaluation.hidden,
        "synapses": evaluation.synapses,
    }


def climb(level: str, seed: int, episodes: int, settings: Sequence[str]) -> Row:
    """Run one seed of one level."""
    began = time.process_time()
    data = tomllib.loads((HERE / "configs" / f"plank_{level}.toml").read_text())
    algorithm, spent = learn(data, seed, settings)
    learnt = max(one.evaluation.mean_return for one, _ in algorithm.survivors)
    start = tuple(one.genome for one in candidates_of(algorithm, STARTS))
    own = [f"seed={seed}", *settings]
    later = save(level, data, own, start)
    experiment = experiment_from(data, own).resolve()
    worker = RolloutWorker(experiment.rollout, experiment.description)
    shortlist = judged(worker, candidates_of(later, 10), 0, 10)
    finalists = judged(worker, shortlist[:4], 10, 40)
    equal = [one for one in finalists if one.mean_return >= SCORE[level]]
    row = {
        "level": level,
        "seed": seed,
        "evaluations": spent,
        "learnt": learnt,
        "later_evaluations": later.evaluated,
        "best": tested(worker, finalists[0], experiment, episodes),
        "cheapest": None,
    }
    if equal:
        cheapest = min(equal, key=lambda one: one.events)
        same = cheapest.genome is finalists[0].genome
        row["cheapest"] = row["best"] if same else tested(worker, cheapest, experiment, episodes)
    worker.close()
    return row | {"seconds": time.process_time() - began}


def published(episodes: int) -> list[Row]:
    """Play the published networks."""
    rows = []
    for one in json.loads(PUBLISHED.read_text())["networks"]:
        network = msgspec.convert(one["network"], RispNetwork)
        data: Row = {**network.settings, "task": {"id": _task(network.level)}}
        data["codec"]["encoder"] = "argyle_4" if network.level == "hardest" else "spike_ff_2"
        experiment = experiment_from(data, []).resolve()
        worker = RolloutWorker(experiment.rollout, experiment.description)
        row = tested(worker, Candidate(to_genome(network, 0), 0.0, 0.0), experiment, episodes)
        row["events"] -= row["received"]  # there receptors are what their cells are here
        told = {"mean": one["mean"], "standard_error": one["standard_error"]}
        rows.append({"name": one["name"], "level": one["level"], "published": told, **row})
        click.echo(json.dumps(rows[-1]), err=True)
    return rows


def _task(level: str) -> str:
    return f"glianeat/Plank{level.capitalize()}-v0"


def table(rows: list[Row]) -> str:
    """Return what was reached at each level."""
    lines = []
    for level in LEVELS:
        own = sorted((row for row in rows if row["level"] == level), key=lambda row: row["seed"])
        if not own:
            continue
        lines += [
            f"{level}: target {TARGET[level]:,g}, published {SCORE[level]:,g} with "
            f"{EVENTS[level]} events a decision",
            "",
        ]
        lines += [_line(row) for row in own]
        best = [row["best"]["return"] for row in own]
        cheap = [row["cheapest"]["events"] for row in own if row["cheapest"]]
        lines += [
            "",
            f"target reached in {sum(one >= TARGET[level] for one in best)} of {len(own)}, "
            f"published return in {sum(one >= SCORE[level] for one in best)}; return: median "
            f"{median(best):,.0f}; equal score in validation in {len(cheap)}, events of these: "
            + (f"median {median(cheap):.1f}, least {min(cheap):.1f}" if cheap else "-"),
            f"seconds of a run: median {median(row['seconds'] for row in own):.0f}",
            "",
        ]
    return "\n".join(lines)


def _line(row: Row) -> str:
    cells = [
        f"{one['return']:8,.0f} ± {one['standard_error']:4.0f} {one['events']:6.1f} events "
        f"{one['neurons']:3d}/{one['synapses']:<3d}"
        if one
        else "none of equal score"
        for one in (row["best"], row["cheapest"])
    ]
    spent = f"{row['evaluations']:6d} + {row['later_evaluations']} evaluations"
    return f"seed {row['seed']:4d} {spent}  best {cells[0]}  cheapest {cells[1]}"


@click.command()
@click.option("--seeds", default="1000-1019", show_default=True, help="First and last seed.")
@click.option("--levels", default=",".join(LEVELS), show_default=True)
@click.option("--episodes", default=200, show_default=True, help="Test episodes of full length.")
@click.option("--set", "settings", multiple=True, help="Change a setting.")
@click.option("--published", "replay", is_flag=True, help="Play the published networks instead.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File stem for the results.")
def main(
    seeds: str,
    levels: str,
    episodes: int,
    settings: tuple[str, ...],
    *,
    replay: bool,
    output: Path | None,
) -> None:
    """Climb the ladder, seed by seed, and print the table."""
    if replay:
        rows = published(episodes)
        if output is not None:
            _keep(output, rows, "")
        return
    rows = kept_rows([output.with_suffix(".jsonl")]) if output and _exists(output) else []
    done = {(row["level"], row["seed"]) for row in rows}
    first, _, last = seeds.partition("-")
    for seed in range(int(first), int(last or first) + 1):
        for level in levels.split(","):
            if (level, seed) not in done:
                rows.append(climb(level, seed, episodes, settings))
                click.echo(json.dumps(rows[-1]), err=True)
                if output is not None:
                    _keep(output, rows, table(rows))
    click.echo(table(rows))


def _exists(output: Path) -> bool:
    return output.with_suffix(".jsonl").exists()


def _keep(output: Path, rows: list[Row], text: str) -> None:
    keep(output, text or "\n".join(_told(row) for row in rows) + "\n", rows)


def _told(row: Row) -> str:
    return (
        f"{row['name']} {row['level']:8s} {row['return']:9,.1f} ± {row['standard_error']:5.1f}, "
        f"published {row['published']['mean']:9,.1f} ± {row['published']['standard_error']:5.1f}; "
        f"{row['events']:5.1f} events a decision"
    )


if __name__ == "__main__":
    main()
