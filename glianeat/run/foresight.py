"""What a seeded sample of founders tells before a run: whether episodes suffice, how long it takes.

Founders live through the first episodes of training. How much of what tells their returns apart is
luck follows from a two-way analysis of variance [1]_: genomes and episodes are the factors, all
genomes live through the same episodes, and what is left is luck.

References
----------
.. [1] R. J. Shavelson and N. M. Webb, "Generalizability Theory: A Primer", Sage, 1991, chapter 2.
"""

import math
import os
import time
from typing import Any

import msgspec
import numpy as np

from glianeat.develop.encodings.registry import find_encoding
from glianeat.errors import EvaluationError
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.evolution.reproduction import found
from glianeat.examination.report import Finding
from glianeat.genome.variation import Variation
from glianeat.run.experiment import Experiment
from glianeat.run.time_left import Pace, TimeLeft, steps_of_validation, time_left
from glianeat.store.records import Summary
from glianeat.streams import Purpose
from glianeat.text import counted, duration_text
from glianeat.typing import FloatArray

FOUNDERS, EPISODES = 16, 8
SECONDS = 12.0
"""Wall-clock time [s] after which no further founder is tried."""
_LEAST = 4  # founders from which anything is said of luck
_LUCK = 0.5  # share of luck from which on episodes are too few
_RACING = 0.7  # share of the steps that racing leaves, as measured on LunarLander
_ROUNDING = 1e-20  # of a sum of squares, that differences of equal numbers may leave
_BEGIN = 2  # episodes that a run with `auto` begins with
_NOTHING = Summary(
    number=-1,
    evaluations=0,
    steps=0,
    best_key=0,
    best_return=0.0,
    best_power=0.0,
    best_spikes=0.0,
    mean_return=0.0,
    front_size=0,
    failures=0,
    digest="",
)  # what a run is before its first generation


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """How a sample of founders did."""

    returns: list[list[float]]
    """Return of each founder on each episode; the episodes are the same for all."""
    lengths: list[int]
    """Steps of each episode of each founder."""
    seconds: float
    """Wall-clock time of these episodes [s]."""
    failures: int
    """Founders whose evaluation failed."""

    @property
    def step(self) -> float:
        """What a step takes, of task and agent, resets and all [s]."""
        return self.seconds / max(sum(self.lengths), 1)


def sample_founders(experiment: Experiment, seconds: float = SECONDS) -> Sample:
    """Let a few founders live through some training episodes, one after the other, in this process.

    Parameters
    ----------
    experiment : Experiment
        Whose founders.
    seconds : float
        Wall-clock time after which no further founder is tried [s].
    """
    config = experiment.config
    variation = Variation(config.genome, experiment.traits_read)
    shape = experiment.n_inputs, experiment.n_outputs
    encoding = find_encoding(config.development.encoding)
    births = found(range(FOUNDERS), shape, variation, config.seed, encoding)
    plan = EpisodePlan(purpose=Purpose.TRAIN, episodes=EPISODES, steps=experiment.evaluation.steps)
    evaluator = SerialEvaluator(experiment.rollout, experiment.description)
    sample = Sample(returns=[], lengths=[], seconds=0.0, failures=0)
    try:
        evaluator.evaluate([births[0].genome], msgspec.structs.replace(plan, episodes=1))  # compile
        stop = time.perf_counter() + seconds
        for birth in births:
            began = time.perf_counter()
            (evaluation,) = evaluator.evaluate([birth.genome], plan)
            if evaluation.is_ok:
                sample.returns.append(list(evaluation.returns))
                sample.lengths.extend(evaluation.lengths)
                spent = sample.seconds + time.perf_counter() - began
                sample = msgspec.structs.replace(sample, seconds=spent)
            else:
                sample = msgspec.structs.replace(sample, failures=sample.failures + 1)
            if time.perf_counter() > stop:
                break
    finally:
        evaluator.close()
    return sample


def luck_of(returns: FloatArray) -> float:
    """Return luck as a share of the variance of single returns, 0 … 1.

    It is NaN if no genome does better on any episode than another.

    What all genomes gain by an easy episode is no luck: they are compared on the same episodes.

    Parameters
    ----------
    returns : ndarray of float, shape (G, K)
        Of each genome on each episode, at least two of both.
    """
    genomes, episodes = returns.shape
    rows, columns = returns.mean(axis=1, keepdims=True), returns.mean(axis=0, keepdims=True)
    rest = returns - rows - columns + returns.mean()
    luck = float((rest**2).sum()) / ((genomes - 1) * (episodes - 1))
    between = float(((rows - rows.mean()) ** 2).sum()) * episodes / (genomes - 1)
    skill = max((between - luck) / episodes, 0.0)
    least = _ROUNDING * float((returns**2).mean())
    return luck / (luck + skill) if luck + skill > least else math.nan


def luck_on(share: float, episodes: int) -> float:
    """Return the share of luck in mean returns over some episodes, given that in single ones."""
    return share / (share + episodes * (1.0 - share)) if share < 1.0 else 1.0


def find_luck(experiment: Experiment, sample: Sample) -> Finding:
    """Say whether founders can be told apart on as many episodes as a run has."""
    if len(sample.returns) < _LEAST:
        tried = counted(len(sample.returns), "founder")
        return Finding("luck", "ok", f"not known: only {tried} could be tried in {SECONDS:g} s")
    returns = np.array(sample.returns)
    share = luck_of(returns)
    asked: int | str = experiment.evaluation.episodes
    number = asked if isinstance(asked, int) else _BEGIN
    values: dict[str, Any] = {"founders": len(returns), "episodes": asked}
    if math.isnan(share):
        text = (
            f"all {len(returns)} founders have the same returns, {returns.mean():g} on average: "
            "nothing tells them apart until one does better by chance; a larger "
            "evolution.population helps"
        )
        return Finding("luck", "warning", text, values)
    luck = luck_on(share, number)
    values |= {"single": share, "luck": luck}
    text = (
        f"{luck:.0%} of what tells founders apart on {counted(number, 'episode')} is luck "
        f"({len(returns)} tried)"
    )
    if not isinstance(asked, int):
        text += "; their number is measured as the run goes on"
    elif luck > _LUCK:
        enough = 2 ** math.ceil(math.log2(share / (1.0 - share))) if share < 1.0 else 4 * number
        text += f": too few episodes; try evaluation.episodes = {max(enough, 2 * number)}"
        return Finding("luck", "warning", text, values)
    return Finding("luck", "ok", text, values)


def foresee(experiment: Experiment, sample: Sample, length: float) -> TimeLeft | None:
    """Return how long a run will take in one process, with episodes of a mean length.

    Parameters
    ----------
    experiment : Experiment
        What is run.
    sample : Sample
        How founders did.
    length : float
        Steps of an episode.
    """
    evolution, evaluation = experiment.evolution, experiment.evaluation
    asked: int | str = evaluation.episodes
    episodes = asked if isinstance(asked, int) else _BEGIN
    again = 2 if evaluation.resample == "generation" else 1  # survivors and offspring
    races = 0 < evaluation.racing_episodes < episodes and not experiment.config.task.rewards
    steps = evolution.population * again * episodes * length * (_RACING if races else 1.0)
    steps *= 1.0 + evaluation.progress_share
    pace = Pace(seconds=steps * sample.step, evaluations=evolution.population * again, steps=steps)
    validation = steps_of_validation(evaluation, [max(round(length), 1)])
    return time_left(pace, _NOTHING, 0.0, evolution, validation)


def find_duration(experiment: Experiment, sample: Sample) -> Finding:
    """Say how long a run will take, and what its time goes into."""
    if not sample.lengths:
        return Finding("duration", "ok", f"not known: no founder could be tried in {SECONDS:g} s")
    mean = sum(sample.lengths) / len(sample.lengths)
    most = experiment.description.max_steps
    cut = min(most, experiment.evaluation.steps or most)
    short, long = (foresee(experiment, sample, length) for length in (mean, float(cut)))
    if short is None or long is None:
        raise EvaluationError("the pace of a run must be known")
    asked: int | str = experiment.evaluation.episodes
    on = counted(asked, "episode") if isinstance(asked, int) else f"{_BEGIN} episodes or more"
    cores = os.cpu_count() or 1
    text = (
        f"about {duration_text(short.seconds)} in one process, {duration_text(long.seconds)} if "
        f"episodes last {cut:,} steps and not {mean:,.0f} as founders': {short.generations} "
        f"generations of {experiment.evolution.population} genomes on {on}, "
        f"{1e6 * sample.step:.0f} µs a step, and {short.validation_steps:,.0f} of validation"
    )
    if cores > 1:
        text += f"; up to {cores} times faster with --workers {cores}"
    values = {
        "seconds": short.seconds,
        "seconds_at_most": long.seconds,
        "steps": short.generations * short.pace.steps,
        "validation_steps": short.validation_steps,
        "step": sample.step,
        "length": mean,
    }
    return Finding("duration", "ok", text, values)
