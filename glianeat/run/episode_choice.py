"""Which episodes a caller means by seeds, or by a number."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from glianeat.config import shown
from glianeat.errors import ConfigError
from glianeat.evaluate.damage import Damage, damages
from glianeat.evaluate.plan import EpisodePlan, SettledEvaluation, measured_plan, training_plan
from glianeat.evaluate.schedule import Schedule, decode_state
from glianeat.store.run_store import RunStore
from glianeat.streams import Purpose


def plan_of(
    seeds: int | Sequence[int], damage: str | Damage | Sequence[str | Damage] | None = None
) -> EpisodePlan:
    """Return which episodes are meant by seeds, or by a number of episodes; and what dies in them.

    That is what the settings of the run say, unless a damage is given, or an empty list of them.
    """
    suffered = None if damage is None else damages(damage)
    if isinstance(seeds, int | np.integer):
        number = checked_number(seeds)
        return EpisodePlan(purpose=Purpose.TEST, episodes=number, damage=suffered)
    is_list = isinstance(seeds, Sequence | np.ndarray)
    if not is_list or not len(seeds) or not all(_is_whole(seed, 0) for seed in seeds):
        raise ConfigError(f"seeds: must be whole numbers >= 0, at least one, got {shown(seeds)}")
    chosen = tuple(int(seed) for seed in seeds)
    return EpisodePlan(purpose=Purpose.TEST, episodes=len(chosen), seeds=chosen, damage=suffered)


def birth_plan(
    store: RunStore, config: SettledEvaluation, generation: int, abandoned_after: int = 0
) -> EpisodePlan:
    """Return the episodes on which those were evaluated who were born in a generation of a run.

    Parameters
    ----------
    store : RunStore
        The run.
    config : SettledEvaluation
        How its genomes were evaluated.
    generation : int
        Number of the generation.
    abandoned_after : int
        Episodes after which a genome was given up; 0 if it was not.
    """
    if config.episodes != "auto":
        plan = training_plan(config, generation)
    else:
        state = store.generation(generation - 1).state if generation else b""
        schedule = decode_state(state)[0] if generation else Schedule()
        plan = measured_plan(config, schedule.episodes)
    checks = ((abandoned_after, math.inf),) if abandoned_after else ()
    return msgspec.structs.replace(plan, racing_episodes=0, checks=checks)


def checked_number(episodes: int) -> int:
    """Return a number of episodes; raise `ConfigError` if it is none."""
    if not _is_whole(episodes, 1):
        raise ConfigError(f"episodes: must be a whole number >= 1, got {shown(episodes)}")
    return int(episodes)


def _is_whole(value: object, at_least: int) -> bool:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return whole and value >= at_least  # type: ignore[operator]
