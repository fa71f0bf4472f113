"""Whether equal seeds give equal episodes, and other seeds others."""

from typing import TYPE_CHECKING, Any

import numpy as np

from glianeat.errors import EvaluationError
from glianeat.examination.report import Finding
from glianeat.examination.task_under_test import SEED, Findings, TaskUnderTest
from glianeat.tasks import contract
from glianeat.tasks.spaces import reader
from glianeat.typing import FloatArray

if TYPE_CHECKING:
    import gymnasium

_SEEDS = 5  # episodes that are compared with one another
_COMPARED = 100  # steps of which two runs are compared


def check_determinism(task_under_test: TaskUnderTest) -> Findings:
    """See whether equal seeds give equal episodes, and other seeds others."""
    used, fresh = task_under_test.environment(), task_under_test.environment()
    first = _trace(task_under_test, used, SEED)
    for environment, where in ((used, "again"), (fresh, "in another environment")):
        step = _difference(first, _trace(task_under_test, environment, SEED))
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
    others = [_trace(task_under_test, used, SEED + 1 + k) for k in range(_SEEDS)]
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
    task_under_test: TaskUnderTest, environment: "gymnasium.Env[Any, Any]", seed: int
) -> list[tuple[FloatArray, Any]]:
    """Return all that an episode shows under actions that are always the same."""
    read, actions = reader(task_under_test.known().observed), environment.action_space
    actions.seed(SEED)
    shown: Any = task_under_test.begin(environment, seed)
    outcome: Any = 0.0, False
    trace: list[tuple[FloatArray, Any]] = []
    while True:
        vector = np.empty(task_under_test.known().n_observations)
        read(shown, vector)
        trace.append((vector, outcome))
        if outcome[1] or len(trace) > _COMPARED:
            return trace
        shown, reward, terminated, truncated, _ = contract.advance(environment, actions.sample())
        outcome = _comparable(reward, task_under_test), contract.is_over(terminated, truncated)


def _comparable(reward: Any, task_under_test: TaskUnderTest) -> Any:
    """Return a reward as what can be compared, whatever it is."""
    try:
        return task_under_test.judged(reward)
    except EvaluationError:
        return contract.quoted(reward)


def _difference(
    one: list[tuple[FloatArray, Any]], other: list[tuple[FloatArray, Any]]
) -> int | None:
    """Return the first step at which two episodes differ, None if they never do."""
    for step, ((seen, got), (seen_too, got_too)) in enumerate(zip(one, other, strict=False)):
        alike = np.array_equal(seen, seen_too, equal_nan=True) and got[1:] == got_too[1:]
        if not alike or not _same(got[0], got_too[0]):
            return step
    return None if len(one) == len(other) else min(len(one), len(other))


def _same(one: Any, other: Any) -> bool:
    return one == other if isinstance(one, str) else np.array_equal(one, other, equal_nan=True)
