"""Roll-out: a genome lives through episodes of a task, stepped in Python."""

import contextlib
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from glianeat.config import Settings
from glianeat.develop.decode import develop
from glianeat.develop.network import Network
from glianeat.energetics.ledger import Ledger, empty_ledger
from glianeat.errors import DevelopmentError, SimulationError
from glianeat.evaluate.agent import Agent
from glianeat.evaluate.codec import CodecConfig
from glianeat.evaluate.deadline import DeadlineReached, deadline
from glianeat.evaluate.protocol import (
    EpisodePlan,
    Evaluation,
    EvaluationConfig,
    Status,
    episode_seed,
)
from glianeat.evaluate.task import TaskConfig, TaskSpec, describe_task, make_environment
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import Genome
from glianeat.genome.schema import Role
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.simulate.settings import SimulationConfig

if TYPE_CHECKING:
    import gymnasium

_LONGEST_REASON = 500  # characters
_NO_CAPS = GenomeConfig(max_neurons=1_000_000, max_synapses=1_000_000)
_CLOSING = 5.0  # [s] that an environment which misbehaved has to close


class AssessmentConfig(Settings):
    """All that the assessment of a genome depends on, beside the genome: it travels to workers."""

    seed: int = 0
    task: TaskConfig = TaskConfig()
    codec: CodecConfig = CodecConfig()
    simulation: SimulationConfig = SimulationConfig()
    evaluation: EvaluationConfig = EvaluationConfig()


class Episode(msgspec.Struct, frozen=True):
    """One lived episode."""

    total_return: float
    length: int
    output_spikes: float


class Assessor:
    """Lives a genome's life, again and again; keeps one environment warm.

    Parameters
    ----------
    config : AssessmentConfig
        With a resolved codec.
    render_mode : str, optional
        How the environment is to show itself, as for `gymnasium.make`.
    """

    def __init__(self, config: AssessmentConfig, render_mode: str | None = None) -> None:
        self._config, self._render_mode = config, render_mode
        self._spec = describe_task(config.task)
        self._environment: gymnasium.Env[Any, Any] | None = None
        self._compile()

    @property
    def spec(self) -> TaskSpec:
        """Spaces of the task."""
        return self._spec

    def agent(self, network: Network) -> Agent:
        """Return the agent of a developed network."""
        return Agent(network, self._config.simulation, self._config.codec, self._spec)

    def _compile(self) -> None:
        """Have the kernels compiled now, so that it counts against no genome's time."""
        rng, variation = np.random.default_rng(0), Variation(_NO_CAPS)
        genome = found_genome(0, 1, self._spec.action.n_outputs, variation, rng)
        self.agent(develop(genome)).act(np.zeros(self._spec.n_observations))

    def assess(self, genome: Genome, plan: EpisodePlan) -> Evaluation:
        """Return how a genome did; whatever goes wrong is an outcome with its reason."""
        limit = self._config.evaluation.timeout
        try:
            with deadline(limit):
                agent = self.agent(develop(genome))
                return _summarise(genome, agent, list(self._live(agent, plan)), self._config)
        except DevelopmentError as error:
            return _failure(genome, "undeveloped", str(error))
        except DeadlineReached:
            failure = _failure(genome, "timeout", f"no result within {limit:g} s")
        except SimulationError as error:
            failure = _failure(genome, "not_finite", str(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - an environment may raise anything
            failure = _failure(genome, "failed", f"{type(error).__name__}: {error}")
        self._drop_environment()
        return failure

    def _live(self, agent: Agent, plan: EpisodePlan) -> Iterator[tuple[Episode, Ledger]]:
        if self._environment is None:
            self._environment = make_environment(self._config.task, self._render_mode)
        for number in range(plan.episodes):
            seed = episode_seed(self._config.seed, plan.purpose, number)
            episode = live(agent, self._environment, seed, self._spec.max_steps)
            yield episode, agent.ledger()

    def _drop_environment(self) -> None:
        """Let go of an environment that misbehaved: its state is not to be trusted."""
        environment, self._environment = self._environment, None
        if environment is not None:
            with contextlib.suppress(Exception, SystemExit, DeadlineReached), deadline(_CLOSING):
                environment.close()

    def close(self) -> None:
        """Close the environment, if it lets itself be closed."""
        self._drop_environment()


def live(
    agent: Agent, environment: "gymnasium.Env[Any, Any]", seed: int, max_steps: int
) -> Episode:
    """Live through one episode.

    Raises
    ------
    SimulationError
        If an observation, a reward or the network's state is not finite.
    """
    agent.reset()
    observation, _ = environment.reset(seed=seed)
    total, step, act, advance = 0.0, 0, agent.act, environment.step
    while step < max_steps:
        observation, reward, terminated, truncated, _ = advance(act(observation))
        total += float(reward)
        step += 1
        if terminated or truncated:
            break
    if not math.isfinite(total):
        raise SimulationError(f"reward: must be finite, got a return of {total}")
    if not agent.simulator.is_finite:
        raise SimulationError("network: state is not finite")
    return Episode(total, step, agent.output_spikes())


def _failure(genome: Genome, status: Status, reason: str) -> Evaluation:
    """Return the outcome of an evaluation that went wrong; a reason is text, and not too long."""
    text = reason[:_LONGEST_REASON].encode(errors="replace").decode()
    return Evaluation(key=genome.key, status=status, reason=text)


def _summarise(
    genome: Genome, agent: Agent, lived: list[tuple[Episode, Ledger]], config: AssessmentConfig
) -> Evaluation:
    network = agent.network
    total = sum((ledger for _, ledger in lived), empty_ledger(network.n_regions))
    spikes = total.count("spikes")
    astrocytes = np.bincount(network.glia.region, network.glia.count, network.n_regions)
    seconds = max(total.seconds, 1e-9)
    ratios = np.divide(
        astrocytes, network.mass, out=np.zeros(network.n_regions), where=network.mass > 0
    )
    return Evaluation(
        key=genome.key,
        returns=tuple(episode.total_return for episode, _ in lived),
        lengths=tuple(episode.length for episode, _ in lived),
        power=total.power(config.simulation.energy),
        spikes_per_second=float(spikes.sum()) / seconds,
        output_spikes_per_second=sum(episode.output_spikes for episode, _ in lived) / seconds,
        seconds=total.seconds,
        amounts=tuple(map(tuple, total.amounts.tolist())),
        counts=tuple(map(tuple, total.counts.tolist())),
        neurons=network.n_neurons,
        hidden=int((network.cells.role == Role.HIDDEN).sum()),
        synapses=network.n_synapses,
        astrocytes=tuple(int(n) for n in astrocytes),
        ratios=tuple(ratios.tolist()),
    )
