"""What founders do: whether their actions spread over what there is to do, so that they can vary.

Founders whose outputs stand at the ends of their range, or that all choose the same, give
selection nothing to compare: small changes of their genes change no action.
"""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from glianeat.codec.codec import n_channels, n_outputs
from glianeat.codec.decoders import ends_of
from glianeat.develop.decode import develop
from glianeat.develop.encodings.registry import find_encoding
from glianeat.evaluate.agent import Agent
from glianeat.examination.report import Finding, Level
from glianeat.examination.task_under_test import SEED, Findings, TaskUnderTest
from glianeat.genome.variation import Variation
from glianeat.streams import Purpose, stream
from glianeat.tasks import contract
from glianeat.tasks.spaces import Part
from glianeat.text import counted
from glianeat.typing import FloatArray

FOUNDERS, STEPS = 40, 100
_TIME = 3.0  # [s] that they may take
_END = 0.95  # of half the range; what is further out is at an end
MOST_SATURATED, MOST_ALIKE = 0.2, 0.9
_LEAST_WIDTH = 0.5  # of the range that all but 2 % of the actions lie within


class Acts(NamedTuple):
    """What founders did on a task.

    Parameters
    ----------
    founders, steps : int
        How many founders acted, and in how many steps together.
    saturated : float or None
        Share of the numbers of actions that are at an end of their range, beyond 95 % of its half;
        None if no action is a number.
    quantiles : tuple of float
        Quantiles of these numbers at 1, 5, 50, 95 and 99 %, as shares of their range.
    alike : float or None
        Share of the commonest choice among the choices of all founders, of the number for which it
        is largest; None if nothing is chosen.
    favourite : float or None
        Share of what each founder chooses most often, on average.
    """

    founders: int
    steps: int
    saturated: float | None
    quantiles: tuple[float, ...]
    alike: float | None
    favourite: float | None


def founders_acts(
    task_under_test: TaskUnderTest, founders: int = FOUNDERS, steps: int = STEPS
) -> Acts:
    """Let founders act on a task, whose codec must have been chosen.

    Parameters
    ----------
    task_under_test : TaskUnderTest
        The task.
    founders : int
        How many; fewer if they take longer than 3 s.
    steps : int
        Steps that each acts in, in as many episodes as that takes.
    """
    agents = _agents(task_under_test, founders)
    environment = task_under_test.environment()
    stop = time.perf_counter() + _TIME * founders / FOUNDERS
    lived = []
    for number, agent in enumerate(agents):
        lived.append(_lived(task_under_test, agent, environment, (SEED + number, steps)))
        if time.perf_counter() > stop:
            break
    environment.close()
    return _summary(task_under_test.known().acted, lived)


def _agents(task_under_test: TaskUnderTest, number: int) -> Iterator[Agent]:
    spec, codec = task_under_test.known(), task_under_test.codec
    if codec is None:
        return
    simulation, development, genome = task_under_test.founding(codec)
    variation = Variation(genome)
    shape = n_channels(codec, spec), n_outputs(codec, spec)
    found = find_encoding(development.encoding).found
    for key in range(number):
        founder = found(key, *shape, variation, stream(SEED, Purpose.FOUND, key))
        yield Agent(develop(founder, development), simulation, codec, spec)


def _lived(
    task_under_test: TaskUnderTest, agent: Agent, environment: Any, fate: tuple[int, int]
) -> FloatArray:
    """Return the actions of an agent; its fate is the seed of its first episode, and its steps."""
    seed, steps = fate
    acts = np.empty((steps, len(agent.acted)))
    over = True
    for step in range(steps):
        if over:
            agent.reset()
            seen = task_under_test.begin(environment, seed + step)
        action = agent.act(seen)
        acts[step] = agent.acted
        seen, _, terminated, truncated, _ = contract.advance(environment, action)
        over = contract.is_over(terminated, truncated)
    return acts


def _summary(parts: tuple[Part, ...], lived: list[FloatArray]) -> Acts:
    acts, places, alike, favourite = np.stack(lived), [], [], []
    columns = (
        (part.kind, *ends_of(low, high))
        for part in parts
        for low, high in zip(part.low.tolist(), part.high.tolist(), strict=True)
    )
    for number, (kind, low, high) in enumerate(columns):
        own = acts[:, :, number]
        if kind == "box":
            places.append((own - low) / max(high - low, 1e-9))
        else:
            alike.append(_commonest(own))
            favourite.append(np.mean([_commonest(one) for one in own]))
    numbers = np.array(places)
    at_end = np.abs(2.0 * numbers - 1.0) > _END
    shares = np.quantile(numbers, (0.01, 0.05, 0.5, 0.95, 0.99)).tolist() if places else ()
    return Acts(
        founders=len(acts),
        steps=acts.shape[0] * acts.shape[1],
        saturated=float(at_end.mean()) if places else None,
        quantiles=tuple(shares),
        alike=float(max(alike)) if alike else None,
        favourite=float(np.mean(favourite)) if favourite else None,
    )


def _commonest(choices: FloatArray) -> float:
    """Return the share of the commonest choice."""
    return float(np.unique(choices, return_counts=True)[1].max()) / choices.size


def check_founders(task_under_test: TaskUnderTest) -> Findings:
    """See whether founders' actions spread over what there is to do."""
    if task_under_test.codec is None:
        return
    acts = founders_acts(task_under_test)
    gain, is_own = task_under_test.codec.box_gain, task_under_test.config.codec.box_gain is not None
    said = [*_of_numbers(acts, gain, is_own=is_own), *_of_choices(acts)]
    level: Level = "ok" if all(fine for fine, _ in said) else "warning"
    text = "; ".join(text for _, text in said)
    of = f"{counted(acts.founders, 'founder')}, {counted(acts.steps, 'step')}"
    yield Finding("founders", level, f"{text} ({of})", acts._asdict())


def _of_numbers(acts: Acts, gain: float, *, is_own: bool) -> Iterator[tuple[bool, str]]:
    if acts.saturated is None:
        return
    low, *_, high = acts.quantiles
    text = f"{acts.saturated:.0%} of their numbers are at the ends of the range"
    leave = f"leave codec.box_gain out, which is {gain:g}"
    if acts.saturated > MOST_SATURATED:
        advice = leave if is_own else f"try a smaller codec.box_gain than {gain:g}"
        text = f"{text}, more than {MOST_SATURATED:.0%}, where small changes show nothing"
        yield False, f"founders saturate: {text}; {advice}"
    elif high - low < _LEAST_WIDTH:
        advice = leave if is_own else f"try a larger codec.box_gain than {gain:g}"
        text = f"nearly all of their numbers lie within {low:.0%} to {high:.0%} of the range"
        yield False, f"founders hardly move: {text}; {advice}"
    else:
        yield True, f"{text}, nearly all within {low:.0%} to {high:.0%} of it"


def _of_choices(acts: Acts) -> Iterator[tuple[bool, str]]:
    if acts.alike is None:
        return
    text = f"the commonest choice is {acts.alike:.0%} of theirs"
    if acts.alike > MOST_ALIKE:
        advice = "try a larger codec.hold, or typical ranges (task.ranges)"
        yield False, f"founders do the same: {text}, more than {MOST_ALIKE:.0%}; {advice}"
    else:
        yield True, text
