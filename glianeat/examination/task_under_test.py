"""The task that the doctor examines, and what is known of it so far."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glianeat.codec.codec import CodecConfig
from glianeat.errors import ConfigError
from glianeat.evaluate.rollout import RolloutConfig
from glianeat.examination.report import Finding
from glianeat.tasks import contract
from glianeat.tasks.task import TaskSpec, make_environment

if TYPE_CHECKING:
    import gymnasium

Findings = Iterator[Finding]
SEED = 7
"""Of every episode and action of an examination, the first of several."""


@dataclass
class Patient:
    """A task under examination, and what is known of it so far.

    Parameters
    ----------
    config : RolloutConfig
        The task, and how agents meet it; the codec need not be resolved.
    """

    config: RolloutConfig
    spec: TaskSpec | None = None
    codec: CodecConfig | None = None
    latest: "gymnasium.Env[Any, Any] | None" = None
    """The environment that was made last."""

    def environment(self) -> "gymnasium.Env[Any, Any]":
        """Make the environment."""
        self.latest = make_environment(self.config.task)
        return self.latest

    def begin(self, environment: "gymnasium.Env[Any, Any]", seed: int | None) -> Any:  # noqa: ANN401
        """Begin an episode; return the first observation."""
        return contract.begin(environment, seed, self.config.task.reset_options or None)

    def known(self) -> TaskSpec:
        """Return the description, which must have been found."""
        if self.spec is None:
            raise ConfigError("the task could not be described")
        return self.spec
