"""Scaling of observations, which decides more than anything else whether anything is learnt.

It never depends on the order of evaluation: it is made once, before a run, and kept in it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import numpy as np

from glianeat.config import Settings, within
from glianeat.errors import ConfigError, EvaluationError
from glianeat.interrupts import is_from_outside
from glianeat.tasks import contract
from glianeat.tasks.blame import described, exited, misfitting
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.deadline import DeadlineReached, deadline
from glianeat.tasks.spaces import reader
from glianeat.tasks.task import TaskSpec, close_quietly, make_environment
from glianeat.typing import BoolArray, FloatArray

if TYPE_CHECKING:
    import gymnasium

Squash = Literal["linear", "tanh", "asinh", "none"]
_CONSTANT = 1e-9  # a range so narrow is that of an observation which does not change
NO_BOUND = 1e30  # beyond it a bound is none, as the largest float32 is often meant
_VISITED = 0.05  # bounds of which random actions visit a smaller share say nothing
_SAMPLE_EPISODES, _SAMPLE_STEPS, _SAMPLE_SEED = 20, 500, 12345
SAMPLE_SECONDS = 120.0  # [s]
_TYPICAL_SQUARE = 0.25  # of a number within its typical range


class ScalingConfig(Settings):
    """How observations are scaled: z = squash((o − centre) / scale)."""

    squash: tuple[Squash, ...] = ("tanh",)
    """Linear within ±1, the tanh or asinh of it, or none, as for choices; of each observation, or
    one for all."""
    centre: tuple[float, ...] = ()
    """Centre of each observation."""
    scale: tuple[Annotated[float, within(above=0)], ...] = ()
    """Half range of each observation."""


class Scaled(NamedTuple):
    """How observations are scaled, and how large they then are.

    Parameters
    ----------
    scaling : ScalingConfig
        The scaling of every number observed.
    squares : ndarray of float64, shape (n,)
        Mean square of each scaled number: under random actions if these were tried, else as if it
        kept to half its range.
    """

    scaling: ScalingConfig
    squares: FloatArray


def resolve_scaling(config: ScalingConfig | None, task: TaskConfig, spec: TaskSpec) -> Scaled:
    """Return the scaling of every number observed, and their mean squares.

    Of numbers, it comes from typical ranges (tanh, unless the task says otherwise), else from
    finite bounds (linear), else from the statistics of 20 episodes of random actions (asinh of two
    standard deviations), whose seed is the same for all runs. Bounds of which random actions visit
    less than a twentieth, as those of bytes that count to three, do not count. Choices and bits
    are left as they are.

    Raises
    ------
    ConfigError
        If the scaling does not fit the observations of the task.
    """
    if config is None:
        return _scaling(task, spec)
    n = spec.n_observations
    squash = config.squash * n if len(config.squash) == 1 else config.squash
    for name, values in (("squash", squash), ("centre", config.centre), ("scale", config.scale)):
        if len(values) != n:
            raise ConfigError(
                f"codec.scaling.{name}: must have {n} items for {task.id}, got {len(values)}"
            )
    return Scaled(config.replace(squash=squash), np.full(n, _TYPICAL_SQUARE))


def _scaling(task: TaskConfig, spec: TaskSpec) -> Scaled:
    number = np.concatenate([np.full(p.n_numbers, p.kind == "box") for p in spec.observed])
    low, high = spec.low, spec.high
    squash = np.where(number, "linear", "none").astype(object)
    mean, spread = None, None
    if spec.ranges is not None:
        low[number], high[number] = np.array(spec.ranges).T
        squash[number] = spec.known.squash
    elif number.any():
        mean, spread = sample_statistics(task, spec)
        told = number & _needs_statistics(low, high, spread)
        low[told], high[told] = (mean - 2.0 * spread)[told], (mean + 2.0 * spread)[told]
        squash[told] = "asinh"
    low[~number], high[~number] = spec.low[~number] - 1.0, spec.low[~number] + 1.0
    half = np.where(high - low > _CONSTANT, (high - low) / 2.0, 1.0)
    centre = (high + low) / 2.0
    squares = np.full(spec.n_observations, _TYPICAL_SQUARE)
    if mean is not None and spread is not None:
        visited = (np.square(mean - centre) + np.square(spread)) / np.square(half)
        squares = np.minimum(visited, 1.0)
    scaling = ScalingConfig(
        squash=tuple(squash.tolist()), centre=tuple(centre.tolist()), scale=tuple(half.tolist())
    )
    return Scaled(scaling, squares)


def _needs_statistics(low: FloatArray, high: FloatArray, spread: FloatArray) -> BoolArray:
    bounded = is_bound(low) & is_bound(high)
    width = np.where(bounded, high - low, 0.0)
    unvisited = (spread > 0.0) & (4.0 * spread < _VISITED * width)
    needed: BoolArray = ~bounded | unvisited
    return needed


def sample_statistics(task: TaskConfig, spec: TaskSpec) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of observations under random actions, shape (n,)."""
    environment = make_environment(task)
    try:
        with deadline(SAMPLE_SECONDS):
            sample = np.array(list(_observations(environment, task, spec)))
    except DeadlineReached:
        raise EvaluationError(
            f"task {task.id}: {_SAMPLE_EPISODES} episodes of random actions took more than "
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
    bad = np.argwhere(~np.isfinite(sample))
    if len(bad):
        step, column = bad[0].tolist()
        found = EvaluationError(
            f"observation: must be finite, got {sample[step, column]} as its number {column} in "
            f"step {step} of random actions"
        )
        raise EvaluationError(f"task {task.id}: {misfitting(found, environment)}")
    return sample.mean(axis=0), sample.std(axis=0)


def _observations(
    environment: "gymnasium.Env[Any, Any]", task: TaskConfig, spec: TaskSpec
) -> Iterator[FloatArray]:
    """Yield what random actions lead to, always the same."""
    read, options = reader(spec.observed), task.reset_options or None
    environment.action_space.seed(_SAMPLE_SEED)
    for episode in range(_SAMPLE_EPISODES):
        observation = contract.begin(environment, _SAMPLE_SEED + episode, options)
        for _ in range(min(spec.max_steps, _SAMPLE_STEPS)):
            vector = np.empty(spec.n_observations)
            read(observation, vector)
            yield vector
            action = environment.action_space.sample()
            observation, _, terminated, truncated, _ = contract.advance(environment, action)
            if contract.is_over(terminated, truncated):
                break


def is_bound(values: FloatArray) -> BoolArray:
    """Return which values bound anything, shape as `values`."""
    bound: BoolArray = np.abs(values) < NO_BOUND
    return bound
