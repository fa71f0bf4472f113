"""One episode, recorded: what the network did, and what it saw and did in the task."""

import base64
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from glianeat.codec.decoders import action_number_names, choice_names
from glianeat.codec.encoders import number_names
from glianeat.energetics.ledger import KINDS
from glianeat.inspector.views.numbers import one, rounded
from glianeat.inspector.views.text import without_paths
from glianeat.run.run import Run
from glianeat.run.watched import (
    FRAME_SIDE,
    MOST_FRAMES,
    Frame,
    WatchedEpisode,
    watch_episode,
)
from glianeat.simulate.trace import LEDGER_STEP, Trace
from glianeat.typing import IntArray

_MOST_INPUTS = 100_000  # numbers that are told of what inputs transmitted
_MOST_EFFICACIES = 100_000  # numbers that are told of how much cells are scaled
_POINTS = 1000  # times at which what is continuous is told
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
    input_time: list[int]
    input: list[list[float]]
    spike_time: list[int]
    spike_neuron: list[int]
    calcium_time: list[int]
    calcium: list[list[float]]
    efficacy_time: list[int]
    efficacy: list[list[float]]
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


def episode_view(
    run: Run, key: int, *, most_frames: int = MOST_FRAMES, side: int = FRAME_SIDE
) -> Episode:
    """Return the first episode that ``glianeat replay`` shows of a genome.

    Parameters
    ----------
    run : Run
        The run.
    key : int
        Key of the genome.
    most_frames : int
        Pictures of the task that are kept.
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
    CheckpointError
        If the run has no genome of that key.
    """
    solution = run.solution(key)
    codec = run.experiment.codec
    watched = watch_episode(run, solution.genome, most_frames=most_frames, side=side)
    return Episode(
        key=key,
        purpose="a fresh episode, the first that replay shows",
        seed=watched.seed,
        episode_return=one(watched.evaluation.returns[0]),
        steps=len(watched.reward),
        complete=watched.complete,
        step_ms=codec.hold,
        n_ms=watched.trace.n_steps,
        **_in_task(run, watched),
        **_activity(watched.trace),
        **_energy(run, watched.trace),
        frames=_frames(watched.frames),
        frames_note=without_paths(watched.frames_note),
    )


def _in_task(run: Run, watched: WatchedEpisode) -> dict[str, Any]:
    """Return what was seen, done and gained, with names."""
    spec = run.experiment.description
    seen, done = spec.known.observation_names, spec.known.action_names
    choices = choice_names(spec.acted, done)
    return {
        "observation": rounded(watched.observation, 4),
        "observation_names": list(map(without_paths, number_names(spec.observed, seen, "obs"))),
        "action": rounded(watched.action, 4),
        "action_names": list(map(without_paths, action_number_names(spec.acted, done))),
        "action_choices": [list(map(without_paths, group)) for group in choices],
        "action_lowest": [
            int(low) if part.kind == "choice" else 0 for part in spec.acted for low in part.low
        ],
        "reward": rounded(watched.reward, 4),
        **_inputs(watched, run.experiment.codec.hold),
    }


def _inputs(watched: WatchedEpisode, hold: int) -> dict[str, Any]:
    """Return what inputs transmitted, and since when [ms]; of very many, not in every step."""
    steps, number = watched.inputs.shape
    at = _spread(steps, max(1, _MOST_INPUTS // max(number, 1)))
    return {"input_time": (at * hold).tolist(), "input": rounded(watched.inputs[at].T, _FEW)}


def _activity(trace: Trace) -> dict[str, Any]:
    """Return spikes, calcium, efficacies, releases, pools, and potentials of graded outputs."""
    at, glial = _spread(trace.n_steps, _POINTS), _spread(len(trace.calcium_time), _POINTS)
    graded = len(trace.potential_neuron) > 0
    points = min(_POINTS, max(1, _MOST_EFFICACIES // max(trace.efficacy.shape[1], 1)))
    scaled = _spread(len(trace.efficacy_time), points)
    return {
        "spike_time": trace.spike_time.tolist(),
        "spike_neuron": trace.spike_neuron.tolist(),
        "calcium_time": trace.calcium_time[glial].tolist(),
        "calcium": rounded(trace.calcium[glial].T, _FEW),
        "efficacy_time": trace.efficacy_time[scaled].tolist(),
        "efficacy": rounded(trace.efficacy[scaled].T, _FEW),
        "release_time": trace.release_time.tolist(),
        "release_astrocyte": trace.release_astrocyte.tolist(),
        "fill_time": at.tolist(),
        "fill": rounded(trace.fill[at].T, _FEW),
        "output_time": at.tolist() if graded else [],
        "output": rounded(trace.potential[at].T, _FEW) if graded else [],
    }


def _energy(run: Run, trace: Trace) -> dict[str, Any]:
    """Return the power of each window by kind, and by region [EU/s]."""
    ledgers = trace.ledgers()
    ends = np.minimum(LEDGER_STEP * np.arange(1, len(ledgers) + 1), trace.n_steps)
    rows = [ledger.energy(run.config.energy) / max(ledger.seconds, 1e-9) for ledger in ledgers]
    power = np.array(rows).reshape(len(rows), len(KINDS), trace.fill.shape[1])
    return {
        "energy_time": ends.tolist(),
        "energy_kinds": list(KINDS),
        "energy": rounded(power.sum(axis=2).T, _FEW + 1),
        "energy_region": rounded(power.sum(axis=1).T, _FEW + 1),
    }


def _spread(number: int, most: int) -> IntArray:
    """Return at most so many places in a row, evenly spread, the last one among them."""
    step = max(1, -(-number // most))
    return np.arange(number - 1, -1, -step)[::-1]


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
