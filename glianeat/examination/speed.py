"""How fast a task is, stepped in Python and in its compiled, and whether both play alike."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from glianeat.codec.codec import n_channels, n_outputs, resolve_outputs
from glianeat.develop.decode import develop
from glianeat.develop.encodings.registry import find_encoding
from glianeat.evaluate.agent import Agent
from glianeat.evaluate.episodes import CompiledPlayer, Episode, live
from glianeat.examination.report import Finding
from glianeat.examination.task_under_test import SEED, Findings, TaskUnderTest
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.text import counted

if TYPE_CHECKING:
    import gymnasium

_TIMED = 1.0  # [s] that each measurement of speed takes
_COMPILED_EPISODES = 3
_FOUNDER = GenomeConfig(max_neurons=1_000_000, max_synapses=1_000_000)


def check_speed(task_under_test: TaskUnderTest) -> Findings:
    """Measure the cost of a step, and episodes a second with a founder."""
    spec, codec = task_under_test.known(), task_under_test.codec
    if codec is None:
        return
    variation = Variation(_FOUNDER)
    shape = n_channels(codec, spec), n_outputs(codec, spec)
    development = resolve_outputs(task_under_test.config.development, codec, spec)
    found = find_encoding(development.encoding).found
    genome = found(0, *shape, variation, np.random.default_rng(SEED))
    network = develop(genome, development)
    agent = Agent(network, task_under_test.config.simulation, codec, spec)
    agent.warm_up(acts=True)
    environment = task_under_test.environment()
    bare = _bare_step(task_under_test, environment)
    observation = task_under_test.begin(environment, SEED)
    agent.reset()
    act = _rate(lambda: agent.act(observation) is None)
    in_python = _rate(lambda: _live(task_under_test, agent, environment, SEED).length < 0)
    share = act / (act + bare)
    text = (
        f"a step takes {1e6 * bare:.0f} µs, the agent {1e6 * act:.0f} µs ({share:.0%}); "
        f"{1.0 / in_python:,.0f} episodes/s in Python"
    )
    values = {"step": bare, "agent": act, "python": 1.0 / in_python}
    if spec.compiled is not None:
        player = CompiledPlayer(spec.compiled)
        task_under_test.begin(environment, SEED)
        in_compiled = _rate(
            lambda: _play(task_under_test, player, agent, environment, SEED).length < 0
        )
        text += f", {1.0 / in_compiled:,.0f} in the compiled task"
        values["compiled"] = 1.0 / in_compiled
        yield from _compare(task_under_test, player, agent, environment)
    environment.close()
    yield Finding("speed", "ok", text, values)


def _bare_step(task_under_test: TaskUnderTest, environment: "gymnasium.Env[Any, Any]") -> float:
    """Return what a step of the environment takes [s], resets left out."""
    actions = [environment.action_space.sample() for _ in range(100)]
    taken, steps, stop = 0.0, 0, time.perf_counter() + _TIMED
    while time.perf_counter() < stop:
        task_under_test.begin(environment, SEED + steps)
        for action in actions:
            began = time.perf_counter()
            _, _, terminated, truncated, _ = environment.step(action)
            taken += time.perf_counter() - began
            steps += 1
            if terminated or truncated:
                break
    return taken / steps


def _rate(call: Callable[[], bool]) -> float:
    """Return what a call takes [s], on average."""
    began = time.perf_counter()
    calls = 0
    while time.perf_counter() - began < _TIMED:
        call()
        calls += 1
    return (time.perf_counter() - began) / calls


def _live(
    task_under_test: TaskUnderTest, agent: Agent, environment: "gymnasium.Env[Any, Any]", seed: int
) -> Episode:
    agent.reset()
    return live(
        agent, environment, task_under_test.begin(environment, seed), task_under_test.known()
    )


def _play(
    task_under_test: TaskUnderTest,
    player: CompiledPlayer,
    agent: Agent,
    environment: "gymnasium.Env[Any, Any]",
    seed: int,
) -> Episode:
    agent.reset()
    task_under_test.begin(environment, seed)
    return player.live(agent, environment, task_under_test.known().max_steps)


def _compare(
    task_under_test: TaskUnderTest,
    player: CompiledPlayer,
    agent: Agent,
    environment: "gymnasium.Env[Any, Any]",
) -> Findings:
    """See whether the compiled task plays as the environment does."""
    for seed in range(SEED, SEED + _COMPILED_EPISODES):
        lived = _live(task_under_test, agent, environment, seed)
        played = _play(task_under_test, player, agent, environment, seed)
        if not (
            lived.length == played.length and np.isclose(lived.total_return, played.total_return)
        ):
            yield Finding(
                "compiled plays",
                "warning",
                f"otherwise than the environment: seed {seed} returns {played.total_return:g} in "
                f"{counted(played.length, 'step')}, not {lived.total_return:g} in {lived.length}; "
                "mend it, or do without: task.compiled = 'off'",
            )
            return
    yield Finding("compiled plays", "ok", f"as the environment does, {_COMPILED_EPISODES} episodes")
