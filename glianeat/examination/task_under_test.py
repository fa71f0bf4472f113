"""The task that the doctor examines, and what is known of it so far."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glianeat.codec.codec import CodecConfig, SettledCodec, resolve_outputs
from glianeat.codec.founders import with_founders_for
from glianeat.config import Settings
from glianeat.develop.settings import DevelopmentConfig
from glianeat.errors import ConfigError
from glianeat.examination.report import Finding
from glianeat.genome.variation import GenomeConfig
from glianeat.simulate.settings import SimulationConfig
from glianeat.tasks import contract
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import TaskSpec, make_environment

if TYPE_CHECKING:
    import gymnasium

Findings = Iterator[Finding]
SEED = 7
"""Of every episode and action of an examination, the first of several."""


class ExaminationConfig(Settings):
    """What is examined: a task, and how agents meet it, of which much may be left open."""

    task: TaskConfig = TaskConfig()
    codec: CodecConfig = CodecConfig()
    genome: GenomeConfig = GenomeConfig()
    development: DevelopmentConfig = DevelopmentConfig()
    simulation: SimulationConfig = SimulationConfig()


@dataclass
class TaskUnderTest:
    """A task under examination, and what is known of it so far.

    Parameters
    ----------
    config : ExaminationConfig
        The task, and how agents meet it.
    """

    config: ExaminationConfig
    spec: TaskSpec | None = None
    codec: SettledCodec | None = None
    latest: "gymnasium.Env[Any, Any] | None" = None
    """The environment that was made last."""

    def environment(self) -> "gymnasium.Env[Any, Any]":
        """Make the environment."""
        self.latest = make_environment(self.config.task)
        return self.latest

    def begin(self, environment: "gymnasium.Env[Any, Any]", seed: int | None) -> Any:
        """Begin an episode; return the first observation."""
        return contract.begin(environment, seed, self.config.task.reset_options or None)

    def known(self) -> TaskSpec:
        """Return the description, which must have been found."""
        if self.spec is None:
            raise ConfigError("the task could not be described")
        return self.spec

    def founding(
        self, codec: SettledCodec
    ) -> tuple[SimulationConfig, DevelopmentConfig, GenomeConfig]:
        """Return what founders are, with every choice made; caps on genes do not hold."""
        config, spec = self.config, self.known()
        genome = with_founders_for(config.genome, config.simulation.neuron, spec)
        genome = genome.replace(max_neurons=1_000_000, max_synapses=1_000_000)
        return config.simulation, resolve_outputs(config.development, codec, spec), genome

    def judged(self, reward: Any) -> Any:
        """Return a reward as the numbers that it is; raise `EvaluationError` if it is none."""
        count = len(self.known().rewards)
        return contract.numbers(reward, count) if count else contract.number(reward)
