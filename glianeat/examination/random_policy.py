"""What a task shows and gives under random actions, and whether its episodes end."""

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glianeat.errors import EvaluationError
from glianeat.examination.report import Finding
from glianeat.examination.task_under_test import SEED, Findings, TaskUnderTest
from glianeat.tasks import contract
from glianeat.tasks.spaces import reader
from glianeat.tasks.task import DEFAULT_MAX_STEPS, TaskSpec
from glianeat.text import counted

if TYPE_CHECKING:
    pass

_SAMPLED, _SAMPLE_TIME = 2000, 5.0  # steps under random actions, and the time [s] they may take


@dataclass
class _Sample:
    """What random actions led to."""

    steps: int = 0
    outside: int = 0
    not_finite: int = 0
    kinds: set[str] = field(default_factory=set)
    rewards: list[Any] = field(default_factory=list)
    misfit: str = ""
    """What was said of the first reward that is none."""
    infos: int = 0
    """Steps whose info was no dict."""
    lengths: list[int] = field(default_factory=list)
    cut: int = 0
    """Episodes that were cut off at the limit of steps."""


def check_under_random_actions(task_under_test: TaskUnderTest) -> Findings:
    """See whether what the task shows and gives is as it says, and whether episodes end."""
    before = random.getstate(), np.random.get_state()  # noqa: NPY002 - it is the global one
    sample = _sample(task_under_test)
    after = random.getstate(), np.random.get_state()  # noqa: NPY002
    yield _of_observations(sample)
    yield _of_rewards(sample, task_under_test.known())
    if sample.infos:
        text = f"no dict in {sample.infos} of {counted(sample.steps, 'step')}; runs do not read it"
        yield Finding("info", "warning", text, {"steps": sample.infos})
    yield _of_endings(sample, task_under_test)
    touched = [
        name
        for name, same in (
            ("random", before[0] == after[0]),
            ("numpy.random", _same_state(before[1], after[1])),
        )
        if not same
    ]
    if touched:
        yield Finding(
            "random state",
            "warning",
            f"changes the global state of {' and '.join(touched)}; environments should draw from "
            "self.np_random, or runs may not be repeatable",
        )
    else:
        yield Finding("random state", "ok", "leaves the global random state alone")


def _same_state(one: Any, other: Any) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def _sample(task_under_test: TaskUnderTest) -> _Sample:
    spec, environment, sample = task_under_test.known(), task_under_test.environment(), _Sample()
    environment.action_space.seed(SEED)
    stop = time.perf_counter() + _SAMPLE_TIME
    episode = 0
    while sample.steps < _SAMPLED and time.perf_counter() < stop:
        shown = task_under_test.begin(environment, SEED + episode)
        _look(sample, shown, spec)
        for step in range(1, spec.max_steps + 1):
            shown, reward, terminated, truncated, info = contract.advance(
                environment, environment.action_space.sample()
            )
            _look(sample, shown, spec)
            sample.kinds.add(type(reward).__name__)
            _take_reward(sample, reward, task_under_test)
            sample.steps += 1
            sample.infos += not isinstance(info, dict)
            if spec.reserve is not None:
                contract.energy_intake(info)
            if contract.is_over(terminated, truncated) or step == spec.max_steps:
                sample.lengths.append(step)
                sample.cut += not terminated
                break
            if time.perf_counter() > stop:
                break
        episode += 1
    environment.close()
    return sample


def _take_reward(
    sample: _Sample,
    reward: Any,
    task_under_test: TaskUnderTest,
) -> None:
    try:
        sample.rewards.append(np.asarray(task_under_test.judged(reward), dtype=np.float64))
    except EvaluationError as error:
        sample.misfit = sample.misfit or str(error)


def _look(sample: _Sample, shown: Any, spec: TaskSpec) -> None:
    vector = np.empty(spec.n_observations)
    reader(spec.observed)(shown, vector)
    sample.not_finite += not np.isfinite(vector).all()
    sample.outside += bool(((vector < spec.low) | (vector > spec.high)).any())


def _of_observations(sample: _Sample) -> Finding:
    values = {"outside": sample.outside, "not_finite": sample.not_finite, "steps": sample.steps}
    under = f"in {counted(sample.steps, 'step')} of random actions"
    if sample.not_finite:
        text = f"{sample.not_finite} are not finite {under}"
        return Finding("observations", "refused", text, values)
    if sample.outside:
        text = f"{sample.outside} lie outside the space they are declared to be in, {under}"
        return Finding("observations", "warning", text, values)
    return Finding("observations", "ok", f"finite and within their space {under}", values)


def _of_rewards(sample: _Sample, spec: TaskSpec) -> Finding:
    kinds = "/".join(sorted(sample.kinds))
    if sample.misfit:
        return Finding("rewards", "refused", sample.misfit, {"type": kinds})
    rewards = np.array(sample.rewards)
    values = {"type": kinds, "rewards": spec.rewards}
    if not np.isfinite(rewards).all():
        bad = int((~np.isfinite(rewards)).sum())
        return Finding("rewards", "refused", f"{bad} of {rewards.size} are not finite", values)
    span = f"{rewards.min():.4g} to {rewards.max():.4g} a step"
    several = f"; {len(spec.rewards)} at once: {', '.join(spec.rewards)}" if spec.rewards else ""
    return Finding("rewards", "ok", f"finite, {kinds}, {span}{several}", values)


def _of_endings(sample: _Sample, task_under_test: TaskUnderTest) -> Finding:
    limit, lengths = task_under_test.known().max_steps, sample.lengths
    values = {"limit": limit, "lengths": lengths, "cut": sample.cut}
    if not lengths:
        steps = counted(sample.steps, "step")
        text = f"none ended within {steps} of random actions; the limit is {limit}"
        return Finding("episodes", "warning", text, values)
    average = f"{np.mean(lengths):.0f} steps on average under random actions"
    if min(lengths) == limit == DEFAULT_MAX_STEPS and not task_under_test.config.task.max_steps:
        text = f"end only at the limit of {limit} that glianeat sets; choose task.max_steps"
        return Finding("episodes", "warning", text, values)
    cut = f", {sample.cut} of {len(lengths)} cut off" if sample.cut else ""
    return Finding("episodes", "ok", f"end: {average}{cut}; the limit is {limit}", values)
