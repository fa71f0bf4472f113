"""Episodes that are watched: what is kept of them, and what is thinned out."""

import numpy as np
import pytest
from gymnasium.envs.classic_control import CartPoleEnv

import glianeat
from glianeat.errors import EvaluationError
from glianeat.evaluate.plan import EpisodePlan
from glianeat.run import watched
from glianeat.run.recording import still
from glianeat.run.watched import watch_episode
from glianeat.streams import Purpose
from tests.run.runs import PENDULUM, SMALL


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a small run."""
    small = SMALL.evolution.replace(population=4, generations=1)
    folder = tmp_path_factory.mktemp("runs")
    with glianeat.evolve(SMALL.replace(evolution=small), runs=folder) as run:
        yield run


def test_watching_changes_nothing(run):
    genome = run.best.genome
    seen = watch_episode(run, genome)
    plan = EpisodePlan(purpose=Purpose.REPLAY, episodes=1)
    assert seen.evaluation == run.rollout_worker().evaluate(genome, plan)
    assert seen.seed == plan.episode_seeds(run.config.seed)[0]


def test_observations_lead_to_the_actions_beside_them(run):
    seen = watch_episode(run, run.best.genome, most_frames=0)
    agent = run.best.agent()
    agent.reset()
    acts = [agent.act(observation) for observation in seen.observation.astype(np.float32)]
    assert acts == seen.action[:, 0].tolist()


def test_what_inputs_transmit_is_kept_step_by_step(run):
    seen = watch_episode(run, run.best.genome, most_frames=0)
    network = run.best.network()
    assert seen.inputs.shape == (len(seen.reward), network.n_inputs)
    assert (seen.inputs != seen.inputs[0]).any()


def test_a_long_episode_is_cut_and_says_so(run):
    hold = run.experiment.codec.hold
    seen = watch_episode(run, run.best.genome, longest=3 * hold)
    assert not seen.complete
    assert seen.trace.n_steps == 3 * hold
    assert len(seen.reward) == len(seen.observation) == 3
    assert seen.evaluation.lengths[0] > 3
    assert max(frame.step for frame in seen.frames) <= 3


def test_pictures_are_thinned_evenly(run):
    seen = watch_episode(run, run.best.genome, most_frames=4)
    steps = [frame.step for frame in seen.frames]
    assert 2 <= len(steps) <= 4
    assert steps[0] == 0
    assert len(set(np.diff(steps))) == 1


def test_pictures_are_small_and_can_be_left_out(run):
    frames = watch_episode(run, run.best.genome, most_frames=2).frames
    assert max(frames[0].still.width, frames[0].still.height) == watched.FRAME_SIDE
    without = watch_episode(run, run.best.genome, most_frames=0)
    assert without.frames == ()
    assert without.frames_note == "no pictures were asked for"


def test_a_task_that_fails_to_draw_is_watched_without_pictures(run, monkeypatch):
    def fails(_):
        raise ValueError("no paint left")

    monkeypatch.setattr(CartPoleEnv, "render", fails)
    seen = watch_episode(run, run.best.genome)
    assert seen.frames == ()
    assert "ValueError: no paint left" in seen.frames_note
    assert seen.complete


def test_an_episode_that_fails_is_told(run, monkeypatch):
    def fails(_, action):
        raise RuntimeError(f"no {action}")

    monkeypatch.setattr(CartPoleEnv, "step", fails)
    with pytest.raises(EvaluationError, match="RuntimeError: no"):
        watch_episode(run, run.best.genome)


def test_graded_outputs_are_recorded(tmp_path):
    small = PENDULUM.evolution.replace(population=4, generations=1)
    with glianeat.evolve(PENDULUM.replace(evolution=small), runs=tmp_path) as run:
        seen = watch_episode(run, run.best.genome, most_frames=0)
    assert seen.trace.potential.shape == (seen.trace.n_steps, 2)
    assert np.abs(seen.trace.potential).max() > 0.0


def test_a_small_frame_stays_as_it_is():
    picture = still(np.zeros((10, 20, 3), dtype=np.uint8), 320)
    assert (picture.width, picture.height) == (20, 10)
    assert picture.data[8:12] == b"WEBP"
