"""What the tasks share: dynamics that are their own compiled task, seeding, rendering."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import gymnasium
import numpy as np
import numpy.typing as npt
from gymnasium.error import DependencyNotInstalled, InvalidAction, ResetNeeded
from gymnasium.spaces import Box, Discrete

from glianeat import CompiledDynamics

if TYPE_CHECKING:
    import pygame

State = npt.NDArray[np.float64]
Observation = npt.NDArray[np.float32]


def own_state(environment: "gymnasium.Env[Any, Any]") -> State:
    """Return the state of a `CompiledTask` as its reset has drawn it: every `start` here."""
    state: State = environment.unwrapped.state.copy()  # type: ignore[attr-defined]
    if not state.size:
        raise ResetNeeded(f"{type(environment.unwrapped).__name__}: reset() must come first")
    return state


def write(surface: "pygame.Surface", text: str, place: tuple[int, int]) -> None:
    """Write a line of text; `place` is its upper left corner [pixels]."""
    import pygame

    pygame.font.init()  # does nothing the second time
    font = pygame.font.Font(None, 22)
    surface.blit(font.render(text, True, (60, 60, 60)), place)  # noqa: FBT003 - not ours


class CompiledTask(gymnasium.Env[Observation, Any]):
    """A task that keeps everything in one array of numbers, for its compiled dynamics.

    The functions of the dynamics are written once: they run as they stand in `step`, and compiled
    within glianeat. A task defines its spaces, its `compiled`, `_begin` and `_draw`.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 - declared so by Gymnasium
        "render_modes": ["human", "rgb_array"],
        "render_fps": 50,
    }
    compiled: ClassVar[CompiledDynamics]
    observation_space: "Box[np.float32]"  # a quoted type, for older versions have no parameter
    action_space: "Box[np.float32] | Discrete"
    screen: ClassVar[tuple[int, int]] = (480, 360)
    """Width and height of the picture [pixels]."""

    def __init__(self, render_mode: str | None = None) -> None:
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise ValueError(
                f"{type(self).__name__}: render_mode must be None or one of "
                f"{self.metadata['render_modes']}, got {render_mode!r}"
            )
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

    def step(self, action: Any) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Advance by one step of the task."""
        if not self.state.size:
            raise ResetNeeded(f"{type(self).__name__}: reset() must come before step()")
        reward, terminated = self.compiled.step(self.state, self._taken(action))
        info = (
            {}
            if self.compiled.energy_intake is None
            else {"energy": float(self.compiled.energy_intake(self.state))}
        )
        if self.render_mode == "human":
            self.render()
        return self._observation(), float(reward), bool(terminated), False, info

    def _taken(self, action: Any) -> State:
        """Return the action as the dynamics take it: clipped, of the precision of its space."""
        space = self.action_space
        if isinstance(space, Discrete):
            if not space.contains(action):
                raise InvalidAction(f"{type(self).__name__}: action must be in {space}: {action!r}")
            return np.array([action], dtype=np.float64)
        taken = np.asarray(action, dtype=space.dtype)
        if taken.shape != space.shape or np.isnan(taken).any():
            raise InvalidAction(
                f"{type(self).__name__}: action must be {space.shape} numbers, got {action!r}"
            )
        return np.clip(taken, space.low, space.high).astype(np.float64).reshape(-1)

    def _observation(self) -> Observation:
        shown = np.zeros(int(np.prod(self.observation_space.shape)))
        self.compiled.observe(self.state, shown)
        return shown.astype(np.float32).reshape(self.observation_space.shape)

    def render(self) -> npt.NDArray[np.uint8] | None:
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
            size = self.screen
            if self.render_mode == "human":
                pygame.display.init()
                self._surface = pygame.display.set_mode(size)
                self._clock = pygame.time.Clock()
            else:
                self._surface = pygame.Surface(size)
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
        if self._surface is not None and self.render_mode == "human":
            import pygame

            pygame.display.quit()
        self._surface = self._clock = None
