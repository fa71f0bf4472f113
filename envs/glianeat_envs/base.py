"""What the tasks share: dynamics that are their own compiled twin, seeding, rendering."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import gymnasium
import numpy as np
import numpy.typing as npt
from gymnasium.error import DependencyNotInstalled, ResetNeeded
from gymnasium.spaces import Box, Discrete

from glianeat import Twin

if TYPE_CHECKING:
    import pygame

State = npt.NDArray[np.float64]
Observation = npt.NDArray[np.float32]


def own_state(environment: "gymnasium.Env[Any, Any]") -> State:
    """Return the state of a `TwinTask` as its reset has drawn it: the `start` of every twin here."""
    state: State = environment.unwrapped.state.copy()  # type: ignore[attr-defined]
    return state


class TwinTask(gymnasium.Env[Observation, Any]):
    """A task that keeps everything in one array of numbers, which its twin steps and observes.

    The functions of the twin are written once: they run as they stand in `step`, and compiled
    within glianeat. A task defines its spaces, its `twin`, `_begin` and `_draw`.
    """

    metadata: ClassVar[dict[str, Any]] = {
        "render_modes": ["human", "rgb_array"],
        "render_fps": 50,
    }
    twin: ClassVar[Twin]
    observation_space: Box
    action_space: Box | Discrete
    screen: ClassVar[tuple[int, int]] = (480, 360)
    """Width and height of the picture [pixels]."""

    def __init__(self, render_mode: str | None = None) -> None:
        self.render_mode = render_mode
        self.state: State = np.zeros(0)
        self._surface: pygame.Surface | None = None
        self._clock: pygame.time.Clock | None = None

    @abstractmethod
    def _begin(self, options: dict[str, Any]) -> State:
        """Return the state at the start of an episode; all of its randomness is drawn here."""

    @abstractmethod
    def _draw(self, surface: "pygame.Surface") -> None:
        """Draw the state."""

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode."""
        super().reset(seed=seed)
        self.state = self._begin(options or {})
        if self.render_mode == "human":
            self.render()
        return self._observation(), {}

    def step(self, action: Any) -> tuple[Observation, float, bool, bool, dict[str, Any]]:  # noqa: ANN401
        """Advance by one step of the task."""
        if not self.state.size:
            raise ResetNeeded(f"{type(self).__name__}: reset() must come before step()")
        taken = np.array(action, dtype=np.float64).reshape(-1)  # a copy that the twin may use
        if isinstance(self.action_space, Box):
            np.clip(taken, self.action_space.low, self.action_space.high, out=taken)
        reward, terminated = self.twin.step(self.state, taken)
        info = {} if self.twin.food is None else {"energy": float(self.twin.food(self.state))}
        if self.render_mode == "human":
            self.render()
        return self._observation(), float(reward), bool(terminated), False, info

    def _observation(self) -> Observation:
        shown = np.zeros(self.observation_space.shape)
        self.twin.observe(self.state, shown)
        return shown.astype(np.float32)

    def render(self) -> npt.NDArray[np.uint8] | None:  # type: ignore[override]
        """Return a picture, shape (height, width, 3), or show it in a window."""
        if self.render_mode is None:
            gymnasium.logger.warn("render() was called, but no render_mode was chosen")
            return None
        try:
            import pygame
        except ImportError as error:
            raise DependencyNotInstalled(
                "pygame is not installed; pip install 'glianeat[render]'"
            ) from error
        if self._surface is None:
            pygame.init()
            human = self.render_mode == "human"
            size = self.screen
            self._surface = pygame.display.set_mode(size) if human else pygame.Surface(size)
            self._clock = pygame.time.Clock()
        self._surface.fill((255, 255, 255))
        if self.state.size:
            self._draw(self._surface)
        if self.render_mode == "human":
            pygame.event.pump()
            pygame.display.flip()
            if self._clock is not None:
                self._clock.tick(self.metadata["render_fps"])
            return None
        return np.transpose(np.array(pygame.surfarray.pixels3d(self._surface)), (1, 0, 2))

    def close(self) -> None:
        """Close the window."""
        if self._surface is not None:
            import pygame

            pygame.quit()
            self._surface = None
