"""One episode, recorded: what the network did, and what it saw and did in the task."""

import base64
from collections.abc import Sequence

import msgspec
import numpy as np

from glianeat.codec.decoders import action_number_names, choice_names
from glianeat.codec.encoders import number_names
from glianeat.energetics.ledger import KINDS
from glianeat.inspector.views.numbers import one, rounded
from glianeat.inspector.views.text import without_paths
from glianeat.run.run import Run
from glianeat.run.watched import Frame, WatchedEpisode, watch_episode
from glianeat.simulate.trace import LEDGER_STEP, Trace
from glianeat.typing import FloatArray, IntArray

_FILL_POINTS = 1000  # times at which the fill of pools is told
_CALCIUM_POINTS = 1000
_FEW = 3  # significant digits of what is only drawn


class Frames(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures of the task."""

    step: list[int]
    width: int
    height: int
    image: list[str]


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """One episode, recorded."""

    key: int
    purpose: str
    seed: int
    episode_return: float
    steps: int
    complete: bool
    step_ms: int
    n_ms: int
    observation: list[list[float]]
    observation_names: list[str]
    action: list[list[float]]
    action_names: list[str]
    action_choices: list[list[str]]
    action_lowest: list[int]
    reward: list[float]
    spike_time: list[int]
    spike_neuron: list[int]
    calcium_time: list[int]
    calcium: list[list[float]]
    release_time: list[int]
    release_astrocyte: list[int]
    fill_time: list[int]
    fill: list[list[float]]
    output_time: list[int]
    output: list[list[float]]
    energy_time: list[int]
    energy_kinds: list[str]
    energy: list[list[float]]
    energy_region: list[list[float]]
    frames: Frames | None
    frames_note: str


def episode_view(run: Run, key: int) -> Episode:
    """Return the first episode that ``glianeat replay`` shows of a genome.

    Raises
    ------
    ConfigError
        If the task cannot be made here.
    TrustError
        If the run was not made here, and making its task needs trust.
    EvaluationError
        If the episode failed.
    CheckpointError
        If the run has no genome of that key.
    """
    solution = run.solution(key)
    watched, spec = watch_episode(run, solution.genome), run.experiment.description
    trace, codec = watched.trace, run.experiment.codec
    thin_fill = _spread(trace.n_steps, _FILL_POINTS)
    thin_calcium = _spread(len(trace.calcium_time), _CALCIUM_POINTS)
    power, ends = _power(run, trace)
    names = map(without_paths, number_names(spec.observed, spec.known.observation_names, "obs"))
    acts = action_number_names(spec.acted, spec.known.action_names)
    return Episode(
        key=key,
        purpose="a fresh episode, the first that replay shows",
        seed=watched.seed,
        episode_return=one(watched.evaluation.returns[0]),
        steps=len(watched.reward),
        complete=watched.complete,
        step_ms=codec.hold,
        n_ms=trace.n_steps,
        observation=rounded(watched.observation, 4),
        observation_names=list(names),
        action=rounded(watched.action, 4),
        action_names=list(map(without_paths, acts)),
        action_choices=[
            list(map(without_paths, group))
            for group in choice_names(spec.acted, spec.known.action_names)
        ],
        action_lowest=[
            int(low) if part.kind == "choice" else 0 for part in spec.acted for low in part.low
        ],
        reward=rounded(watched.reward, 4),
        spike_time=trace.spike_time.tolist(),
        spike_neuron=trace.spike_neuron.tolist(),
        calcium_time=trace.calcium_time[thin_calcium].tolist(),
        calcium=rounded(trace.calcium[thin_calcium].T, _FEW),
        release_time=trace.release_time.tolist(),
        release_astrocyte=trace.release_astrocyte.tolist(),
        fill_time=thin_fill.tolist(),
        fill=rounded(trace.fill[thin_fill].T, _FEW),
        output_time=_outputs(watched)[0],
        output=_outputs(watched)[1],
        energy_time=ends.tolist(),
        energy_kinds=list(KINDS),
        energy=rounded(power.sum(axis=2).T, _FEW + 1),
        energy_region=rounded(power.sum(axis=1).T, _FEW + 1),
        frames=_frames(watched.frames),
        frames_note=without_paths(watched.frames_note),
    )


def _spread(number: int, most: int) -> IntArray:
    """Return at most so many places in a row, evenly spread, the last one among them."""
    step = max(1, -(-number // most))
    return np.arange(number - 1, -1, -step)[::-1]


def _outputs(watched: WatchedEpisode) -> tuple[list[int], list[list[float]]]:
    """Return the potentials of graded outputs with their times; empty where outputs spike."""
    trace = watched.trace
    if not len(trace.potential_neuron):
        return [], []
    places = _spread(trace.n_steps, _FILL_POINTS)
    return places.tolist(), rounded(trace.potential[places].T, _FEW)


def _power(run: Run, trace: Trace) -> tuple[FloatArray, IntArray]:
    """Return the power of each window by kind and region [EU/s], and when windows end [ms]."""
    ledgers = trace.ledgers()
    ends = np.minimum(LEDGER_STEP * np.arange(1, len(ledgers) + 1), trace.n_steps)
    rows = [ledger.energy(run.config.energy) / max(ledger.seconds, 1e-9) for ledger in ledgers]
    shape = (len(KINDS), trace.fill.shape[1])
    return np.array(rows).reshape(len(rows), *shape), ends


def _frames(frames: Sequence[Frame]) -> Frames | None:
    if not frames:
        return None
    first = frames[0].still
    return Frames(
        step=[frame.step for frame in frames],
        width=first.width,
        height=first.height,
        image=[
            f"data:image/webp;base64,{base64.b64encode(frame.still.data).decode()}"
            for frame in frames
        ],
    )
