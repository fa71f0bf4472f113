"""An episode of a genome, lived again and watched: spikes, pictures, what is seen and done."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import gymnasium
import numpy as np

from glianeat.develop.decode import develop
from glianeat.errors import ConfigError, TrustError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.failures import check_evaluation
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.probe import Probe
from glianeat.evaluate.rollout import RolloutConfig, RolloutWorker
from glianeat.genome.genome import Genome
from glianeat.genome.schema import Role
from glianeat.run.recording import Still, still
from glianeat.run.run import Run
from glianeat.simulate.trace import Trace, TraceSpec
from glianeat.streams import Purpose
from glianeat.tasks.blame import described
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.spaces import Part, reader
from glianeat.tasks.task import close_quietly, make_environment
from glianeat.text import safe
from glianeat.typing import FloatArray

LONGEST = 20_000  # [ms] of simulated time that are recorded
PATIENCE = 120.0  # [s] after which an episode is given up
MOST_FRAMES = 200
FRAME_SIDE = 320  # [pixels], the longer side of a picture
_RENDER_MODE = "rgb_array"


class Frame(NamedTuple):
    """A picture of the task, and how many steps had been taken."""

    step: int
    still: Still


@dataclass(frozen=True, eq=False)
class WatchedEpisode:
    """One episode, as far as it was recorded.

    Parameters
    ----------
    evaluation : Evaluation
        How it went, to its end.
    seed : int
        Seed that the environment was reset with.
    trace : Trace
        What the network did, T milliseconds.
    observation : ndarray of float64, shape (S, n)
        What was observed before each of the S steps recorded.
    action : ndarray of float64, shape (S, A)
        What was done, as numbers.
    inputs : ndarray of float64, shape (S, I)
        What each input of the network transmitted.
    reward : ndarray of float64, shape (S,)
        What a step gave; of several rewards at once, their sum.
    frames : tuple of Frame
        Pictures of the task, evenly thinned.
    frames_note : str
        Why there are none; empty if there are.
    complete : bool
        Whether the whole episode was recorded.
    """

    evaluation: Evaluation
    seed: int
    trace: Trace
    observation: FloatArray
    action: FloatArray
    inputs: FloatArray
    reward: FloatArray
    frames: tuple[Frame, ...]
    frames_note: str
    complete: bool


def watch_episode(
    run: Run,
    genome: Genome,
    *,
    longest: int = LONGEST,
    most_frames: int = MOST_FRAMES,
    side: int = FRAME_SIDE,
) -> WatchedEpisode:
    """Let a genome live the first of the episodes that ``glianeat replay`` shows, and watch it.

    Watching changes no bit of it. The task's environment is made.

    Parameters
    ----------
    run : Run
        The run whose settings apply.
    genome : Genome
        Who lives it.
    longest : int
        What is recorded of it at most [ms]; it goes on unrecorded.
    most_frames : int
        Pictures of the task that are kept; 0 for none.
    side : int
        Their longer side [pixels].

    Raises
    ------
    ConfigError
        If the task cannot be made here.
    TrustError
        If the run was not made here, and making its task needs trust.
    EvaluationError
        If the episode failed.
    """
    rollout = run.experiment.rollout
    patient = rollout.replace(evaluation=rollout.evaluation.replace(timeout=PATIENCE))
    probe = Probe(max(1, math.ceil(longest / rollout.codec.hold)), trace_spec(run, genome))
    mode, note = _render_mode(rollout.task) if most_frames else (None, "no pictures were asked for")
    log = _Log(run.experiment.description.observed, run.experiment.description.acted, probe.steps)
    camera = _Camera(most_frames, side, note)
    plan = EpisodePlan(purpose=Purpose.REPLAY, episodes=1)
    evaluation = _live((patient, mode), genome, plan, probe, (log, camera))
    check_evaluation(evaluation)
    return WatchedEpisode(
        evaluation=evaluation,
        seed=plan.episode_seeds(rollout.seed)[0],
        trace=probe.trace,
        observation=np.array(log.observations).reshape(len(log.rewards), -1),
        action=np.array(log.actions).reshape(len(log.rewards), -1),
        inputs=probe.inputs,
        reward=np.array(log.rewards, dtype=np.float64),
        frames=tuple(camera.frames),
        frames_note="" if camera.frames else camera.note or "the task showed no picture",
        complete=evaluation.lengths[0] <= probe.steps,
    )


def trace_spec(run: Run, genome: Genome) -> TraceSpec:
    """Return what is recorded beside spikes: efficacies if there is gain, and graded outputs."""
    codec, config = run.experiment.codec, run.config
    scales = config.astrocyte.gain or config.neuron.slow_gain
    if codec.readout != "membrane":
        return TraceSpec(efficacy=scales)
    role = develop(genome, config.development).cells.role
    outputs = tuple(np.flatnonzero(role == Role.OUTPUT).tolist())
    return TraceSpec(potentials=outputs, efficacy=scales)


def _live(
    how: tuple[RolloutConfig, str | None],
    genome: Genome,
    plan: EpisodePlan,
    probe: Probe,
    watchers: "tuple[_Log, _Camera]",
) -> Evaluation:
    config, mode = how
    worker = RolloutWorker(
        config, render_mode=mode, watch=lambda environment: _Watched(environment, *watchers)
    )
    try:
        return worker.evaluate(genome, plan, probe)
    finally:
        worker.close()


def _render_mode(task: TaskConfig) -> tuple[str | None, str]:
    """Return the render mode of pictures, or None and why there is none."""
    environment = make_environment(task)
    modes = environment.metadata.get("render_modes") or []
    close_quietly(environment)
    if _RENDER_MODE not in modes:
        return None, "the task cannot show itself as pictures"
    try:
        close_quietly(make_environment(task, _RENDER_MODE))
    except TrustError:
        raise
    except ConfigError as error:
        return None, f"the task cannot show itself here: {error}"
    return _RENDER_MODE, ""


class _Log:
    """Keeps what was observed, done and gained in the first steps."""

    def __init__(
        self, observed: tuple[Part, ...], acted: tuple[Part, ...], most_steps: int
    ) -> None:
        self._most = most_steps
        self._parts = observed, acted
        self._read, self._read_action = reader(observed), reader(acted)
        self._shown: FloatArray = np.zeros(0)
        self.observations: list[FloatArray] = []
        self.actions: list[FloatArray] = []
        self.rewards: list[float] = []

    @property
    def is_full(self) -> bool:
        """Whether no further step is kept."""
        return len(self.rewards) >= self._most

    def observe(self, observation: Any) -> None:
        """Keep what is observed until it is acted on."""
        self._shown = _vector(self._read, self._parts[0], observation)

    def act(self, action: Any, reward: Any) -> None:
        """Keep an action, with what was observed before and gained by it."""
        self.observations.append(self._shown)
        self.actions.append(_vector(self._read_action, self._parts[1], action))
        self.rewards.append(math.fsum(np.asarray(reward, dtype=np.float64).ravel().tolist()))


def _vector(
    read: Callable[[Any, FloatArray], None], parts: tuple[Part, ...], value: Any
) -> FloatArray:
    vector = np.zeros(sum(part.n_numbers for part in parts))
    read(value, vector)
    return vector


class _Camera:
    """Keeps pictures of an episode whose length is not known: of more than fit, every other one."""

    def __init__(self, most: int, side: int, note: str) -> None:
        self._most, self._side, self._every, self.note = most, side, 1, note
        self.frames: list[Frame] = []

    def film(self, environment: "gymnasium.Env[Any, Any]", step: int) -> None:
        """Take a picture if it is time for one."""
        if self.note or step % self._every:
            return
        try:
            picture = still(environment.render(), self._side)
        except Exception as error:  # noqa: BLE001 - an environment may raise anything
            self.note = f"the task cannot show itself here: {safe(described(error))}"
            self.frames.clear()
            return
        if not self.frames or self.frames[-1].still != picture:
            self.frames.append(Frame(step, picture))
        if len(self.frames) > self._most:
            self._every *= 2
            self.frames = [frame for frame in self.frames if frame.step % self._every == 0]


class _Watched(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Lets what happens in an environment be seen."""

    def __init__(self, environment: "gymnasium.Env[Any, Any]", log: _Log, camera: _Camera) -> None:
        super().__init__(environment)
        self._log, self._camera, self._step = log, camera, 0

    def reset(self, **options: Any) -> tuple[Any, dict[str, Any]]:
        """Begin an episode."""
        begun = self.env.reset(**options)
        self._log.observe(begun[0])
        self._camera.film(self.env, 0)
        return begun

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Advance by one step."""
        done = self.env.step(action)
        self._step += 1
        if not self._log.is_full:
            self._log.act(action, done[1])
            self._log.observe(done[0])
            self._camera.film(self.env, self._step)
        return done
