"""Which episodes a caller means by seeds, or by a number."""

from collections.abc import Sequence

import numpy as np

from glianeat.config import shown
from glianeat.errors import ConfigError
from glianeat.evaluate.plan import EpisodePlan
from glianeat.streams import Purpose


def plan_of(seeds: int | Sequence[int]) -> EpisodePlan:
    """Return which episodes are meant by seeds, or by a number of episodes."""
    if isinstance(seeds, int | np.integer):
        return EpisodePlan(purpose=Purpose.TEST, episodes=checked_number(seeds))
    is_list = isinstance(seeds, Sequence | np.ndarray)
    if not is_list or not len(seeds) or not all(_is_whole(seed, 0) for seed in seeds):
        raise ConfigError(f"seeds: must be whole numbers >= 0, at least one, got {shown(seeds)}")
    chosen = tuple(int(seed) for seed in seeds)
    return EpisodePlan(purpose=Purpose.TEST, episodes=len(chosen), seeds=chosen)


def checked_number(episodes: int) -> int:
    """Return a number of episodes; raise `ConfigError` if it is none."""
    if not _is_whole(episodes, 1):
        raise ConfigError(f"episodes: must be a whole number >= 1, got {shown(episodes)}")
    return int(episodes)


def _is_whole(value: object, at_least: int) -> bool:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return whole and value >= at_least  # type: ignore[operator]
