"""Objectives: what an evaluation is worth, by name, with a direction and a unit.

Every objective has one natural direction. The rewards are what a task asks for; all others are what
solving it takes. Any measure of activity is one, too (see `glianeat.analyse.activity`).

``max:`` or ``min:`` before a name turns what is no reward around; ``@start`` or ``@solved`` after
it says when it begins to count: ``max:active_fraction@start``.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Literal, get_args

import msgspec

from glianeat.analyse.activity import MEASURES
from glianeat.analyse.measure import Measure
from glianeat.config import shown, suggestion
from glianeat.errors import ConfigError
from glianeat.evaluate.evaluation import Evaluation

REWARD = "reward"
Onset = Literal["start", "solved"]
_DIRECTIONS = {"max": 1, "min": -1}


class Objective(msgspec.Struct, frozen=True):
    """One objective."""

    name: str
    direction: int
    """1 to be maximised, -1 to be minimised."""
    unit: str
    meaning: str
    value: Callable[[Evaluation], float]
    """Its value in its own unit; minus infinity for a reward of an evaluation that failed."""
    is_reward: bool = False
    """Whether it is what the task asks for, or one of the things that it asks for."""
    onset: Onset | None = None
    """When it begins to count: from the start, or once the task is solved; of what is no reward,
    None is as `selection.energy_onset` says."""
    measure: str | None = None
    """Name of the measure that it is, if it is one."""


def _energy(evaluation: Evaluation) -> float:
    return evaluation.power + evaluation.penalty


def _events(evaluation: Evaluation) -> float:
    if not evaluation.counts:
        return 0.0  # it has failed
    ledger, steps = evaluation.ledger, sum(evaluation.lengths)
    events = ledger.count("excitatory_events").sum() + ledger.count("inhibitory_events").sum()
    return float(events) / steps if steps else 0.0


def _astrocytes(evaluation: Evaluation) -> float:
    return sum(evaluation.astrocytes)


def _size(evaluation: Evaluation) -> float:
    return evaluation.neurons + evaluation.synapses + _astrocytes(evaluation)


OBJECTIVES = (
    Objective(REWARD, 1, "", "mean return", attrgetter("mean_return"), is_reward=True),
    Objective("energy", -1, "EU/s", "mean power, and the penalty if there is one", _energy),
    Objective("spikes", -1, "Hz", "spikes of all neurons", attrgetter("spikes_per_second")),
    Objective("events", -1, "/step", "spikes that synapses deliver in a step", _events),
    Objective("neurons", -1, "", "developed neurons", attrgetter("neurons")),
    Objective("hidden", -1, "", "developed hidden neurons", attrgetter("hidden")),
    Objective("synapses", -1, "", "expressed synapses", attrgetter("synapses")),
    Objective("astrocytes", -1, "", "expressed astrocytes", _astrocytes),
    Objective("size", -1, "", "neurons, synapses and astrocytes", _size),
)
"""All objectives that every task has.

Energy is power, not a sum over the episode: an agent that dies early must not look thrifty.
"""
NAMES = tuple(objective.name for objective in OBJECTIVES)


def _of_measure(measure: Measure) -> Objective:
    def value(evaluation: Evaluation) -> float:
        return evaluation.measures.get(measure.name, 0.0)  # 0 where there is none: it has failed

    name, direction = measure.name, measure.direction
    return Objective(name, direction, measure.unit, measure.meaning, value, measure=name)


def find_objectives(
    names: Sequence[str], rewards: Sequence[str] = (), *, summed: bool = False
) -> tuple[Objective, ...]:
    """Return the objectives of some names, in their order.

    Parameters
    ----------
    names : sequence of str
        Names of objectives. `reward` stands for all rewards of a task that gives several at once.
    rewards : sequence of str
        Names of the rewards of such a task; each is an objective under its own name, unless that
        is the name of another.
    summed : bool
        Whether `reward` stands for the sum of all rewards instead.

    Raises
    ------
    ConfigError
        If a name is unknown or comes twice, or none is a reward, or a reward is to be minimised or
        to count later.
    """
    measures = tuple(map(_of_measure, MEASURES))
    known: dict[str, tuple[Objective, ...]] = {one.name: (one,) for one in (*OBJECTIVES, *measures)}
    several = tuple(_reward(place, name) for place, name in enumerate(rewards))
    if several:
        known = {one.name: (one,) for one in several} | known
        known |= {} if summed else {REWARD: several}
    chosen = [objective for asked in names for objective in _found(asked, known)]
    if len({objective.name for objective in chosen}) < len(chosen):
        raise ConfigError(f"selection.objectives: must be different ones, got {', '.join(names)}")
    if not any(objective.is_reward for objective in chosen):
        given = ", ".join(names) or "none"
        raise ConfigError(
            f"selection.objectives: must contain {REWARD!r}, or a reward's name, got {given}"
        )
    return tuple(chosen)


def _found(asked: str, known: dict[str, tuple[Objective, ...]]) -> tuple[Objective, ...]:
    """Return what one entry of the settings asks for."""
    before, colon, rest = asked.rpartition(":")
    name, at, onset = rest.partition("@")
    if name not in known:
        raise ConfigError(
            f"selection.objectives: must be of {', '.join(known)}, got {shown(asked)}"
            f"{suggestion(name, known)}"
        )
    if colon and before not in _DIRECTIONS:
        raise ConfigError(
            f"selection.objectives: before {name!r} must stand 'max:' or 'min:', got {shown(asked)}"
        )
    if at and onset not in get_args(Onset):
        raise ConfigError(
            f"selection.objectives: after {name!r} must stand '@start' or '@solved', "
            f"got {shown(asked)}"
        )
    found = known[name]
    if any(one.is_reward for one in found) and (before == "min" or onset == "solved"):
        raise ConfigError(
            f"selection.objectives: a reward must be maximised from the start, got {shown(asked)}"
        )
    return tuple(
        msgspec.structs.replace(
            one, direction=_DIRECTIONS.get(before, one.direction), onset=onset or None
        )
        for one in found
    )


def measures_of(objectives: Sequence[Objective], more: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the measures that evaluations are to hold: those of objectives, and some more.

    Raises
    ------
    ConfigError
        If one of these is unknown.
    """
    known = [measure.name for measure in MEASURES]
    for name in more:
        if name not in known:
            raise ConfigError(
                f"evaluation.measures: must be of {', '.join(known)}, got {shown(name)}"
                f"{suggestion(name, known)}"
            )
    wanted = {*more, *(one.measure for one in objectives)}
    return tuple(name for name in known if name in wanted)


def objective_values(
    evaluation: Evaluation, objectives: Sequence[Objective] = find_objectives((REWARD, "energy"))
) -> tuple[float, ...]:
    """Return the value of each objective, turned so that all are to be maximised."""
    return tuple(float(one.direction * one.value(evaluation)) for one in objectives)


def _reward(place: int, name: str) -> Objective:
    def value(evaluation: Evaluation) -> float:
        told = evaluation.is_ok and place < len(evaluation.rewards)
        return evaluation.rewards[place] if told else -float("inf")

    return Objective(name, 1, "", f"mean return of {name}", value, is_reward=True)
