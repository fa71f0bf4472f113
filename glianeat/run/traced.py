"""An episode of a run's genome, lived again and recorded millisecond by millisecond."""

import math
from dataclasses import dataclass

from glianeat.develop.decode import develop
from glianeat.develop.network import Network
from glianeat.evaluate.failures import check_evaluation
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.probe import Probe
from glianeat.genome.genome import Genome
from glianeat.run.config import ExperimentConfig
from glianeat.run.run import Run
from glianeat.run.watched import trace_spec
from glianeat.simulate.trace import Trace
from glianeat.streams import Purpose

LONGEST = 60_000  # [ms] of an episode that are recorded, unless more is asked for


@dataclass(frozen=True, eq=False)
class TracedEpisode:
    """One fresh episode of a genome, and all that its network did.

    Parameters
    ----------
    key : int
        Key of the genome.
    network : Network
        The network that lived it.
    trace : Trace
        What it did; times count from the first step of the episode. It holds the potentials of the
        outputs if they act by these.
    config : ExperimentConfig
        Settings of the run.
    input_names : tuple of str
        Names of the input channels.
    output_names : tuple of str
        Names of the outputs.
    total_return : float
        Return of the episode.
    complete : bool
        Whether the whole episode was recorded.
    """

    key: int
    network: Network
    trace: Trace
    config: ExperimentConfig
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    total_return: float
    complete: bool


def trace_episode(
    run: Run, genome: Genome, *, seed: int | None = None, longest: int = LONGEST
) -> TracedEpisode:
    """Let a genome live an episode, and record it.

    It is the first of those that ``glianeat replay`` shows; recording changes no bit of it. Makes
    the task's environment.

    Parameters
    ----------
    run : Run
        The run whose settings apply.
    genome : Genome
        Who lives it.
    seed : int, optional
        Seed of the episode, as of ``glianeat replay``; by default the run's.
    longest : int
        What is recorded of it at most [ms]; it goes on unrecorded.

    Raises
    ------
    EvaluationError
        If the episode failed.
    TrustError
        If the run was not made here, and making its task needs trust.
    """
    codec = run.experiment.codec
    probe = Probe(math.ceil(longest / codec.hold), trace_spec(run, genome))
    plan = EpisodePlan(purpose=Purpose.REPLAY, episodes=1)
    if seed is not None:
        plan = EpisodePlan(purpose=Purpose.REPLAY, episodes=1, seeds=plan.episode_seeds(seed))
    evaluation = run.test_evaluator.evaluate(genome, plan, probe)
    check_evaluation(evaluation)
    trace = probe.trace
    return TracedEpisode(
        key=genome.key,
        network=develop(genome, run.config.development),
        trace=trace,
        config=run.config,
        input_names=run.channels.inputs,
        output_names=run.channels.outputs,
        total_return=evaluation.returns[0],
        complete=trace.n_steps >= evaluation.lengths[0] * codec.hold,
    )
