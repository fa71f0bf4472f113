"""Episodes: an agent in an environment stepped in Python, or in its compiled task."""

import math
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from glianeat.compile.stepper import Stepper
from glianeat.errors import SimulationError
from glianeat.evaluate import episode_kernel as kernel
from glianeat.evaluate.agent import Agent
from glianeat.evaluate.injury import Injury
from glianeat.evaluate.watch import Watcher
from glianeat.tasks import contract
from glianeat.tasks.compiled.dynamics import CompiledDynamics
from glianeat.tasks.task import TaskSpec
from glianeat.typing import FloatArray

if TYPE_CHECKING:
    import gymnasium


class Episode(msgspec.Struct, frozen=True):
    """One lived episode."""

    total_return: float
    length: int
    output_spikes: float
    outside: int = 0
    """Observations outside their declared space."""
    rewards: tuple[float, ...] = ()
    """Return of each reward, of tasks that give several at once."""


def live(
    agent: Agent,
    environment: "gymnasium.Env[Any, Any]",
    observation: Any,
    spec: TaskSpec,
    max_steps: int | None = None,
    probe: Watcher | Injury | None = None,
) -> Episode:
    """Live through one episode, of which the environment has just shown the first observation.

    It is cut off after `max_steps`, by default the task's. A `probe` records its first steps, or an
    injury damages the agent on the way.

    Raises
    ------
    EvaluationError
        If what a step returns is not made as the task says; see `glianeat.tasks.contract`.
    SimulationError
        If an observation, a reward or the network's state is not finite.
    """
    step, advance = 0, environment.step
    act = agent.act_quickly if probe is None else probe.acting(agent)
    max_steps = spec.max_steps if max_steps is None else max_steps
    feeds, several = spec.reserve is not None, bool(spec.rewards)
    total: Any = np.zeros(len(spec.rewards)) if several else 0.0
    known, quick, judge = _ways(len(spec.rewards))
    terminated: Any = False
    truncated: Any = False
    while step < max_steps:
        try:
            observation, reward, terminated, truncated, info = advance(act(observation))
            if type(reward) is known:
                total += float(reward)
            else:
                total += judge(reward)
                known = type(reward) if type(reward) in quick else known
            step += 1
            if feeds:
                agent.feed(contract.energy_intake(info))
            if (terminated or truncated) and contract.is_over(terminated, truncated):
                break
        except (TypeError, ValueError, OverflowError) as error:
            raise contract.misfit(environment, error, (terminated, truncated)) from error
    rewards = tuple(total.tolist()) if several else ()
    return _episode(agent, math.fsum(rewards) if several else total, step, rewards)


def _ways(count: int) -> tuple[type | None, Collection[type], Callable[[Any], Any]]:
    """Return the type of rewards that `float` turns at once, others of that kind, and the judge.

    Once the judge has passed a reward of one of the others, that becomes the type; so a reward
    costs a comparison of types.
    """
    if count:
        return None, (), partial(contract.numbers, count=count)
    return float, contract.QUICK, contract.number


def _episode(agent: Agent, total: float, length: int, rewards: tuple[float, ...] = ()) -> Episode:
    if not math.isfinite(total):
        raise SimulationError(f"reward: must be finite, got a return of {total}")
    if not agent.simulator.is_finite:
        raise SimulationError("network: state is not finite")
    return Episode(total, length, agent.output_spikes(), agent.outside, rewards)


class CompiledPlayer:
    """Plays episodes of a task in its compiled task.

    Parameters
    ----------
    compiled : CompiledDynamics
        The task's dynamics.

    Raises
    ------
    TypeError
        If the functions of the compiled task cannot be compiled.
    """

    def __init__(self, compiled: CompiledDynamics) -> None:
        self._start = compiled.start
        self._stepper = Stepper(compiled.step, compiled.observe, compiled.energy_intake)
        self._lived = np.zeros(4)

    def live(
        self,
        agent: Agent,
        environment: "gymnasium.Env[Any, Any]",
        max_steps: int,
        probe: Watcher | None = None,
        injury: Injury | None = None,
    ) -> Episode:
        """Live through the episode that the environment's reset has just begun; see `live`."""
        state = np.array(self._start(environment), dtype=np.float64)
        self._lived[:] = 0.0
        act = None if probe is None else probe.stepping(agent)
        probed = 0 if probe is None else probe.steps
        for until in (max_steps,) if injury is None else injury.stages(max_steps):
            if act is not None and self._probe(agent, state, min(probed, until), act):
                break
            if self._go_on(agent, state, until):
                break
        return _episode(agent, float(self._lived[0]), int(self._lived[1]))

    def _go_on(self, agent: Agent, state: FloatArray, until: int) -> bool:
        """Live until a step; return whether the episode has ended before."""
        ending = kernel.live_compiled(
            agent.codec,
            agent.simulator.buffer,
            self._stepper.address,
            state,
            self._lived,
            until,
        )
        if ending == kernel.OBSERVATION_NOT_FINITE:
            raise SimulationError("observation: must be finite")
        return bool(ending != kernel.TRUNCATED)

    def _probe(self, agent: Agent, state: FloatArray, until: int, act: Callable[[], int]) -> bool:
        """Live until a step, and let a probe see it; return whether the episode has ended."""
        shown, action, outcome = agent.shown, agent.acted, self._lived[2:]
        take = partial(kernel.step_compiled, self._stepper.address, state)
        take(action[0:0], shown, outcome)
        for _ in range(int(self._lived[1]), until):
            act()
            ended = take(action, shown, outcome)
            self._lived[0] += outcome[0]
            self._lived[1] += 1.0
            agent.feed(float(outcome[1]))
            if ended:
                return True
        return False
