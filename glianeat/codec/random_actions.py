"""What a task shows under random actions, which is the same whenever and wherever it is asked."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from glianeat.errors import EvaluationError
from glianeat.interrupts import is_from_outside
from glianeat.tasks import contract
from glianeat.tasks.blame import described, exited, misfitting
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.deadline import DeadlineReached, deadline
from glianeat.tasks.spaces import reader
from glianeat.tasks.task import TaskSpec, close_quietly, make_environment
from glianeat.typing import FloatArray, IntArray

if TYPE_CHECKING:
    import gymnasium

EPISODES, STEPS, _SEED = 20, 500, 12345
SAMPLE_SECONDS = 120.0  # [s]


def sample_observations(
    task: TaskConfig, spec: TaskSpec, episodes: int = EPISODES, steps: int = STEPS
) -> tuple[FloatArray, IntArray]:
    """Return what random actions lead to, always the same, and where episodes begin.

    Parameters
    ----------
    task : TaskConfig
        The task.
    spec : TaskSpec
        What is known of it.
    episodes, steps : int
        Number of episodes, and steps after which one is cut off.

    Returns
    -------
    sample : ndarray of float64, shape (T, n)
        Observations.
    starts : ndarray of int64, shape (episodes,)
        Rows of the first ones of episodes.

    Raises
    ------
    EvaluationError
        If the environment fails, takes more than 120 s, or shows what is not finite.
    """
    lived: list[FloatArray] = []
    environment = make_environment(task)
    try:
        with deadline(SAMPLE_SECONDS):
            environment.action_space.seed(_SEED)
            for episode in range(episodes):
                shown = _observations(environment, task, spec, (_SEED + episode, steps))
                lived.append(np.array(list(shown)))
    except DeadlineReached:
        raise EvaluationError(
            f"task {task.id}: {episodes} episodes of random actions took more than "
            f"{SAMPLE_SECONDS:g} s; declare typical ranges (task.ranges)"
        ) from None
    except EvaluationError as error:
        words = misfitting(error, environment)
        raise EvaluationError(f"task {task.id}: failed under random actions: {words}") from error
    except SystemExit as error:
        raise EvaluationError(f"task {task.id}: under random actions {exited(error)}") from error
    except BaseException as error:  # an environment may raise anything
        if is_from_outside(error):
            raise
        words = described(error)
        raise EvaluationError(f"task {task.id}: failed under random actions: {words}") from error
    finally:
        close_quietly(environment)
    sample, lengths = np.concatenate(lived), [len(one) for one in lived]
    _check_finite(sample, task, environment)
    return sample, np.cumsum([0, *lengths[:-1]])


def _check_finite(
    sample: FloatArray, task: TaskConfig, environment: "gymnasium.Env[Any, Any]"
) -> None:
    bad = np.argwhere(~np.isfinite(sample))
    if len(bad):
        step, column = bad[0].tolist()
        found = EvaluationError(
            f"observation: must be finite, got {sample[step, column]} as its number {column} in "
            f"step {step} of random actions"
        )
        raise EvaluationError(f"task {task.id}: {misfitting(found, environment)}")


def _observations(
    environment: "gymnasium.Env[Any, Any]", task: TaskConfig, spec: TaskSpec, fate: tuple[int, int]
) -> Iterator[FloatArray]:
    """Yield the observations of an episode; its fate is its seed, and its most steps."""
    read, (seed, steps) = reader(spec.observed), fate
    observation = contract.begin(environment, seed, task.reset_options or None)
    for _ in range(min(spec.max_steps, steps)):
        vector = np.empty(spec.n_observations)
        read(observation, vector)
        yield vector
        action = environment.action_space.sample()
        observation, _, terminated, truncated, _ = contract.advance(environment, action)
        if contract.is_over(terminated, truncated):
            break
