"""Roll-out: a genome lives through episodes of a task, and whatever happens is an outcome."""

import contextlib
import io
import os
from collections.abc import Callable, Collection, Iterator
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from glianeat.analyse.activity import MEASURE_BY_NAME
from glianeat.analyse.measure import Observed
from glianeat.codec.codec import SettledCodec, n_outputs
from glianeat.codec.packing import plan_codec
from glianeat.config import Settings
from glianeat.develop.decode import develop
from glianeat.develop.encodings.registry import find_encoding
from glianeat.develop.network import Network
from glianeat.develop.ratios import ratio_penalty
from glianeat.develop.settings import DevelopmentConfig
from glianeat.energetics.cost import EnergyConfig
from glianeat.energetics.ledger import Ledger
from glianeat.errors import ConfigError, DevelopmentError, EvaluationError, SimulationError
from glianeat.evaluate.agent import Agent
from glianeat.evaluate.episodes import CompiledPlayer, Episode, live
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.injury import Injury
from glianeat.evaluate.isolation.process_state import (
    FloatingPointState,
    ProcessState,
    SignalHandlers,
)
from glianeat.evaluate.outcomes import failure
from glianeat.evaluate.plan import EpisodePlan, SettledEvaluation
from glianeat.evaluate.probe import Probe
from glianeat.evaluate.watch import Watcher
from glianeat.genome.genome import Genome
from glianeat.genome.schema import Role
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.interrupts import is_from_outside
from glianeat.simulate.energy.ledger_of import Activity
from glianeat.simulate.settings import SimulationConfig
from glianeat.streams import Purpose
from glianeat.tasks.blame import described, exited, misfitting, stuck
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.contract import begin
from glianeat.tasks.deadline import DeadlineReached, deadline
from glianeat.tasks.task import TaskSpec, describe_task, make_environment, open_task

if TYPE_CHECKING:
    import gymnasium

_NO_CAPS = GenomeConfig(max_neurons=1_000_000, max_synapses=1_000_000)
_CLOSING = 5.0  # [s] that an environment which misbehaved has to close


class RolloutConfig(Settings, kw_only=True):
    """All that the rollout of a genome depends on, beside the genome: it travels to workers."""

    seed: int = 0
    task: TaskConfig
    codec: SettledCodec
    development: DevelopmentConfig = DevelopmentConfig()
    simulation: SimulationConfig = SimulationConfig()
    evaluation: SettledEvaluation


class _Lived(NamedTuple):
    """One episode, whose it was, and what was recorded of it."""

    agent: Agent
    episode: Episode
    activity: Activity
    probe: Watcher | None = None
    ledger: Ledger | None = None  # of what it did, if that is not all that there is to say of it


class _Silent(io.TextIOBase):
    """Swallows what environments print."""

    def write(self, text: str, /) -> int:
        return len(text)


class RolloutWorker:
    """Lives a genome's life, again and again; keeps one environment warm.

    Parameters
    ----------
    config : RolloutConfig
        What the roll-outs depend on.
    description : TaskSpec, optional
        What is known of the task. By default its environment is made at once, asked, and kept for
        the episodes.
    render_mode : str, optional
        How the environment is to show itself, as for `gymnasium.make`.
    watch : callable, optional
        Wraps the environment once it is made, to see what happens in it.
    """

    def __init__(
        self,
        config: RolloutConfig,
        description: TaskSpec | None = None,
        *,
        render_mode: str | None = None,
        watch: "Callable[[gymnasium.Env[Any, Any]], gymnasium.Env[Any, Any]] | None" = None,
    ) -> None:
        self._config, self._render_mode, self._watch = config, render_mode, watch
        self.on_error: Callable[[BaseException], None] | None = None
        """Is told every error that makes an evaluation fail."""
        self._environment: gymnasium.Env[Any, Any] | None = None
        if description is None and render_mode is None and watch is None:
            description, self._environment = open_task(config.task)
        self._spec = description or describe_task(config.task)
        self._compiled = self._player()
        self._plan = plan_codec(config.codec, self._spec, config.simulation)
        needs_trace = any(MEASURE_BY_NAME[name].needs_trace for name in config.evaluation.measures)
        self._probe_steps = config.evaluation.probe_steps if needs_trace else 0
        self._silent, self._timeout = _Silent(), config.evaluation.timeout
        self._floating_point = FloatingPointState()
        self._process_state: ProcessState | None = None
        self._seeds: tuple[object, tuple[int, ...]] = (None, ())
        self._compile()

    @property
    def spec(self) -> TaskSpec:
        """Spaces of the task."""
        return self._spec

    @property
    def energy(self) -> EnergyConfig:
        """What activity costs."""
        return self._config.simulation.energy

    def agent(self, network: Network) -> Agent:
        """Return the agent of a developed network."""
        config = self._config
        return Agent(network, config.simulation, config.codec, self._spec, self._plan)

    def _player(self) -> CompiledPlayer | None:
        if self._spec.compiled is None or self._render_mode is not None or self._watch is not None:
            return None
        try:
            return CompiledPlayer(self._spec.compiled)
        except TypeError as error:
            raise ConfigError(
                f"task {self._config.task.id}: its dynamics cannot be compiled: {error}; mend them "
                "or do without: task.compiled = 'off'"
            ) from error

    def _compile(self) -> None:
        """Have the kernels compiled now, so that it counts against no genome's time."""
        rng, variation = np.random.default_rng(0), Variation(_NO_CAPS)
        development, outputs = self._config.development, n_outputs(self._config.codec, self._spec)
        genome = find_encoding(development.encoding).found(0, 1, outputs, variation, rng)
        self.agent(develop(genome, development)).warm_up(acts=self._compiled is None)

    def evaluate(
        self,
        genome: Genome,
        plan: EpisodePlan,
        probe: Watcher | None = None,
        network: Network | None = None,
    ) -> Evaluation:
        """Return how a genome did; whatever goes wrong is an outcome with its reason.

        Parameters
        ----------
        genome : Genome
            The genome.
        plan : EpisodePlan
            Its episodes.
        probe : Watcher, optional
            Sees the first episode in place of the worker's own; unless it is a `Probe`, there are
            no measures that need a trace.
        network : Network, optional
            What is to live in place of the adult that the genome develops into.
        """
        process, handlers = os.getpid(), None if self._compiled is not None else SignalHandlers()
        try:
            with contextlib.redirect_stdout(self._silent), deadline(self._timeout):
                adult, plan = self._adult(genome, network), plan.for_genome(genome.key)
                lived = list(self._live(genome, adult, plan, probe))
                outcome = _summarise(genome, adult.network, lived, self._config, plan)
        except DevelopmentError as error:
            return failure(genome.key, "undeveloped", str(error))
        except BaseException as error:
            if is_from_outside(error):
                raise
            outcome = self._what_went_wrong(genome, error)
            self._drop_environment()
        if os.getpid() != process:  # the environment has forked, and this is the copy
            os._exit(1)
        if handlers is not None:  # else it was code of ours that ran
            self._restore(handlers)
        return outcome

    def _what_went_wrong(self, genome: Genome, error: BaseException) -> Evaluation:
        if self.on_error is not None:
            self.on_error(error)
        if isinstance(error, DeadlineReached):
            return failure(genome.key, "timeout", stuck(error, self._timeout))
        if isinstance(error, SimulationError):
            return failure(genome.key, "not_finite", misfitting(error, self._environment))
        if isinstance(error, EvaluationError):
            return failure(genome.key, "malformed", misfitting(error, self._environment))
        if isinstance(error, SystemExit):
            return failure(genome.key, "exited", exited(error))
        return failure(genome.key, "failed", described(error))

    def _restore(self, handlers: SignalHandlers) -> None:
        """Undo what an environment did to the process: the next genome is to find it as it was."""
        handlers.restore()
        self._floating_point.restore()
        if self._process_state is not None:
            self._process_state.restore()

    def develop(self, genome: Genome) -> Network:
        """Return the adult's network; raise `DevelopmentError` if there is none."""
        return develop(genome, self._config.development)

    def _adult(self, genome: Genome, network: Network | None) -> Agent:
        try:
            return self.agent(network or self.develop(genome))
        except SimulationError as error:  # such as a cycle in what is to be feed-forward
            raise DevelopmentError(f"genome {genome.key}: {error}") from error

    def _live(
        self, genome: Genome, adult: Agent, plan: EpisodePlan, probe: Watcher | None
    ) -> Iterator[_Lived]:
        environment = self._ready_environment()
        options = self._config.task.reset_options or None
        returns: list[float] = []
        agents = self._agents(genome, adult, plan)
        limit = min(self._spec.max_steps, plan.steps or self._spec.max_steps)
        damage = self._config.evaluation.damage if plan.damage is None else plan.damage
        if probe is None and self._probe_steps:
            probe = Probe(self._probe_steps)
        for seed, agent in zip(self.episode_seeds(plan), agents, strict=True):
            agent.reset()
            observation = begin(environment, seed, options)
            injury = Injury(agent, damage, seed, probe) if damage else None
            if self._compiled is not None:
                episode = self._compiled.live(agent, environment, limit, probe, injury)
            else:
                episode = live(agent, environment, observation, self._spec, limit, injury or probe)
            ledger = agent.ledger() if agent.simulator.is_damaged else None
            yield _Lived(agent, episode, agent.activity(), probe, ledger)
            probe = None  # which sees the first episode alone
            returns.append(episode.total_return)
            if plan.prunes(returns):
                return

    def _ready_environment(self) -> "gymnasium.Env[Any, Any]":
        """Return the environment, made if there is none, with the process as it is to stay."""
        environment = self._environment
        if environment is None:
            environment = make_environment(self._config.task, self._render_mode)
            self._environment = environment = (
                environment if self._watch is None else self._watch(environment)
            )
            self._process_state = None
        if self._process_state is None:
            self._floating_point.restore()
            self._process_state = ProcessState.now()
        return environment

    def episode_seeds(self, plan: EpisodePlan) -> tuple[int, ...]:
        """Return the seeds of a plan's episodes, which all genomes of a generation share."""
        which = (plan.purpose, plan.first, plan.episodes, plan.seeds)
        if self._seeds[0] != which:
            self._seeds = (which, plan.episode_seeds(self._config.seed))
        return self._seeds[1]

    def _agents(self, genome: Genome, adult: Agent, plan: EpisodePlan) -> Iterator[Agent]:
        """Yield who lives each episode: the adult, or, in training with glia that develop, a child.

        Episode k of K, counted from 0, is lived at age k / (K - 1), and a single one by the adult.
        """
        development, last = self._config.development, plan.number - 1
        grows = development.glia == "developmental" and plan.purpose == Purpose.TRAIN
        known = {tuple(adult.network.astrocytes): adult}  # all else is the same at any age
        for episode in range(plan.number):
            if not grows or episode == last:
                yield adult
                continue
            network = develop(genome, development, episode / last)
            counts = tuple(network.astrocytes)
            if counts not in known:
                known[counts] = self.agent(network)
            yield known[counts]

    def _drop_environment(self) -> None:
        """Let go of an environment that misbehaved: its state is not to be trusted."""
        environment, self._environment = self._environment, None
        if environment is not None:
            try:
                with contextlib.redirect_stdout(self._silent), deadline(_CLOSING):
                    environment.close()
            except BaseException as error:  # whatever it raises
                if is_from_outside(error):
                    raise

    def close(self) -> None:
        """Close the environment, if it lets itself be closed."""
        self._drop_environment()


def _activities(lived: list[_Lived]) -> dict[Agent, Activity]:
    """Return what each agent did in all its episodes."""
    activities: dict[Agent, Activity] = {}
    for one in lived:
        before = activities.get(one.agent)
        activities[one.agent] = one.activity if before is None else before + one.activity
    return activities


def _ledgers(lived: list[_Lived]) -> Iterator[Ledger]:
    """Yield what each agent did undamaged in all its episodes, then what the damaged did."""
    whole = _activities([one for one in lived if one.ledger is None])
    for agent, activity in whole.items():
        yield agent.simulator.ledger_of(activity)
    yield from (one.ledger for one in lived if one.ledger is not None)


def _measures(
    network: Network, lived: list[_Lived], done: Collection[Activity], config: RolloutConfig
) -> dict[str, float] | msgspec.UnsetType:
    """Return the measures that the settings name; of agents that grow, those of the adult."""
    if not config.evaluation.measures:
        return msgspec.UNSET
    probe = lived[0].probe if isinstance(lived[0].probe, Probe) else None
    observed = Observed(
        network=network if probe is None else lived[0].agent.network,
        spikes=reduce(add, (activity.emitted for activity in done)),
        seconds=sum(activity.seconds for activity in done),
        trace=None if probe is None else probe.trace,
        traced_energy=0.0 if probe is None else probe.energy(config.simulation.energy),
    )
    known = [MEASURE_BY_NAME[name] for name in config.evaluation.measures]
    if lived[0].probe is not None and probe is None:
        known = [measure for measure in known if not measure.needs_trace]
    return {measure.name: measure.value(observed) for measure in known}


def _summarise(
    genome: Genome,
    network: Network,
    lived: list[_Lived],
    config: RolloutConfig,
    plan: EpisodePlan,
) -> Evaluation:
    """Return how a genome did; the numbers of its cells are those of the adult `network`."""
    done, episodes = _activities(lived), [one.episode for one in lived]
    total = reduce(add, _ledgers(lived))
    spikes = total.count("spikes")
    seconds = max(total.seconds, 1e-9)
    ratios = np.divide(
        network.astrocytes, network.mass, out=np.zeros(network.n_regions), where=network.mass > 0
    )
    return Evaluation(
        key=genome.key,
        abandoned=len(lived) < plan.number,
        returns=tuple(episode.total_return for episode in episodes),
        rewards=_means([episode.rewards for episode in episodes]),
        lengths=tuple(episode.length for episode in episodes),
        power=total.power(config.simulation.energy),
        penalty=ratio_penalty(genome, network, config.development),
        spikes_per_second=float(spikes.sum()) / seconds,
        output_spikes_per_second=sum(episode.output_spikes for episode in episodes) / seconds,
        outside=sum(episode.outside for episode in episodes),
        seconds=total.seconds,
        amounts=tuple(map(tuple, total.amounts.tolist())),
        counts=tuple(map(tuple, total.counts.tolist())),
        neurons=network.n_neurons,
        hidden=int((network.cells.role == Role.HIDDEN).sum()),
        synapses=network.n_synapses,
        astrocytes=tuple(network.astrocytes.tolist()),
        ratios=tuple(ratios.tolist()),
        measured=_measures(network, lived, done.values(), config),
    )


def _means(rewards: list[tuple[float, ...]]) -> tuple[float, ...]:
    """Return the mean of each of several rewards over the episodes."""
    means: list[float] = np.mean(rewards, axis=0).tolist() if rewards[0] else []
    return tuple(means)
