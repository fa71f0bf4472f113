"""How a task conducts itself: from equal seeds, and under random actions."""

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glianeat.errors import EvaluationError
from glianeat.examination.report import Finding
from glianeat.examination.task_under_test import SEED, Findings, Patient
from glianeat.tasks import contract
from glianeat.tasks.spaces import reader
from glianeat.tasks.task import DEFAULT_MAX_STEPS, TaskSpec
from glianeat.text import counted
from glianeat.typing import FloatArray

if TYPE_CHECKING:
    import gymnasium

_SEEDS = 5  # episodes that are compared with one another
_COMPARED = 100  # steps of which two runs are compared
_SAMPLED, _SAMPLE_TIME = 2000, 5.0  # steps under random actions, and the time [s] they may take


def check_determinism(patient: Patient) -> Findings:
    """See whether equal seeds give equal episodes, and other seeds others."""
    used, fresh = patient.environment(), patient.environment()
    first = _trace(patient, used, SEED)
    for environment, where in ((used, "again"), (fresh, "in another environment")):
        step = _difference(first, _trace(patient, environment, SEED))
        if step is not None:
            place = f"step {step}" if step else "the first observation"
            yield Finding(
                "determinism",
                "warning",
                f"reset(seed={SEED}) {where} and the same actions: differs from {place} on; runs "
                "on it cannot be repeated exactly",
                {"step": step},
            )
            break
    else:
        yield Finding("determinism", "ok", "equal seeds give equal episodes")
    others = [_trace(patient, used, SEED + 1 + k) for k in range(_SEEDS)]
    used.close()
    fresh.close()
    if all(_difference(first, other) is None for other in others):
        yield Finding(
            "seeds",
            "warning",
            "other seeds never give another episode: evaluation.episodes = 1 will do",
        )
    else:
        yield Finding("seeds", "ok", "other seeds give other episodes")


def _trace(
    patient: Patient, environment: "gymnasium.Env[Any, Any]", seed: int
) -> list[tuple[FloatArray, Any]]:
    """Return all that an episode shows under actions that are always the same."""
    read, actions = reader(patient.known().observed), environment.action_space
    actions.seed(SEED)
    shown: Any = patient.begin(environment, seed)
    outcome: Any = 0.0, False
    trace: list[tuple[FloatArray, Any]] = []
    while True:
        vector = np.empty(patient.known().n_observations)
        read(shown, vector)
        trace.append((vector, outcome))
        if outcome[1] or len(trace) > _COMPARED:
            return trace
        shown, reward, terminated, truncated, _ = contract.advance(environment, actions.sample())
        outcome = _comparable(reward, patient), contract.is_over(terminated, truncated)


def _comparable(reward: Any, patient: Patient) -> Any:  # noqa: ANN401 - a task's own
    """Return a reward as what can be compared, whatever it is."""
    try:
        return _judged(reward, patient.known())
    except EvaluationError:
        return contract.quoted(reward)


def _judged(reward: Any, spec: TaskSpec) -> Any:  # noqa: ANN401 - a task's own
    """Return a reward as the numbers that it is; raise `EvaluationError` if it is none."""
    count = len(spec.rewards)
    return contract.numbers(reward, count) if count else contract.number(reward)


def _difference(
    one: list[tuple[FloatArray, Any]], other: list[tuple[FloatArray, Any]]
) -> int | None:
    """Return the first step at which two episodes differ, None if they never do."""
    for step, ((seen, got), (seen_too, got_too)) in enumerate(zip(one, other, strict=False)):
        alike = np.array_equal(seen, seen_too, equal_nan=True) and got[1:] == got_too[1:]
        if not alike or not _same(got[0], got_too[0]):
            return step
    return None if len(one) == len(other) else min(len(one), len(other))


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


def check_under_random_actions(patient: Patient) -> Findings:
    """See whether what the task shows and gives is as it says, and whether episodes end."""
    before = random.getstate(), np.random.get_state()  # noqa: NPY002 - it is the global one
    sample = _sample(patient)
    after = random.getstate(), np.random.get_state()  # noqa: NPY002
    yield _of_observations(sample)
    yield _of_rewards(sample, patient.known())
    if sample.infos:
        text = f"no dict in {sample.infos} of {counted(sample.steps, 'step')}; runs do not read it"
        yield Finding("info", "warning", text, {"steps": sample.infos})
    yield _of_endings(sample, patient)
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


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - what `_comparable` returns
    return one == other if isinstance(one, str) else np.array_equal(one, other, equal_nan=True)


def _same_state(one: Any, other: Any) -> bool:  # noqa: ANN401 - as NumPy types it
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def _sample(patient: Patient) -> _Sample:
    spec, environment, sample = patient.known(), patient.environment(), _Sample()
    environment.action_space.seed(SEED)
    stop = time.perf_counter() + _SAMPLE_TIME
    episode = 0
    while sample.steps < _SAMPLED and time.perf_counter() < stop:
        shown = patient.begin(environment, SEED + episode)
        _look(sample, shown, spec)
        for step in range(1, spec.max_steps + 1):
            shown, reward, terminated, truncated, info = contract.advance(
                environment, environment.action_space.sample()
            )
            _look(sample, shown, spec)
            sample.kinds.add(type(reward).__name__)
            _take_reward(sample, reward, spec)
            sample.steps += 1
            sample.infos += not isinstance(info, dict)
            if spec.reserve is not None:
                contract.food(info)
            if contract.is_over(terminated, truncated) or step == spec.max_steps:
                sample.lengths.append(step)
                sample.cut += not terminated
                break
            if time.perf_counter() > stop:
                break
        episode += 1
    environment.close()
    return sample


def _take_reward(sample: _Sample, reward: Any, spec: TaskSpec) -> None:  # noqa: ANN401
    try:
        sample.rewards.append(np.asarray(_judged(reward, spec), dtype=np.float64))
    except EvaluationError as error:
        sample.misfit = sample.misfit or str(error)


def _look(sample: _Sample, shown: Any, spec: TaskSpec) -> None:  # noqa: ANN401 - a task's own
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


def _of_endings(sample: _Sample, patient: Patient) -> Finding:
    limit, lengths = patient.known().max_steps, sample.lengths
    values = {"limit": limit, "lengths": lengths, "cut": sample.cut}
    if not lengths:
        steps = counted(sample.steps, "step")
        text = f"none ended within {steps} of random actions; the limit is {limit}"
        return Finding("episodes", "warning", text, values)
    average = f"{np.mean(lengths):.0f} steps on average under random actions"
    if min(lengths) == limit == DEFAULT_MAX_STEPS and not patient.config.task.max_steps:
        text = f"end only at the limit of {limit} that glianeat sets; choose task.max_steps"
        return Finding("episodes", "warning", text, values)
    cut = f", {sample.cut} of {len(lengths)} cut off" if sample.cut else ""
    return Finding("episodes", "ok", f"end: {average}{cut}; the limit is {limit}", values)
