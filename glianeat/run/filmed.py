"""What is recorded of episodes, and environments whose every state is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium

from glianeat.errors import ConfigError
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import make_environment

_DEFAULT_RATE = 30.0  # [frames/s] of an environment that declares none
_FASTEST = 1000.0  # [frames/s]


@dataclass(frozen=True)
class Recording:
    """What was recorded.

    Parameters
    ----------
    path : Path
        The file.
    frames : int
        Frames that were shown; the file has fewer if some show nothing new, or come too fast.
    seconds : float
        How long they last [s].
    complete : bool
        Whether all was recorded, not cut off at 20,000 frames or 200 MB.
    """

    path: Path
    frames: int
    seconds: float
    complete: bool


def frame_rate(task: TaskConfig) -> float:
    """Return the frames a second of a task; raise `ConfigError` if it shows none."""
    environment = make_environment(task)
    metadata = environment.metadata
    environment.close()
    modes = metadata.get("render_modes") or []
    if "rgb_array" not in modes:
        raise ConfigError(
            f"task {task.id}: cannot be recorded: that takes the render mode 'rgb_array', "
            f"it has {list(modes)}"
        )
    rate = metadata.get("render_fps")
    if isinstance(rate, int | float) and 0.0 < rate <= _FASTEST:
        return float(rate)
    return _DEFAULT_RATE


class Filmed(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Has every state of an environment recorded.

    Parameters
    ----------
    environment : gymnasium.Env
        That can render.
    film : callable
        Called after every step with what returns the frame, if it is wanted.
    """

    def __init__(
        self, environment: gymnasium.Env[Any, Any], film: Callable[[Callable[[], Any]], None]
    ) -> None:
        super().__init__(environment)
        self._film = film

    def reset(self, **options: Any) -> tuple[Any, dict[str, Any]]:
        """Begin an episode."""
        begun = self.env.reset(**options)
        self._film(self.env.render)
        return begun

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Advance by one step."""
        done = self.env.step(action)
        self._film(self.env.render)
        return done
