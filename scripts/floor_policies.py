"""Policies that say what a task is worth without memory, and what it is worth with it.

Each is compiled, and sees what an agent sees; those without memory leave `memory` alone. Where a
policy has parameters, the best of a grid are taken.
"""

from collections.abc import Callable
from itertools import product
from typing import NamedTuple

from glianeat import compilable
from glianeat.typing import FloatArray


class Situation(NamedTuple):
    """What a policy has to decide by, and where it puts what it does."""

    seen: FloatArray
    memory: FloatArray
    parameters: FloatArray
    chance: FloatArray
    """Numbers drawn from 0 to 1, shape (actions,)."""
    action: FloatArray


class Policy(NamedTuple):
    """A policy, and the parameters among which the best are searched."""

    name: str
    act: Callable[[Situation], None]
    grid: tuple[tuple[float, ...], ...] = ((),)


def constant(now: Situation) -> None:
    """Do the same always."""
    now.action[:] = now.parameters[0]


def random_number(now: Situation) -> None:
    """Draw a number from -1 to 1."""
    now.action[0] = 2.0 * now.chance[0] - 1.0


def random_choice(now: Situation) -> None:
    """Draw one of two choices, or each bit."""
    for place in range(now.action.size):
        now.action[place] = 1.0 if now.chance[place] < 0.5 else 0.0


# FaultTrack: the level s as 2 (s - 0.6)


def linear(now: Situation) -> None:
    """Take a weighted sum of the sensors."""
    now.action[0] = now.parameters[0] * now.seen.mean() + now.parameters[1]


@compilable
def mean_of_the_living(now: Situation) -> None:
    """Take the mean of the sensors that show something at all."""
    total, living = 0.0, 0.0
    for value in now.seen:
        if value > 0.0:
            total, living = total + value, living + 1.0
    now.action[0] = 2.0 * (total / max(living, 1.0) - 0.6)


def slow_gain(now: Situation) -> None:
    """Divide the sum by its slow mean, whatever that is."""
    mean = now.seen.mean()
    if now.memory[0] == 0.0:
        now.memory[0] = 0.6
    now.memory[0] += now.parameters[0] * (mean - now.memory[0])
    now.action[0] = 2.0 * (0.6 * mean / max(now.memory[0], 0.02) - 0.6)


def steady_mean_of_the_living(now: Situation) -> None:
    """Average the mean of the living over time, and begin anew where it jumps."""
    mean_of_the_living(now)
    mean, since = now.action[0], now.memory[1]
    if since == 0.0 or abs(mean - now.memory[0]) > now.parameters[0]:
        now.memory[0], since = mean, 0.0
    now.memory[0] += (mean - now.memory[0]) / (since + 1.0)
    now.memory[1] = since + 1.0
    now.action[0] = now.memory[0]


# CueDelay


def larger_noise(now: Situation) -> None:
    """Answer with the side that shows more now."""
    now.action[0] = 1.0 if now.seen[1] > now.seen[0] else 0.0


def last_cue(now: Situation) -> None:
    """Answer with the side that was the last to show a cue."""
    for side in range(2):
        if now.seen[side] > 0.9:
            now.memory[0] = side
    now.action[0] = now.memory[0]


# Futility


def glance(now: Situation) -> None:
    """Push on while the last push moved much, else push with some chance."""
    seen, parameters = now.seen, now.parameters
    chance = parameters[2]
    if seen[1] > 0.0:
        chance = 1.0 if seen[0] > parameters[0] else parameters[1]
    now.action[0] = 1.0 if now.chance[0] < chance else 0.0


def persist(now: Situation) -> None:
    """Add up leakily what pushes moved; give up for a time when it is too little."""
    seen, memory = now.seen, now.memory
    keep, least, rest, fresh = now.parameters
    if memory[2] == 0.0:
        memory[0], memory[2] = fresh, 1.0
    if seen[1] > 0.0:
        memory[0] += keep * (seen[0] - 0.5 - memory[0])
        if memory[0] < least:
            memory[0], memory[1] = fresh, rest
    memory[1] -= 1.0
    now.action[0] = 0.0 if memory[1] > 0.0 else 1.0


# ContextBandit


def leaky_count(now: Situation) -> None:
    """Add up leakily for which arm the outcomes speak; with a leak of 1, win-stay, lose-shift."""
    seen, memory = now.seen, now.memory
    shown = seen[1] + seen[2]
    if shown > 0.0 and memory[1] == 0.0:
        speaks_right = seen[2] == seen[3]
        memory[0] += now.parameters[0] * ((1.0 if speaks_right else -1.0) - memory[0])
    memory[1] = shown
    now.action[0] = 1.0 if memory[0] > 0.0 else 0.0


# TwoDemands and Bursts: the same rate for all neurons of a group


def some_cells(now: Situation) -> None:
    """Let some neurons of each group spike in every step, more where more is demanded."""
    groups = min(now.seen.size, 2)
    cells = now.action.size // groups
    for place in range(now.action.size):
        shown = now.seen[place // cells]
        k = now.parameters[0] if shown > 0.5 else now.parameters[1]
        now.action[place] = 1.0 if place % cells < k else 0.0


def lots(now: Situation) -> None:
    """Let each neuron spike with a chance, which is higher where more is demanded."""
    groups = min(now.seen.size, 2)
    cells = now.action.size // groups
    for place in range(now.action.size):
        shown = now.seen[place // cells]
        chance = now.parameters[0] if shown > 0.5 else now.parameters[1]
        now.action[place] = 1.0 if now.chance[place] < chance else 0.0


def clockwork(now: Situation) -> None:
    """Let each group spike regularly at the demanded rate."""
    groups = min(now.seen.size, 2)
    cells = now.action.size // groups
    for group in range(groups):
        high, low = now.parameters
        now.memory[group] += cells * (high if now.seen[group] > 0.5 else low)
        for cell in range(cells):
            spikes = now.memory[group] >= 1.0
            now.memory[group] -= 1.0 if spikes else 0.0
            now.action[group * cells + cell] = 1.0 if spikes else 0.0


HEALTHY: tuple[tuple[float, ...], ...] = ((2.0, -1.2),)
LINEAR = tuple(
    product((1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0), (-1.4, -1.2, -1.0, -0.8, -0.5, 0.0))
)
ONE_RATE = tuple((p / 200.0, p / 200.0) for p in (2, 5, 6, 8, 10, 15, 20, 30, 40, 60, 80))
ONE_NUMBER = tuple((k, k) for k in (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0))
RATE_POLICIES = (
    Policy("silence", constant, ((0.0,),)),
    Policy("each neuron in every second step, by lot", random_choice),
    Policy("one rate for all, by lot, the best", lots, ONE_RATE),
)
POLICIES: dict[str, tuple[Policy, ...]] = {
    "FaultTrack": (
        Policy("nothing: 0", constant, ((0.0,),)),
        Policy("random numbers", random_number),
        Policy("mean of the sensors, right if healthy", linear, HEALTHY),
        Policy("best weighted sum of the sensors", linear, LINEAR),
        Policy("mean of the sensors above 0", mean_of_the_living),
        Policy("sum over its slow mean", slow_gain, tuple((0.02 / t,) for t in (1, 2, 3.3, 5, 8))),
        Policy(
            "the mean above 0, averaged since it jumped",
            steady_mean_of_the_living,
            ((0.1,), (0.2,), (0.3,), (0.4,), (0.6,)),
        ),
    ),
    "CueDelay": (
        Policy("random choices", random_choice),
        Policy("the side with more noise", larger_noise),
        Policy("the last cue", last_cue),
    ),
    "Futility": (
        Policy("always rest", constant, ((0.0,),)),
        Policy("always push", constant, ((1.0,),)),
        Policy("random choices", random_choice),
        Policy(
            "a glance, the best",
            glance,
            tuple(product((-4.0, -2.0, -1.0, 0.0, 1.0, 2.0), (0.0, 0.5, 0.9), (0.01, 0.02, 0.1))),
        ),
        Policy(
            "adding up for seconds, the best",
            persist,
            tuple(product((0.01, 0.02, 0.03), (-0.3, -0.2, -0.1), (100, 200, 300), (0.05, 0.3))),
        ),
    ),
    "ContextBandit": (
        Policy("random choices", random_choice),
        Policy("win-stay, lose-shift", leaky_count, ((1.0,),)),
        Policy("a leaky count, the best", leaky_count, tuple((k / 20.0,) for k in range(1, 21))),
    ),
    "TwoDemands": (
        *RATE_POLICIES,
        Policy(
            "a number of neurons in every step, the best",
            some_cells,
            tuple((high, low) for high in (2.0, 3.0) for low in (0.0, 1.0)),
        ),
        Policy("the demanded rates by lot", lots, ((60 / 200.0, 6 / 200.0),)),
        Policy("the demanded rates", clockwork, ((60 / 200.0, 6 / 200.0),)),
    ),
    "Bursts": (
        *RATE_POLICIES,
        Policy(
            "a number of neurons in every step, the best",
            some_cells,
            tuple((high, low) for high in (6.0, 7.0) for low in (0.0, 1.0)),
        ),
        Policy("the demanded rates by lot", lots, ((80 / 200.0, 5 / 200.0),)),
        Policy("the demanded rates", clockwork, ((80 / 200.0, 5 / 200.0),)),
    ),
}
