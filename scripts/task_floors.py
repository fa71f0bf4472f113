"""Floors and ceilings of the tasks that were made for glia, which their docstrings state.

For each condition: what policies earn that do nothing, draw lots or see the present alone, what
those with memory earn, and what random networks earn whose outputs are made to spike at a given
rate. Parameters of policies are searched on other episodes than those that count.

    python scripts/task_floors.py
    python scripts/task_floors.py --task Futility
"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any, NamedTuple

import click
import gymnasium
import numba
import numpy as np
from floor_policies import POLICIES, Situation
from results_file import keep
from rich.console import Console
from rich.table import Table

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.genome.genome import Genome
from glianeat.genome.schema import NEURONS, Role
from glianeat.run.api import algorithm_of
from glianeat.run.config import experiment_from
from glianeat.run.experiment import Experiment
from glianeat.streams import Purpose
from glianeat.typing import FloatArray

Row = dict[str, Any]
STEM = Path(__file__).parent / "results" / "task_floors"
SEARCHED, COUNTED = 1_000_000, 2_000_000  # first seeds
CHANCES = 1_000_003  # numbers drawn for policies; a prime, so that episodes differ
NETWORKS, FOUNDERS = 32, 256  # counted, and of which the first that can be matched are taken
TOLERANCE = 0.1  # of the rate of a random network


class Condition(NamedTuple):
    """A task, its arguments, and how random networks are made to fire in it."""

    task: str
    label: str
    kwargs: dict[str, Any]
    rate: float
    """Of each output [Hz]."""
    settings: tuple[str, ...]


def _fault(share: float) -> Condition:
    late = {"faults": share, "score_s": [12.0, 20.0]}
    return Condition(
        "FaultTrack", f"share {share:g}, 12-20 s", late, 20.0, ("codec.readout=twitch",)
    )


SPIKES = ("codec.readout=first_spike",)
CONDITIONS = (
    Condition("FaultTrack", "default", {}, 20.0, ("codec.readout=twitch",)),
    *(_fault(share) for share in (0.0, 0.2, 0.4, 0.6, 0.8)),
    Condition("CueDelay", "default", {}, 20.0, ()),
    Condition("Futility", "default", {}, 20.0, ()),
    Condition("ContextBandit", "default", {}, 20.0, ()),
    Condition("ContextBandit", "chances .8, .2", {"chances": [0.8, 0.2]}, 20.0, ()),
    Condition("TwoDemands", "default", {}, 33.0, SPIKES),
    Condition("TwoDemands", "for good", {"alternate_s": None}, 33.0, SPIKES),
    Condition("Bursts", "default", {}, 8.75, SPIKES),
)


# Policies


def player(environment: Any, act: Callable[[Situation], None]) -> Callable[..., Any]:
    """Return compiled play of an episode: of its state, the policy's parameters, and a number."""
    made = numba.njit(error_model="numpy")
    step, observe = made(environment.compiled.step), made(environment.compiled.observe)
    policy, chances = made(act), np.random.default_rng(0).random(CHANCES)
    space = environment.action_space
    n_seen = environment.observation_space.shape[0]
    n_acts = 1 if isinstance(space, gymnasium.spaces.Discrete) else space.shape[0]

    def play(state: FloatArray, parameters: FloatArray, number: int) -> float:
        seen, action = np.zeros(n_seen), np.zeros(n_acts)
        memory, chance = np.zeros(4), np.zeros(n_acts)
        total, over, drawn = 0.0, False, 7919 * number
        while not over:
            observe(state, seen)
            for place in range(n_acts):
                chance[place] = chances[drawn % CHANCES]
                drawn += 1
            policy(Situation(seen, memory, parameters, chance, action))
            reward, over = step(state, action)
            total += reward
        return total

    compiled: Callable[..., Any] = made(play)
    return compiled


def _states(condition: Condition, first: int, episodes: int) -> list[FloatArray]:
    """Return the states at the beginning of episodes."""
    environment = _made(condition)
    states = []
    for seed in range(first, first + episodes):
        environment.reset(seed=seed)
        states.append(environment.state.copy())
    return states


def policy_rows(condition: Condition, episodes: int) -> Iterator[Row]:
    """Yield what each policy earns."""
    environment = _made(condition)
    searched = _states(condition, SEARCHED, episodes // 4)
    counted = _states(condition, COUNTED, episodes)
    for policy in POLICIES[condition.task]:
        play = player(environment, policy.act)
        best = policy.grid[0]
        if len(policy.grid) > 1:
            worth = {one: mean(_all(play, one, searched)) for one in policy.grid}
            best = max(policy.grid, key=worth.__getitem__)
        found = _all(play, best, counted)
        yield _row(condition, policy.name, found) | {"parameters": list(best)}


def _all(
    play: Callable[..., float], parameters: Sequence[float], states: Sequence[FloatArray]
) -> list[float]:
    taken = np.array(parameters, dtype=np.float64)
    return [play(state.copy(), taken, number) for number, state in enumerate(states)]


def _made(condition: Condition) -> Any:
    name = f"glianeat_envs:glianeat/{condition.task}-v0"
    return gymnasium.make(name, **condition.kwargs).unwrapped


def _row(condition: Condition, name: str, returns: Sequence[float]) -> Row:
    return {
        "task": condition.task,
        "condition": condition.label,
        "policy": name,
        "n": len(returns),
        "return": mean(returns),
        "sd": stdev(returns),
        "best": max(returns),
    }


# Random networks


def network_row(condition: Condition, genomes: Sequence[Genome], episodes: int) -> Row:
    """Return what networks earn in a condition."""
    worker = RolloutWorker(_experiment(condition).rollout)
    found = [_played(worker, genome, episodes, COUNTED).mean_return for genome in genomes]
    return _row(condition, f"random networks at {condition.rate:g} Hz", found)


def random_networks(condition: Condition) -> list[Genome]:
    """Return founders whose outputs are biased so that they spike at the rate of a condition."""
    experiment = _experiment(condition)
    worker, found = RolloutWorker(experiment.rollout), []
    copies = experiment.rollout.development.output_copies or 1
    for genome in algorithm_of(experiment).ask():
        matched = _matched(genome, condition.rate, copies, worker)
        if matched is not None:
            found.append(matched)
        if len(found) == NETWORKS:
            return found
    raise RuntimeError(f"{condition.task}: {len(found)} of {FOUNDERS} networks could be matched")


def _experiment(condition: Condition) -> Experiment:
    task = {"id": f"glianeat/{condition.task}-v0", "kwargs": condition.kwargs}
    settings = [*condition.settings, f"evolution.population={FOUNDERS}", "seed=0"]
    return experiment_from({"task": task}, settings).resolve()


def _played(worker: RolloutWorker, genome: Genome, episodes: int, first: int) -> Evaluation:
    seeds = tuple(range(first, first + episodes))
    plan = EpisodePlan(purpose=Purpose.TEST, episodes=episodes, seeds=seeds)
    return worker.evaluate(genome, plan)


def _matched(genome: Genome, rate: float, copies: int, worker: RolloutWorker) -> Genome | None:
    """Return the genome with outputs biased so that they spike at a rate [Hz], by bisection."""
    low, high = -4.0, 8.0
    outputs = genome.n_outputs * copies
    for _ in range(16):
        middle = 0.5 * (low + high)
        tried = _biased(genome, middle)
        found = _played(worker, tried, 1, SEARCHED).output_spikes_per_second / outputs
        if abs(found - rate) <= TOLERANCE * rate:
            return tried
        low, high = (middle, high) if found < rate else (low, middle)
    return None


def _biased(genome: Genome, bias: float) -> Genome:
    """Return a genome with the bias of all outputs moved."""
    neurons = genome.neurons
    traits = neurons.traits.copy()
    traits[neurons.field("role") == Role.OUTPUT, NEURONS.column("bias")] += bias
    return Genome(
        genome.key,
        genome.regions,
        neurons.with_traits(traits),
        genome.astrocytes,
        genome.synapses,
    )


# Table


def table(rows: Iterable[Row]) -> str:
    """Return a table of all rows."""
    shown = Table(title="Floors and ceilings: mean return of fresh episodes")
    for name in ("task", "condition", "policy", "n", "return", "SD", "best"):
        shown.add_column(
            name, justify="left" if name in {"task", "condition", "policy"} else "right"
        )
    for row in rows:
        numbers = (f"{row[key]:.3f}" for key in ("return", "sd", "best"))
        shown.add_row(row["task"], row["condition"], row["policy"], str(row["n"]), *numbers)
    page = io.StringIO()
    Console(file=page, width=140).print(shown)
    return page.getvalue()


@click.command(help=__doc__)
@click.option("--task", "tasks", multiple=True, type=click.Choice(sorted(POLICIES)))
@click.option("--episodes", default=1000, show_default=True, help="Of each policy.")
@click.option("--network-episodes", default=16, show_default=True, help="Of each random network.")
def main(tasks: Sequence[str], episodes: int, network_episodes: int) -> None:
    """Print the table; keep it if it is of all tasks."""
    rows: list[Row] = []
    networks: dict[str, list[Genome]] = {}
    for condition in CONDITIONS:
        if tasks and condition.task not in tasks:
            continue
        if condition.task not in networks:  # matched in the first condition of a task
            networks[condition.task] = random_networks(condition)
        rows += policy_rows(condition, episodes)
        rows.append(network_row(condition, networks[condition.task], network_episodes))
        click.echo(f"{condition.task}, {condition.label}", err=True)
    click.echo(table(rows))
    if not tasks:
        keep(STEM, table(rows), rows)


if __name__ == "__main__":
    main()
