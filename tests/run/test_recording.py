"""Recordings, read back with Pillow."""

import gymnasium
import numpy as np
import pytest
from PIL import Image, ImageSequence

from glianeat.errors import CheckpointError, ConfigError, EvaluationError
from glianeat.evaluate.plan import EpisodePlan
from glianeat.run import recording
from glianeat.run.recording import VideoRecorder, record
from glianeat.streams import Purpose
from tests.builders.agents import founders, rollout

RNG = np.random.default_rng(0)


def striped(number, size=(20, 30)):
    """Return frames in each of which another row is lit, in few colours."""
    frames = np.zeros((number, *size, 3), np.uint8)
    for index, frame in enumerate(frames):
        frame[index % size[0]] = (255, 8 * (index % 30), 0)
    return list(frames)


def film(path, frames, rate=10.0):
    with VideoRecorder(path, rate) as recorder:
        for frame in frames:
            recorder.film(lambda frame=frame: frame)
    return recorder.recording


def read(path):
    with Image.open(path) as image:
        shown = [
            (np.array(f.convert("RGB")), f.info["duration"]) for f in ImageSequence.Iterator(image)
        ]
        return [frame for frame, _ in shown], [round(ms) for _, ms in shown]


@pytest.fixture(params=["gif", "png", "apng"])
def path(request, tmp_path):
    return tmp_path / f"film.{request.param}"


def test_frames_come_back_as_they_were(path):
    frames = striped(25)
    made = film(path, frames)
    found, durations = read(path)
    assert np.array_equal(found, frames)
    assert durations == [100] * 24 + [1100]
    assert (made.frames, made.seconds, made.complete) == (25, 2.5, True)


def test_any_colours_come_back_exactly_in_a_png(tmp_path):
    frames = [RNG.integers(0, 256, (40, 50, 3), dtype=np.uint8) for _ in range(4)]
    film(tmp_path / "film.png", frames)
    assert np.array_equal(read(tmp_path / "film.png")[0], frames)


def test_many_colours_come_back_nearly_in_a_gif(tmp_path):
    ramp = np.linspace(0, 255, 64).astype(np.uint8)
    frame = np.stack(np.broadcast_arrays(ramp[:, None], ramp[None, :], 128), axis=2).astype(
        np.uint8
    )
    frames = [frame, np.ascontiguousarray(frame[::-1])]
    film(tmp_path / "film.gif", frames)
    found = np.array(read(tmp_path / "film.gif")[0])
    assert np.abs(found.astype(int) - np.array(frames)).mean() < 10


def test_it_is_shown_again_and_again(path):
    film(path, striped(3))
    with Image.open(path) as image:
        assert image.info["loop"] == 0


def test_frames_that_show_nothing_new_lengthen_the_one_before(path):
    one, other = striped(2)
    made = film(path, [one, one, one, other, other])
    found, durations = read(path)
    assert np.array_equal(found, [one, other])
    assert durations == [300, 1200]
    assert made.frames == 5


def test_only_what_has_changed_is_written(path):
    noise = RNG.integers(0, 256, (200, 200, 3), dtype=np.uint8)
    film(path, [noise])
    whole = path.stat().st_size
    frames = [noise.copy() for _ in range(50)]
    for index, frame in enumerate(frames):
        frame[index, index] = 0
    film(path, frames)
    assert path.stat().st_size < 1.3 * whole


@pytest.mark.parametrize("rate", [60.0, 144.0, 1000.0, 29.97, 7.0])
def test_time_passes_as_in_the_task_at_any_rate(path, rate):
    film(path, striped(300), rate)
    _, durations = read(path)
    assert sum(durations) == pytest.approx(1000 * (300 / rate + 1.0), abs=25)
    if path.suffix == ".gif":
        assert min(durations) >= 20  # browsers show shorter frames for 100 ms


def test_a_frame_may_be_drawn_over_once_it_was_shown(path):
    canvas = np.zeros((20, 30, 3), np.uint8)

    def frames():
        for frame in striped(5):
            canvas[...] = frame
            yield canvas

    film(path, frames())
    assert np.array_equal(read(path)[0], striped(5))


def test_memory_does_not_grow_with_the_recording(path, monkeypatch):
    written = []
    make = recording._FORMATS[path.suffix]

    def watched(file):
        made = make(file)
        add = made.add
        made.add = lambda *arguments: (add(*arguments), written.append(file.tell()))
        return made

    monkeypatch.setitem(recording._FORMATS, path.suffix, watched)
    with VideoRecorder(path, 10.0) as recorder:
        for index, frame in enumerate(striped(10)):
            recorder.film(lambda frame=frame: frame)
            assert len(written) == index  # all but the last is in the file already
    assert written == sorted(set(written))


@pytest.mark.parametrize(("limit", "kept"), [("MAX_FRAMES", 7), ("MAX_BYTES", None)])
def test_a_recording_that_grows_too_large_is_cut_off(path, monkeypatch, limit, kept):
    monkeypatch.setattr(recording, limit, kept or 600)
    rendered = []
    with VideoRecorder(path, 10.0) as recorder:
        for frame in striped(100):
            recorder.film(lambda frame=frame: (rendered.append(1), frame)[1])
    made = recorder.recording
    assert not made.complete
    assert made.frames == len(rendered) == (kept or made.frames) < 100
    assert len(read(path)[0]) == made.frames


def test_a_failure_leaves_what_was_there(path):
    path.write_bytes(b"precious")
    with pytest.raises(EvaluationError, match="must be bytes"):
        film(path, [*striped(3), None])
    assert [file.read_bytes() for file in path.parent.iterdir()] == [b"precious"]


def test_nothing_to_show_is_no_recording(path):
    with pytest.raises(EvaluationError, match="no frame"):
        film(path, [])
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize(
    "frame",
    [
        None,
        np.zeros((4, 4)),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3)),
        np.zeros((0, 4, 3), np.uint8),
        "picture",
    ],
)
def test_a_frame_of_another_make_is_refused(path, frame):
    with pytest.raises(EvaluationError, match="frame: must be bytes, of shape"):
        film(path, [frame])


def test_frames_must_stay_of_one_size(path):
    with pytest.raises(EvaluationError, match=r"must stay \(30, 20\) pixels large, got \(20, 30\)"):
        film(path, [*striped(1), *striped(1, size=(30, 20))])


@pytest.mark.parametrize("name", ["film.avi", "film", "gif"])
def test_another_kind_of_file_is_refused(tmp_path, name):
    with pytest.raises(ConfigError, match=r"must be a \.gif, \.png, \.apng or \.mp4 file"):
        VideoRecorder(tmp_path / name, 10.0)


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(CheckpointError, match="cannot be written: No such file"):
        VideoRecorder(tmp_path / "nowhere" / "film.gif", 10.0)


class Lamp(gymnasium.Env):
    """Four steps, in each of which another row is lit; a picture is made where it is asked for."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 5}  # noqa: RUF012
    observation_space = gymnasium.spaces.Box(0.0, 4.0, (1,), np.float64)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, render_mode=None, fails=False, rate=5):
        self.render_mode, self._fails = render_mode, fails
        self.metadata = {**self.metadata, "render_fps": rate}

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._lit = 0
        return np.zeros(1), {}

    def step(self, action):
        self._lit += 1
        return np.full(1, float(self._lit)), 1.0, self._lit == 4, False, {}

    def render(self):
        if self._fails:
            raise RuntimeError("no lamp")
        return striped(5)[self._lit]


class Dark(Lamp):
    metadata = {"render_modes": ["human"]}  # noqa: RUF012


gymnasium.register("Lamp-v0", Lamp)
gymnasium.register("Dark-v0", Dark)
REPLAY = EpisodePlan(purpose=Purpose.REPLAY, episodes=2)


def test_every_state_of_every_episode_is_recorded(path):
    config = rollout("tests.run.test_recording:Lamp-v0")
    made, evaluation = record(config, founders(config, 1)[0], REPLAY, path)
    found, durations = read(path)
    assert np.array_equal(found, striped(5) * 2)
    assert durations == [200] * 9 + [1200]
    assert evaluation.lengths == (4, 4)
    assert (made.frames, made.seconds) == (10, 2.0)


@pytest.mark.parametrize("rate", [None, 0, "fast", 1e9])
def test_a_task_without_a_sound_frame_rate_is_shown_at_thirty(path, rate):
    config = rollout("tests.run.test_recording:Lamp-v0", kwargs={"rate": rate})
    made, _ = record(config, founders(config, 1)[0], REPLAY, path)
    assert made.seconds == pytest.approx(10 / 30)


def test_what_is_recorded_is_what_is_replayed(tmp_path):
    from glianeat.evaluate.rollout import RolloutWorker

    config = rollout("CartPole-v1")
    genome = founders(config, 1)[0]
    _, evaluation = record(config, genome, REPLAY, tmp_path / "film.gif")
    assert evaluation == RolloutWorker(config).evaluate(genome, REPLAY)


def test_what_is_watched_is_stepped_in_python_though_there_is_a_twin():
    from glianeat.evaluate.rollout import RolloutWorker

    steps = []

    class Watched(gymnasium.Wrapper):
        def step(self, action):
            steps.append(action)
            return super().step(action)

    config = rollout("CartPole-v1")
    evaluation = RolloutWorker(config, watch=Watched).evaluate(founders(config, 1)[0], REPLAY)
    assert len(steps) == sum(evaluation.lengths)


def test_a_task_that_cannot_show_itself_is_refused(path):
    config = rollout("tests.run.test_recording:Dark-v0")
    with pytest.raises(ConfigError, match=r"takes the render mode 'rgb_array', it has \['human'\]"):
        record(config, founders(config, 1)[0], REPLAY, path)
    assert list(path.parent.iterdir()) == []


def test_a_picture_that_fails_is_told_and_nothing_is_written(path):
    config = rollout("tests.run.test_recording:Lamp-v0", kwargs={"fails": True})
    with pytest.raises(EvaluationError, match="genome 0: failed: RuntimeError: no lamp"):
        record(config, founders(config, 1)[0], REPLAY, path)
    assert list(path.parent.iterdir()) == []
