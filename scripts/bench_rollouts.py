"""Time roll-outs: through Gymnasium beside a bare loop, and in compiled tasks beside neat-python.

Both sides of every ratio run in turns in one process; medians of repeats are printed.

    python scripts/bench_rollouts.py            # needs gymnasium[box2d,mujoco] for the last rows
    python scripts/bench_rollouts.py --save
"""

import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

import click
import gymnasium
import numpy as np
from bench_networks import make_network
from neat_side import neat_side
from rich.console import Console
from rich.table import Table

from glianeat import compilable
from glianeat.codec.codec import CodecConfig, n_channels, n_outputs, resolve_codec
from glianeat.develop.network import Network
from glianeat.errors import ConfigError
from glianeat.evaluate.agent import Agent
from glianeat.evaluate.episodes import CompiledPlayer, live
from glianeat.evaluate.plan import EpisodePlan, SettledEvaluation
from glianeat.evaluate.rollout import RolloutConfig, RolloutWorker
from glianeat.genome.founders import found_genome
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.simulate.settings import SimulationConfig
from glianeat.store.provenance import provenance
from glianeat.streams import Purpose
from glianeat.tasks.compiled.cart_pole import DYNAMICS as CART_POLE
from glianeat.tasks.compiled.dynamics import CompiledDynamics
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import TaskSpec, describe_task, make_environment
from glianeat.typing import FloatArray

RESULTS = Path(__file__).parent / "results" / "rollouts"
TASKS = ("CartPole-v1", "Acrobot-v1", "LunarLander-v3", "HalfCheetah-v5")
GOALS = {"CartPole-v1": 1.35}
HOLD, CELLS, SYNAPSES, RATE = 10, 16, 60, 0.05  # [ms], hidden and outputs, …, [spikes/neuron/ms]
POPULATION, EPISODES, STEPS = 1000, 5, 500
Result = dict[str, Any]
Side = Callable[[], int]  # does some steps, and says how many


def interleave(sides: dict[str, Side], repeats: int) -> dict[str, list[float]]:
    """Return nanoseconds of processor time a step of each side, by repeats."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for side in sides.values():
        side()
    for _ in range(repeats):
        for name, side in sides.items():
            began = time.process_time()
            n_steps = side()
            times[name].append((time.process_time() - began) / n_steps * 1e9)
    return times


def make_agent(
    config: TaskConfig, spec: TaskSpec, network: Network, rate: Callable[[Agent], float]
) -> Agent:
    """Return an agent whose neurons spike about as often as `RATE` says, as `rate` measures it."""
    codec = resolve_codec(CodecConfig(encoder="signed", hold=HOLD), config, spec)

    def scaled(factor: float) -> Agent:
        wiring = dataclasses.replace(network.wiring, weight=network.wiring.weight * factor)
        return Agent(dataclasses.replace(network, wiring=wiring), SimulationConfig(), codec, spec)

    high = 1.0
    while rate(scaled(high)) < RATE and high < 1000.0:
        high *= 1.1
    low = high / 1.1
    for _ in range(8):
        middle = (low + high) / 2.0
        low, high = (middle, high) if rate(scaled(middle)) < RATE else (low, middle)
    return scaled(high)


def spike_rate(agent: Agent, environment: "gymnasium.Env[Any, Any]") -> float:
    """Return spikes per cell and ms while the agent lives through 500 steps."""
    agent.reset()
    observation, _ = environment.reset(seed=0)
    for _ in range(500):
        observation, _, terminated, truncated, _ = environment.step(agent.act(observation))
        if terminated or truncated:
            observation, _ = environment.reset()
    cells = slice(agent.network.n_inputs, None)
    rate = float(agent.simulator.emitted()[cells].mean()) / (500 * HOLD)
    agent.reset()
    return rate


def gymnasium_sides(task: str, n_steps: int) -> tuple[dict[str, Side], float]:
    """Return the bare loop and the roll-out of an agent, and how often its neurons spike."""
    config = TaskConfig(id=task)
    spec = describe_task(config)
    codec = resolve_codec(CodecConfig(encoder="signed", hold=HOLD), config, spec)
    outputs = n_outputs(codec, spec)
    size = (n_channels(codec, spec), max(CELLS - outputs, 0), outputs, SYNAPSES)
    environment = make_environment(config)
    agent = make_agent(config, spec, make_network(size), lambda one: spike_rate(one, environment))

    def rolled_out() -> int:
        observation, _ = environment.reset(seed=0)
        lived = 0
        while lived < n_steps:
            agent.reset()
            lived += live(agent, environment, observation, spec).length
            observation, _ = environment.reset()
        return lived

    sides = {
        "bare": bare_side(environment, n_steps),
        "repeated": repeated_side(environment, actions_of(agent, environment, n_steps)),
        "agent": rolled_out,
    }
    return sides, spike_rate(agent, environment)


def bare_side(environment: "gymnasium.Env[Any, Any]", n_steps: int) -> Side:
    """Return a loop of actions that are constant within an episode."""
    environment.action_space.seed(0)
    actions = cycle([environment.action_space.sample() for _ in range(100)])

    def bare() -> int:
        environment.reset(seed=0)
        step, action = environment.step, next(actions)
        for _ in range(n_steps):
            _, _, terminated, truncated, _ = step(action)
            if terminated or truncated:
                environment.reset()
                action = next(actions)
        return n_steps

    return bare


def repeated_side(environment: "gymnasium.Env[Any, Any]", episodes: list[list[Any]]) -> Side:
    """Return a loop of given actions."""

    def repeated() -> int:
        environment.reset(seed=0)
        step, done = environment.step, 0
        for episode in episodes:
            for action in episode:
                step(action)
            done += len(episode)
            environment.reset()
        return done

    return repeated


def actions_of(
    agent: Agent, environment: "gymnasium.Env[Any, Any]", n_steps: int
) -> list[list[Any]]:
    """Return the actions of an agent's first episodes, some `n_steps` together."""
    episodes: list[list[Any]] = []
    observation, _ = environment.reset(seed=0)
    while sum(map(len, episodes)) < n_steps:
        agent.reset()
        ended, episode = False, []
        while not ended:
            episode.append(agent.act(observation))
            observation, _, terminated, truncated, _ = environment.step(episode[-1])
            ended = terminated or truncated
        episodes.append(episode)
        observation, _ = environment.reset()
    return episodes


def measure_gymnasium(repeats: int) -> Iterator[Result]:
    """Compare roll-outs with loops of constant actions, and of the agent's, which may cost more."""
    for task in TASKS:
        try:
            sides, rate = gymnasium_sides(task, 2000)
        except ConfigError as error:
            click.echo(f"left out: {error}", err=True)
            continue
        times = interleave(sides, repeats)
        ratios = {
            name: median(a / b for a, b in zip(times["agent"], times[name], strict=True))
            for name in ("bare", "repeated")
        }
        yield {
            "kind": "gymnasium",
            "task": task,
            "rate": rate,
            **{f"{name}_ns": median(times[name]) for name in times},
            "ratio": ratios["bare"],
            "ratio_repeated": ratios["repeated"],
            "goal": GOALS.get(task, 1.10),
        }


def _endless(state: FloatArray, action: FloatArray) -> tuple[float, bool]:
    """Step CartPole's compiled, and put the pole back up instead of ending."""
    reward, ended = step_cart_pole(state, action)
    if ended:
        for k in range(4):
            state[k] = 0.01 * (k - 1.5)
    return reward, False


step_cart_pole = compilable(CART_POLE.step)


def compiled_side(size: tuple[int, int, int, int], n_steps: int) -> tuple[Side, float]:
    """Return CartPole's compiled, never ending, under an agent."""
    config = TaskConfig(id="CartPole-v1")
    spec = describe_task(config)
    player = CompiledPlayer(CompiledDynamics(CART_POLE.start, _endless, CART_POLE.observe))
    environment = make_environment(config)

    def live_on(agent: Agent, n: int) -> int:
        environment.reset(seed=0)
        agent.reset()
        return player.live(agent, environment, n).length

    def rate(agent: Agent, n: int = 5000) -> float:
        live_on(agent, n)
        return float(agent.simulator.emitted()[agent.network.n_inputs :].mean()) / (n * HOLD)

    agent = make_agent(config, spec, make_network(size), rate)
    return partial(live_on, agent, n_steps), rate(agent, n_steps)


def measure_compiled(repeats: int) -> Iterator[Result]:
    """Compare compiled episodes with neat-python's feed-forward networks."""
    for size in ((4, 0, 2, 8), (4, 10, 2, 60)):
        ours, rate = compiled_side(size, 50_000)
        times = interleave(
            {
                "compiled": ours,
                "small": neat_side((4, 0, 2, 8), 500),
                "equal": neat_side(size, 500),
            },
            repeats,
        )
        compiled = median(times["compiled"])
        yield {
            "kind": "compiled",
            "size": size,
            "rate": rate,
            "compiled_ns": compiled,
            "steps_per_second": 1e9 / compiled,
            "neat_small_ns": median(times["small"]),
            "neat_equal_ns": median(times["equal"]),
            "ratio_small": median(
                n / t for n, t in zip(times["small"], times["compiled"], strict=True)
            ),
            "ratio_equal": median(
                n / t for n, t in zip(times["equal"], times["compiled"], strict=True)
            ),
        }


def measure_generation() -> Result:
    """Time the evaluation of a generation of founders, every episode of full length."""
    config = TaskConfig(id="CartPole-v1")
    spec = describe_task(config)
    codec = resolve_codec(CodecConfig(hold=HOLD), config, spec)
    rollout_worker = RolloutWorker(
        RolloutConfig(
            task=config, codec=codec, evaluation=SettledEvaluation(episodes=1, racing_episodes=0)
        ),
        spec,
    )
    endless = CompiledDynamics(CART_POLE.start, _endless, CART_POLE.observe)
    rollout_worker._compiled = CompiledPlayer(endless)  # noqa: SLF001
    variation = Variation(GenomeConfig())
    genomes = [
        found_genome(key, 8, 2, variation, np.random.default_rng(key)) for key in range(POPULATION)
    ]
    plan = EpisodePlan(purpose=Purpose.TRAIN, episodes=EPISODES)
    rollout_worker.evaluate(genomes[0], plan)
    began = time.process_time()
    steps = sum(sum(rollout_worker.evaluate(genome, plan).lengths) for genome in genomes)
    return {
        "kind": "generation",
        "seconds": time.process_time() - began,
        "steps": steps,
        "goal": 3.0,
    }


def _gymnasium_table(results: list[Result]) -> Table:
    table = Table(title=f"Through Gymnasium: {CELLS} cells, {SYNAPSES} synapses, {HOLD} ms a step")
    for column in (
        "task",
        "constant actions [us]",
        "the agent's [us]",
        "agent [us]",
        "over constant",
        "over its own",
        "goal",
        "spikes/cell/ms",
    ):
        table.add_column(column, justify="right")
    for r in (r for r in results if r["kind"] == "gymnasium"):
        table.add_row(
            r["task"],
            f"{r['bare_ns'] / 1e3:.2f}",
            f"{r['repeated_ns'] / 1e3:.2f}",
            f"{r['agent_ns'] / 1e3:.2f}",
            f"{r['ratio']:.2f}",
            f"{r['ratio_repeated']:.2f}",
            f"{r['goal']:.2f}",
            f"{r['rate']:.3f}",
        )
    return table


def _compiled_table(results: list[Result]) -> Table:
    table = Table(title=f"CartPole compiled, {HOLD} ms a step, beside neat-python's feed-forward")
    for column in (
        "size",
        "ns/step",
        "steps/s",
        "neat (4,0,2,8) [us]",
        "times",
        "equal size",
        "times",
        "spikes/cell/ms",
    ):
        table.add_column(column, justify="right")
    for r in (r for r in results if r["kind"] == "compiled"):
        table.add_row(
            str(tuple(r["size"])),
            f"{r['compiled_ns']:.0f}",
            f"{r['steps_per_second']:,.0f}",
            f"{r['neat_small_ns'] / 1e3:.2f}",
            f"{r['ratio_small']:.1f}",
            f"{r['neat_equal_ns'] / 1e3:.2f}",
            f"{r['ratio_equal']:.1f}",
            f"{r['rate']:.3f}",
        )
    return table


def show(results: list[Result]) -> str:
    """Return the results as tables."""
    console = Console(width=120, record=True, quiet=True)
    console.quiet = False
    console.print(_gymnasium_table(results), _compiled_table(results))
    for r in (r for r in results if r["kind"] == "generation"):
        console.print(
            f"{POPULATION} founders x {EPISODES} episodes x {STEPS} steps: {r['seconds']:.2f} s "
            f"of one core for {r['steps']:,} steps (goal {r['goal']:g})"
        )
    return console.export_text()


@click.command()
@click.option("--repeats", default=15, show_default=True)
@click.option("--save", is_flag=True, help="Keep the tables under scripts/results/.")
def main(*, repeats: int, save: bool) -> None:
    """Measure everything and print it."""
    results = [*measure_gymnasium(repeats), *measure_compiled(repeats), measure_generation()]
    text = show(results)
    if save:
        RESULTS.with_suffix(".txt").write_text(text)
        lines = [json.dumps(r) for r in ({"provenance": provenance()}, *results)]
        RESULTS.with_suffix(".jsonl").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
